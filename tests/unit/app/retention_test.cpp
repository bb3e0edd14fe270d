// SPDX-License-Identifier: Apache-2.0
#include "app/retention.h"

#include "app/keys.h"
#include "hub_fixture.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

class Retained : public HubTest<ManualClock> {
protected:
    Retained() { open(options()); }

    void insert_order(const std::string& id, const std::string& status, std::chrono::hours age,
                      const std::string& email) {
        const std::string at = std::to_string(to_ms(clock.now() - age));
        hub->database().write([&](db::Session& session) {
            session.run_script(
                "INSERT INTO order_versions (account_id, channel_id, external_order_id, remote_updated_at_ms, "
                "fetched_at_ms, content_hash, "
                "payload) VALUES (1, 1, '" +
                id + "', " + at + ", " + at + ", 'h" + id + "', '{\"email\":\"" + email +
                "\"}');"
                "INSERT INTO orders (account_id, channel_id, external_order_id, status, order_number, currency, "
                "total_minor, ordered_at_ms, "
                "sort_ms, version_id, meaning_hash, body, seq, created_at_ms) VALUES (1, 1, '" +
                id + "', '" + status + "', '#" + id + "', 'USD', 100, " + at + ", " + at +
                ", last_insert_rowid(), 'm', '\"buyer_email\":\"" + email + "\",\"total_amount\":1.00', 1, 1)");
        });
    }
    std::int64_t holding(const std::string& email) {
        return count("orders WHERE body LIKE '%" + email + "%'") +
               count("order_versions WHERE payload LIKE '%" + email + "%'");
    }
    void look_after(Retention& retention, int times) {
        for (int i = 0; i < times; ++i) retention.look_after();
    }
};

TEST_F(Retained, OrdersThatAreOverAreBlankedByAgeOnceADay) {
    insert_order("old", "closed", 24h * 400, "old@example.com");
    insert_order("cancelled", "cancelled", 24h * 400, "cancelled@example.com");
    insert_order("young", "closed", 24h * 300, "young@example.com");
    insert_order("waits", "open", 24h * 400, "waits@example.com");
    Retention retention(hub->database(), clock, {24h * 365, std::nullopt});
    look_after(retention, 10);
    EXPECT_EQ(holding("old@example.com"), 0);
    EXPECT_EQ(holding("cancelled@example.com"), 0);
    EXPECT_EQ(holding("young@example.com"), 2);
    EXPECT_EQ(holding("waits@example.com"), 2) << "it is still to be shipped";
    EXPECT_EQ(count("orders WHERE total_minor = 100"), 4);
    clock.advance(24h * 66);
    look_after(retention, 10);
    EXPECT_EQ(holding("young@example.com"), 0);
    EXPECT_TRUE(was_logged("personal_data_blanked"));
    EXPECT_FALSE(was_logged("@example.com"));
}

TEST_F(Retained, ManyAreDoneAFewAtATime) {
    for (int i = 0; i < 250; ++i)
        insert_order(std::to_string(i), "fulfilled", 24h * 400 + std::chrono::hours{i % 7}, "many@example.com");
    Retention retention(hub->database(), clock, {24h * 365, std::nullopt});
    retention.look_after();  // begins the walk
    int rounds = 0;
    for (std::int64_t left = 500; left > 0 && rounds < 20; ++rounds) {
        retention.look_after();
        const std::int64_t now = holding("many@example.com");
        EXPECT_GE(now, left - 200) << "no more than a hundred orders at once";
        left = now;
    }
    EXPECT_EQ(holding("many@example.com"), 0);
    EXPECT_GE(rounds, 3);
}

TEST_F(Retained, WithoutAPlanEverythingStays) {
    insert_order("old", "closed", 24h * 4000, "old@example.com");
    hub->database().write([](db::Session& session) {
        session.run_script(
            "INSERT INTO push_attempts (kind, push_id, number, started_at_ms, finished_at_ms, outcome) VALUES "
            "('stock', 1, 1, 1, 2, 'succeeded')");
    });
    Retention never(hub->database(), clock, {std::nullopt, std::nullopt});
    look_after(never, 5);
    EXPECT_EQ(holding("old@example.com"), 2);
    EXPECT_EQ(count("push_attempts"), 1);
    Retention usual(hub->database(), clock, {});
    look_after(usual, 5);
    EXPECT_EQ(count("push_attempts"), 0);
}

TEST_F(Retained, VersionsAreThinnedOnlyWhenThePlanSaysSoAndOfOrdersThatAreOver) {
    insert_order("old", "closed", 24h * 400, "old@example.com");
    insert_order("young", "closed", 24h * 10, "young@example.com");
    insert_order("waits", "open", 24h * 400, "waits@example.com");
    std::vector<std::string> asked;
    Timestamp upto{};
    const auto thin = [&](const store::Channel& channel, const std::vector<store::OrderToErase>& orders,
                          Timestamp before) {
        EXPECT_EQ(channel.id.value, 1);
        for (const store::OrderToErase& order : orders) asked.push_back(order.external_order_id);
        upto = before;
        return std::int64_t{7};
    };
    Retention never(hub->database(), clock, {std::nullopt, std::nullopt, std::nullopt}, thin);
    look_after(never, 10);
    EXPECT_TRUE(asked.empty()) << "every version is kept unless somebody asks for less";
    Retention retention(hub->database(), clock, {std::nullopt, std::nullopt, 24h * 90}, thin);
    look_after(retention, 10);
    EXPECT_EQ(asked, std::vector<std::string>{"old"});
    EXPECT_EQ(upto, clock.now() - 24h * 90);
    clock.advance(24h);
    look_after(retention, 1);
    EXPECT_TRUE(was_logged("versions_thinned versions=7"));
}

TEST_F(Retained, OneBuyerIsErasedByCommandAndTheTrailDoesNotSayWhom) {
    insert_order("1", "open", 24h, "jane@example.com");
    insert_order("2", "closed", 24h, "jane@example.com");
    insert_order("3", "closed", 24h, "john@example.com");
    const auto done = run_command(*hub, "person.erase", {{"email", "Jane@Example.com"}}, {"user admin", "local"});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(done->at("orders"), 2);
    EXPECT_EQ(holding("jane@example.com"), 0);
    EXPECT_EQ(holding("john@example.com"), 2);
    EXPECT_EQ(count("audit_log WHERE action = 'person.erased' AND actor = 'user admin'"), 1);
    EXPECT_EQ(count("audit_log WHERE action || subject || subject_id || details LIKE '%jane%'"), 0);
    EXPECT_FALSE(was_logged("jane"));

    const auto by_number = run_command(*hub, "person.erase", {{"order", "#3"}});
    ASSERT_TRUE(by_number) << by_number.error().message;
    EXPECT_EQ(holding("john@example.com"), 0);
    const auto code = [&](const json& arguments) {
        const auto answer = run_command(*hub, "person.erase", arguments);
        return answer ? std::string{} : answer.error().code;
    };
    EXPECT_EQ(code({{"email", "jane@example.com"}}), "buyer_unknown");
    EXPECT_EQ(code({{"email", "jane"}}), "erase_whom");
    EXPECT_EQ(code(json::object()), "erase_whom");
    EXPECT_EQ(code({{"email", "a@b"}, {"order", "1"}}), "erase_whom");
    EXPECT_EQ(code({{"order", "99"}}), "order_unknown");
    EXPECT_EQ(code({{"email", "jane@example.com"}, {"account", "nobody"}}), "account_unknown");
}

}  // namespace
}  // namespace crossdock::app
