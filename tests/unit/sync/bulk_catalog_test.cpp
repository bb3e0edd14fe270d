// SPDX-License-Identifier: Apache-2.0
// Long walks through the catalogue by a provider's export, against a provider from a script. What exports of orders and
// of the catalogue share is tried in bulk_orders_test.cpp.
#include "sync/bulk_catalog.h"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>

#include "scripted_channel.h"
#include "sync/pull_catalog.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using nlohmann::json;

/// A shop with numbered variants, each at two locations. By pages it shows them ten at a time; its export holds a line
/// for each variant and one for each level, all the levels behind all the variants.
struct Goods final : connectors::CatalogSource, connectors::BulkCatalogSource {
    explicit Goods(const Clock& the_clock) : clock(the_clock) {}

    // The script.
    int variants = 45;
    std::deque<Error> start_errors, poll_errors;
    std::optional<std::size_t> cut_after;  // bytes the next reading brings before it ends in net_no_answer
    std::string stray;                     // a line more
    bool without_last = false;             // the last variant's own line is missing
    const char* title = "T";

    // What happened.
    int starts = 0, pages = 0, locations = 0;
    std::vector<std::int64_t> read_from;

    const Clock& clock;

    static json level(int number, int location) {
        return {{"id", "level-" + std::to_string(number) + "-" + std::to_string(location)}, {"at", location}};
    }
    [[nodiscard]] std::string payload(int number) const {
        return json{{"number", number}, {"title", title}, {"levels", {level(number, 1), level(number, 2)}}}.dump();
    }

    Result<connectors::ItemPage> fetch_items(std::optional<Timestamp> changed_since,
                                             const std::string& cursor) override {
        ++pages;
        connectors::ItemPage page;
        page.provider_now = clock.now();
        if (changed_since) return page;
        const int from = cursor.empty() ? 0 : std::stoi(cursor);
        for (int i = from; i < std::min(variants, from + 10); ++i)
            page.items.push_back({std::to_string(i), payload(i)});
        if (from + 10 < variants) page.next_cursor = std::to_string(from + 10);
        return page;
    }
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view text) const override {
        const json parsed = json::parse(text);
        std::vector<domain::Item> rows;
        for (const json& one : parsed["levels"]) {
            EXPECT_EQ(one["id"], level(parsed["number"], one["at"])["id"]) << "a level of another variant";
            domain::Item item;
            item.variant_id = std::to_string(parsed["number"].get<int>());
            item.sku = "SKU-" + item.variant_id;
            item.title = parsed["title"].get<std::string>();
            item.location_id = std::to_string(one["at"].get<int>());
            item.status = domain::ItemStatus::active;
            item.raw_json = std::string{text};
            rows.push_back(std::move(item));
        }
        return rows;
    }
    Result<std::vector<domain::Location>> fetch_locations() override {
        ++locations;
        return std::vector<domain::Location>{{"1", "One", true}, {"2", "Two", true}};
    }

    Result<std::string> start_bulk() override {
        ++starts;
        if (auto failure = next(start_errors)) return *failure;
        return "operation-" + std::to_string(starts);
    }
    Result<Progress> poll_bulk(const std::string&) override {
        if (auto failure = next(poll_errors)) return *failure;
        return Progress{true, lines(), variants == 0 ? "" : "https://storage/result"};
    }
    [[nodiscard]] std::int64_t lines() const {
        const std::string all = result();
        return std::count(all.begin(), all.end(), '\n');
    }
    [[nodiscard]] std::string result() const {
        std::string out;
        for (int i = 0; i < variants - (without_last ? 1 : 0); ++i)
            out +=
                json{{"variant", std::to_string(i)}, {"id", "v" + std::to_string(i)}, {"number", i}, {"title", title}}
                    .dump() +
                "\n";
        for (const int location : {1, 2})
            for (int i = variants; i-- > 0;) {
                json one = level(i, location);
                one["variant"] = std::to_string(i);
                one["parent"] = "v" + std::to_string(i);
                out += one.dump() + "\n";
            }
        return out + stray;
    }
    Status read_bulk(const std::string& url, std::int64_t from_byte, const LineSink& line) override {
        read_from.push_back(from_byte);
        EXPECT_EQ(url, "https://storage/result");
        const std::string all = result();
        const auto limit =
            cut_after ? std::min(all.size(), static_cast<std::size_t>(from_byte) + *cut_after) : all.size();
        const bool cut = std::exchange(cut_after, std::nullopt).has_value();
        for (std::size_t at = static_cast<std::size_t>(from_byte); at < limit;) {
            const std::size_t newline = all.find('\n', at);
            if (newline >= limit) break;
            if (!line(std::string_view{all}.substr(at, newline - at), static_cast<std::int64_t>(newline) + 1))
                return ok();
            at = newline + 1;
        }
        if (cut) return Error{ErrorKind::unavailable, "net_no_answer", "scripted"};
        return ok();
    }
    [[nodiscard]] Result<Line> classify_bulk_line(std::string_view text) const override {
        const json parsed = json::parse(text);
        return Line{parsed.value("variant", ""), parsed.value("parent", ""), parsed.value("id", "")};
    }
    [[nodiscard]] Result<connectors::RawItem> assemble_bulk(std::span<const std::string> lines_of_one) const override {
        json whole, levels = json::array();
        std::string id;
        for (const std::string& text : lines_of_one) {
            const json one = json::parse(text);
            id = one["variant"];
            if (one.contains("number"))
                whole = {{"number", one["number"]}, {"title", one["title"]}};
            else
                levels.push_back({{"id", one["id"]}, {"at", one["at"]}});
        }
        if (whole.is_null()) return Error{ErrorKind::invalid, "bulk_line_invalid", "the variant's own line is missing"};
        std::sort(levels.begin(), levels.end(), [](const json& a, const json& b) { return a["at"] < b["at"]; });
        whole["levels"] = levels;
        return connectors::RawItem{id, whole.dump()};
    }
    static std::optional<Error> next(std::deque<Error>& errors) {
        if (errors.empty()) return std::nullopt;
        Error first = errors.front();
        errors.pop_front();
        return first;
    }
};

