// SPDX-License-Identifier: Apache-2.0
// Box contents by setPackingInformation, and the walk to a shipment's plan.
#include "connectors/amazon/packing.h"

#include "connectors/amazon/cartons.h"
#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

using State = PushOutcome::State;

// Ids as in Amazon's sandbox cases: 38 characters.
constexpr const char* kPlan = "wf1234abcd-1234-abcd-5678-1234abcd5678";
constexpr const char* kShipment = "sh1234abcd-1234-abcd-5678-1234abcd5678";
constexpr const char* kOther = "sh2222abcd-1234-abcd-5678-1234abcd5678";
constexpr const char* kOperation = "1234abcd-1234-abcd-5678-1234abcd5678";
const std::string kBase = std::string{"/inbound/fba/2024-03-20/inboundPlans/"} + kPlan;

constexpr const char* kBoxed =
    R"({"seller_id":"A3TH9S8BH6GOGM","carton_size":"60x40x40.50 cm","carton_weight":"12.5 kg"})";

CartonShipment to(std::optional<std::string> source = "INTERACTIVE") {
    CartonShipment out;
    out.shipment.shipment_id = "FBA15DJ8K6NZ";
    out.shipment.marketplace_id = "ATVPDKIKX0DER";
    out.shipment.shipment_status = "WORKING";
    out.shipment.box_contents_source = std::move(source);
    out.plan = domain::FbaPlan{kPlan, kShipment};
    return out;
}
std::vector<CartonToPush> two_cartons() { return {{"p1", {{"A", 4, 1}, {"B", 1, 1}}}, {"p2", {{"A", 6, 1}}}}; }

Json planned(const std::string& sku, int quantity, const std::string& label = "SELLER",
             const Json& preparations = Json::array()) {
    return {{"msku", sku},          {"fnsku", "X001"},     {"asin", "B001"},
            {"quantity", quantity}, {"labelOwner", label}, {"prepInstructions", preparations}};
}
Json items_of_plan() {
    return {{"items",
             {planned("A", 10, "SELLER", {{{"prepType", "ITEM_LABELING"}, {"prepOwner", "SELLER"}}}),
              planned("B", 1, "NONE")}}};
}

class AmazonPacking : public ::testing::Test {
protected:
    explicit AmazonPacking(const char* settings = kBoxed) : seller(settings) { seller.token(); }
    void answer_items(const Json& body) {
        seller.answer("GET " + kBase + "/shipments/" + kShipment + "/items?pageSize=1000", body);
    }
    void answer_plan(const Json& shipments) {
        seller.answer("GET " + kBase, {{"inboundPlanId", kPlan}, {"shipments", shipments}});
    }
    PushOutcome push(const CartonShipment& where, const std::vector<CartonToPush>& cartons) {
        return seller.connector().carton_sink()->push_cartons(where, cartons);
    }
    Seller seller;
};

