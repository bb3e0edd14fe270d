// SPDX-License-Identifier: Apache-2.0
#include "app/keys.h"

#include <gtest/gtest.h>

#include "hub_fixture.h"

namespace crossdock::app {
namespace {

const Timestamp kNow = *parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required);

TEST(Expiry, IsALengthAnInstantOrADay) {
    const std::pair<const char*, const char*> rows[] = {
        {"90d", "2027-02-18T12:00:00Z"},        {" 90d ", "2027-02-18T12:00:00Z"},
        {"12h", "2026-11-21T00:00:00Z"},        {"30m", "2026-11-20T12:30:00Z"},
        {"45s", "2026-11-20T12:00:45Z"},        {"36500d", "2126-10-27T12:00:00Z"},
        {"2027-01-31", "2027-01-31T00:00:00Z"}, {"2027-01-31T18:00:00+01:00", "2027-01-31T17:00:00Z"}};
    for (const auto& [text, at] : rows) {
        const auto read = parse_expiry(text, kNow);
        ASSERT_TRUE(read) << text << ": " << read.error().message;
        EXPECT_EQ(format_rfc3339(*read), at) << text;
    }
}

TEST(Expiry, RefusesWhatItIsNotAndWhatIsNotAhead) {
    for (const char* text : {"", "d", "90", "90w", "-1d", "+1d", "1.5d", "1e3d", "never", "31.01.2027", "2027-02-30",
                             "0d", "2026-11-20", "2026-11-20T12:00:00Z", "1970-01-01", "36501d",
                             "99999999999999999999d", "9223372036854775807d", "2200-01-01"}) {
        const auto read = parse_expiry(text, kNow);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().message.find("90d"), std::string::npos) << read.error().message;
    }
}

/// Keys as an operator sees them, over a hub on a virtual clock.
class KeyCommands : public HubTest<ManualClock> {
protected:
    using json = nlohmann::json;
    KeyCommands() {
        auto with = options();
        with.plans["growth"] = {500, std::nullopt, 20};
        open(with);
    }
    json done(const char* command, const json& arguments) {
        const auto answer = run_command(*hub, command, arguments, {"user jane", "127.0.0.1"});
        if (!answer) throw std::runtime_error(answer.error().message);
        return *answer;
    }
    Error refused(const char* command, const json& arguments) {
        const auto answer = run_command(*hub, command, arguments);
        if (answer) throw std::runtime_error("not refused: " + answer->dump());
        return answer.error();
    }
    int status_with(const std::string& key) {
        http::Request request;
        request.method = "GET";
        request.path = "/api/v1/carrier_codes";
        request.remote_address = "10.0.0.5";
        request.headers = {{"x-api-key", key}};
        return hub->router().dispatch(request).status;
    }
    json row(const std::string& key_id) {
        for (const json& row : done("key.list", json::object()))
            if (row.at("key_id") == key_id) return row;
        return nullptr;
    }
    std::string health_code(const std::string& key_id) {
        for (const auto& finding : look_at_health(hub->env(), hub->runner(), hub->plans()).findings)
            if (finding.message.find(key_id) != std::string::npos) return finding.code;
        return "";
    }
};

TEST_F(KeyCommands, AKeyHasAKindAPlanAndATrace) {
    const json made =
        done("key.create", {{"name", "web"}, {"kind", "test"}, {"plan", "growth"}, {"scopes", "orders:read fba:read"}});
    const std::string id = made.at("key_id");
    EXPECT_TRUE(made.at("key").get<std::string>().starts_with("cdk_test_"));
    EXPECT_EQ(status_with(made.at("key")), 403);
    const json listed = row(id);
    EXPECT_EQ(listed.at("kind"), "test");
    EXPECT_EQ(listed.at("plan"), "growth");
    EXPECT_EQ(listed.at("created_at"), "2026-11-20T12:00:00Z");
    EXPECT_EQ(listed.at("last_used_from"), nullptr);
    EXPECT_FALSE(listed.contains("key"));

    EXPECT_TRUE(done("key.create", {{"kind", "pk"}}).at("key").get<std::string>().starts_with("pk_"));
    EXPECT_EQ(refused("key.create", {{"kind", "pk"}, {"scopes", "orders:read"}}).code, "scope_not_for_web_pages");
    EXPECT_EQ(refused("key.create", {{"kind", "gold"}}).code, "kind_unknown");
    const Error plan = refused("key.create", {{"plan", "grown"}});
    EXPECT_EQ(plan.code, "plan_unknown");
    EXPECT_NE(plan.message.find("the config file has: growth"), std::string::npos) << plan.message;
}