class ExportedCatalog : public SyncTest {
protected:
    ExportedCatalog() {
        script.catalog = &goods;
        script.bulk_catalog = &goods;
        set_word(BulkExport::always);
    }
    void set_word(BulkExport word) {
        Channels::Entry entry = *channels.find(database.channel.id);
        entry.settings.bulk_export = word;
        channels.add(std::move(entry));
    }
    JobOutcome walk(const domain::JobSpec& spec, int most = 300) {
        JobOutcome outcome;
        job_cursor.clear();
        do {
            outcome = run<PullCatalog>(spec);
            database.clock.advance(std::max<std::chrono::milliseconds>(outcome.delay, 1s));
        } while (outcome.kind == Kind::again && --most > 0);
        EXPECT_GT(most, 0) << "the walk does not end";
        return outcome;
    }
    JobOutcome walk_all() { return walk(full_catalog_job(database.channel, database.clock.now())); }
    std::optional<ExportState> state() {
        return database->read([&](db::Session& session) {
            return read_export(store::StreamRepo(session).load(database.channel.id, kCatalogFullStream));
        });
    }
    std::int64_t active() { return number("count(*) FROM items WHERE status = 'active'"); }
    std::int64_t events(const std::string& type) { return number("count(*) FROM events WHERE type = '" + type + "'"); }

    Goods goods{database.clock};
};

TEST_F(ExportedCatalog, BringsEveryVariantAtEveryLocation) {
    EXPECT_EQ(walk_all().kind, Kind::done);
    EXPECT_EQ(goods.starts, 1);
    EXPECT_EQ(goods.pages, 1);
    EXPECT_EQ(goods.locations, 1);
    EXPECT_EQ(active(), 90);
    EXPECT_EQ(events("item.created"), 90);
    EXPECT_EQ(events("item.updated"), 0) << "the page and the export say the same";
    EXPECT_EQ(number("count(*) FROM bulk_lines"), 0);
    EXPECT_EQ(state(), std::nullopt);
    EXPECT_TRUE(problems().empty());
    EXPECT_GT(number("watermark_ms FROM sync_streams WHERE stream = 'catalog_full'"), 0);
}

