// SPDX-License-Identifier: Apache-2.0
// G17 on the real binary: calls of a channel's webhook are checked, kept before they are answered, kept once, and
// answered in time while the hub writes other things.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <set>
#include <thread>

#include "crypto/hash.h"
#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

constexpr const char* kSecret = "demo-secret";

std::string order_body(std::int64_t id) { return R"({"id":)" + std::to_string(id) + R"(,"note":"a webhook"})"; }

class WebhooksIn : public ::testing::Test {
protected:
    void open() {
        sandbox_ = std::make_unique<RunningSandbox>(20);
        write_text(folder_ / "crossdock.toml", config_text(sandbox_->url()));
        hub_ = std::make_unique<RunningHub>(folder_.path());
        key_ = hub_->make_key();
        Client client(hub_->url(), key_);
        ASSERT_TRUE(is_filled(client, 20)) << hub_->process().err();
    }
    static net::Headers signed_headers(const std::string& delivery, const std::string& body,
                                       const std::string& secret) {
        return {{"X-Shopify-Topic", "orders/updated"},
                {"X-Shopify-Webhook-Id", delivery},
                {"X-Shopify-Shop-Domain", "demo-shop.myshopify.com"},
                {"X-Shopify-Hmac-Sha256", crypto::base64_encode(crypto::hmac_sha256(secret, body))}};
    }
    static Answer call(Client& client, const std::string& delivery, const std::string& body,
                       const std::string& secret = kSecret) {
        return client.send("POST", "/hooks/shop-test", body, signed_headers(delivery, body, secret));
    }
    std::string ask(const std::string& query) { return ask_database(folder_ / "crossdock.db", query); }
    std::int64_t kept(const std::string& delivery) {
        return std::stoll(ask("SELECT count(*) FROM webhooks_received WHERE delivery_id = '" + delivery + "'"));
    }
    /// A figure out of /metrics; 0 when it is not there.
    double figure(const std::string& name) {
        const std::string text = Client(hub_->url(), "").get("/metrics").text;
        const auto at = text.find("\n" + name + " ");
        return at == std::string::npos ? 0 : std::strtod(text.c_str() + at + 1 + name.size(), nullptr);
    }

    TemporaryFolder folder_;
    std::unique_ptr<RunningSandbox> sandbox_;
    std::unique_ptr<RunningHub> hub_;
    std::string key_;
};

TEST_F(WebhooksIn, AreKeptOnceOrRefusedWithoutAWord) {
    ASSERT_NO_FATAL_FAILURE(open());
    Client client(hub_->url(), "");
    const std::string body = order_body(4711);
    for (int times = 0; times < 5; ++times) EXPECT_EQ(call(client, "same-one", body).status, 200);
    EXPECT_EQ(kept("same-one"), 1);
    EXPECT_EQ(figure("crossdock_webhooks_received_total{result=\"accepted\"}"), 1);
    EXPECT_EQ(figure("crossdock_webhooks_received_total{result=\"repeated\"}"), 4);

    // Another secret, none, of another body, of the same body written anew.
    const auto headers = signed_headers("forged", body, kSecret);
    for (const Answer& refused :
         {call(client, "forged", body, "demo-secret-of-another"), client.send("POST", "/hooks/shop-test", body),
          client.send("POST", "/hooks/shop-test", order_body(4712), headers),
          client.send("POST", "/hooks/shop-test", json::parse(body).dump(2), headers)}) {
        EXPECT_EQ(refused.status, 401);
        EXPECT_EQ(refused.text, "");
    }
    EXPECT_EQ(kept("forged"), 0);
    EXPECT_EQ(figure("crossdock_webhooks_refused_total"), 4);
    EXPECT_EQ(client.send("POST", "/hooks/nobody", body, headers).status, 404);
    EXPECT_EQ(figure("crossdock_webhooks_received_total{result=\"unknown_channel\"}"), 1);

    // Genuine, and not what one would expect.
    EXPECT_EQ(call(client, "empty", "").status, 200);
    EXPECT_EQ(call(client, "no-json", "<xml/>").status, 200);
    EXPECT_EQ(call(client, "large", std::string(3U * 1024 * 1024, 'x')).status, 413);
    EXPECT_EQ(kept("empty") + kept("no-json"), 2);
    EXPECT_EQ(kept("large"), 0);
    EXPECT_EQ(ask("SELECT count(*) FROM problems WHERE code = 'webhook_unreadable' AND resolved_at_ms IS NULL"), "1");
    EXPECT_EQ(call(client, "json-again", order_body(4713)).status, 200);
    EXPECT_EQ(ask("SELECT count(*) FROM problems WHERE code = 'webhook_unreadable' AND resolved_at_ms IS NULL"), "0");

    const std::string said = hub_->process().err() + hub_->process().out();
    EXPECT_EQ(said.find(kSecret), std::string::npos) << "no trace of the secret";
    for (const auto& [name, value] : headers)
        if (name == "X-Shopify-Hmac-Sha256") {
            EXPECT_EQ(said.find(value), std::string::npos);
        }
}

TEST_F(WebhooksIn, AreOnDiskBeforeTheyAreAnsweredWhileTheHubIsBusy) {
    ASSERT_NO_FATAL_FAILURE(open());
    constexpr int kCallers = 4;
    const int each = std::getenv("CROSSDOCK_SOAK") != nullptr ? 2'000 : 150;
    std::atomic<bool> over{false};
    std::vector<std::thread> threads;
    // The ERP writes meanwhile.
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            Client client(hub_->url(), key_);
            const json items = client.get("/api/v1/skus?raw=0&limit=10").body["items"];
            for (std::int64_t quantity = 1; !over; ++quantity)
                client.post("/api/v1/inventory_updates",
                            {{"channel", "shop-test"},
                             {"items",
                              {{{"item_master_id", items[static_cast<std::size_t>(quantity) % items.size()]["id"]},
                                {"quantity", quantity % 100}}}}});
        });
    std::mutex mutex;
    std::vector<double> took;
    std::set<std::string> answered;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller)
        callers.emplace_back([&, caller] {
            Client client(hub_->url(), "");
            for (int i = 0; i < each; ++i) {
                const std::string delivery = "d-" + std::to_string(caller) + "-" + std::to_string(i);
                const auto began = std::chrono::steady_clock::now();
                const Answer answer = call(client, delivery, order_body(1'000'000 + caller * each + i));
                const double milliseconds =
                    std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
                const std::lock_guard lock(mutex);
                took.push_back(milliseconds);
                if (answer.status == 200) answered.insert(delivery);
            }
        });
    for (std::thread& caller : callers) caller.join();
    hub_->process().kill_hard();
    over = true;
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(answered.size(), static_cast<std::size_t>(kCallers * each));
    std::size_t lost = 0;
    const json held = json::parse(ask("SELECT json_group_array(delivery_id) FROM webhooks_received"));
    const std::set<std::string> on_disk(held.begin(), held.end());
    for (const std::string& delivery : answered) lost += on_disk.contains(delivery) ? 0 : 1;
    EXPECT_EQ(lost, 0U);
    std::sort(took.begin(), took.end());
    std::cout << "[figures] G17 " << took.size() << " calls of " << kCallers
              << " senders while two clients write: answered after a median of " << took[took.size() / 2] << " ms, p99 "
              << took[took.size() * 99 / 100] << " ms, at most " << took.back() << " ms; " << lost
              << " lost by a kill behind the last answer\n";
}

}  // namespace
}  // namespace crossdock::testing
