// SPDX-License-Identifier: Apache-2.0
// The provider's subscriptions under a whole hub: made, watched, restored, moved, and never somebody else's, which here
// is another program with the same credentials. Amazon has none: it calls no address.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/from_config.h"
#include "app/hub.h"
#include "app/keys.h"
#include "base/text.h"
#include "connectors/subscriptions.h"
#include "crypto/hash.h"
#include "observability/log.h"
#include "support/in_process_http.h"
#include "support/market.h"
#include "support/temporary_folder.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using connectors::HeldSubscription;
using domain::Provider;
using nlohmann::json;

constexpr const char* kForeign = "https://other.example/hooks/shop";

bool is_about_webhooks(const http::Request& request) {
    return request.path.find("webhook") != std::string::npos ||
           request.path.find("/notification/") != std::string::npos ||
           request.body.find("webhookSubscription") != std::string::npos;
}

class Subscriptions : public ::testing::TestWithParam<std::pair<std::string, MarketMaker>> {
protected:
    Subscriptions() : market_(GetParam().second({}, clock_)) {
        for (const std::string& address : market_->addresses())
            http_.mount(
                address, [this](const http::Request& request) { return carry(request); },
                market_->marketplace().path_prefix());
        market_->marketplace().set_webhook_sender([this](const sandbox::WebhookCall& call) { return deliver(call); });
        boot("https://hub.example");
    }

