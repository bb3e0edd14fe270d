// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sandbox/deliveries.h"
#include "sandbox/faults.h"
#include "sandbox/token_bucket.h"
#include "sandbox/walmart/answers.h"
#include "sandbox/walmart/seller.h"
#include "sandbox/walmart/world.h"

namespace crossdock::sandbox::walmart {

/// What a handler answers with status 200, or why not.
using Answer = std::variant<Json, Refusal>;

/// A request on its way to its handler.
struct Call {
    const http::Request& request;
    std::string operation;
    std::vector<std::string> values;  // of the path's {} segments

    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(request.parameter(name).value_or(""));
    }
    [[nodiscard]] bool flag(std::string_view name) const { return text(name) == "true"; }
};

/// Every ninth thing lies in Walmart's own warehouses.
inline constexpr std::int64_t kEveryNthInWfs = 9;

class SellerImpl;

struct Route {
    std::string_view method, pattern, operation;
    double per_minute;
    std::string_view scope, api;
    ErrorShape shape;
    Answer (SellerImpl::*handler)(const Call&);
};

/// The world behind its doors. One lock around everything; it is not held while a webhook goes out.
class SellerImpl final : public Seller {
public:
    SellerImpl(SellerOptions options, const Clock& clock);

    http::Response handle(const http::Request& request) override;
    void tick() override;
    void set_webhook_sender(WebhookSender sender) override;
    [[nodiscard]] const std::string& path_prefix() const override { return options_.path_prefix; }

    std::vector<LedgerEntry> ledger() override;
    std::vector<ReturnEntry> returns() override;
    std::vector<ShipmentView> shipments(std::int64_t order_id) override;
    std::vector<StockView> stock(const std::string& sku) override;
    Counters counters() override;
    std::vector<std::string> ship_nodes() override;
    std::string order_json(std::int64_t order_id) override;

    std::int64_t place_order(const PlaceOrder& wish) override;
    bool acknowledge(std::int64_t order_id) override;
    bool ship(std::int64_t order_id, int line_number, int units) override;
    bool deliver(std::int64_t order_id) override;
    bool cancel(std::int64_t order_id, int line_number, int units) override;
    bool want_cancel(std::int64_t order_id) override;
    bool refund_line(std::int64_t order_id, int line_number, std::int64_t cents) override;
    std::int64_t start_return(std::int64_t order_id, const StartReturn& wish) override;
    bool refund_return(std::int64_t return_id, int units) override;
    bool cancel_return(std::int64_t return_id) override;
    bool set_stock(const std::string& sku, const std::string& ship_node, std::int64_t quantity) override;

    void add_fault(const Fault& fault) override;
    void clear_faults() override;
    void expire_tokens() override;
    void set_clock_skew(std::chrono::milliseconds skew) override;
    void set_index_lag(std::chrono::milliseconds lag) override;
    void set_scope(const std::string& scope, const std::string& access) override;

private:
    // seller_http.cpp
    http::Response serve(const http::Request& request, bool& network_fault);
    http::Response gate(const Route& route, const Call& call);
    std::optional<http::Response> fault_before(const Route& route);
    http::Response token(const http::Request& request);
    Answer token_detail(const Call& call);
    std::optional<Refusal> refuse_headers(const http::Request& request);
    std::optional<Refusal> refuse_token(const http::Request& request, const Route& route);
    bool throttled(const Route& route, const Call& call, http::Fields& headers);
    static const std::vector<Route>& routes();

    // seller_orders.cpp
    struct OrderQuery;
    Answer list_orders(const Call& call);
    Answer list_released(const Call& call);
    Answer list(const Call& call, bool released);
    Answer one_order(const Call& call);
    Answer acknowledge_order(const Call& call);
    Json wrapped(const Order& order, const Call& call);
    [[nodiscard]] OrderExtras extras_of(const Call& call) const;
    std::string issue_cursor(const http::Fields& parameters);
    [[nodiscard]] bool was_issued(const http::Fields& parameters) const { return cursors_.contains(parameters); }

    // seller_shipping.cpp
    Answer ship_order(const Call& call);
    Answer cancel_order(const Call& call);

