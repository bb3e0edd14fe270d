// SPDX-License-Identifier: Apache-2.0
// Subscriptions and what is delivered to them. The delivered body is not in the published files; it is as described in
// the provider's guide: an envelope `source` and a `payload` of ids.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/encoding.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

struct EventType {
    std::string_view resource, type, description;
};
// The older order events stand beside the one that replaces them.
constexpr std::array<EventType, 9> kEventTypes{{
    {"ITEM", "OFFER_UNPUBLISHED", "Notification for unpublished offers"},
    {"PRICE", "BUY_BOX_CHANGED", "Notification for change in buy box"},
    {"ORDER", "PO_CREATED", "Notification for new purchase order created"},
    {"ORDER", "PO_LINE_AUTOCANCELLED", "Notification for purchase order line auto-cancelled"},
    {"ORDER", "INTENT_TO_CANCEL", "Notification for a buyer's wish to cancel"},
    {"ORDER", "ORDER_UPDATES", "Notification for every change of a purchase order"},
    {"INVENTORY", "INVENTORY_OOS", "Notification for items that are out of stock"},
    {"RETURNS", "RETURN_NOTIFICATIONS", "Notification for returns"},
    {"REPORTS", "REPORT_STATUS", "Notification for report status"},
}};

const EventType* event_type(const std::string& name) {
    const auto at =
        std::find_if(kEventTypes.begin(), kEventTypes.end(), [&](const EventType& each) { return each.type == name; });
    return at == kEventTypes.end() ? nullptr : &*at;
}

/// Takes over what the event says; what it does not mention stays.
std::optional<Refusal> read_event(StrictBody& strict, const json& event, Subscription& into, bool whole) {
    const json* given =
        whole ? strict.object(
                    event, "event",
                    {"!eventType", "!eventVersion", "!resourceName", "!eventUrl", "authDetails", "headers", "!status"})
              : strict.object(
                    event, "event",
                    {"eventType", "eventVersion", "resourceName", "eventUrl", "authDetails", "headers", "status"});
    if (given == nullptr) return strict.refusal;
    const auto take = [&](const char* name, std::string& field) {
        if (given->contains(name)) field = strict.text(*given, name, "event");
    };
    take("eventType", into.event_type);
    take("eventVersion", into.event_version);
    take("resourceName", into.resource);
    take("eventUrl", into.url);
    take("status", into.status);
    if (given->contains("authDetails")) {
        if (const json* auth = strict.object(
                (*given)["authDetails"], "event.authDetails",
                {"authMethod", "userName", "password", "authHeaderName", "authUrl", "clientSecret", "clientId"})) {
            into.auth_method = strict.text(*auth, "authMethod", "authDetails");
            into.auth_header = strict.text(*auth, "authHeaderName", "authDetails");
            into.user = strict.text(*auth, "userName", "authDetails");
            into.password = strict.text(*auth, "password", "authDetails");
        }
    }
    if (given->contains("headers") && (*given)["headers"].is_object()) {
        into.headers.clear();
        for (const auto& [name, value] : (*given)["headers"].items())
            if (value.is_string()) into.headers.emplace_back(name, value.get<std::string>());
    }
    const EventType* type = event_type(into.event_type);
    if (type == nullptr)
        strict.refuse("eventType", "Event type " + into.event_type + " does not exist");
    else if (type->resource != into.resource)
        strict.refuse("resourceName", "Event type " + into.event_type + " belongs to " + std::string(type->resource));
    if (!into.url.starts_with("https://") && !into.url.starts_with("http://"))
        strict.refuse("eventUrl", "eventUrl is not a web address");
    if (into.status != "ACTIVE" && into.status != "INACTIVE")
        strict.refuse("status", "status must be ACTIVE or INACTIVE");
    return strict.refusal;
}

Json shown_subscription(const Subscription& it, const std::string& partner) {
    Json out = {{"eventType", it.event_type},       {"subscriptionId", it.id},     {"partnerId", partner},
                {"eventVersion", it.event_version}, {"resourceName", it.resource}, {"eventUrl", it.url}};
    Json headers = {{"content-type", "application/json"}};
    for (const auto& [name, value] : it.headers) headers[name] = value;
    out["headers"] = std::move(headers);
    if (!it.auth_method.empty())
        out["authDetails"] = {{"authHeaderName", it.auth_header},
                              {"authMethod", it.auth_method},
                              {"userName", it.user},
                              {"password", it.password}};
    out["status"] = it.status;
    return out;
}

}  // namespace

Answer SellerImpl::list_event_types(const Call& /*call*/) {
    Json list = Json::array();
    for (const EventType& each : kEventTypes)
        list.push_back({{"resourceName", each.resource},
                        {"eventType", each.type},
                        {"eventVersion", "V1"},
                        {"description", each.description}});
    return Json{{options_.webhooks_as_in_schema ? "eventTypes" : "events", std::move(list)}};
}

Answer SellerImpl::list_subscriptions(const Call& call) {
    Json list = Json::array();
    for (const auto& [id, it] : subscriptions_) {
        const auto differs = [&](const char* name, const std::string& value) {
            return call.request.parameter(name) && call.text(name) != value;
        };
        if (differs("subscriptionId", id) || differs("eventType", it.event_type) ||
            differs("resourceName", it.resource) || differs("status", it.status))
            continue;
        list.push_back(shown_subscription(it, options_.partner_id));
    }
    if (options_.webhooks_as_in_schema) return Json{{"events", Json::array({{{"event", std::move(list)}}})}};
    return Json{{"events", std::move(list)}};
}

