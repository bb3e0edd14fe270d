// SPDX-License-Identifier: Apache-2.0
// A large store: its first pull stays in little memory, shows how far it is, and goes on after kills where it was.
// The marketplace is a process of its own, so that the memory measured is the hub's.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMegabyte = 1024 * 1024;
constexpr std::size_t kMostMemory = 200 * kMegabyte;

struct Size {
    std::int64_t items, orders;
    std::chrono::minutes patience;
};
Size size_of_run() {
    if (std::getenv("CROSSDOCK_SOAK") != nullptr) return {200'000, 100'000, std::chrono::minutes{90}};
    return {12'000, 6'000, std::chrono::minutes{4}};
}

struct Store {
    const char* provider;
    const char* config;  // credentials and settings
    /// How many variants the simulated catalogue of that size has.
    std::int64_t (*variants)(const Size&);
    /// What the first pull may ask for, by operation, of a store of that size: pages of one walk, and a few for the
    /// kills and for the checks that any start makes.
    std::function<std::map<std::string, double>(const Size&)> allowed;
};

std::int64_t as_many_as_items(const Size& size) { return size.items; }
/// One of them is sold elsewhere.
std::int64_t of_amazon(const Size& size) { return size.items - 1; }
/// Of five products two have one variant, two have two or three, one has six; the thirteenth product is a gift card.
std::int64_t of_shopify(const Size& size) {
    const std::int64_t products = size.items * 5 / 13;
    std::int64_t all = 0;
    for (std::int64_t p = 0; p < products; ++p) all += p == 12 || p % 5 < 2 ? 1 : p % 5 < 4 ? 2 + p % 2 : 6;
    return all;
}

/// Whole pages.
double pages(double things, double per_page) { return std::ceil(things / per_page); }
constexpr double kFew = 12;
/// At each of the three starts the last two of the six days that there are are read for themselves, as every night; a
/// kill in the middle of that has it begun anew.
constexpr double kNightly = 3.0 / 3 + 2.0 / 3;
constexpr double kAndNightly = 1.0 + kNightly;

