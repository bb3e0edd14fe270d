// SPDX-License-Identifier: Apache-2.0
#include "unit/connectors/ebay/published_check.h"

#include <filesystem>

namespace crossdock::connectors::ebay::tests {
namespace {

std::string fault(const char* method, const std::string& url, const std::string& body = "", net::Headers headers = {}) {
    net::HttpRequest request;
    request.method = method;
    request.url = url;
    request.body = body;
    request.headers = std::move(headers);
    return PublishedFiles::get().fault(request);
}

/// The check that every other test leans on must itself be able to refuse.
TEST(EbayPublishedCheck, RefusesWhatTheFilesDoNotKnow) {
    if (!std::filesystem::exists(std::string{CROSSDOCK_SHARED_DIR} + "/specs/ebay"))
        GTEST_SKIP() << "no published files";
    const std::string api = "https://api.ebay.com", orders = api + "/sell/fulfillment/v1/order";
    const net::Headers json{{"Content-Type", "application/json"}};
    EXPECT_EQ(fault("GET", orders + "?filter=a&limit=200"), "");
    EXPECT_EQ(fault("GET", orders + "?filters=a"), "getOrders has no parameter filters");
    EXPECT_EQ(fault("GET", orders + "?filter=a&filter=b"), "getOrders has filter twice");
    EXPECT_EQ(fault("GET", orders + "?filter=[a]"), "getOrders: filter=[a] is not encoded");
    EXPECT_EQ(fault("GET", api + "/sell/fulfillment/v1/orders"), "no file has GET /orders");
    EXPECT_EQ(fault("POST", orders + "/1/shipping_fulfillment", "{}"),
              "createShippingFulfillment lacks the header Content-Type");
    EXPECT_EQ(fault("POST", orders + "/1/shipping_fulfillment", R"({"shipmentTrackingNumber":"1"})", json),
              "createShippingFulfillment: body has no property shipmentTrackingNumber");
    EXPECT_EQ(fault("POST", orders + "/1/shipping_fulfillment", R"({"lineItems":{}})", json),
              "createShippingFulfillment: body.lineItems is no array");
    EXPECT_EQ(fault("POST", orders + "/1/shipping_fulfillment", R"({"lineItems":[{"quantity":"1"}]})", json),
              "createShippingFulfillment: body.lineItems[].quantity is no whole number");
    EXPECT_TRUE(fault("GET", api + "/commerce/identity/v1/user/").ends_with("not by https://api.ebay.com"));
    EXPECT_EQ(fault("GET", "https://apiz.ebay.com/commerce/identity/v1/user/"), "");
    // Nothing when the YAML file cannot be read here.
    const std::string lacking = fault("GET", "https://apiz.ebay.com/sell/finances/v1/transaction?filter=a&filter=b");
    EXPECT_TRUE(lacking.empty() || lacking == "getTransactions lacks the header X-EBAY-C-MARKETPLACE-ID") << lacking;
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
