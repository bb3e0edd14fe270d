// SPDX-License-Identifier: Apache-2.0
// What channels said of an erased order, wherever it was told on, goes with the buyer.
#include <set>

#include "hub_fixture.h"
#include "services/accept_shipments.h"
#include "store/event_repo.h"
#include "store/problem_repo.h"
#include "sync/acknowledge_order.h"
#include "sync/pull_orders.h"
#include "sync/push_shipment.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

class ErasedWords : public HubTest<ManualClock> {
protected:
    ErasedWords() { open(options()); }

    OrderId insert_order(const std::string& id) {
        return hub->database().write([&](db::Session& session) {
            session.run_script(
                "INSERT INTO order_versions (account_id, channel_id, external_order_id, remote_updated_at_ms, "
                "fetched_at_ms, content_hash, payload) VALUES (1, 1, '" +
                id +
                "', 1, 1, 'h', '{}');"
                "INSERT INTO orders (account_id, channel_id, external_order_id, status, order_number, currency, "
                "total_minor, ordered_at_ms, sort_ms, version_id, meaning_hash, body, seq, created_at_ms) VALUES (1, "
                "1, '" +
                id + "', 'open', '#" + id +
                "', 'USD', 100, 1, 1, last_insert_rowid(), 'm', '\"total_amount\":1.00', 1, 1)");
            db::Statement newest(session, "SELECT max(id) FROM orders");
            newest.step();
            return newest.id<OrderId>(0);
        });
    }
    std::int64_t insert_failed_shipment(OrderId order, const std::string& words) {
        return hub->database().write([&](db::Session& session) {
            db::Statement insert(session, R"sql(
                INSERT INTO shipments (account_id, channel_id, order_id, carrier, tracking_number, tracking_key, status,
                                       error_message, created_at_ms) VALUES (1, 1, ?, 'UPS', '1Z', '1Z', 'failed', ?, 1)
            )sql");
            return insert.bind(order, words).insert();
        });
    }
    void add_event(const char* type, const char* subject, std::int64_t id, const json& data) {
        hub->database().write([&](db::Session& session) {
            const std::string text = data.dump();
            store::EventRepo(session).append({AccountId{1}, ChannelId{1}, type, subject, id, text}, clock.now());
            db::Statement body(session,
                               "INSERT INTO webhook_bodies (seq, body, made_at_ms) SELECT max(seq), ?, 1 FROM events");
            body.bind(json{{"type", type}, {"data", {{"details", data}}}}.dump()).exec();
        });
    }
    void add_problem(const char* subject, const std::string& key, const std::string& words) {
        hub->database().write([&](db::Session& session) {
            store::ProblemRepo(session).record(AccountId{1}, ChannelId{1}, subject, key, {"bad", words}, clock.now());
        });
    }
    std::int64_t add_job(const domain::JobSpec& spec, const char* state, const std::string& words) {
        return hub->database().write([&](db::Session& session) {
            store::JobRepo(session).enqueue(spec, clock.now());
            db::Statement set(session,
                              "UPDATE jobs SET last_error = ?, state = ?, finished_at_ms = 1 WHERE unique_key "
                              "= ? RETURNING id");
            set.bind(words, state, spec.unique_key);
            set.step();
            return set.integer(0);
        });
    }

    /// "table.column" of every text in the whole database with this word.
    std::set<std::string> places_of(const std::string& word) {
        return hub->database().read([&](db::Session& session) {
            const auto texts = [&](const std::string& sql) {
                db::Statement statement(session, sql);
                std::vector<std::string> all;
                while (statement.step()) all.push_back(statement.string(0));
                return all;
            };
            std::set<std::string> found;
            for (const std::string& table : texts("SELECT name FROM sqlite_master WHERE type = 'table'"))
                for (const std::string& column : texts("SELECT name FROM pragma_table_info('" + table + "')")) {
                    db::Statement look(session,
                                       "SELECT count(*) FROM " + table + " WHERE instr(\"" + column + "\", ?) > 0");
                    look.bind(word);
                    if (look.step() && look.integer(0) > 0) found.insert(table + "." + column);
                }
            return found;
        });
    }
};

TEST_F(ErasedWords, OfTheChannelGoFromJobsEventsProblemsAndWhatWasToldOfThem) {
    const store::Channel channel =
        *hub->database().read([](db::Session& session) { return store::ChannelRepo(session).get(ChannelId{1}); });
    const auto fill = [&](const std::string& external_id, const std::string& words) {
        const OrderId order = insert_order(external_id);
        const std::int64_t shipment = insert_failed_shipment(order, words);
        add_event("shipment.failed", "shipment", shipment, {{"order_id", order.value}, {"message", words}});
        add_event("order.problem", "order", order.value, {{"external_order_id", external_id}, {"message", words}});
        add_problem("shipment", std::to_string(shipment), words);
        add_problem("order", external_id, words);
        domain::JobSpec push = sync::refresh_order_job(channel, external_id, clock.now());
        push.kind = sync::kPushShipment;
        push.unique_key = services::shipment_job_key(ShipmentId{shipment});
        const domain::JobSpec jobs[] = {push, sync::acknowledge_order_job(channel, external_id, clock.now()),
                                        sync::refresh_order_job(channel, external_id, clock.now()),
                                        sync::order_refunds_job(channel, external_id, clock.now())};
        for (const domain::JobSpec& spec : jobs) {
            const std::int64_t id = add_job(spec, spec.kind == sync::kAcknowledgeOrder ? "retry" : "dead", words);
            add_event("job.dead_lettered", "job", id, {{"kind", spec.kind}, {"code", "bad"}, {"message", words}});
            add_problem("job", spec.unique_key, words);
        }
    };
    fill("1001", "1 Lilac Lane is no address");
    fill("11001", "2 Other Street is no address");  // its name ends alike
    ASSERT_EQ(places_of("Lilac Lane"), (std::set<std::string>{"problems.message", "shipments.error_message",
                                                              "jobs.last_error", "webhook_bodies.body", "events.data"}))
        << "or nothing is shown";
    const auto others = places_of("Other Street");
    const std::int64_t other_rows = count("events WHERE instr(data, 'Other Street') > 0") +
                                    count("webhook_bodies WHERE instr(body, 'Other Street') > 0") +
                                    count("jobs WHERE instr(last_error, 'Other Street') > 0") +
                                    count("problems WHERE instr(message, 'Other Street') > 0");
    EXPECT_EQ(other_rows, 6 + 6 + 4 + 6);

    const auto done = run_command(*hub, "person.erase", {{"order", "#1001"}}, {"user admin", "local"});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(places_of("Lilac"), std::set<std::string>{});
    EXPECT_EQ(places_of("Other Street"), others);
    EXPECT_EQ(count("events WHERE instr(data, 'Other Street') > 0") +
                  count("webhook_bodies WHERE instr(body, 'Other Street') > 0") +
                  count("jobs WHERE instr(last_error, 'Other Street') > 0") +
                  count("problems WHERE instr(message, 'Other Street') > 0"),
              other_rows);
    // They are JSON still, and say what they said beside.
    EXPECT_EQ(count("events WHERE json_valid(data) = 0"), 0);
    EXPECT_EQ(count("webhook_bodies WHERE json_valid(body) = 0"), 0);
    EXPECT_EQ(count("events WHERE type = 'shipment.failed' AND json_extract(data, '$.message') = '(erased)'"), 1);
}

}  // namespace
}  // namespace crossdock::app
