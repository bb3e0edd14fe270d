// SPDX-License-Identifier: Apache-2.0
// A database of the first release, with data in every table, brought to the newest schema: what the API serves and what
// the tables hold is the same before and after. The first schema is made by its own SQL and by nothing else.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

#include "domain/erp_contract.h"
#include "services/accept_stock.h"
#include "store/event_repo.h"
#include "store/inventory_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

const std::vector<db::Migration>& first_schema() {
    static const std::string script = [] {
        std::ifstream file(std::string{CROSSDOCK_SOURCE_DIR} + "/sql/sqlite/0001_foundation.sql");
        return std::string{std::istreambuf_iterator<char>(file), {}};
    }();
    static const std::vector<db::Migration> schema{{"0001_foundation.sql", script}};
    return schema;
}

/// A hub on the first schema, filled as the first release filled it.
struct OldHub : Hub {
    OldHub() : Hub(first_schema()) {
        db->write([&](db::Session& session) {
            fill_orders(session);
            fill_the_rest(session);
        });
    }

    void fill_orders(db::Session& session) {
        const std::int64_t now = to_ms(clock.now());
        // Thirty orders of three channels; every third is acknowledged, every fourth has an older version, some are not
        // open.
        const store::Channel* channels[] = {&shop_us, &shop_eu, &wm_us};
        for (int i = 1; i <= 30; ++i) {
            const store::Channel& channel = *channels[i % 3];
            domain::Order order = sample_order("o-" + std::to_string(i), i);
            if (i % 7 == 0) order.status = domain::OrderStatus::cancelled;
            if (i % 5 == 0) order.status = domain::OrderStatus::fulfilled;
            order.notes =
                "Gr\xC3\xBC\xC3\x9F"
                "e aus M\xC3\xBCnchen";
            const std::string body = domain::render_order(order, channel.provider, channel.code).members;
            const auto version = [&](const std::string& hash, int minutes) {
                return db::Statement(session,
                                     "INSERT INTO order_versions (account_id, channel_id, external_order_id, "
                                     "remote_updated_at_ms, "
                                     "fetched_at_ms, content_hash, payload) VALUES (?, ?, ?, ?, ?, ?, ?)")
                    .bind(channel.account_id, channel.id, order.external_order_id,
                          *order.last_remote_update_at + std::chrono::minutes{minutes}, now, hash,
                          "{\"native\":\"" + hash + "\"}")
                    .insert();
            };
            if (i % 4 == 0) version("old-" + std::to_string(i), -30);
            const std::int64_t shown = version("new-" + std::to_string(i), 0);
            const std::int64_t id =
                db::Statement(session, R"sql(
                    INSERT INTO orders (account_id, channel_id, external_order_id, status, payment_status, order_number, currency,
                        subtotal_minor, shipping_minor, tax_minor, discount_minor, total_minor, ordered_at_ms, remote_updated_at_ms,
                        sort_ms, version_id, meaning_hash, body, seq, imported_at_ms, remote_missing_at_ms, created_at_ms)
                    VALUES (?, ?, ?, ?, 'paid', ?, 'USD', 4998, 500, 375, 0, 5873, ?, ?, ?, ?, 'meaning', ?, ?, ?, ?, ?)
                )sql")
                    .bind(channel.account_id, channel.id, order.external_order_id, domain::to_string(order.status),
                          *order.order_number_hint, order.ordered_at, order.last_remote_update_at,
                          *order.last_remote_update_at, shown, body, session.next_sequence(),
                          i % 3 == 0 ? std::optional{now - i} : std::nullopt,
                          i % 11 == 0 ? std::optional{now} : std::nullopt, now)
                    .insert();
            for (int line = 1; line <= 2; ++line)
                db::Statement(session,
                              "INSERT INTO order_lines (account_id, channel_id, order_id, position, external_line_id, "
                              "sku, variant_id, "
                              "assigned_location_id, item_id, quantity, shippable_quantity) VALUES (?, ?, ?, ?, ?, ?, "
                              "?, 65432109, NULL, ?, ?)")
                    .bind(channel.account_id, channel.id, id, line, "l_" + std::to_string(line),
                          "SKU-" + std::to_string(line), "4100" + std::to_string(line), line, line)
                    .exec();
            db::Statement(session,
                          "INSERT INTO events (seq, event_id, account_id, channel_id, type, subject, subject_id, data, "
                          "created_at_ms) "
                          "VALUES (?, ?, ?, ?, 'order.created', 'order', ?, ?, ?)")
                .bind(session.next_sequence(), "evt_" + std::to_string(i), channel.account_id, channel.id, id,
                      "{\"external_order_id\":\"" + order.external_order_id + "\"}", now)
                .exec();
        }
        for (int i = 1; i <= 8; ++i) {
            domain::Refund refund = sample_refund("r-" + std::to_string(i), i);
            refund.external_order_id = "o-" + std::to_string(i * 3);
            const store::Channel& channel = shop_us;
            db::Statement(session, R"sql(
                INSERT INTO refunds (account_id, channel_id, external_order_id, external_refund_id, occurred_at_ms, remote_updated_at_ms,
                    currency, total_minor, settled, content_hash, body, payload, context, seq, imported_at_ms, created_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, 'USD', 1050, ?, 'hash', ?, '{"native":"refund"}', '{}', ?, ?, ?)
            )sql")
                .bind(channel.account_id, channel.id, refund.external_order_id, refund.external_refund_id,
                      refund.occurred_at, refund.occurred_at, i % 4 != 0,
                      domain::erp_refund_members(refund, channel.provider), session.next_sequence(),
                      i % 2 == 0 ? std::optional{now} : std::nullopt, now)
                .exec();
        }
    }

