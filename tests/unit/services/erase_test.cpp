// SPDX-License-Identifier: Apache-2.0
// A buyer is erased: nothing of the person is left in any row, the books are as they were, and nothing comes back.
#include <gtest/gtest.h>

#include <algorithm>

#include "db/migrator.h"
#include "domain/person.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/content_hash.h"
#include "store/delivery_repo.h"
#include "store/erasure_repo.h"
#include "store/event_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "support/temporary_database.h"

namespace crossdock::services {
namespace {

using testing::TemporaryDatabase;
using Outcome = RecordedOrder::Outcome;

/// In every field that is about a person, and nowhere else.
constexpr const char* kCanary = "CANARY";

std::string canary(const char* field) { return std::string{kCanary} + "-" + field; }

domain::Order order_of_somebody(const std::string& id, std::chrono::seconds after) {
    domain::Order order;
    order.external_order_id = id;
    order.order_number_hint = "#" + id;
    order.currency = "USD";
    order.payment_status = "paid";
    order.ordered_at = from_ms(1'790'000'000'000);
    order.last_remote_update_at = order.ordered_at + after;
    order.buyer_name = canary("name \"quoted\"");
    order.buyer_email = canary("Mail@Example.com");
    order.subtotal_amount = *domain::parse_money("49.98", "USD");
    order.total_amount = *domain::parse_money("58.73", "USD");
    order.notes = canary("note");
    for (domain::Address* address : {&order.billing, &order.shipping}) {
        address->name = canary("name");
        address->address1 = canary("street");
        address->address2 = canary("flat");
        address->city = canary("city");
        address->region = "CA";
        address->postal = canary("postal");
        address->country = "US";
        address->phone = canary("phone");
    }
    domain::OrderLine line;
    line.external_line_id = "1";
    line.sku = "MUG-01";
    line.title = "Mug, blue";
    line.variant_id = "41002";
    line.quantity = 2;
    line.shippable_quantity = 2;
    line.unit_price = *domain::parse_money("24.99", "USD");
    line.notes = canary("engraving");
    order.lines.push_back(line);
    return order;
}

class Erase : public ::testing::Test {
protected:
    RecordedOrder record(const domain::Order& order) {
        const std::string payload = "{\"id\":\"" + order.external_order_id +
                                    "\",\"at\":" + std::to_string(to_ms(*order.last_remote_update_at)) +
                                    ",\"buyer\":\"" + canary("raw") + "\"}";
        return database->write([&](db::Session& session) {
            return record_order(session, database.channel,
                                {order.external_order_id,
                                 *order.last_remote_update_at,
                                 payload,
                                 store::content_hash(payload),
                                 order,
                                 {}},
                                database.clock.now());
        });
    }
    void record_its_refund(const std::string& order_id, const std::string& id) {
        domain::Refund refund;
        refund.external_order_id = order_id;
        refund.external_refund_id = id;
        refund.occurred_at = database.clock.now();
        refund.currency = "USD";
        refund.total_amount = *domain::parse_money("10.00", "USD");
        refund.notes = canary("refund note");
        const std::string payload = "{\"refund\":\"" + canary("raw refund") + "\"}";
        const std::string context = "{\"order\":\"" + canary("context") + "\"}";
        database->write([&](db::Session& session) {
            record_refund(session, database.channel, {id, order_id, std::nullopt, payload, context, refund, {}},
                          database.clock.now());
        });
    }
    /// Everything else that may hold something of it.
    void scatter(const std::string& order_id, OrderId id) {
        database->write([&](db::Session& session) {
            const Timestamp now = database.clock.now();
            store::WebhookRepo(session).keep(database.channel.account_id, database.channel.id, "d-" + order_id,
                                             "orders/updated",
                                             "{\"id\":\"" + order_id + "\",\"email\":\"" + canary("hook") + "\"}", now);
            const auto events = store::EventRepo(session).about(database.channel.account_id, "order", id.value, 10);
            ASSERT_FALSE(events.empty());
            store::DeliveryRepo(session).keep_body(
                events.front().seq,
                "{\"data\":{\"id\":\"ord_1\",\"total\":58.73,\"customer\":{\"name\":\"" + canary("told") +
                    "\",\"email\":\"" + canary("told") + "\"},\"items\":[{\"title\":\"Mug, blue\"}]}}",
                now);
            store::ProblemRepo(session).record(database.channel.account_id, database.channel.id, "order", order_id,
                                               {"odd_address", "the address " + canary("problem") + " is odd"}, now);
            session.run_script(
                "INSERT INTO shipments (account_id, channel_id, order_id, carrier, tracking_number, tracking_key, "
                "status, "
                "error_code, error_message, created_at_ms) VALUES (1, 1, " +
                std::to_string(id.value) + ", 'UPS', '1Z1', '1Z1', 'failed', 'refused', '" + canary("refusal") +
                "', 1);"
                "INSERT INTO push_attempts (kind, push_id, number, started_at_ms, finished_at_ms, outcome, message) "
                "VALUES "
                "('shipment', last_insert_rowid(), 1, 1, 2, 'failed', '" +
                canary("attempt") +
                "');"
                "INSERT INTO idempotency_keys (account_id, method, route, key, fingerprint, status, headers, body, "
                "first_seen_ms) VALUES (1, 'POST', '/v2/orders/{id}/acknowledge', 'k-" +
                order_id + "', '', 200, '', '{\"data\":{\"id\":\"ord_" + std::to_string(id.value) +
                "\",\"customer\":{\"name\":\"" + canary("answer") + "\"}}}', 1)");
        });
    }
    store::Erased erase(OrderId id, const std::string& external_id) {
        return database->write([&](db::Session& session) {
            return store::ErasureRepo(session).erase(
                {id, database.channel.account_id, database.channel.id, external_id, {}});
        });
    }
    /// Tables and rows, in all of the database, that hold the text.
    std::vector<std::string> rows_with(const std::string& text) {
        return database->read([&](db::Session& session) {
            std::vector<std::string> tables;
            {
                db::Statement statement(
                    session, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
                while (statement.step()) tables.push_back(statement.string(0));
            }
            std::vector<std::string> found;
            for (const std::string& table : tables) {
                std::string columns;
                {
                    db::Statement statement(session, "SELECT name FROM pragma_table_info('" + table + "')");
                    while (statement.step())
                        columns +=
                            (columns.empty() ? "coalesce(" : " || ' ' || coalesce(") + statement.string(0) + ", '')";
                }
                db::Statement statement(session, "SELECT 1 FROM " + table + " WHERE instr(" + columns + ", ?) > 0");
                statement.bind(text);
                while (statement.step()) found.push_back(table);
            }
            return found;
        });
    }
    std::string text(const std::string& sql) {
        return database->read([&](db::Session& session) {
            db::Statement statement(session, sql);
            return statement.step() ? statement.string(0) : std::string{"(no row)"};
        });
    }

    TemporaryDatabase database;
};

TEST_F(Erase, LeavesNothingOfThePersonInAnyRow) {
    const auto recorded = record(order_of_somebody("1001", std::chrono::seconds{0}));
    record(order_of_somebody("1001", std::chrono::seconds{60}));
    record_its_refund("1001", "r-1");
    scatter("1001", recorded.id);
    ASSERT_GE(rows_with(kCanary).size(), 8U) << "or nothing is shown: " << ::testing::PrintToString(rows_with(kCanary));
    const store::Erased done = erase(recorded.id, "1001");
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    EXPECT_EQ(done.orders, 1);
    EXPECT_EQ(done.refunds, 1);
    EXPECT_EQ(done.hints, 1);
    EXPECT_EQ(done.deliveries, 1);
    EXPECT_EQ(done.messages, 3);
    EXPECT_EQ(erase(recorded.id, "1001").orders, 0) << "once is enough";
}

TEST_F(Erase, KeepsWhatTheBooksNeed) {
    const auto recorded = record(order_of_somebody("1001", std::chrono::seconds{0}));
    record_its_refund("1001", "r-1");
    scatter("1001", recorded.id);
    const std::string numbers = text(
        "SELECT total_minor || ' ' || subtotal_minor || ' ' || currency || ' ' || status || ' ' || seq FROM orders");
    erase(recorded.id, "1001");
    EXPECT_EQ(text("SELECT total_minor || ' ' || subtotal_minor || ' ' || currency || ' ' || status || ' ' || seq FROM "
                   "orders"),
              numbers);
    const std::string body = text("SELECT body FROM orders");
    // Byte by byte what is rendered of an order that never had a buyer.
    domain::Order bare = domain::without_person(order_of_somebody("1001", std::chrono::seconds{0}));
    EXPECT_NE(body.find("\"total_amount\":58.73"), std::string::npos) << body;
    EXPECT_NE(body.find("\"ship_country\":\"US\""), std::string::npos);
    EXPECT_NE(body.find("\"ship_region\":\"CA\""), std::string::npos);
    EXPECT_NE(body.find("\"buyer_email\":null"), std::string::npos);
    EXPECT_NE(body.find("\"sku\":\"MUG-01\""), std::string::npos);
    EXPECT_NE(body.find("\"title\":\"Mug, blue\""), std::string::npos);
    EXPECT_EQ(bare.billing.country, "US");
    EXPECT_NE(text("SELECT body FROM refunds").find("\"total_amount\":10.00"), std::string::npos);
    EXPECT_NE(text("SELECT body FROM webhook_bodies").find("\"title\":\"Mug, blue\""), std::string::npos);
    EXPECT_NE(text("SELECT body FROM webhook_bodies").find("\"total\":58.73"), std::string::npos);
}

TEST_F(Erase, WhatIsReadAgainFromTheChannelBringsNothingBack) {
    const auto recorded = record(order_of_somebody("1001", std::chrono::seconds{0}));
    erase(recorded.id, "1001");
    EXPECT_EQ(record(order_of_somebody("1001", std::chrono::seconds{0})).outcome, Outcome::unchanged);
    domain::Order later = order_of_somebody("1001", std::chrono::seconds{90});
    later.status = domain::OrderStatus::fulfilled;
    EXPECT_EQ(record(later).outcome, Outcome::updated);
    EXPECT_EQ(text("SELECT status FROM orders"), "fulfilled") << "the order lives on";
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    EXPECT_EQ(record(order_of_somebody("1001", std::chrono::seconds{30})).outcome, Outcome::older);
    domain::Order echo = later;
    echo.last_remote_update_at = *later.last_remote_update_at + std::chrono::seconds{5};
    EXPECT_EQ(record(echo).outcome, Outcome::echoed);
    record_its_refund("1001", "r-2");
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    EXPECT_EQ(text("SELECT count(*) FROM refunds"), "1");
}

TEST_F(Erase, WhatWasReadBeforeItIsNotWrittenAfterIt) {
    const domain::Order order = order_of_somebody("1001", std::chrono::seconds{0});
    const auto recorded = record(order);
    OrderReader reader;
    reader.map = [&](std::string_view) -> Result<domain::Order> { return order; };
    const auto shown = database->read(
        [&](db::Session& session) { return read_shown_order(session, database.channel, recorded.id, reader); });
    ASSERT_TRUE(shown);
    erase(recorded.id, "1001");
    EXPECT_FALSE(database->write([&](db::Session& session) {
        return rerender_order(session, database.channel, *shown, true, database.clock.now());
    }));
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    record(order_of_somebody("1001", std::chrono::seconds{60}));
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{}) << "it is known as erased still";
}

TEST_F(Erase, ARefundThatNobodyCouldReadStaysListedWithWhatToDo) {
    const auto recorded = record(order_of_somebody("1001", std::chrono::seconds{0}));
    const auto fail_to_read = [&] {
        const std::string payload = "{\"refund\":\"" + canary("raw refund") + "\"}";
        const std::string context = "{\"order\":\"" + canary("context") + "\"}";
        const Error why{ErrorKind::invalid, "odd", "the reason " + canary("reason") + " is odd"};
        database->write([&](db::Session& session) {
            record_refund(session, database.channel, {"r-9", "1001", std::nullopt, payload, context, why, {}},
                          database.clock.now());
        });
    };
    const std::string message = "SELECT message FROM problems WHERE subject = 'refund' AND resolved_at_ms IS NULL";
    fail_to_read();
    erase(recorded.id, "1001");
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    EXPECT_NE(text(message).find("enter it by hand"), std::string::npos) << text(message);
    fail_to_read();  // it is fetched again
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    EXPECT_EQ(text("SELECT count(*) FROM unmapped_refunds"), "1");
    record_its_refund("1001", "r-9");  // after an update that can read it
    EXPECT_EQ(text("SELECT count(*) FROM unmapped_refunds"), "0");
    EXPECT_EQ(text(message), "(no row)");
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
}

TEST_F(Erase, ReachesWhatAnExportHasPutAside) {
    const auto recorded = record(order_of_somebody("1001", std::chrono::seconds{0}));
    database->write([&](db::Session& session) {
        store::BulkRepo aside(session);
        const ChannelId channel = database.channel.id;
        aside.add(channel, "order 1001", R"({"id":"gid://x/Order/1001","email":")" + canary("export") + "\"}");
        aside.add(channel, "order 1001", R"({"id":"gid://x/Fulfillment/7","__parentId":"gid://x/Order/1001"})");
        aside.add(channel, "part gid://x/Fulfillment/7", "{\"engraving\":\"" + canary("part") + "\"}");
        aside.add(channel, "order 11001", R"({"id":"gid://x/Order/11001","email":"somebody else"})");
        aside.add(channel, "part gid://x/Fulfillment/77", R"({"engraving":"somebody else's"})");
    });
    erase(recorded.id, "1001");
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
    EXPECT_EQ(text("SELECT count(*) FROM bulk_lines WHERE order_key = 'order 1001' AND line = '(erased)'"), "2")
        << "it is not taken for an order that is whole, and so it is fetched by itself";
    EXPECT_EQ(rows_with("somebody else").size(), 2U);
    EXPECT_EQ(text("SELECT count(*) FROM bulk_lines"), "4");
}

/// As Amazon does with an order that was cancelled.
TEST_F(Erase, KeepsTheAmountsThatLaterVersionsLeaveOut) {
    domain::Order order = order_of_somebody("1001", std::chrono::seconds{0});
    const auto record_forgetful = [&] {
        const std::string payload = "{\"at\":" + std::to_string(to_ms(*order.last_remote_update_at)) + "}";
        FetchedOrder fetched{
            order.external_order_id, *order.last_remote_update_at, payload, store::content_hash(payload), order, {}};
        fetched.reader.map = [order, payload](std::string_view held) -> Result<domain::Order> {
            if (held != payload) return Error{ErrorKind::invalid, "no_order", "it is another one"};
            return order;
        };
        fetched.reader.keep_known = [](domain::Order& newer, const domain::Order& older) {
            if (!newer.total_amount) newer.total_amount = older.total_amount;
            if (!newer.buyer_email) newer.buyer_email = older.buyer_email;
            for (domain::OrderLine& line : newer.lines)
                if (!line.title && !older.lines.empty()) line.title = older.lines.front().title;
        };
        return database->write([&](db::Session& session) {
            return record_order(session, database.channel, fetched, database.clock.now());
        });
    };
    const auto recorded = record_forgetful();
    erase(recorded.id, "1001");
    order.last_remote_update_at = *order.last_remote_update_at + std::chrono::seconds{60};
    order.status = domain::OrderStatus::cancelled;
    order.total_amount.reset();
    order.lines.front().title.reset();
    EXPECT_EQ(record_forgetful().outcome, Outcome::updated);
    EXPECT_EQ(text("SELECT status || ' ' || total_minor FROM orders"), "cancelled 5873");
    EXPECT_NE(text("SELECT body FROM orders").find("\"title\":\"Mug, blue\""), std::string::npos);
    EXPECT_EQ(rows_with(kCanary), std::vector<std::string>{});
}

TEST_F(Erase, TouchesNobodyElse) {
    const auto first = record(order_of_somebody("1001", std::chrono::seconds{0}));
    const auto second = record(order_of_somebody("2002", std::chrono::seconds{0}));
    record_its_refund("2002", "r-2");
    scatter("2002", second.id);
    erase(first.id, "1001");
    EXPECT_EQ(text("SELECT count(*) FROM idempotency_keys"), "1") << "an answer about the other order";
    EXPECT_NE(text("SELECT body FROM orders WHERE id = " + std::to_string(second.id.value)).find(kCanary),
              std::string::npos);
    EXPECT_NE(text("SELECT body FROM refunds").find(kCanary), std::string::npos);
}

TEST_F(Erase, ABuyerIsFoundByAddressWithoutRegardToCase) {
    const auto first = record(order_of_somebody("1001", std::chrono::seconds{0}));
    domain::Order other = order_of_somebody("2002", std::chrono::seconds{0});
    other.buyer_email = "somebody.else@example.com";
    record(other);
    database->read([&](db::Session& session) {
        store::ErasureRepo repo(session);
        const auto found =
            repo.of_buyer(database.channel.account_id, "canary-mail@example.COM", OrderId{0}, repo.newest_order());
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found.front().id, first.id);
        EXPECT_TRUE(
            repo.of_buyer(database.channel.account_id, "mail@example.com", OrderId{0}, repo.newest_order()).empty())
            << "a part of an address is another address";
        EXPECT_TRUE(repo.of_buyer(AccountId{99}, "canary-mail@example.com", OrderId{0}, repo.newest_order()).empty());
    });
}

TEST_F(Erase, OldOrdersAreFoundInTheirOrder) {
    for (const char* id : {"1", "2", "3"}) {
        domain::Order order = order_of_somebody(id, std::chrono::seconds{0});
        order.status = domain::OrderStatus::closed;
        record(order);
    }
    domain::Order open = order_of_somebody("4", std::chrono::seconds{0});
    record(open);
    database->read([&](db::Session& session) {
        store::ErasureRepo repo(session);
        const auto ids = [&](Timestamp before, Timestamp after, OrderId after_id, std::int64_t limit) {
            std::string found;
            for (const auto& order : repo.placed_before(database.channel.account_id, database.channel.id,
                                                        domain::OrderStatus::closed, before, after, after_id, limit))
                found += order.external_order_id;
            return found;
        };
        const Timestamp placed = from_ms(1'790'000'000'000);
        EXPECT_EQ(ids(placed + std::chrono::hours{1}, {}, {}, 2), "12");
        EXPECT_EQ(ids(placed + std::chrono::hours{1}, placed, OrderId{2}, 2), "3");
        EXPECT_EQ(ids(placed, {}, {}, 10), "");
    });
}

TEST_F(Erase, FinishedAttemptsOfOldAreForgotten) {
    database->write([](db::Session& session) {
        session.run_script(
            "INSERT INTO push_attempts (kind, push_id, number, started_at_ms, finished_at_ms, outcome) VALUES "
            "('stock', 1, 1, 1000, 1001, 'succeeded'), ('stock', 2, 1, 1000, NULL, NULL), ('stock', 3, 1, 5000, 5001, "
            "'succeeded'), "
            "('stock', 4, 1, 1000, 1001, 'failed')");
        EXPECT_EQ(store::forget_attempts_before(session, from_ms(3000), 3), 1) << "of the oldest three";
        EXPECT_EQ(store::forget_attempts_before(session, from_ms(3000), 100), 1);
        EXPECT_EQ(store::forget_attempts_before(session, from_ms(3000), 100), 0);
    });
    EXPECT_EQ(text("SELECT count(*) FROM push_attempts"), "2");
}

TEST(MembersWithoutPerson, AreTextForTextWhatAnOrderWithoutABuyerRendersTo) {
    EXPECT_EQ(domain::members_without_person(
                  R"("buyer_name":"a \"b\" \\","buyer_email":null,"total_amount":5.00,"notes":"x")"),
              R"("buyer_name":null,"buyer_email":null,"total_amount":5.00,"notes":null)");
    EXPECT_EQ(domain::members_without_person(R"("title":"say \"notes\":\"x\" aloud","notes":"y")"),
              R"("title":"say \"notes\":\"x\" aloud","notes":null)")
        << "a name inside a text is no name";
    EXPECT_EQ(domain::v2_without_person(R"({"location_name":"Main","name":"N","title":"T"})"),
              R"({"location_name":"Main","name":null,"title":"T"})");
}

}  // namespace
}  // namespace crossdock::services
