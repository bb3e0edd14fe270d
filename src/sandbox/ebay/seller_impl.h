// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "sandbox/ebay/seller.h"
#include "sandbox/ebay/signature.h"
#include "sandbox/ebay/world.h"

namespace crossdock::sandbox::ebay {

using Json = nlohmann::ordered_json;

/// One error body in eBay's shape.
http::Response refuse(int status, int error_id, std::string_view domain, std::string_view message,
                      const std::vector<std::pair<std::string, std::string>>& parameters = {});
Json error_json(int error_id, std::string_view domain, std::string_view message,
                const std::vector<std::pair<std::string, std::string>>& parameters = {});
/// A query parameter that is a number; `fallback` when absent, none when it is no number.
std::optional<std::int64_t> number_parameter(const http::Request& request, std::string_view name,
                                             std::int64_t fallback);
Json amount(Cents cents, const std::string& currency);
/// The order as getOrders shows it, or (`whole`) getOrder.
Json order_json(World& world, const SellerOptions& options, const Order& order, bool tax_breakdown, bool whole,
                const std::string& base_url);

/// What a request is: the call's name at eBay and what may make it.
struct Operation {
    std::string name;   // "getOrders"
    std::string api;    // "Fulfillment": whose quota it counts against
    std::string scope;  // of the token; "" bare api_scope
    bool apiz = false;
    std::string arguments[2] = {};  // path parameters, decoded
};

class SellerImpl final : public Seller {
public:
    SellerImpl(SellerOptions options, const Clock& clock);

    http::Response handle(const http::Request& request) override;
    void tick() override;
    void set_webhook_sender(WebhookSender sender) override;
    [[nodiscard]] const std::string& path_prefix() const override { return options_.path_prefix; }

    std::vector<LedgerEntry> ledger() override;
    std::vector<RefundEntry> refunds() override;
    std::vector<ShipmentView> shipments(const std::string& order_id) override;
    std::vector<StockView> stock() override;
    Counters counters() override;

    std::string place_order(const PlaceOrder& wish) override;
    bool pay(const std::string& id) override;
    bool request_cancel(const std::string& id) override;
    bool cancel(const std::string& id) override;
    bool refund(const std::string& id, bool everything) override;
    bool reverse_refund(const std::string& refund_id) override;
    bool ship(const std::string& id, bool everything) override;
    bool set_stock(int item, std::int64_t available) override;
    bool delete_account(const std::string& username) override;
    void revoke_consent() override;

    void add_fault(const Fault& fault) override;
    void clear_faults() override;
    void expire_tokens() override;
    void set_clock_skew(std::chrono::milliseconds skew) override;

private:
    using Lock = std::unique_lock<std::recursive_mutex>;
    struct Token {
        bool application = false;
        std::set<std::string> scopes;
        Timestamp expires_at;
    };
    struct Quota {
        std::int64_t limit = 0, count = 0, day = 0;
    };
    struct SigningKey {
        std::string id, jwe, public_key;
        std::int64_t created = 0, expires = 0;
    };
    struct Destination {
        std::string id, name, status, endpoint, token;
        int failures = 0;
    };
    struct Subscription {
        std::string id, topic, status, destination_id;
        Timestamp created_at;
    };
    struct Delivery {
        Timestamp due;
        std::string destination_id, body;
        int attempt = 1;
    };

    // seller.cpp
    http::Response route(const http::Request& request, const std::string& path, Lock& lock);
    http::Response dispatch(const http::Request& request, const Operation& operation, Lock& lock);
    std::optional<http::Response> not_allowed(const http::Request& request, const Operation& operation);
    std::optional<http::Response> fault_before(const std::string& operation);
    Quota& quota_of(const std::string& api);
    [[nodiscard]] std::string base_url(const http::Request& request) const;
    template <class Verb>
    bool with_order(const std::string& id, Verb verb) {
        const std::lock_guard guard(mutex_);
        world_.catch_up();
        Order* order = world_.order(id);
        return order != nullptr && verb(*order);
    }

    // account_calls.cpp
    http::Response token(const http::Request& request);
    http::Response get_user();
    http::Response get_privileges();
    http::Response signing_keys(const http::Request& request, const Operation& operation);
    http::Response rate_limits(bool user);

    // order_calls.cpp
    http::Response get_orders(const http::Request& request);
    http::Response get_order(const http::Request& request, const std::string& id);
    http::Response create_fulfillment(const http::Request& request, const std::string& id);
    http::Response get_fulfillments(const std::string& order_id, const std::string& id);
    http::Response get_transactions(const http::Request& request);

    // inventory_calls.cpp
    http::Response get_items(const http::Request& request);
    http::Response get_item(const std::string& sku);
    http::Response get_offers(const http::Request& request);
    http::Response get_locations(const http::Request& request);
    http::Response bulk_get(const http::Request& request);
    http::Response bulk_update(const http::Request& request);
    Json item_json(int number);

    // trading_calls.cpp
    http::Response trading(const http::Request& request);

    // notification_calls.cpp
    http::Response notification(const http::Request& request, const Operation& operation, Lock& lock);
    http::Response destination(const http::Request& request, const Operation& operation, Lock& lock);
    http::Response subscription(const http::Request& request, const Operation& operation);
    void notify(const std::string& topic, const Json& data, const std::string& only_subscription = {});

    // seller_admin.cpp
    http::Response admin(const http::Request& request, const std::string& path);

    std::recursive_mutex mutex_;
    SellerOptions options_;
    const Clock& clock_;
    World world_;
    FaultDials faults_{{"late_order", "ack_failure", "notification_lost", "notification_twice"}};
    WebhookSender sender_;
    std::set<std::string> consented_;
    std::map<std::string, Token, std::less<>> tokens_;
    std::map<std::string, Quota> quotas_;
    std::vector<SigningKey> signing_keys_;
    Timestamp refresh_expires_at_;
    bool revoked_ = false, code_used_ = false;
    NotificationKey notification_key_;
    std::string notification_kid_, alert_email_;
    std::vector<Destination> destinations_;
    std::vector<Subscription> subscriptions_;
    std::deque<Delivery> deliveries_;
    int next_id_ = 1;
};

}  // namespace crossdock::sandbox::ebay
