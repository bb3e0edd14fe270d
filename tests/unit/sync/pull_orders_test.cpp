// SPDX-License-Identifier: Apache-2.0
// What a connector may offer beside the orders themselves, against a channel that does what the test says.
#include "sync/pull_orders.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scripted_channel.h"
#include "services/acknowledge.h"
#include "sync/acknowledge_order.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using nlohmann::json;

/// Payloads are JSON objects in words of this test: {"id", "at" (seconds), "buyer", "price", "new", "refunds", "paid"}.
struct Marketplace final : connectors::OrderSource, connectors::RefundSource {
    explicit Marketplace(const Clock& the_clock) : clock(the_clock) {}
    struct Listed {
        std::string id;
        int at = 0;
        json payload;
    };
    std::vector<std::vector<Listed>> pages{{}};
    std::optional<Error> failure;
    bool forgetful = false;
    std::vector<std::string> fetched;  // whole, one by one
    bool held_was_asked = false;
    const Clock& clock;

    static Timestamp time(int at) { return from_ms(1'794'000'000'000) + std::chrono::seconds{at}; }
    static Listed order(const std::string& id, int at, json more = json::object()) {
        more["id"] = id;
        more["at"] = at;
        return {id, at, more};
    }

    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow& window,
                                               const std::string& cursor) override {
        if (failure) return *failure;
        connectors::OrderPage page;
        page.provider_now = clock.now();
        const std::size_t number = cursor.empty() ? 0 : std::stoul(cursor);
        held_was_asked = bool(window.holds);
        for (const Listed& one : pages[number]) {
            if (window.holds && window.holds(one.id, time(one.at))) {
                page.left_out.push_back(one.id);
                continue;
            }
            fetched.push_back(one.id);
            page.orders.push_back({one.id, time(one.at), one.payload.dump()});
        }
        if (number + 1 < pages.size()) page.next_cursor = std::to_string(number + 1);
        return page;
    }
    Result<connectors::RawOrder> fetch_order(const std::string& id) override {
        for (const auto& page : pages)
            for (const Listed& one : page)
                if (one.id == id) return connectors::RawOrder{id, time(one.at), one.payload.dump()};
        return Error{ErrorKind::not_found, "none", "there is no such order"};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{};
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view payload) const override {
        const json text = json::parse(payload);
        if (text.contains("broken")) return Error{ErrorKind::invalid, "field_invalid", "broken"};
        connectors::MappedOrder mapped;
        domain::Order& order = mapped.order;
        order.external_order_id = text["id"];
        order.currency = "USD";
        order.ordered_at = time(0);
        order.last_remote_update_at = time(text["at"]);
        order.payment_status = text.value("paid", "paid");
        if (text.contains("buyer")) order.buyer_name = text["buyer"].get<std::string>();
        if (text.contains("note")) order.notes = text["note"].get<std::string>();
        if (text.contains("price")) order.total_amount = domain::Money{text["price"], "USD"};
        if (text.value("cancelled", false)) order.status = domain::OrderStatus::cancelled;
        mapped.awaits_acknowledgement = text.value("new", false);
        if (text.contains("refunds"))
            for (const json& refund : text["refunds"])
                mapped.whole_refunds.push_back({refund["id"], text["id"], time(text["at"]), refund.dump(), "{}"});
        return mapped;
    }
    [[nodiscard]] bool forgets() const override { return forgetful; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override {
        if (!newer.buyer_name) newer.buyer_name = older.buyer_name;
        if (!newer.total_amount) newer.total_amount = older.total_amount;
    }

    Result<connectors::RefundPage> fetch_refunds(const connectors::PullWindow&, const std::string&) override {
        return connectors::RefundPage{};
    }
    [[nodiscard]] std::chrono::milliseconds reach_back() const override { return 24h; }
    [[nodiscard]] Result<domain::Refund> map_refund(const connectors::RawRefund& raw,
                                                    std::vector<domain::Problem>&) const override {
        const json text = json::parse(raw.payload);
        if (text.contains("broken")) return Error{ErrorKind::invalid, "field_invalid", "broken"};
        domain::Refund refund;
        refund.external_refund_id = raw.external_refund_id;
        refund.external_order_id = raw.external_order_id;
        refund.occurred_at = time(0);
        refund.currency = text.value("currency", "USD");
        refund.settled = text.value("settled", true);
        if (text.contains("amount")) refund.total_amount = domain::Money{text["amount"], refund.currency};
        return refund;
    }
};