const Store kShopify{
    "shopify",
    "[channel.credentials]\nshop = \"demo-shop.myshopify.com\"\naccess_token = \"shpat_demo\"\n"
    "client_secret = \"demo-secret\"\n",
    of_shopify, [](const Size& size) {
        return std::map<std::string, double>{
            {" HubVariantsPage", pages(static_cast<double>(size.items), 50) + kFew},
            // The first thousand, then the export.
            {" HubOrdersPage", pages(1'000 + static_cast<double>(size.orders) * kNightly, 25) + kFew},
            {" HubBulkRun", 2},
            // Twenty thousand lines at a time: ten of an order; of an item itself, its stock and its share of a product.
            {"GET /shopify/bulk-operation-outputs/{}",
             5 + (static_cast<double>(size.orders) * 10 + static_cast<double>(size.items) * (2 + 5.0 / 13)) / 20'000}};
    }};
const Store kAmazon{
    "amazon",
    "[channel.credentials]\nclient_id = \"amzn1.application-oa2-client.demo\"\nclient_secret = \"demo-secret\"\n"
    "refresh_token = \"Atzr|demo\"\n[channel.settings]\nregion = \"na\"\nseller_id = \"A3SBXDEMO0SELL\"\n"
    "marketplace_ids = [\"ATVPDKIKX0DER\"]\n",
    of_amazon, [](const Size& size) {
        return std::map<std::string, double>{
            {"GET /amazon/orders/2026-01-01/orders", kAndNightly * pages(static_cast<double>(size.orders), 100) + kFew},
            {"POST /amazon/reports/2021-06-30/reports", 2},
            {"GET /amazon/documents/{}", 2 + 2}};  // one for each life of the process
    }};
const Store kWalmart{
    "walmart",
    "[channel.credentials]\nclient_id = \"demo-client\"\nclient_secret = \"demo-secret\"\n[channel.settings]\n"
    "ship_node = \"1000005050\"\n",
    as_many_as_items, [](const Size& size) {
        return std::map<std::string, double>{
            {"GET /walmart/v3/orders", kAndNightly * pages(static_cast<double>(size.orders), 200) + kFew},
            {"GET /walmart/v3/items", kFew},
            {"POST /walmart/v3/reports/reportRequests", 2},
            {"GET /walmart/report-files/{}", 2 + 2}};
    }};

class LargeStore : public ::testing::TestWithParam<const Store*> {
protected:
    /// A fresh hub before a fresh marketplace.
    void begin() {
        const Store& store = *GetParam();
        hub_.reset();
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) std::filesystem::remove_all(entry.path());
        log_.clear();
        peak_ = 0;
        read_.clear();
        began_anew_.clear();
        shown_in_list_ = shown_in_health_ = shown_in_metrics_ = false;
        sandbox_ = std::make_unique<RunningSandbox>(
            std::vector<std::string>{"--only", store.provider, "--items", std::to_string(size_.items), "--orders",
                                     std::to_string(size_.orders), "--still"},
            std::chrono::minutes{10});
        write_text(folder_ / "crossdock.toml",
                   "[server]\nlisten = \"127.0.0.1:0\"\n[database]\npath = \"crossdock.db\"\n[[channel]]\ncode = "
                   "\"large\"\nprovider = \"" +
                       std::string{store.provider} + "\"\nbase_url = \"" + sandbox_->url() + "/" + store.provider +
                       "\"\n" + store.config);
        begun_ = std::chrono::steady_clock::now();
        looked_ = {};
        hub_ = std::make_unique<RunningHub>(folder_.path());
        key_ = hub_->make_key();
    }
    /// The whole walk, with two kills on the way. What it did not show, since this machine slept while it was to be
    /// seen; empty when it showed all.
    std::string walk(std::int64_t all_variants);

    std::int64_t number(const std::string& query) const {
        const std::string text = ask_database(folder_ / "crossdock.db", query);
        return std::strtoll(text.c_str(), nullptr, 10);
    }
    std::int64_t orders() const { return number("SELECT count(*) FROM orders"); }
    std::int64_t variants() const { return number("SELECT count(DISTINCT variant_id) FROM items"); }
    bool came_through(const std::string& stream) const {
        return number("SELECT count(*) FROM sync_streams WHERE stream = '" + stream +
                      "' AND last_success_at_ms IS NOT NULL AND window_from_ms IS NULL") > 0;
    }
    void measure() {
        peak_ = std::max(peak_, hub_->process().peak_bytes());
        for (const std::string stream : {"orders", "catalog"}) {
            const std::int64_t read = number("SELECT coalesce((SELECT seen FROM sync_streams WHERE stream = '" + stream +
                                             "' AND last_success_at_ms IS NULL AND window_from_ms IS NOT NULL), -1)");
            if (read < 0) continue;  // not in its first walk
            if (read < read_[stream]) ++began_anew_[stream];
            read_[stream] = read;
        }
    }
    void keep_log() { log_ += hub_->process().err(); }

    /// As a power cut would, and on again.
    void kill_in_the_middle(const std::string& of) {
        measure();
        hub_->process().kill_hard();
        keep_log();
        std::cout << "[figures] " << GetParam()->provider << ": killed in the middle of the " << of << ", with "
                  << variants() << " items and " << orders() << " orders held, after " << age().count() << " s\n";
        hub_->start();
    }
    [[nodiscard]] seconds age() const {
        return std::chrono::duration_cast<seconds>(std::chrono::steady_clock::now() - begun_);
    }

    /// What a person sees who looks now and then.
    void look_as_a_person() {
        const auto now = std::chrono::steady_clock::now();
        if ((shown_in_list_ && shown_in_health_ && shown_in_metrics_) || now - looked_ < std::chrono::milliseconds{500})
            return;
        looked_ = now;
        const Ran list = hub_->command({"channel", "list"});
        shown_in_list_ = shown_in_list_ || list.out.find("read") != std::string::npos ||
                         list.out.find("making its list") != std::string::npos;
        Client client(hub_->url(), key_);
        shown_in_health_ = shown_in_health_ ||
                           client.get("/api/v1/health").text.find("walk_under_way") != std::string::npos ||
                           client.get("/api/v1/health").text.find("_export") != std::string::npos;
        shown_in_metrics_ =
            shown_in_metrics_ ||
            Client(hub_->url(), "").get("/metrics").text.find("crossdock_walk_read{") != std::string::npos;
    }

    Size size_ = size_of_run();
    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RunningHub> hub_;
    std::string key_, log_;
    std::size_t peak_ = 0;
    std::map<std::string, std::int64_t> read_;   // of the first walk of a stream, so far
    std::map<std::string, int> began_anew_;      // how often that number fell
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now(), looked_;
    bool shown_in_list_ = false, shown_in_health_ = false, shown_in_metrics_ = false;
};

std::string LargeStore::walk(std::int64_t all_variants) {
    bool killed_in_items = false, killed_in_orders = false, too_late = false;
    const bool done = eventually(size_.patience, [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        measure();
        look_as_a_person();
        // Rows are never taken away, so the last one's number tells how many there are without counting them.
        if (!killed_in_items && number("SELECT max(id) FROM items") > all_variants / 4) {
            kill_in_the_middle("items");
            too_late = too_late || variants() >= all_variants;
            killed_in_items = true;
        }
        if (!killed_in_orders && number("SELECT max(id) FROM orders") > size_.orders / 4) {
            kill_in_the_middle("orders");
            too_late = too_late || orders() >= size_.orders;
            killed_in_orders = true;
        }
        if (too_late || hub_->process().ended()) return true;
        return killed_in_items && killed_in_orders && came_through("catalog") && came_through("orders") &&
               orders() >= size_.orders;
    });
    measure();
    EXPECT_TRUE(done) << "not through after " << age().count() << " s: " << variants() << " items, " << orders()
                      << " orders\n"
                      << hub_->process().err().substr(0, 20'000);
    if (too_late) return "it was through before it was killed in the middle";
    if (!shown_in_list_ || !shown_in_health_ || !shown_in_metrics_) return "nobody looked while it was under way";
    if (read_["orders"] <= 1'000) return "nobody measured how far it was";  // by pages; an export counts for itself
    return {};
}

TEST_P(LargeStore, ComesInLittleMemoryAndGoesOnAfterKills) {
    const std::int64_t all_variants = GetParam()->variants(size_);
    for (int tries = 1;; ++tries) {
        begin();
        const std::string missed = walk(all_variants);
        if (missed.empty()) break;
        ASSERT_LT(tries, 5) << missed << ", and that again and again";
        std::cout << "[figures] " << GetParam()->provider << ": " << missed << "; once more\n";
    }
    const auto took = age();
    const json calls = sandbox_->calls();
    std::cout << "[figures] " << GetParam()->provider << ": " << variants() << " items and " << orders()
              << " orders in " << took.count() << " s; the hub's peak was " << peak_ / kMegabyte
              << " MB, the database has " << std::filesystem::file_size(folder_ / "crossdock.db") / kMegabyte
              << " MB\n[figures] asked for: " << calls.dump() << "\n";

    // Everything is here, once.
    EXPECT_EQ(variants(), all_variants);
    EXPECT_EQ(number("SELECT count(*) FROM (SELECT variant_id, ifnull(location_id, '') AS place FROM items GROUP BY 1, "
                     "2 HAVING count(*) > 1)"),
              0);
    EXPECT_EQ(orders(), size_.orders);
    EXPECT_EQ(number("SELECT count(DISTINCT external_order_id) FROM orders"), size_.orders);
    EXPECT_EQ(number("SELECT count(*) FROM problems WHERE resolved_at_ms IS NULL AND code = 'unmappable'"), 0);
    // In little memory.
    EXPECT_LT(peak_, kMostMemory);
    // Without starting over: what was read of the first walk never falls.
    EXPECT_EQ(began_anew_["orders"], 0);
    EXPECT_EQ(began_anew_["catalog"], 0);
    for (const auto& [call, most] : GetParam()->allowed(size_)) {
        double asked = 0;
        for (const auto& [name, times] : calls.items())
            if (name.ends_with(call)) asked += times.get<double>();
        EXPECT_GT(asked, 0) << call;
        // Beside the walk the newest are asked for once a minute, for as long as it takes.
        EXPECT_LE(asked, most + static_cast<double>(took.count()) / 20) << call << ": more than one walk";
    }
    // And people could see it.
    keep_log();
    EXPECT_NE(log_.find("catalog"), std::string::npos);
    EXPECT_NE(log_.find("orders_"), std::string::npos);
    hub_->process().terminate();
    EXPECT_EQ(hub_->process().wait(), 0);
}
INSTANTIATE_TEST_SUITE_P(Providers, LargeStore, ::testing::Values(&kShopify, &kAmazon, &kWalmart),
                         [](const auto& row) { return std::string{row.param->provider}; });

}  // namespace
}  // namespace crossdock::testing
