// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <mutex>
#include <sstream>

#include "app/watch.h"
#include "store/event_repo.h"
#include "store/stream_repo.h"
#include "unit/app/hub_fixture.h"
#include "unit/net/raw_server.h"

namespace crossdock::app {
namespace {

using net::testing_support::Peer;
using net::testing_support::RawServer;
using nlohmann::json;

template <class Time>
class WithWebhooks : public HubTest<Time> {
protected:
    HubOptions webhook_options() const {
        HubOptions with = this->options();
        with.key_file = this->folder / "crossdock.key";
        with.webhooks.allow = {"127.0.0.1"};
        return with;
    }
    Result<json> run(const char* command, const json& arguments) { return run_command(*this->hub, command, arguments); }
    std::vector<store::EventRow> events(std::string_view type) {
        return this->hub->database().read([&](db::Session& session) {
            store::EventQuery query;
            query.account = *store::find_account(session, "default");
            query.types = {std::string{type}};
            return store::EventRepo(session).list(query).rows;
        });
    }
};

using CommandsTest = WithWebhooks<ManualClock>;

TEST_F(CommandsTest, AnEndpointsLifeByCommands) {
    open(webhook_options());
    const auto made = run("webhook.add", {{"url", "http://127.0.0.1:9/"}, {"events", {"*"}}});
    EXPECT_EQ(made.error().code, "url_invalid") << "a privileged port";
    const auto added = run("webhook.add", {{"url", "http://127.0.0.1:9999/hook"},
                                           {"events", {"order.*"}},
                                           {"name", "erp"},
                                           {"headers", {{"X-Who", "crossdock"}}}});
    ASSERT_TRUE(added) << added.error().message;
    const std::string id = (*added)["endpoint"];
    const std::string secret = (*added)["secret"];
    EXPECT_TRUE(secret.starts_with("whsec_"));
    const auto list = run("webhook.list", json::object());
    ASSERT_EQ(list->size(), 1U);
    EXPECT_EQ((*list)[0]["state"], "active");
    EXPECT_EQ((*list)[0]["headers"], "X-Who");
    EXPECT_EQ(list->dump().find(secret), std::string::npos);
    EXPECT_EQ((*run("webhook.pause", {{"endpoint", id}}))["state"], "paused");
    EXPECT_EQ((*run("webhook.resume", {{"endpoint", id}}))["state"], "active");
    EXPECT_EQ((*run("webhook.update", {{"endpoint", id}, {"events", {"inventory.low"}}}))["events"], "inventory.low");
    const auto rotated = run("webhook.rotate", {{"endpoint", id}, {"overlap", "7d"}});
    ASSERT_TRUE(rotated) << rotated.error().message;
    EXPECT_NE((*rotated)["secret"], secret);
    EXPECT_EQ((*rotated)["old_secret_good_for_seconds"], 7 * 86'400);
    EXPECT_EQ(run("webhook.rotate", {{"endpoint", id}, {"overlap", "soon"}}).error().code, "overlap_invalid");
    const auto tested = run("webhook.test", {{"endpoint", id}});
    ASSERT_TRUE(tested) << tested.error().message;
    EXPECT_EQ((*tested)["ok"], false) << "nobody listens there";
    const auto deliveries = run("webhook.deliveries", {{"endpoint", id}});
    ASSERT_EQ(deliveries->size(), 1U);
    EXPECT_EQ((*deliveries)[0]["state"], "failed");
    const auto delivery = run("webhook.delivery", {{"delivery", (*deliveries)[0]["delivery"]}});
    EXPECT_EQ((*delivery)["log"].size(), 1U);
    EXPECT_EQ(run("webhook.delivery", {{"delivery", 999}}).error().code, "delivery_unknown");
    EXPECT_EQ(run("webhook.deliveries", {{"endpoint", id}, {"state", "lost"}}).error().code, "state_unknown");
    EXPECT_EQ(run("webhook.show", {{"endpoint", "whe_none"}}).error().code, "endpoint_unknown");
    EXPECT_EQ(run("webhook.list", {{"account", "nobody"}}).error().code, "account_unknown");
    EXPECT_TRUE((*run("webhook.remove", {{"endpoint", id}}))["removed"]);
    EXPECT_TRUE(run("webhook.list", json::object())->empty());
    EXPECT_EQ(run("webhook.nothing", json::object()).error().code, "command_unknown");
    // Nothing that was shown once stands readable in the file.
    hub->stop(1s);
    std::ifstream file(folder / "hub.db", std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    for (const std::string& canary : {secret, (*rotated)["secret"].get<std::string>()})
        EXPECT_EQ(bytes.str().find(canary.substr(6)), std::string::npos);
}

TEST_F(CommandsTest, ADisabledEndpointIsInTheHealthReport) {
    open(webhook_options());
    const std::string id =
        (*run("webhook.add", {{"url", "http://127.0.0.1:9999/hook"}, {"events", {"*"}}}))["endpoint"];
    hub->database().write([&](db::Session& session) {
        store::WebhookEndpointRepo endpoints(session);
        const auto endpoint = endpoints.find(*store::find_account(session, "default"), id);
        endpoints.set_state(endpoint->id, store::EndpointState::disabled, "it answered 410 Gone", clock.now());
    });
    hub->start();
    EXPECT_TRUE(eventually(30s, [&] { return find(hub->health(), "webhook_disabled") != nullptr; }));
    const auto report = hub->health();
    EXPECT_NE(find(report, "webhook_disabled")->next_step.find("crossdock webhook resume " + id), std::string::npos);
}

TEST_F(CommandsTest, KeysAreToldWhenTheyAreMadeRevokedAndAboutToEnd) {
    open(webhook_options());
    const auto key = run("key.create", {{"name", "erp"}, {"expires", "30d"}});
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(events("key.created").size(), 1U);
    tell_expiring_keys(hub->database(), clock.now());
    EXPECT_TRUE(events("key.expiring").empty());
    clock.advance(std::chrono::hours{24 * 17});
    tell_expiring_keys(hub->database(), clock.now());
    tell_expiring_keys(hub->database(), clock.now());
    ASSERT_EQ(events("key.expiring").size(), 1U) << "told once";
    EXPECT_EQ(json::parse(events("key.expiring")[0].data)["key_id"], (*key)["key_id"]);
    ASSERT_TRUE(run("key.revoke", {{"key_id", (*key)["key_id"]}}));
    EXPECT_EQ(events("key.revoked").size(), 1U);
    EXPECT_FALSE(run("key.revoke", {{"key_id", (*key)["key_id"]}}));
    EXPECT_EQ(events("key.revoked").size(), 1U);
    EXPECT_EQ(json::parse(events("key.created")[0].data).dump().find((*key)["key"].get<std::string>()),
              std::string::npos);
}

TEST_F(CommandsTest, AChannelThatFallsSilentIsToldOnceEachTime) {
    HubOptions with = webhook_options();
    with.channels[0].schedule.orders = 1min;
    open(with);
    const auto channel =
        hub->database().read([](db::Session& session) { return store::ChannelRepo(session).list_all().front(); });
    const auto pulled = [&] {
        hub->database().write(
            [&](db::Session& session) { store::StreamRepo(session).note_success(channel.id, "orders", clock.now()); });
    };
    tell_silent_channels(hub->env());
    EXPECT_TRUE(events("channel.silent").empty()) << "never pulled yet";
    pulled();
    clock.advance(9min);
    tell_silent_channels(hub->env());
    EXPECT_TRUE(events("channel.silent").empty());
    clock.advance(2min);
    tell_silent_channels(hub->env());
    clock.advance(60min);
    tell_silent_channels(hub->env());
    EXPECT_EQ(events("channel.silent").size(), 1U);
    pulled();
    clock.advance(11min);
    tell_silent_channels(hub->env());
    EXPECT_EQ(events("channel.silent").size(), 2U);
}

using RunningTest = WithWebhooks<SystemClock>;

TEST_F(RunningTest, ACommitArrivesSignedWithTheWholeObject) {
    std::mutex mutex;
    std::string arrived;
    RawServer erp([&](Peer& peer) {
        for (std::string request; !(request = peer.read_request()).empty();) {
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
            const std::lock_guard lock(mutex);
            arrived = request;
        }
    });
    open(webhook_options());
    hub->start();
    const auto added = run("webhook.add", {{"url", erp.url("/hook")}, {"events", {"key.*"}}});
    ASSERT_TRUE(added) << added.error().message;
    ASSERT_TRUE(run("key.create", {{"name", "warehouse"}}));
    EXPECT_TRUE(eventually(30s, [&] {
        const std::lock_guard lock(mutex);
        return !arrived.empty();
    }));
    const json event = json::parse(arrived.substr(arrived.find("\r\n\r\n") + 4));
    EXPECT_EQ(event["type"], "key.created");
    EXPECT_EQ(event["data"]["name"], "warehouse");
    EXPECT_EQ(event["account"], "default");
    EXPECT_NE(arrived.find("SM-Signature: "), std::string::npos);
    EXPECT_TRUE(eventually(30s, [&] {
        return (*run("webhook.show", {{"endpoint", (*added)["endpoint"]}}))["succeeded"] == 1;
    }));
}

}  // namespace
}  // namespace crossdock::app
