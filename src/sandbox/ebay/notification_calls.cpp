// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/ebay/seller_impl.h"
#include "sandbox/encoding.h"

namespace crossdock::sandbox::ebay {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kNotification = "API_NOTIFICATION";
constexpr std::pair<std::string_view, std::string_view> kTopics[] = {
    {"MARKETPLACE_ACCOUNT_DELETION", "APP"}, {"AUTHORIZATION_REVOCATION", "APP"}, {"ITEM_MARKED_SHIPPED", "USER"}};

Json topic_json(std::string_view id, std::string_view scope) {
    return {{"topicId", id},
            {"description", "Notifications of " + std::string(id)},
            {"authorizationScopes",
             Json::array({scope == "APP" ? "https://api.ebay.com/oauth/api_scope"
                                         : "https://api.ebay.com/oauth/api_scope/commerce.notification.subscription"})},
            {"status", "ENABLED"},
            {"context", scope == "APP" ? "NON_BUSINESS" : "SELLER"},
            {"scope", scope},
            {"supportedPayloads", Json::array({{{"format", Json::array({"JSON"})},
                                                {"schemaVersion", "1.0"},
                                                {"deliveryProtocol", "HTTPS"},
                                                {"deprecated", false}}})},
            {"filterable", false}};
}

std::string text_in(const Json& object, const char* name) {
    return object.is_object() && object.contains(name) && object[name].is_string() ? object[name].get<std::string>()
                                                                                   : "";
}

http::Response created(const std::string& location) {
    http::Response response{201, "{}", "application/json", {}};
    response.headers.emplace_back("Location", location);
    return response;
}

const http::Response kNoContent{204, "", "application/json", {}};

}  // namespace

http::Response SellerImpl::notification(const http::Request& request, const Operation& operation, Lock& lock) {
    const std::string& name = operation.name;
    if (name == "getConfig") {
        if (alert_email_.empty()) return refuse(404, 195001, kNotification, "Configuration not found");
        return http::Response::json(200, Json{{"alertEmail", alert_email_}}.dump());
    }
    if (name == "updateConfig") {
        const std::string email = text_in(Json::parse(request.body, nullptr, false), "alertEmail");
        if (email.find('@') == std::string::npos) return refuse(400, 195002, kNotification, "Invalid alertEmail");
        alert_email_ = email;
        return kNoContent;
    }
    if (name == "getPublicKey") {
        if (operation.arguments[0] != notification_kid_)
            return refuse(404, 195005, kNotification, "There is no such public key");
        return http::Response::json(
            200, Json{{"algorithm", "ECDSA"}, {"digest", "SHA1"}, {"key", notification_key_.public_pem()}}.dump());
    }
    if (name == "getTopics" || name == "getTopic") {
        Json topics = Json::array();
        for (const auto& [id, scope] : kTopics) {
            if (id == operation.arguments[0]) return http::Response::json(200, topic_json(id, scope).dump());
            topics.push_back(topic_json(id, scope));
        }
        if (name == "getTopic") return refuse(404, 195006, kNotification, "Invalid topic id");
        return http::Response::json(200, Json{{"href", "/commerce/notification/v1/topic"},
                                              {"limit", 20},
                                              {"total", topics.size()},
                                              {"topics", topics}}
                                             .dump());
    }
    return name.find("Destination") != std::string::npos ? destination(request, operation, lock)
                                                         : subscription(request, operation);
}

