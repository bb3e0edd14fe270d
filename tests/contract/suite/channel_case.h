// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/simulated_world.h"

namespace crossdock::testing {

/// A hub with one channel of the provider under test, on a virtual clock, and the ERP's calls.
class ChannelCase : public ::testing::TestWithParam<std::pair<std::string, MarketMaker>> {
protected:
    /// `orders` placed in the days before; the hub has not run yet.
    void open(int orders, bool webhooks = false);
    [[nodiscard]] Market& market() { return world_->market(); }
    [[nodiscard]] SimulatedWorld& world() { return *world_; }

    /// Until the hub holds every order the provider shows, as it is now. False when it never does.
    bool settle(std::chrono::hours limit = std::chrono::hours{6});
    /// The first order that the hub does not hold as the provider shows it, in words; empty: none.
    std::string what_is_missing();
    /// As far as the ERP can tell: all orders by external id, following the cursor from the start.
    std::map<std::string, nlohmann::json> orders();
    std::vector<nlohmann::json> refunds();
    std::vector<nlohmann::json> items();
    nlohmann::json order(const std::string& external_id);
    /// An order of two lines, settled.
    nlohmann::json placed();
    nlohmann::json post(const std::string& path, const nlohmann::json& body);
    nlohmann::json get(const std::string& path, http::Fields query = {});
    /// The state of a push once it has come to an end.
    nlohmann::json ended(const std::string& path);
    std::vector<std::string> events_about(std::int64_t order_id);
    std::vector<std::string> open_problems();
    /// What a dial has spoiled is no answer of the provider's: from then on nothing is recorded.
    void arm(const std::string& kind, int count, const std::string& operation = "", int param = 0);

    /// Every order of the provider is held once, cancelled when it is, with the amount the provider shows.
    void expect_all_held();

private:
    std::vector<nlohmann::json> follow(const std::string& path, http::Fields query);

    bool spoiled_ = false;
    std::unique_ptr<SimulatedWorld> world_;
};

}  // namespace crossdock::testing
