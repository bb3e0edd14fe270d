// SPDX-License-Identifier: Apache-2.0
// G1 and G7: what the hub said yes to is there after it was killed at a random moment.
#include <sqlite3.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

constexpr int kClients = 32;
constexpr auto kLongest = std::chrono::seconds{100};

bool is_soak() { return std::getenv("CROSSDOCK_SOAK") != nullptr; }

std::uint64_t seed_of_run() {
    if (const char* given = std::getenv("CROSSDOCK_SEED")) return std::strtoull(given, nullptr, 10);
    return std::random_device{}();
}

/// What was answered with a 2xx.
struct Acknowledged {
    struct Stock {
        std::int64_t item = 0, quantity = 0;
    };
    struct Shipment {
        std::int64_t order = 0;
        std::string tracking;
    };
    std::set<std::int64_t> orders;
    std::map<std::int64_t, Stock> stock;         // by the update's id
    std::map<std::int64_t, Shipment> shipments;  // by the shipment's id

    [[nodiscard]] std::size_t size() const { return orders.size() + stock.size() + shipments.size(); }
    void add(const Acknowledged& other) {
        orders.insert(other.orders.begin(), other.orders.end());
        stock.insert(other.stock.begin(), other.stock.end());
        shipments.insert(other.shipments.begin(), other.shipments.end());
    }
};

struct Supply {
    std::vector<std::int64_t> to_ack, to_ship, items;
    std::atomic<std::size_t> next_ack{0}, next_shipment{0};
    std::atomic<std::size_t> ack_limit{0}, shipment_limit{0};  // so that the last round has something left
    std::atomic<std::int64_t> quantity{1};
};

/// How often a round's writers were told yes so far.
struct Yes {
    std::atomic<int> acks{0}, stock{0}, shipments{0};
};

