// SPDX-License-Identifier: Apache-2.0
#include "unit/connectors/amazon/model_check.h"

namespace crossdock::connectors::amazon::tests {
namespace {

/// The check that every other test leans on must itself be able to refuse.
TEST(AmazonModelCheck, RefusesWhatTheModelsDoNotKnow) {
    const PublishedModels& models = PublishedModels::get();
    if (!models.are_here()) GTEST_SKIP() << "Amazon's models are not here";
    EXPECT_EQ(models.fault("GET", "/orders/v0/orders?MarketplaceIds=A&LastUpdatedAfter=x", ""), "");
    EXPECT_EQ(models.fault("GET", "/orders/v0/orders?marketplaceIds=A", ""), "getOrders lacks MarketplaceIds");
    EXPECT_EQ(models.fault("GET", "/orders/v0/orders?MarketplaceIds=A&nextToken=x", ""),
              "getOrders has no parameter nextToken");
    EXPECT_EQ(models.fault("GET", "/orders/v9/orders", ""), "no model has GET /orders/v9/orders");
    EXPECT_EQ(models.fault("POST", "/feeds/2021-06-30/documents", R"({"contenttype":"x"})"),
              "createFeedDocument: body lacks contentType");
    EXPECT_EQ(models.fault("POST", "/feeds/2021-06-30/feeds",
                           R"({"feedType":"x","marketplaceIds":"A","inputFeedDocumentId":"d"})"),
              "createFeed: body.marketplaceIds is no array");
    EXPECT_EQ(models.fault("PATCH", "/listings/2021-08-01/items/A/S?marketplaceIds=M",
                           R"({"productType":"P","patches":[{"op":"put","path":"/x"}]})"),
              "patchListingsItem: body.patches[].op is none of the model's words: put");
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
