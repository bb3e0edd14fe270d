// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "sandbox/amazon/access.h"
#include "sandbox/amazon/call.h"
#include "sandbox/amazon/pages.h"
#include "sandbox/amazon/seller.h"
#include "sandbox/amazon/world.h"
#include "sandbox/token_bucket.h"

namespace crossdock::sandbox::amazon {

/// The world behind its doors. One lock around everything.
class SellerImpl final : public Seller {
public:
    SellerImpl(SellerOptions options, const Clock& clock);

    http::Response handle(const http::Request& request) override;
    void tick() override;
    /// Amazon has no webhooks: notifications go to queues of its own cloud, which this sandbox does not play.
    void set_webhook_sender(WebhookSender) override {}
    [[nodiscard]] const std::string& path_prefix() const override { return options_.path_prefix; }

    std::vector<LedgerEntry> ledger() override;
    std::vector<RefundView> refunds() override;
    std::vector<PackageView> packages(const std::string& order_id) override;
    std::vector<StockView> stock() override;
    std::optional<StockView> stock(const std::string& sku) override;
    std::vector<InboundView> inbound() override;
    Counters counters() override;
    std::string order_json(const std::string& order_id) override;

    std::string place_order(const PlaceOrder& wish) override;
    bool authorise(const std::string& order_id) override;
    bool cancel(const std::string& order_id) override;
    bool request_cancel(const std::string& order_id, const std::string& reason) override;
    bool cancel_units(const std::string& order_id, int units) override;
    bool ship(const std::string& order_id, bool partly) override;
    std::string refund(const std::string& order_id, const RefundWish& wish) override;
    bool release_refund(const std::string& refund_id) override;
    bool set_stock(const std::string& sku, std::int64_t quantity) override;
    bool advance_inbound(const std::string& shipment_id) override;
    bool receive_inbound(const std::string& shipment_id, int units) override;
    bool end_inbound(const std::string& shipment_id, const std::string& status) override;

    void add_fault(const Fault& fault) override;
    void clear_faults() override;
    void expire_tokens() override;
    void expire_page_tokens() override;
    void revoke_refresh_tokens() override;
    void set_client_secrets(const std::vector<std::string>& secrets) override;
    void set_clock_skew(std::chrono::milliseconds skew) override;
    void set_roles(const std::vector<std::string>& roles) override;
    void set_item_paging(ItemPaging paging) override;
    void set_catalogue_empty(bool empty) override;

private:
    using Handler = http::Response (SellerImpl::*)(Call&);
    struct Operation {
        const char *name, *method, *pattern;
        double rate;  // documented, per second
        int burst;
        const char* role;  // "" none
        Handler handler;
    };
    static const std::vector<Operation>& operations();

    // seller_http.cpp
    http::Response route(const http::Request& request, const std::string& path, const std::string& target);
    http::Response run(const http::Request& request, const Operation& operation, std::vector<std::string> parts,
                       const std::string& path);
    std::optional<http::Response> let_in(Call& call, const Operation& operation, const std::string& path);
    std::optional<http::Response> fault_before(const std::string& operation);
    [[nodiscard]] std::string base_url(const http::Request& request) const;

    // login.cpp
    http::Response login(const http::Request& request);
    http::Response create_restricted_token(Call& call);

    // sellers.cpp
    http::Response participations(Call& call);
    [[nodiscard]] const Store* own_store(std::string_view id) const;

    // orders_v0.cpp
    http::Response get_orders(Call& call);
    http::Response get_order(Call& call);
    http::Response get_order_items(Call& call);
    http::Response get_order_address(Call& call);
    http::Response get_order_buyer(Call& call);
    http::Response get_order_items_buyer(Call& call);
    http::Response confirm_shipment(Call& call);

    // orders_2026.cpp
    http::Response search_orders(Call& call);
    http::Response get_order_2026(Call& call);

    // order_search.cpp
    struct OrderSearch {
        bool by_update = true;
        Timestamp from, to;
        std::set<std::string> stores, ids, statuses, channels;  // empty: all
        int size = 100;
    };
    struct OrderPage {
        std::vector<const Order*> orders;
        std::string next;  // token, "" on the last page
        Timestamp bound;   // the upper bound that was used
    };
    /// Finds the page of a search; an answer instead when the token is no good.
    std::optional<http::Response> find_orders(Call& call, const char* token_name, const OrderSearch& search,
                                              OrderPage& page);

