// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "api/routes/v2_order_json.h"
#include "services/acknowledge.h"
#include "store/listings.h"
#include "store/order_repo.h"
#include "store/refund_repo.h"

namespace crossdock::api::routes {
namespace {

/// Writes the refund of that number. False: the account has none.
bool write_refund(JsonWriter& json, db::Session& session, AccountId account, std::int64_t id,
                  const ChannelBook& channels) {
    const auto refund = store::RefundRepo(session).show(account, RefundId{id});
    if (!refund) return false;
    const auto order = store::OrderRepo(session).find(account, refund->channel_id, refund->external_order_id);
    write_v2_refund(json, id, refund->members, refund->imported_at, channels.find(refund->channel_id),
                    order ? std::optional{order->id} : std::nullopt);
    return true;
}

/// GET /v2/refunds: newest first.
http::Response list_v2_refunds(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    store::RefundListing wanted;
    wanted.account = caller.account;
    wanted.acknowledged = parameters.flag("acknowledged");
    wanted.created_from = parameters.instant("created_after");
    wanted.created_upto = parameters.instant("created_before");
    const auto order_id = parameters.id("order_id", prefix::kOrder);
    if (!faults.empty()) return faults.refuse(request);
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session& session, const std::vector<ChannelId>& channels) {
            store::RefundListing narrowed = wanted;
            narrowed.channels = channels;
            if (order_id) {
                const auto order = store::OrderRepo(session).get(caller.account, OrderId{*order_id});
                // An external id belongs to one channel; with `channel` naming another there is nothing.
                const bool wanted_too =
                    order && std::find(channels.begin(), channels.end(), order->channel_id) != channels.end();
                narrowed.channels.clear();
                if (wanted_too) narrowed.channels.push_back(order->channel_id);
                narrowed.external_order_id = order ? order->external_order_id : "";
            }
            return store::list_refunds(narrowed);
        },
        [&](JsonWriter& json, std::int64_t id, db::Session& session, const ChannelBook& channels) {
            write_refund(json, session, caller.account, id, channels);
        });
}

/// The refund that a path names, or 404.
http::Response refund_in_path(db::Session& session, const Caller& caller, const http::Request& request) {
    const auto id = parse_v2_id(prefix::kRefund, request.path_parameter("id"));
    std::string body;
    JsonWriter json(body);
    if (!id || !write_refund(json, session, caller.account, *id, ChannelBook(session, caller.account)))
        return v2_not_found(request, "refund");
    return v2_object(std::move(body));
}

/// GET /v2/refunds/{id}
http::Response show_v2_refund(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) { return refund_in_path(session, caller, request); });
}

/// POST /v2/refunds/{id}/acknowledge: the ERP has it. Safe to repeat: the first time is kept.
Prepared acknowledge_v2_refund(const Context& context, const Caller& caller, const http::Request& request) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return Effect{[&](db::Session& session) {
        if (const auto id = parse_v2_id(prefix::kRefund, request.path_parameter("id")))
            services::acknowledge_refunds(session, caller.account, {*id}, context.clock.now());
        return refund_in_path(session, caller, request);
    }};
}

/// POST /v2/refunds/acknowledge {"ids":["ref_1",…]}: many at once. Unknown ids are passed over.
Prepared acknowledge_v2_refunds(const Context& context, const Caller& caller, const http::Request& request) {
    auto ids = read_v2_ids(request, prefix::kRefund);
    if (auto* refusal = std::get_if<http::Response>(&ids)) return std::move(*refusal);
    return Effect{[&context, &caller, ids = std::get<std::vector<std::int64_t>>(std::move(ids))](db::Session& session) {
        const auto count = services::acknowledge_refunds(session, caller.account, ids, context.clock.now());
        return v2_object("{\"acknowledged\":" + std::to_string(count) + "}");
    }};
}

}  // namespace

void add_v2_refunds(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/refunds", scope::kRefundsRead,
               {"limit", "cursor", "channel", "acknowledged", "order_id", "created_after", "created_before"},
               list_v2_refunds);
    routes.get("/v2/refunds/{id}", scope::kRefundsRead, {}, show_v2_refund);
    routes.post("/v2/refunds/acknowledge", scope::kRefundsWrite, acknowledge_v2_refunds);
    routes.post("/v2/refunds/{id}/acknowledge", scope::kRefundsWrite, acknowledge_v2_refund);
}

}  // namespace crossdock::api::routes