class PullingOrders : public SyncTest {
protected:
    explicit PullingOrders(domain::Provider provider = domain::Provider::shopify) : SyncTest(provider) {
        script.orders = &shop;
        script.refunds = &shop;
        database.clock.jump_to(Marketplace::time(24 * 3600));
    }
    /// One walk from its first page to its last.
    JobOutcome pull(std::optional<domain::JobSpec> spec = {}) {
        shop.fetched.clear();
        JobOutcome outcome;
        do outcome = run<PullOrders>(spec ? *spec : pull_orders_job(database.channel, database.clock.now()));
        while (outcome.kind == Kind::again);
        return outcome;
    }
    void list(std::vector<Marketplace::Listed> orders) { shop.pages = {std::move(orders)}; }
    json shown(const std::string& id) {
        return json::parse("{" + text("body FROM orders WHERE external_order_id = '" + id + "'") + "}");
    }
    std::vector<std::string> events() {
        return database->read([&](db::Session& session) {
            std::vector<std::string> types;
            for (const auto& event : store::EventRepo(session).after(database.channel.account_id, 0, 1000))
                if (event.type != "sync.completed" && event.type != "channel.connected") types.push_back(event.type);
            return types;
        });
    }
    static Marketplace::Listed order(const std::string& id, int at, json more = json::object()) {
        return Marketplace::order(id, at, std::move(more));
    }

    Marketplace shop{database.clock};
};

using Names = std::vector<std::string>;

// ---- held already -------------------------------------------------------------------------------------------------

TEST_F(PullingOrders, WhatIsHeldInThatVersionIsLeftOut) {
    list({order("A", 10), order("B", 20)});
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(shop.fetched, (Names{"A", "B"}));
    list({order("A", 10), order("B", 25, {{"note", "changed"}}), order("C", 30)});
    pull();
    EXPECT_EQ(shop.fetched, (Names{"B", "C"}));
    EXPECT_EQ(shown("B")["notes"], "changed");
}

TEST_F(PullingOrders, AVersionFetchedWithinItsOwnSecondIsFetchedOnceMore) {
    list({order("A", 10)});
    database.clock.jump_to(Marketplace::time(11));
    pull();
    // Changed again in the same second: the list cannot tell.
    list({order("A", 10, {{"note", "second thoughts"}})});
    database.clock.jump_to(Marketplace::time(3600));
    pull();
    EXPECT_EQ(shown("A")["notes"], "second thoughts");
    pull();
    EXPECT_EQ(shop.fetched, Names{}) << "now it was seen well behind its time";
}

TEST_F(PullingOrders, WhatCouldNotBeUnderstoodOrWasMissingThereIsNotHeld) {
    list({order("A", 10, {{"broken", true}}), order("B", 10)});
    pull();
    database->write([&](db::Session& session) {
        store::OrderRepo orders(session);
        orders.set_remote_missing(orders.find_held(database.channel.id, "B")->id, database.clock.now());
    });
    pull();
    EXPECT_EQ(shop.fetched, (Names{"A", "B"}));
    EXPECT_EQ(number("count(*) FROM orders WHERE remote_missing_at_ms IS NOT NULL"), 0) << "it is back";
}

TEST_F(PullingOrders, ABackfillReadsEverythingAndTheNightlyWalkDoesNot) {
    list({order("A", 10)});
    pull();
    pull(nightly_orders_job(database.channel, database.clock.now()));
    EXPECT_EQ(shop.fetched, Names{});
    pull(backfill_orders_job(database.channel, Marketplace::time(0), database.clock.now()));
    EXPECT_EQ(shop.fetched, Names{"A"});
}

TEST_F(PullingOrders, PagesOfNothingButHeldOrdersAreNotEmptyPages) {
    shop.pages.clear();
    for (int page = 0; page < 40; ++page)
        shop.pages.push_back({order("A" + std::to_string(page), 10), order("B" + std::to_string(page), 10)});
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(shop.fetched, Names{});
    EXPECT_EQ(problems(), Names{});
}

TEST_F(PullingOrders, TheSameHeldOrdersUnderEverNewTokensAreStuckAllTheSame) {
    list({order("A", 10)});
    pull();
    shop.pages.assign(40, std::vector{order("A", 10)});
    const auto outcome = pull();
    EXPECT_EQ(outcome.kind, Kind::wait);
    EXPECT_EQ(outcome.error->code, "pager_stuck");
}

