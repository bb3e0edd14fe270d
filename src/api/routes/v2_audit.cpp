// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "store/audit_repo.h"
#include "store/listings.h"

namespace crossdock::api::routes {
namespace {

/// GET /v2/audit: who changed keys, endpoints, channels and jobs of this account, newest first.
http::Response list_v2_audit(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    V2ListParameters asked;
    asked.limit = parameters.limit();
    asked.cursor = parameters.text("cursor");
    store::AuditListing wanted;
    wanted.account = caller.account;
    wanted.action = parameters.text("action");
    wanted.subject = parameters.text("subject");
    wanted.from = parameters.instant("created_after");
    wanted.upto = parameters.instant("created_before");
    if (!faults.empty()) return faults.refuse(request);
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>&) { return store::list_audit(wanted); },
        [&](JsonWriter& json, std::int64_t id, db::Session& session, const ChannelBook&) {
            const auto entry = store::AuditRepo(session).get(caller.account, id);
            if (!entry) return;
            json.begin_object().field("id", v2_id(prefix::kAudit, entry->id));
            write_instant(json, "created_at", entry->at);
            json.field("who", entry->actor.who)
                .field("from", entry->actor.from)
                .field("action", entry->action)
                .field("subject", entry->subject)
                .field("subject_id", entry->subject_id)
                .key("details")
                .raw(entry->details)
                .end_object();
        });
}

}  // namespace

void add_v2_audit(http::Router& router, Context& context) {
    V2Routes(router, context)
        .get("/v2/audit", scope::kAuditRead,
             {"limit", "cursor", "action", "subject", "created_after", "created_before"}, list_v2_audit);
}

}  // namespace crossdock::api::routes
