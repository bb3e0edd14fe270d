// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/api/hub.h"

namespace crossdock::api::testing {
namespace {

using nlohmann::json;

std::vector<std::string> external_ids(const Answer& answer) {
    std::vector<std::string> ids;
    for (const auto& order : answer.json()) ids.push_back(order.at("external_order_id"));
    return ids;
}
using Ids = std::vector<std::string>;

enum class Type {
    integer,
    text,
    number,
    boolean,
    array,
    object,
    text_or_null,
    number_or_null,
    boolean_or_null,
    integer_or_null
};

bool is_of(const json& value, Type type) {
    switch (type) {
        case Type::integer: return value.is_number_integer();
        case Type::text: return value.is_string();
        case Type::number: return value.is_number();
        case Type::boolean: return value.is_boolean();
        case Type::array: return value.is_array();
        case Type::object: return value.is_object();
        case Type::text_or_null: return value.is_string() || value.is_null();
        case Type::number_or_null: return value.is_number() || value.is_null();
        case Type::boolean_or_null: return value.is_boolean() || value.is_null();
        case Type::integer_or_null: return value.is_number_integer() || value.is_null();
    }
    return false;
}

void expect_fields(const json& object, const std::vector<std::pair<const char*, Type>>& fields) {
    for (const auto& [name, type] : fields) {
        ASSERT_TRUE(object.contains(name)) << name;
        EXPECT_TRUE(is_of(object.at(name), type)) << name << " is " << object.at(name);
    }
}

// The contract's tables, field by field.
const std::vector<std::pair<const char*, Type>> kOrderFields{{"id", Type::integer},
                                                             {"external_order_id", Type::text},
                                                             {"status", Type::text},
                                                             {"ordered_at", Type::text},
                                                             {"last_remote_update_at", Type::text},
                                                             {"order_number_hint", Type::text_or_null},
                                                             {"fulfillment_channel", Type::text},
                                                             {"channel_code", Type::text},
                                                             {"provider", Type::text},
                                                             {"taxes_included", Type::boolean_or_null},
                                                             {"buyer_name", Type::text_or_null},
                                                             {"buyer_email", Type::text_or_null},
                                                             {"currency", Type::text},
                                                             {"subtotal_amount", Type::number_or_null},
                                                             {"shipping_amount", Type::number_or_null},
                                                             {"tax_amount", Type::number_or_null},
                                                             {"discount_amount", Type::number_or_null},
                                                             {"total_amount", Type::number_or_null},
                                                             {"bill_name", Type::text_or_null},
                                                             {"bill_address1", Type::text_or_null},
                                                             {"bill_address2", Type::text_or_null},
                                                             {"bill_city", Type::text_or_null},
                                                             {"bill_region", Type::text_or_null},
                                                             {"bill_postal", Type::text_or_null},
                                                             {"bill_country", Type::text_or_null},
                                                             {"bill_phone", Type::text_or_null},
                                                             {"ship_name", Type::text_or_null},
                                                             {"ship_address1", Type::text_or_null},
                                                             {"ship_address2", Type::text_or_null},
                                                             {"ship_city", Type::text_or_null},
                                                             {"ship_region", Type::text_or_null},
                                                             {"ship_postal", Type::text_or_null},
                                                             {"ship_country", Type::text_or_null},
                                                             {"ship_phone", Type::text_or_null},
                                                             {"payment_status", Type::text_or_null},
                                                             {"payment_method", Type::text_or_null},
                                                             {"line_items_count", Type::integer},
                                                             {"items_total_quantity", Type::integer},
                                                             {"is_gift", Type::boolean},
                                                             {"notes", Type::text_or_null},
                                                             {"line_items", Type::array},
                                                             {"raw_payload", Type::object},
                                                             {"imported_to_erp", Type::boolean},
                                                             {"imported_at", Type::text_or_null}};
const std::vector<std::pair<const char*, Type>> kLineFields{{"external_line_id", Type::text},
                                                            {"sku", Type::text_or_null},
                                                            {"title", Type::text_or_null},
                                                            {"variant_sku", Type::text_or_null},
                                                            {"item_master_id", Type::integer_or_null},
                                                            {"assigned_location_id", Type::integer_or_null},
                                                            {"assigned_location_name", Type::text_or_null},
                                                            {"quantity", Type::integer},
                                                            {"currency", Type::text},
                                                            {"unit_price", Type::number_or_null},
                                                            {"selling_unit_price", Type::number_or_null},
                                                            {"total_price", Type::number_or_null},
                                                            {"tax_amount", Type::number_or_null},
                                                            {"discount_amount", Type::number_or_null},
                                                            {"shipping_amount", Type::number_or_null},
                                                            {"fulfillment_status", Type::text_or_null},
                                                            {"is_gift", Type::boolean},
                                                            {"notes", Type::text_or_null}};

TEST(OrdersList, HasEveryFieldOfTheContract) {
    Hub hub;
    const auto id = hub.add_order(hub.shop_us, sample_order("1001"));
    const auto answer = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z");
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    EXPECT_EQ(answer.raw.content_type, "application/json");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    const auto orders = answer.json();
    ASSERT_EQ(orders.size(), 1U);
    const auto& order = orders[0];
    expect_fields(order, kOrderFields);
    expect_fields(order.at("line_items")[0], kLineFields);
    EXPECT_EQ(order.at("id"), id.value);
    EXPECT_EQ(order.at("channel_code"), "shop-us");
    EXPECT_EQ(order.at("provider"), "shopify");
    EXPECT_EQ(order.at("last_remote_update_at"), "2026-11-20T10:00:00Z");
    EXPECT_EQ(order.at("line_items_count"), 2);
    EXPECT_EQ(order.at("items_total_quantity"), 3);
    EXPECT_EQ(order.at("raw_payload"), json::parse(R"({"raw":1})"));
    EXPECT_EQ(order.at("imported_to_erp"), false);
    EXPECT_TRUE(order.at("imported_at").is_null());
    EXPECT_NE(answer.raw.body.find("\"total_amount\":58.73,"), std::string::npos);
}

TEST(OrdersList, EmptyIsAnEmptyArray) {
    Hub hub;
    const auto answer = hub.get("/api/v1/orders");
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.raw.body, "[]");
    EXPECT_TRUE(answer.header("X-Next-Cursor"));
}

TEST(OrdersList, SinceIsInclusiveAndSortedByTimeThenId) {
    Hub hub;
    hub.add_order(hub.shop_us, sample_order("c", 20));
    hub.add_order(hub.shop_us, sample_order("a", 10));
    hub.add_order(hub.shop_eu, sample_order("b", 20));
    hub.add_order(hub.shop_us, sample_order("old", 9));
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?since=2026-11-20T10:10:00Z")), (Ids{"a", "c", "b"}));
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?since=2026-11-20T10:10:00Z&channel=shop-us")), (Ids{"a", "c"}));
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?since=2026-11-20T10:10:00Z&limit=2")), (Ids{"a", "c"}));
}

TEST(OrdersList, SinceDefaultsToADayAgo) {
    Hub hub;
    hub.add_order(hub.shop_us, sample_order("new", 0));
    auto older = sample_order("old");
    older.last_remote_update_at = hub.clock.now() - std::chrono::hours{24} - std::chrono::milliseconds{1};
    hub.add_order(hub.shop_us, older);
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders")), Ids{"new"});
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?since=")), Ids{"new"});
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?since=2026-11-19T11:59:59.999Z")), (Ids{"old", "new"}));
}

TEST(OrdersList, ShowsNothingOfOtherAccounts) {
    Hub hub;
    hub.add_order(hub.shop_us, sample_order("ours"));
    hub.add_order(hub.others_shop, sample_order("theirs"));
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?channel=shop-us")), Ids{"ours"});
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?channel=shop-us", hub.other_key_)), Ids{"theirs"});
    const auto answer = hub.get("/api/v1/orders?channel=shop-eu", hub.other_key_);
    EXPECT_EQ(answer.status(), 404);
    EXPECT_EQ(answer.raw.body, R"({"error":"channel not found"})");
}

TEST(OrdersList, AStatusWordMatchesLifecycleOrPayment) {
    Hub hub;
    const auto add = [&](const char* name, domain::OrderStatus status, const char* payment, int minutes) {
        auto order = sample_order(name, minutes);
        order.status = status;
        order.payment_status = payment;
        hub.add_order(hub.shop_us, order);
    };
    using domain::OrderStatus;
    add("open-paid", OrderStatus::open, "paid", 1);
    add("cancelled-paid", OrderStatus::cancelled, "paid", 2);
    add("fulfilled-refunded", OrderStatus::fulfilled, "refunded", 3);
    add("open-pending", OrderStatus::open, "pending", 4);
    add("open-american", OrderStatus::open, "canceled", 5);
    const struct {
        const char* query;
        Ids expected;
    } rows[] = {
        {"", {"open-paid", "cancelled-paid", "fulfilled-refunded", "open-pending", "open-american"}},
        {"&status=", {"open-paid", "cancelled-paid", "fulfilled-refunded", "open-pending", "open-american"}},
        {"&status=paid", {"open-paid", "cancelled-paid"}},
        {"&status=cancelled", {"cancelled-paid", "open-american"}},
        {"&status=canceled", {"cancelled-paid", "open-american"}},
        {"&status=CANCELLED", {"cancelled-paid", "open-american"}},
        {"&statuses=paid,fulfilled", {"open-paid", "cancelled-paid", "fulfilled-refunded"}},
        {"&statuses=paid,,fulfilled,", {"open-paid", "cancelled-paid", "fulfilled-refunded"}},
        {"&statuses[]=paid&statuses[]=fulfilled", {"open-paid", "cancelled-paid", "fulfilled-refunded"}},
        {"&statuses=pending&statuses=refunded", {"fulfilled-refunded", "open-pending"}},
        {"&status=pending&statuses[]=refunded", {"fulfilled-refunded", "open-pending"}},
        {"&statuses[]=", {"open-paid", "cancelled-paid", "fulfilled-refunded", "open-pending", "open-american"}},
        {"&status=closed", {}},
    };
    for (const auto& row : rows) {
        const auto answer = hub.get("/api/v1/orders?since=2026-11-20T00:00:00Z" + std::string{row.query});
        ASSERT_EQ(answer.status(), 200) << row.query << answer.raw.body;
        EXPECT_EQ(external_ids(answer), row.expected) << row.query;
    }
}

TEST(OrdersList, ImportedAndRawNarrowIt) {
    Hub hub;
    const auto first = hub.add_order(hub.shop_us, sample_order("acked", 1));
    hub.add_order(hub.shop_us, sample_order("waiting", 2));
    hub.post_json("/api/v1/orders/ack", json{{"ids", {first.value}}});
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?imported=true")), Ids{"acked"});
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?imported=false")), Ids{"waiting"});
    EXPECT_EQ(external_ids(hub.get("/api/v1/orders?imported=false&channel=shop-us")), Ids{"waiting"});
    EXPECT_EQ(hub.get("/api/v1/orders").json().size(), 2U);
    const auto lean = hub.get("/api/v1/orders?raw=0").json();
    ASSERT_EQ(lean.size(), 2U);
    EXPECT_TRUE(lean[0].at("raw_payload").is_null());
    EXPECT_EQ(lean[0].at("imported_to_erp"), true);
    EXPECT_EQ(lean[0].at("imported_at"), "2026-11-20T12:00:00Z");
}

TEST(OrdersList, OldCancelParametersDoNothingAndAreCalledDeprecated) {
    Hub hub;
    auto cancelled = sample_order("gone");
    cancelled.status = domain::OrderStatus::cancelled;
    hub.add_order(hub.shop_us, cancelled);
    for (const char* name : {"include_cancelled", "include_canceled"}) {
        const auto answer = hub.get("/api/v1/orders?" + std::string{name} + "=false");
        EXPECT_EQ(answer.json().size(), 1U);
        EXPECT_EQ(answer.header("Deprecation"), "@1765497600");
        EXPECT_FALSE(answer.header("Warning"));
    }
    EXPECT_FALSE(hub.get("/api/v1/orders").header("Deprecation"));
}

TEST(OrdersList, UnknownParametersAreIgnoredWithAWarning) {
    Hub hub;
    const auto answer = hub.get("/api/v1/orders?foo=1&chanel=shop-us&evil%0D%0A\"x=2");
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.header("Warning"),
              "299 crossdock \"unknown query parameters were ignored: foo, chanel, evil???x\"");
}

