// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/webhooks.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/answers.h"
#include "crypto/compare.h"
#include "crypto/hash.h"
#include "crypto/token.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::string_view kUser = "crossdock";
constexpr const char* kKept = "webhook_password";
constexpr std::size_t kPasswordLength = 43;

/// ORDER_UPDATES takes the place of the other events of orders, which end on 15 December 2026; each account is offered
/// some of them.
constexpr std::string_view kWanted[]{"ORDER_UPDATES",    "PO_CREATED",           "PO_LINE_AUTOCANCELLED",
                                     "INTENT_TO_CANCEL", "RETURN_NOTIFICATIONS", "OFFER_UNPUBLISHED",
                                     "INVENTORY_OOS"};

bool is_wanted(std::string_view type) {
    for (const std::string_view one : kWanted)
        if (type == one) return true;
    return false;
}

std::string basic_credentials(const Secret& password) {
    return "Basic " + crypto::base64_encode(std::string{kUser} + ":" + password.reveal());
}

std::string_view header_value(const net::Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (equals_ignoring_case(key, name)) return value;
    return {};
}

WebhookNotice::Subject subject_of_event(std::string_view type, bool has_order) {
    using Subject = WebhookNotice::Subject;
    if (type.starts_with("RETURN")) return Subject::refund;
    if (has_order) return Subject::order;
    if (type.starts_with("OFFER") || type.starts_with("ITEM")) return Subject::catalog;
    if (type.starts_with("INVENTORY")) return Subject::stock;
    if (type.starts_with("ORDER") || type.starts_with("PO_") || type.starts_with("INTENT")) return Subject::order;
    return Subject::other;
}

std::string id_of_field(JsonView field) {
    if (auto text = field.filled_text()) return *text;
    return field.is_number() ? std::string{field.word()} : std::string{};
}

/// The examples of Walmart's file have `events` everywhere, its schemas another name; or both, one inside the other.
std::vector<JsonView> listed(JsonView root, std::string_view in_schema) {
    std::vector<JsonView> all;
    for (const JsonView one : elements(root["events"].exists() ? root["events"] : root[in_schema]))
        if (one[in_schema].exists())
            for (const JsonView inner : elements(one[in_schema])) all.push_back(inner);
        else
            all.push_back(one);
    return all;
}

}  // namespace

Secret Webhooks::password() const {
    if (!client_.settings().webhook_password.empty()) return client_.settings().webhook_password;
    Vault* vault = client_.runtime().vault;
    return vault == nullptr ? Secret{} : vault->load(kKept).value_or(Secret{});
}

Result<Secret> Webhooks::password_or_new() {
    Secret known = password();
    if (!known.empty()) return known;
    Vault* vault = client_.runtime().vault;
    if (vault == nullptr)
        return Error{ErrorKind::denied, "webhook_no_secret",
                     "the channel has no webhook_password, and nowhere to keep one"};
    Secret fresh{crypto::random_token(client_.runtime().random, kPasswordLength)};
    vault->keep(kKept, fresh);
    return fresh;
}

Result<WebhookNotice> Webhooks::verify(const WebhookCall& call) {
    const Secret known = password();
    if (known.empty())
        return Error{ErrorKind::denied, "webhook_no_secret",
                     "the channel has no password to check Walmart's notifications with; it gets one when they are "
                     "subscribed to"};
    if (!crypto::equal_constant_time(trim(header_value(call.headers, "Authorization")), basic_credentials(known)))
        return Error{ErrorKind::denied, "webhook_not_genuine", "the notification's password is missing or wrong"};
    WebhookNotice notice;
    const auto index = JsonIndex::parse(call.body);
    if (!index) return notice;  // genuine, but nothing to go by
    const JsonView root = index->root(), source = root["source"], payload = root["payload"];
    notice.delivery_id = id_of_field(source["eventId"]);
    notice.topic = source["eventType"].text().value_or("");
    const std::string order_id = id_of_field(payload["purchaseOrderId"]);
    notice.subject = subject_of_event(notice.topic, !order_id.empty());
    if (notice.subject == WebhookNotice::Subject::order) notice.external_id = order_id;
    return notice;
}