http::Response SellerImpl::destination(const http::Request& request, const Operation& operation, Lock& lock) {
    const auto find = [&](const std::string& id) {
        return std::find_if(destinations_.begin(), destinations_.end(),
                            [&](const Destination& d) { return d.id == id; });
    };
    const auto shown = [](const Destination& d) {
        return Json{{"destinationId", d.id},
                    {"name", d.name},
                    {"status", d.status},
                    {"deliveryConfig", {{"endpoint", d.endpoint}, {"verificationToken", d.token}}}};
    };
    const std::string& name = operation.name;
    if (name == "getDestinations") {
        Json list = Json::array();
        for (const Destination& each : destinations_) list.push_back(shown(each));
        return http::Response::json(200, Json{{"href", "/commerce/notification/v1/destination"},
                                              {"limit", 20},
                                              {"total", list.size()},
                                              {"destinations", list}}
                                             .dump());
    }
    const bool create = name == "createDestination";
    if (!create && find(operation.arguments[0]) == destinations_.end())
        return refuse(404, 195004, kNotification, "Invalid or missing destination id");
    if (name == "getDestination") return http::Response::json(200, shown(*find(operation.arguments[0])).dump());
    if (name == "deleteDestination") {
        for (const Subscription& each : subscriptions_)
            if (each.destination_id == operation.arguments[0])
                return refuse(409, 195021, kNotification, "The destination is in use");
        destinations_.erase(find(operation.arguments[0]));
        return kNoContent;
    }
    if (create && alert_email_.empty())
        return refuse(400, 195003, kNotification, "Please provide configurations required");
    const Json body = Json::parse(request.body, nullptr, false);
    const Json config = body.is_object() ? body.value("deliveryConfig", Json()) : Json();
    Destination wanted{create ? "" : operation.arguments[0],
                       text_in(body, "name"),
                       text_in(body, "status"),
                       text_in(config, "endpoint"),
                       text_in(config, "verificationToken"),
                       0};
    // Plain http only because this is a sandbox on one machine; eBay wants https and a public name.
    if (!wanted.endpoint.starts_with("https://") && !wanted.endpoint.starts_with("http://127.0.0.1") &&
        !wanted.endpoint.starts_with("http://localhost"))
        return refuse(400, 195017, kNotification, "Invalid or missing end point");
    const bool good_token =
        wanted.token.size() >= 32 && wanted.token.size() <= 80 &&
        std::all_of(wanted.token.begin(), wanted.token.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
        });
    if (!good_token) return refuse(400, 195018, kNotification, "Invalid or missing verification token");
    if (wanted.name.empty() || (wanted.status != "ENABLED" && wanted.status != "DISABLED"))
        return refuse(400, 195019, kNotification, "Invalid or missing name or status");
    for (const Destination& each : destinations_)
        if (each.endpoint == wanted.endpoint && each.id != wanted.id)
            return refuse(409, 195022, kNotification, "The end point is registered already");

    // eBay asks the endpoint before it answers. The lock is open meanwhile: the receiver may call back.
    const std::string code = world_.random().uuid();
    std::string answer;
    WebhookCall call{
        wanted.endpoint + (wanted.endpoint.find('?') == std::string::npos ? "?" : "&") + "challenge_code=" + code,
        {{"Accept", "application/json"}},
        "",
        "GET",
        &answer};
    const WebhookSender sender = sender_;
    lock.unlock();
    const int status = sender ? sender(call) : 0;
    lock.lock();
    const Json said = Json::parse(answer, nullptr, false);
    if (status != 200 || text_in(said, "challengeResponse") != sha256_hex(code + wanted.token + wanted.endpoint))
        return refuse(400, 195020, kNotification, "The end point did not answer the challenge");
    if (create) {
        wanted.id = "dest-" + std::to_string(next_id_++);
        destinations_.push_back(wanted);
        return created(base_url(request) + "/commerce/notification/v1/destination/" + wanted.id);
    }
    const auto at = find(wanted.id);
    if (at != destinations_.end()) *at = wanted;  // failures are forgotten: this is how MARKED_DOWN is healed
    return kNoContent;
}

http::Response SellerImpl::subscription(const http::Request& request, const Operation& operation) {
    const auto shown = [](const Subscription& s) {
        return Json{{"subscriptionId", s.id},
                    {"topicId", s.topic},
                    {"status", s.status},
                    {"creationDate", ebay_time(s.created_at)},
                    {"destinationId", s.destination_id},
                    {"payload", {{"format", "JSON"}, {"schemaVersion", "1.0"}, {"deliveryProtocol", "HTTPS"}}}};
    };
    const std::string& name = operation.name;
    if (name == "getSubscriptions") {
        Json list = Json::array();
        for (const Subscription& each : subscriptions_) list.push_back(shown(each));
        return http::Response::json(200, Json{{"href", "/commerce/notification/v1/subscription"},
                                              {"limit", 20},
                                              {"total", list.size()},
                                              {"subscriptions", list}}
                                             .dump());
    }
    if (name == "createSubscription") {
        const Json body = Json::parse(request.body, nullptr, false);
        const std::string id = text_in(body, "topicId");
        const auto topic =
            std::find_if(std::begin(kTopics), std::end(kTopics), [&](const auto& t) { return t.first == id; });
        if (topic == std::end(kTopics)) return refuse(400, 195006, kNotification, "Invalid topic id");
        const auto token = tokens_.find(request.header("authorization").value_or("").substr(7));
        if (token != tokens_.end() && token->second.application != (topic->second == "APP"))
            return refuse(403, 195011, kNotification, "The token does not fit the scope of the topic");
        const Json payload = body.value("payload", Json());
        if (text_in(payload, "format") != "JSON" || text_in(payload, "deliveryProtocol") != "HTTPS" ||
            text_in(payload, "schemaVersion") != "1.0")
            return refuse(400, 195012, kNotification, "Invalid or missing payload");
        const std::string to = text_in(body, "destinationId");
        if (std::none_of(destinations_.begin(), destinations_.end(), [&](const Destination& d) { return d.id == to; }))
            return refuse(400, 195004, kNotification, "Invalid or missing destination id");
        for (const Subscription& each : subscriptions_)
            if (each.topic == id) return refuse(409, 195013, kNotification, "The subscription exists already");
        Subscription made{"sub-" + std::to_string(next_id_++), id, text_in(body, "status"), to, world_.now()};
        if (made.status != "ENABLED" && made.status != "DISABLED")
            return refuse(400, 195014, kNotification, "Invalid or missing status");
        subscriptions_.push_back(made);
        return created(base_url(request) + "/commerce/notification/v1/subscription/" + made.id);
    }
    const auto at = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                                 [&](const Subscription& s) { return s.id == operation.arguments[0]; });
    if (at == subscriptions_.end()) return refuse(404, 195015, kNotification, "Invalid or missing subscription id");
    if (name == "getSubscription") return http::Response::json(200, shown(*at).dump());
    if (name == "deleteSubscription") {
        subscriptions_.erase(at);
    } else if (name == "updateSubscription") {
        const Json body = Json::parse(request.body, nullptr, false);
        const std::string status = text_in(body, "status"), to = text_in(body, "destinationId");
        if (status != "ENABLED" && status != "DISABLED")
            return refuse(400, 195014, kNotification, "Invalid or missing status");
        if (std::none_of(destinations_.begin(), destinations_.end(), [&](const Destination& d) { return d.id == to; }))
            return refuse(400, 195004, kNotification, "Invalid or missing destination id");
        at->status = status;
        at->destination_id = to;
    } else if (name == "testSubscription") {
        notify(at->topic,
               {{"username", "test_user"}, {"userId", "testUserId"}, {"eiasToken", base64_encode("test_user")}},
               at->id);
        return {202, "", "application/json", {}};
    } else
        at->status = name == "enableSubscription" ? "ENABLED" : "DISABLED";
    return kNoContent;
}

