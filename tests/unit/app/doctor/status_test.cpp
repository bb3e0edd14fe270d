// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/status.h"

#include <algorithm>

#include "app/backups.h"
#include "app/overview.h"
#include "app/pace.h"
#include "app/upgrade_door.h"
#include "broken_world.h"

namespace crossdock::app::doctor {
namespace {

using ::testing::HasSubstr;

config::Config config_of(BrokenWorld& world) {
    return *config::load(world.config_file(), world.world.environment, {}).config;
}

/// The members that programs may count on.
const std::set<std::string> kMembers{"running",
                                     "state",
                                     "version",
                                     "pid",
                                     "address",
                                     "started_at",
                                     "up_seconds",
                                     "message",
                                     "orders_waiting",
                                     "refunds_waiting",
                                     "last_poll",
                                     "channels",
                                     "queue",
                                     "backup",
                                     "work",
                                     "findings",
                                     "disk"};
std::set<std::string> names_of(const json& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : object.items()) names.insert(name);
    return names;
}

TEST(Status, OfAStoppedHubTellsWhatTheDatabaseTells) {
    BrokenWorld world;
    world.make_database();
    world.run_sql(
        "INSERT INTO orders (account_id, channel_id, external_order_id, status, currency, ordered_at_ms, sort_ms, "
        "version_id, meaning_hash, body, seq, created_at_ms) "
        "SELECT account_id, id, '1001', 'open', 'USD', 1795172400000, 1, 1, 'h', '\"id\":1', 1, 1 FROM channels;"
        "INSERT INTO inventory_updates (account_id, channel_id, target, quantity, status, created_at_ms) SELECT "
        "account_id, id, 't', 1, 'pending', 1 FROM channels;"
        "INSERT INTO inventory_updates (account_id, channel_id, target, quantity, status, error_message, "
        "created_at_ms, finished_at_ms) SELECT account_id, id, 't', 1, 'failed', 'no', 1, "
        "1795172400000 FROM channels;"
        "INSERT INTO inventory_updates (account_id, channel_id, target, quantity, status, error_message, "
        "created_at_ms, finished_at_ms) SELECT account_id, id, 't', 1, 'failed', 'no', 1, 1 "
        "FROM channels;");
    world.clock.advance(1h);
    const json status = status_of(world.world, config_of(world));
    EXPECT_EQ(names_of(status), kMembers);
    EXPECT_EQ(status.at("running"), false);
    EXPECT_EQ(status.at("state"), "stopped");
    EXPECT_EQ(status.at("orders_waiting").at("count"), 1);
    const json shop = status.at("channels").at(0);
    EXPECT_EQ(shop.at("channel"), "shop");
    EXPECT_EQ(shop.at("last_order_at"), "2026-11-20T11:00:00Z");
    EXPECT_EQ(shop.at("stock_waiting").at("count"), 1);
    EXPECT_EQ(shop.at("stock_failed").at("count"), 1);  // the other one failed in 1970
    EXPECT_EQ(status.at("last_poll").at("name"), "erp");
    const std::string text = status_text(status, world.clock.now());
    EXPECT_THAT(text, HasSubstr("crossdock does not run; start it with: sudo systemctl start crossdock"));
    EXPECT_THAT(
        text,
        HasSubstr("attention  the hub does not run: 0 errors, 1 warning; what to do about them: crossdock doctor"));
    EXPECT_EQ(text.find("shop ("), std::string::npos) << text;
    json two = status;
    two["channels"].push_back(shop);
    two["channels"][1]["account"] = "client-b";
    EXPECT_THAT(status_text(two, world.clock.now()), HasSubstr("\nshop (default)"));
    EXPECT_THAT(status_text(two, world.clock.now()), HasSubstr("\nshop (client-b)"));
    EXPECT_EQ(status.at("findings"), (json{{"errors", 0}, {"warnings", 1}}));
    EXPECT_THAT(text, HasSubstr("1 order and 0 refunds wait for it; it last asked 60 min ago (key erp)"));
    EXPECT_THAT(text, HasSubstr("1 stock, 0 shipments"));
    std::printf("%s", text.c_str());
}

TEST(Status, OfARunningHubIsItsOwn) {
    BrokenWorld world;
    world.make_database();
    world.with_hub([&](Hub& hub) {
        world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{812, "127.0.0.1:8080"}; };
        world.world.ask_hub = [&](const std::string&, std::string_view command, const json& arguments) {
            return run_command(hub, command, arguments);
        };
        world.clock.advance(3h);
        const json status = status_of(world.world, config_of(world));
        EXPECT_EQ(names_of(status), kMembers);
        EXPECT_EQ(status.at("state"), "running");
        EXPECT_EQ(status.at("up_seconds"), 3 * 3600);
        EXPECT_EQ(status.at("address"), "127.0.0.1:8080");
        const std::string text = status_text(status, world.clock.now());
        EXPECT_THAT(text, HasSubstr("crossdock 0.1.0 has run for 3 h on 127.0.0.1:8080"));
        std::printf("%s", text.c_str());
        // And what doctor is told by it.
        const Report report = world.examine();
        EXPECT_NE(find(report, "hub_running"), nullptr) << all_of(report);
        EXPECT_NE(find(report, "database_sound"), nullptr) << all_of(report);
        const auto figures = run_command(hub, "hub.figures", json::object());
        ASSERT_TRUE(figures);
        EXPECT_THAT(figures->at("metrics").get<std::string>(), HasSubstr("crossdock_jobs"));
    });
}

