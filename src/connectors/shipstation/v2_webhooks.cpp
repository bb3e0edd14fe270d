// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/v2_webhooks.h"

#include <iterator>

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

Result<std::string> V2Webhooks::address_for(const std::string& url) const {
    return https_address(url, client_.settings());
}

Result<Subscriptions> V2Webhooks::read_subscriptions(const OwnAddresses& own) {
    const auto secret = webhook_secret_or_new(client_);
    if (!secret) return secret.error();
    Call list{"list_webhooks", kWebhooksPath};
    list.api = Api::v2;
    const auto answer = client_.call(list);
    if (!answer) return answer.error();
    if (!answer->root.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of webhooks"};
    Subscriptions found;
    for (const JsonView hook : answer->root) {
        HeldSubscription held{hook["webhook_id"].text().value_or(""),
                              hook["event"].text().value_or(""),
                              hook["url"].text().value_or(""),
                              {}};
        if (own.holds(held.address) && !sends_secret(hook, *secret)) held.fault = "it has another secret";
        found.held.push_back(std::move(held));
    }
    found.wanted.assign(std::begin(kV2Events), std::end(kV2Events));
    return found;
}

Result<std::string> V2Webhooks::create_subscription(const std::string& event, const std::string& address) {
    const auto secret = webhook_secret_or_new(client_);
    if (!secret) return secret.error();
    Call call{"create_webhook", kWebhooksPath};
    call.method = "POST";
    call.api = Api::v2;
    JsonWriter(call.body)
        .begin_object()
        .field("name", "crossdock " + event)
        .field("event", std::string_view{event})
        .field("url", std::string_view{address})
        .key("headers")
        .begin_array()
        .begin_object()
        .field("key", kSecretHeader)
        .field("value", std::string_view{secret->reveal()})
        .end_object()
        .end_array()
        .end_object();
    const auto made = client_.call(call);
    if (!made) return made.error();
    return made->root["webhook_id"].text().value_or("");
}

Status V2Webhooks::remove_subscription(const HeldSubscription& held) {
    if (held.id.empty())
        return Error{ErrorKind::rejected, "shipstation_bad_answer", "ShipStation showed it without an id"};
    Call call{"delete_webhook", std::string{kWebhooksPath} + "/" + net::percent_encode(held.id)};
    call.method = "DELETE";
    call.api = Api::v2;
    const auto gone = client_.call(call);
    return gone ? ok() : Status{gone.error()};
}

}  // namespace crossdock::connectors::shipstation
