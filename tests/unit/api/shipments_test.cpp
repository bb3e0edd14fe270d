// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "store/shipment_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

struct ShippingHub : Hub {
    std::int64_t order = add_order(shop_us, sample_order("o-1")).value;
    std::int64_t walmart = add_order(wm_us, sample_order("w-1")).value;
    std::int64_t theirs = add_order(others_shop, sample_order("x-1")).value;
    std::int64_t cancelled = [this] {
        auto gone = sample_order("o-2");
        gone.status = domain::OrderStatus::cancelled;
        return add_order(shop_us, gone).value;
    }();
    std::int64_t fulfilled = [this] {
        auto done = sample_order("o-3");
        done.status = domain::OrderStatus::fulfilled;
        return add_order(shop_us, done).value;
    }();
    Answer ship(const std::string& shipments) { return post("/api/v1/shipments", "{\"shipments\":" + shipments + "}"); }
    std::int64_t shipments() {
        return db->read([](db::Session& session) {
            db::Statement count(session, "SELECT count(*) FROM shipments");
            count.step();
            return count.integer(0);
        });
    }
    [[nodiscard]] std::string fill(std::string text) const {
        for (const auto& [mark, id] : {std::pair{"%ORDER", order},
                                       {"%WALMART", walmart},
                                       {"%THEIRS", theirs},
                                       {"%CANCELLED", cancelled},
                                       {"%DONE", fulfilled}})
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark))
                text.replace(at, std::string{mark}.size(), std::to_string(id));
        return text;
    }
};

TEST(Shipments, AreAcceptedAndCanBeLookedUp) {
    ShippingHub hub;
    const auto answer = hub.ship(hub.fill(R"([{"remote_order_id":%ORDER,"carrier":" ups ","service":"Ground",
        "tracking_number":"  1Z999AA10123456784 ","ship_date":"2026-11-20T15:00:00+02:00"}])"));
    ASSERT_EQ(answer.status(), 201) << answer.raw.body;
    EXPECT_EQ(hub.woken, 1);
    const auto id = answer.json().at("created_ids")[0].dump();
    EXPECT_EQ(answer.raw.body, "{\"created_ids\":[" + id + "]}");
    const auto shown = hub.get("/api/v1/shipments/" + id).json();
    EXPECT_EQ(shown, json::parse(hub.fill(R"({"id":)" + id +
                                          R"(,"status":"pending","remote_order_id":%ORDER,"channel":"shop-us",
        "external_order_id":"o-1","carrier":"UPS","service":"Ground","tracking_number":"1Z999AA10123456784",
        "ship_date":"2026-11-20T13:00:00Z","line_items":[],"provider_id":null,"attempts":0,"last_error_code":null,
        "last_error":null,"next_attempt_at":null,"created_at":"2026-11-20T12:00:00Z","finished_at":null})")));
    EXPECT_EQ(hub.get("/api/v1/shipments/" + id, hub.other_key_).raw.body, R"({"error":"shipment not found"})");
    EXPECT_EQ(hub.get("/api/v1/shipments/x").status(), 404);
}

TEST(Shipments, ShowWhyTheyFailed) {
    ShippingHub hub;
    const auto id = hub.ship(hub.fill(R"([{"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z"}])"))
                        .json()
                        .at("created_ids")[0];
    hub.db->write([&](db::Session& session) {
        store::ShipmentRepo repo(session);
        repo.begin_attempt(ShipmentId{id.get<std::int64_t>()});
        repo.end_attempt(ShipmentId{id.get<std::int64_t>()},
                         {"failed", "known", "rejected", "Tracking is invalid", std::nullopt, std::nullopt},
                         hub.clock.now());
    });
    const auto shown = hub.get("/api/v1/shipments/" + id.dump()).json();
    EXPECT_EQ(shown.at("status"), "failed");
    EXPECT_EQ(shown.at("attempts"), 1);
    EXPECT_EQ(shown.at("last_error"), "Tracking is invalid");
    EXPECT_EQ(shown.at("last_error_code"), "rejected");
}

