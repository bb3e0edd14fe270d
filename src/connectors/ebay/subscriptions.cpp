// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/subscriptions.h"

#include <functional>
#include <set>

#include "base/json_writer.h"

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

struct Topic {
    std::string id, schema_version;
    bool of_user = false;
};
struct Destination {
    std::string id, status;
};

class Notifier {
public:
    Notifier(Client& client, const std::string& endpoint) : client_(client), endpoint_(endpoint) {}

    Result<std::vector<std::string>> ensure() {
        if (auto set = ensure_alert_address(); !set) return set.error();
        if (auto made = ensure_destination(); !made) return made.error();
        if (auto read = read_topics(); !read) return read.error();
        for (const bool of_user : {false, true}) {
            std::set<std::string> there;
            const bool wanted = std::any_of(topics_.begin(), topics_.end(),
                                            [&](const Topic& topic) { return topic.of_user == of_user; });
            if (!wanted) continue;
            Call list = notification_call("getSubscriptions", "/subscription");
            if (of_user) list.access = Access::user;
            const auto read = each(client_, list, "subscriptions", [&](JsonView one) {
                if (one["destinationId"].text() == destination_.id) there.insert(one["topicId"].text().value_or(""));
            });
            if (!read) return read.error();
            for (const Topic& topic : topics_)
                if (topic.of_user == of_user && !there.contains(topic.id)) subscribe(topic);
        }
        return std::move(done_);
    }

private:
    /// Without it createDestination fails with an error that says something else.
    Status ensure_alert_address() {
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
        done_.push_back("set the address for eBay's alerts");
        return ok();
    }

    std::string destination_body() const {
        std::string body;
        JsonWriter writer(body);
        writer.begin_object()
            .field("name", "crossdock")
            .field("status", "ENABLED")
            .key("deliveryConfig")
            .begin_object();
        writer.field("endpoint", endpoint_);
        writer.field("verificationToken", client_.settings().verification_token.reveal()).end_object().end_object();
        return body;
    }

    Status ensure_destination() {
        const auto read =
            each(client_, notification_call("getDestinations", "/destination"), "destinations", [&](JsonView one) {
                if (one["deliveryConfig"]["endpoint"].text() == endpoint_)
                    destination_ = {one["destinationId"].text().value_or(""), one["status"].text().value_or("")};
            });
        if (!read) return read;
        if (!destination_.id.empty() && destination_.status == "ENABLED") return ok();
        const bool known = !destination_.id.empty();
        // One that failed too often is marked down and stays so until somebody enables it.
        Call call = known ? notification_call("updateDestination", "/destination/" + path_part(destination_.id), "PUT")
                          : notification_call("createDestination", "/destination", "POST");
        call.body = destination_body();
        const auto made = client_.call(call);
        if (!made) return made.error();
        if (known) {
            done_.push_back("enabled the destination again (it was " + in_quotes(destination_.status) + ")");
            return ok();
        }
        destination_.id = made->location.substr(made->location.rfind('/') + 1);
        if (destination_.id.empty())
            return Error{ErrorKind::unavailable, "ebay_bad_answer", "eBay made a destination and did not name it"};
        done_.push_back("registered " + endpoint_);
        return ok();
    }

    Status read_topics() {
        return each(client_, notification_call("getTopics", "/topic"), "topics", [&](JsonView one) {
            Topic topic{one["topicId"].text().value_or(""), {}, one["scope"].word() == "USER"};
            if (std::find(std::begin(kWantedTopics), std::end(kWantedTopics), topic.id) == std::end(kWantedTopics))
                return;
            if (one["status"].word() == "DISABLED") return;
            for (const JsonView payload : one["supportedPayloads"])
                if (!payload["deprecated"].is_true() && payload["deliveryProtocol"].word() == "HTTPS")
                    if (auto version = payload["schemaVersion"].filled_text();
                        version && *version > topic.schema_version)
                        topic.schema_version = *version;
            if (topic.schema_version.empty()) topic.schema_version = "1.0";
            topics_.push_back(std::move(topic));
        });
    }

    void subscribe(const Topic& topic) {
        Call call = notification_call("createSubscription", "/subscription", "POST");
        // Each kind of topic refuses the other kind of token (195011).
        if (topic.of_user) call.access = Access::user;
        JsonWriter writer(call.body);
        writer.begin_object().field("topicId", topic.id).field("status", "ENABLED");
        writer.field("destinationId", destination_.id).key("payload").begin_object().field("format", "JSON");
        writer.field("deliveryProtocol", "HTTPS")
            .field("schemaVersion", topic.schema_version)
            .end_object()
            .end_object();
        const auto made = client_.call(call);
        if (!made && made.error().kind == ErrorKind::conflict) return;  // there already
        done_.push_back(made ? "subscribed to " + topic.id
                             : "could not subscribe to " + topic.id + ": " + made.error().message);
    }

    Client& client_;
    const std::string& endpoint_;
    Destination destination_;
    std::vector<Topic> topics_;
    std::vector<std::string> done_;
};

}  // namespace

Result<std::vector<std::string>> ensure_notifications(Client& client, const std::string& endpoint) {
    return Notifier(client, endpoint).ensure();
}

}  // namespace crossdock::connectors::ebay
