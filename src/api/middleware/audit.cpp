// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/audit.h"

namespace crossdock::api {

store::Actor actor_of(const Caller& caller, const http::Request& request) {
    return {"key " + caller.key_id, request.remote_address};
}

void audit(db::Session& session, const Caller& caller, const http::Request& request, const Deed& deed, Timestamp now) {
    store::AuditRepo(session).append({0,
                                      caller.account,
                                      {},
                                      actor_of(caller, request),
                                      std::string{deed.action},
                                      deed.subject,
                                      deed.subject_id,
                                      deed.details},
                                     now);
}

}  // namespace crossdock::api
