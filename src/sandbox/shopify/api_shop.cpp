// SPDX-License-Identifier: Apache-2.0
// The query root, the shop itself, its app, webhooks, bulk operations and jobs as GraphQL shows them.
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/bind.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

struct Root {};
struct Version {
    std::string handle;
    bool supported = true;
};
struct Counted {
    std::int64_t count = 0;
    bool exact = true;
};

/// The number of a gid argument. Another type's id is RESOURCE_NOT_FOUND, as is number 0.
std::int64_t id_of(const Call& call, std::string_view type, const char* argument = "id") {
    const std::string text = call.arguments.value(argument, "");
    const auto number = gid_number(text, type);
    if (!number || *number == 0) {
        throw FieldFailure{"Invalid id: " + text, extensions_of("RESOURCE_NOT_FOUND")};
    }
    return *number;
}

}  // namespace

void Api::bind_shop() {
    On<Root> root(resolvers_, "QueryRoot");
    root("shop", [this](const Root&) { return own("Shop", Root{}); });
    root("currentAppInstallation", [this](const Root&) { return own("AppInstallation", Root{}); });
    root("publicApiVersions", [this](const Root&) {
        List list;
        for (const std::string& handle : world_.options().versions)
            list.items.emplace_back(own("ApiVersion", Version{handle, true}));
        list.items.emplace_back(own("ApiVersion", Version{"unstable", false}));
        return list;
    });
    root("order",
         [this](const Root&, const Call& call) { return view("Order", visible(world_.order(id_of(call, "Order")))); });
    root("orders", [this](const Root&, const Call& call) { return orders_page(call); });
    root("ordersCount", [this](const Root&, const Call& call) -> Resolved {
        const std::int64_t all = orders_count(call);
        const auto limit = call.arguments.find("limit");
        const bool cut_off =
            limit != call.arguments.end() && limit->is_number_integer() && all > limit->get<std::int64_t>();
        return own("Count", Counted{cut_off ? limit->get<std::int64_t>() : all, !cut_off});
    });
    root("refund", [this](const Root&, const Call& call) -> Resolved {
        const std::int64_t id = id_of(call, "Refund");
        if (const Order* order = visible(world_.order_of_refund(id))) {
            for (const Refund& refund : order->refunds) {
                if (refund.id == id) return view("Refund", refund);
            }
        }
        return {};
    });
    root("fulfillment", [this](const Root&, const Call& call) -> Resolved {
        const std::int64_t id = id_of(call, "Fulfillment");
        if (const Order* order = visible(world_.order_of_fulfillment(id))) {
            for (const Fulfillment& shipment : order->fulfillments) {
                if (shipment.id == id) return view("Fulfillment", shipment);
            }
        }
        return {};
    });
    root("fulfillmentOrder", [this](const Root&, const Call& call) -> Resolved {
        const std::int64_t id = id_of(call, "FulfillmentOrder");
        Order* order = visible(world_.order_of_fulfillment_order(id));
        if (order == nullptr || !request_.may("read_merchant_managed_fulfillment_orders")) return {};
        return view("FulfillmentOrder", *order->fulfillment_order(id));
    });
    root("inventoryItem", [this](const Root&, const Call& call) {
        return view("InventoryItem", world_.item(id_of(call, "InventoryItem")));
    });
    root("inventoryLevel", [this](const Root&, const Call& call) { return node(call.arguments.value("id", "")); });
    root("location", [this](const Root&, const Call& call) {
        return location_view(call.arguments.contains("id") ? id_of(call, "Location") : world_.locations[0].id);
    });
    root("locations", [this](const Root&, const Call& call) {
        std::vector<Entry> entries;
        for (const Location& place : world_.locations) {
            if (place.deleted || (!place.active && !call.arguments.value("includeInactive", false))) continue;
            if (place.fulfillment_service && !call.arguments.value("includeLegacy", false)) continue;
            entries.push_back({{place.name, place.id}, view("Location", place)});
        }
        return cut(std::move(entries), call);
    });
    root("product",
         [this](const Root&, const Call& call) { return view("Product", world_.product(id_of(call, "Product"))); });
    root("products", [this](const Root&, const Call& call) { return products_page(call); });
    root("productVariant", [this](const Root&, const Call& call) {
        return view("ProductVariant", world_.variant(id_of(call, "ProductVariant")));
    });
    root("productVariants", [this](const Root&, const Call& call) { return variants_page(call); });
    root("node", [this](const Root&, const Call& call) { return node(call.arguments.value("id", "")); });
    root("job", [this](const Root&, const Call& call) -> Resolved {
        const std::string id = call.arguments.value("id", "");
        for (const auto& [known, job] : world_.jobs) {
            if (id == "gid://shopify/Job/" + known) return view("Job", job);
        }
        return {};
    });
    root("bulkOperation", [this](const Root&, const Call& call) -> Resolved {
        const auto at = world_.bulk_operations.find(id_of(call, "BulkOperation"));
        return at == world_.bulk_operations.end() ? Resolved{} : Resolved(view("BulkOperation", at->second));
    });
    root("currentBulkOperation", [this](const Root&) -> Resolved {
        return world_.bulk_operations.empty()
                   ? Resolved{}
                   : Resolved(view("BulkOperation", world_.bulk_operations.rbegin()->second));
    });
    root("webhookSubscription", [this](const Root&, const Call& call) -> Resolved {
        const auto at = world_.subscriptions.find(id_of(call, "WebhookSubscription"));
        return at == world_.subscriptions.end() ? Resolved{} : Resolved(view("WebhookSubscription", at->second));
    });
    root("webhookSubscriptions", [this](const Root&, const Call& call) {
        std::vector<Entry> entries;
        for (const auto& [id, one] : world_.subscriptions)
            entries.push_back({{sort_number(id), id}, view("WebhookSubscription", one)});
        return cut(std::move(entries), call);
    });

    On<Root> shop(resolvers_, "Shop");
    const ShopOptions& options = world_.options();
    shop("id", [](const Root&) { return "gid://shopify/Shop/548380009"; });
    shop("name", [&options](const Root&) { return options.name; });
    shop("email", [](const Root&) { return "owner@example.com"; });
    shop("url", [&options](const Root&) { return "https://" + options.domain; });
    shop("createdAt", [this](const Root&) { return world_.born - std::chrono::days(400); });
    shop("myshopifyDomain", [&options](const Root&) { return options.domain; });
    shop("currencyCode", [&options](const Root&) { return options.currency; });
    shop("enabledPresentmentCurrencies", [this, &options](const Root&) {
        return options.several_currencies ? texts({"USD", "EUR", "CAD", "JPY", "GBP"}) : texts({options.currency});
    });
    shop("taxesIncluded", [&options](const Root&) { return options.taxes_included; });
    shop("taxShipping", [](const Root&) { return false; });
    shop("ianaTimezone",
         [&options](const Root&) { return options.utc_offset.count() == 0 ? "Europe/London" : "America/New_York"; });
    shop("plan", [this](const Root&) { return own("ShopPlan", Root{}); });
    shop("shopAddress", [this](const Root&) { return own("ShopAddress", Root{}); });
    On<Root> address(resolvers_, "ShopAddress");
    address("id", [](const Root&) { return "gid://shopify/ShopAddress/548380009"; });
    address("city", [](const Root&) { return nullptr; });
    address("country", [](const Root&) { return nullptr; });
    address("countryCodeV2", [&options](const Root&) { return or_null(options.country); });
    On<Root> plan(resolvers_, "ShopPlan");
    plan("publicDisplayName", [&options](const Root&) { return options.plan; });
    plan("shopifyPlus", [&options](const Root&) { return options.plan == "Shopify Plus"; });
    plan("partnerDevelopment", [](const Root&) { return false; });
    On<Root> installation(resolvers_, "AppInstallation");
    installation("id", [](const Root&) { return "gid://shopify/AppInstallation/901"; });
    installation("app", [this](const Root&) { return own("App", Root{}); });
    installation("accessScopes", [this](const Root&) {
        List list;
        for (const std::string& scope : request_.scopes)
            list.items.emplace_back(own("AccessScope", NameValue{scope, ""}));
        return list;
    });
    On<Root>(resolvers_, "App")("id", [](const Root&) { return "gid://shopify/App/901001"; })(
        "title", [](const Root&) { return "crossdock"; });
    On<NameValue>(resolvers_, "AccessScope")("handle", [](const NameValue& s) { return s.name; });
    On<Version>(resolvers_, "ApiVersion")("handle", [](const Version& v) { return v.handle; })(
        "supported", [](const Version& v) { return v.supported; });
    On<Counted>(resolvers_, "Count")("count", [](const Counted& c) { return c.count; })(
        "precision", [](const Counted& c) { return c.exact ? "EXACT" : "AT_LEAST"; });

    On<Job>(resolvers_, "Job")("id", [](const Job& j) { return "gid://shopify/Job/" + j.id; })(
        "done", [](const Job& j) { return j.done; });

    using Hook = WebhookSubscription;
    On<Hook> hook(resolvers_, "WebhookSubscription");
    hook("id", [](const Hook& h) { return gid("WebhookSubscription", h.id); });
    hook("legacyResourceId", [](const Hook& h) { return h.id; });
    hook("topic", [](const Hook& h) { return h.topic; });
    hook("uri", [](const Hook& h) { return h.uri; });
    hook("format", [](const Hook& h) { return h.format; });
    hook("filter", [](const Hook& h) { return or_null(h.filter); });
    hook("name", [](const Hook& h) { return or_null(h.name); });
    hook("includeFields", [this](const Hook& h) { return texts(h.include_fields); });
    hook("apiVersion", [this](const Hook&) { return own("ApiVersion", Version{"2026-07", true}); });
    hook("createdAt", [](const Hook& h) { return h.created_at; });
    hook("updatedAt", [](const Hook& h) { return h.updated_at; });

    On<BulkOperation> bulk(resolvers_, "BulkOperation");
    bulk("id", [](const BulkOperation& b) { return gid("BulkOperation", b.id); });
    bulk("status", [](const BulkOperation& b) { return b.status; });
    bulk("type", [](const BulkOperation&) { return "QUERY"; });
    bulk("errorCode", [](const BulkOperation& b) { return or_null(b.error_code); });
    bulk("createdAt", [](const BulkOperation& b) { return b.created_at; });
    bulk("completedAt", [](const BulkOperation& b) { return b.completed_at; });
    bulk("objectCount", [](const BulkOperation& b) { return b.objects; });
    bulk("rootObjectCount", [](const BulkOperation& b) { return b.roots; });
    bulk("fileSize", [](const BulkOperation& b) -> Resolved {
        return b.status == "COMPLETED" && b.objects > 0 ? Resolved(static_cast<std::int64_t>(b.result.size()))
                                                        : Resolved{};
    });
    bulk("url", [this](const BulkOperation& b) -> Resolved {
        if (b.status != "COMPLETED" || b.objects == 0) return {};  // no rows, no file
        const std::int64_t expires = to_ms(b.completed_at.value_or(b.created_at)) / 1000 + 7 * 86'400;
        const std::string& elsewhere = world_.options().storage_url;
        return (elsewhere.empty() ? request_.base_url : elsewhere) + "/bulk-operation-outputs/" + std::to_string(b.id) +
               "?Expires=" + std::to_string(expires) + "&Signature=" + b.signature +
               "&response-content-type=application%2Fjsonl";
    });
    bulk("partialDataUrl", [](const BulkOperation&) { return nullptr; });

    // Not simulated, and never reached.
    for (const char* type : {"UnverifiedReturnLineItem", "Duty", "RefundDuty"}) {
        const TypeDef* def = schema_.find(type);
        if (def == nullptr) continue;
        for (const FieldDef& field : def->fields) {
            resolvers_.add(type, field.name, [](const ObjectRef&, const Call&) { return Resolved{}; });
        }
    }
}