    void fill_the_rest(db::Session& session) {
        const std::int64_t now = to_ms(clock.now());
        const domain::Item item = sample_item("41001", "SKU-1");
        db::Statement(session, R"sql(
            INSERT INTO items (account_id, channel_id, variant_id, location_id, sku, status, tracked, channel_quantity,
                remote_updated_at_ms, changed_at_ms, attrs, body, payload, content_hash, walk, seq, created_at_ms)
            VALUES (?, ?, '41001', '65432109', 'SKU-1', 'active', 1, 7, ?, ?, ?, ?, ?, 'hash', 3, ?, ?)
        )sql")
            .bind(acme, shop_us.id, item.updated_at_remote, *item.updated_at_remote, item.attrs_json,
                  domain::erp_item_members(item, shop_us.provider, shop_us.code), item.raw_json,
                  session.next_sequence(), now)
            .exec();
        session.run_script("UPDATE order_lines SET item_id = 1 WHERE variant_id = '41001' AND channel_id = " +
                           std::to_string(shop_us.id.value));
        const std::string channel = std::to_string(shop_us.id.value), account = std::to_string(acme.value),
                          at = std::to_string(now);
        const std::string both = account + ", " + channel;
        session.run_script(
            "INSERT INTO locations (account_id, channel_id, external_id, name, active) VALUES (" + both +
            ", '65432109', 'Main', 1);"
            "INSERT INTO unmapped_refunds VALUES (" +
            channel + ", 'r-99', 'o-1', '{\"odd\":1}', '{}', " + at +
            ");"
            "INSERT INTO problems (account_id, channel_id, subject, subject_key, code, message, first_seen_at_ms, "
            "last_seen_at_ms, times) "
            "VALUES (" +
            both + ", 'order', 'o-4', 'totals_mismatch', 'the total does not add up', " + at + ", " + at +
            ", 3),"
            "(" +
            both + ", 'stream', 'orders', 'net_no_answer', 'no answer', " + at + ", " + at +
            ", 1);"
            "UPDATE problems SET resolved_at_ms = " +
            at +
            " WHERE subject = 'stream';"
            // A figure that waits, two in a batch whose outcome is unknown, one done, one refused, one superseded.
            "INSERT INTO stock_batches (id, channel_id, batch_key, state, attempts, created_at_ms) VALUES (1, " +
            channel + ", 'key-1', 'unknown', 2, " + at + "), (2, " + channel + ", 'key-2', 'done', 1, " + at +
            ");"
            "INSERT INTO inventory_updates (account_id, channel_id, item_id, sku, location_id, target, quantity, "
            "sent_quantity, status, batch_id, "
            "attempts, error_code, error_message, superseded_by, created_at_ms, finished_at_ms) VALUES "
            "(" +
            both + ", 1, 'SKU-1', '65432109', 'a', 5, NULL, 'pending', NULL, 0, NULL, NULL, NULL, " + at +
            ", NULL),"
            "(" +
            both + ", NULL, 'SKU-2', NULL, 'b', 6, 4, 'processing', 1, 2, NULL, NULL, NULL, " + at +
            ", NULL),"
            "(" +
            both + ", NULL, 'SKU-3', NULL, 'c', 7, 7, 'processing', 1, 2, NULL, NULL, NULL, " + at +
            ", NULL),"
            "(" +
            both + ", NULL, 'SKU-4', NULL, 'd', 8, 8, 'succeeded', 2, 1, NULL, NULL, NULL, " + at + ", " + at +
            "),"
            "(" +
            both + ", NULL, 'SKU-5', NULL, 'e', 9, 9, 'failed', 2, 1, 'refused', 'no such item', NULL, " + at + ", " +
            at +
            "),"
            "(" +
            both + ", NULL, 'SKU-1', NULL, 'a', 3, NULL, 'superseded', NULL, 0, NULL, NULL, 1, " + at + ", " + at +
            ");"
            "INSERT INTO shipments (account_id, channel_id, order_id, carrier, service, tracking_number, tracking_key, "
            "ship_date_ms, lines, status, "
            "outcome, attempts, error_code, error_message, provider_id, created_at_ms, finished_at_ms) VALUES "
            "(" +
            both + ", 3, 'UPS', 'Ground', '1Z 1', '1Z1', " + at +
            ", '[]', 'succeeded', 'known', 1, NULL, NULL, 'gid://1', " + at + ", " + at +
            "),"
            "(" +
            both +
            ", 6, 'UPS', NULL, '1Z 2', '1Z2', NULL, '[{\"external_line_id\":\"l_1\",\"quantity\":1}]', 'processing', "
            "'unknown', 2, NULL, "
            "NULL, NULL, " +
            at +
            ", NULL),"
            "(" +
            both +
            ", 9, 'FedEx', NULL, '794', '794', NULL, '[]', 'failed', 'known', 3, 'rejected', 'Tracking is invalid', "
            "NULL, " +
            at + ", " + at +
            ");"
            "INSERT INTO push_attempts (kind, push_id, number, started_at_ms, finished_at_ms, outcome, message) VALUES "
            "('stock', 1, 1, " +
            at + ", " + at + ", 'unknown', 'no answer'), ('stock', 1, 2, " + at +
            ", NULL, NULL, NULL), "
            "('shipment', 1, 1, " +
            at + ", " + at +
            ", 'succeeded', '');"
            "INSERT INTO sync_streams (channel_id, stream, watermark_ms, page_token, page_number, generation, seen, "
            "state, last_success_at_ms) "
            "VALUES (" +
            channel + ", 'orders', " + at + ", 'token', 3, 17, 250, '{\"guard\":\"\"}', " + at +
            ");"
            "INSERT INTO bulk_lines (channel_id, order_key, line) VALUES (" +
            channel +
            ", 'order 1', '{}');"
            "INSERT INTO reconciliations (account_id, channel_id, from_ms, upto_ms, reported, held, missing, healed, "
            "finished_at_ms) VALUES (" +
            both + ", 1, 2, 10, 9, 1, 0, " + at +
            ");"
            "INSERT INTO jobs (account_id, channel_id, lane, kind, unique_key, state, run_at_ms, attempt, cursor, "
            "created_at_ms) VALUES "
            "(" +
            both + ", 'push', 'push_stock', 'push_stock:1', 'retry', " + at + ", 2, '', " + at +
            "),"
            "(" +
            both + ", 'orders', 'pull_orders', 'pull_orders:1:orders', 'ready', " + at + ", 0, 'page 3', " + at +
            "),"
            "(" +
            both + ", 'push', 'push_shipment', 'push_shipment:9', 'dead', " + at + ", 20, '', " + at +
            ");"
            "INSERT INTO webhooks_received (account_id, channel_id, delivery_id, topic, body, received_at_ms) VALUES "
            "(" +
            both + ", 'd-1', 'orders/updated', '{}', " + at + ");");
    }

