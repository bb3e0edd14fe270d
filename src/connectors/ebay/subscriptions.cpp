// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/subscriptions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json_writer.h"
#include "crypto/compare.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::string_view kWantedTopics[] = {"MARKETPLACE_ACCOUNT_DELETION", "AUTHORIZATION_REVOCATION",
                                              "ORDER_CONFIRMATION", "ORDER_CANCELLATION_ACTIVITY",
                                              "ITEM_MARKED_SHIPPED"};
constexpr int kListPages = 50;

Call notification_call(std::string_view name, std::string path, std::string method = "GET") {
    Call call{Api::notification, name, std::move(path)};
    call.method = std::move(method);
    call.access = Access::application;
    return call;
}

std::string continuation(JsonView next) {
    const std::string url = next.text().value_or("");
    constexpr std::string_view name = "continuation_token=";
    const auto at = url.find(name);
    if (at == std::string::npos) return {};
    const auto from = at + name.size();
    return url.substr(from, url.find('&', from) - from);
}

/// Every entry of one of eBay's lists of notifications.
Status each(Client& client, Call call, std::string_view field, const std::function<void(JsonView)>& entry) {
    std::string token;
    for (int pages = 0; pages < kListPages; ++pages) {
        call.query = {{"limit", "100"}};
        // The token is taken out of an address, where it is encoded already.
        if (!token.empty()) call.query.emplace_back("continuation_token", token);
        const auto answer = client.call(call);
        if (!answer) return answer.error();
        for (const JsonView one : answer->root[field]) entry(one);
        const std::string next = continuation(answer->root["next"]);
        if (next.empty()) return ok();
        if (next == token) break;
        token = next;
    }
    return Error{ErrorKind::unavailable, "ebay_paging_stuck", "eBay's pages of notifications do not end"};
}

/// A refusal that is about one topic, or one subscription.
Error about_one_topic(Error error) {
    if (error.code == "ebay_scope_missing") error.kind = ErrorKind::rejected;
    return error;
}

}  // namespace

Result<Subscriptions> Notifier::read(const OwnAddresses& own) {
    Subscriptions found;
    held_by_user_.clear();
    if (auto set = ensure_alert_address(found); !set) return set.error();
    if (auto read = read_destinations(); !read) return read.error();
    if (auto made = ensure_destination(own, found); !made) return made.error();
    if (auto read = read_topics(found); !read) return read.error();
    for (const bool user : {false, true}) {
        if (std::none_of(topics_.begin(), topics_.end(), [&](const auto& one) { return one.second.of_user == user; }))
            continue;
        const auto read = read_held(user, found);
        if (read) continue;
        // The topics of the application do not need the seller's consent.
        if (!user || read.error().kind != ErrorKind::denied) return read.error();
        std::erase_if(found.wanted, [this](const std::string& topic) { return of_user(topic); });
        found.problems.push_back(
            {"notifications_not_permitted",
             read.error().message +
                 ". eBay does not tell of the seller's own orders; let the seller consent again, with "
                 "the scope commerce.notification.subscription. Polling brings them all the same"});
    }
    // Behind their subscriptions, for eBay removes none that is in use.
    for (const Destination& one : destinations_)
        if (own.holds(one.address) && one.address != own.current)
            found.held.push_back({one.id, std::string{kDestination}, one.address, "it is an address of the past"});
    return found;
}

/// Without it createDestination fails with an error that says something else.
Status Notifier::ensure_alert_address(Subscriptions& found) {
    const auto known = client_.call(notification_call("getConfig", "/config"));
    if (known && known->root["alertEmail"].filled_text()) return ok();
    if (!known && known.error().kind != ErrorKind::not_found) return known.error();
    if (client_.settings().alert_email.empty())
        return Error{ErrorKind::invalid, "alert_email_missing",
                     "eBay wants an address to warn when notifications cannot be delivered: set alert_email in the "
                     "channel's settings"};
    Call call = notification_call("updateConfig", "/config", "PUT");
    JsonWriter(call.body).begin_object().field("alertEmail", client_.settings().alert_email).end_object();
    const auto set = client_.call(call);
    if (!set) return set.error();
    found.done.emplace_back("set the address for eBay's alerts");
    return ok();
}

Status Notifier::read_destinations() {
    destinations_.clear();
    return each(client_, notification_call("getDestinations", "/destination"), "destinations", [this](JsonView one) {
        const JsonView config = one["deliveryConfig"];
        destinations_.push_back({one["destinationId"].text().value_or(""), config["endpoint"].text().value_or(""),
                                 one["status"].text().value_or(""), config["verificationToken"].text().value_or("")});
    });
}

std::string Notifier::destination_body(const std::string& address) const {
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().field("name", "crossdock").field("status", "ENABLED").key("deliveryConfig").begin_object();
    writer.field("endpoint", address);
    writer.field("verificationToken", client_.settings().verification_token.reveal()).end_object().end_object();
    return body;
}

Status Notifier::put_destination(const Destination& known, const std::string& address) {
    Call call = notification_call("updateDestination", "/destination/" + path_part(known.id), "PUT");
    call.body = destination_body(address);
    const auto put = client_.call(call);
    return put ? ok() : Status{put.error()};
}

