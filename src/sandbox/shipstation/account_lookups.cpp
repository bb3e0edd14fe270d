// SPDX-License-Identifier: Apache-2.0
// V1's lookups and webhooks: pointers, not data.
#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/shipstation/account_impl.h"

namespace crossdock::sandbox::shipstation {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 6> kEvents{"ORDER_NOTIFY",     "ITEM_ORDER_NOTIFY",   "SHIP_NOTIFY",
                                                  "ITEM_SHIP_NOTIFY", "FULFILLMENT_SHIPPED", "FULFILLMENT_REJECTED"};
constexpr auto kBatchOpen = 30s;  // what happens within is one delivery

}  // namespace

http::Response AccountImpl::list_carriers(const Call& /*call*/) {
    return http::Response::json(200, carriers_json().dump());
}

http::Response AccountImpl::list_services(const Call& call) {
    const Json services = services_json(call.text("carrierCode"));
    if (services.empty()) return refuse(404, "The requested carrier could not be found.");
    return http::Response::json(200, services.dump());
}

http::Response AccountImpl::list_warehouses(const Call& /*call*/) {
    return http::Response::json(200, warehouses_json().dump());
}

http::Response AccountImpl::list_stores(const Call& call) {
    const bool inactive = to_lower(call.text("showInactive")) == "true";
    Json list = Json::array();
    for (const Store& store : world_.stores)
        if (inactive || store.active) list.push_back(store_json(store, world_.now()));
    return http::Response::json(200, list.dump());
}

http::Response AccountImpl::list_webhooks(const Call& /*call*/) {
    Json list = Json::array();
    for (const auto& [id, it] : subscriptions_)
        if (!it.v2)
            list.push_back({{"IsLabelAPIHook", false},
                            {"WebHookID", id},
                            {"SellerID", 100000},
                            {"StoreID", it.store == 0 ? Json(nullptr) : Json(it.store)},
                            {"HookType", it.event},
                            {"MessageFormat", "Json"},
                            {"Url", it.url},
                            {"Name", it.name},
                            {"BulkCopyBatchID", nullptr},
                            {"Active", true},
                            {"WebhookLogs", Json::array()}});
    return http::Response::json(200, Json{{"webhooks", std::move(list)}}.dump());
}

http::Response AccountImpl::subscribe(const Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object()) return refuse(400, "The request is invalid.");
    Subscription it;
    it.url = body.contains("target_url") && body["target_url"].is_string() ? body["target_url"].get<std::string>() : "";
    it.event = body.contains("event") && body["event"].is_string() ? body["event"].get<std::string>() : "";
    if (body.contains("friendly_name") && body["friendly_name"].is_string()) it.name = body["friendly_name"];
    if (body.contains("store_id") && body["store_id"].is_number_integer()) it.store = body["store_id"];
    if (!it.url.starts_with("http")) return exception("target_url must be a web address.");
    if (std::find(kEvents.begin(), kEvents.end(), it.event) == kEvents.end()) return exception("event is not known.");
    it.id = ++next_subscription_;
    subscriptions_[it.id] = it;
    return http::Response::json(200, Json{{"id", it.id}}.dump());
}

http::Response AccountImpl::unsubscribe(const Call& call) {
    const std::string& text = call.values[0];
    std::int64_t id = 0;
    std::from_chars(text.data(), text.data() + text.size(), id);
    if (subscriptions_.erase(id) == 0) return refuse(404, "The requested webhook could not be found.");
    return http::Response::json(200, "");
}

std::string AccountImpl::on_event(std::string_view event, std::int64_t store) {
    Batch& batch = batches_[{std::string(event), store}];
    if (!batch.id.empty() && batch.closes > world_.now()) return batch.id;  // a delivery of it is on its way
    batch = {world_.random.uuid(), world_.now() + kBatchOpen};
    const std::string item_event = event == "ORDER_NOTIFY"  ? "ITEM_ORDER_NOTIFY"
                                   : event == "SHIP_NOTIFY" ? "ITEM_SHIP_NOTIFY"
                                                            : "";
    const std::string_view v2_event = event == "ORDER_NOTIFY"          ? "shipment_created_v2"
                                      : event == "SHIP_NOTIFY"         ? "label_created_v2"
                                      : event == "FULFILLMENT_SHIPPED" ? "fulfillment_shipped_v2"
                                                                       : "fulfillment_rejected_v2";
    for (const auto& [id, it] : subscriptions_) {
        if (it.store != 0 && it.store != store) continue;
        if (it.v2 && it.event == v2_event) put_delivery(it, it.event, "/v2/shipments?batch_id=" + batch.id);
        if (it.v2) continue;
        if (it.event != event && it.event != item_event) continue;
        std::string path = event == "ORDER_NOTIFY"  ? "/orders?storeID="
                           : event == "SHIP_NOTIFY" ? "/shipments?storeID="
                                                    : "/fulfillments?storeID=";
        path += std::to_string(store);
        path += (event == "ORDER_NOTIFY" ? "&importBatch=" : "&batchId=") + batch.id;
        if (event == "SHIP_NOTIFY")
            path += it.event == event ? "&includeShipmentItems=False" : "&includeShipmentItems=True";
        put_delivery(it, it.event, path);
    }
    return batch.id;
}

void AccountImpl::put_delivery(const Subscription& to, std::string_view event, const std::string& path) {
    Deliveries::Delivery delivery;
    delivery.subscription = to.id;
    delivery.call.url = to.url;
    delivery.call.headers = {{"Content-Type", "application/json"}};  // unsigned
    for (const auto& header : to.headers) delivery.call.headers.push_back(header);
    delivery.call.body = Json{{"resource_url", options_.resource_base + path}, {"resource_type", event}}.dump();
    if (faults_.take({"webhook_lost"}, event)) {
        ++world_.counters.webhooks_lost;
        return;
    }
    Timestamp when = world_.now() + kBatchOpen;
    if (const auto late = faults_.take({"webhook_late"}, event)) when += std::chrono::seconds(late->param);
    if (faults_.take({"webhook_twice"}, event)) deliveries_.put(when + 2s, delivery);
    deliveries_.put(when, std::move(delivery));
}

}  // namespace crossdock::sandbox::shipstation
