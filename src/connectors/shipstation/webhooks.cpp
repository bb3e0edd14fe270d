// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/webhooks.h"

#include <algorithm>
#include <iterator>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/answers.h"
#include "crypto/compare.h"
#include "crypto/token.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::string_view kSecretName = "shipstation_webhook_secret";  // in the vault
constexpr std::string_view kSecretParameter = "secret";
constexpr std::size_t kSecretLength = 43;
constexpr std::size_t kLongestUrl = 2048;
/// Orders that came, labels that were bought, orders that a provider shipped or refused. The ITEM_ twins tell the same.
constexpr std::string_view kEvents[] = {"ORDER_NOTIFY", "SHIP_NOTIFY", "FULFILLMENT_SHIPPED", "FULFILLMENT_REJECTED"};

bool is_own_host(std::string_view host) {
    constexpr std::string_view kBegin = "ssapi", kEnd = ".shipstation.com";
    const std::string lower = to_lower(host);
    if (!lower.starts_with(kBegin) || !lower.ends_with(kEnd) || lower.size() < kBegin.size() + kEnd.size())
        return false;
    const std::string_view middle =
        std::string_view{lower}.substr(kBegin.size(), lower.size() - kBegin.size() - kEnd.size());
    return std::all_of(middle.begin(), middle.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_list(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    return path == "/orders" || path == "/shipments" || path == "/fulfillments";
}

/// The address without its query, which holds a secret.
std::string_view without_query(std::string_view url) { return url.substr(0, url.find('?')); }

}  // namespace

bool is_own_resource(std::string_view url, const std::string& own_base_url) {
    if (url.size() > kLongestUrl) return false;
    const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F && c != '\\'; });
    if (!plain) return false;
    if (!own_base_url.empty() && url.starts_with(own_base_url)) return is_list(url.substr(own_base_url.size()));
    constexpr std::string_view kScheme = "https://";
    if (!equals_ignoring_case(url.substr(0, kScheme.size()), kScheme)) return false;
    url.remove_prefix(kScheme.size());
    const auto end = std::min(url.find_first_of("/?#"), url.size());
    return is_own_host(url.substr(0, end)) && is_list(url.substr(end));
}

Secret webhook_secret(Client& client) {
    if (!client.settings().webhook_secret.empty()) return client.settings().webhook_secret;
    Vault* vault = client.runtime().vault;
    return vault == nullptr ? Secret{} : vault->load(std::string{kSecretName}).value_or(Secret{});
}

Result<Secret> webhook_secret_or_new(Client& client) {
    Secret known = webhook_secret(client);
    if (!known.empty()) return known;
    const Runtime& runtime = client.runtime();
    if (runtime.vault == nullptr)
        return Error{ErrorKind::denied, "webhook_no_secret", "set webhook_secret in the channel's credentials"};
    Secret fresh{crypto::random_token(runtime.random, kSecretLength)};
    runtime.vault->keep(std::string{kSecretName}, fresh);  // before ShipStation can call with it
    return fresh;
}

Result<WebhookNotice> Webhooks::verify(const WebhookCall& call) {
    const Secret wanted = webhook_secret(client_);
    if (wanted.empty())
        return Error{ErrorKind::denied, "webhook_no_secret",
                     "the channel has no secret for webhooks; the hub makes one when it subscribes to them"};
    bool genuine = false;
    for (const auto& [name, value] : call.query)
        if (name == kSecretParameter) genuine |= crypto::equal_constant_time(value, wanted.reveal());
    if (!genuine) return Error{ErrorKind::denied, "webhook_not_genuine", "the webhook's secret is missing or wrong"};
    const auto index = JsonIndex::parse(call.body);
    const JsonView root = index ? index->root() : JsonView{};
    const auto url = root["resource_url"].text();
    const Settings& settings = client_.settings();
    if (!url || !is_own_resource(*url, settings.own_base_url ? settings.v1_url : std::string{}))
        return Error{ErrorKind::denied, "webhook_foreign_url",
                     "the webhook points to no list of ShipStation; nothing is fetched from there"};
    WebhookNotice notice;
    notice.topic = root["resource_type"].word();
    const bool known = notice.topic.ends_with("_NOTIFY") || notice.topic.starts_with("FULFILLMENT_");
    notice.subject = known ? WebhookNotice::Subject::order : WebhookNotice::Subject::other;
    return notice;
}

Result<std::string> https_address(const std::string& url, const Settings& settings) {
    if (url.starts_with("https://") || settings.own_base_url) return url;
    return Error{ErrorKind::invalid, "webhook_url",
                 "ShipStation is given https addresses only, not \"" + in_quotes(url.substr(0, 100)) + "\""};
}

Result<std::string> Webhooks::address_for(const std::string& url) const {
    return https_address(url, client_.settings());
}

Result<Subscriptions> Webhooks::read_subscriptions(const OwnAddresses& own) {
    const auto key = webhook_secret_or_new(client_);
    if (!key) return key.error();
    const auto answer = client_.call({"List Webhooks", "/webhooks"});
    if (!answer) return answer.error();
    if (!answer->root["webhooks"].is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of webhooks"};
    Subscriptions found;
    for (const JsonView hook : answer->root["webhooks"]) {
        const std::string to = hook["Url"].text().value_or("");
        HeldSubscription held{std::string{hook["WebHookID"].word()},
                              std::string{hook["HookType"].word()},
                              std::string{without_query(to)},
                              {}};
        if (own.holds(held.address)) {
            if (to != with_query(held.address, {{std::string{kSecretParameter}, key->reveal()}}))
                held.fault = "it has another secret";
            else if (!hook["StoreID"].word().empty() && hook["StoreID"].word() != "0")
                held.fault = "it is for one store";
            else if (hook["Active"].is_false())
                held.fault = "it is switched off";
        }
        found.held.push_back(std::move(held));
    }
    found.wanted.assign(std::begin(kEvents), std::end(kEvents));
    return found;
}

Result<std::string> Webhooks::create_subscription(const std::string& event, const std::string& address) {
    const auto key = webhook_secret_or_new(client_);
    if (!key) return key.error();
    const std::string target = with_query(address, {{std::string{kSecretParameter}, key->reveal()}});
    Call call{"Subscribe to Webhook", "/webhooks/subscribe"};
    call.method = "POST";
    JsonWriter writer(call.body);
    writer.begin_object().field("target_url", std::string_view{target}).field("event", std::string_view{event});
    writer.key("store_id").null().field("friendly_name", "crossdock " + event).end_object();
    const auto answer = client_.call(call);
    if (answer) return std::string{answer->root["id"].word()};
    Error error = answer.error();
    // One event that the account does not have is no reason to go without the others.
    if (error.code == "shipstation_exception_error") error.kind = ErrorKind::rejected;
    return error;
}

Status Webhooks::remove_subscription(const HeldSubscription& held) {
    if (!is_shipstation_id(held.id))
        return Error{ErrorKind::rejected, "shipstation_bad_answer", "its id is none of ShipStation's"};
    Call call{"Unsubscribe to Webhook", "/webhooks/" + held.id};
    call.method = "DELETE";
    const auto answer = client_.call(call);
    return answer ? ok() : Status{answer.error()};
}

}  // namespace crossdock::connectors::shipstation