TEST(Shipments, TheSameOneAgainIsTheSamePush) {
    ShippingHub hub;
    const std::string body = hub.fill(R"([{"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z 999"}])");
    const auto once = hub.ship(body);
    const auto twice = hub.ship(body);
    const auto other_spelling = hub.ship(
        hub.fill(R"([{"channel":"shop-us","external_order_id":"o-1","carrier":"ups","tracking_number":"1z999"}])"));
    EXPECT_EQ(once.status(), 201);
    EXPECT_EQ(twice.status(), 201);
    EXPECT_EQ(once.raw.body, twice.raw.body);
    EXPECT_EQ(once.raw.body, other_spelling.raw.body);
    EXPECT_EQ(hub.shipments(), 1);
    const auto other_lines = hub.ship(hub.fill(
        R"([{"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z 999","line_items":[{"external_line_id":"l_1","quantity":1}]}])"));
    EXPECT_EQ(other_lines.status(), 422);
    EXPECT_NE(other_lines.error().find("was already sent for order"), std::string::npos) << other_lines.error();
}

TEST(Shipments, TheSameOneTwiceInOneRequestIsOnePushUnlessTheTwoDisagree) {
    ShippingHub hub;
    const std::string one = R"({"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z 9"})";
    const std::string other =
        R"({"channel":"shop-us","external_order_id":"o-1","carrier":"ups","tracking_number":"1z9","line_items":[{"external_line_id":"l_1","quantity":1}]})";
    const auto refused = hub.ship(hub.fill("[" + one + "," + other + "]"));
    EXPECT_EQ(refused.status(), 422);
    EXPECT_NE(refused.error().find("shipments[0] and shipments[1] send tracking number 1z9"), std::string::npos)
        << refused.error();
    EXPECT_EQ(hub.shipments(), 0);
    const auto accepted = hub.ship(hub.fill("[" + one + "," + one + "]"));
    EXPECT_EQ(accepted.status(), 201);
    EXPECT_EQ(accepted.json()["created_ids"][0], accepted.json()["created_ids"][1]);
    EXPECT_EQ(hub.shipments(), 1);
}

TEST(Shipments, OfOrdersThatTheChannelShipsAreRefusedInWords) {
    ShippingHub hub;
    auto by_amazon = sample_order("fba-1");
    by_amazon.shipped_by = "Amazon (FBA)";
    for (auto& line : by_amazon.lines) line.shippable_quantity = 0;
    const auto id = std::to_string(hub.add_order(hub.shop_us, by_amazon).value);
    const std::string body = R"([{"remote_order_id":%ID,"carrier":"UPS","tracking_number":"1Z"}])";
    const auto with_id = [&](std::string text, const std::string& order) { return text.replace(text.find("%ID"), 3, order); };
    const auto refused = hub.ship(with_id(body, id));
    EXPECT_EQ(refused.status(), 422);
    EXPECT_NE(refused.error().find("order " + id + " (#fba-1) is shipped by Amazon (FBA); there is nothing to send to the channel"),
              std::string::npos)
        << refused.error();
    const auto named_otherwise = hub.ship(
        R"([{"channel":"shop-us","external_order_id":"fba-1","carrier":"UPS","tracking_number":"1Z","line_items":[{"external_line_id":"l_1","quantity":1}]}])");
    EXPECT_EQ(named_otherwise.status(), 422);
    EXPECT_NE(named_otherwise.error().find("is shipped by Amazon (FBA)"), std::string::npos) << named_otherwise.error();
    EXPECT_EQ(hub.shipments(), 0);
    EXPECT_EQ(hub.woken, 0) << "and nothing is pushed";

    // Beside one that may be shipped, all or nothing.
    EXPECT_EQ(hub.ship(hub.fill(R"([{"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z2"},)" +
                                with_id(body, id).substr(1)))
                  .status(),
              422);
    EXPECT_EQ(hub.shipments(), 0);

    // The channel may hand the order over later.
    by_amazon.shipped_by.reset();
    by_amazon.last_remote_update_at = *by_amazon.last_remote_update_at + std::chrono::hours{1};
    for (auto& line : by_amazon.lines) line.shippable_quantity = line.quantity;
    hub.add_order(hub.shop_us, by_amazon);
    EXPECT_EQ(hub.ship(with_id(body, id)).status(), 201);
}