TEST_F(KeyCommands, ScopesAreListedWithBlanksOrCommasAndAMisspeltOneIsTold) {
    const std::string id =
        done("key.create", {{"scopes", " orders:read, refunds:read,orders:read  webhooks:admin "}}).at("key_id");
    EXPECT_EQ(row(id).at("scopes"), "orders:read refunds:read webhooks:admin");
    const Error misspelt = refused("key.create", {{"scopes", "orders:read,orders:wrte"}});
    EXPECT_EQ(misspelt.code, "scope_unknown");
    EXPECT_NE(misspelt.message.find("\"orders:wrte\" is not a scope; did you mean orders:write?"), std::string::npos)
        << misspelt.message;
    EXPECT_NE(misspelt.message.find("keys:admin"), std::string::npos) << "all of them are named: " << misspelt.message;
    EXPECT_EQ(refused("key.create", {{"scopes", " , "}}).code, "scope_unknown");
}

TEST_F(KeyCommands, RevokedIsAtOnceAndAlone) {
    const json first = done("key.create", json::object());
    const json second = done("key.create", json::object());
    ASSERT_EQ(status_with(first.at("key")), 200);
    done("key.revoke", {{"key_id", first.at("key_id")}});
    EXPECT_EQ(status_with(first.at("key")), 401);
    EXPECT_EQ(status_with(second.at("key")), 200);
}

TEST_F(KeyCommands, ASuccessorAndTheOldOneHoldForAWhile) {
    const json old = done("key.create", {{"name", "till"}, {"plan", "growth"}, {"expires", "90d"}});
    clock.advance(30 * 24h);
    const json made = done("key.rotate", {{"key_id", old.at("key_id")}, {"overlap", "24h"}});
    EXPECT_EQ(made.at("replaces"), old.at("key_id"));
    EXPECT_EQ(made.at("old_key_ends_at"), "2026-12-21T12:00:00Z");
    EXPECT_EQ(made.at("expires_at"), "2027-03-20T12:00:00Z") << "as long a life as the old one's";
    EXPECT_EQ(row(made.at("key_id")).at("plan"), "growth");
    EXPECT_EQ(row(made.at("key_id")).at("name"), "till");
    EXPECT_EQ(row(old.at("key_id")).at("successor"), made.at("key_id"));
    EXPECT_EQ(status_with(old.at("key")), 200);
    EXPECT_EQ(status_with(made.at("key")), 200);
    clock.advance(24h - 1ms);
    EXPECT_EQ(status_with(old.at("key")), 200);
    clock.advance(1ms);
    EXPECT_EQ(status_with(old.at("key")), 401);
    EXPECT_EQ(status_with(made.at("key")), 200);

    EXPECT_EQ(refused("key.rotate", {{"key_id", old.at("key_id")}}).code, "key_unknown") << "it does not hold any more";
    const json twice = done("key.rotate", {{"key_id", made.at("key_id")}});
    EXPECT_EQ(twice.at("old_key_ends_at"), "2026-12-28T12:00:00Z") << "a week, if nothing is said";
    EXPECT_EQ(refused("key.rotate", {{"key_id", made.at("key_id")}}).code, "key_has_successor");
    EXPECT_EQ(refused("key.rotate", {{"key_id", twice.at("key_id")}, {"overlap", "0s"}}).code, "overlap_invalid");
    const Error overlap = refused("key.rotate", {{"key_id", twice.at("key_id")}, {"overlap", "5x"}});
    EXPECT_TRUE(overlap.message.starts_with("overlap \"5x\" is neither")) << overlap.message;
    const Error expires = refused("key.rotate", {{"key_id", twice.at("key_id")}, {"expires", "5x"}});
    EXPECT_TRUE(expires.message.starts_with("expires \"5x\" is neither")) << expires.message;
}

