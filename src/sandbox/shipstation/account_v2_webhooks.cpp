// SPDX-License-Identifier: Apache-2.0
// Webhooks of V2: they send the headers that they were given. What the body of a call looks like is not published; a
// client can count on the address and the headers only.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "sandbox/shipstation/account_impl.h"

namespace crossdock::sandbox::shipstation {

using nlohmann::json;

namespace {

constexpr std::string_view kV2Events[] = {"batch",
                                          "carrier_connected",
                                          "order_source_refresh_complete",
                                          "rate",
                                          "report_complete",
                                          "sales_orders_imported",
                                          "track",
                                          "batch_processed_v2",
                                          "fulfillment_rejected_v2",
                                          "fulfillment_shipped_v2",
                                          "label_created_v2",
                                          "shipment_created_v2",
                                          "track_event_v2"};

std::string text_in(const json& body, const char* name) {
    return body.is_object() && body.contains(name) && body[name].is_string() ? body[name].get<std::string>()
                                                                             : std::string();
}

}  // namespace

http::Response AccountImpl::v2_list_webhooks(const Call& /*call*/) {
    Json rows = Json::array();
    for (const auto& [id, it] : subscriptions_) {
        if (!it.v2) continue;
        Json headers = Json::array();
        for (const auto& [key, value] : it.headers) headers.push_back({{"key", key}, {"value", value}});
        rows.push_back({{"webhook_id", "se-" + std::to_string(id)},
                        {"url", it.url},
                        {"event", it.event},
                        {"headers", std::move(headers)},
                        {"name", it.name}});
    }
    return http::Response::json(200, rows.dump());
}

http::Response AccountImpl::v2_create_webhook(const Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    Subscription it;
    it.v2 = true;
    it.name = text_in(body, "name");
    it.event = text_in(body, "event");
    it.url = text_in(body, "url");
    for (const auto& [name, value] : {std::pair{"name", it.name}, {"event", it.event}, {"url", it.url}})
        if (value.empty()) return v2_refuse(400, "field_value_required", std::string(name) + " is required");
    if (std::find(std::begin(kV2Events), std::end(kV2Events), it.event) == std::end(kV2Events))
        return v2_refuse(400, "invalid_field_value", "event is not known");
    if (!it.url.starts_with("http")) return v2_refuse(400, "invalid_field_value", "url must be a web address");
    if (body.contains("headers") && body["headers"].is_array())
        for (const json& header : body["headers"])
            it.headers.emplace_back(text_in(header, "key"), text_in(header, "value"));
    for (const auto& [id, other] : subscriptions_)
        if (other.v2 && other.url == it.url && other.event == it.event && other.headers == it.headers)
            return v2_refuse(409, "webhook_event_already_exists", "The webhook exists already");
    it.id = ++next_subscription_;
    subscriptions_[it.id] = it;
    return http::Response::json(
        200,
        Json{{"webhook_id", "se-" + std::to_string(it.id)}, {"url", it.url}, {"event", it.event}, {"name", it.name}}
            .dump());
}

http::Response AccountImpl::v2_delete_webhook(const Call& call) {
    const std::string& text = call.values[0];
    std::int64_t id = 0;
    if (text.starts_with("se-")) std::from_chars(text.data() + 3, text.data() + text.size(), id);
    const auto found = subscriptions_.find(id);
    if (found == subscriptions_.end() || !found->second.v2)
        return v2_refuse(404, "not_found", "There is no such webhook");
    subscriptions_.erase(found);
    return {204, "", "application/json", {}};
}

}  // namespace crossdock::sandbox::shipstation
