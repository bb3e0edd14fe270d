// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "sandbox/graphql/execute.h"
#include "sandbox/shopify/figures.h"
#include "sandbox/shopify/paging.h"
#include "sandbox/shopify/search.h"
#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

/// What one request brings along and leaves behind.
struct RequestContext {
    std::set<std::string, std::less<>> scopes;
    std::string base_url;                        // of the sandbox, for download links
    std::string page_fault;                      // half_page, repeat_cursor or empty_page, once
    bool bulk = false;                           // connections without `first` are whole
    std::int32_t bulk_slice = 0;                 // of a bulk export's root list: so many at a time, from here on
    std::string bulk_after, bulk_next;           // where the slice begins; where the next one does, "" behind the last
    std::vector<std::string> search_extensions;  // entries of extensions.search as JSON text
    [[nodiscard]] bool may(std::string_view scope) const { return scopes.contains(scope); }
};

/// A sum of an order, ready to be shown as MoneyBag.
struct Bag {
    Amount amount;
    std::string shop_currency, presentment_currency;
};
struct MoneyValue {
    std::int64_t minor = 0;
    std::string currency;
};
struct PercentageValue {
    double percentage = 0;
};
/// Small value objects that GraphQL shows as types of their own.
struct NameValue {
    std::string name, value;
};
struct Quantity {
    const Level* level = nullptr;
    std::string name;
};
struct UserErrorValue {
    Refusal refusal;
};

/// The shop behind its GraphQL API: the schema bound to the world. Used under the shop's lock.
class Api {
public:
    explicit Api(World& world);

    [[nodiscard]] const graphql::Schema& schema() const { return schema_; }
    [[nodiscard]] const graphql::Resolvers& resolvers() const { return resolvers_; }
    RequestContext& request() { return request_; }
    World& world() { return world_; }
    graphql::Hooks hooks();
    void set_pii_hidden(bool hidden) { pii_hidden_ = hidden; }
    void poison(std::int64_t order_id, const std::string& field, const std::string& json);

    /// A parsed and checked document; kept, because clients send the same few over and over.
    std::shared_ptr<graphql::Prepared> prepare(const std::string& query);

    // Objects as resolvers hand them out.
    template <class T>
    requires(!std::is_pointer_v<T>) graphql::ObjectRef view(std::string_view type, const T& object)
    const { return graphql::ObjectRef::view(schema_.find(type), object); }
    template <class T>
    graphql::ObjectRef view(std::string_view type, const T* object) const {
        return object == nullptr ? graphql::ObjectRef{} : view(type, *object);
    }
    template <class T>
    graphql::ObjectRef own(std::string_view type, T object) const {
        return {schema_.find(type), std::make_shared<const T>(std::move(object))};
    }
    graphql::ObjectRef bag(const Order& order, Amount amount) const {
        return {bag_type_, std::make_shared<const Bag>(Bag{amount, order.currency, order.presentment})};
    }
    graphql::ObjectRef money(std::int64_t minor, const std::string& currency) const {
        return {money_type_, std::make_shared<const MoneyValue>(MoneyValue{minor, currency})};
    }
    /// A nested connection: everything in order of id, cut by the call's arguments.
    template <class Container>
    std::shared_ptr<graphql::Connection> nested(const Container& all, std::string_view type,
                                                const graphql::Call& call) const {
        std::vector<Entry> entries;
        for (const auto& one : all) entries.push_back({{sort_number(one.id), one.id}, view(type, one)});
        return cut(std::move(entries), call);
    }
    std::shared_ptr<graphql::Connection> cut(std::vector<Entry> entries, const graphql::Call& call) const;
    /// A plain list, cut at the call's `first`.
    template <class Container>
    graphql::List listed(const Container& all, std::string_view type, const graphql::Call* call = nullptr) const {
        graphql::List list;
        const std::size_t limit = call == nullptr ? all.size() : plain_limit(*call, all.size());
        for (const auto& one : all) {
            if (list.items.size() >= limit) break;
            list.items.emplace_back(view(type, one));
        }
        return list;
    }
    graphql::List texts(const std::vector<std::string>& all) const;
    graphql::ObjectRef location_view(std::int64_t id) const { return view("Location", world_.location(id)); }
    /// The order, unless it is beyond what this token may see.
    Order* visible(Order* order) const;

    /// A mutation's payload: fields by name. Resolvers of payload types read from it.
    struct Payload {
        std::map<std::string, graphql::Resolved, std::less<>> fields;
    };
    graphql::Resolved payload(const graphql::Call& call, std::map<std::string, graphql::Resolved, std::less<>> fields,
                              const std::vector<Refusal>& refusals = {}) const;
    /// Throws the ACCESS_DENIED of a mutation when the scope is missing.
    void require_scope(const graphql::Call& call, std::string_view scope) const;

    // Searches; they note their warnings in the request.
    std::shared_ptr<graphql::Connection> orders_page(const graphql::Call& call);
    std::int64_t orders_count(const graphql::Call& call);
    std::shared_ptr<graphql::Connection> variants_page(const graphql::Call& call);
    std::shared_ptr<graphql::Connection> products_page(const graphql::Call& call);
    graphql::Resolved node(std::string_view id);

private:
    std::size_t plain_limit(const graphql::Call& call, std::size_t size) const;
    SearchQuery search_of(const graphql::Call& call, const std::set<std::string, std::less<>>& known);
    bool order_matches(const SearchQuery& query, const Order& order) const;
    bool order_term(const SearchTerm& term, const Order& order) const;
    void apply_page_fault(graphql::Connection& page, const PageRequest& request);
    void bind_orders();
    void bind_order_parts();
    void bind_returns();
    void bind_shipping();
    void bind_catalogue();
    void bind_shop();
    void bind_payloads();
    void bind_stock_mutations();
    void bind_shipping_mutations();
    void bind_order_mutations();
    void bind_webhook_mutations();
    void bind_bulk_mutations();
    void write_bulk(std::int64_t id, const std::shared_ptr<graphql::Prepared>& prepared,
                    const std::set<std::string, std::less<>>& scopes, const std::string& after);
    void bind_scopes();
    void guard(const graphql::ObjectRef& self, const graphql::FieldDef& field);

    struct StockMemory {
        std::string fingerprint;
        std::int64_t group_id = 0;
        bool failed = false;
        Timestamp at;
    };
    graphql::Resolved set_stock(const graphql::Call& call, const std::string& name, const std::string& rows_field);

    World& world_;
    graphql::Schema schema_;
    graphql::Resolvers resolvers_;
    const graphql::TypeDef* bag_type_;
    const graphql::TypeDef* money_type_;
    RequestContext request_;
    bool pii_hidden_ = false;
    std::map<std::pair<std::int64_t, std::string>, std::string> poisoned_;
    std::unordered_map<std::string, std::shared_ptr<graphql::Prepared>> documents_;
    std::map<std::string, StockMemory> stock_keys_;  // idempotency keys of the last 24 hours
    Timestamp stock_keys_purged_at_{};
    struct Permission {
        std::vector<std::string> any_of;
        std::string said;  // how the refusal names them
    };
    std::vector<const Permission*> permission_of_field_;  // by field id
    std::map<std::string, Permission> permissions_;
    std::vector<char> pii_field_;
};

}  // namespace crossdock::sandbox::shopify