TEST(Status, DoctorNamesTheBackupThatWasMadeJustNow) {
    BrokenWorld world;
    world.make_database();
    world.with_hub([&](Hub& hub) {
        world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{812, "127.0.0.1:8080"}; };
        world.world.ask_hub = [&](const std::string&, std::string_view command, const json& arguments) {
            return run_command(hub, command, arguments);
        };
        // Its health is as of the opening.
        for (const char* name : {"first.db", "second.db"}) {
            world.clock.advance(1h);
            const auto state = hub.backups().ask((world.folder / name).string());
            ASSERT_TRUE(state && state->made);
            const Report report = world.examine();
            const auto made = std::count_if(report.findings.begin(), report.findings.end(),
                                            [](const Finding& finding) { return finding.code == "backup_made"; });
            EXPECT_EQ(made, 1) << all_of(report);
            EXPECT_THAT(find(report, "backup_made")->what, HasSubstr(std::string{"the last backup, "} + name));
        }
    });
}

/// A stream that is late is only so while somebody could have pulled it.
TEST(Status, ARunningHubTellsDoctorOfAStreamThatHasNotComeThrough) {
    BrokenWorld world;
    world.make_database();
    world.run_sql(
        "INSERT INTO sync_streams (channel_id, stream, last_success_at_ms, last_error) SELECT id, 'refunds', "
        "1795172400000, 'the shop answered 502' FROM channels WHERE true "
        "ON CONFLICT (channel_id, stream) DO UPDATE SET last_success_at_ms = excluded.last_success_at_ms, last_error = "
        "excluded.last_error");
    EXPECT_EQ(find(world.examine(), "stream_late"), nullptr) << "no hub runs, and that is said once";
    world.with_hub([&](Hub& hub) {
        world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{812, "127.0.0.1:8080"}; };
        world.world.ask_hub = [&](const std::string&, std::string_view command, const json& arguments) {
            return run_command(hub, command, arguments);
        };
        const Report report = world.examine();
        const Finding* late = find(report, "stream_late");
        ASSERT_NE(late, nullptr) << all_of(report);
        EXPECT_EQ(late->severity, Severity::warning);
        EXPECT_EQ(late->where, "channel shop");
        EXPECT_EQ(late->what, "refunds came through last 60 minutes ago; the last attempt said: the shop answered 502");
        EXPECT_THAT(late->next_step, HasSubstr("crossdock channel test shop"));
    });
}

TEST(Status, WhileTheDatabaseIsUpgradedSaysHowFarItIs) {
    BrokenWorld world;
    world.make_database();
    world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{812, ""}; };
    world.network.answer = [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        EXPECT_EQ(request.url, "http://127.0.0.1:8080/api/v1/health");
        return net::HttpResponse{
            503, {}, R"({"status":"unavailable","message":"upgrading","percent":41,"seconds_left":700})"};
    };
    const json status = status_of(world.world, config_of(world));
    EXPECT_EQ(names_of(status), kMembers);
    EXPECT_EQ(status.at("state"), "upgrading");
    EXPECT_EQ(status.at("work").at(0).at("percent"), 41);
    EXPECT_THAT(status_text(status, world.clock.now()), HasSubstr("upgrading the database: 41 % · about 12 min left"));
}