void SellerImpl::notify(const std::string& topic, const Json& data, const std::string& only) {
    for (const Subscription& each : subscriptions_) {
        if (each.topic != topic || (each.status != "ENABLED" && only.empty()) || (!only.empty() && each.id != only))
            continue;
        if (faults_.take({"notification_lost"}, topic)) {
            ++world_.counters.notifications_lost;
            continue;
        }
        const Json body = {{"metadata", {{"topic", topic}, {"schemaVersion", "1.0"}, {"deprecated", false}}},
                           {"notification",
                            {{"notificationId", world_.random().uuid() + "_" + world_.random().uuid()},
                             {"eventDate", ebay_time(world_.now())},
                             {"publishDate", ebay_time(world_.now())},
                             {"publishAttemptCount", 1},
                             {"data", data}}}};
        deliveries_.push_back({clock_.now(), each.destination_id, body.dump(), 1});
        if (faults_.take({"notification_twice"}, topic)) deliveries_.push_back(deliveries_.back());
    }
}

void SellerImpl::tick() {
    Lock lock(mutex_);
    world_.catch_up();
    std::deque<Delivery> waiting;
    waiting.swap(deliveries_);
    for (Delivery& delivery : waiting) {
        const auto at = std::find_if(destinations_.begin(), destinations_.end(),
                                     [&](const Destination& d) { return d.id == delivery.destination_id; });
        if (at == destinations_.end()) continue;
        if (delivery.due > clock_.now()) {
            deliveries_.push_back(std::move(delivery));
            continue;
        }
        if (at->status != "ENABLED") {
            ++world_.counters.notifications_lost;
            continue;
        }
        WebhookCall call{at->endpoint,
                         {{"Content-Type", "application/json"},
                          {"X-EBAY-SIGNATURE", notification_key_.sign(delivery.body, notification_kid_)}},
                         delivery.body};
        const WebhookSender sender = sender_;
        lock.unlock();
        const int status = sender ? sender(call) : 0;
        lock.lock();
        ++world_.counters.notifications_sent;
        if (status == 200 || status == 202 || status == 204) continue;
        ++world_.counters.notifications_failed;
        const auto again = std::find_if(destinations_.begin(), destinations_.end(),
                                        [&](const Destination& d) { return d.id == delivery.destination_id; });
        if (again == destinations_.end()) continue;
        if (++again->failures >= 5) again->status = "MARKED_DOWN";
        if (delivery.attempt >= 5) continue;
        Json body = Json::parse(delivery.body);
        body["notification"]["publishAttemptCount"] = ++delivery.attempt;
        delivery.body = body.dump();
        delivery.due = clock_.now() + 1min * delivery.attempt;
        deliveries_.push_back(std::move(delivery));
    }
}

void SellerImpl::set_webhook_sender(WebhookSender sender) {
    const std::lock_guard guard(mutex_);
    sender_ = std::move(sender);
}

}  // namespace crossdock::sandbox::ebay