Resolved Api::node(std::string_view id) {
    const std::string_view type = gid_type(id);
    const auto number = gid_number(id, type).value_or(0);
    if (type == "InventoryLevel") {
        const std::size_t at = id.find("inventory_item_id=");
        const std::int64_t item =
            at == std::string_view::npos ? 0 : std::strtoll(std::string(id.substr(at + 18)).c_str(), nullptr, 10);
        return view("InventoryLevel", static_cast<const Level*>(world_.level(item, number - 800'000)));
    }
    if (number == 0)
        throw FieldFailure{"Invalid global id '" + std::string(id) + "'", extensions_of("RESOURCE_NOT_FOUND")};
    if (type == "Order") return view("Order", static_cast<const Order*>(visible(world_.order(number))));
    if (type == "Product") return view("Product", world_.product(number));
    if (type == "ProductVariant") return view("ProductVariant", world_.variant(number));
    if (type == "InventoryItem") return view("InventoryItem", world_.item(number));
    if (type == "Location") return location_view(number);
    if (type == "Customer") return view("Customer", world_.customer(number));
    if (type == "BulkOperation") {
        const auto at = world_.bulk_operations.find(number);
        return at == world_.bulk_operations.end() ? Resolved{} : Resolved(view("BulkOperation", at->second));
    }
    if (type == "WebhookSubscription") {
        const auto at = world_.subscriptions.find(number);
        return at == world_.subscriptions.end() ? Resolved{} : Resolved(view("WebhookSubscription", at->second));
    }
    if (type == "FulfillmentOrder") {
        Order* order = visible(world_.order_of_fulfillment_order(number));
        if (order != nullptr && request_.may("read_merchant_managed_fulfillment_orders"))
            return view("FulfillmentOrder", *order->fulfillment_order(number));
    }
    if (type == "Fulfillment") {
        if (const Order* order = visible(world_.order_of_fulfillment(number))) {
            for (const Fulfillment& shipment : order->fulfillments) {
                if (shipment.id == number) return view("Fulfillment", shipment);
            }
        }
    }
    if (type == "Refund") {
        if (const Order* order = visible(world_.order_of_refund(number))) {
            for (const Refund& refund : order->refunds) {
                if (refund.id == number) return view("Refund", refund);
            }
        }
    }
    return {};
}

}  // namespace crossdock::sandbox::shopify
