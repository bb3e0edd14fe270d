// SPDX-License-Identifier: Apache-2.0
// The address that channels call, from the router to the queue: a provider that first asks whether somebody is at home,
// calls that are genuine, that are not, and that cannot be told apart yet.
#include <future>
#include <thread>

#include "hub_fixture.h"

namespace crossdock::app {
namespace {

using connectors::WebhookCall;
using connectors::WebhookNotice;

/// Answers challenges as eBay's documents ask; a call is genuine when its header says so.
struct Doorkeeper final : connectors::WebhookSource {
    [[nodiscard]] Result<WebhookNotice> verify(const WebhookCall& call) override {
        for (const auto& [name, value] : call.headers) {
            if (name != "x-signature") continue;
            if (value == "no key yet")
                return Error{ErrorKind::unavailable, "key_unknown", "the public key could not be had"};
            if (value == "genuine")
                return WebhookNotice{std::string{call.body.substr(0, 3)}, "order", WebhookNotice::Subject::order,
                                     "1001"};
        }
        return Error{ErrorKind::denied, "webhook_not_genuine", "the signature does not fit"};
    }
    [[nodiscard]] std::optional<std::string> handshake(const WebhookCall& call) override {
        if (call.method != "GET") return std::nullopt;
        for (const auto& [name, value] : call.query)
            if (name == "challenge_code") return R"({"challengeResponse":"answer to )" + value + R"("})";
        return std::nullopt;
    }
    [[nodiscard]] int refusal_status() const override { return 412; }
    Result<std::vector<std::string>> ensure_subscriptions(const std::string&) override {
        return std::vector<std::string>{};
    }
};
struct Connector final : connectors::Connector {
    Result<std::string> check_access(std::vector<domain::Problem>&) override { return std::string{"{}"}; }
    connectors::WebhookSource* webhook_source() override { return &doorkeeper; }
    Doorkeeper doorkeeper;
};
struct Factory final : connectors::ConnectorFactory {
    explicit Factory(domain::Provider provider) : provider_(provider) {}
    [[nodiscard]] domain::Provider provider() const override { return provider_; }
    [[nodiscard]] std::vector<std::string> check_setup(const connectors::ChannelSetup&) const override { return {}; }
    [[nodiscard]] std::shared_ptr<connectors::SharedChannelState> share(const connectors::ChannelSetup&,
                                                                        connectors::Runtime) const override {
        return std::make_shared<connectors::SharedChannelState>();
    }
    [[nodiscard]] std::unique_ptr<connectors::Connector> open(const connectors::ChannelSetup&, const std::string&,
                                                              std::shared_ptr<connectors::SharedChannelState>,
                                                              connectors::Runtime) const override {
        return std::make_unique<Connector>();
    }
    domain::Provider provider_;
};

class Hooks : public HubTest<ManualClock> {
protected:
    Hooks() {
        HubOptions with = options();
        with.channels[0].setup.provider = domain::Provider::ebay;
        auto opened = Hub::open(std::move(with), {clock, random, network, factories});
        if (!opened) throw std::runtime_error(opened.error().message);
        hub = std::move(*opened);
    }
    http::Response call(const char* method, const std::string& code, http::Fields query,
                        const std::string& signature = "", const std::string& body = "") {
        http::Request request;
        request.method = method;
        request.path = request.target = "/hooks/" + code;
        request.query = std::move(query);
        if (!signature.empty()) request.headers.emplace_back("x-signature", signature);
        request.body = body;
        request.remote_address = "203.0.113.7";
        return hub->router().dispatch(request);
    }
    Factory ebay{domain::Provider::ebay};
    std::vector<const connectors::ConnectorFactory*> factories{&ebay};
};

TEST_F(Hooks, AnswerAProviderThatAsksWhetherSomebodyIsAtHome) {
    const auto answer = call("GET", "shop", {{"challenge_code", "a 1+b"}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.content_type, "application/json");
    EXPECT_EQ(answer.body, R"({"challengeResponse":"answer to a 1+b"})");
    EXPECT_EQ(count("webhooks_received"), 0) << "it was no notice";
    EXPECT_EQ(count("jobs WHERE kind = 'refresh_order'"), 0);
}

TEST_F(Hooks, RefuseAGetThatIsNoChallengeInTheProvidersWord) {
    EXPECT_EQ(call("GET", "shop", {}).status, 412);
    EXPECT_EQ(call("GET", "shop", {{"challenge", "x"}}).status, 412);
}

TEST_F(Hooks, OfAChannelThatIsNotThereAreUnknownWhateverIsAsked) {
    EXPECT_EQ(call("GET", "nobody", {{"challenge_code", "x"}}).status, 404);
    EXPECT_EQ(call("POST", "nobody", {}, "genuine", "id1").status, 404);
}

TEST_F(Hooks, KeepAGenuineCallOnceAndHastenTheFetch) {
    for (int times = 0; times < 5; ++times) EXPECT_EQ(call("POST", "shop", {}, "genuine", "id1").status, 200);
    EXPECT_EQ(count("webhooks_received"), 1);
    EXPECT_EQ(count("jobs WHERE kind = 'refresh_order'"), 1);
    EXPECT_EQ(call("POST", "shop", {}, "genuine", "id2").status, 200);
    EXPECT_EQ(count("webhooks_received"), 2);
    EXPECT_EQ(count("jobs WHERE kind = 'refresh_order'"), 1) << "one fetch serves both";
}

TEST_F(Hooks, KeepNothingOfACallThatIsNotGenuine) {
    const auto refused = call("POST", "shop", {}, "forged", "id1");
    EXPECT_EQ(refused.status, 412);
    EXPECT_EQ(refused.body, "");
    EXPECT_EQ(count("webhooks_received"), 0);
    EXPECT_EQ(count("jobs WHERE kind = 'refresh_order'"), 0);
}

TEST_F(Hooks, AskForACallToBeRepeatedWhileItCannotBeChecked) {
    EXPECT_EQ(call("POST", "shop", {}, "no key yet", "id1").status, 503);
    EXPECT_EQ(count("webhooks_received"), 0);
}

TEST_F(Hooks, AskForACallToBeRepeatedWhileTheDatabaseIsAtSomethingLong) {
    std::promise<void> begun;
    std::promise<void> answered;
    std::thread something_long([&] {
        hub->database().write([&](db::Session&) {
            begun.set_value();
            answered.get_future().wait();
        });
    });
    begun.get_future().wait();
    const auto busy = call("POST", "shop", {}, "genuine", "id1");
    answered.set_value();
    something_long.join();
    EXPECT_EQ(busy.status, 503);
    EXPECT_EQ(busy.headers, (http::Fields{{"Retry-After", "30"}}));
    EXPECT_EQ(count("webhooks_received"), 0) << "what is said to come again is not kept later";
    EXPECT_EQ(call("POST", "shop", {}, "genuine", "id1").status, 200);
    EXPECT_EQ(count("webhooks_received"), 1);
}

}  // namespace
}  // namespace crossdock::app
