// SPDX-License-Identifier: Apache-2.0
// Refunds that a channel lists by themselves: what is booked once for ever, and what follows for their orders.
#include <nlohmann/json.hpp>

#include "scripted_channel.h"
#include "services/acknowledge.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "store/refund_repo.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using nlohmann::json;
using Names = std::vector<std::string>;

constexpr Timestamp kNoon = from_ms(1'794'000'000'000);

/// Refunds as {"amount", "currency", "settled"}; an order's payload is {"total", "paid", "cancelled"}.
struct Bank final : connectors::RefundSource, connectors::OrderSource {
    std::vector<connectors::RefundPage> pages;
    std::vector<connectors::PullWindow> windows;
    std::optional<Error> failure;

    Result<connectors::RefundPage> fetch_refunds(const connectors::PullWindow& window,
                                                 const std::string& cursor) override {
        windows.push_back(window);
        if (failure) return *failure;
        const std::size_t number = cursor.empty() ? 0 : std::stoul(cursor);
        auto page = number < pages.size() ? pages[number] : connectors::RefundPage{};
        if (number + 1 < pages.size()) page.next_cursor = std::to_string(number + 1);
        return page;
    }
    [[nodiscard]] std::chrono::milliseconds reach_back() const override { return 14 * 24h; }
    [[nodiscard]] Result<domain::Refund> map_refund(const connectors::RawRefund& raw,
                                                    std::vector<domain::Problem>&) const override {
        const json text = json::parse(raw.payload);
        if (text.contains("broken")) return Error{ErrorKind::invalid, "field_invalid", "no amount"};
        domain::Refund refund;
        refund.external_refund_id = raw.external_refund_id;
        refund.external_order_id = raw.external_order_id;
        refund.occurred_at = kNoon;
        refund.currency = text.value("currency", "USD");
        refund.settled = text.value("settled", true);
        if (text.contains("amount")) refund.total_amount = domain::Money{text["amount"], refund.currency};
        return refund;
    }

    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string&) override {
        return connectors::OrderPage{};
    }
    Result<connectors::RawOrder> fetch_order(const std::string&) override {
        return Error{ErrorKind::not_found, "", ""};
    }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override {
        return connectors::IdPage{};
    }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view payload) const override {
        const json text = json::parse(payload);
        connectors::MappedOrder mapped;
        domain::Order& order = mapped.order;
        order.external_order_id = text["id"];
        order.currency = "USD";
        order.ordered_at = kNoon;
        order.last_remote_update_at = from_ms(text["at"]);
        order.payment_status = text.value("paid", "paid");
        if (text.contains("total")) order.total_amount = domain::Money{text["total"], "USD"};
        if (text.value("cancelled", false)) order.status = domain::OrderStatus::cancelled;
        return mapped;
    }

    void list(const std::string& id, const std::string& order, json payload, std::vector<std::string> aliases = {}) {
        connectors::RefundPage page;
        page.refunds.push_back({id, order, std::nullopt, payload.dump(), "{}", std::move(aliases)});
        pages = {page};
    }
};

class RefundList : public SyncTest {
protected:
    explicit RefundList(domain::Provider provider = domain::Provider::amazon) : SyncTest(provider) {
        script.refunds = &bank;
        script.orders = &bank;
    }
    JobOutcome pull() {
        JobOutcome outcome;
        do outcome = run<PullRefunds>(pull_refunds_job(database.channel, database.clock.now()));
        while (outcome.kind == Kind::again);
        return outcome;
    }
    void hold(const std::string& id, json payload = json::object(), int seconds = 0) {
        payload["id"] = id;
        payload["at"] = to_ms(kNoon) + seconds * 1000;
        const connectors::RawOrder raw{id, kNoon + std::chrono::seconds{seconds}, payload.dump()};
        ScriptedConnector connector(script);
        const UnderstoodOrder one = understand(connector, raw);
        database->write([&](db::Session& session) { record(session, database.channel, one, database.clock.now()); });
    }
    std::string payment(const std::string& id) {
        const auto status = text("payment_status FROM orders WHERE external_order_id = '" + id + "'");
        const auto body = json::parse("{" + text("body FROM orders WHERE external_order_id = '" + id + "'") + "}");
        EXPECT_EQ(body["payment_status"], status) << "what is filtered by and what is served";
        return status;
    }
    Names events() {
        return database->read([&](db::Session& session) {
            Names types;
            for (const auto& event : store::EventRepo(session).after(database.channel.account_id, 0, 1000))
                types.push_back(event.type);
            return types;
        });
    }
    Bank bank;
};