TEST_F(KeyCommands, ASuccessorNeverProlongsTheOldOne) {
    const json old = done("key.create", {{"expires", "2h"}});
    EXPECT_EQ(done("key.rotate", {{"key_id", old.at("key_id")}, {"overlap", "30d"}}).at("old_key_ends_at"),
              "2026-11-20T14:00:00Z");
    clock.advance(2h);
    EXPECT_EQ(status_with(old.at("key")), 401);
}

TEST_F(KeyCommands, APlanCanBeChangedAndTakesEffectAtOnce) {
    const json made = done("key.create", json::object());
    for (int i = 0; i < 30; ++i) ASSERT_EQ(status_with(made.at("key")), 200);
    done("key.plan", {{"key_id", made.at("key_id")}, {"plan", "growth"}});
    for (int i = 0; i < 20; ++i) ASSERT_EQ(status_with(made.at("key")), 200);
    EXPECT_EQ(status_with(made.at("key")), 429);
    done("key.plan", {{"key_id", made.at("key_id")}, {"plan", "none"}});
    EXPECT_EQ(status_with(made.at("key")), 200);
    EXPECT_EQ(refused("key.plan", {{"key_id", "nobody"}, {"plan", "growth"}}).code, "key_unknown");
}

TEST_F(KeyCommands, ADialectIsKeptInItsLongFormAndTakesEffectAtOnce) {
    const json made = done("key.create", {{"dialect", "foxpro,format=csv"}});
    const std::string id = made.at("key_id");
    const auto listed = [&] { return done("key.list", json::object()).back().at("dialect"); };
    EXPECT_EQ(listed(), "format=csv,charset=ascii,no-fraction,no-raw,max-page-bytes=65536");
    EXPECT_EQ(done("key.rotate", {{"key_id", id}}).at("replaces"), id);
    EXPECT_EQ(listed(), "format=csv,charset=ascii,no-fraction,no-raw,max-page-bytes=65536") << "the successor's";
    EXPECT_EQ(done("key.dialect", {{"key_id", id}, {"dialect", "format=xml"}}).at("dialect"), "format=xml");
    EXPECT_EQ(done("key.dialect", {{"key_id", id}, {"dialect", "none"}}).at("dialect"), nullptr);
    EXPECT_EQ(done("audit.list", json::object()).front().at("action"), "key.dialect_changed");
    done("key.create", {{"name", "plain"}, {"dialect", "none"}});
    EXPECT_EQ(listed(), nullptr);
    EXPECT_EQ(refused("key.dialect", {{"key_id", "nobody"}, {"dialect", "foxpro"}}).code, "key_unknown");
    for (const char* command : {"key.create", "key.dialect"}) {
        const auto error = refused(command, {{"key_id", id}, {"dialect", "format=pdf"}});
        EXPECT_EQ(error.code, "dialect_invalid");
        EXPECT_NE(error.message.find("format=json|csv|xml"), std::string::npos) << error.message;
    }
    EXPECT_EQ(refused("key.create", {{"dialect", "zone=Berlin"}}).code, "zone_unknown");
}

