// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;
using nlohmann::json;

namespace {

/// Shopify's words about an address, or about one of two equal subscriptions; empty: it may be.
std::string fault_of_subscription(const World& world, const WebhookSubscription& wanted) {
    if (wanted.uri.empty()) return "Address can't be blank";
    // The sandbox itself lives on loopback, so a plain receiver there is let through.
    const bool loopback = wanted.uri.starts_with("http://127.0.0.1") || wanted.uri.starts_with("http://localhost");
    if (!wanted.uri.starts_with("https://") && !loopback) return "Address protocol http:// is not supported";
    for (const auto& [id, known] : world.subscriptions)
        if (id != wanted.id && known.topic == wanted.topic && known.uri == wanted.uri &&
            known.format == wanted.format && known.filter == wanted.filter)
            return "Address for this topic has already been taken";
    return {};
}

}  // namespace

void Api::bind_webhook_mutations() {
    resolvers_.add("Mutation", "webhookSubscriptionCreate", [this](const ObjectRef&, const Call& call) -> Resolved {
        const json& input = call.arguments["webhookSubscription"];
        const auto text = [&](const char* name) {
            return input.contains(name) && input[name].is_string() ? input[name].get<std::string>() : std::string{};
        };
        WebhookSubscription wanted;
        wanted.topic = call.arguments.value("topic", "");
        wanted.uri = text("uri").empty() ? text("callbackUrl") : text("uri");
        wanted.format = text("format").empty() ? "JSON" : text("format");
        wanted.filter = text("filter");
        wanted.name = text("name");
        if (input.contains("includeFields") && input["includeFields"].is_array())
            wanted.include_fields = input["includeFields"].get<std::vector<std::string>>();
        const std::vector<std::string> field{"webhookSubscription", "callbackUrl"};
        if (const std::string refusal = fault_of_subscription(world_, wanted); !refusal.empty())
            return payload(call, {}, {{field, refusal, ""}});
        const bool shipments = wanted.topic.starts_with("FULFILLMENTS_");
        const bool groups = wanted.topic.starts_with("FULFILLMENT_ORDERS_");
        if ((shipments && !request_.may("read_fulfillments")) ||
            (groups && !request_.may("read_merchant_managed_fulfillment_orders")) ||
            (wanted.topic.starts_with("ORDERS_") && !request_.may("read_orders")) ||
            (wanted.topic.starts_with("INVENTORY_") && !request_.may("read_inventory"))) {
            return payload(call, {}, {{{"topic"}, "The app does not have permission to subscribe to this topic.", ""}});
        }
        wanted.id = world_.next_id("WebhookSubscription");
        wanted.created_at = wanted.updated_at = world_.now();
        const WebhookSubscription& kept = world_.subscriptions[wanted.id] = wanted;
        return payload(call, {{"webhookSubscription", view("WebhookSubscription", kept)}});
    });

    resolvers_.add("Mutation", "webhookSubscriptionUpdate", [this](const ObjectRef&, const Call& call) -> Resolved {
        const json& input = call.arguments["webhookSubscription"];
        const auto at =
            world_.subscriptions.find(gid_number(call.arguments.value("id", ""), "WebhookSubscription").value_or(0));
        if (at == world_.subscriptions.end())
            return payload(call, {}, {{{"id"}, "Webhook subscription does not exist", ""}});
        WebhookSubscription changed = at->second;
        const auto take = [&](const char* name, std::string& into) {
            if (input.contains(name)) into = input[name].is_string() ? input[name].get<std::string>() : std::string{};
        };
        take("callbackUrl", changed.uri);
        take("uri", changed.uri);
        take("format", changed.format);
        take("filter", changed.filter);
        take("name", changed.name);
        if (input.contains("includeFields"))
            changed.include_fields = input["includeFields"].is_array()
                                         ? input["includeFields"].get<std::vector<std::string>>()
                                         : std::vector<std::string>{};
        if (const std::string refusal = fault_of_subscription(world_, changed); !refusal.empty())
            return payload(call, {}, {{{"webhookSubscription", "callbackUrl"}, refusal, ""}});
        changed.updated_at = world_.now();
        at->second = changed;
        const WebhookSubscription& kept = at->second;
        return payload(call, {{"webhookSubscription", view("WebhookSubscription", kept)}});
    });

    resolvers_.add("Mutation", "webhookSubscriptionDelete", [this](const ObjectRef&, const Call& call) -> Resolved {
        const std::string id = call.arguments.value("id", "");
        if (world_.subscriptions.erase(gid_number(id, "WebhookSubscription").value_or(0)) == 0) {
            return payload(call, {}, {{{"id"}, "Webhook subscription does not exist", ""}});
        }
        return payload(call, {{"deletedWebhookSubscriptionId", id}});
    });
}

}  // namespace crossdock::sandbox::shopify
