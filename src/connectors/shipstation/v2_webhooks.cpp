// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/v2_webhooks.h"

#include <algorithm>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/shipstation/webhooks.h"
#include "crypto/compare.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::string_view kSecretHeader = "X-Crossdock-Secret";
constexpr std::string_view kV2Events[] = {"shipment_created_v2", "label_created_v2", "fulfillment_shipped_v2",
                                          "fulfillment_rejected_v2"};
constexpr const char* kWebhooksPath = "/v2/environment/webhooks";

/// Whether a webhook that is there sends our secret.
bool sends_secret(JsonView hook, const Secret& secret) {
    for (const JsonView header : hook["headers"])
        if (equals_ignoring_case(header["key"].text().value_or(""), kSecretHeader))
            return crypto::equal_constant_time(header["value"].text().value_or(""), secret.reveal());
    return false;
}

}  // namespace

Result<WebhookNotice> V2Webhooks::verify(const WebhookCall& call) {
    const Secret wanted = webhook_secret(client_);
    if (wanted.empty())
        return Error{ErrorKind::denied, "webhook_no_secret",
                     "the channel has no secret for webhooks; the hub makes one when it subscribes to them"};
    bool genuine = false;
    for (const auto& [name, value] : call.headers)
        if (equals_ignoring_case(name, kSecretHeader)) genuine |= crypto::equal_constant_time(value, wanted.reveal());
    if (!genuine) return Error{ErrorKind::denied, "webhook_not_genuine", "the webhook's secret is missing or wrong"};
    WebhookNotice notice;
    const auto index = JsonIndex::parse(call.body);
    if (index) notice.topic = index->root()["resource_type"].word();
    notice.subject = WebhookNotice::Subject::order;  // every event we ask for is about one
    return notice;
}

Result<std::vector<std::string>> V2Webhooks::ensure_subscriptions(const std::string& url) {
    if (!url.starts_with("https://") && !client_.settings().own_base_url)
        return Error{ErrorKind::invalid, "webhook_url",
                     "ShipStation is given https addresses only, not \"" + url.substr(0, 100) + "\""};
    const auto secret = webhook_secret_or_new(client_);
    if (!secret) return secret.error();
    Call list{"list_webhooks", kWebhooksPath};
    list.api = Api::v2;
    const auto answer = client_.call(list);
    if (!answer) return answer.error();
    if (!answer->root.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of webhooks"};
    std::set<std::string, std::less<>> there;
    std::vector<std::string> outdated, done;
    for (const JsonView hook : answer->root) {
        if (hook["url"].text() != url) continue;  // somebody else's
        const std::string event = hook["event"].text().value_or(""), id = hook["webhook_id"].text().value_or("");
        const bool wanted = std::find(std::begin(kV2Events), std::end(kV2Events), event) != std::end(kV2Events);
        if (!wanted || !sends_secret(hook, *secret) || !there.insert(event).second) outdated.push_back(id);
    }
    for (const std::string_view event : kV2Events) {
        if (there.count(event) > 0) continue;
        Call call{"create_webhook", kWebhooksPath};
        call.method = "POST";
        call.api = Api::v2;
        JsonWriter(call.body)
            .begin_object()
            .field("name", "crossdock " + std::string{event})
            .field("event", event)
            .field("url", std::string_view{url})
            .key("headers")
            .begin_array()
            .begin_object()
            .field("key", kSecretHeader)
            .field("value", std::string_view{secret->reveal()})
            .end_object()
            .end_array()
            .end_object();
        const auto made = client_.call(call);
        if (!made && made.error().kind != ErrorKind::rejected) return made.error();
        done.push_back(made ? "subscribed to " + std::string{event}
                            : "could not subscribe to " + std::string{event} + ": " + made.error().message);
    }
    // The new ones first, so that no call is missed.
    for (const std::string& id : outdated) {
        if (id.empty()) continue;
        Call call{"delete_webhook", std::string{kWebhooksPath} + "/" + net::percent_encode(id)};
        call.method = "DELETE";
        call.api = Api::v2;
        const auto gone = client_.call(call);
        if (!gone && gone.error().kind != ErrorKind::not_found && gone.error().kind != ErrorKind::rejected)
            return gone.error();
        done.push_back("removed the outdated webhook " + id);
    }
    return done;
}

}  // namespace crossdock::connectors::shipstation