TEST_F(AmazonPacking, TellsEachCartonAsABoxWithTheSettingsSizeAndThePlansOwners) {
    answer_items(items_of_plan());
    answer_plan({{{"shipmentId", kShipment}, {"status", "WORKING"}}});
    seller.answer(
        "POST " + kBase + "/packingInformation", 202, Json{{"operationId", kOperation}}.dump(),
        [](const auto& request) {
            EXPECT_EQ(
                request.body,
                std::string{R"({"packageGroupings":[{"shipmentId":")"} + kShipment +
                    R"(","boxes":[{"contentInformationSource":"BOX_CONTENT_PROVIDED",)"
                    R"("dimensions":{"unitOfMeasurement":"CM","length":60,"width":40,"height":40.5},"weight":{"unit":"KG","value":12.5},)"
                    R"("quantity":1,"items":[{"msku":"A","quantity":4,"prepOwner":"SELLER","labelOwner":"SELLER"},)"
                    R"({"msku":"B","quantity":1,"prepOwner":"NONE","labelOwner":"NONE"}]},)"
                    R"({"contentInformationSource":"BOX_CONTENT_PROVIDED",)"
                    R"("dimensions":{"unitOfMeasurement":"CM","length":60,"width":40,"height":40.5},"weight":{"unit":"KG","value":12.5},)"
                    R"("quantity":1,"items":[{"msku":"A","quantity":6,"prepOwner":"SELLER","labelOwner":"SELLER"}]}]}]})");
        });
    const PushOutcome sent = push(to(), two_cartons());
    EXPECT_EQ(sent.state, State::accepted) << sent.message;
    EXPECT_EQ(sent.provider_id, std::string{"operation:"} + kOperation);

    const std::string ask = std::string{"GET /inbound/fba/2024-03-20/operations/"} + kOperation;
    const auto status = [&](const char* word, const Json& problems = Json::array()) {
        seller.answer(ask, {{"operation", "setPackingInformation"},
                            {"operationId", kOperation},
                            {"operationStatus", word},
                            {"operationProblems", problems}});
        return seller.connector().carton_sink()->check_cartons(sent.provider_id);
    };
    const PushOutcome working = status("IN_PROGRESS");
    EXPECT_EQ(working.state, State::accepted);
    EXPECT_EQ(working.provider_id, sent.provider_id);
    // A success may carry warnings; they are about what was stored.
    const PushOutcome done = status("SUCCESS", {{{"severity", "WARNING"},
                                                 {"code", "DimensionMismatch"},
                                                 {"message", "The dimension does not match what is expected."},
                                                 {"details", ""}}});
    EXPECT_EQ(done.state, State::succeeded);
    EXPECT_EQ(done.message, "Amazon: DimensionMismatch: The dimension does not match what is expected.");
    const PushOutcome refused = status(
        "FAILED",
        {{{"severity", "ERROR"}, {"code", "FBA_INB_0182"}, {"message", "did not contain expected items"}},
         {{"severity", "ERROR"}, {"code", "FBA_INB_0115"}, {"message", "There was an error"}, {"details", "retry"}}});
    EXPECT_EQ(refused.state, State::failed);
    EXPECT_TRUE(refused.whole) << "in parts it would be refused all the more";
    EXPECT_EQ(refused.message,
              "Amazon: FBA_INB_0182: did not contain expected items; FBA_INB_0115: There was an error (retry)");
    seller.answer(ask, 400, errors("BadRequest", "The operationId is malformed."));
    EXPECT_EQ(seller.connector().carton_sink()->check_cartons(sent.provider_id).state, State::unknown);
    seller.answer(ask, 503, errors("ServiceUnavailable", "try again"));
    EXPECT_EQ(seller.connector().carton_sink()->check_cartons(sent.provider_id).state, State::accepted);
}

TEST_F(AmazonPacking, KeepsWhatThePlansOtherShipmentsHold) {
    answer_items(items_of_plan());
    answer_plan({{{"shipmentId", kShipment}, {"status", "WORKING"}},
                 {{"shipmentId", kOther}, {"status", "WORKING"}},
                 {{"shipmentId", "sh3333abcd-1234-abcd-5678-1234abcd5678"}, {"status", "CANCELLED"}}});
    const Json box = {{"packageId", "pk1234abcd-1234-abcd-5678-1234abcd5678"},
                      {"contentInformationSource", "BOX_CONTENT_PROVIDED"},
                      {"dimensions", {{"unitOfMeasurement", "IN"}, {"length", 3.5}, {"width", 4}, {"height", 5}}},
                      {"weight", {{"unit", "LB"}, {"value", 5.50}}},
                      {"quantity", 2},
                      {"items",
                       {{{"msku", "C"},
                         {"quantity", 5},
                         {"labelOwner", "AMAZON"},
                         {"prepInstructions", {{{"prepOwner", "AMAZON"}}}},
                         {"expiration", "2027-01-01"},
                         {"manufacturingLotCode", "L1"}}}}};
    seller.answer("GET " + kBase + "/shipments/" + kOther + "/boxes?pageSize=1000",
                  {{"boxes", {box}}, {"pagination", {{"nextToken", "n"}}}});
    Json barcode = box;
    barcode["contentInformationSource"] = "BARCODE_2D";
    barcode["items"] = Json::array();
    seller.answer("GET " + kBase + "/shipments/" + kOther + "/boxes?pageSize=1000&paginationToken=n",
                  {{"boxes", {barcode}}});
    seller.answer(
        "POST " + kBase + "/packingInformation", 202, Json{{"operationId", kOperation}}.dump(),
        [](const auto& request) {
            const Json sent = Json::parse(request.body)["packageGroupings"];
            ASSERT_EQ(sent.size(), 2U);
            EXPECT_EQ(sent[1]["shipmentId"], kOther);
            EXPECT_EQ(sent[1]["boxes"][0],
                      (Json{{"contentInformationSource", "BOX_CONTENT_PROVIDED"},
                            {"dimensions", {{"unitOfMeasurement", "IN"}, {"length", 3.5}, {"width", 4}, {"height", 5}}},
                            {"weight", {{"unit", "LB"}, {"value", 5.5}}},
                            {"quantity", 2},
                            {"items",
                             {{{"msku", "C"},
                               {"quantity", 5},
                               {"prepOwner", "AMAZON"},
                               {"labelOwner", "AMAZON"},
                               {"expiration", "2027-01-01"},
                               {"manufacturingLotCode", "L1"}}}}}));
            EXPECT_FALSE(sent[1]["boxes"][1].contains("items")) << "must be empty where a barcode tells";
        });
    EXPECT_EQ(push(to(), two_cartons()).state, State::accepted);
}

TEST_F(AmazonPacking, TouchesNothingWhenTheOthersBoxesCannotBeKept) {
    answer_items(items_of_plan());
    answer_plan({{{"shipmentId", kShipment}, {"status", "WORKING"}}, {{"shipmentId", kOther}, {"status", "WORKING"}}});
    seller.answer("GET " + kBase + "/shipments/" + kOther + "/boxes?pageSize=1000",
                  {{"boxes", {{{"packageId", "pk1"}, {"contentInformationSource", "BOX_CONTENT_PROVIDED"}}}}});
    const PushOutcome refused = push(to(), two_cartons());
    EXPECT_EQ(refused.state, State::failed);
    EXPECT_EQ(refused.code, "packing_not_kept");
}

TEST_F(AmazonPacking, ARefusedCallFailsInAmazonsWordsAndALostOneIsRepeated) {
    const auto sent = [&](int status, const std::string& body) {
        answer_items(items_of_plan());
        answer_plan({{{"shipmentId", kShipment}, {"status", "WORKING"}}});
        if (status == 0)
            seller.http.then_error("net_no_answer");
        else
            seller.answer("POST " + kBase + "/packingInformation", status, body);
        return push(to(), two_cartons());
    };
    const PushOutcome refused = sent(400, errors("BadRequest", "The requested packingGroupId does not exist."));
    EXPECT_EQ(refused.state, State::failed);
    EXPECT_TRUE(refused.whole);
    EXPECT_NE(refused.message.find("The requested packingGroupId does not exist."), std::string::npos);
    seller.clock.advance(std::chrono::minutes{1});  // two at once are allowed
    EXPECT_EQ(sent(500, errors("InternalFailure", "oops")).state, State::unknown);
    EXPECT_EQ(sent(0, "").state, State::unknown);
    seller.clock.advance(std::chrono::minutes{1});
    EXPECT_EQ(sent(429, errors("QuotaExceeded", "slow down")).state, State::retry);
}

TEST_F(AmazonPacking, AReadThatFailsHasHadNoEffect) {
    seller.http.then_error("net_no_answer");
    const PushOutcome lost = push(to(), two_cartons());
    EXPECT_EQ(lost.state, State::retry);
    EXPECT_EQ(lost.code, "amazon_packing_not_sent");
    seller.answer("GET " + kBase + "/shipments/" + kShipment + "/items?pageSize=1000", 403,
                  errors("Unauthorized", "no role"));
    seller.token("Atza|2");
    seller.answer("GET " + kBase + "/shipments/" + kShipment + "/items?pageSize=1000", 403,
                  errors("Unauthorized", "no role"));
    EXPECT_TRUE(push(to(), two_cartons()).denied);
}

TEST_F(AmazonPacking, ATokenThatStandsStillEndsTheList) {
    const std::string line = "GET " + kBase + "/shipments/" + kShipment + "/items?pageSize=1000";
    seller.answer(line, {{"items", Json::array()}, {"pagination", {{"nextToken", "same"}}}});
    seller.answer(line + "&paginationToken=same", {{"items", Json::array()}, {"pagination", {{"nextToken", "same"}}}});
    EXPECT_EQ(push(to(), two_cartons()).code, "amazon_packing_endless");
}

struct Fit {
    const char* name;
    std::vector<CartonToPush> cartons;
    State state;
    const char* code;
    const char* says;
    std::vector<std::string> at_fault;
};
class AmazonPackingFit : public ::testing::TestWithParam<Fit> {};

TEST_P(AmazonPackingFit, IsSeenBeforeAnythingIsSent) {
    PlannedItems planned;
    planned["A"].quantity = 10;
    planned["B"].quantity = 2;
    planned["L"].quantity = 3;
    planned["L"].in_lots = true;
    const auto verdict = compare_with_plan("FBA1", planned, GetParam().cartons);
    ASSERT_EQ(verdict.has_value(), GetParam().code[0] != '\0');
    if (!verdict) return;
    EXPECT_EQ(verdict->state, GetParam().state);
    EXPECT_EQ(verdict->code, GetParam().code);
    EXPECT_NE(verdict->message.find(GetParam().says), std::string::npos) << verdict->message;
    EXPECT_EQ(verdict->at_fault, GetParam().at_fault);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AmazonPackingFit,
    ::testing::Values(Fit{"Missing",
                          {{"p1", {{"A", 4, 1}}}, {"p2", {{"B", 2, 1}}}},
                          State::waiting,
                          "cartons_incomplete",
                          "6 of A, 3 of L",
                          {}},
                      Fit{"TooMany",
                          {{"p1", {{"A", 6, 1}}}, {"p2", {{"A", 5, 1}}}},
                          State::failed,
                          "units_exceed_shipment",
                          "hold 11 units of A, shipment FBA1 at Amazon 10",
                          {}},
                      Fit{"Strange",
                          {{"p1", {{"A", 6, 1}}}, {"p2", {{"A", 1, 1}, {"Z", 1, 1}}}},
                          State::failed,
                          "sku_not_in_shipment",
                          "Z",
                          {"p2"}},
                      Fit{"Lots",
                          {{"p1", {{"A", 10, 1}, {"B", 2, 1}, {"L", 3, 1}}}},
                          State::failed,
                          "several_lots",
                          "holds L with several",
                          {}},
                      Fit{"NothingYet", {}, State::waiting, "cartons_incomplete", "10 of A, 2 of B, 3 of L", {}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(AmazonPackingFits, Exactly) {
    PlannedItems planned;
    planned["A"].quantity = 10;
    const std::vector<CartonToPush> cartons{{"p1", {{"A", 4, 1}}}, {"p2", {{"A", 6, 1}}}};
    EXPECT_FALSE(compare_with_plan("FBA1", planned, cartons));
}

// ---- which way ----

struct Way {
    const char* name;
    const char* settings;
    const char* source;  // of the box contents; "" not told
    const char* code;    // of what is not sent; "feed", "packing": which way it goes
};
class AmazonCartonWay : public ::testing::TestWithParam<Way> {};

TEST_P(AmazonCartonWay, FollowsTheShipmentAndTheSetting) {
    Seller seller(GetParam().settings);
    const std::string expected = GetParam().code;
    const auto where = to(GetParam().source[0] == '\0' ? std::nullopt : std::optional<std::string>{GetParam().source});
    const auto cartons = two_cartons();
    if (expected == "feed" || expected == "packing") {
        seller.token();
        // The first call tells; it is not let through.
        seller.answer(expected == "feed" ? "POST /feeds/2021-06-30/documents"
                                         : "GET " + kBase + "/shipments/" + kShipment + "/items?pageSize=1000",
                      429, errors("QuotaExceeded", "slow down"));
        EXPECT_EQ(seller.connector().carton_sink()->push_cartons(where, cartons).state, State::retry);
    } else {
        const PushOutcome refused = seller.connector().carton_sink()->push_cartons(where, cartons);
        EXPECT_EQ(refused.state, State::failed);
        EXPECT_EQ(refused.code, expected);
        EXPECT_TRUE(refused.whole);
    }
}

#define SELLER R"("seller_id":"A3TH9S8BH6GOGM")"
#define BOX R"("carton_size":"24x16x16 in","carton_weight":"27 lb")"
INSTANTIATE_TEST_SUITE_P(
    Table, AmazonCartonWay,
    ::testing::Values(Way{"FeedShipment", "{" SELLER "}", "FEED", "feed"},
                      Way{"FeedShipmentWithABox", "{" SELLER "," BOX "}", "FEED", "feed"},
                      Way{"NotTold", "{" SELLER "," BOX "}", "", "feed"},
                      Way{"SendToAmazon", "{" SELLER "," BOX "}", "INTERACTIVE", "packing"},
                      Way{"Barcode", "{" SELLER "," BOX "}", "2D_BARCODE", "packing"},
                      Way{"NoneAtAll", "{" SELLER "," BOX "}", "NONE", "packing"},
                      Way{"NoBox", "{" SELLER "}", "INTERACTIVE", "carton_box_missing"},
                      Way{"ForcedFeed", "{" SELLER R"(,"carton_push":"feed"})", "INTERACTIVE", "feed"},
                      Way{"ForcedPacking", "{" SELLER "," BOX R"(,"carton_push":"packing_information"})", "FEED",
                          "packing"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(AmazonCartonWays, WaitForThePlanUntilItWasLookedForInVain) {
    Seller seller(kBoxed);
    CartonShipment where = to();
    where.plan.reset();
    const auto cartons = two_cartons();
    CartonSink* sink = seller.connector().carton_sink();
    EXPECT_EQ(sink->push_cartons(where, cartons).state, State::waiting);
    EXPECT_EQ(sink->push_cartons(where, cartons).code, kPlanUnknown);
    where.plan_sought = true;
    const PushOutcome refused = sink->push_cartons(where, cartons);
    EXPECT_EQ(refused.state, State::failed);
    EXPECT_NE(refused.message.find("do not show FBA15DJ8K6NZ"), std::string::npos);
    EXPECT_TRUE(seller.http.requests().empty());
}

// ---- the walk to the plan ----

class AmazonPlans : public AmazonPacking {
protected:
    static inline const std::string kList =
        "GET /inbound/fba/2024-03-20/inboundPlans?pageSize=30&sortBy=LAST_UPDATED_TIME&sortOrder=DESC";
    static Json plan(const std::string& id, const std::string& updated, const std::string& status = "ACTIVE") {
        return {{"inboundPlanId", id}, {"lastUpdatedAt", updated}, {"status", status}};
    }
    Result<FbaPlanStep> step(const std::string& cursor) {
        return seller.connector().fba_plan_source()->walk_fba_plans(at("2026-09-01T00:00:00Z"), cursor,
                                                                    [&](const std::string& id) { return id == held; });
    }
    std::string held;
};

TEST_F(AmazonPlans, OneCallAtATimeOverPlansAndTheirShipmentsToTheFamiliarId) {
    held = "sh9999abcd-1234-abcd-5678-1234abcd5678";
    seller.answer(
        kList, {{"inboundPlans", {plan(kPlan, "2026-11-19T00:00:00Z"), plan("wf2", "2026-11-18T00:00:00Z", "VOIDED")}},
                {"pagination", {{"nextToken", "n+/="}}}});
    auto one = step("");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->plans, (std::vector<std::string>{kPlan, "wf2"}));
    answer_plan({{{"shipmentId", held}, {"status", "WORKING"}},
                 {{"shipmentId", kShipment}, {"status", "WORKING"}},
                 {{"shipmentId", kOther}, {"status", "CANCELLED"}}});
    one = step(one->next_cursor);
    ASSERT_TRUE(one);
    EXPECT_TRUE(one->found.empty());
    seller.reopen(true);  // the cursor is all that is needed
    seller.token();
    seller.answer("GET " + kBase + "/shipments/" + kShipment,
                  {{"shipmentId", kShipment}, {"shipmentConfirmationId", "FBA1234ABCD"}});
    one = step(one->next_cursor);
    ASSERT_TRUE(one);
    ASSERT_EQ(one->found.size(), 1U);
    EXPECT_EQ(one->found[0].shipment_id, "FBA1234ABCD");
    EXPECT_EQ(one->found[0].plan, (domain::FbaPlan{kPlan, kShipment}));
    seller.answer(kList + "&paginationToken=n%2B%2F%3D", {{"inboundPlans", {plan("wf3", "2026-08-31T23:59:59Z")}},
                                                          {"pagination", {{"nextToken", "further"}}}});
    one = step(one->next_cursor);
    ASSERT_TRUE(one);
    EXPECT_EQ(one->next_cursor, "") << "older than was asked for, and so is all behind it";
}

TEST_F(AmazonPlans, APlanThatIsRefusedHoldsUpNoOther) {
    seller.answer(kList,
                  {{"inboundPlans", {plan(kPlan, "2026-11-19T00:00:00Z"), plan("wf2", "2026-11-18T00:00:00Z")}}});
    auto one = step("");
    ASSERT_TRUE(one);
    seller.answer("GET " + kBase, 400, errors("BadRequest", "This operation is not supported for the plan."));
    one = step(one->next_cursor);
    ASSERT_TRUE(one);
    seller.answer("GET /inbound/fba/2024-03-20/inboundPlans/wf2", 503, errors("ServiceUnavailable", "try again"));
    const auto failed = step(one->next_cursor);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
}

TEST_F(AmazonPlans, ADeadTokenOrPlaceStartsTheWalkOver) {
    seller.answer(kList, {{"inboundPlans", Json::array()}, {"pagination", {{"nextToken", "n"}}}});
    const auto one = step("");
    ASSERT_TRUE(one);
    seller.answer(kList + "&paginationToken=n", 400, errors("BadRequest", "The pagination token is invalid."));
    EXPECT_EQ(step(one->next_cursor).error().code, "cursor_refused");
    EXPECT_EQ(step("nonsense").error().code, "cursor_refused");
}

TEST(AmazonPlanUse, OnlyWhereCartonsGoByPackingInformation) {
    for (const auto& [settings, wants] :
         {std::pair{"{}", false}, std::pair{kBoxed, true}, std::pair{"{" BOX R"(,"carton_push":"feed"})", false}}) {
        Seller seller(settings);
        EXPECT_EQ(seller.connector().fba_plan_source()->wants_fba_plans(), wants) << settings;
    }
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