TEST_F(ExportedCatalog, WhatTheNextOneDoesNotHoldIsRetired) {
    walk_all();
    goods.variants = 40;
    goods.title = "New";
    walk_all();
    EXPECT_EQ(goods.starts, 2);
    EXPECT_EQ(active(), 80);
    EXPECT_EQ(number("count(*) FROM items WHERE status = 'retired'"), 10);
    EXPECT_EQ(events("item.removed"), 10);
    EXPECT_EQ(events("item.updated"), 80);
    // A third time nothing happens.
    walk_all();
    EXPECT_EQ(events("item.updated"), 80);
    EXPECT_EQ(events("item.removed"), 10);
}

TEST_F(ExportedCatalog, GoesOnAtItsByteAfterACut) {
    goods.cut_after = 2000;
    EXPECT_EQ(walk_all().kind, Kind::retry);
    const auto come_to = state();
    ASSERT_TRUE(come_to);
    EXPECT_EQ(come_to->phase, ExportState::Phase::reading);
    EXPECT_GT(come_to->byte, 0);
    EXPECT_EQ(number("count(*) FROM bulk_lines"), come_to->lines);
    EXPECT_EQ(walk_all().kind, Kind::done);
    EXPECT_EQ(goods.starts, 1);
    EXPECT_EQ(goods.read_from, (std::vector<std::int64_t>{0, come_to->byte}));
    EXPECT_EQ(active(), 90);
}

TEST_F(ExportedCatalog, WhatItCannotDoIsDoneByPagesAndNothingIsRetiredMeanwhile) {
    walk_all();
    goods.poll_errors = {Error{ErrorKind::rejected, "failed", "the export failed"}};
    goods.pages = 0;
    int told = 0;
    job_cursor.clear();
    JobOutcome outcome;
    do {
        outcome = run<PullCatalog>(full_catalog_job(database.channel, database.clock.now()));
        database.clock.advance(10s);
        if (state() && state()->phase == ExportState::Phase::given_up) {
            told += problems() == std::vector<std::string>{"stream catalog_full export_failed"} ? 1 : 0;
            EXPECT_EQ(active(), 90);
        }
    } while (outcome.kind == Kind::again);
    EXPECT_EQ(goods.pages, 5);
    EXPECT_GT(told, 0);
    EXPECT_TRUE(problems().empty()) << "the note is closed when the walk is through";
    EXPECT_EQ(active(), 90);
    EXPECT_EQ(events("item.removed"), 0);
}

// A result that is not understood must not end in goods that are gone.
TEST_F(ExportedCatalog, PartsThatHangOnNothingAreAReasonForPages) {
    goods.stray = json{{"id", "level-x"}, {"parent", "item-1"}}.dump() + "\n";
    walk_all();
    EXPECT_EQ(goods.pages, 5);
    EXPECT_EQ(active(), 90);
    EXPECT_EQ(number("count(*) FROM bulk_lines"), 0);
}

TEST_F(ExportedCatalog, AVariantWhoseOwnLineIsMissingIsAReasonForPages) {
    goods.without_last = true;
    walk_all();
    EXPECT_EQ(goods.pages, 5);
    EXPECT_EQ(active(), 90);
}

TEST_F(ExportedCatalog, AnEmptyShopRetiresNothing) {
    walk_all();
    goods.variants = 0;
    walk_all();
    EXPECT_EQ(active(), 90);
}

TEST_F(ExportedCatalog, ChangesAreAskedForByPages) {
    walk(pull_catalog_job(database.channel, database.clock.now()));
    ASSERT_EQ(goods.starts, 1);  // the first pull is a whole walk
    walk(pull_catalog_job(database.channel, database.clock.now()));
    EXPECT_EQ(goods.starts, 1);
}

TEST_F(ExportedCatalog, ASmallCatalogueIsLeftToPages) {
    set_word(BulkExport::automatic);
    walk_all();
    EXPECT_EQ(goods.starts, 0);
    EXPECT_EQ(goods.pages, 5);
    goods.variants = 1100;
    walk_all();
    EXPECT_EQ(goods.starts, 1);
    EXPECT_EQ(goods.pages, 105);
    EXPECT_EQ(active(), 2200);
}

TEST_F(ExportedCatalog, NeverMeansNever) {
    set_word(BulkExport::never);
    walk_all();
    EXPECT_EQ(goods.starts, 0);
    EXPECT_EQ(active(), 90);
}

}  // namespace
}  // namespace crossdock::sync
