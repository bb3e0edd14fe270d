// SPDX-License-Identifier: Apache-2.0
#include "api/json/requests.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/created.h"
#include "api/routes/list_page.h"
#include "api/routes/routes.h"
#include "services/acknowledge.h"
#include "store/refund_repo.h"

namespace crossdock::api::routes {
namespace {

/// GET /api/v1/refunds: the contract's array of one channel, oldest first. Errors: 404 unknown channel, 400 cursor, 422
/// parameters, or no channel.
http::Response get_refunds(const Context& context, const Caller& caller, const http::Request& request) {
    Faults faults;
    Parameters parameters(request, faults);
    const ListParameters asked = read_list_parameters(caller, request, parameters);
    store::ListQuery query;
    query.imported = parameters.flag("imported");
    if (!asked.channel && faults.empty()) faults.add("channel is required");
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);
    return answer_list(
        context, caller, ListKind::refunds, asked, std::move(query),
        [](db::Session& session, const store::ListQuery& rows, const std::function<bool(const TimedRow&)>& add) {
            store::RefundRepo(session).list(rows, [&](const store::RefundRow& row) {
                return add({row.id, row.members, row.payload, row.imported_at, row.occurred_at_ms, row.seq});
            });
        });
}

/// POST /api/v1/refunds/ack: as for orders.
Prepared post_refunds_ack(const Context& context, const Caller& caller, const http::Request& request) {
    auto ids = read_ack(request);
    if (auto* refusal = std::get_if<http::Response>(&ids)) return std::move(*refusal);
    return acknowledge(context, caller, std::get<std::vector<std::int64_t>>(std::move(ids)),
                       services::acknowledge_refunds);
}

}  // namespace

void add_v1_refunds(http::Router& router, Context& context) {
    router.add(v1_list_route(context, "/api/v1/refunds", scope::kRefundsRead,
                             {"channel", "since", "limit", "imported", "raw", "cursor"},
                             [&context](const Caller& caller, const http::Request& request) {
                                 return get_refunds(context, caller, request);
                             }));
    router.add(v1_write_route(context, "POST", "/api/v1/refunds/ack", scope::kRefundsWrite,
                              [&context](const Caller& caller, const http::Request& request) {
                                  return post_refunds_ack(context, caller, request);
                              }));
}

}  // namespace crossdock::api::routes