/// What doctor counts, also when nothing else can be looked at.
TEST(Status, OfAStoppedHubCountsThatAmongWhatDoctorFinds) {
    BrokenWorld world;
    for (const bool database : {false, true}) {
        if (database) world.make_database();
        const json status = status_of(world.world, config_of(world));
        EXPECT_EQ(status.at("state"), "stopped");
        EXPECT_EQ(status.at("findings").at("warnings"), 1);
        EXPECT_THAT(status_text(status, world.clock.now()), HasSubstr("attention  the hub does not run: "));
        EXPECT_NE(find(world.examine(), "hub_stopped"), nullptr);
    }
}

/// Its certificate is its own, and no system's trust store need know it.
TEST(Status, OfAHubWithTlsIsAskedByTheCertificateThatItsConfigNames) {
    BrokenWorld world;
    world.make_database();
    write_text(world.folder / "tls.crt", "the certificate");
    write_text(world.folder / "tls.key", "the key");
    std::filesystem::permissions(world.folder / "tls.key", std::filesystem::perms::owner_read);
    world.write_config("[server.tls]\ncertificate = \"tls.crt\"\nprivate_key = \"tls.key\"\n" +
                       BrokenWorld::good_config());
    world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{812, ""}; };
    world.network.answer = [](const net::HttpRequest& request) -> Result<net::HttpResponse> {
        ADD_FAILURE() << request.url;
        return Error{ErrorKind::unavailable, "net_not_sent", "not trusted"};
    };
    world.world.ask_over_tls = [](const net::HttpRequest& request,
                                  const std::string& certificate) -> Result<net::HttpResponse> {
        EXPECT_EQ(request.url, "https://127.0.0.1:8080/api/v1/health");
        EXPECT_EQ(certificate, "the certificate");
        return net::HttpResponse{503, {}, R"({"message":"upgrading","percent":41,"seconds_left":700})"};
    };
    EXPECT_EQ(status_of(world.world, config_of(world)).at("state"), "upgrading");
}

TEST(Status, OfAHubThatIsSilentSaysWhy) {
    BrokenWorld world;
    world.make_database();
    world.world.owner_of = [](const std::string&) { return platform::InstanceLock::Owner{812, "127.0.0.1:8080"}; };
    world.network.answer = [](const net::HttpRequest&) -> Result<net::HttpResponse> {
        return Error{ErrorKind::unavailable, "net_no_answer", "the deadline passed"};
    };
    const json status = status_of(world.world, config_of(world));
    EXPECT_EQ(names_of(status), kMembers);
    EXPECT_EQ(status.at("state"), "not_answering");
    EXPECT_EQ(status.at("message"), "nobody is there");
}

TEST(Pace, EstimatesFromHowFastItWentLately) {
    Pace pace;
    LongWork work{"reading orders", "shop", 1000, 10'000, false, {}};
    pace.look({work}, 0s);
    pace.estimate(work);
    EXPECT_EQ(work.left, std::nullopt);  // one look is no pace
    for (int second = 5; second <= 60; second += 5) {
        work.done = 1000 + 50 * second;
        pace.look({work}, std::chrono::seconds{second});
    }
    pace.estimate(work);
    // 50 a second; 4000 of 10000 are done: 6000 / 50.
    EXPECT_EQ(work.left, 120s);
    EXPECT_EQ(words_of(work), "40 % · about 2 min left");
    // The channel slows down to a fiftieth: what was before ten minutes does not count any more.
    for (int second = 65; second <= 1260; second += 5) {
        work.done = 4000 + (second - 60);
        pace.look({work}, std::chrono::seconds{second});
    }
    work.left.reset();
    pace.estimate(work);
    ASSERT_TRUE(work.left);
    EXPECT_EQ(*work.left, 4800s);
    // It begins anew: nothing is known.
    work.done = 10;
    work.left.reset();
    pace.look({work}, 1300s);
    pace.estimate(work);
    EXPECT_EQ(work.left, std::nullopt);
    EXPECT_EQ(words_of({"x", "", 45000, 0, false, {}}), "45000 so far");
    EXPECT_EQ(words_of({"x", "", 0, 0, true, {}}), "the channel is making its list");
    EXPECT_EQ(length_in_words(30s), "less than a minute");
    EXPECT_EQ(length_in_words(5h), "about 5 h");
}

}  // namespace
}  // namespace crossdock::app::doctor