/// Writes until the hub is gone, as an ERP's three programs would.
void write_until_killed(Client client, int number, Supply& supply, const std::atomic<bool>& killed, std::mutex& mutex,
                        Acknowledged& all, Yes& yes) {
    Acknowledged mine;
    for (int step = 0; !killed; ++step) {
        Answer answer;
        if (number % 4 == 0) {
            // Fresh orders first; when they are used up, what was acknowledged before is acknowledged again.
            const std::size_t at = supply.next_ack++;
            const std::size_t limit = supply.ack_limit;
            const std::int64_t order = supply.to_ack[at < limit ? at : at % std::max<std::size_t>(limit, 1)];
            answer = client.post("/api/v1/orders/ack", {{"ids", {order}}});
            if (answer.status == 200) {
                mine.orders.insert(order);
                ++yes.acks;
            }
        } else if (number % 4 == 1 && supply.next_shipment < supply.shipment_limit) {
            const std::size_t at = supply.next_shipment++;
            if (at >= supply.to_ship.size()) continue;
            const std::int64_t order = supply.to_ship[at];
            const std::string tracking = "1Z" + std::to_string(1'000'000'000 + order);
            answer = client.post(
                "/api/v1/shipments",
                {{"shipments", {{{"remote_order_id", order}, {"carrier", "UPS"}, {"tracking_number", tracking}}}}});
            if (answer.status == 201) {
                mine.shipments[answer.body["created_ids"][0]] = {order, tracking};
                ++yes.shipments;
            }
        } else {
            const std::int64_t item = supply.items[static_cast<std::size_t>(number + step) % supply.items.size()];
            const std::int64_t quantity = supply.quantity++;
            answer = client.post(
                "/api/v1/inventory_updates",
                {{"channel", "shop-test"}, {"items", {{{"item_master_id", item}, {"quantity", quantity}}}}});
            if (answer.status == 201) {
                mine.stock[answer.body["created_ids"][0]] = {item, quantity};
                ++yes.stock;
            }
        }
        if (answer.status == 0) break;
    }
    const std::lock_guard lock(mutex);
    all.add(mine);
}

class Durability : public ::testing::Test {
protected:
    void fill(int orders) {
        sandbox_ = std::make_unique<RunningSandbox>(orders);
        write_text(folder_ / "crossdock.toml", config_text(sandbox_->url()));
        hub_ = std::make_unique<RunningHub>(folder_.path());
        key_ = hub_->make_key();
        Client client(hub_->url(), key_);
        ASSERT_TRUE(eventually(std::chrono::seconds{90}, [&] {
            return unacknowledged(client).size() >= static_cast<std::size_t>(orders);
        })) << hub_->process().err();
        ASSERT_TRUE(is_filled(client, 1)) << hub_->process().err();
        for (const json& order : unacknowledged(client)) {
            supply_.to_ack.push_back(order["id"]);
            if (order["status"] == "open" && order["payment_status"] == "paid") supply_.to_ship.push_back(order["id"]);
        }
        const Answer items = client.get("/api/v1/skus?raw=0&limit=100");
        for (const json& item : items.body["items"])
            if (item["attrs"]["tracked"] == true && !item["attrs"]["location_id"].is_null())
                supply_.items.push_back(item["id"]);
        ASSERT_GT(supply_.items.size(), 10U);
        ASSERT_GT(supply_.to_ship.size(), 10U);
    }

    /// Everything that `imported=false` offers.
    static std::vector<json> unacknowledged(Client& client) {
        std::vector<json> all;
        std::string cursor;
        for (;;) {
            const Answer page = client.get("/api/v1/orders?imported=false&raw=0&limit=500&" +
                                           (cursor.empty() ? "since=2020-01-01T00:00:00Z" : "cursor=" + cursor));
            if (page.status != 200) return all;
            all.insert(all.end(), page.body.begin(), page.body.end());
            if (page.body.size() < 500) return all;
            for (const auto& [name, value] : page.headers)
                if (name == "X-Next-Cursor") cursor = net::percent_encode(value);
        }
    }

    /// How many of `acked` are not there as they were acknowledged.
    std::size_t missing(const Acknowledged& acked) {
        std::vector<std::function<bool(Client&)>> looks;
        for (const std::int64_t id : acked.orders)
            looks.emplace_back([this, id](Client& client) {
                const Answer order = client.get("/api/v1/orders/" + std::to_string(id) + "?raw=0");
                if (order.status != 200 || !order.body["imported_at"].is_string()) return false;
                const std::lock_guard lock(mutex_);
                // The first one stays.
                return imported_at_.emplace(id, order.body["imported_at"]).first->second == order.body["imported_at"];
            });
        for (const auto& [id, stock] : acked.stock)
            looks.emplace_back([id = id, stock = stock](Client& client) {
                const Answer update = client.get("/api/v1/inventory_updates/" + std::to_string(id));
                return update.status == 200 && update.body["item_master_id"] == stock.item &&
                       update.body["quantity"] == stock.quantity;
            });
        for (const auto& [id, shipment] : acked.shipments)
            looks.emplace_back([id = id, shipment = shipment](Client& client) {
                const Answer found = client.get("/api/v1/shipments/" + std::to_string(id));
                return found.status == 200 && found.body["remote_order_id"] == shipment.order &&
                       found.body["tracking_number"] == shipment.tracking;
            });
        std::atomic<std::size_t> next{0};
        std::atomic<std::size_t> gone{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                Client client(hub_->url(), key_);
                for (std::size_t at; (at = next++) < looks.size();)
                    if (!looks[at](client)) ++gone;
            });
        for (std::thread& thread : threads) thread.join();
        return gone;
    }

    std::size_t offered_again(const Acknowledged& acked) {
        Client client(hub_->url(), key_);
        std::size_t again = 0;
        for (const json& order : unacknowledged(client)) again += acked.orders.count(order["id"].get<std::int64_t>());
        return again;
    }

    std::string integrity() {
        sqlite3* database = nullptr;
        std::string verdict = "cannot be opened";
        if (sqlite3_open_v2((folder_ / "crossdock.db").c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) ==
            SQLITE_OK) {
            sqlite3_exec(
                database, "PRAGMA integrity_check(5)",
                [](void* to, int, char** values, char**) {
                    *static_cast<std::string*>(to) = values[0];
                    return 0;
                },
                &verdict, nullptr);
        }
        sqlite3_close(database);
        return verdict;
    }

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RunningHub> hub_;
    std::string key_;
    Supply supply_;
    std::mutex mutex_;
    std::map<std::int64_t, json> imported_at_;
};