    void upgrade() {
        // What Hub lent to the old schema.
        db->write([](db::Session& session) {
            for (const char* column : {"successor_id", "plan", "kind", "dialect"})
                session.run_script(std::string{"ALTER TABLE api_keys DROP COLUMN "} + column);
        });
        const auto report = db::migrate(*db, clock);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->from, 1);
        EXPECT_EQ(report->to, db::newest_schema());
    }

    /// Every answer of the API about what was there.
    std::map<std::string, std::string> served() {
        std::map<std::string, std::string> answers;
        const auto take = [&](const std::string& target, const std::string& key) {
            const auto answer = get(target, key);
            EXPECT_EQ(answer.status(), 200) << target << ": " << answer.raw.body;
            std::string text = answer.raw.body;
            for (const auto& [name, value] : answer.raw.headers)
                if (name == "X-Next-Cursor") text += "\nnext " + value;
            answers[target + (key == key_ ? "" : " (other account)")] = text;
        };
        for (const char* list :
             {"/api/v1/orders?since=2026-01-01T00:00:00Z", "/api/v1/orders?since=2026-01-01T00:00:00Z&limit=7",
              "/api/v1/orders?channel=shop-us&since=2026-01-01T00:00:00Z",
              "/api/v1/orders?statuses=cancelled,fulfilled&since=2026-01-01",
              "/api/v1/orders?imported=false&since=2026-01-01T00:00:00Z",
              "/api/v1/refunds?channel=shop-us&since=2026-01-01T00:00:00Z",
              "/api/v1/refunds?channel=shop-us&imported=false&since=2026-01-01T00:00:00Z",
              "/api/v1/skus?channel=shop-us", "/api/v1/carrier_codes?provider=shopify",
              "/api/v1/carrier_codes?channel=wm-us"}) {
            take(list, key_);
        }
        for (int id = 1; id <= 6; ++id) take("/api/v1/inventory_updates/" + std::to_string(id), key_);
        // A shipment is shown with its order, and that says since the second schema who ships it: see below.
        take("/api/v1/orders?since=2026-01-01T00:00:00Z", other_key_);
        return answers;
    }

    std::vector<std::string> names(const std::string& sql) {
        return db->read([&](db::Session& session) {
            std::vector<std::string> found;
            db::Statement statement(session, sql);
            while (statement.step()) found.push_back(statement.string(0));
            return found;
        });
    }
    [[nodiscard]] std::vector<std::string> columns(const std::string& table) {
        return names("SELECT name FROM pragma_table_info('" + table + "') ORDER BY name");
    }
    /// Every row of a table, in the order of its content; only these columns.
    std::vector<std::string> rows(const std::string& table, const std::vector<std::string>& of) {
        std::string list;
        for (const auto& column : of) list += (list.empty() ? "quote(" : " || ' ' || quote(") + column + ")";
        return names("SELECT " + list + " AS row FROM " + table + " ORDER BY row");
    }
};