    void boot(const std::string& public_url) {
        if (hub_) hub_->stop(1s);
        hub_.reset();
        address_ = public_url;
        app::HubOptions options;
        options.database.path = (folder_ / "hub.db").string();
        options.database.longest_read = 1min;  // by this machine's clock
        options.key_file = folder_ / "crossdock.key";
        options.public_url = public_url;
        app::HubChannel channel;
        channel.setup = market_->setup();
        channel.schedule = {5min, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
        options.channels = {channel};
        auto opened = app::Hub::open(std::move(options), {clock_, random_, http_, app::connector_factories()});
        if (!opened) throw std::runtime_error(opened.error().message);
        hub_ = std::move(*opened);
        if (key_.empty())
            key_ = app::create_key(hub_->database(), random_, "default", "viewer", "read-only", clock_.now())->text.reveal();
    }
    void run_for(std::chrono::milliseconds time) {
        for (const Timestamp end = clock_.now() + time; clock_.now() < end;) {
            market_->marketplace().tick();
            while (hub_->step()) {
            }
            Timestamp next = std::min(end, clock_.now() + 5min);
            if (const auto due = hub_->next_due()) next = std::min(next, *due);
            clock_.advance(std::max<std::chrono::milliseconds>(next - clock_.now(), 1ms));
        }
    }
    json get(const std::string& path) {
        http::Request request;
        request.method = "GET";
        request.path = request.target = path;
        request.headers = {{"x-api-key", key_}};
        request.remote_address = "127.0.0.1";
        return json::parse(hub_->router().dispatch(request).body);
    }
    json shown() { return get("/v2/channels/" + market_->setup().code).at("data"); }
    /// What the hub says of a topic.
    json told(const std::string& topic) {
        const json channel = shown();
        for (const json& one : channel.at("webhooks").at("subscriptions"))
            if (one.at("topic") == topic) return one;
        return nullptr;
    }
    /// The open problem about webhooks; empty: none.
    std::string problem() {
        const json channel = shown();
        for (const json& one : channel.at("problems"))
            if (one.at("key") == "webhooks")
                return one.at("code").get<std::string>() + ": " + one.at("message").get<std::string>();
        return "";
    }
    std::int64_t count(const std::string& what) {
        return hub_->database().read([&](db::Session& session) {
            db::Statement statement(session, "SELECT count(*) FROM " + what);
            return statement.step() ? statement.integer(0) : -1;
        });
    }
    [[nodiscard]] std::string here() const { return address_ + "/hooks/" + market_->setup().code; }

    /// The same credentials in another program's hands, whose own address is `at`.
    connectors::SubscribedWebhooks& elsewhere(const std::string& at = kForeign) {
        const connectors::ConnectorFactory* factory = nullptr;
        for (const auto* one : app::connector_factories())
            if (one->provider() == market_->provider()) factory = one;
        const connectors::Runtime runtime{http_, clock_, random_, &vault_};
        if (!shared_) shared_ = factory->share(market_->setup(), runtime);
        other_ = factory->open(market_->setup(), "{}", shared_, runtime);
        auto& source = dynamic_cast<connectors::SubscribedWebhooks&>(*other_->webhook_source());
        held_.clear();
        auto read = source.read_subscriptions({at, {}});
        for (int tries = 0; tries < 10 && !read && read.error().kind == ErrorKind::rate_limited; ++tries) {
            clock_.advance(1min);  // the account's budget is for both
            read = source.read_subscriptions({at, {}});
        }
        if (!read) throw std::runtime_error(read.error().message);
        held_ = std::move(read->held);
        return source;
    }
    /// Those that call an address, by topic.
    std::map<std::string, HeldSubscription> held_at(const std::string& address) {
        elsewhere(address);
        std::map<std::string, HeldSubscription> found;
        for (const HeldSubscription& one : held_)
            if (one.address == address) {
                EXPECT_TRUE(found.emplace(one.topic, one).second) << one.topic << " comes twice";
            }
        return found;
    }
    [[nodiscard]] bool is(Provider provider) const { return market_->provider() == provider; }

    bool forbidden_ = false;  // to look at webhooks

private:
    struct Memory final : connectors::Vault {
        std::optional<Secret> load(const std::string& name) override {
            const auto found = kept.find(name);
            return found == kept.end() ? std::nullopt : std::optional{found->second};
        }
        void keep(const std::string& name, const Secret& secret) override { kept.insert_or_assign(name, secret); }
        std::map<std::string, Secret> kept;
    };

    http::Response carry(const http::Request& request) {
        if (!forbidden_ || !is_about_webhooks(request)) return market_->carry(request);
        if (is(Provider::shopify))
            return http::Response::json(200,
                                        R"({"errors":[{"message":"Access denied for webhookSubscriptions field.",)"
                                        R"("path":["webhookSubscriptions"],"extensions":{"code":"ACCESS_DENIED"}}]})");
        return http::Response::json(
            403, R"({"errors":[{"errorId":1100,"code":"Forbidden","message":"Insufficient permissions"}]})");
    }
    int deliver(const sandbox::WebhookCall& call) {
        const std::size_t mark = std::min(call.url.find('?'), call.url.size());
        const std::string bare = call.url.substr(0, mark);
        http::Fields query;
        if (mark < call.url.size())
            for (const std::string& pair : split(call.url.substr(mark + 1), '&'))
                query.emplace_back(pair.substr(0, pair.find('=')),
                                   pair.substr(std::min(pair.find('=') + 1, pair.size())));
        if (!call.url.starts_with(address_)) {
            // Somebody else answers a challenge as eBay's documents say.
            if (call.answer_body != nullptr && !query.empty())
                *call.answer_body =
                    json{{"challengeResponse", crypto::sha256_hex(query.front().second + std::string(40, 'v') + bare)}}
                        .dump();
            return 200;
        }
        if (!hub_) return 0;
        http::Request request;
        request.method = call.method;
        request.path = request.target = bare.substr(address_.size());
        request.query = std::move(query);
        request.body = call.body;
        request.remote_address = "203.0.113.7";
        for (const auto& [name, value] : call.headers) request.headers.emplace_back(to_lower(name), value);
        const http::Response answer = hub_->router().dispatch(request);
        if (call.answer_body != nullptr) *call.answer_body = answer.body;
        return answer.status;
    }

    log::Capture quiet_{log::Level::error};
    ManualClock clock_{*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)};
    SeededRandom random_{11};
    TemporaryFolder folder_;
    InProcessHttp http_;
    std::unique_ptr<Market> market_;
    std::string address_, key_;
    Memory vault_;
    std::shared_ptr<connectors::SharedChannelState> shared_;
    std::unique_ptr<connectors::Connector> other_;
    std::unique_ptr<app::Hub> hub_;  // last: it uses what stands above

protected:
    std::vector<HeldSubscription> held_;  // all, as elsewhere() saw them
    Market& market() { return *market_; }
};

TEST_P(Subscriptions, AreMadeShownAndLeftAlone) {
    run_for(2h);
    const auto made = held_at(here());
    ASSERT_FALSE(made.empty());
    const json webhooks = shown().at("webhooks");
    EXPECT_EQ(webhooks.at("subscriptions").size(), made.size());
    EXPECT_TRUE(webhooks.at("checked_at").is_string());
    for (const json& one : webhooks.at("subscriptions")) {
        EXPECT_EQ(one.at("status"), "active") << one;
        EXPECT_EQ(one.at("address"), here()) << "and no secret in it";
        EXPECT_EQ(one.at("repairs"), 0) << one;
        EXPECT_TRUE(made.contains(one.at("topic"))) << one;
    }
    EXPECT_EQ(problem(), "");
    run_for(6h);
    const auto later = held_at(here());
    ASSERT_EQ(later.size(), made.size());
    for (const auto& [topic, one] : later) EXPECT_EQ(one.id, made.at(topic).id) << topic;
}

