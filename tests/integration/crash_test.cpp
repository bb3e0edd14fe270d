// SPDX-License-Identifier: Apache-2.0
// G14 with the real binary: a job that ends the process is parked, and only such a job.
#include <sys/resource.h>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

/// A hub whose stock pushes abort the process as their request leaves.
class CrashingHub : public ::testing::Test {
protected:
    void SetUp() override {
        if (std::string_view{CROSSDOCK_ABORT_ON_SEND}.empty())
            GTEST_SKIP() << "a sanitizer's runtime must come first in the process, so nothing can be preloaded";
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        write_text(folder_ / "crossdock.toml", config_text(sandbox_.url()));
    }
    [[nodiscard]] RealProcess::Options options(bool crashing) const {
        auto options = RunningHub::options(folder_.path());
        if (crashing) {
            options.environment.emplace_back("LD_PRELOAD", CROSSDOCK_ABORT_ON_SEND);
            options.environment.emplace_back("CROSSDOCK_TEST_ABORT_WORD", "HubInventorySet");
        }
        return options;
    }
    /// `crossdock serve` as a service manager would start it again. Its URL once it answers; empty when it ended
    /// before.
    std::string start(bool crashing) {
        hub_ = std::make_unique<RealProcess>(crossdock({"serve"}), options(crashing));
        std::string url;
        eventually(std::chrono::seconds{60}, [&] {
            const bool over = hub_->ended();
            const std::string log = hub_->err();
            const auto ready = log.find(" address=127.0.0.1:");
            const auto end = log.find(' ', ready + 1);
            if (ready != std::string::npos && end != std::string::npos)
                url = "http://" + log.substr(ready + 9, end - ready - 9);
            return over || !url.empty();
        });
        return url;
    }
    json jobs(const std::string& state) {
        const Ran ran = run({"job", "list", "--state", state, "--json"}, options(false));
        EXPECT_EQ(ran.code, 0) << ran.err;
        return json::parse(ran.out, nullptr, false);
    }
    std::string make_key() {
        return json::parse(run({"key", "create", "--json", "--name", "test"}, options(false)).out).at("key");
    }
    static std::int64_t some_item(Client& client) {
        const Answer items = client.get("/api/v1/skus?raw=0&limit=100");
        for (const json& item : items.body["items"])
            if (item["attrs"]["tracked"] == true && !item["attrs"]["location_id"].is_null()) return item["id"];
        return 0;
    }
    static int push(Client& client, std::int64_t item, int quantity) {
        return client
            .post("/api/v1/inventory_updates",
                  {{"channel", "shop-test"}, {"items", {{{"item_master_id", item}, {"quantity", quantity}}}}})
            .status;
    }

    TemporaryFolder folder_;
    RunningSandbox sandbox_{10};
    std::unique_ptr<RealProcess> hub_;
};

TEST_F(CrashingHub, ParksAStockPushThatAbortsAndIsUpWithinThreeRestarts) {
    std::string url = start(true);
    ASSERT_FALSE(url.empty()) << hub_->err();
    const std::string key = make_key();
    Client first(url, key);
    ASSERT_TRUE(is_filled(first, 10)) << hub_->err();
    const std::int64_t item = some_item(first);
    ASSERT_NE(item, 0);
    push(first, item, 7);

    int restarts = 0;
    for (;; ++restarts) {
        const auto code = hub_->wait(std::chrono::seconds{restarts < 3 ? 60 : 5});
        if (!code) break;
        ASSERT_EQ(*code, 128 + SIGABRT) << hub_->err();
        ASSERT_LT(restarts, 3) << "still not up: " << hub_->err();
        url = start(true);
    }
    EXPECT_EQ(restarts, 3);
    ASSERT_FALSE(url.empty());
    std::printf("G14: the real hub is up after %d restarts\n", restarts);

    // Everybody is told, with the time and what to do; new figures wait.
    const json parked = jobs("quarantined");
    ASSERT_EQ(parked.size(), 1U) << parked;
    EXPECT_EQ(parked[0]["kind"], "push_stock");
    const std::string until = parked[0]["run_at"];
    Client client(url, key);
    EXPECT_EQ(push(client, item, 9), 201);
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return client.get("/api/v1/health").text.find("job_parked") != std::string::npos &&
               hub_->err().find("job_parked") != std::string::npos;
    })) << hub_->err();
    EXPECT_NE(client.get("/api/v1/health").text.find(until), std::string::npos);
    EXPECT_NE(hub_->err().find("crossdock job retry"), std::string::npos);
    EXPECT_NE(run({"channel", "list"}, options(false)).out.find(until), std::string::npos);
    // Orders come in as ever.
    EXPECT_TRUE(jobs("dead").empty());

    // The fault is mended: the newest figure goes out, and nobody complains any more.
    hub_->terminate();
    ASSERT_EQ(hub_->wait(), 0) << hub_->err();
    url = start(false);
    ASSERT_FALSE(url.empty()) << hub_->err();
    EXPECT_EQ(jobs("quarantined").size(), 1U) << "a restart alone does not try it early";
    EXPECT_EQ(run({"job", "retry", parked[0]["job"].dump()}, options(false)).code, 0);
    Client mended(url, key);
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        // The second one that was accepted: ids rise from 1.
        return mended.get("/api/v1/inventory_updates/2").body.value("status", "") == "succeeded";
    })) << mended.get("/api/v1/inventory_updates/2").text;
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return mended.get("/api/v1/health").text.find("job_parked") == std::string::npos;
    })) << mended.get("/api/v1/health").text;
}

TEST_F(CrashingHub, ParksNothingWhenItIsKilled) {
    for (int i = 0; i < 5; ++i) {
        ASSERT_FALSE(start(false).empty()) << hub_->err();
        // Jobs run from the first moment on.
        hub_->signal(i % 2 == 0 ? SIGKILL : SIGABRT);
        ASSERT_TRUE(hub_->wait().has_value());
    }
    ASSERT_FALSE(start(false).empty()) << hub_->err();
    EXPECT_TRUE(jobs("quarantined").empty());
    EXPECT_TRUE(jobs("dead").empty());
    hub_->terminate();
    EXPECT_EQ(hub_->wait(), 0) << hub_->err();
}

}  // namespace
}  // namespace crossdock::testing
