// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "store/event_repo.h"
#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

class Ack : public ::testing::Test {
protected:
    Hub hub;
    std::int64_t first = hub.add_order(hub.shop_us, sample_order("a", 1)).value;
    std::int64_t second = hub.add_order(hub.shop_eu, sample_order("b", 2)).value;
    std::int64_t theirs = hub.add_order(hub.others_shop, sample_order("c", 3)).value;
    Answer ack(const json& ids) { return hub.post_json("/api/v1/orders/ack", json{{"ids", ids}}); }
    json order(std::int64_t id) { return hub.get("/api/v1/orders/" + std::to_string(id)).json(); }
};

TEST_F(Ack, CountsFirstAcknowledgementsOnly) {
    const auto answer = ack({first, second});
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.raw.body, R"({"updated":2})");
    EXPECT_EQ(order(first).at("imported_to_erp"), true);
    EXPECT_EQ(order(first).at("imported_at"), "2026-11-20T12:00:00Z");
    hub.clock.advance(std::chrono::hours{1});
    EXPECT_EQ(ack({first, second}).raw.body, R"({"updated":0})");
    EXPECT_EQ(order(first).at("imported_at"), "2026-11-20T12:00:00Z") << "the first time is kept";
}

TEST_F(Ack, CountsADuplicateIdOnce) { EXPECT_EQ(ack({first, first, first}).raw.body, R"({"updated":1})"); }

TEST_F(Ack, PassesOverUnknownIdsAndThoseOfOtherAccounts) {
    EXPECT_EQ(ack({first, theirs, 999999, 9223372036854775807}).raw.body, R"({"updated":1})");
    const auto others = hub.get("/api/v1/orders/" + std::to_string(theirs), hub.other_key_).json();
    EXPECT_EQ(others.at("imported_to_erp"), false);
    EXPECT_EQ(ack(json::array()).raw.body, R"({"updated":0})");
}

TEST_F(Ack, WholeNumbersMayBeWrittenAsFractions) {
    EXPECT_EQ(hub.post("/api/v1/orders/ack", "{\"ids\":[" + std::to_string(first) + ".0]}").raw.body,
              R"({"updated":1})");
}

TEST_F(Ack, ConcurrentAcknowledgementsAddUpToOne) {
    std::atomic<int> updated{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&] { updated += ack({first, second}).json().at("updated").get<int>(); });
    for (auto& client : clients) client.join();
    EXPECT_EQ(updated, 2);
}

TEST_F(Ack, RefundsAreAcknowledgedTheSameWay) {
    const auto id = hub.add_refund(hub.shop_us, sample_refund("r-1"));
    const auto others = hub.add_refund(hub.others_shop, sample_refund("r-2"));
    EXPECT_EQ(hub.post_json("/api/v1/refunds/ack", json{{"ids", {id, others, id}}}).raw.body, R"({"updated":1})");
    EXPECT_EQ(hub.post_json("/api/v1/refunds/ack", json{{"ids", {id}}}).raw.body, R"({"updated":0})");
    const auto list = hub.get("/api/v1/refunds?channel=shop-us").json();
    EXPECT_EQ(list[0].at("imported_to_erp"), true);
    EXPECT_EQ(list[0].at("imported_at"), "2026-11-20T12:00:00Z");
}