TEST(Shipments, MayBePartial) {
    ShippingHub hub;
    const auto answer = hub.ship(hub.fill(
        R"([{"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z1","line_items":[{"external_line_id":"l_2","quantity":1}]}])"));
    ASSERT_EQ(answer.status(), 201) << answer.raw.body;
    const auto shown = hub.get("/api/v1/shipments/" + answer.json().at("created_ids")[0].dump()).json();
    EXPECT_EQ(shown.at("line_items"), json::parse(R"([{"external_line_id":"l_2","quantity":1}])"));
}

struct ShipmentCase {
    const char* name;
    std::string shipments;
    int status;
    std::string error;
};
class ShipmentBody : public ::testing::TestWithParam<ShipmentCase> {};

TEST_P(ShipmentBody, IsAcceptedOrRefusedAsAWhole) {
    ShippingHub hub;
    const auto answer = hub.ship(hub.fill(GetParam().shipments));
    EXPECT_EQ(answer.status(), GetParam().status) << answer.raw.body;
    if (GetParam().status == 201) return;
    EXPECT_NE(answer.error().find(hub.fill(GetParam().error)), std::string::npos) << answer.error();
    EXPECT_TRUE(answer.error_is_list() || answer.error() == "shipments must be an array");
    EXPECT_EQ(hub.shipments(), 0) << "all or nothing";
    EXPECT_EQ(hub.woken, 0);
}

std::string one(const std::string& members) {
    return "[{\"remote_order_id\":%ORDER,\"carrier\":\"UPS\"," + members + "}]";
}
std::string tracking(const std::string& json_text) { return one("\"tracking_number\":" + json_text); }
std::string dated(const std::string& date) { return one("\"tracking_number\":\"1Z\",\"ship_date\":\"" + date + "\""); }
std::string lines(const std::string& json_text) {
    return one("\"tracking_number\":\"1Z\",\"line_items\":" + json_text);
}