Answer SellerImpl::create_subscription(const Call& call) {
    StrictBody strict;
    const json body = json::parse(call.request.body, nullptr, false);
    const json* whole = strict.object(body, "body", {"!events"});
    const json* events = whole == nullptr ? nullptr : strict.array(*whole, "events", "body");
    std::vector<Subscription> fresh;
    for (std::size_t i = 0; events != nullptr && i < events->size() && !strict.refusal; ++i)
        read_event(strict, (*events)[i], fresh.emplace_back(), true);
    if (strict.refusal) return *strict.refusal;
    Json list = Json::array();
    for (Subscription& it : fresh) {
        it.id = world_.random.uuid();
        it.number = ++next_subscription_;
        list.push_back(shown_subscription(it, options_.partner_id));
        subscriptions_.emplace(it.id, it);
    }
    return Json{{options_.webhooks_as_in_schema ? "event" : "events", std::move(list)}};
}

Answer SellerImpl::change_subscription(const Call& call) {
    const auto at = subscriptions_.find(call.values[0]);
    if (at == subscriptions_.end()) return Refusal::missing();
    StrictBody strict;
    Subscription changed = at->second;
    // Some documents wrap the one event in a list, the published file does not.
    const json body = json::parse(call.request.body, nullptr, false);
    const bool wrapped =
        body.is_object() && body.contains("events") && body["events"].is_array() && body["events"].size() == 1;
    if (auto refusal = read_event(strict, wrapped ? body["events"][0] : body, changed, false)) return *refusal;
    at->second = changed;
    // The file's example is the bare subscription, its schema a list named otherwise than that of the other calls.
    const Json shown = shown_subscription(changed, options_.partner_id);
    return options_.webhooks_as_in_schema ? Json{{"event", Json::array({shown})}} : shown;
}

Answer SellerImpl::delete_subscription(const Call& call) {
    if (subscriptions_.erase(call.values[0]) == 0) return Refusal::missing();
    return Json{{"subscriptionId", call.values[0]}, {"message", "Subscription deleted successfully"}};
}

Answer SellerImpl::test_notification(const Call& call) {
    StrictBody strict;
    json body = json::parse(call.request.body, nullptr, false);
    if (body.is_object()) body["status"] = "ACTIVE";
    Subscription to;
    if (auto refusal = read_event(strict, body, to, true)) return *refusal;
    const Json event = {
        {"source",
         {{"eventType", to.event_type}, {"eventTime", iso_ms(world_.now())}, {"eventId", world_.random.uuid()}}},
        {"payload", {{"partnerId", options_.partner_id}}}};
    put_delivery(to, event.dump(), false);
    return Json{{"message", "Test notification sent"}};
}

void SellerImpl::put_delivery(const Subscription& to, const std::string& body, bool faulty) {
    Deliveries::Delivery delivery;
    delivery.subscription = to.number;
    delivery.call.url = to.url;
    delivery.call.body = body;
    delivery.call.headers = {{"Content-Type", "application/json"}};
    if (to.auth_method == "BASIC_AUTH")
        delivery.call.headers.emplace_back(to.auth_header.empty() ? "Authorization" : to.auth_header,
                                           "Basic " + base64_encode(to.user + ":" + to.password));
    for (const auto& [name, value] : to.headers)
        if (name != "content-type") delivery.call.headers.emplace_back(name, value);
    Timestamp when = world_.now() + 1s;
    if (faulty && faults_.take({"webhook_lost"}, to.event_type)) {
        ++world_.counters.webhooks_lost;
        return;
    }
    if (const auto late = faulty ? faults_.take({"webhook_late"}, to.event_type) : std::nullopt)
        when += std::chrono::seconds(late->param);
    if (faulty && faults_.take({"webhook_twice"}, to.event_type)) deliveries_.put(when + 2s, delivery);
    deliveries_.put(when, std::move(delivery));
}

void SellerImpl::deliver_event(std::string_view type, const std::string& resource, const Json& payload) {
    const Json source = {{"eventType", type}, {"eventTime", iso_ms(world_.now())}, {"eventId", world_.random.uuid()}};
    const std::string body = Json{{"source", source}, {"payload", payload}}.dump();
    for (const auto& [id, it] : subscriptions_) {
        if (it.status == "ACTIVE" && it.event_type == type && it.resource == resource) put_delivery(it, body, true);
    }
}

void SellerImpl::on_event(const Happening& happening) {
    if (subscriptions_.empty()) return;
    if (happening.order != nullptr) {
        Json payload = {{"partnerId", options_.partner_id},
                        {"purchaseOrderId", std::to_string(happening.order->id)},
                        {"customerOrderId", std::to_string(happening.order->customer_order)}};
        deliver_event(happening.event, "ORDER", payload);
        payload["subEventType"] = happening.event;
        deliver_event("ORDER_UPDATES", "ORDER", payload);
    }
    if (happening.returned != nullptr) {
        const Return& it = *happening.returned;
        deliver_event("RETURN_NOTIFICATIONS", "RETURNS",
                      {{"partnerId", options_.partner_id},
                       {"returnOrderId", std::to_string(it.id)},
                       {"customerOrderId", std::to_string(it.customer_order)},
                       {"subEventType", happening.event}});
    }
}

}  // namespace crossdock::sandbox::walmart