Result<std::string> Webhooks::address_for(const std::string& url) const {
    if (url.starts_with("https://") || !client_.settings().url.starts_with("https://")) return url;
    return Error{ErrorKind::invalid, "webhook_url",
                 "Walmart calls https addresses only, not \"" + in_quotes(url.substr(0, 100)) + "\""};
}

Result<Subscriptions> Webhooks::read_subscriptions(const OwnAddresses& own) {
    const auto password = password_or_new();
    if (!password) return password.error();
    const auto types = client_.call({Operation::get_event_types, "/v3/webhooks/eventTypes"});
    if (!types) return types.error();
    Subscriptions found;
    offered_.clear();
    for (const JsonView one : listed(types->root, "eventTypes")) {
        const std::string type = one["eventType"].text().value_or("");
        if (!is_wanted(type) || offered_.contains(type)) continue;
        offered_[type] = {one["eventVersion"].text().value_or("V1"), one["resourceName"].text().value_or("ORDER")};
        found.wanted.push_back(type);
    }
    const auto there = client_.call({Operation::get_subscriptions, "/v3/webhooks/subscriptions"});
    if (!there && there.error().kind != ErrorKind::not_found) return there.error();
    if (!there) return found;
    for (const JsonView one : listed(there->root, "event")) {
        HeldSubscription held{id_of_field(one["subscriptionId"]),
                              one["eventType"].text().value_or(""),
                              one["eventUrl"].text().value_or(""),
                              {}};
        const std::string status = one["status"].text().value_or(""),
                          theirs = one["authDetails"]["password"].text().value_or("");
        if (own.holds(held.address)) {
            if (status != "ACTIVE")
                held.fault = "it is " + in_quotes(status);
            else if (!crypto::equal_constant_time(theirs, password->reveal()))
                held.fault = "it has another password";
        }
        found.held.push_back(std::move(held));
    }
    return found;
}

Status Webhooks::write_event(JsonWriter& writer, const std::string& type, const std::string& address) {
    const auto password = password_or_new();
    if (!password) return password.error();
    const auto offered = offered_.find(type);
    const EventType as = offered == offered_.end() ? EventType{"V1", "ORDER"} : offered->second;
    writer.begin_object();
    writer.field("eventType", type).field("eventVersion", as.version).field("resourceName", as.resource);
    writer.field("eventUrl", address).key("authDetails").begin_object();
    writer.field("authMethod", "BASIC_AUTH").field("authHeaderName", "Authorization");
    writer.field("userName", kUser).field("password", password->reveal()).end_object();
    writer.field("status", "ACTIVE").end_object();
    return ok();
}

Result<std::string> Webhooks::create_subscription(const std::string& type, const std::string& address) {
    Call call{Operation::create_subscription, "/v3/webhooks/subscriptions"};
    call.method = "POST";
    call.push = true;
    JsonWriter writer(call.body);
    writer.begin_object().key("events").begin_array();
    if (auto written = write_event(writer, type, address); !written) return written.error();
    writer.end_array().end_object();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    for (const JsonView made : listed(answer->root, "event"))
        if (made["eventType"].text() == type) return id_of_field(made["subscriptionId"]);
    return std::string{};  // its id is read with the list
}

Status Webhooks::mend_subscription(const HeldSubscription& held, const std::string& address) {
    Call call{Operation::update_subscription, "/v3/webhooks/subscriptions/" + net::percent_encode(held.id)};
    call.method = "PATCH";
    call.push = true;
    JsonWriter writer(call.body);
    if (auto written = write_event(writer, held.topic, address); !written) return written;
    const auto answer = client_.call(call);
    return answer ? ok() : Status{answer.error()};
}

Status Webhooks::remove_subscription(const HeldSubscription& held) {
    if (held.id.empty()) return Error{ErrorKind::rejected, "walmart_bad_answer", "Walmart showed it without an id"};
    // Walmart allows twice as many of these as changes; they are few.
    Call call{Operation::update_subscription, "/v3/webhooks/subscriptions/" + net::percent_encode(held.id)};
    call.method = "DELETE";
    call.push = true;
    const auto answer = client_.call(call);
    return answer ? ok() : Status{answer.error()};
}

}  // namespace crossdock::connectors::walmart