    // finances_v0.cpp, finances_2024.cpp
    http::Response financial_events(Call& call);
    http::Response financial_events_of_order(Call& call);
    http::Response list_transactions(Call& call);
    [[nodiscard]] bool finance_visible(const FinancialEvent& event) const;

    // reports.cpp, feeds.cpp, documents.cpp
    http::Response create_report(Call& call);
    http::Response get_report(Call& call);
    http::Response get_reports(Call& call);
    http::Response cancel_report(Call& call);
    http::Response get_report_document(Call& call);
    void finish_report(Work& report);
    http::Response create_feed_document(Call& call);
    http::Response create_feed(Call& call);
    http::Response get_feed(Call& call);
    http::Response get_feeds(Call& call);
    http::Response cancel_feed(Call& call);
    http::Response get_feed_document(Call& call);
    void finish_feed(Work& feed);
    std::string run_listings_feed(const Work& feed, const std::string& input);
    std::string run_carton_feed(const Work& feed, const std::string& input);
    http::Response list_works(Call& call, const std::map<std::string, Work>& works,
                              const std::vector<std::string>& sequence, const char* types_name, const char* list_name);
    nlohmann::ordered_json shown(const Work& work, bool feed) const;
    void schedule_work(const std::string& id, bool feed);
    std::string keep_document(std::string content, const std::string& content_type, bool gzip);
    std::string document_url(const Document& document, const std::string& base_url);
    http::Response document(const http::Request& request, const std::string& id);

    // listings.cpp, listing_patch.cpp
    http::Response get_listing(Call& call);
    http::Response search_listings(Call& call);
    http::Response patch_listing(Call& call);
    nlohmann::ordered_json listing_json(const Listing& listing, const std::vector<const Store*>& in,
                                        const std::set<std::string>& data) const;
    std::optional<http::Response> check_listing_call(Call& call, std::vector<const Store*>& in) const;
    /// The issues of a patch; none of severity ERROR: it is (to be) accepted, and in force unless `preview`.
    nlohmann::ordered_json apply_patches(std::uint32_t index, const nlohmann::ordered_json& body, bool preview);

    // inbound_v0.cpp
    http::Response get_shipments(Call& call);
    http::Response get_shipment_items(Call& call);
    http::Response get_items(Call& call);

    // inbound_2024.cpp, packing_2024.cpp
    http::Response list_plans(Call& call);
    http::Response get_plan(Call& call);
    http::Response get_plan_shipment(Call& call);
    http::Response list_plan_shipment_items(Call& call);
    http::Response list_plan_shipment_boxes(Call& call);
    http::Response set_packing(Call& call);
    http::Response get_operation_status(Call& call);

    // seller_admin.cpp
    http::Response admin(const http::Request& request, const std::string& path);
    http::Response admin_order(const std::string& method, const std::vector<std::string>& parts,
                               const nlohmann::json& body);
    http::Response admin_dials(const nlohmann::json& body);

    /// Runs a verb on an order under the lock, at the clock's now.
    template <class Verb>
    bool with_order(const std::string& id, Verb verb) {
        const std::lock_guard lock(mutex_);
        world_.catch_up();
        Order* order = world_.order(id);
        return order != nullptr && verb(*order);
    }
    /// An answer instead of the position when the token is no good.
    std::optional<http::Response> read_page(Call& call, const char* token_name, std::chrono::seconds life,
                                            PagePosition& position);
    [[nodiscard]] StockView stock_of(std::uint32_t index) const;
    [[nodiscard]] bool has_role(std::string_view role) const { return roles_.contains(role); }

    std::recursive_mutex mutex_;  // the admin surface calls the same verbs as tests do
    SellerOptions options_;
    const Clock& clock_;
    World world_;
    FaultDials faults_{{"html_400", "forbidden_bare", "null_message", "error_key", "token_expired", "wrong_expires",
                        "late_order", "patch_ignored", "report_cancelled", "report_fatal", "feed_cancelled",
                        "feed_fatal", "carton_warning", "packing_warning"}};
    AccessTokens tokens_;
    Pages pages_;
    std::map<std::string, TokenBucket> buckets_;
    std::set<std::string, std::less<>> roles_;
    std::map<std::string, std::string> packing_operations_;  // operation id, JSON of its status
};

}  // namespace crossdock::sandbox::amazon
