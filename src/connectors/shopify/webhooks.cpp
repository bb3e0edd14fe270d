// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/webhooks.h"

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/shopify/answers.h"
#include "connectors/shopify/gid.h"
#include "connectors/shopify/orders.h"
#include "connectors/shopify/paging.h"
#include "crypto/compare.h"
#include "crypto/hash.h"

namespace crossdock::connectors::shopify {
namespace {

struct Topic {
    std::string_view name;
    std::string_view scope;  // without it Shopify refuses the subscription
};
/// What a hub that fetches by itself profits from. ORDERS_UPDATED alone would bring every change of an order; the
/// others come sooner, or come where it does not (deletion, money that settles late, a move between locations). Left
/// out are INVENTORY_LEVELS_UPDATE, which comes with every sale and as the echo of every push, and nothing would follow
/// from it; and BULK_OPERATIONS_FINISH: an export is asked for how it stands every few seconds.
constexpr Topic kTopics[] = {{"ORDERS_CREATE", "read_orders"},
                             {"ORDERS_UPDATED", "read_orders"},
                             {"ORDERS_EDITED", "read_orders"},
                             {"ORDERS_CANCELLED", "read_orders"},
                             {"ORDERS_PAID", "read_orders"},
                             {"ORDERS_FULFILLED", "read_orders"},
                             {"ORDERS_PARTIALLY_FULFILLED", "read_orders"},
                             {"ORDERS_DELETE", "read_orders"},
                             {"REFUNDS_CREATE", "read_orders"},
                             {"ORDER_TRANSACTIONS_CREATE", "read_orders"},
                             {"FULFILLMENTS_CREATE", "read_fulfillments"},
                             {"FULFILLMENTS_UPDATE", "read_fulfillments"},
                             {"FULFILLMENT_ORDERS_MOVED", "read_merchant_managed_fulfillment_orders"},
                             {"FULFILLMENT_ORDERS_SPLIT", "read_merchant_managed_fulfillment_orders"},
                             {"FULFILLMENT_ORDERS_PLACED_ON_HOLD", "read_merchant_managed_fulfillment_orders"},
                             {"FULFILLMENT_ORDERS_HOLD_RELEASED", "read_merchant_managed_fulfillment_orders"},
                             {"FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE", "read_merchant_managed_fulfillment_orders"},
                             {"PRODUCTS_CREATE", "read_products"},
                             {"PRODUCTS_UPDATE", "read_products"},
                             {"PRODUCTS_DELETE", "read_products"},
                             {"INVENTORY_ITEMS_CREATE", "read_inventory"},
                             {"INVENTORY_ITEMS_UPDATE", "read_inventory"},
                             {"INVENTORY_ITEMS_DELETE", "read_inventory"},
                             {"INVENTORY_LEVELS_CONNECT", "read_inventory"},
                             {"INVENTORY_LEVELS_DISCONNECT", "read_inventory"},
                             {"LOCATIONS_CREATE", "read_locations"},
                             {"LOCATIONS_UPDATE", "read_locations"},
                             {"LOCATIONS_DELETE", "read_locations"},
                             {"SHOP_UPDATE", ""},
                             {"APP_UNINSTALLED", ""},
                             {"APP_SCOPES_UPDATE", ""}};

std::string_view header_of(const net::Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (equals_ignoring_case(key, name)) return value;
    return {};
}

WebhookNotice::Subject subject_of(std::string_view topic) {
    using Subject = WebhookNotice::Subject;
    const std::string_view resource = topic.substr(0, topic.find('/'));
    if (resource == "orders" || resource == "refunds" || resource == "order_transactions" ||
        resource == "fulfillments" || resource == "fulfillment_orders")
        return Subject::order;
    if (topic == "inventory_levels/update") return Subject::stock;
    // A level that comes or goes is a row of the catalogue; a walk through the catalogue begins with the locations.
    if (resource == "products" || resource == "inventory_items" || resource == "inventory_levels" ||
        resource == "variants" || resource == "locations")
        return Subject::catalog;
    if (resource == "shop" || resource == "app") return Subject::channel;
    return Subject::other;
}

/// Ids are JSON numbers above 2^53 here: their digits are taken from the text.
/// A fulfilment order's webhook names no order, only {"fulfillment_order": {"id": …}}, {"moved_fulfillment_order": …}
/// and the like: its own id, which fetch_order understands, stands for the order.
std::string order_id_of(std::string_view topic, JsonView body) {
    if (topic.starts_with("fulfillment_orders/")) {
        for (const JsonView part : body)
            if (part["id"].word().starts_with(kFulfillmentOrderGid)) return std::string{part["id"].word()};
        return {};
    }
    if (!topic.starts_with("orders/")) return std::string{gid_digits(body["order_id"].word())};
    const std::string_view id = gid_digits(body["id"].word());
    return std::string{id.empty() ? gid_digits(body["admin_graphql_api_id"].word()) : id};
}

/// A permission that this topic alone needs, a word that this version does not have: the other topics go on.
Error about_one_topic(Error error) {
    if (error.code == "shopify_access_denied") error.kind = ErrorKind::rejected;
    return error;
}

/// Why a subscription brings less than the hub needs: all of it, as JSON.
std::string fault_of(JsonView node) {
    if (node["format"].exists() && node["format"].word() != "JSON")
        return "it sends " + in_quotes(node["format"].word()) + ", not JSON";
    if (!node["filter"].text().value_or("").empty()) return "it has a filter";
    if (node["includeFields"].is_array() && node["includeFields"].size() > 0) return "it leaves fields out";
    return {};
}

/// The refusal of a mutation, if it is one.
Status status_of(const Result<Answer>& answer, std::string_view mutation) {
    if (!answer) return about_one_topic(answer.error());
    const std::string refusal = user_errors_text(answer->data[mutation]["userErrors"]);
    if (refusal.empty()) return ok();
    return Error{ErrorKind::rejected, "shopify_refused", "Shopify refused " + std::string{mutation} + ": " + refusal};
}

}  // namespace

bool is_genuine(std::string_view body, std::string_view header, const std::vector<Secret>& secrets) {
    const auto signature = crypto::base64_decode(trim(header));
    bool genuine = false;
    for (const Secret& secret : secrets)
        // No early way out: which of two secrets fits is nobody's business either.
        genuine |= signature && crypto::equal_constant_time(crypto::hmac_sha256(secret.reveal(), body), *signature);
    return genuine;
}

Result<WebhookNotice> Webhooks::verify(const WebhookCall& call) {
    const Settings& settings = client_.settings();
    if (settings.webhook_secrets.empty())
        return Error{ErrorKind::denied, "webhook_no_secret",
                     "the channel has no client_secret (or webhook_secret) to check webhooks with"};
    if (!is_genuine(call.body, header_of(call.headers, "X-Shopify-Hmac-Sha256"), settings.webhook_secrets))
        return Error{ErrorKind::denied, "webhook_not_genuine", "the webhook's signature is missing or wrong"};
    // Only the body is signed; another shop of the same app would sign with the same secret.
    const std::string_view shop = trim(header_of(call.headers, "X-Shopify-Shop-Domain"));
    if (!shop.empty() && !equals_ignoring_case(shop, settings.shop))
        return Error{ErrorKind::denied, "webhook_other_shop", "the webhook comes from another shop than the channel's"};

    WebhookNotice notice;
    notice.delivery_id = trim(header_of(call.headers, "X-Shopify-Webhook-Id"));
    notice.topic = trim(header_of(call.headers, "X-Shopify-Topic"));
    notice.subject = subject_of(notice.topic);
    if (notice.subject == WebhookNotice::Subject::order) {
        const std::string body = with_plain_slashes(std::string{call.body});
        if (const auto index = JsonIndex::parse(body)) notice.external_id = order_id_of(notice.topic, index->root());
        if (notice.external_id.empty())
            notice.subject = WebhookNotice::Subject::other;  // genuine, but of no order we could fetch
    }
    return notice;
}

Result<std::string> Webhooks::address_for(const std::string& url) const {
    if (url.starts_with("https://") || client_.settings().own_base_url) return url;
    return Error{ErrorKind::invalid, "webhook_url",
                 "Shopify calls https addresses only, not \"" + in_quotes(url.substr(0, 100)) + "\""};
}

Result<Subscriptions> Webhooks::read_subscriptions(const OwnAddresses&) {
    Subscriptions found;
    std::string cursor;
    for (int pages = 0;; ++pages) {
        std::string variables;
        JsonWriter writer(variables);
        writer.begin_object().key("after");
        if (cursor.empty())
            writer.null();
        else
            writer.value(cursor);
        writer.end_object();
        const auto answer = client_.call({"webhook_subscriptions", std::move(variables), 20});
        if (!answer) return answer.error();
        const JsonView list = answer->data["webhookSubscriptions"];
        for (const JsonView node : list["nodes"])
            found.held.push_back({node["id"].text().value_or(""), std::string{node["topic"].word()},
                                  node["uri"].text().value_or(""), fault_of(node)});
        auto following = next_cursor(list);
        if (!following) return following.error();
        if (following->empty()) break;
        if (*following == cursor || pages == 100)
            return Error{ErrorKind::unavailable, "shopify_paging_stuck",
                         "Shopify's pages of webhook subscriptions do not end"};
        cursor = std::move(*following);
    }
    // Which scopes are missing is told by the channel's check; asking every hour changes nothing.
    for (const Topic& topic : kTopics)
        if (topic.scope.empty() || !profile_.lacks_scope(topic.scope)) found.wanted.emplace_back(topic.name);
    return found;
}

Result<std::string> Webhooks::create_subscription(const std::string& topic, const std::string& address) {
    std::string variables;
    JsonWriter writer(variables);
    writer.begin_object().field("topic", topic).key("webhookSubscription").begin_object();
    writer.field("uri", address).field("format", "JSON").end_object().end_object();
    const auto answer = client_.call({"webhook_subscription_create", std::move(variables), 10});
    if (auto made = status_of(answer, "webhookSubscriptionCreate"); !made) return made.error();
    return answer->data["webhookSubscriptionCreate"]["webhookSubscription"]["id"].text().value_or("");
}

Status Webhooks::mend_subscription(const HeldSubscription& held, const std::string& address) {
    std::string variables;
    JsonWriter writer(variables);
    writer.begin_object().field("id", held.id).key("webhookSubscription").begin_object();
    writer.field("uri", address).field("format", "JSON").field("filter", "");
    writer.key("includeFields").begin_array().end_array().end_object().end_object();
    return status_of(client_.call({"webhook_subscription_update", std::move(variables), 10}),
                     "webhookSubscriptionUpdate");
}

Status Webhooks::remove_subscription(const HeldSubscription& held) {
    std::string variables;
    JsonWriter(variables).begin_object().field("id", held.id).end_object();
    return status_of(client_.call({"webhook_subscription_delete", std::move(variables), 10}),
                     "webhookSubscriptionDelete");
}

}  // namespace crossdock::connectors::shopify