TEST_F(KeyCommands, AnOldKeyIsAFindingUntilItHasASuccessor) {
    const std::string old = done("key.create", json::object()).at("key_id");
    clock.advance(90 * 24h);
    EXPECT_EQ(health_code(old), "");
    clock.advance(1ms);
    EXPECT_EQ(health_code(old), "key_old");
    const std::string young = done("key.rotate", {{"key_id", old}}).at("key_id");
    EXPECT_EQ(health_code(old), "");
    EXPECT_EQ(health_code(young), "");
    const std::string brief = done("key.create", {{"expires", "15d"}}).at("key_id");
    EXPECT_EQ(health_code(brief), "");
    clock.advance(24h);
    EXPECT_EQ(health_code(brief), "key_expiring") << "from the day on which key.expiring is told";
    clock.advance(14 * 24h);
    EXPECT_EQ(health_code(brief), "") << "it is over";
}

TEST_F(KeyCommands, AnOldKeyAndAPlanThatIsGoneAreInTheLog) {
    const std::string old = done("key.create", {{"plan", "growth"}}).at("key_id");
    clock.advance(91 * 24h);
    open(options());  // without plans
    EXPECT_EQ(health_code(old), "key_plan_unknown");
    hub->start();
    EXPECT_TRUE(eventually(60s, [&] {
        return was_logged("key_old") && was_logged(old + " (erp) is 91 days old") && was_logged("key_plan_unknown");
    }));
}

TEST_F(KeyCommands, EveryChangeIsInTheAuditTrail) {
    const json made = done("key.create", {{"name", "till"}});
    const std::string id = made.at("key_id");
    clock.advance(1s);
    const std::string next = done("key.rotate", {{"key_id", id}}).at("key_id");
    done("key.plan", {{"key_id", next}, {"plan", "growth"}});
    done("key.revoke", {{"key_id", id}});
    done("channel.sync", {{"channel", "shop"}, {"stream", "orders"}});
    const auto job = with_jobs([](store::JobRepo& jobs) { return jobs.list({}).front().id.value; });
    done("job.retry", {{"job", job}});
    EXPECT_EQ(refused("key.revoke", {{"key_id", "nobody"}}).code, "key_unknown");  // and changes nothing

    const json rows = done("audit.list", json::object());
    std::vector<std::string> told;
    for (const json& one : rows)
        told.push_back(one.at("action").get<std::string>() + " " + one.at("subject").get<std::string>());
    EXPECT_EQ(told, (std::vector<std::string>{"job.retried job " + std::to_string(job), "channel.synced channel shop",
                                              "key.revoked key " + id, "key.plan_changed key " + next,
                                              "key.rotated key " + id, "key.created key " + next,
                                              "key.created key " + id, "channel.added channel shop"}));
    EXPECT_EQ(rows[2].at("who"), "user jane");
    EXPECT_EQ(rows[2].at("from"), "127.0.0.1");
    EXPECT_EQ(rows[2].at("at"), "2026-11-20T12:00:01Z");
    EXPECT_EQ(rows[7].at("who"), "config file");
    EXPECT_EQ(rows[3].at("details"), (json{{"from", ""}, {"to", "growth"}}));
    EXPECT_EQ(rows.dump().find(made.at("key").get<std::string>()), std::string::npos);

    const json page = done("audit.list", {{"limit", 2}, {"before", rows[1].at("id")}});
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].at("id"), rows[2].at("id"));
    EXPECT_EQ(done("audit.list", {{"account", "default"}}).size(), rows.size());
    EXPECT_EQ(refused("audit.list", {{"account", "nobody"}}).code, "account_unknown");
}

TEST_F(KeyCommands, ChannelsThatTheConfigFileChangesAreInTheAuditTrail) {
    auto without = options();
    without.channels[0].enabled = false;
    open(without);
    open(options());
    auto none = options();
    none.channels.clear();
    open(none);
    open(none);  // nothing new
    std::vector<std::string> told;
    for (const json& one : done("audit.list", json::object())) told.push_back(one.at("action"));
    EXPECT_EQ(told,
              (std::vector<std::string>{"channel.removed", "channel.enabled", "channel.disabled", "channel.added"}));
}

}  // namespace
}  // namespace crossdock::app
