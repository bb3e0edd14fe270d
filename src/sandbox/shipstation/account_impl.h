// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/deliveries.h"
#include "sandbox/faults.h"
#include "sandbox/shipstation/account.h"
#include "sandbox/shipstation/answers.h"
#include "sandbox/shipstation/pacific.h"
#include "sandbox/shipstation/world.h"

namespace crossdock::sandbox::shipstation {

/// A request on its way to its handler.
struct Call {
    const http::Request& request;
    std::string operation;
    std::vector<std::string> values;  // of the path's {} segments
    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(request.parameter(name).value_or(""));
    }
};

class AccountImpl;

struct Route {
    std::string_view method, pattern, operation;
    http::Response (AccountImpl::*handler)(const Call&);
};

/// A page of a V1 or V2 list, as asked for.
struct Page {
    std::size_t number = 1, size = 100;
    std::size_t begin = 0, end = 0, pages = 0;
};

/// A window of wall times; an end that is not given is open.
struct WallWindow {
    std::optional<WallTime> start, end;
    /// False when a date is unreadable.
    bool read(const Call& call, const std::string& name) {
        for (const auto& [suffix, side] : {std::pair{"Start", &start}, {"End", &end}}) {
            const auto text = call.request.parameter(name + suffix);
            if (!text) continue;
            *side = parse_wall(*text);
            if (!*side) return false;
        }
        return true;
    }
    [[nodiscard]] bool holds(std::optional<Timestamp> at) const {
        if (!start && !end) return true;
        if (!at) return false;
        const WallTime wall = wall_time(*at);
        return (!start || wall >= *start) && (!end || wall <= *end);
    }
};

/// The world behind its doors. One lock around everything; it is not held while a webhook goes out.
class AccountImpl final : public Account {
public:
    AccountImpl(AccountOptions options, const Clock& clock);

    http::Response handle(const http::Request& request) override;
    void tick() override;
    void set_webhook_sender(WebhookSender sender) override;
    [[nodiscard]] const std::string& path_prefix() const override { return options_.path_prefix; }

    std::vector<LedgerEntry> ledger() override;
    std::vector<ShipmentView> shipments(std::int64_t order_id) override;
    std::vector<StockView> stock() override;
    Counters counters() override;
    std::vector<std::int64_t> stores() override;
    std::string order_json(std::int64_t order_id) override;

    std::int64_t place_order(const PlaceOrder& wish) override;
    bool pay(std::int64_t order_id) override;
    bool edit(std::int64_t order_id) override;
    bool hold(std::int64_t order_id, bool on) override;
    bool cancel(std::int64_t order_id) override;
    bool remove(std::int64_t order_id) override;
    bool ship(std::int64_t order_id) override;
    bool void_label(std::int64_t shipment_id) override;
    bool return_label(std::int64_t order_id) override;
    std::int64_t split(std::int64_t order_id) override;
    bool merge(std::int64_t order_id, std::int64_t swallowed_id) override;
    bool touch_product(const std::string& sku) override;

    void add_fault(const Fault& fault) override;
    void clear_faults() override;
    void set_clock_skew(std::chrono::milliseconds skew) override;
    void set_index_lag(std::chrono::milliseconds lag) override;
    void use_up(int calls) override;
    void set_key(const std::string& key, const std::string& secret) override;

private:
    struct Subscription {
        std::int64_t id = 0, store = 0;
        std::string event, url, name;
        http::Fields headers = {};  // V2 sends what it was given
        bool v2 = false;
    };
    /// A minute's budget.
    struct Window {
        std::chrono::milliseconds begin{0};
        int used = 0;
    };

    // account_http.cpp
    http::Response serve(const http::Request& request, bool& network_fault);
    http::Response gate(const Route& route, const Call& call, bool v2);
    std::optional<http::Response> fault_before(const Call& call, bool v2);
    bool throttled(const Call& call, bool v2, http::Fields& headers);
    [[nodiscard]] bool known_caller(const http::Request& request, bool v2) const;
    http::Response refuse(int status, const std::string& message);
    http::Response exception(const std::string& message);
    static const std::vector<Route>& routes();

    // account_lists.cpp: V1
    http::Response list_orders(const Call& call);
    http::Response one_order(const Call& call);
    http::Response delete_order(const Call& call);
    http::Response mark_as_shipped(const Call& call);
    http::Response list_shipments(const Call& call);
    http::Response list_fulfillments(const Call& call);
    http::Response list_marks(const Call& call, bool labels);
    http::Response list_products(const Call& call);
    http::Response one_product(const Call& call);
    const std::vector<std::int64_t>& sorted_products(const Call& call, const WallWindow& created);
    Page page_of(const Call& call, std::size_t total, std::size_t standard, std::size_t most, const char* size_name);
    http::Response page_answer(const char* name, Json rows, std::size_t total, const Page& page, const Call& call);

    // account_lookups.cpp: V1
    http::Response list_carriers(const Call& call);
    http::Response list_services(const Call& call);
    http::Response list_warehouses(const Call& call);
    http::Response list_stores(const Call& call);
    http::Response list_webhooks(const Call& call);
    http::Response subscribe(const Call& call);
    http::Response unsubscribe(const Call& call);
    std::string on_event(std::string_view event, std::int64_t store);
    void put_delivery(const Subscription& to, std::string_view event, const std::string& batch);

    // account_v2.cpp
    http::Response v2_list_shipments(const Call& call);
    http::Response v2_one_shipment(const Call& call);
    http::Response v2_list_webhooks(const Call& call);
    http::Response v2_create_webhook(const Call& call);
    http::Response v2_delete_webhook(const Call& call);
    http::Response v2_list_fulfillments(const Call& call);
    http::Response v2_create_fulfillments(const Call& call);
    http::Response v2_list_carriers(const Call& call);
    http::Response v2_list_warehouses(const Call& call);
    http::Response v2_list_products(const Call& call);
    http::Response v2_list_inventory(const Call& call);
    http::Response v2_change_inventory(const Call& call);
    http::Response v2_list_locations(const Call& call);
    http::Response v2_refuse(int status, const char* code, const std::string& message);
    Json v2_page(const char* name, Json rows, std::size_t total, const Page& page, const char* path);

    // account_admin.cpp
    http::Response admin(const http::Request& request, const std::string& path);
    std::optional<http::Response> admin_order(const std::string& method, const std::vector<std::string>& parts,
                                              const nlohmann::json& body);
    http::Response admin_dials(const nlohmann::json& body);

    /// Runs a verb on an order under the lock, at the clock's now.
    template <class Verb>
    bool with_order(std::int64_t id, Verb verb) {
        const std::lock_guard lock(mutex_);
        world_.agenda.catch_up();
        Order* order = world_.order(id);
        return order != nullptr && verb(*order);
    }

    std::recursive_mutex mutex_;  // the admin surface calls the same verbs as tests do
    AccountOptions options_;
    const Clock& clock_;
    World world_;
    FaultDials faults_;
    Deliveries deliveries_;
    WebhookSender sender_;
    std::map<std::int64_t, Subscription> subscriptions_;
    std::int64_t next_subscription_ = 123'455;
    Window v1_, v2_;
    struct Batch {
        std::string id;
        Timestamp closes;
    };
    std::map<std::pair<std::string, std::int64_t>, Batch> batches_;  // (event, store)
    std::string products_key_;
    std::vector<std::int64_t> products_;
};

}  // namespace crossdock::sandbox::shipstation