Status Notifier::ensure_destination(const OwnAddresses& own, Subscriptions& found) {
    const auto at = [&](auto is_it) { return std::find_if(destinations_.begin(), destinations_.end(), is_it); };
    const auto current = at([&](const Destination& one) { return one.address == own.current; });
    if (current != destinations_.end()) {
        const std::string& token = client_.settings().verification_token.reveal();
        const bool other_token = !current->token.empty() && !crypto::equal_constant_time(current->token, token);
        if (current->status == "ENABLED" && !other_token) return ok();
        // One that failed too often is marked down and stays so until somebody enables it.
        if (auto put = put_destination(*current, own.current); !put) return put;
        found.done.push_back("enabled the destination again (it " +
                             (other_token ? "had another verification token" : "was " + in_quotes(current->status)) + ")");
        current->status = "ENABLED";
        return ok();
    }
    // What hangs on a destination moves along with it.
    const auto former = at([&](const Destination& one) { return own.holds(one.address); });
    if (former != destinations_.end()) {
        if (auto put = put_destination(*former, own.current); !put) return put;
        found.done.push_back("moved the destination from " + former->address + " to " + own.current);
        former->address = own.current;
        former->status = "ENABLED";
        return ok();
    }
    Call call = notification_call("createDestination", "/destination", "POST");
    call.body = destination_body(own.current);
    const auto made = client_.call(call);
    if (!made) return made.error();
    std::string id = made->location.substr(made->location.rfind('/') + 1);
    if (id.empty())
        return Error{ErrorKind::unavailable, "ebay_bad_answer", "eBay made a destination and did not name it"};
    destinations_.push_back({std::move(id), own.current, "ENABLED", ""});
    found.done.push_back("registered " + own.current);
    return ok();
}

Status Notifier::read_topics(Subscriptions& found) {
    topics_.clear();
    return each(client_, notification_call("getTopics", "/topic"), "topics", [&](JsonView one) {
        const std::string id = one["topicId"].text().value_or("");
        if (std::find(std::begin(kWantedTopics), std::end(kWantedTopics), id) == std::end(kWantedTopics)) return;
        if (one["status"].word() == "DISABLED" || topics_.contains(id)) return;
        Topic topic{{}, one["scope"].word() == "USER"};
        for (const JsonView payload : one["supportedPayloads"])
            if (!payload["deprecated"].is_true() && payload["deliveryProtocol"].word() == "HTTPS")
                if (auto version = payload["schemaVersion"].filled_text(); version && *version > topic.schema_version)
                    topic.schema_version = *version;
        if (topic.schema_version.empty()) topic.schema_version = "1.0";
        topics_[id] = std::move(topic);
        found.wanted.push_back(id);
    });
}

Status Notifier::read_held(bool user, Subscriptions& found) {
    Call list = notification_call("getSubscriptions", "/subscription");
    if (user) list.access = Access::user;
    return each(client_, list, "subscriptions", [&](JsonView one) {
        HeldSubscription held{one["subscriptionId"].text().value_or(""), one["topicId"].text().value_or(""), {}, {}};
        // Each kind of token may be shown what the other one is shown, too.
        if (!held_by_user_.emplace(held.id, user).second) return;
        const std::string destination = one["destinationId"].text().value_or("");
        for (const Destination& known : destinations_)
            if (known.id == destination) held.address = known.address;
        if (const auto status = one["status"].filled_text(); status && *status != "ENABLED")
            held.fault = "it is " + in_quotes(*status);
        found.held.push_back(std::move(held));
    });
}

bool Notifier::of_user(const std::string& topic) const {
    const auto found = topics_.find(topic);
    return found != topics_.end() && found->second.of_user;
}

std::string Notifier::body_of(const std::string& topic, const std::string& address, bool is_new) const {
    const auto known = topics_.find(topic);
    std::string destination;
    for (const Destination& one : destinations_)
        if (one.address == address) destination = one.id;
    std::string body;
    JsonWriter writer(body);
    writer.begin_object();
    if (is_new) writer.field("topicId", topic);
    writer.field("status", "ENABLED").field("destinationId", destination).key("payload").begin_object();
    writer.field("format", "JSON").field("deliveryProtocol", "HTTPS");
    writer.field("schemaVersion", known == topics_.end() ? std::string{"1.0"} : known->second.schema_version);
    writer.end_object().end_object();
    return body;
}

Result<std::string> Notifier::subscribe(const std::string& topic, const std::string& address) {
    Call call = notification_call("createSubscription", "/subscription", "POST");
    // Each kind of topic refuses the other kind of token (195011).
    if (of_user(topic)) call.access = Access::user;
    call.body = body_of(topic, address, true);
    const auto made = client_.call(call);
    if (made) return made->location.substr(made->location.rfind('/') + 1);
    if (made.error().kind == ErrorKind::conflict)
        return Error{ErrorKind::conflict, "subscribed_elsewhere",
                     "eBay tells another address of the application of " + topic +
                         ", and takes one only. If this hub should be told, remove the other subscription at eBay"};
    return about_one_topic(made.error());
}

Status Notifier::mend(const HeldSubscription& held, const std::string& address) {
    Call call = notification_call("updateSubscription", "/subscription/" + path_part(held.id), "PUT");
    if (of_user(held.topic)) call.access = Access::user;
    call.body = body_of(held.topic, address, false);
    const auto put = client_.call(call);
    return put ? ok() : Status{about_one_topic(put.error())};
}

Status Notifier::remove(const HeldSubscription& held) {
    const bool whole = held.topic == kDestination;
    Call call = whole ? notification_call("deleteDestination", "/destination/" + path_part(held.id), "DELETE")
                      : notification_call("deleteSubscription", "/subscription/" + path_part(held.id), "DELETE");
    const auto by = held_by_user_.find(held.id);
    if (!whole && by != held_by_user_.end() && by->second) call.access = Access::user;
    const auto gone = client_.call(call);
    return gone ? ok() : Status{about_one_topic(gone.error())};
}

}  // namespace crossdock::connectors::ebay
