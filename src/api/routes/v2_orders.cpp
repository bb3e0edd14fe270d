// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_events.h"
#include "api/routes/v2_list.h"
#include "api/routes/v2_order_json.h"
#include "api/routes/v2_push_json.h"
#include "services/acknowledge.h"
#include "services/explain_order.h"
#include "store/order_listing.h"

namespace crossdock::api::routes {
namespace {

constexpr const char* kStatusWords = "pending, partially_fulfilled, fulfilled, closed, cancelled";

store::OrderListing read_order_filters(V2Parameters& parameters, AccountId account) {
    store::OrderListing wanted;
    wanted.account = account;
    for (const std::string& word : parameters.words("status")) {
        if (const auto status = parse_v2_order_status(word))
            wanted.statuses.push_back(*status);
        else
            parameters.unknown_word("status", word, kStatusWords);
    }
    wanted.payment_statuses = parameters.words("payment_status");
    wanted.acknowledged = parameters.flag("acknowledged");
    wanted.with_problem = parameters.flag("problem");
    wanted.number = parameters.text("number");
    wanted.external_id = parameters.text("external_id");
    wanted.created_from = parameters.instant("created_after");
    wanted.created_upto = parameters.instant("created_before");
    wanted.updated_from = parameters.instant("updated_after");
    wanted.updated_upto = parameters.instant("updated_before");
    return wanted;
}

/// GET /v2/orders: newest first; by a time of change, oldest change first.
http::Response list_v2_orders(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    const auto wanted = read_order_filters(parameters, caller.account);
    if (!faults.empty()) return faults.refuse(request);
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session& session, const std::vector<ChannelId>& channels) {
            store::OrderListing narrowed = wanted;
            narrowed.channels = channels;
            return store::list_orders(session, narrowed);
        },
        [&](JsonWriter& json, std::int64_t id, db::Session& session, const ChannelBook& channels) {
            if (const auto order = store::OrderRepo(session).get(caller.account, OrderId{id}))
                write_v2_order(json, *order, channels.find(order->channel_id));
        });
}

/// The order that a path names; nothing for another account's.
std::optional<store::OrderDetails> order_in_path(db::Session& session, const Caller& caller,
                                                 const http::Request& request) {
    const auto id = parse_v2_id(prefix::kOrder, request.path_parameter("id"));
    return id ? store::OrderRepo(session).get(caller.account, OrderId{*id}) : std::nullopt;
}

/// GET /v2/orders/{id}: the order, with its versions, shipments and problems.
http::Response show_v2_order(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) {
        const auto order = order_in_path(session, caller, request);
        if (!order) return v2_not_found(request, "order");
        const ChannelBook channels(session, caller.account);
        store::OrderRepo orders(session);
        std::string body;
        JsonWriter json(body);
        write_v2_order(json, *order, channels.find(order->channel_id));
        body.pop_back();  // the object goes on
        json.key("versions").begin_array();
        for (const auto& version : orders.versions(order->channel_id, order->external_order_id)) {
            json.begin_object().field("id", version.id).field("shown", version.id == order->version_id);
            write_instant(json, "updated_at", version.remote_updated_at);
            write_instant(json, "fetched_at", version.fetched_at);
            json.end_object();
        }
        json.end_array().key("shipments").begin_array();
        for (const auto& shipment : store::ShipmentRepo(session).of_order(order->id))
            write_v2_shipment(json, shipment, channels);
        json.end_array();
        write_problems(json, store::ProblemRepo(session).about(caller.account, order->channel_id, "order",
                                                               order->external_order_id));
        json.end_object();
        return v2_object(std::move(body));
    });
}

/// What can be asked for once more, as a call.
std::string retry_path(const services::OrderStory& story) {
    if (story.shipment) return "/v2/shipments/" + v2_id(prefix::kShipment, story.shipment->value) + "/retry";
    if (story.job) return "/v2/jobs/" + v2_id(prefix::kJob, story.job->value) + "/retry";
    if (story.test_channel) return "/v2/channels/" + story.channel.code + "/test";
    return {};
}

/// GET /v2/orders/{id}/explain: where it stands, whose turn it is, what happens next and when.
http::Response explain_v2_order(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) {
        const auto order = order_in_path(session, caller, request);
        if (!order) return v2_not_found(request, "order");
        const auto story = services::explain_order(session, *order);
        std::string body;
        JsonWriter json(body);
        json.begin_object()
            .field("id", v2_id(prefix::kOrder, order->id.value))
            .field("status", v2_order_status(order->status))
            .field("sentence", story.sentence)
            .field("held_by", services::to_string(story.holder))
            .field("next", story.next);
        write_instant(json, "next_at", story.next_at);
        json.key("last_error");
        if (story.last_error) {
            json.begin_object().field("code", story.last_error->code).field("message", story.last_error->message);
            write_instant(json, "at", story.last_error->at);
            json.end_object();
        } else {
            json.null();
        }
        write_retry(json, retry_path(story));
        write_problems(json, story.problems);
        json.end_object();
        return v2_object(std::move(body));
    });
}

/// POST /v2/orders/{id}/acknowledge: the ERP has it. Safe to repeat: the first time is kept.
Prepared acknowledge_v2_order(const Context& context, const Caller& caller, const http::Request& request) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return Effect{[&context, &caller, &request](db::Session& session) {
        const auto order = order_in_path(session, caller, request);
        if (!order) return v2_not_found(request, "order");
        services::acknowledge_orders(session, caller.account, {order->id.value}, context.clock.now());
        const auto now = store::OrderRepo(session).get(caller.account, order->id);
        const ChannelBook channels(session, caller.account);
        return v2_object(v2_order_object(*now, channels.find(now->channel_id)));
    }};
}

/// POST /v2/orders/acknowledge {"ids":["ord_1",…]}: many at once. Unknown ids are passed over, as in /api/v1.
Prepared acknowledge_v2_orders(const Context& context, const Caller& caller, const http::Request& request) {
    auto ids = read_v2_ids(request, prefix::kOrder);
    if (auto* refusal = std::get_if<http::Response>(&ids)) return std::move(*refusal);
    return Effect{[&context, account = caller.account,
                   ids = std::get<std::vector<std::int64_t>>(std::move(ids))](db::Session& session) {
        const auto count = services::acknowledge_orders(session, account, ids, context.clock.now());
        return v2_object("{\"acknowledged\":" + std::to_string(count) + "}");
    }};
}

}  // namespace

void add_v2_orders(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/orders", scope::kOrdersRead,
               {"limit", "cursor", "channel", "status", "payment_status", "acknowledged", "problem", "number",
                "external_id", "created_after", "created_before", "updated_after", "updated_before"},
               list_v2_orders);
    routes.get("/v2/orders/{id}", scope::kOrdersRead, {}, show_v2_order);
    routes.get("/v2/orders/{id}/explain", scope::kOrdersRead, {}, explain_v2_order);
    routes.get("/v2/orders/{id}/events", scope::kEventsRead, {"limit", "cursor"}, list_v2_order_events);
    routes.post("/v2/orders/acknowledge", scope::kOrdersWrite, acknowledge_v2_orders);
    routes.post("/v2/orders/{id}/acknowledge", scope::kOrdersWrite, acknowledge_v2_order);
}

}  // namespace crossdock::api::routes