// ---- the walk -----------------------------------------------------------------------------------------------------

TEST_F(RefundList, IsReadToItsEndAndBegunWellBeforeTheWatermark) {
    bank.pages.resize(3);
    bank.pages[0].provider_now = database.clock.now() - 10s;
    bank.pages[0].refunds.push_back({"R1", "A", std::nullopt, R"({"amount":100})", "{}"});
    bank.pages[2].refunds.push_back({"R2", "B", std::nullopt, R"({"amount":200})", "{}"});
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(number("count(*) FROM refunds"), 2);
    EXPECT_EQ(bank.windows.size(), 3U);
    EXPECT_EQ(bank.windows.front().from, database.clock.now() - 24h * 60)
        << "the first time: as far back as first_sync_days";
    const auto watermark = from_ms(number("watermark_ms FROM sync_streams WHERE stream = 'refunds'"));
    EXPECT_EQ(watermark, database.clock.now() - 10s - 3min) << "by the channel's clock, less the lag of its list";
    database.clock.advance(5min);
    bank.windows.clear();
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(bank.windows.front().from, watermark - 14 * 24h);
    EXPECT_EQ(number("count(*) FROM refunds"), 2) << "what is held changes nothing";
    EXPECT_EQ(events(), (Names{"refund.created", "refund.created", "channel.connected"}));
}

TEST_F(RefundList, GoesOnWhereItStoodWhenTheChannelFailsInTheMiddle) {
    bank.pages.resize(2);
    bank.pages[0].refunds.push_back({"R1", "A", std::nullopt, R"({"amount":100})", "{}"});
    bank.pages[1].refunds.push_back({"R2", "B", std::nullopt, R"({"amount":200})", "{}"});
    EXPECT_EQ(run<PullRefunds>(pull_refunds_job(database.channel, database.clock.now())).kind, Kind::again);
    bank.failure = Error{ErrorKind::unavailable, "net_no_answer", "no answer"};
    EXPECT_EQ(pull().kind, Kind::retry);
    EXPECT_EQ(problems(), Names{"stream refunds net_no_answer"});
    EXPECT_EQ(number("count(*) FROM sync_streams WHERE watermark_ms IS NOT NULL"), 0);
    bank.failure.reset();
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(number("count(*) FROM refunds"), 2);
    EXPECT_TRUE(problems().empty());
}

TEST_F(RefundList, OneThatCannotBeReadIsKeptListedAndHealsWithoutHoldingUpItsPage) {
    bank.pages.resize(1);
    bank.pages[0].refunds.push_back({"R1", "A", std::nullopt, R"({"broken":1})", "{}"});
    bank.pages[0].refunds.push_back({"R2", "B", std::nullopt, R"({"amount":200})", "{}"});
    bank.pages[0].problems.push_back({"refund_without_order", "one has no order"});
    EXPECT_EQ(pull().kind, Kind::done);
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
    EXPECT_EQ(text("payload FROM unmapped_refunds"), R"({"broken":1})");
    EXPECT_EQ(problems(), (Names{"channel refunds refund_without_order", "refund R1 unmappable"}));
    bank.list("R1", "A", {{"amount", 100}});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 2);
    EXPECT_EQ(number("count(*) FROM unmapped_refunds"), 0);
}

