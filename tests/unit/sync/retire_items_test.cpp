// SPDX-License-Identifier: Apache-2.0
// What a full walk through the catalogue does not show is retired, unless a part of the list could not be had.
#include "scripted_channel.h"
#include "sync/pull_catalog.h"

namespace crossdock::sync {
namespace {

using namespace testing;

struct Shelf final : connectors::CatalogSource {
    std::vector<std::vector<std::string>> pages;  // skus
    std::size_t partial_page = 99;
    Result<connectors::ItemPage> fetch_items(std::optional<Timestamp>, const std::string& cursor) override {
        const std::size_t at = cursor.empty() ? 0 : std::stoul(cursor);
        connectors::ItemPage page;
        for (const std::string& sku : pages[at]) page.items.push_back({sku, sku});
        if (at + 1 < pages.size()) page.next_cursor = std::to_string(at + 1);
        page.partial = at == partial_page;
        return page;
    }
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override {
        domain::Item item;
        item.sku = std::string{payload};
        item.channel_variant_id = item.sku;
        item.variant_id = *item.sku;
        item.status = domain::ItemStatus::active;
        return std::vector<domain::Item>{item};
    }
    Result<std::vector<domain::Location>> fetch_locations() override { return std::vector<domain::Location>{}; }
};

class RetireItems : public SyncTest {
protected:
    RetireItems() { script.catalog = &shelf; }
    std::int64_t retired_after(std::vector<std::vector<std::string>> pages, std::size_t partial_page) {
        shelf.pages = std::move(pages);
        shelf.partial_page = partial_page;
        while (run<PullCatalog>(full_catalog_job(database.channel, database.clock.now())).kind == Kind::again) {
        }
        database.clock.advance(24h);
        return number("count(*) FROM items WHERE status = 'retired'");
    }
    Shelf shelf;
};

TEST_F(RetireItems, OnlyAfterAWalkThatSawEverything) {
    EXPECT_EQ(retired_after({{"A", "B"}, {"C"}}, 99), 0);
    // The first of two marketplaces could not be read.
    EXPECT_EQ(retired_after({{}, {"C"}}, 0), 0);
    EXPECT_EQ(retired_after({{"A"}, {}}, 1), 0);
    EXPECT_EQ(retired_after({{"A"}, {"C"}}, 99), 1) << "the next whole walk says that B is gone";
}

}  // namespace
}  // namespace crossdock::sync