    // seller_returns.cpp, seller_items.cpp, seller_settings.cpp
    Answer list_returns(const Call& call);
    Answer list_items(const Call& call);
    Answer one_item(const Call& call);
    Answer list_ship_nodes(const Call& call);
    Answer list_carrier_methods(const Call& call);
    Answer list_label_carriers(const Call& call);

    // seller_inventory.cpp, seller_feeds.cpp
    Answer get_inventory(const Call& call);
    Answer put_inventory(const Call& call);
    Answer get_inventories(const Call& call);
    Answer get_node_inventory(const Call& call);
    Answer put_node_inventory(const Call& call);
    Answer get_wfs_inventory(const Call& call);
    Answer post_feed(const Call& call);
    Answer list_feeds(const Call& call);
    Answer one_feed(const Call& call);

    // seller_reports.cpp
    Answer list_reports(const Call& call);
    Answer create_report(const Call& call);
    Answer one_report(const Call& call);
    Answer report_address(const Call& call);
    [[nodiscard]] Json report_json(const Report& report) const;
    [[nodiscard]] Report* report(const std::string& id);
    [[nodiscard]] std::string report_signature(const Report& report, std::int64_t expires) const;
    void make_report(const std::string& id);
    http::Response report_file(const http::Request& request, const std::string& name);

    // seller_webhooks.cpp
    Answer list_event_types(const Call& call);
    Answer list_subscriptions(const Call& call);
    Answer create_subscription(const Call& call);
    Answer change_subscription(const Call& call);
    Answer delete_subscription(const Call& call);
    Answer test_notification(const Call& call);
    void on_event(const Happening& happening);
    void deliver_event(std::string_view type, const std::string& resource, const Json& payload);
    void put_delivery(const Subscription& to, const std::string& body, bool faulty);

    // seller_admin.cpp
    http::Response admin(const http::Request& request, const std::string& path);
    std::optional<http::Response> admin_order(const std::string& method, const std::vector<std::string>& parts,
                                              const nlohmann::json& body);
    std::optional<http::Response> admin_return(const std::vector<std::string>& parts, const nlohmann::json& body);
    http::Response admin_dials(const nlohmann::json& body);

    [[nodiscard]] std::optional<std::string> page_fault(const std::string& operation);

    /// Runs a verb on an order under the lock, at the clock's now.
    template <class Verb>
    bool with_order(std::int64_t id, Verb verb) {
        const std::lock_guard lock(mutex_);
        world_.agenda.catch_up();
        Order* order = world_.order(id);
        return order != nullptr && verb(*order);
    }

    std::recursive_mutex mutex_;  // the admin surface calls the same verbs as tests do
    SellerOptions options_;
    const Clock& clock_;
    World world_;
    FaultDials faults_;
    Deliveries deliveries_;
    WebhookSender sender_;
    std::map<std::string, Subscription> subscriptions_;
    std::int64_t next_subscription_ = 0;
    std::map<std::string, Timestamp, std::less<>> tokens_;  // to when they die
    std::map<std::string, TokenBucket> buckets_;
    std::set<std::string, std::less<>> correlation_ids_;
    std::int64_t answers_ = 0;
    std::set<http::Fields> cursors_;  // every pager handed out: it must come back unchanged
    std::deque<http::Fields> cursor_age_;
    struct Scan {
        std::string lifecycle, published, sku, variant_group;
        std::int64_t position = 0;
        Timestamp used;
    };
    std::map<std::string, Scan> scans_;
};

/// Reads members of a body and refuses what is missing, of the wrong type or unknown, in the words of the Java parser
/// behind the real thing. The first refusal stays.
class StrictBody {
public:
    std::optional<Refusal> refusal;

    /// Null when it is no object or has members besides those named (required ones are marked with a leading "!").
    const nlohmann::json* object(const nlohmann::json& value, const std::string& path,
                                 std::initializer_list<std::string_view> members);
    const nlohmann::json* array(const nlohmann::json& parent, const std::string& name, const std::string& path);
    std::string text(const nlohmann::json& parent, const std::string& name, const std::string& path);
    void refuse(const std::string& field, const std::string& description) {
        if (!refusal) refusal = Refusal::content(field, description);
    }
};

/// Non-negative whole units in the text of statusQuantity.amount; 0 for anything else.
int whole_units(const std::string& text);

}  // namespace crossdock::sandbox::walmart
