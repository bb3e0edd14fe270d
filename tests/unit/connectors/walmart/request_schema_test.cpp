// SPDX-License-Identifier: Apache-2.0
// Every request that any test of this program makes, against Walmart's published files: path, query, headers, body.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>

#include "support/rest_recording.h"
#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

namespace fs = std::filesystem;

TEST(WalmartRequests, AllOfAllTestsFitThePublishedFiles) {
    if (std::getenv(kRecordingVariable) != nullptr) GTEST_SKIP() << "this is the run that is recorded";
    const fs::path file = fs::temp_directory_path() / ("walmart_requests_" + std::to_string(std::random_device{}()));
    const std::string command = std::string{kRecordingVariable} + "='" + file.string() + "' '" +
                                fs::read_symlink("/proc/self/exe").string() +
                                "' --gtest_filter='-WalmartRequests.*' --gtest_brief=1 >/dev/null 2>&1";
    const int status = std::system(command.c_str());
    testing::RestCheckOptions options;
    options.slips = "walmart";
    options.requests_only = true;
    options.expect = {"tokenAPI",
                      "getTokenDetail",
                      "getAllOrders",
                      "getAnOrder",
                      "getAllReleasedOrders",
                      "acknowledgeOrders",
                      "shippingUpdates",
                      "getReturns",
                      "getAllItems",
                      "getInventory",
                      "updateInventoryForAnItem",
                      "getMultiNodeInventoryForSkuAndAllShipnodes",
                      "updateMultiNodeInventory",
                      "getWFSInventory",
                      "updateBulkInventory",
                      "getFeedItemStatus",
                      "getAllFulfillmentCenters",
                      "getCarriers",
                      "getEventTypes",
                      "getAllSubscriptions",
                      "createSubscription",
                      "updateSubscription"};
    const auto check = testing::check_against_rest_schema(
        file,
        // Several files describe the feed upload; that of stock comes first.
        {"walmart/authentication.yaml", "walmart/inventory.yaml", "walmart/orders.yaml", "walmart/returns.yaml",
         "walmart/items.yaml", "walmart/feeds.yaml", "walmart/settings.yaml", "walmart/shipping.yaml",
         "walmart/notifications.yaml"},
        options);
    fs::remove(file);
    if (check.outcome == testing::SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << check.said;
    EXPECT_EQ(status, 0) << "other tests of this program fail";
    EXPECT_EQ(check.outcome, testing::SchemaCheck::Outcome::fits) << check.said;
    std::cout << check.said;
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
