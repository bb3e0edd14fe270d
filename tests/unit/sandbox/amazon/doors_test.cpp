// SPDX-License-Identifier: Apache-2.0
// /_sandbox, the recorder, and a catalogue as large as they come.
#include "unit/sandbox/amazon/seller_fixture.h"

namespace crossdock::sandbox::amazon {
namespace {

class Doors : public SellerTest {};

TEST_F(Doors, PeopleCanRehearse) {
    open(quiet());
    json answer = json::parse(send("GET", "/_sandbox").body);
    EXPECT_EQ(answer["marketplace"], "amazon");
    answer = json::parse(send("POST", "/_sandbox/orders", R"({"items":[{"sku":"SBX-000019","quantity":2}]})").body);
    const std::string id = answer["id"];
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/ship").status, 200);
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/ship").status, 409);
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/refund", R"({"kind":"goodwill"})").status, 200);
    EXPECT_EQ(send("POST", "/_sandbox/orders/" + id + "/refund", R"({"kind":"gift"})").status, 422);
    EXPECT_EQ(json::parse(send("GET", "/_sandbox/refunds").body)["refunds"][0]["total"], "3.00");
    EXPECT_EQ(json::parse(send("GET", "/_sandbox/ledger").body)["orders"][0]["status"], "Shipped");
    EXPECT_EQ(send("POST", "/_sandbox/inventory", R"({"sku":"MUG/RED+XL","quantity":3})").status, 200);
    EXPECT_EQ(json::parse(send("GET", "/_sandbox/inventory?sku=MUG%2FRED%2BXL").body)["quantity"], 3);
    EXPECT_EQ(send("POST", "/_sandbox/faults", R"({"kind":"throttle","operation":"getOrders"})").status, 201);
    EXPECT_EQ(api("GET", "/orders/v0/orders").status, 429);
    EXPECT_EQ(send("POST", "/_sandbox/dials", R"({"item_paging":"good"})").status, 200);
    EXPECT_EQ(send("POST", "/_sandbox/dials", R"({"gravity":1})").status, 422);
    EXPECT_EQ(json::parse(send("GET", "/_sandbox/counters").body)["orders_placed"], 1);
}

TEST_F(Doors, TheRecorderSeesWhatWentOverTheWire) {
    std::vector<Exchange> seen;
    SellerOptions options = quiet();
    options.recorder = [&](const Exchange& exchange) { seen.push_back(exchange); };
    open(options);
    seller->add_fault({.kind = "cut", .operation = "getMarketplaceParticipations"});
    api("GET", "/sellers/v1/marketplaceParticipations");
    send("GET", "/_sandbox");
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].request.method, "GET");
    EXPECT_TRUE(json::accept(seen[0].response.body));  // before the network got at it
}

TEST_F(Doors, TheDateIsAmazonsOwn) {
    open(quiet());
    seller->set_clock_skew(90s);
    EXPECT_EQ(header(api("GET", "/sellers/v1/marketplaceParticipations"), "Date"), "Sat, 21 Nov 2026 09:01:30 GMT");
    EXPECT_NE(header(api("GET", "/sellers/v1/marketplaceParticipations"), "x-amzn-RequestId"), "");
}

TEST_F(Doors, AHugeCatalogueCostsNothingUntilTouched) {
    SellerOptions options = quiet();
    options.items = 200'000;
    options.orders = 2000;
    open(options);
    EXPECT_EQ(seller->ledger().size(), 2000U);
    EXPECT_TRUE(seller->stock().empty());  // nothing was touched
    EXPECT_TRUE(seller->set_stock("SBX-199999", 4));
    EXPECT_EQ(seller->stock().size(), 1U);
    EXPECT_FALSE(seller->set_stock("SBX-200000", 4));
}

}  // namespace
}  // namespace crossdock::sandbox::amazon