TEST_F(RefundList, WhatItsPagesComplainOfIsOverWhenNoneDidForADay) {
    bank.pages.resize(1);
    bank.pages[0].problems.push_back({"pii_missing", "no names"});
    pull();
    bank.pages[0].problems.clear();
    database.clock.advance(23h);
    pull();
    EXPECT_EQ(problems(), Names{"channel refunds pii_missing"});
    database.clock.advance(2h);
    pull();
    EXPECT_TRUE(problems().empty());
}

TEST_F(RefundList, AFigureThatGrowsReplacesTheEarlierOneInTheSameRow) {
    bank.list("R1", "A", {{"amount", 100}});
    pull();
    const auto id = number("id FROM refunds");
    bank.list("R1", "A", {{"amount", 300}});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
    EXPECT_EQ(number("id FROM refunds"), id);
    EXPECT_EQ(number("total_minor FROM refunds"), 300);
    EXPECT_EQ(events().back(), "refund.updated");
}

// ---- one refund for ever, whichever API named it --------------------------------------------------------------------

TEST_F(RefundList, AfterASwitchOfTheApiNothingIsBookedTwice) {
    bank.list("A:adj-1+adj-2", "A", {{"amount", 500}}, {"adj-1", "adj-2"});
    pull();
    bank.list("REFUND-77", "A", {{"amount", 500}, {"other", "api"}}, {"adj-1", "adj-2"});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
    EXPECT_EQ(text("external_refund_id FROM refunds"), "A:adj-1+adj-2") << "it keeps the name the ERP knows";
    EXPECT_EQ(events(), (Names{"refund.created", "channel.connected"}));
}

TEST_F(RefundList, OneSharedAliasIsEnoughAndBackAgainBooksNothingEither) {
    bank.list("REFUND-77", "A", {{"amount", 500}}, {"adj-1", "adj-2"});
    pull();
    bank.list("A:adj-2", "A", {{"amount", 500}}, {"adj-2"});
    pull();
    bank.list("REFUND-77", "A", {{"amount", 500}}, {"adj-1", "adj-2"});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 1);
}

TEST_F(RefundList, TheReleaseOfADeferredOneUnderAnotherIdCountsFromThenOn) {
    hold("A", {{"total", 5000}});
    const json deferred{{"amount", 5000}, {"settled", false}};
    bank.list("T1", "A", deferred, {"transaction:T1"});
    pull();
    EXPECT_EQ(payment("A"), "paid") << "its money still moves";
    bank.list("T2", "A", {{"amount", 5000}}, {"transaction:T2", "transaction:T1"});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 1) << "it is the same money";
    EXPECT_EQ(payment("A"), "refunded");
    bank.list("T1", "A", deferred, {"transaction:T1"});  // the walk of a fortnight brings it again
    pull();
    EXPECT_EQ(payment("A"), "refunded");
}

TEST_F(RefundList, WithoutACommonAliasTheyAreTwo) {
    bank.list("A:adj-1", "A", {{"amount", 500}}, {"adj-1"});
    pull();
    bank.list("REFUND-78", "A", {{"amount", 300}}, {"adj-9"});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 2);
    EXPECT_EQ(number("sum(total_minor) FROM refunds"), 800);
}

TEST_F(RefundList, AliasesOfOneChannelSayNothingAboutAnother) {
    bank.list("A:adj-1", "A", {{"amount", 500}}, {"adj-1"});
    pull();
    database->write([&](db::Session& session) {
        const auto other = *store::ChannelRepo(session).ensure(database.channel.account_id, "other",
                                                               domain::Provider::amazon, true, database.clock.now());
        EXPECT_FALSE(store::RefundRepo(session).is_known_otherwise(other, {"adj-1"}, "REFUND-77"));
        EXPECT_TRUE(store::RefundRepo(session).is_known_otherwise(database.channel.id, {"adj-1"}, "REFUND-77"));
    });
}