// ---- the acknowledgement ------------------------------------------------------------------------------------------

TEST_F(PullingOrders, AnOrderThatAwaitsItIsAcknowledgedOnce) {
    list({order("A", 10, {{"new", true}}), order("B", 10)});
    pull();
    EXPECT_EQ(live(kAcknowledgeOrder), 1);
    EXPECT_EQ(text("unique_key FROM jobs WHERE kind = 'acknowledge_order'"),
              "acknowledge_order:" + std::to_string(database.channel.id.value) + ":A");
    // Done; and then the channel's list, which lags, shows the order as new, twice.
    database->write([&](db::Session& session) {
        store::JobRepo jobs(session);
        const auto job = jobs.claim({domain::Lane::push, "boot", database.clock.now(), 60s, {}, {}}).value();
        EXPECT_TRUE(jobs.finish(job.id, job.fence, database.clock.now()));
    });
    list({order("A", 10, {{"new", true}})});
    pull(backfill_orders_job(database.channel, Marketplace::time(0), database.clock.now()));
    list({order("A", 11, {{"new", true}, {"note", "edited"}})});
    pull();
    EXPECT_EQ(live(kAcknowledgeOrder), 0);
}

TEST_F(PullingOrders, NothingIsAcknowledgedThatIsNotStored) {
    list({order("A", 10, {{"new", true}, {"broken", true}})});
    pull();
    EXPECT_EQ(live(kAcknowledgeOrder), 0) << "not understood; the second way in asks for it, when it is held";
    // The page's transaction fails as a whole: then there is neither the order nor the job.
    list({order("B", 10, {{"new", true}})});
    database->write([](db::Session& session) {
        session.run_script("CREATE TRIGGER full BEFORE INSERT ON orders BEGIN SELECT RAISE(ABORT, 'refused'); END");
    });
    pull();
    EXPECT_EQ(live(kAcknowledgeOrder), 0);
    database->write([](db::Session& session) { session.run_script("DROP TRIGGER full"); });
    run<RemapOrders>(remap_orders_job(database.channel, database.clock.now()));
    EXPECT_EQ(number("count(*) FROM orders WHERE external_order_id = 'B'"), 1);
    EXPECT_EQ(live(kAcknowledgeOrder), 1);
}

// ---- refunds that come whole --------------------------------------------------------------------------------------

TEST_F(PullingOrders, RefundsThatComeWithTheOrderAreRecordedWithIt) {
    list({order("A", 10, {{"refunds", {{{"id", "A-1"}, {"amount", 500}}, {{"id", "A-2"}, {"broken", true}}}}})});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
    EXPECT_EQ(number("total_minor FROM refunds WHERE external_refund_id = 'A-1'"), 500);
    EXPECT_EQ(problems(), Names{"refund A-2 unmappable"});
    EXPECT_EQ(number("count(*) FROM unmapped_refunds"), 1);
    pull(backfill_orders_job(database.channel, Marketplace::time(0), database.clock.now()));
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
    EXPECT_EQ(events(), (Names{"refund.created", "order.created", "order.paid"})) << "and no second time";
    list({order("A", 12, {{"refunds", {{{"id", "A-1"}, {"amount", 700}}, {{"id", "A-2"}, {"amount", 100}}}}})});
    pull();
    EXPECT_EQ(number("total_minor FROM refunds WHERE external_refund_id = 'A-1'"), 700);
    EXPECT_EQ(number("count(*) FROM refunds"), 2);
    EXPECT_EQ(problems(), Names{});
}

TEST_F(PullingOrders, ARefreshBringsThemToo) {
    list({order("A", 10, {{"refunds", {{{"id", "A-1"}, {"amount", 500}}}}})});
    run<RefreshOrder>(refresh_order_job(database.channel, "A", database.clock.now()));
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
}

// ---- channels that forget -----------------------------------------------------------------------------------------

class Forgetful : public PullingOrders {
protected:
    Forgetful() { shop.forgetful = true; }
};

