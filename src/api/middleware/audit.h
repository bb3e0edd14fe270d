// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "api/middleware/key_ring.h"
#include "base/time.h"
#include "db/database.h"
#include "http/message.h"
#include "store/audit_repo.h"

namespace crossdock::api {

/// The caller as the audit trail names it.
store::Actor actor_of(const Caller& caller, const http::Request& request);

/// Something that a caller did to keys, endpoints, channels or jobs.
struct Deed {
    std::string_view action;  // of domain/deed.h
    std::string subject;      // "job"
    std::string subject_id;   // as people name it
    std::string details = "{}";
};
/// Adds it to the audit trail, in the transaction of the change.
void audit(db::Session& session, const Caller& caller, const http::Request& request, const Deed& deed, Timestamp now);

}  // namespace crossdock::api
