// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/access.h"

#include "connectors/walmart/carriers.h"
#include "unit/connectors/walmart/seller.h"

namespace crossdock::connectors::walmart::tests {
namespace {

constexpr const char* kDetail = "GET /v3/token/detail";
constexpr const char* kNodes = "GET /v3/settings/shipping/shipnodes";

Json detail(const Json& scopes) { return {{"is_valid", true}, {"expire_at", "1777918500000"}, {"scopes", scopes}}; }
const Json kFull{{"orders", "full_access"},
                 {"inventory", "full_access"},
                 {"item", "view_only"},
                 {"returns", "view_only"},
                 {"feeds", "full_access"}};

std::string checked(Seller& seller, std::string* profile = nullptr) {
    std::vector<domain::Problem> problems;
    const auto read = seller.connector().check_access(problems);
    if (!read) return read.error().code;
    if (profile != nullptr) *profile = *read;
    return codes(problems);
}

TEST(WalmartAccess, TheKeysPermissionsAndTheShipNodesAreTheProfile) {
    Seller seller(R"({"ship_node":"10","fulfillment_types":["SellerFulfilled"]})");
    seller.token();
    seller.answer(kDetail, detail(kFull), [](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    });
    seller.answer(kNodes,
                  Json::parse(R"([{"shipNode":"10","nodeType":"PHYSICAL","shipNodeName":"Main","status":"ACTIVE"}])"));
    std::string profile;
    EXPECT_EQ(checked(seller, &profile), "");
    EXPECT_EQ(profile, R"({"currency":"USD","scopes":{"orders":"full_access","returns":"view_only","item":"view_only",)"
                       R"("inventory":"full_access","feeds":"full_access"},)"
                       R"("ship_nodes":[{"id":"10","name":"Main","type":"PHYSICAL","active":true}]})");
}

// auth_and_settings.json: feeds may only be viewed, and both nodes are inactive.
TEST(WalmartAccess, ThePublishedAnswersLackSomething) {
    const auto file = example_file("auth_and_settings.json");
    if (!file) GTEST_SKIP() << "no examples under shared/specs/walmart";
    Seller seller(R"({"ship_node":"84955660770217985"})");
    seller.token();
    seller.answer(kDetail, example_answer(*file, "getTokenDetail"));
    seller.answer(kNodes, example_answer(*file, "getAllFulfillmentCenters"));
    std::vector<domain::Problem> problems;
    ASSERT_TRUE(seller.connector().check_access(problems));
    EXPECT_EQ(codes(problems), "permission_missing ship_node_inactive");
    EXPECT_NE(problems[0].message.find("\"feeds\" is view_only"), std::string::npos) << problems[0].message;
}

TEST(WalmartAccess, ProblemsSayWhatWillNotWork) {
    const Json nodes = Json::parse(R"([{"shipNode":"10","shipNodeName":"Main","status":"ACTIVE"},
                                       {"shipNode":"11","shipNodeName":"Other","status":"ACTIVE"}])");
    {
        Seller seller;
        seller.token();
        seller.answer(kDetail, detail({{"orders", "view_only"}, {"returns", "no_access"}}));
        seller.answer(kNodes, nodes);
        EXPECT_EQ(checked(seller), "permission_missing permission_missing ship_node_missing");
    }
    {
        Seller seller(R"({"ship_node":"99"})");
        seller.token();
        seller.answer(kDetail, detail(kFull));
        seller.answer(kNodes, nodes);
        std::vector<domain::Problem> problems;
        ASSERT_TRUE(seller.connector().check_access(problems));
        ASSERT_EQ(codes(problems), "ship_node_unknown");
        EXPECT_NE(problems[0].message.find("active are 10 (Main), 11 (Other)"), std::string::npos);
    }
    {
        Seller seller;
        seller.token();
        seller.answer(kDetail, detail(kFull));
        seller.answer(kNodes, 403, "");
        EXPECT_EQ(checked(seller), "ship_nodes_unreadable");
    }
}

TEST(WalmartAccess, WithoutAnAnswerNothingIsKnown) {
    Seller seller;
    seller.token();
    seller.answer(kDetail, Json{{"is_valid", false}});
    EXPECT_EQ(checked(seller), "walmart_denied");
    seller.answer(kDetail, 403, "");
    EXPECT_EQ(checked(seller), "walmart_denied");
    seller.answer(kDetail, detail(kFull));
    seller.answer(kNodes, 503, "");
    EXPECT_EQ(checked(seller), "walmart_server_error");
}

// ---- carriers -----------------------------------------------------------------------------------------------------

TEST(WalmartCarriers, TheListIsWalmartsOwnAndClosed) {
    Seller seller(R"({"extra_carriers":[{"code":"Bring","url":"https://b/"},{"code":"ups","url":"https://u/"}]})");
    seller.token();
    // Of the carriers of Ship with Walmart only names are taken, and only for what is on the list.
    seller.answer("GET /v3/shipping/labels/carriers",
                  Json::parse(R"({"carriers":[{"carrierId":"1","shortName":"FedEx","carrierName":"Federal Express"},
                                              {"carrierId":"2","shortName":"NEW","carrierName":"New one"}]})"));
    const auto codes_read = seller.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(codes_read);
    EXPECT_EQ(codes_read->size(), 76U);  // 75 and Bring; "ups" is on the list
    EXPECT_EQ(codes_read->front().code, "UPS");
    EXPECT_EQ((*codes_read)[2], (domain::CarrierCode{"FedEx", "Federal Express"}));
    EXPECT_EQ(codes_read->back(), (domain::CarrierCode{"Bring", "Bring"}));
    seller.answer("GET /v3/shipping/labels/carriers", 403, "");
    EXPECT_EQ(seller.connector().carrier_source()->carrier_codes()->size(), 76U);
}

TEST(WalmartCarriers, AgreeWithThePublishedList) {
    std::ifstream file(std::string{CROSSDOCK_SHARED_DIR} + "/specs/walmart/carrier_codes.json");
    if (!file) GTEST_SKIP() << "no published list under shared/specs/walmart";
    const Json published = Json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
    Seller seller;
    seller.token();
    seller.answer("GET /v3/shipping/labels/carriers", 404, kNothingFound);
    const auto ours = seller.connector().carrier_source()->carrier_codes();
    ASSERT_TRUE(ours);
    ASSERT_EQ(ours->size(), published["codes"].size());
    for (std::size_t i = 0; i < ours->size(); ++i) EXPECT_EQ((*ours)[i].code, published["codes"][i]["code"]);
    for (const Json& method : published["method_codes"]) EXPECT_TRUE(is_method_code(method.get<std::string>()));
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