TEST_F(Durability, NothingAcknowledgedIsMissingAfterKillsAtRandomMoments) {
    const std::uint64_t seed = seed_of_run();
    std::mt19937_64 chance(seed);
    const int moments = is_soak() ? 1000 : 50;
    std::printf("G1: seed %llu (CROSSDOCK_SEED replays the moments)\n", static_cast<unsigned long long>(seed));
    fill(is_soak() ? 4000 : 500);
    if (HasFatalFailure()) return;

    Acknowledged all;
    std::size_t lost = 0;
    std::size_t offered = 0;
    int kills = 0;
    int early_kills = 0;
    const auto began = std::chrono::steady_clock::now();
    for (; kills < moments && (is_soak() || kills < 10 || std::chrono::steady_clock::now() - began < kLongest); ++kills) {
        supply_.ack_limit =
            supply_.to_ack.size() * static_cast<std::size_t>(kills + 1) / static_cast<std::size_t>(moments);
        supply_.shipment_limit =
            supply_.to_ship.size() * static_cast<std::size_t>(kills + 1) / static_cast<std::size_t>(moments);
        supply_.next_ack = supply_.to_ack.size() * static_cast<std::size_t>(kills) / static_cast<std::size_t>(moments);
        const bool can_ship = supply_.next_shipment < supply_.shipment_limit;
        Acknowledged round;
        Yes yes;
        std::mutex mutex;
        std::atomic<bool> killed{false};
        std::vector<std::thread> clients;
        for (int number = 0; number < kClients; ++number)
            clients.emplace_back(
                [&, number] { write_until_killed(Client(hub_->url(), key_), number, supply_, killed, mutex, round, yes); });
        // However long this machine takes to begin: what was never answered shows nothing.
        eventually(std::chrono::seconds{10}, [&] { return yes.acks >= 6 && yes.stock >= 12 && (yes.shipments >= 1 || !can_ship); });
        std::this_thread::sleep_for(std::chrono::microseconds{chance() % 300'000});  // the random moment itself
        hub_->process().kill_hard();
        killed = true;
        for (std::thread& client : clients) client.join();

        if (chance() % 5 == 0) {  // killed again while it starts
            RealProcess starting(crossdock({"serve"}), RunningHub::options(folder_.path()));
            std::this_thread::sleep_for(std::chrono::microseconds{chance() % 60'000});
            starting.kill_hard();
            ++early_kills;
        }
        hub_->start();  // throws with the log when it does not come up
        lost += missing(round);
        offered += offered_again(round);
        all.add(round);
    }
    EXPECT_EQ(missing(all), 0U);
    EXPECT_EQ(offered_again(all), 0U);
    EXPECT_EQ(lost, 0U);
    EXPECT_EQ(offered, 0U);
    EXPECT_GE(kills, 10);
    hub_->process().terminate();
    EXPECT_EQ(hub_->process().wait(), 0) << hub_->process().err();
    const std::string verdict = integrity();
    EXPECT_EQ(verdict, "ok");
    std::printf(
        "G1: %d kills (%d more while starting), %zu acknowledged writes (%zu acks, %zu stock, %zu shipments), %zu "
        "missing, "
        "integrity %s\nG7: %zu acknowledged orders, %zu offered again\n",
        kills, early_kills, all.size(), all.orders.size(), all.stock.size(), all.shipments.size(), lost,
        verdict.c_str(), all.orders.size(), offered);
    EXPECT_GT(all.orders.size(), 30U);
    EXPECT_GT(all.stock.size(), 100U);
    EXPECT_GT(all.shipments.size(), 5U);
}

TEST_F(Durability, AShipmentRepeatedAfterAKillIsTheSameOne) {
    fill(40);
    if (HasFatalFailure()) return;
    const json body{
        {"shipments",
         {{{"remote_order_id", supply_.to_ship[0]}, {"carrier", "ups"}, {"tracking_number", "1Z999AA10123456784"}}}}};
    const Answer first = Client(hub_->url(), key_).post("/api/v1/shipments", body);
    ASSERT_EQ(first.status, 201) << first.text;
    hub_->process().kill_hard();
    hub_->start();
    const Answer again = Client(hub_->url(), key_).post("/api/v1/shipments", body);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    Client client(hub_->url(), key_);
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return client.get("/api/v1/shipments/" + first.body["created_ids"][0].dump()).body["status"] == "succeeded";
    })) << hub_->process().err();
    EXPECT_EQ(sandbox_->get("/counters")["fulfillments_doubled"], 0);
}

TEST_F(Durability, OfConcurrentAcknowledgementsOneCounts) {
    fill(40);
    if (HasFatalFailure()) return;
    std::atomic<int> updated{0};
    std::atomic<int> answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < kClients; ++i)
        clients.emplace_back([&] {
            const Answer answer = Client(hub_->url(), key_).post("/api/v1/orders/ack", {{"ids", supply_.to_ack}});
            if (answer.status != 200) return;
            updated += answer.body["updated"].get<int>();
            ++answered;
        });
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(answered, kClients);
    EXPECT_EQ(updated, static_cast<int>(supply_.to_ack.size()));
    std::printf("G7: %d concurrent acks of %zu orders counted %d\n", answered.load(), supply_.to_ack.size(),
                updated.load());
}

}  // namespace
}  // namespace crossdock::testing