INSTANTIATE_TEST_SUITE_P(
    Tracking, ShipmentBody,
    ::testing::Values(ShipmentCase{"Empty", tracking("\"\""), 422, "Tracking number can't be blank"},
                      ShipmentCase{"Blank", tracking("\"   \""), 422, "Tracking number can't be blank"},
                      ShipmentCase{"Null", tracking("null"), 422, "Tracking number can't be blank"},
                      ShipmentCase{"Missing", one("\"service\":\"Ground\""), 422, "Tracking number can't be blank"},
                      ShipmentCase{"Number", tracking("123"), 422, "shipments[0].tracking_number is not a string"},
                      ShipmentCase{"SpacesAround", tracking("\"  1Z  \""), 201, ""},
                      ShipmentCase{"SpacesInside", tracking("\"1Z 99 9\""), 201, ""},
                      ShipmentCase{"Hundred", tracking("\"" + std::string(100, '1') + "\""), 201, ""},
                      ShipmentCase{"HundredAndOne", tracking("\"" + std::string(101, '1') + "\""), 422,
                                   "shipments[0].tracking_number is longer than 100 characters"},
                      ShipmentCase{"CrLf", tracking("\"1Z\\r\\nX-Evil: 1\""), 422, "control character"},
                      ShipmentCase{"TrailingLineEnd", tracking("\"1Z\\n\""), 422, "control character"},
                      ShipmentCase{"Escape", tracking("\"1Z\\u001b[31m\""), 422, "control character"},
                      ShipmentCase{"C1Control", tracking("\"1Z\\u0085\""), 422, "control character"},
                      ShipmentCase{"RightToLeft", tracking("\"1Z\\u202e9\""), 422, "control character"},
                      ShipmentCase{"ZeroWidth", tracking("\"1Z\\u200b9\""), 422, "control character"},
                      ShipmentCase{"Emoji", tracking("\"1Z\xF0\x9F\x9A\x9A\""), 422, "symbol"},
                      ShipmentCase{"OldEmoji", tracking("\"1Z\\u2708\\ufe0f\""), 422, "symbol"},
                      ShipmentCase{"Keycap", tracking("\"1\\u20e3\""), 422, "symbol"},
                      ShipmentCase{"Umlaut", tracking("\"M\xC3\xBCller-1\""), 201, ""},
                      ShipmentCase{"PunctuationAlone", tracking("\"---\""), 422, "has neither a letter nor a digit"}),
    [](const auto& row) { return std::string{row.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Dates, ShipmentBody,
    ::testing::Values(ShipmentCase{"Utc", dated("2026-11-20T15:00:00Z"), 201, ""},
                      ShipmentCase{"Offset", dated("2026-11-20T15:00:00-05:00"), 201, ""},
                      ShipmentCase{"InTwoDays", dated("2026-11-22T12:00:00Z"), 201, ""},
                      ShipmentCase{"InMoreThanTwoDays", dated("2026-11-22T12:00:01Z"), 422, "more than two days ahead"},
                      ShipmentCase{"YearOne", dated("0001-01-01T00:00:00Z"), 422, "shipments[0].ship_date"},
                      ShipmentCase{"NoZone", dated("2026-11-20T15:00:00"), 422, "has no zone"},
                      ShipmentCase{"DateAlone", dated("2026-11-20"), 422, "zone"},
                      ShipmentCase{"Hour24", dated("2026-11-20T24:00:00Z"), 422, "ship_date"},
                      ShipmentCase{"Feb30", dated("2026-02-30T10:00:00Z"), 422, "ship_date"},
                      ShipmentCase{"LeapSecond", dated("2025-12-31T23:59:60Z"), 201, ""},
                      ShipmentCase{"Word", dated("today"), 422, "ship_date"},
                      ShipmentCase{"EmptyIsAbsent", dated(""), 201, ""},
                      ShipmentCase{"NumberDate", one("\"tracking_number\":\"1Z\",\"ship_date\":20261120"), 422,
                                   "shipments[0].ship_date is not a string"}),
    [](const auto& row) { return std::string{row.param.name}; });

INSTANTIATE_TEST_SUITE_P(
    Lines, ShipmentBody,
    ::testing::Values(
        ShipmentCase{"Null", lines("null"), 201, ""},
        ShipmentCase{"Empty", lines("[]"), 422, "leave it out to ship everything"},
        ShipmentCase{"Object", lines("{}"), 422, "shipments[0].line_items is not an array"},
        ShipmentCase{"NotAnObject", lines("[1]"), 422, "shipments[0].line_items[0] is not an object"},
        ShipmentCase{"NoId", lines(R"([{"quantity":1}])"), 422,
                     "shipments[0].line_items[0].external_line_id must be present"},
        ShipmentCase{"IdNumber", lines(R"([{"external_line_id":5,"quantity":1}])"), 422,
                     "external_line_id is not a string"},
        ShipmentCase{"QuantityZero", lines(R"([{"external_line_id":"l_1","quantity":0}])"), 422,
                     "shipments[0].line_items[0].quantity is not from 1 to 2147483647"},
        ShipmentCase{"QuantityText", lines(R"([{"external_line_id":"l_1","quantity":"1"}])"), 422,
                     "quantity is not a number"},
        ShipmentCase{"SameLineTwice",
                     lines(R"([{"external_line_id":"l_1","quantity":1},{"external_line_id":"l_1","quantity":1}])"), 422,
                     "shipments[0].line_items[0] and line_items[1] name the same line"},
        ShipmentCase{"UnknownLine", lines(R"([{"external_line_id":"l_9","quantity":1}])"), 422,
                     "\"l_9\" is not a line of order"},
        ShipmentCase{"TooMany", lines(R"([{"external_line_id":"l_1","quantity":2}])"), 422, "only 1 were ordered"}),
    [](const auto& row) { return std::string{row.param.name}; });

const std::string kGood = R"({"remote_order_id":%ORDER,"carrier":"UPS","tracking_number":"1Z"})";

INSTANTIATE_TEST_SUITE_P(
    Orders, ShipmentBody,
    ::testing::Values(
        ShipmentCase{"NotAnArray", "{}", 422, "shipments must be an array"},
        ShipmentCase{"Null", "null", 422, "shipments must be an array"}, ShipmentCase{"Empty", "[]", 201, ""},
        ShipmentCase{"NotAnObject", "[1]", 422, "shipments[0] is not an object"},
        ShipmentCase{"UnknownCarrier", R"([{"remote_order_id":%WALMART,"carrier":"Pigeon","tracking_number":"1"}])",
                     422, "Carrier is not a valid carrier code for walmart"},
        ShipmentCase{"CarrierOfAnotherProvider",
                     R"([{"remote_order_id":%WALMART,"carrier":"UPS","tracking_number":"1"}])", 422,
                     "Carrier is not a valid carrier code for walmart"},
        ShipmentCase{"OneBadCarrierOfTwo",
                     "[" + kGood + R"(,{"remote_order_id":%ORDER,"carrier":"Pigeon","tracking_number":"2"}])", 422,
                     "shipments[1]: Carrier is not a valid carrier code for shopify"},
        ShipmentCase{"CarrierMissing", R"([{"remote_order_id":%ORDER,"tracking_number":"1"}])", 422,
                     "Carrier can't be blank"},
        ShipmentCase{"CarrierNumber", R"([{"remote_order_id":%ORDER,"carrier":1,"tracking_number":"1"}])", 422,
                     "shipments[0].carrier is not a string"},
        ShipmentCase{"NoOrder", R"([{"carrier":"UPS","tracking_number":"1"}])", 422,
                     "remote_order_id, or channel and external_order_id, must be present"},
        ShipmentCase{"ChannelAlone", R"([{"channel":"shop-us","carrier":"UPS","tracking_number":"1"}])", 422,
                     "must be present"},
        ShipmentCase{"OrderIdText", R"([{"remote_order_id":"1","carrier":"UPS","tracking_number":"1"}])", 422,
                     "shipments[0].remote_order_id is not an integer"},
        ShipmentCase{"ExternalIdNumber",
                     R"([{"channel":"shop-us","external_order_id":1,"carrier":"UPS","tracking_number":"1"}])", 422,
                     "shipments[0].external_order_id is not a string"},
        ShipmentCase{"Unknown", R"([{"remote_order_id":999999,"carrier":"UPS","tracking_number":"1"}])", 422,
                     "remote_order_id 999999 is not an order of this account"},
        ShipmentCase{"OfAnotherAccount", R"([{"remote_order_id":%THEIRS,"carrier":"UPS","tracking_number":"1"}])", 422,
                     "remote_order_id %THEIRS is not an order of this account"},
        ShipmentCase{"UnknownChannel",
                     R"([{"channel":"nope","external_order_id":"o-1","carrier":"UPS","tracking_number":"1"}])", 422,
                     "channel \"nope\" is not known"},
        ShipmentCase{
            "Conflict",
            R"([{"remote_order_id":%ORDER,"channel":"shop-us","external_order_id":"other","carrier":"UPS","tracking_number":"1"}])",
            422, "has the external_order_id \"o-1\", not \"other\""},
        ShipmentCase{"ConflictOfChannel",
                     R"([{"remote_order_id":%ORDER,"channel":"wm-us","carrier":"UPS","tracking_number":"1"}])", 422,
                     "is not an order of channel wm-us"},
        ShipmentCase{
            "Agreeing",
            R"([{"remote_order_id":%ORDER,"channel":"shop-us","external_order_id":"o-1","carrier":"UPS","tracking_number":"1"}])",
            201, ""},
        ShipmentCase{"Cancelled", R"([{"remote_order_id":%CANCELLED,"carrier":"UPS","tracking_number":"1"}])", 422,
                     "is cancelled"},
        ShipmentCase{"Fulfilled", R"([{"remote_order_id":%DONE,"carrier":"UPS","tracking_number":"1"}])", 422,
                     "already fulfilled"},
        ShipmentCase{"SeveralFaults", R"([{"remote_order_id":%ORDER,"carrier":"","tracking_number":""}])", 422,
                     "Carrier can't be blank | Tracking number can't be blank"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(ShipmentsBody, TheDocumentedAnswersAreExact) {
    ShippingHub hub;
    EXPECT_EQ(hub.ship(hub.fill(tracking("\"\""))).raw.body, R"({"error":["Tracking number can't be blank"]})");
    EXPECT_EQ(hub.ship("1").raw.body, R"({"error":"shipments must be an array"})");
    EXPECT_EQ(hub.post("/api/v1/shipments", "{}").raw.body, R"({"error":"shipments must be an array"})");
}

TEST(ShipmentsBody, MoreThanAThousandAreRefused) {
    ShippingHub hub;
    std::string shipments = "[{}";
    for (int i = 0; i < 1'000; ++i) shipments += ",{}";
    EXPECT_EQ(hub.ship(shipments + "]").error(),
              "shipments has 1001 entries; at most 1000 are accepted in one request");
}

}  // namespace
}  // namespace crossdock::api::testing