// ---- the order's payment status -----------------------------------------------------------------------------------

struct PaymentCase {
    const char* name;
    json order, refunds;  // of the order "A"
    const char* expected;
};
class Payment : public RefundList, public ::testing::WithParamInterface<PaymentCase> {
protected:
    void list_refunds() {
        bank.pages = {connectors::RefundPage{}};
        int number = 0;
        for (const json& refund : GetParam().refunds)
            bank.pages[0].refunds.push_back({"R" + std::to_string(++number), "A", std::nullopt, refund.dump(), "{}"});
    }
};

TEST_P(Payment, FollowsTheRefundsThatComeAfterTheOrder) {
    hold("A", GetParam().order);
    list_refunds();
    pull();
    EXPECT_EQ(payment("A"), GetParam().expected);
}

TEST_P(Payment, FollowsTheRefundsThatCameBeforeTheOrder) {
    list_refunds();
    pull();
    hold("A", GetParam().order);
    EXPECT_EQ(payment("A"), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Refunds, Payment,
    ::testing::Values(
        PaymentCase{"None", {{"total", 5000}}, json::array(), "paid"},
        PaymentCase{"Part", {{"total", 5000}}, {{{"amount", 1200}}}, "partially_refunded"},
        PaymentCase{"AllInOne", {{"total", 5000}}, {{{"amount", 5000}}}, "refunded"},
        PaymentCase{"AllInParts", {{"total", 5000}}, {{{"amount", 1200}}, {{"amount", 3800}}}, "refunded"},
        PaymentCase{"MoreThanAll", {{"total", 5000}}, {{{"amount", 5500}}}, "refunded"},
        PaymentCase{"AndTakenBack", {{"total", 5000}}, {{{"amount", 5000}}, {{"amount", -5000}}}, "paid"},
        PaymentCase{"OfNothing", {{"total", 5000}}, {{{"amount", 0}}}, "paid"},
        PaymentCase{"OfAnUnknownAmount", {{"total", 5000}}, {json::object()}, "partially_refunded"},
        PaymentCase{"OfAnOrderWithoutTotal", json::object(), {{{"amount", 5000}}}, "partially_refunded"},
        PaymentCase{"StillOnItsWay", {{"total", 5000}}, {{{"amount", 5000}, {"settled", false}}}, "paid"},
        PaymentCase{"InAnotherCurrency", {{"total", 5000}}, {{{"amount", 5000}, {"currency", "CAD"}}}, "paid"},
        PaymentCase{"OfAnOrderThatKnowsOfMore", {{"total", 5000}, {"paid", "refunded"}}, {{{"amount", 1200}}}, "refunded"},
        PaymentCase{"OfACancelledOrder", {{"paid", "canceled"}, {"cancelled", true}}, {{{"amount", 100}}}, "refunded"},
        PaymentCase{"CancelledWithout", {{"paid", "canceled"}, {"cancelled", true}}, json::array(), "canceled"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST_F(RefundList, ThatChangesAPaymentStatusMakesNoNewVersionAtTheChannel) {
    hold("A", {{"total", 5000}});
    database->write([&](db::Session& session) {
        services::acknowledge_orders(session, database.channel.account_id, {number("id FROM orders")},
                                     database.clock.now());
    });
    const auto before =
        text("remote_updated_at_ms || ' ' || sort_ms || ' ' || version_id || ' ' || imported_at_ms FROM orders");
    const auto sequence = number("seq FROM orders");
    bank.list("R1", "A", {{"amount", 5000}});
    pull();
    EXPECT_EQ(payment("A"), "refunded");
    EXPECT_EQ(text("remote_updated_at_ms || ' ' || sort_ms || ' ' || version_id || ' ' || imported_at_ms FROM orders"),
              before);
    EXPECT_GT(number("seq FROM orders"), sequence) << "whoever follows the feed sees it";
    EXPECT_EQ(number("count(*) FROM order_versions"), 1);
    EXPECT_EQ(number("count(*) FROM events WHERE type = 'order.updated'"), 1);
    EXPECT_EQ(number("count(*) FROM events WHERE type = 'order.edited_after_ack'"), 0);
    const auto told = events();
    pull();
    EXPECT_EQ(events(), told) << "once";
}

TEST_F(RefundList, APaymentStatusThatFollowsRefundsStaysWhenTheOrderComesAnew) {
    hold("A", {{"total", 5000}});
    bank.list("R1", "A", {{"amount", 1000}});
    pull();
    hold("A", {{"total", 5000}, {"tag", "echo"}}, 60);
    EXPECT_EQ(payment("A"), "partially_refunded");
    EXPECT_EQ(number("count(*) FROM events WHERE type = 'order.updated'"), 1) << "an echo is no change";
    EXPECT_EQ(number("remote_updated_at_ms FROM orders"), to_ms(kNoon) + 60'000);
}

/// What a program that keeps the largest time it has seen, as the contract advises, is shown next.
TEST_F(RefundList, WhoPollsByTheNewestTimeSeesAPaymentStatusThatFollowed) {
    hold("A", {{"total", 5000}});
    hold("B", {{"total", 700}}, 3600);
    const std::int64_t newest = number("max(sort_ms) FROM orders");
    bank.list("R1", "A", {{"amount", 5000}});
    pull();
    EXPECT_EQ(text("group_concat(external_order_id) FROM orders WHERE sort_ms >= " + std::to_string(newest) +
                   " AND payment_status = 'refunded'"),
              "A");
    EXPECT_EQ(number("max(sort_ms) FROM orders"), newest) << "nobody is led past what is not held yet";
    EXPECT_EQ(number("remote_updated_at_ms FROM orders WHERE external_order_id = 'A'"), to_ms(kNoon))
        << "a version from after noon is still the newer one";
    const auto body = json::parse("{" + text("body FROM orders WHERE external_order_id = 'A'") + "}");
    EXPECT_EQ(body["last_remote_update_at"], format_rfc3339(from_ms(newest))) << "what is sorted by and what is served";
    hold("A", {{"total", 5000}, {"cancelled", true}}, 60);
    EXPECT_EQ(text("status FROM orders WHERE external_order_id = 'A'"), "cancelled");
    EXPECT_GE(number("sort_ms FROM orders WHERE external_order_id = 'A'"), newest);
}

TEST_F(RefundList, ChangesThatTheChannelDoesNotDateAreSpreadUpToWhatIsRead) {
    for (const char* id : {"A", "B", "C"}) hold(id, {{"total", 5000}}, id[0] == 'C' ? 3600 : 0);
    const auto refund = [&](const std::string& id) {
        bank.list("R" + id, id, {{"amount", 500}});
        pull();
    };
    const auto read_until = [&](const char* which) {
        database->write([&](db::Session& session) {
            session.run_script("INSERT INTO sync_streams (channel_id, stream, watermark_ms) SELECT id, 'orders', " +
                               std::to_string(to_ms(kNoon + 3h)) + " FROM channels WHERE provider " + which);
        });
    };
    read_until("= 'amazon'");
    refund("C");
    EXPECT_EQ(number("sort_ms FROM orders WHERE external_order_id = 'C'"), to_ms(kNoon + 1h))
        << "another channel of the account may still have orders from before";
    read_until("<> 'amazon'");
    refund("A");
    refund("B");
    EXPECT_EQ(number("sort_ms FROM orders WHERE external_order_id = 'A'"), to_ms(kNoon + 3h - 10s));
    EXPECT_EQ(number("sort_ms FROM orders WHERE external_order_id = 'B'"), to_ms(kNoon + 3h - 10s) + 1);
}

TEST_F(RefundList, NoTimeIsSharedByMoreChangesThanAPageShows) {
    for (int i = 0; i < 120; ++i) hold("A" + std::to_string(i), {{"total", 5000}}, i == 0 ? 3600 : i);
    connectors::RefundPage page;
    for (int i = 1; i < 120; ++i)
        page.refunds.push_back({"R" + std::to_string(i), "A" + std::to_string(i), std::nullopt, R"({"amount":5000})", "{}"});
    bank.pages = {page};
    pull();
    EXPECT_EQ(number("count(*) FROM orders WHERE payment_status = 'refunded'"), 119);
    EXPECT_LE(number("max(n) FROM (SELECT count(*) AS n FROM orders GROUP BY sort_ms)"), 50);
    EXPECT_LE(number("max(sort_ms) FROM orders"), to_ms(kNoon + 3600s) + 3);
}

// ---- not understood -----------------------------------------------------------------------------------------------

TEST_F(RefundList, ARefundThatCannotBeReadIsListedAndReadAgain) {
    hold("A", {{"total", 5000}});
    bank.list("R1", "A", {{"broken", true}}, {"adjustment-7"});
    pull();
    EXPECT_EQ(problems(), (Names{"refund R1 unmappable"}));
    EXPECT_EQ(number("count(*) FROM refunds"), 0);
    run<RemapOrders>(remap_orders_job(database.channel, database.clock.now()));
    EXPECT_EQ(problems(), (Names{"refund R1 unmappable"})) << "nothing has been learnt";
    database->write([](db::Session& session) {
        session.run_script(R"(UPDATE unmapped_refunds SET payload = '{"amount":1200}')");  // as an update would read it
    });
    run<RemapOrders>(remap_orders_job(database.channel, database.clock.now()));
    EXPECT_EQ(problems(), Names{});
    EXPECT_EQ(number("count(*) FROM unmapped_refunds"), 0);
    EXPECT_EQ(payment("A"), "partially_refunded");
    bank.list("adjustment-7-of-another-api", "A", {{"amount", 1200}}, {"adjustment-7"});
    pull();
    EXPECT_EQ(number("count(*) FROM refunds"), 1) << "its other names were kept with it";
}

class Walmart : public RefundList {
protected:
    Walmart() : RefundList(domain::Provider::walmart) {}
};
TEST_F(Walmart, OrdersFollowTheirRefundsToo) {
    hold("A", {{"total", 5000}, {"paid", "pending"}});
    bank.list("R1", "A", {{"amount", 5000}});
    pull();
    EXPECT_EQ(payment("A"), "refunded");
}

class Ebay : public RefundList {
protected:
    Ebay() : RefundList(domain::Provider::ebay) {}
};
TEST_F(Ebay, OrdersSayItThemselvesAndAreFetchedAnew) {
    hold("A", {{"total", 5000}});
    hold("B", {{"total", 5000}, {"paid", "refunded"}});
    bank.pages = {connectors::RefundPage{}};
    for (const char* order : {"A", "B", "C"})
        bank.pages[0].refunds.push_back({std::string{"R-"} + order, order, std::nullopt, R"({"amount":4800})", "{}"});
    pull();
    EXPECT_EQ(payment("A"), "paid") << "the refund's amount is less fees: only eBay knows whether that was all";
    EXPECT_EQ(live(kRefreshOrder), 1) << "neither the one that says so already nor the one that is not held";
    pull();
    EXPECT_EQ(live(kRefreshOrder), 1);
}

class Shopify : public RefundList {
protected:
    Shopify() : RefundList(domain::Provider::shopify) {}
};
TEST_F(Shopify, OrdersSayItThemselves) {
    hold("A", {{"total", 5000}});
    bank.list("R1", "A", {{"amount", 5000}});
    script.order_refunds = nullptr;
    pull();
    EXPECT_EQ(payment("A"), "paid");
}

}  // namespace
}  // namespace crossdock::sync