TEST_F(Forgetful, WhatLaterVersionsLeaveOutStays) {
    list({order("A", 10, {{"buyer", "Jane Doe"}, {"price", 5000}})});
    pull();
    list({order("A", 20, {{"price", 5000}, {"note", "shipped"}})});
    pull();
    EXPECT_EQ(shown("A")["buyer_name"], "Jane Doe");
    EXPECT_EQ(shown("A")["notes"], "shipped");
    EXPECT_EQ(shown("A")["last_remote_update_at"], format_rfc3339(Marketplace::time(20)));
    list({order("A", 30)});
    pull();
    EXPECT_EQ(shown("A")["buyer_name"], "Jane Doe");
    EXPECT_EQ(shown("A")["total_amount"], 50.0);
    EXPECT_EQ(shown("A")["notes"], nullptr) << "what the channel may take back it took back";
}

TEST_F(Forgetful, AVersionThatOnlyForgetsIsNoNewsAndDestroysNothing) {
    list({order("A", 10, {{"buyer", "Jane Doe"}})});
    pull();
    const auto told = events();
    list({order("A", 20)});
    pull();
    EXPECT_EQ(events(), told);
    EXPECT_EQ(number("count(*) FROM order_versions"), 2) << "the raw form that names her is kept";
    EXPECT_EQ(shown("A")["last_remote_update_at"], format_rfc3339(Marketplace::time(20)));
    list({order("A", 30, {{"note", "news"}})});
    pull();
    EXPECT_EQ(shown("A")["buyer_name"], "Jane Doe");
}

TEST_F(Forgetful, AnEchoThatForgetsNothingMakesNoVersion) {
    list({order("A", 10, {{"buyer", "Jane Doe"}})});
    pull();
    list({order("A", 20, {{"buyer", "Jane Doe"}, {"tag", "erp"}})});
    pull();
    EXPECT_EQ(number("count(*) FROM order_versions"), 1);
}

TEST_F(Forgetful, EveryOrderOfArrivalEndsInTheSameRow) {
    std::vector<Marketplace::Listed> versions{order("A", 10, {{"buyer", "Jane Doe"}}),
                                              order("A", 20, {{"price", 5000}, {"note", "one"}}),
                                              order("A", 30, {{"buyer", "Jane Roe"}, {"note", "two"}}), order("A", 40)};
    std::vector<std::size_t> turns{0, 1, 2, 3};
    int orders = 0;
    do {
        for (Marketplace::Listed& one : versions) {
            one.id = "A" + std::to_string(orders);
            one.payload["id"] = one.id;
        }
        for (const std::size_t turn : turns) {
            list({versions[turn]});
            pull(backfill_orders_job(database.channel, Marketplace::time(0), database.clock.now()));
        }
        const json end = shown(versions[0].id);
        EXPECT_EQ(end["buyer_name"], "Jane Roe") << orders;
        EXPECT_EQ(end["total_amount"], 50.0) << orders;
        EXPECT_EQ(end["notes"], nullptr) << orders;
        EXPECT_EQ(end["last_remote_update_at"], format_rfc3339(Marketplace::time(40))) << orders;
        ++orders;
    } while (std::next_permutation(turns.begin(), turns.end()));
    EXPECT_EQ(orders, 24);
}

TEST_F(Forgetful, ReadingHeldOrdersAnewForgetsNothing) {
    list({order("A", 10, {{"buyer", "Jane Doe"}})});
    pull();
    list({order("A", 20, {{"note", "x"}})});
    pull();
    database->write([](db::Session& session) {
        session.run_script(
            "UPDATE orders SET body = replace(body, 'Jane Doe', 'J. D.')");  // as an older version read it
        session.run_script(
            "INSERT INTO order_lines (account_id, channel_id, order_id, position, external_line_id, quantity, "
            "shippable_quantity) SELECT account_id, channel_id, id, 1, '1', 1, 1 FROM orders");
    });
    run<RemapOrders>(remap_orders_job(database.channel, database.clock.now()));
    EXPECT_EQ(shown("A")["buyer_name"], "Jane Doe");
}

TEST_F(PullingOrders, AVersionThatCameMeanwhileIsNotOverwrittenByAnOlderReading) {
    list({order("A", 10, {{"note", "old"}})});
    pull();
    const auto stale = database->read([&](db::Session& session) {
        const auto id = store::OrderRepo(session).find_held(database.channel.id, "A")->id;
        return services::read_shown_order(session, database.channel, id, reader_of(shop)).value();
    });
    list({order("A", 20, {{"note", "new"}})});
    pull();
    database->write([&](db::Session& session) {
        EXPECT_FALSE(services::rerender_order(session, database.channel, stale, true, database.clock.now()));
    });
    EXPECT_EQ(shown("A")["notes"], "new");
}

}  // namespace
}  // namespace crossdock::sync