std::size_t rows_of(const std::string& answer) { return json::parse(answer.substr(0, answer.find("\nnext "))).size(); }

TEST(Upgrade, FromTheFirstSchemaServesWhatItServed) {
    OldHub hub;
    const auto before = hub.served();
    ASSERT_EQ(rows_of(before.at("/api/v1/orders?since=2026-01-01T00:00:00Z")), 30U) << "or nothing is compared";
    ASSERT_EQ(rows_of(before.at("/api/v1/refunds?channel=shop-us&since=2026-01-01T00:00:00Z")), 8U);
    hub.upgrade();
    const auto after = hub.served();
    ASSERT_EQ(before.size(), after.size());
    for (const auto& [target, body] : before) EXPECT_EQ(after.at(target), body) << target;
}

TEST(Upgrade, FromTheFirstSchemaKeepsEveryRowOfEveryTable) {
    OldHub hub;
    std::map<std::string, std::vector<std::string>> columns, before;
    std::size_t rows = 0;
    for (const auto& table :
         hub.names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")) {
        if (table == "schema_migrations" || table == "meta") continue;
        columns[table] = hub.columns(table);
        // Lines are found by their order; their own number was never shown.
        if (table == "order_lines") std::erase(columns[table], "id");
        before[table] = hub.rows(table, columns[table]);
        EXPECT_FALSE(before[table].empty()) << table << " is not part of this test";
        rows += before[table].size();
    }
    ASSERT_EQ(before.size(), 23U);
    hub.upgrade();
    for (const auto& [table, held] : before) EXPECT_EQ(hub.rows(table, columns[table]), held) << table;
    EXPECT_EQ(hub.names("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    EXPECT_TRUE(hub.names("SELECT \"table\" FROM pragma_foreign_key_check").empty());
    std::printf("%zu tables, %zu rows, schema 1 to %d: the same before and after\n", before.size(), rows,
                db::newest_schema());
}