struct ParameterCase {
    const char* name;
    const char* query;
    int status;
    const char* error_contains;
};
class ListParameter : public ::testing::TestWithParam<ParameterCase> {};

TEST_P(ListParameter, IsReadOrRefused) {
    static Hub hub;
    for (const char* list : {"/api/v1/orders?", "/api/v1/refunds?channel=shop-us&", "/api/v1/skus?"}) {
        const std::string query = GetParam().query;
        if (std::string{list}.find("orders") == std::string::npos && query.find("status") != std::string::npos)
            continue;
        if (std::string{list}.find("refunds") != std::string::npos && query.starts_with("channel")) continue;
        if (std::string{list}.find("skus") != std::string::npos && query.find("imported") != std::string::npos)
            continue;
        const auto answer = hub.get(list + query);
        EXPECT_EQ(answer.status(), GetParam().status) << list << query << answer.raw.body;
        if (GetParam().status != 200) {
            EXPECT_NE(answer.error().find(GetParam().error_contains), std::string::npos) << answer.error();
        }
    }
}

const std::string kMany = [] {
    std::string query;
    for (int i = 0; i < 200; ++i) query += (i == 0 ? "" : "&") + std::string{"statuses[]="};
    return query;
}();
const std::string kLongCode = "channel=" + std::string(8'000, 'x');

INSTANTIATE_TEST_SUITE_P(
    Edges, ListParameter,
    ::testing::Values(
        ParameterCase{"LimitZero", "limit=0", 422, "limit \"0\" is not a number from 1 to 500"},
        ParameterCase{"LimitNegative", "limit=-1", 422, "limit"},
        ParameterCase{"LimitWord", "limit=abc", 422, "limit \"abc\""},
        ParameterCase{"LimitFraction", "limit=1.5", 422, "limit"}, ParameterCase{"LimitEmpty", "limit=", 200, ""},
        ParameterCase{"LimitTwice", "limit=5&limit=5", 422, "limit is given 2 times"},
        ParameterCase{"Limit501", "limit=501", 200, ""},
        ParameterCase{"LimitHuge", "limit=99999999999999999999999", 200, ""},
        ParameterCase{"LimitHex", "limit=0x10", 422, "limit"}, ParameterCase{"SinceEmpty", "since=", 200, ""},
        ParameterCase{"SinceWord", "since=yesterday", 422, "since"},
        ParameterCase{"SinceDate", "since=2025-12-01", 200, ""},
        ParameterCase{"SinceLostPlus", "since=2025-12-01T00:00:00+02:00", 200, ""},
        ParameterCase{"SincePlus", "since=2025-12-01T00:00:00%2B02:00", 200, ""},
        ParameterCase{"SinceMicro", "since=2025-12-01T00:00:00.123456Z", 200, ""},
        ParameterCase{"SinceYear9999", "since=9999-01-01T00:00:00Z", 422, "9998"},
        ParameterCase{"SinceFuture", "since=2030-01-01T00:00:00Z", 200, ""},
        ParameterCase{"SinceNoZone", "since=2025-12-01T00:00:00", 200, ""},
        ParameterCase{"SinceTwice", "since=2025-12-01&since=2025-12-02", 422, "since is given 2 times"},
        ParameterCase{"SinceFeb30", "since=2025-02-30T00:00:00Z", 422, "since"},
        ParameterCase{"StatusUnknown", "status=shipped", 422,
                      "valid are open, partially_fulfilled, fulfilled, closed, cancelled"},
        ParameterCase{"StatusesUnknown", "statuses=paid,foo,bar", 422, "\"foo\""},
        ParameterCase{"StatusesMany", kMany.c_str(), 422, "at most 50"},
        ParameterCase{"ImportedWord", "imported=maybe", 422, "imported \"maybe\" is neither true nor false"},
        ParameterCase{"RawWord", "raw=no", 422, "raw"},
        ParameterCase{"ChannelUnknown", "channel=nope", 404, "channel not found"},
        ParameterCase{"ChannelPercent", "channel=%25", 404, "channel not found"},
        ParameterCase{"ChannelSql", "channel=x';--", 404, "channel not found"},
        ParameterCase{"ChannelQuotes", "channel=\"shop-us\"", 404, "channel not found"},
        ParameterCase{"ChannelLookalike", "channel=sh%D0%BEp-us", 404, "channel not found"},
        ParameterCase{"ChannelNotUtf8", "channel=%FF%FE", 404, "channel not found"},
        ParameterCase{"ChannelLong", kLongCode.c_str(), 404, "channel not found"},
        ParameterCase{"ChannelCase", "channel=SHOP-US", 404, "channel not found"},
        ParameterCase{"CursorWord", "cursor=nonsense", 400, "cursor is not valid here; start again without cursor"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(OrdersList, ACappedLimitIsFiveHundred) {
    Hub hub;
    hub.db->write([&](db::Session&) {});
    for (int i = 0; i < 501; ++i) hub.add_order(hub.shop_us, sample_order("o-" + std::to_string(i), i / 100));
    EXPECT_EQ(hub.get("/api/v1/orders?limit=1000").json().size(), 500U);
    EXPECT_EQ(hub.get("/api/v1/orders").json().size(), 100U);
}

TEST(OrdersList, AWordThatIsNotUtf8ComesBackAsText) {
    Hub hub;
    const auto answer = hub.get("/api/v1/orders?status=%FF%C3");
    EXPECT_EQ(answer.status(), 422);
    EXPECT_NO_THROW(answer.json());
}

TEST(OrdersList, HeadAsksWithoutABody) {
    Hub hub;
    http::Request request;
    request.method = "HEAD";
    request.path = "/api/v1/orders";
    request.headers.emplace_back("x-api-key", hub.key_);
    EXPECT_EQ(hub.send(request).status(), 200);
}

TEST(OrderDetails, AddsWhatTheHubKnowsToTheContractsObject) {
    Hub hub;
    auto order = sample_order("1001", 1);
    const auto id = hub.add_order(hub.shop_us, order, R"({"v":1})");
    order.status = domain::OrderStatus::partially_fulfilled;
    order.last_remote_update_at = *order.last_remote_update_at + std::chrono::minutes{1};
    hub.add_order(hub.shop_us, order, R"({"v":2})");
    const auto created = hub.post_json("/api/v1/shipments",
                                       json::parse(R"({"shipments":[{"remote_order_id":)" + std::to_string(id.value) +
                                                   R"(,"carrier":"ups","tracking_number":"1Z1"}]})"));
    ASSERT_EQ(created.status(), 201) << created.raw.body;
    const auto answer = hub.get("/api/v1/orders/" + std::to_string(id.value));
    ASSERT_EQ(answer.status(), 200) << answer.raw.body;
    const auto body = answer.json();
    expect_fields(body, kOrderFields);
    EXPECT_EQ(body.at("status"), "partially_fulfilled");
    EXPECT_EQ(body.at("raw_payload").at("v"), 2);
    EXPECT_TRUE(body.at("remote_missing_at").is_null());
    ASSERT_EQ(body.at("versions").size(), 2U);
    EXPECT_EQ(body.at("versions")[0].at("shown"), false);
    EXPECT_EQ(body.at("versions")[1].at("shown"), true);
    EXPECT_EQ(body.at("versions")[1].at("remote_updated_at"), "2026-11-20T10:02:00Z");
    ASSERT_EQ(body.at("pushes").size(), 1U);
    EXPECT_EQ(body.at("pushes")[0].at("carrier"), "UPS");
    EXPECT_EQ(body.at("pushes")[0].at("status"), "pending");
    EXPECT_TRUE(body.at("problems").is_array());
    EXPECT_TRUE(hub.get("/api/v1/orders/" + std::to_string(id.value) + "?raw=0").json().at("raw_payload").is_null());
}

TEST(OrderDetails, AnUnknownOneAndAnotherAccountsAreTheSame404) {
    Hub hub;
    const auto theirs = hub.add_order(hub.others_shop, sample_order("x"));
    for (const std::string& id :
         {std::to_string(theirs.value), std::string{"999999"}, std::string{"0"}, std::string{"-1"}, std::string{"abc"},
          std::string{"99999999999999999999"}, std::string{"1x"}}) {
        const auto answer = hub.get("/api/v1/orders/" + id);
        EXPECT_EQ(answer.status(), 404) << id;
        EXPECT_EQ(answer.raw.body, R"({"error":"order not found"})");
    }
}

}  // namespace
}  // namespace crossdock::api::testing
