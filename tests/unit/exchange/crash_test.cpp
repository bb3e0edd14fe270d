// SPDX-License-Identifier: Apache-2.0
// The process ends at every call it makes to the folder, before it, after it, and in the middle of a write. An ERP
// reads and sends meanwhile. Nothing is lost, nothing is doubled, no number has two contents.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include "base/random.h"
#include "unit/exchange/exchange_fixture.h"

namespace crossdock::exchange {
namespace {

using testing::Crash;
using testing::FaultyFolder;
using testing::Fixture;
using testing::json;
using namespace std::chrono_literals;

/// The ERP: fetches whatever has its manifest, and keeps what it read by number.
class Erp {
public:
    explicit Erp(Fixture& fixture) : fix_(fixture) {}

    /// `stray`: also such as have no manifest yet, as a careless program would.
    void fetch(bool stray) {
        for (const std::string& name : fix_.names("out")) {
            if (name.ends_with(".manifest.json") || !name.ends_with(".jsonl")) continue;
            const std::string manifest = "out/" + manifest_name(name);
            if (!stray && !fix_.has(manifest)) continue;
            const std::string text = fix_.text("out/" + name);
            const auto [held, fresh] = files_.emplace(name, text);
            if (!fresh) {
                EXPECT_EQ(held->second, text) << name << " came again with other content";
            }
            const auto number = number_in(name, "orders");
            if (number) {
                const auto [known, is_new] = by_number_.emplace(*number, name);
                EXPECT_TRUE(is_new || known->second == name) << "number " << *number << " was used twice";
            }
            std::filesystem::remove(fix_.folder / ("out/" + name));
            std::filesystem::remove(fix_.folder / manifest);
        }
    }
    /// Versions of orders as read, in the order of the files' numbers; a file that came twice counts once.
    [[nodiscard]] std::vector<std::string> read() const {
        std::vector<std::string> rows;
        for (const auto& [number, name] : by_number_) {
            std::istringstream lines(files_.at(name));
            for (std::string line; std::getline(lines, line);) {
                const json order = json::parse(line);
                rows.push_back(order.at("external_order_id").get<std::string>() + "/" +
                               order.at("last_remote_update_at").get<std::string>());
            }
        }
        return rows;
    }
    [[nodiscard]] std::int64_t highest() const { return by_number_.empty() ? 0 : by_number_.rbegin()->first; }
    [[nodiscard]] std::size_t numbers() const { return by_number_.size(); }

private:
    Fixture& fix_;
    std::map<std::string, std::string> files_;
    std::map<std::int64_t, std::string> by_number_;
};

void settle_for_good(Fixture& fix, Erp& erp) {
    fix.restart();
    ASSERT_TRUE(fix.settle());
    erp.fetch(false);
    ASSERT_TRUE(fix.settle());
    erp.fetch(false);
}

/// One whole exchange whose process ends at the nth call to the folder. False when there were not so many.
bool run_with_crash(int nth, FaultyFolder::When when) {
    SCOPED_TRACE("the " + std::to_string(nth) + "th call, " + std::to_string(static_cast<int>(when)));
    Fixture fix;
    Erp erp(fix);
    fix.plan.max_orders = 2;
    fix.restart();
    const auto first = fix.add_order("1001").value;
    fix.add_order("1002");
    fix.add_order("1003");
    fix.put("acks-1.csv", "id\n" + std::to_string(first) + "\n");
    std::string stock = "channel,sku,quantity\n";
    for (int i = 0; i < 600; ++i) stock += "shop-us,NONE" + std::to_string(i) + ",1\n";  // several transactions
    fix.put("stock-1.csv", stock + "shop-us,A1,10\n");
    fix.put("shipments-1.csv", "channel,external_order_id,carrier,tracking_number\nshop-us,1002,UPS,1Z2\n");
    fix.shared->crash_at(nth, when);
    bool crashed = false;
    try {
        static_cast<void>(fix.settle());
    } catch (const Crash&) {
        crashed = true;
        erp.fetch(true);
        fix.crash(static_cast<std::uint64_t>(nth));
    }
    settle_for_good(fix, erp);
    auto rows = erp.read();
    EXPECT_EQ(rows.size(), 3U);
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(std::unique(rows.begin(), rows.end()) - rows.begin(), 3);
    EXPECT_EQ(erp.numbers(), 2U);
    EXPECT_EQ(erp.highest(), 2);  // without a gap
    EXPECT_EQ(fix.number("SELECT count(*) FROM orders WHERE imported_at_ms IS NOT NULL"), 1);
    EXPECT_EQ(fix.number("SELECT count(*) FROM inventory_updates"), 1);
    EXPECT_EQ(fix.number("SELECT count(*) FROM shipments"), 1);
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_in"), 3);
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_faults"), 600);
    EXPECT_EQ(fix.number("SELECT refused FROM exchange_files_in WHERE name = 'stock-1.csv'"), 600);
    EXPECT_EQ(fix.number("SELECT taken FROM exchange_files_in WHERE name = 'stock-1.csv'"), 1);
    EXPECT_EQ(fix.names("in"), (std::vector<std::string>{"acks-1.csv.ok", "shipments-1.csv.ok", "stock-1.csv.err"}));
    EXPECT_EQ(fix.names("archive").size(), 3U);
    EXPECT_TRUE(fix.names("work/in").empty());
    EXPECT_EQ(fix.number("SELECT count(*) FROM events WHERE type = 'order.acknowledged'"), 1);
    return crashed;
}

struct Moment {
    const char* name;
    FaultyFolder::When when;
    int fewest;  // crashes, or nothing is shown
};
/// A test for each: on a busy machine all of them together take minutes.
class CrashesAtEveryCall : public ::testing::TestWithParam<Moment> {};

TEST_P(CrashesAtEveryCall, ToTheFolderLoseAndDoubleNothing) {
    int crashes = 0;
    for (int nth = 1; run_with_crash(nth, GetParam().when); ++nth) {
        ++crashes;
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(crashes, GetParam().fewest);
    std::cout << crashes << " crashes\n";
}

INSTANTIATE_TEST_SUITE_P(Moments, CrashesAtEveryCall,
                         ::testing::Values(Moment{"Before", FaultyFolder::When::before, 60},
                                           Moment{"After", FaultyFolder::When::after, 60},
                                           Moment{"InAWrite", FaultyFolder::When::torn, 10}),
                         [](const auto& row) { return std::string(row.param.name); });

/// Months of an exchange: orders that come and change, files that come and come again, an ERP that fetches when it
/// likes, and a process that ends every now and then.
void run_with_seed(std::uint64_t seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom chance(seed);
    const auto below = [&](std::uint64_t limit) { return static_cast<int>(chance.below(limit)); };
    Fixture fix;
    Erp erp(fix);
    fix.plan.max_orders = 1 + below(4);
    fix.restart();
    std::map<std::string, std::string> last_version;
    std::map<std::string, std::string> sent;  // files by name
    int versions = 0;
    int stock_files = 0;
    int crashes = 0;
    for (int step = 0; step < 120; ++step) {
        const int what = below(10);
        if (what < 4) {
            const std::string id = std::to_string(1000 + below(12));
            fix.add_order(id, ++versions);
            last_version[id] = format_rfc3339(fix.db.clock.now() + std::chrono::seconds{versions});
        } else if (what < 5) {
            const std::string name = "stock-" + std::to_string(++stock_files) + ".csv";
            sent[name] = "channel,sku,quantity\nshop-us,A1," + std::to_string(100 + stock_files) + "\n";
            fix.put(name, sent[name]);
        } else if (what < 6 && !sent.empty()) {
            const auto again = std::next(sent.begin(), below(sent.size()));
            fix.put(again->first, again->second);  // a replay
        } else if (what < 7) {
            erp.fetch(below(2) == 0);
        } else if (what < 8) {
            fix.shared->crash_at(1 + below(40), static_cast<FaultyFolder::When>(below(3)));
        }
        try {
            static_cast<void>(fix.exchange->look());
        } catch (const Crash&) {
            ++crashes;
            fix.crash(chance.below(1'000'000));
        }
        fix.db.clock.advance(std::chrono::seconds{below(8)});
    }
    settle_for_good(fix, erp);

    // Every order's last version was given out, and no file twice with other content; numbers have no gap.
    std::map<std::string, std::string> seen;
    for (const std::string& row : erp.read()) seen[row.substr(0, row.find('/'))] = row.substr(row.find('/') + 1);
    EXPECT_EQ(seen, last_version);
    EXPECT_EQ(erp.highest(), static_cast<std::int64_t>(erp.numbers()));
    const auto rows = erp.read();
    std::vector<std::string> unique = rows;
    std::sort(unique.begin(), unique.end());
    EXPECT_EQ(std::adjacent_find(unique.begin(), unique.end()), unique.end()) << "a version was given out twice";
    // Every stock file had its effect once, whatever was replayed.
    EXPECT_EQ(fix.number("SELECT count(*) FROM inventory_updates"), stock_files);
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_in WHERE state = 'done' AND taken = 1"), stock_files);
    EXPECT_TRUE(fix.names("work/in").empty());
    if (::testing::Test::HasFailure()) std::cout << "seed " << seed << ", " << crashes << " crashes\n";
}

TEST(Crashes, InASeededYearLoseAndDoubleNothing) {
    std::uint64_t first = 20261130;
    if (const char* given = std::getenv("CROSSDOCK_SEED")) first = std::strtoull(given, nullptr, 10);
    for (std::uint64_t seed = first; seed < first + 25 && !::testing::Test::HasFailure(); ++seed) run_with_seed(seed);
}

}  // namespace
}  // namespace crossdock::exchange