TEST(Upgrade, LeadsToTheSameSchemaAsAFreshStart) {
    OldHub old;
    old.upgrade();
    Hub fresh;
    const auto schema = [](Hub& hub) {
        return hub.db->read([](db::Session& session) {
            std::map<std::string, std::string> made;
            db::Statement statement(session, "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_schema");
            while (statement.step()) made[statement.string(0)] = statement.string(1);
            return made;
        });
    };
    EXPECT_EQ(schema(old), schema(fresh));
}

TEST(Upgrade, ShipmentsAreShownAsTheyWere) {
    OldHub hub;
    hub.upgrade();
    const auto shown = [&](int id) { return hub.get("/api/v1/shipments/" + std::to_string(id)).json(); };
    EXPECT_EQ(shown(1).at("status"), "succeeded");
    EXPECT_EQ(shown(1).at("carrier"), "UPS");
    EXPECT_EQ(shown(1).at("service"), "Ground");
    EXPECT_EQ(shown(1).at("tracking_number"), "1Z 1");
    EXPECT_EQ(shown(1).at("external_order_id"), "o-3");
    EXPECT_EQ(shown(2).at("status"), "processing");
    EXPECT_EQ(shown(2).at("attempts"), 2);
    EXPECT_EQ(shown(2).at("line_items"), json::parse(R"([{"external_line_id":"l_1","quantity":1}])"));
    EXPECT_EQ(shown(3).at("status"), "failed");
    EXPECT_EQ(shown(3).at("last_error"), "Tracking is invalid");
    EXPECT_EQ(hub.get("/api/v1/shipments/1", hub.other_key_).status(), 404);
}

TEST(Upgrade, WorkGoesOnWhereItStood) {
    OldHub hub;
    hub.upgrade();
    hub.db->write([&](db::Session& session) {
        store::InventoryRepo updates(session);
        const auto batch = updates.open_batch(hub.shop_us.id);
        ASSERT_TRUE(batch);
        EXPECT_EQ(batch->key, "key-1") << "the same key, or the provider takes the repeat for another request";
        EXPECT_EQ(batch->attempts, 2);
        const auto lines = updates.batch_lines(batch->id);
        ASSERT_EQ(lines.size(), 2U);
        EXPECT_EQ(lines[0].sent_quantity, 4);
        store::JobRepo jobs(session);
        EXPECT_EQ(jobs.find_live("pull_orders:1:orders")->cursor, "page 3");
        EXPECT_EQ(jobs.find_live("push_stock:1")->attempt, 2);
        EXPECT_EQ(store::OrderRepo(session).lines(OrderId{3}).size(), 2U);
        EXPECT_EQ(store::EventRepo(session).about(hub.acme, "order", 3, 10).size(), 1U);
        EXPECT_EQ(store::ProblemRepo(session).open(hub.acme, hub.shop_us.id, 10).size(), 1U);
    });
    // The ERP goes on, too: it acknowledges what waits, and ships it.
    EXPECT_EQ(hub.post_json("/api/v1/orders/ack", {{"ids", {1, 2, 3}}}).json(), json({{"updated", 2}}))
        << "3 was acknowledged before";
    EXPECT_EQ(
        hub.post(
               "/api/v1/shipments",
               R"({"shipments":[{"channel":"shop-us","external_order_id":"o-12","carrier":"UPS","tracking_number":"1Z9"}]})")
            .status(),
        201);
    EXPECT_EQ(hub.get("/api/v1/orders/1").status(), 200);
    EXPECT_EQ(
        hub.post(
               "/api/v1/shipments",
               R"({"shipments":[{"channel":"shop-us","external_order_id":"o-3","carrier":"UPS","tracking_number":"1Z 1","service":"Ground"}]})")
            .status(),
        422)
        << "sent before with another date: still known by its tracking number";
}

}  // namespace
}  // namespace crossdock::api::testing