TEST_F(Ack, TenThousandIdsAreTakenAndOneMoreIsNot) {
    json ids = json::array();
    for (int i = 1; i <= 10'000; ++i) ids.push_back(i);
    EXPECT_EQ(ack(ids).status(), 200);
    ids.push_back(10'001);
    const auto answer = ack(ids);
    EXPECT_EQ(answer.status(), 422);
    EXPECT_EQ(answer.error(), "ids has 10001 entries; at most 10000 are accepted in one request");
}

TEST_F(Ack, ThousandsOfFaultsAreToldInAPage) {
    json ids = json::array();
    for (int i = 0; i < 10'000; ++i) ids.push_back("x");
    const auto answer = ack(ids);
    EXPECT_EQ(answer.status(), 422);
    const auto error = answer.json().at("error");
    ASSERT_EQ(error.size(), 101U);
    EXPECT_EQ(error[99], "ids[99] is not an integer");
    EXPECT_EQ(error[100], "and 9900 more of the same request");
}

struct BodyCase {
    const char* name;
    std::string body;
    int status;
    std::string error;  // contained
};

class AckBody : public ::testing::TestWithParam<BodyCase> {};

TEST_P(AckBody, IsReadOrRefusedWithTheReason) {
    static Hub hub;
    for (const char* path : {"/api/v1/orders/ack", "/api/v1/refunds/ack"}) {
        const auto answer = hub.post(path, GetParam().body);
        EXPECT_EQ(answer.status(), GetParam().status) << answer.raw.body;
        if (GetParam().status != 200) {
            EXPECT_NE(answer.error().find(GetParam().error), std::string::npos) << answer.error();
        }
    }
}

std::string nested(int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
}

std::string many_elements() {
    std::string body = "{\"ids\":[],\"x\":[0";
    for (int i = 0; i < 100'001; ++i) body += ",0";
    return body + "]}";
}

INSTANTIATE_TEST_SUITE_P(
    Catalogue, AckBody,
    ::testing::Values(
        BodyCase{"Empty", "", 400, "line 1, column 1"}, BodyCase{"Blanks", "   ", 400, "line 1"},
        BodyCase{"TwoDocuments", "{\"ids\":[]} {}", 400, "line 1, column 12"},
        BodyCase{"TrailingComma", "{\"ids\":[1,]}", 400, "line 1, column 11"},
        BodyCase{"SecondLine", "{\n  \"ids\": [NaN]}", 400, "line 2, column 11"},
        BodyCase{"Comment", "{\"ids\":[] /* x */}", 400, "line 1"},
        BodyCase{"SingleQuotes", "{'ids':[]}", 400, "line 1, column 2"},
        BodyCase{"Depth65", "{\"ids\":" + nested(64) + "}", 400, "nested deeper than 64"},
        BodyCase{"Depth20000", nested(20'000), 400, "nested deeper"},
        BodyCase{"Elements", many_elements(), 422, "more than 100000 values"},
        BodyCase{"LongString", "{\"ids\":[],\"x\":\"" + std::string(300'000, 'a') + "\"}", 422, "a string is longer"},
        BodyCase{"DuplicateKey", R"({"ids":[1],"ids":[2]})", 422, "\"ids\" stands twice"},
        BodyCase{"BadUtf8", "{\"ids\":[],\"x\":\"\xFF\"}", 400, "UTF-8"},
        BodyCase{"LoneSurrogate", R"({"ids":[],"x":"\ud800"})", 400, "line 1"},
        BodyCase{"Nul", R"({"ids":[],"x":"\u0000"})", 422, "U+0000"},
        BodyCase{"ByteOrderMark", "\xEF\xBB\xBF{\"ids\":[]}", 200, ""},
        BodyCase{"TopArray", "[1]", 422, "must be an object"}, BodyCase{"TopString", "\"x\"", 422, "must be an object"},
        BodyCase{"TopNumber", "1", 422, "must be an object"}, BodyCase{"TopNull", "null", 422, "must be an object"},
        BodyCase{"IdsMissing", "{}", 422, "ids must be an array"},
        BodyCase{"IdsNull", R"({"ids":null})", 422, "ids must be an array"},
        BodyCase{"IdsString", R"({"ids":"1"})", 422, "ids must be an array"},
        BodyCase{"IdsObject", R"({"ids":{}})", 422, "ids must be an array"},
        BodyCase{"IdsEmpty", R"({"ids":[]})", 200, ""},
        BodyCase{"IdString", R"({"ids":[1,"5"]})", 422, "ids[1] is not an integer"},
        BodyCase{"IdFraction", R"({"ids":[5.5]})", 422, "ids[0] is not an integer"},
        BodyCase{"IdNegative", R"({"ids":[1,2,-1]})", 422, "ids[2] is not an id"},
        BodyCase{"IdZero", R"({"ids":[0]})", 422, "ids[0] is not an id"},
        BodyCase{"IdTooLarge", R"({"ids":[9223372036854775808]})", 422, "ids[0] is too large"},
        BodyCase{"IdFarTooLarge", R"({"ids":[123456789012345678901234567890]})", 422, "ids[0] is too large"},
        BodyCase{"IdBeyondDouble", R"({"ids":[1e400]})", 400, "too large"},
        BodyCase{"IdTrue", R"({"ids":[true]})", 422, "ids[0] is not an integer"},
        BodyCase{"IdNull", R"({"ids":[null]})", 422, "ids[0] is not an integer"},
        BodyCase{"IdArray", R"({"ids":[[1]]})", 422, "ids[0] is not an integer"},
        BodyCase{"UnknownMember", R"({"ids":[],"more":{"a":[1]}})", 200, ""}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(AckErrors, OneFaultIsAStringAndSeveralAreAnArray) {
    Hub hub;
    EXPECT_TRUE(hub.post("/api/v1/orders/ack", R"({"ids":["a"]})").json().at("error").is_string());
    const auto several = hub.post("/api/v1/orders/ack", R"({"ids":["a",5.5]})");
    EXPECT_TRUE(several.error_is_list());
    EXPECT_EQ(several.error(), "ids[0] is not an integer | ids[1] is not an integer");
}

TEST(ContentType, JsonInUtf8OrNothingIsAccepted) {
    Hub hub;
    const struct {
        const char* type;
        int status;
    } rows[] = {{"application/json", 200},
                {"application/json; charset=utf-8", 200},
                {"Application/JSON;charset=\"UTF-8\"", 200},
                {"application/vnd.erp+json", 200},
                {"", 200},
                {"application/json; charset=latin1", 415},
                {"application/json; charset=iso-8859-1", 415},
                {"application/json; charset=utf-16", 415},
                {"text/plain", 415},
                {"application/x-www-form-urlencoded", 415},
                {"text/xml", 415},
                {"multipart/form-data; boundary=x", 415}};
    for (const auto& row : rows)
        EXPECT_EQ(hub.post("/api/v1/orders/ack", R"({"ids":[]})", hub.key_, row.type).status(), row.status) << row.type;
    EXPECT_EQ(hub.post("/api/v1/orders/ack", R"({"ids":[]})", hub.key_, "text/xml").error(),
              "Content-Type text/xml is not accepted; send Content-Type: application/json");
}

TEST(BodyLimits, AreSetPerRoute) {
    Hub hub;
    EXPECT_EQ(hub.router.body_limit("POST", "/api/v1/orders/ack"), 1024U * 1024);
    EXPECT_EQ(hub.router.body_limit("POST", "/hooks/shop-us"), 2U * 1024 * 1024);
}

}  // namespace
}  // namespace crossdock::api::testing
