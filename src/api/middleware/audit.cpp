// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/audit.h"

#include "store/audit_repo.h"

namespace crossdock::api {

void audit(db::Session& session, const Caller& caller, const http::Request& request, const Deed& deed, Timestamp now) {
    store::AuditRepo(session).append({0,
                                      caller.account,
                                      {},
                                      {"key " + caller.key_id, request.remote_address},
                                      deed.action,
                                      deed.subject,
                                      deed.subject_id,
                                      deed.details},
                                     now);
}

}  // namespace crossdock::api
