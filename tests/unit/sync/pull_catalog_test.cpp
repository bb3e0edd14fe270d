// SPDX-License-Identifier: Apache-2.0
#include "sync/pull_catalog.h"

#include "store/item_repo.h"
#include "sync/window.h"
#include "unit/sync/scripted_channel.h"

namespace crossdock::sync::testing {
namespace {

/// A catalogue of pages that a test fills.
struct ScriptedCatalog final : connectors::CatalogSource {
    Result<connectors::ItemPage> fetch_items(std::optional<Timestamp> changed_since,
                                             const std::string& cursor) override {
        asked.push_back((changed_since ? "changes" : "all") + (cursor.empty() ? "" : " from " + cursor));
        if (pages.empty()) return connectors::ItemPage{};
        auto page = pages.front();
        pages.pop_front();
        return page;
    }
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override {
        domain::Item item;
        item.variant_id = item.channel_product_id = std::string{payload};
        item.sku = item.variant_id;
        return std::vector<domain::Item>{item};
    }
    Result<std::vector<domain::Location>> fetch_locations() override { return std::vector<domain::Location>{}; }
    std::deque<connectors::ItemPage> pages;
    std::vector<std::string> asked;
};

connectors::ItemPage page_of(const std::vector<std::string>& items, const std::string& next, std::int64_t total = 0) {
    connectors::ItemPage page;
    for (const std::string& item : items) page.items.push_back({item, item});
    page.next_cursor = next;
    page.total = total;
    return page;
}

class PullsCatalog : public SyncTest {
protected:
    PullsCatalog() { script.catalog = &catalog; }
    JobOutcome pull() { return run<PullCatalog>(pull_catalog_job(database.channel, database.clock.now())); }
    JobOutcome daily() { return run<PullCatalog>(daily_catalog_job(database.channel, database.clock.now())); }
    store::Stream stream(std::string_view name = kCatalogStream) {
        return database->read(
            [&](db::Session& session) { return store::StreamRepo(session).load(database.channel.id, name); });
    }
    std::string progress(std::string_view name = kCatalogStream) {
        const auto walk = progress_of(stream(name));
        return walk ? words_of(*walk) : "none";
    }
    ScriptedCatalog catalog;
};

TEST_F(PullsCatalog, TellsHowFarItIs) {
    EXPECT_EQ(progress(), "none");
    connectors::ItemPage making;
    making.next_cursor = "report 1";
    making.ask_again_after = 15s;
    catalog.pages = {making, page_of({"A", "B"}, "row 2", 5), page_of({"C", "D"}, "row 4"), page_of({"E"}, "")};
    EXPECT_EQ(pull().delay, 15s);
    EXPECT_EQ(progress(), "the channel is making its list");
    pull();
    EXPECT_EQ(progress(), "2 of 5 read");
    pull();
    EXPECT_EQ(progress(), "4 of 5 read");
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(progress(), "none");
    EXPECT_EQ(catalog.asked,
              (std::vector<std::string>{"all", "all from report 1", "all from row 2", "all from row 4"}));
}

TEST_F(PullsCatalog, AWalkOfUnknownLengthTellsWhatItHas) {
    catalog.pages = {page_of({"A"}, "1"), page_of({"B"}, "")};
    pull();
    EXPECT_EQ(progress(), "1 read");
}

/// After a start every timer is due. The first pull reads everything already, and so did a walk of this morning.
TEST_F(PullsCatalog, TheDailyWalkLeavesTheWorkToAWalkThatReadsEverythingAnyway) {
    EXPECT_EQ(daily().kind, Kind::done);
    EXPECT_TRUE(catalog.asked.empty()) << "the first pull reads everything";
    catalog.pages = {page_of({"A"}, "1"), page_of({"B"}, "")};
    pull();
    EXPECT_EQ(daily().kind, Kind::done);
    EXPECT_EQ(catalog.asked.size(), 1U) << "the first pull is under way";
    pull();
    database.clock.advance(11h);
    daily();
    EXPECT_EQ(catalog.asked.size(), 2U) << "it was through eleven hours ago";
    database.clock.advance(1h);
    catalog.pages = {page_of({"A"}, "1"), page_of({"B"}, "")};
    daily();
    EXPECT_EQ(catalog.asked.back(), "all");
    database.clock.advance(1h);
    daily();  // what was begun is brought to its end
    EXPECT_EQ(catalog.asked.back(), "all from 1");
    database.clock.advance(11h);
    daily();
    EXPECT_EQ(catalog.asked.size(), 4U);
    // A person who asks for it gets it.
    catalog.pages = {page_of({"A", "B"}, "")};
    run<PullCatalog>(full_catalog_job(database.channel, database.clock.now()));
    EXPECT_EQ(catalog.asked.size(), 5U);
}

}  // namespace
}  // namespace crossdock::sync::testing
