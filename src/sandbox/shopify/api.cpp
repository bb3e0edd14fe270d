// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/api.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "sandbox/shopify/encoding.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> shopify_sandbox_schema;
}

namespace crossdock::sandbox::shopify {

using namespace graphql;

Api::Api(World& world)
    : world_(world),
      schema_(embedded::shopify_sandbox_schema.front().second),
      resolvers_(schema_),
      bag_type_(schema_.find("MoneyBag")),
      money_type_(schema_.find("MoneyV2")) {
    bind_orders();
    bind_order_parts();
    bind_returns();
    bind_shipping();
    bind_catalogue();
    bind_shop();
    bind_payloads();
    bind_stock_mutations();
    bind_shipping_mutations();
    bind_order_mutations();
    bind_webhook_mutations();
    bind_bulk_mutations();
    bind_scopes();
}

std::shared_ptr<Prepared> Api::prepare(const std::string& query) {
    if (const auto at = documents_.find(query); at != documents_.end()) return at->second;
    if (documents_.size() > 200) documents_.clear();  // somebody builds documents by hand: start over
    auto prepared = graphql::prepare(schema_, query);
    if (prepared->errors.empty()) documents_[query] = prepared;
    return prepared;
}

std::shared_ptr<Connection> Api::cut(std::vector<Entry> entries, const Call& call) const {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    return cut_page(entries,
                    PageRequest::from(call.arguments, call.field.parent->name + "." + call.field.name, request_.bulk));
}

std::size_t Api::plain_limit(const Call& call, std::size_t size) const {
    const auto at = call.arguments.find("first");
    if (at == call.arguments.end() || at->is_null()) return size;
    const auto first = at->get<std::int64_t>();
    if (first < 0 || first > 250)
        throw FieldFailure{"The value for \"first\" must be between 0 and 250.", extensions_of("BAD_REQUEST")};
    return std::min(size, static_cast<std::size_t>(first));
}

List Api::texts(const std::vector<std::string>& all) const {
    List list;
    for (const std::string& text : all) list.items.emplace_back(text);
    return list;
}

Order* Api::visible(Order* order) const {
    if (order != nullptr && world_.old_enough_to_hide(*order) && !request_.may("read_all_orders")) return nullptr;
    return order;
}

Resolved Api::payload(const Call& call, std::map<std::string, Resolved, std::less<>> fields,
                      const std::vector<Refusal>& refusals) const {
    Payload payload{std::move(fields)};
    for (const FieldDef& field : call.field.named->fields) {
        if (!field.name.ends_with("rrors")) continue;
        List list;
        for (const Refusal& refusal : refusals)
            list.items.emplace_back(own(field.named->name, UserErrorValue{refusal}));
        payload.fields[field.name] = std::move(list);
    }
    return own(call.field.named->name, std::move(payload));
}

void Api::bind_payloads() {
    for (const TypeDef& type : schema_.types()) {
        if (type.name.ends_with("Payload")) {
            for (const FieldDef& field : type.fields) {
                resolvers_.add(type.name, field.name, [name = field.name](const ObjectRef& self, const Call&) {
                    const auto& payload = *static_cast<const Payload*>(self.self.get());
                    const auto at = payload.fields.find(name);
                    return at == payload.fields.end() ? Resolved{} : at->second;
                });
            }
        }
        if (type.kind != TypeDef::Kind::object || type.field("message") == nullptr) continue;
        for (const FieldDef& field : type.fields) {
            resolvers_.add(type.name, field.name,
                           [this, name = field.name](const ObjectRef& self, const Call&) -> Resolved {
                               const Refusal& refusal = static_cast<const UserErrorValue*>(self.self.get())->refusal;
                               if (name == "message") return refusal.message;
                               if (name == "code") return refusal.code.empty() ? Resolved{} : Resolved(refusal.code);
                               return refusal.field.empty() ? Resolved{} : Resolved(texts(refusal.field));
                           });
        }
    }
}

void Api::require_scope(const Call& call, std::string_view scope) const {
    if (request_.may(scope)) return;
    const std::string required = "`" + std::string(scope) + "` access scope.";
    throw FieldFailure{"Access denied for " + call.field.name + " field. Required access: " + required,
                       extensions_of("ACCESS_DENIED", {{"documentation", "https://shopify.dev/api/usage/access-scopes"},
                                                       {"requiredAccess", required}})};
}

void Api::poison(std::int64_t order_id, const std::string& field, const std::string& text) {
    if (text.empty())
        poisoned_.erase({order_id, field});
    else
        poisoned_[{order_id, field}] = text;
}

Hooks Api::hooks() {
    Hooks hooks;
    hooks.guard = [this](const ObjectRef& self, const FieldDef& field) { guard(self, field); };
    if (!poisoned_.empty()) {
        hooks.override_field = [this](const ObjectRef& self, const FieldDef& field) -> std::optional<std::string> {
            if (self.type->name != "Order") return std::nullopt;
            const auto at = poisoned_.find({static_cast<const Order*>(self.self.get())->id, field.name});
            return at == poisoned_.end() ? std::nullopt : std::optional<std::string>(at->second);
        };
    }
    return hooks;
}

void Api::bind_scopes() {
    const auto one = [&](const std::string& type, std::vector<std::string> scopes) {
        Permission& permission = permissions_[type];
        for (const std::string& scope : scopes)
            permission.said += (permission.said.empty() ? "`" : " or `") + scope + "` access scope";
        permission.said += ".";
        permission.any_of = std::move(scopes);
    };
    one("Order", {"read_orders"});
    one("Refund", {"read_orders"});
    one("OrderTransaction", {"read_orders"});
    one("Customer", {"read_customers"});
    one("Product", {"read_products"});
    one("ProductVariant", {"read_products"});
    one("InventoryItem", {"read_inventory", "read_products"});
    one("InventoryLevel", {"read_inventory"});
    one("Location", {"read_locations", "read_inventory"});
    one("Return", {"read_returns"});
    permission_of_field_.assign(schema_.field_count(), nullptr);
    pii_field_.assign(schema_.field_count(), 0);
    const std::set<std::string, std::less<>> in_order{"email", "phone", "customer"};
    const std::set<std::string, std::less<>> in_address{"name",     "firstName", "lastName", "company",
                                                        "address1", "address2",  "phone"};
    for (const TypeDef& type : schema_.types()) {
        if (type.connection || type.name.ends_with("Edge") || type.name.ends_with("Payload")) continue;
        for (const FieldDef& field : type.fields) {
            std::string target = field.named->name;
            if (field.named->connection) target = field.named->field("nodes")->named->name;
            if (const auto at = permissions_.find(target); at != permissions_.end())
                permission_of_field_[field.id] = &at->second;
            const bool personal = (type.name == "Order" && in_order.contains(field.name)) ||
                                  (type.name == "MailingAddress" && in_address.contains(field.name));
            pii_field_[field.id] = personal ? 1 : 0;
        }
    }
}

void Api::guard(const ObjectRef& self, const FieldDef& field) {
    if (pii_hidden_ && pii_field_[field.id] != 0) {
        throw FieldFailure{
            "This app is not approved to access the " + self.type->name + "." + field.name +
                " field. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.",
            extensions_of("ACCESS_DENIED",
                          {{"documentation", "https://shopify.dev/docs/apps/launch/protected-customer-data"}})};
    }
    const Permission* permission = permission_of_field_[field.id];
    if (permission == nullptr) return;
    for (const std::string& scope : permission->any_of) {
        if (request_.may(scope)) return;
    }
    throw FieldFailure{"Access denied for " + field.name + " field. Required access: " + permission->said,
                       extensions_of("ACCESS_DENIED", {{"documentation", "https://shopify.dev/api/usage/access-scopes"},
                                                       {"requiredAccess", permission->said}})};
}

}  // namespace crossdock::sandbox::shopify
