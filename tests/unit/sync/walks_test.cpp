// SPDX-License-Identifier: Apache-2.0
// Walks that come to nothing, the same for every stream: what is said, how long it rests, and that it goes on by
// itself.
#include "scripted_channel.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"

namespace crossdock::sync {
namespace {

using namespace testing;

/// Lists of orders, refunds and items that are all led by the same hand.
struct Lists final : connectors::OrderSource, connectors::CatalogSource {
    struct Refunds final : connectors::RefundSource {
        explicit Refunds(Lists& the_lists) : lists(the_lists) {}
        Result<connectors::RefundPage> fetch_refunds(const connectors::PullWindow&,
                                                     const std::string& cursor) override {
            connectors::RefundPage page;
            const auto next = lists.next(cursor);
            if (!next) return next.error();
            page.next_cursor = *next;
            return page;
        }
        [[nodiscard]] std::chrono::milliseconds reach_back() const override { return 24h; }
        [[nodiscard]] Result<domain::Refund> map_refund(const connectors::RawRefund&,
                                                        std::vector<domain::Problem>&) const override {
            return domain::Refund{};
        }
        Lists& lists;
    };

    std::function<Result<std::string>(const std::string&)> next;  // the cursor that follows; "" ends the walk
    int asked = 0;
    Refunds refunds{*this};

    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string& cursor) override {
        connectors::OrderPage page;
        const auto following = next(cursor);
        if (!following) return following.error();
        page.next_cursor = *following;
        return page;
    }
    Result<connectors::RawOrder> fetch_order(const std::string&) override {
        return Error{ErrorKind::not_found, "", ""};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{};
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view) const override {
        return connectors::MappedOrder{};
    }
    [[nodiscard]] int most_empty_pages() const override { return connectors::kMostEmptyPages; }

    Result<connectors::ItemPage> fetch_items(std::optional<Timestamp>, const std::string& cursor) override {
        connectors::ItemPage page;
        const auto following = next(cursor);
        if (!following) return following.error();
        page.next_cursor = *following;
        return page;
    }
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view) const override {
        return std::vector<domain::Item>{};
    }
    Result<std::vector<domain::Location>> fetch_locations() override { return std::vector<domain::Location>{}; }
};

struct Stream {
    const char* name;
    std::string_view stream;
};
class Walks : public SyncTest, public ::testing::WithParamInterface<Stream> {
protected:
    Walks() {
        script.orders = &lists;
        script.catalog = &lists;
        script.refunds = &lists.refunds;
    }
    JobOutcome step() {
        const Timestamp now = database.clock.now();
        if (GetParam().stream == kOrdersStream) return run<PullOrders>(pull_orders_job(database.channel, now));
        if (GetParam().stream == kRefundsStream) return run<PullRefunds>(pull_refunds_job(database.channel, now));
        return run<PullCatalog>(pull_catalog_job(database.channel, now));
    }
    /// Until it does not go on at once, at most so many steps.
    JobOutcome walk(int most = 100'000) {
        JobOutcome outcome;
        for (int steps = 0; steps < most; ++steps)
            if (outcome = step(); outcome.kind != Kind::again) return outcome;
        return outcome;
    }
    [[nodiscard]] std::string problem(const std::string& code) const {
        return "stream " + std::string{GetParam().stream} + ' ' + code;
    }
    [[nodiscard]] bool has_watermark() {
        return number("count(*) FROM sync_streams WHERE stream = '" + std::string{GetParam().stream} +
                      "' AND watermark_ms IS NOT NULL") == 1;
    }
    Lists lists;
};

Error refused() { return {ErrorKind::rejected, "cursor_refused", "the token is not valid any more"}; }

TEST_P(Walks, GoThroughHundredsOfEmptyPages) {
    lists.next = [](const std::string& cursor) -> Result<std::string> {
        const int page = cursor.empty() ? 0 : std::stoi(cursor);
        return page < 600 ? std::to_string(page + 1) : "";
    };
    EXPECT_EQ(walk().kind, Kind::done);
    EXPECT_TRUE(has_watermark());
    EXPECT_TRUE(problems().empty());
}

TEST_P(Walks, WithARefusedTokenStartOverAtOnceThenSaySoAndRestLongerEachTime) {
    int begun = 0;
    lists.next = [&](const std::string& cursor) -> Result<std::string> {
        if (!cursor.empty()) return refused();
        ++begun;
        return std::string{"t"};
    };
    auto outcome = walk();
    EXPECT_EQ(begun, 4) << "the first, and three more";
    EXPECT_EQ(outcome.kind, Kind::wait) << "no failed attempt: it never dies of it";
    EXPECT_EQ(outcome.delay, 5min);
    EXPECT_EQ(problems(), std::vector<std::string>{problem("cursor_refused")});
    const std::string said = text("message FROM problems");
    for (const char* words :
         {"4 times", "the token is not valid any more", "Nothing is lost", "crossdock channel test shop-us"})
        EXPECT_NE(said.find(words), std::string::npos) << said;
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 6; ++i) pauses.push_back(walk().delay);
    EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{10min, 20min, 40min, 60min, 60min, 60min}));
    EXPECT_FALSE(has_watermark()) << "nothing was passed";

    lists.next = [](const std::string& cursor) -> Result<std::string> {
        return std::string{cursor.empty() ? "t" : ""};
    };
    EXPECT_EQ(walk().kind, Kind::done);
    EXPECT_TRUE(problems().empty()) << "one walk that comes through ends it";
    lists.next = [&](const std::string& cursor) -> Result<std::string> {
        if (!cursor.empty()) return refused();
        return std::string{"t"};
    };
    EXPECT_EQ(step().kind, Kind::again);
    EXPECT_EQ(step().kind, Kind::again) << "and the count begins anew";
}

TEST_P(Walks, ThatAreStuckRestLongerEachTime) {
    lists.next = [](const std::string&) -> Result<std::string> { return std::string{"same"}; };
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 6; ++i) {
        const auto outcome = walk();
        EXPECT_EQ(outcome.kind, Kind::wait);
        pauses.push_back(outcome.delay);
    }
    EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{5min, 10min, 20min, 40min, 60min, 60min}));
    EXPECT_EQ(problems(), std::vector<std::string>{problem("pager_stuck")});
    EXPECT_FALSE(has_watermark());
    lists.next = [](const std::string&) -> Result<std::string> { return std::string{}; };
    EXPECT_EQ(walk().kind, Kind::done);
    EXPECT_TRUE(problems().empty());
}

TEST_P(Walks, WithEverNewTokensAndNothingBehindThemEnd) {
    int pages = 0;
    lists.next = [&](const std::string&) -> Result<std::string> { return "t" + std::to_string(++pages); };
    const auto outcome = walk();
    EXPECT_EQ(outcome.kind, Kind::wait);
    EXPECT_EQ(pages, connectors::kMostEmptyPages);
    EXPECT_EQ(number("count(*) FROM jobs"), 0) << "and not one job was made of it";
}

INSTANTIATE_TEST_SUITE_P(Streams, Walks,
                         ::testing::Values(Stream{"Orders", kOrdersStream}, Stream{"Refunds", kRefundsStream},
                                           Stream{"Catalogue", kCatalogStream}),
                         [](const auto& row) { return std::string{row.param.name}; });

}  // namespace
}  // namespace crossdock::sync
