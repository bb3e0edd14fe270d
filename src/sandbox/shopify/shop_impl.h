// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/gate.h"
#include "sandbox/shopify/shop.h"
#include "sandbox/shopify/webhook_outbox.h"
#include "sandbox/token_bucket.h"

namespace crossdock::sandbox::shopify {

/// The world behind its doors: GraphQL, tokens, downloads, the sandbox's own surface. One lock around everything; it is
/// not held while a webhook goes out.
class ShopImpl final : public Shop {
public:
    ShopImpl(ShopOptions options, const Clock& clock);

    http::Response handle(const http::Request& request) override;
    void tick() override;
    void set_webhook_sender(WebhookSender sender) override;
    [[nodiscard]] const std::string& path_prefix() const override { return options_.path_prefix; }

    std::vector<LedgerEntry> ledger() override;
    std::vector<ShipmentView> shipments(std::int64_t order_id) override;
    std::vector<StockView> stock() override;
    Counters counters() override;
    std::vector<std::int64_t> locations() override;
    std::string order_json(std::int64_t order_id) override;

    std::int64_t place_order(const PlaceOrder& wish) override;
    bool pay(std::int64_t order_id) override;
    bool edit(std::int64_t order_id) override;
    bool change_note(std::int64_t order_id, const std::string& note) override;
    bool cancel(std::int64_t order_id, bool restock) override;
    bool refund(std::int64_t order_id, int units, bool pending) override;
    bool hold(std::int64_t order_id) override;
    bool release(std::int64_t order_id) override;
    bool move(std::int64_t order_id) override;
    bool split(std::int64_t order_id) override;
    bool ship(std::int64_t order_id) override;
    bool archive(std::int64_t order_id, bool closed) override;
    bool set_stock(std::int64_t item_id, std::int64_t location_id, std::int64_t available) override;
    bool delete_location(std::int64_t location_id) override;

    void add_fault(const Fault& fault) override;
    void clear_faults() override;
    void expire_tokens() override;
    void set_clock_skew(std::chrono::milliseconds skew) override;
    void set_index_lag(std::chrono::milliseconds lag) override;
    void set_pii_hidden(bool hidden) override;
    void poison(std::int64_t order_id, const std::string& field, const std::string& json) override;
    void set_scopes(const std::vector<std::string>& scopes) override;

private:
    /// What a request to the GraphQL endpoint asks for, before anything is known to be right about it.
    struct Asked {
        std::string query, operation_name, variables;
    };

    // shop_http.cpp
    http::Response route(const http::Request& request, const std::string& path);
    http::Response graphql(const http::Request& request, const std::string& version);
    http::Response run_graphql(const Asked& asked);
    http::Response token(const http::Request& request);
    http::Response download(const http::Request& request, const std::string& id);
    std::optional<http::Response> fault_before(const std::string& operation);
    void fault_after(const std::string& operation, http::Response& response);
    std::string cost_extension(int requested, const std::string& actual);
    [[nodiscard]] std::string base_url(const http::Request& request) const;

    // shop_admin.cpp
    http::Response admin(const http::Request& request, const std::string& path);
    http::Response admin_order(const std::string& method, const std::vector<std::string>& parts,
                               const nlohmann::json& body);
    http::Response admin_dials(const nlohmann::json& body);

    /// Runs a verb on an order under the lock, at the clock's now.
    template <class Verb>
    bool with_order(std::int64_t id, Verb verb) {
        const std::lock_guard lock(mutex_);
        world_.catch_up();
        Order* order = world_.order(id);
        return order != nullptr && verb(*order);
    }

    std::recursive_mutex mutex_;  // the admin surface calls the same verbs as tests do
    ShopOptions options_;
    const Clock& clock_;
    World world_;
    Api api_;
    FaultDials faults_{
        {"errors", "string_errors", "webhook_lost", "webhook_twice", "webhook_late", "webhook_reversed", "late_order"}};
    WebhookOutbox outbox_;
    WebhookSender sender_;
    TokenBucket bucket_;
    Tokens tokens_;
    std::set<std::string, std::less<>> scopes_;
};

}  // namespace crossdock::sandbox::shopify