TEST_P(Subscriptions, OneThatIsDeletedAtTheProviderIsRestored) {
    run_for(2h);
    const auto made = held_at(here());
    ASSERT_FALSE(made.empty());
    const HeldSubscription lost = made.begin()->second;
    ASSERT_TRUE(elsewhere(here()).remove_subscription(lost));
    ASSERT_FALSE(held_at(here()).contains(lost.topic));
    run_for(2h);
    EXPECT_TRUE(held_at(here()).contains(lost.topic));
    EXPECT_EQ(held_at(here()).size(), made.size());
    EXPECT_EQ(told(lost.topic).at("repairs"), 1);
    EXPECT_EQ(told(lost.topic).at("last_fault_code"), "subscription_gone");
}

TEST_P(Subscriptions, MoveWithTheHubAndLeaveNothingBehind) {
    run_for(2h);
    const std::string before = here();
    const std::size_t made = held_at(before).size();
    ASSERT_GT(made, 0U);
    boot("https://new.example");
    run_for(2h);
    EXPECT_EQ(held_at(here()).size(), made);
    for (const HeldSubscription& one : held_) EXPECT_NE(one.address, before) << one.topic;
    EXPECT_EQ(told(held_at(here()).begin()->first).at("address"), here());
    EXPECT_EQ(problem(), "");
    // And what is told arrives there.
    if (is(Provider::ebay)) return;  // tells of no order
    const std::int64_t until_now = count("webhooks_received");
    market().place();
    market().cancel(market().place());
    run_for(2h);
    EXPECT_GT(count("webhooks_received"), until_now);
}

TEST_P(Subscriptions, OneThatIsTurnedAwayIsSomebodyElsesAndAnotherIsMade) {
    run_for(2h);
    const auto made = held_at(here());
    ASSERT_FALSE(made.empty());
    const HeldSubscription turned = made.begin()->second;
    if (!elsewhere().can_mend_subscriptions()) GTEST_SKIP() << "this provider changes no subscription";
    ASSERT_TRUE(elsewhere().mend_subscription(turned, kForeign));
    run_for(2h);
    const auto theirs = held_at(kForeign);
    ASSERT_EQ(theirs.size(), 1U) << "untouched";
    EXPECT_EQ(theirs.begin()->second.id, turned.id);
    if (is(Provider::ebay)) {
        // One address for each topic, and the other one has it.
        EXPECT_EQ(told(turned.topic).at("status"), "missing");
        EXPECT_EQ(told(turned.topic).at("last_fault_code"), "subscribed_elsewhere");
        EXPECT_THAT(problem(), ::testing::HasSubstr("subscription_refused"));
        return;
    }
    EXPECT_EQ(held_at(here()).size(), made.size());
    EXPECT_NE(held_at(here()).at(turned.topic).id, turned.id);
}

TEST_P(Subscriptions, SomebodyElsesAreUntouched) {
    run_for(2h);
    ASSERT_FALSE(held_at(here()).empty());
    const std::string topic = held_at(here()).begin()->first;
    auto& other = elsewhere();
    // eBay has one for each topic; the other program's address is there all the same.
    const bool has_one = other.create_subscription(topic, kForeign).has_value();
    EXPECT_EQ(has_one, !is(Provider::ebay));
    const auto theirs = held_at(kForeign);
    run_for(3h);
    boot("https://new.example");
    run_for(3h);
    const auto later = held_at(kForeign);
    EXPECT_EQ(later.size(), theirs.size());
    for (const auto& [name, one] : theirs) {
        ASSERT_TRUE(later.contains(name));
        EXPECT_EQ(later.at(name).id, one.id);
    }
    EXPECT_FALSE(held_at(here()).empty());
}

TEST_P(Subscriptions, WithoutThePermissionThereIsAProblemAndPollingGoesOn) {
    forbidden_ = true;
    run_for(2h);
    EXPECT_TRUE(shown().at("webhooks").at("subscriptions").empty());
    EXPECT_NE(shown().at("status"), "stopped") << shown();
    EXPECT_THAT(problem(), ::testing::HasSubstr("Polling brings everything"));
    const std::string id = market().place();
    ASSERT_FALSE(id.empty());
    run_for(3h);
    EXPECT_EQ(count("orders"), 1);
    EXPECT_EQ(count("webhooks_received"), 0);
    EXPECT_EQ(count("jobs WHERE state = 'dead'"), 0);
    forbidden_ = false;
    run_for(3h);
    EXPECT_FALSE(held_at(here()).empty());
    EXPECT_EQ(problem(), "");
}

std::vector<std::pair<std::string, MarketMaker>> with_webhooks() {
    auto all = markets();
    std::erase_if(all, [](const auto& one) { return one.first == "Amazon"; });
    all.emplace_back("ShipStationV2", make_shipstation_v2_market);
    return all;
}
INSTANTIATE_TEST_SUITE_P(Every, Subscriptions, ::testing::ValuesIn(with_webhooks()),
                         [](const auto& row) { return row.param.first; });

}  // namespace
}  // namespace crossdock::testing
