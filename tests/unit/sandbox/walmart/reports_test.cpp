// SPDX-License-Identifier: Apache-2.0
// On-request reports and the storage that they lie in.
#include "unit/sandbox/walmart/seller_fixture.h"

namespace crossdock::sandbox::walmart {
namespace {

constexpr const char* kRequests = "/v3/reports/reportRequests";
constexpr const char* kItems = "/v3/reports/reportRequests?reportType=ITEM&reportVersion=v4";

class Reports : public SellerTest {
protected:
    std::string ask() { return json::parse(send("POST", kItems, json::object()).body).value("requestId", ""); }
    std::string status_of(const std::string& id) {
        return get(std::string(kRequests) + "/" + id).value("requestStatus", "");
    }
    json address_of(const std::string& id) { return get("/v3/reports/downloadReport?requestId=" + id); }
    /// As a storage is asked: by the address alone.
    http::Response fetch(const std::string& url) {
        const std::string host = "http://127.0.0.1";
        EXPECT_TRUE(url.starts_with(host)) << url;
        return seller->handle(testing::raw_request("GET", url.substr(host.size()), "", {}));
    }
};

TEST_F(Reports, AreMadeInTwentyFiveMinutesAndKeptForThirtyDays) {
    open();
    const std::string id = ask();
    ASSERT_FALSE(id.empty());
    EXPECT_EQ(status_of(id), "RECEIVED");
    EXPECT_EQ(send("GET", "/v3/reports/downloadReport?requestId=" + id).status, 400);
    clock.advance(10min);
    token = fresh_token();
    EXPECT_EQ(status_of(id), "INPROGRESS");
    clock.advance(15min);
    token = fresh_token();
    EXPECT_EQ(status_of(id), "READY");
    EXPECT_EQ(get(std::string(kRequests) + "/" + id)["reportGenerationDate"], "2026-11-21T09:25:00Z");
    const http::Response file = fetch(address_of(id)["downloadURL"]);
    EXPECT_EQ(file.status, 200);
    EXPECT_EQ(file.body.substr(0, 4), "PK\x03\x04");
    clock.advance(24h * 30);
    token = fresh_token();
    EXPECT_EQ(send("GET", std::string(kRequests) + "/" + id).status, 404);
}

TEST_F(Reports, OneATypeAndHour) {
    open();
    ASSERT_FALSE(ask().empty());
    const http::Response second = send("POST", kItems, json::object());
    EXPECT_EQ(second.status, 429);
    EXPECT_TRUE(error_of(second)["code"].get<std::string>().starts_with("REQUEST_THRESHOLD_VIOLATED"));
    clock.advance(1h);
    token = fresh_token();
    EXPECT_FALSE(ask().empty());
    EXPECT_EQ(seller->counters().reports, 2);
}

TEST_F(Reports, TheListTellsWhoAskedForWhat) {
    open();
    EXPECT_EQ(send("GET", kItems).status, 404);
    const json part = {
        {"rowFilters", {{{"type", "enumFilter"}, {"columnName", "Publish Status"}, {"values", {"PUBLISHED"}}}}}};
    ASSERT_EQ(send("POST", kItems, part).status, 200);
    clock.advance(1h);
    token = fresh_token();
    const std::string whole = ask();
    const json list = get(kItems)["requests"];
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0]["requestId"], whole);  // the newest first
    EXPECT_FALSE(list[0].contains("payload"));
    EXPECT_EQ(list[1]["payload"], part);
    EXPECT_EQ(get(std::string(kItems) + "&requestSubmissionStartDate=2026-11-21T09:30:00Z")["requests"].size(), 1U);
    EXPECT_EQ(get(std::string(kItems) + "&requestStatus=READY")["requests"][0]["requestId"], list[1]["requestId"]);
    const json first = get(std::string(kItems) + "&limit=1");
    EXPECT_EQ(first["totalCount"], 2);
    const json second = get(std::string(kRequests) + "?" + first["nextCursor"].get<std::string>());
    EXPECT_EQ(second["requests"][0]["requestId"], list[1]["requestId"]);
    EXPECT_FALSE(second.contains("nextCursor"));
}

TEST_F(Reports, WhatCannotBeMadeIsRefused) {
    open();
    for (const char* query :
         {"?reportType=NONE&reportVersion=v4", "?reportType=ITEM&reportVersion=v9", "?reportVersion=v4"}) {
        EXPECT_EQ(send("POST", std::string(kRequests) + query, json::object()).status, 400) << query;
        clock.advance(1h);
        token = fresh_token();
    }
    http::Fields bare = headers();
    std::erase_if(bare, [](const auto& field) { return field.first == "content-type"; });
    EXPECT_EQ(error_of(send("POST", kItems, "", bare))["field"], "Content-Type");
    EXPECT_EQ(send("GET", std::string(kItems) + "&requestStatus=DONE").status, 400);
    EXPECT_EQ(send("GET", std::string(kRequests) + "/none").status, 404);
    clock.advance(1h);
    token = fresh_token();
    seller->add_fault({"report_error", 1, "generateReport"});
    const std::string id = ask();
    clock.advance(25min);
    token = fresh_token();
    EXPECT_EQ(status_of(id), "ERROR");
    seller->set_scope("reports", "view_only");
    clock.advance(1h);
    token = fresh_token();
    EXPECT_EQ(send("POST", kItems, json::object()).status, 403);
}

TEST_F(Reports, AddressesAreSignedAndDie) {
    open();
    const std::string id = ask();
    clock.advance(25min);
    token = fresh_token();
    const std::string url = address_of(id)["downloadURL"];
    EXPECT_EQ(fetch(url + "0").status, 403);
    EXPECT_EQ(fetch("http://127.0.0.1/walmart/report-files/none.zip?se=1&sig=1").status, 404);
    EXPECT_EQ(fetch(url).status, 200);
    clock.advance(31min);
    EXPECT_EQ(fetch(url).status, 403);
}

}  // namespace
}  // namespace crossdock::sandbox::walmart
