// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/bulk_orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "connectors/shopify/documents.h"
#include "shop.h"

namespace crossdock::connectors::shopify::tests {
namespace {

constexpr const char* kOperation = "gid://shopify/BulkOperation/8066670100786";
constexpr const char* kUrl = "https://storage.googleapis.com/bucket/out.jsonl?Signature=x";

TEST(StartBulk, SendsTheInnerTextFromTheAskedTime) {
    Shop shop;
    shop.answer(
        "HubBulkRun",
        Json{{"bulkOperationRunQuery", {{"bulkOperation", {{"id", kOperation}}}, {"userErrors", Json::array()}}}},
        [](const Json& variables) {
            const auto inner = variables["query"].get<std::string>();
            EXPECT_NE(inner.find("orders(query: \"updated_at:>='2026-09-22T00:00:00Z'\")"), std::string::npos) << inner;
            EXPECT_EQ(inner.find('#'), std::string::npos);
        });
    const auto id = shop.connector().bulk_order_source()->start_bulk(at("2026-09-22T00:00:00Z"));
    ASSERT_TRUE(id) << id.error().message;
    EXPECT_EQ(*id, kOperation);
}

TEST(StartBulk, LeavesOutWhatPagesLeaveOut) {
    Shop shop(R"({"skip_test_orders":true})", R"({"scopes":["read_orders"]})");
    shop.answer(
        "HubBulkRun",
        Json{{"bulkOperationRunQuery", {{"bulkOperation", {{"id", kOperation}}}, {"userErrors", Json::array()}}}},
        [](const Json& variables) {
            const auto inner = variables["query"].get<std::string>();
            EXPECT_NE(inner.find("2026-09-22T00:00:00Z' test:false\")"), std::string::npos) << inner;
            EXPECT_EQ(inner.find("customer {"), std::string::npos);
        });
    EXPECT_TRUE(shop.connector().bulk_order_source()->start_bulk(at("2026-09-22T00:00:00Z")));
}

// Shopify's limits: at most five connections, nested two deep, edges only, no connection inside a plain list.
TEST(StartBulk, StaysWithinShopifysLimits) {
    const std::string_view inner = document("bulk_orders.inner").text;
    EXPECT_LT(inner.size(), 65'535U);
    std::size_t connections = 0;
    int depth = 0, edges_open = 0, deepest = 0;
    std::vector<bool> is_edges;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] == '{') {
            const auto before = inner.substr(0, i).find_last_not_of(" \n");
            const bool edges = before != std::string_view::npos && inner.substr(0, before + 1).ends_with("edges");
            connections += edges ? 1 : 0;
            edges_open += edges ? 1 : 0;
            is_edges.push_back(edges);
            ++depth;
            deepest = std::max(deepest, edges_open);
        } else if (inner[i] == '}') {
            edges_open -= is_edges.back() ? 1 : 0;
            is_edges.pop_back();
            --depth;
        }
    }
    EXPECT_EQ(depth, 0);
    EXPECT_EQ(connections, 5U);
    EXPECT_EQ(deepest, 3);  // orders, and two nested below it
    EXPECT_EQ(inner.find("nodes"), std::string_view::npos);
}

TEST(StartBulk, SaysWhenAsManyRunAsShopifyAllows) {
    Shop shop;
    shop.answer("HubBulkRun", Json::parse(fixture("recorded_bulk_operation.json"))["sixth_concurrent_query"].dump());
    const auto busy = shop.connector().bulk_order_source()->start_bulk(at("2026-09-22T00:00:00Z"));
    EXPECT_EQ(busy.error().kind, ErrorKind::conflict);
    EXPECT_EQ(busy.error().code, "shopify_bulk_busy");
    shop.answer(
        "HubBulkRun",
        Json::parse(fixture("recorded_bulk_operation.json"))["validation"]["sixConnections"]["response"].dump());
    const auto refused = shop.connector().bulk_order_source()->start_bulk(at("2026-09-22T00:00:00Z"));
    EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
    EXPECT_NE(refused.error().message.find("more than 5 connections"), std::string::npos);
}

class RecordedBulkRefusal : public testing::TestWithParam<std::pair<const char*, const char*>> {};
TEST_P(RecordedBulkRefusal, IsOneForGoodInShopifysWords) {
    for (const bool catalogue : {false, true}) {
        Shop shop;
        shop.answer("HubBulkRun",
                    Json::parse(fixture("recorded_bulk_operation.json"))["validation"][GetParam().first]["response"].dump());
        const auto refused = catalogue ? shop.connector().bulk_catalog_source()->start_bulk()
                                       : shop.connector().bulk_order_source()->start_bulk(at("2026-09-22T00:00:00Z"));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::rejected);
        EXPECT_EQ(refused.error().code, "shopify_bulk_refused");
        EXPECT_NE(refused.error().message.find(GetParam().second), std::string::npos) << refused.error().message;
    }
}
INSTANTIATE_TEST_SUITE_P(Recorded, RecordedBulkRefusal,
                         testing::Values(std::pair{"nodesInsteadOfEdges", "'products'"},
                                         std::pair{"ordersNodesInsteadOfEdges", "'orders'"},
                                         std::pair{"topLevelNode", "top level `node` field"},
                                         std::pair{"depthThreeNesting", "nesting depth greater than 2"},
                                         std::pair{"sixConnections", "more than 5 connections"},
                                         std::pair{"nestedWithoutParentId", "must select the 'id' field"},
                                         std::pair{"invalidOperationType", "Only `query` operations"},
                                         std::pair{"connectionWithinList", "connection field within a list field"}),
                         [](const auto& row) { return std::string(row.param.first); });

TEST(StartBulk, TakesTheRecordedStart) {
    Shop shop;
    shop.answer("HubBulkRun", Json::parse(fixture("recorded_bulk_operation.json"))["run"]["response"].dump());
    EXPECT_EQ(*shop.connector().bulk_catalog_source()->start_bulk(), kOperation);
}

// The recorded export was one of products: none of its lines is taken for an order, none for a variant without a product.
TEST(ClassifyBulk, KnowsTheRecordedLines) {
    Shop shop;
    const Json lines = Json::parse(fixture("recorded_bulk_operation.json"))["result_jsonl_lines"];
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_FALSE(shop.connector().bulk_order_source()->classify_bulk_line(lines[0].dump())) << "a product";
    for (std::size_t i = 1; i < 4; ++i) {
        const auto line = shop.connector().bulk_order_source()->classify_bulk_line(lines[i].dump());
        ASSERT_TRUE(line);
        EXPECT_EQ(line->thing, "");
        EXPECT_EQ(line->parent, "gid://shopify/Product/10243914727730");
        EXPECT_EQ(line->id, lines[i]["id"].get<std::string>());
    }
}

TEST(PollBulk, TellsTheStates) {
    Shop shop;
    BulkOrderSource& bulk = *shop.connector().bulk_order_source();
    const auto poll = [&](const Json& operation) {
        shop.answer("HubBulkStatus", Json{{"bulkOperation", operation}},
                    [](const Json& variables) { EXPECT_EQ(variables["id"], kOperation); });
        return bulk.poll_bulk(kOperation);
    };
    const Json recorded = Json::parse(fixture("recorded_bulk_operation.json"))["terminal_operation"];
    const auto done = poll(recorded);
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->finished);
    EXPECT_EQ(done->objects, 4);
    EXPECT_EQ(done->result_url, recorded["url"].get<std::string>());
    const auto running = poll({{"status", "RUNNING"}, {"objectCount", "17"}, {"url", nullptr}});
    ASSERT_TRUE(running);
    EXPECT_FALSE(running->finished);
    EXPECT_EQ(running->objects, 17);
    const auto empty = poll({{"status", "COMPLETED"}, {"objectCount", "0"}, {"url", nullptr}});
    ASSERT_TRUE(empty);
    EXPECT_TRUE(empty->finished);
    EXPECT_EQ(empty->result_url, "");
    EXPECT_EQ(poll({{"status", "FAILED"}, {"errorCode", "ACCESS_DENIED"}}).error().kind, ErrorKind::denied);
    EXPECT_EQ(poll({{"status", "FAILED"}, {"errorCode", "TIMEOUT"}}).error().code, "shopify_bulk_failed");
    for (const char* ended : {"EXPIRED", "CANCELED", "FAILED"})
        EXPECT_EQ(poll({{"status", ended}}).error().kind, ErrorKind::rejected) << "it will not come, however long one waits";
    EXPECT_EQ(poll(nullptr).error().kind, ErrorKind::not_found);
}

TEST(ReadBulk, StreamsLinesWithoutTheToken) {
    Shop shop;
    shop.http.then(200, "{\"id\":\"one\"}\n{\"id\":\"two\"}\r\n\n{\"id\":\"last, without newline\"}", {},
                   [](const net::HttpRequest& request) {
                       EXPECT_EQ(request.method, "GET");
                       EXPECT_EQ(request.url, kUrl);
                       for (const auto& [name, value] : request.headers) EXPECT_NE(value, "shpat_1");
                   });
    std::vector<std::string> lines;
    std::vector<std::int64_t> ends;
    const auto read = shop.connector().bulk_order_source()->read_bulk(kUrl, 0, [&](std::string_view line, std::int64_t next_byte) {
        lines.emplace_back(line);
        ends.push_back(next_byte);
        return true;
    });
    EXPECT_TRUE(read);
    EXPECT_EQ(ends, (std::vector<std::int64_t>{13, 27, 58}));
    EXPECT_EQ(lines,
              (std::vector<std::string>{R"({"id":"one"})", R"({"id":"two"})", R"({"id":"last, without newline"})"}));
}

// "{1}\n{22}\n{333}\n": the second line begins at byte 4, the third at 9.
TEST(ReadBulk, GoesOnWhereItCameTo) {
    const auto read_from_four = [](int status, const char* body) {
        Shop shop;
        shop.http.then(status, body, {}, [](const net::HttpRequest& request) {
            bool asked = false;
            for (const auto& [name, value] : request.headers) asked = asked || (name == "Range" && value == "bytes=3-");
            EXPECT_TRUE(asked);
        });
        std::string seen;
        EXPECT_TRUE(shop.connector().bulk_order_source()->read_bulk(kUrl, 4, [&](std::string_view line, std::int64_t next_byte) {
            seen += std::string{line} + " to " + std::to_string(next_byte) + "; ";
            return true;
        }));
        return seen;
    };
    EXPECT_EQ(read_from_four(206, "\n{22}\n{333}\n"), "{22} to 9; {333} to 15; ");
    EXPECT_EQ(read_from_four(200, "{1}\n{22}\n{333}\n"), "{22} to 9; {333} to 15; ") << "a storage without ranges";
}

TEST(ReadBulk, StopsWhenAskedTo) {
    Shop shop;
    shop.http.then(200, "{}\n{}\n{}\n");
    int seen = 0;
    EXPECT_TRUE(shop.connector().bulk_order_source()->read_bulk(
        kUrl, 0, [&](std::string_view, std::int64_t) { return ++seen < 2; }));
    EXPECT_EQ(seen, 2);
}

TEST(ReadBulk, SaysWhatIsWrongWithoutShowingTheAddress) {
    Shop shop;
    BulkOrderSource& bulk = *shop.connector().bulk_order_source();
    const auto all = [](std::string_view, std::int64_t) { return true; };
    EXPECT_TRUE(bulk.read_bulk("", 0, all));
    EXPECT_TRUE(shop.http.requests().empty());
    for (const char* url : {"http://169.254.169.254/latest", "https://evil.example/x",
                            "http://storage.googleapis.com/x", "https://acme.myshopify.com/x", "x"})
        EXPECT_EQ(bulk.read_bulk(url, 0, all).error().code, "shopify_bulk_address") << url;
    EXPECT_TRUE(shop.http.requests().empty());
    shop.http.then(403, "<Error>Signature</Error>");
    const auto expired = bulk.read_bulk(kUrl, 0, all);
    EXPECT_EQ(expired.error().code, "shopify_bulk_expired");
    EXPECT_EQ(expired.error().kind, ErrorKind::not_found);
    shop.http.then(503, "");
    EXPECT_EQ(bulk.read_bulk(kUrl, 0, all).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(expired.error().message.find("Signature"), std::string::npos);
    shop.http.then_error("net_no_answer");
    EXPECT_EQ(bulk.read_bulk(kUrl, 0, all).error().code, "net_no_answer");
}

TEST(ReadBulk, TrustsASimulatedShopsOwnAddress) {
    Shop shop;
    shop.setup.base_url = "http://127.0.0.1:9100/shopify";
    shop.http.then(200, "{}\n");
    EXPECT_TRUE(shop.connector().bulk_order_source()->read_bulk("http://127.0.0.1:9100/bulk/1", 0,
                                                                [](std::string_view, std::int64_t) { return true; }));
    EXPECT_FALSE(shop.connector().bulk_order_source()->read_bulk("http://127.0.0.1:9101/bulk/1", 0,
                                                                 [](std::string_view, std::int64_t) { return true; }));
}

/// What Shopify's export would write for these orders: children apart from their parents, all mixed.
std::vector<std::string> as_bulk_lines(const Json& orders) {
    std::vector<std::string> roots, children, grandchildren;
    for (Json order : orders) {
        const auto take = [&](Json& parent, const char* field, std::vector<std::string>& into) {
            const Json nodes = parent[field]["nodes"];
            parent.erase(field);
            for (Json node : nodes) {
                node["__parentId"] = parent["id"];
                into.push_back(node.dump());
            }
            return nodes;
        };
        Json fulfillment_orders = order["fulfillmentOrders"]["nodes"];
        order.erase("fulfillmentOrders");
        for (Json& one : fulfillment_orders) {
            one["__parentId"] = order["id"];
            take(one, "lineItems", grandchildren);
            children.push_back(one.dump());
        }
        take(order, "lineItems", children);
        take(order, "shippingLines", children);
        roots.push_back(order.dump());
    }
    std::vector<std::string> lines = roots;
    std::reverse(children.begin(), children.end());
    lines.insert(lines.end(), children.begin(), children.end());
    lines.insert(lines.end(), grandchildren.begin(), grandchildren.end());
    return lines;
}

TEST(AssembleBulk, GivesTheSameOrdersAsThePages) {
    Shop shop;
    BulkOrderSource& bulk = *shop.connector().bulk_order_source();
    const Json orders = Json::parse(fixture("composed_orders_page.json"))["data"]["orders"]["nodes"];
    std::map<std::string, std::vector<std::string>> by_order;
    std::map<std::string, std::string> order_of_part;  // what a caller must find out by itself
    for (const auto& line : as_bulk_lines(orders)) {
        const auto where = bulk.classify_bulk_line(line);
        ASSERT_TRUE(where) << where.error().message << '\n' << line;
        EXPECT_EQ(where->id, Json::parse(line)["id"].get<std::string>());
        EXPECT_EQ(where->parent, Json::parse(line).value("__parentId", ""));
        EXPECT_EQ(where->thing.empty(), where->id.find("FulfillmentOrderLineItem") != std::string::npos);
        if (!where->thing.empty()) order_of_part[where->id] = where->thing;
        by_order[where->thing.empty() ? order_of_part.at(where->parent) : where->thing].push_back(line);
    }
    ASSERT_EQ(by_order.size(), 3U);
    for (const Json& order : orders) {
        auto lines = by_order.at(order["legacyResourceId"]);
        std::rotate(lines.begin(), lines.begin() + 1, lines.end());  // any order will do
        const auto raw = bulk.assemble_bulk(lines);
        ASSERT_TRUE(raw) << raw.error().message;
        EXPECT_EQ(raw->external_order_id, order["legacyResourceId"].get<std::string>());
        EXPECT_EQ(format_rfc3339(raw->updated_at), order["updatedAt"].get<std::string>());
        auto mapped = shop.connector().order_source()->map_order(raw->payload);
        ASSERT_TRUE(mapped) << mapped.error().message;
        auto expected = *shop.connector().order_source()->map_order(order.dump());
        const auto by_id = [](const domain::OrderLine& a, const domain::OrderLine& b) {
            return a.external_line_id < b.external_line_id;
        };
        std::sort(mapped->order.lines.begin(), mapped->order.lines.end(), by_id);
        std::sort(expected.order.lines.begin(), expected.order.lines.end(), by_id);
        EXPECT_EQ(words(mapped->order), words(expected.order));
        EXPECT_EQ(mapped->refunds.size(), expected.refunds.size());
    }
}

TEST(ClassifyBulk, RefusesWhatItCannotPlace) {
    Shop shop;
    const BulkOrderSource& bulk = *shop.connector().bulk_order_source();
    for (const char* line :
         {"", "{", "{}", R"({"id":"gid://shopify/Product/1"})", R"({"__parentId":"gid://shopify/Order/9"})"})
        EXPECT_EQ(bulk.classify_bulk_line(line).error().kind, ErrorKind::invalid) << line;
    const std::vector<std::string> orphan{R"({"id":"gid://shopify/LineItem/1","__parentId":"gid://shopify/Order/9"})"};
    EXPECT_FALSE(bulk.assemble_bulk(orphan));
    EXPECT_FALSE(bulk.assemble_bulk({}));
    // Its buyer was erased in between: of what comes beside it no order is made.
    const std::vector<std::string> erased{
        "(erased)", R"({"id":"gid://shopify/Order/9","legacyResourceId":"9","updatedAt":"2026-11-20T09:15:30Z"})"};
    EXPECT_FALSE(bulk.assemble_bulk(erased));
}

// Results escape their slashes; ids are compared, kept and sent back without.
TEST(ReadBulk, WritesSlashesPlain) {
    Shop shop;
    shop.http.then(200, "{\"id\":\"gid:\\/\\/shopify\\/Order\\/1\",\"note\":\"a \\\\/ b \\n\"}\n{\"x\":1}\n");
    std::vector<std::string> lines;
    std::vector<std::int64_t> ends;
    EXPECT_TRUE(shop.connector().bulk_order_source()->read_bulk(kUrl, 0, [&](std::string_view line, std::int64_t next_byte) {
        lines.emplace_back(line);
        ends.push_back(next_byte);
        return true;
    }));
    // An escaped backslash before a slash is no escaped slash.
    EXPECT_EQ(lines, (std::vector<std::string>{"{\"id\":\"gid://shopify/Order/1\",\"note\":\"a \\\\/ b \\n\"}", "{\"x\":1}"}));
    EXPECT_EQ(ends, (std::vector<std::int64_t>{55, 63})) << "places are those of the file";
}

// ---- the catalogue ----

TEST(StartBulkCatalog, AsksForWhatAPageAsksFor) {
    Shop shop;
    shop.answer(
        "HubBulkRun",
        Json{{"bulkOperationRunQuery", {{"bulkOperation", {{"id", kOperation}}}, {"userErrors", Json::array()}}}},
        [](const Json& variables) {
            std::string inner = variables["query"];
            EXPECT_EQ(inner.find('#'), std::string::npos);
            EXPECT_EQ(inner.find("nodes"), std::string::npos);
            EXPECT_NE(inner.find("productVariants {"), std::string::npos) << "no filter: the whole catalogue";
            // The fields in their order, without what makes a list.
            const auto fields = [](std::string text) {
                text.erase(0, text.find("productVariants"));
                text.erase(0, text.find('{'));
                for (const std::string drop : {"pageInfo", "hasNextPage", "endCursor", "edges", "nodes", "node", "(first: 20)", "{", "}"})
                    for (auto found = text.find(drop); found != std::string::npos; found = text.find(drop)) text.replace(found, drop.size(), " ");
                std::string out;
                for (const char c : text)
                    if (c != '\n' && c != ' ') out += c;
                    else if (!out.empty() && out.back() != ' ') out += ' ';
                return out;
            };
            EXPECT_EQ(fields(inner), fields(std::string{document("variants_page").text}));
        });
    const auto id = shop.connector().bulk_catalog_source()->start_bulk();
    ASSERT_TRUE(id) << id.error().message;
    EXPECT_EQ(*id, kOperation);
}

TEST(PollBulkCatalog, NamesTheScopeThatIsMissing) {
    Shop shop;
    shop.answer("HubBulkStatus",
                Json{{"bulkOperation", {{"id", kOperation}, {"status", "FAILED"}, {"errorCode", "ACCESS_DENIED"}, {"objectCount", "0"}}}});
    const auto progress = shop.connector().bulk_catalog_source()->poll_bulk(kOperation);
    EXPECT_EQ(progress.error().kind, ErrorKind::denied);
    EXPECT_NE(progress.error().message.find("read_products"), std::string::npos) << progress.error().message;
}

/// A page's answer on one line, its fields in the order asked for, as Shopify writes it.
using Ordered = nlohmann::ordered_json;
Ordered variants_as_sent() { return Ordered::parse(fixture("composed_variants_page.json"))["data"]["productVariants"]["nodes"]; }

// A variant that comes by an export is, to the byte, what a page would have brought: or every night would bring a change.
TEST(AssembleBulkCatalog, GivesTheSameVariantsAsThePages) {
    Shop shop;
    const Ordered data{{"data", {{"productVariants", {{"pageInfo", {{"hasNextPage", false}, {"endCursor", "x"}}}, {"nodes", variants_as_sent()}}}}}};
    shop.answer("HubVariantsPage", data.dump());
    const auto page = shop.connector().catalog_source()->fetch_items(std::nullopt, "");
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->items.size(), 4U);

    std::string file;
    std::string levels;
    for (Ordered variant : variants_as_sent()) {
        for (Ordered level : variant["inventoryItem"]["inventoryLevels"]["nodes"]) {
            level["__parentId"] = variant["id"];
            levels += level.dump() + "\n";
        }
        variant["inventoryItem"].erase("inventoryLevels");
        file += variant.dump() + "\n";
    }
    file += levels;
    shop.http.then(200, file);
    BulkCatalogSource& bulk = *shop.connector().bulk_catalog_source();
    std::map<std::string, std::vector<std::string>> by_variant;
    EXPECT_TRUE(bulk.read_bulk(kUrl, 0, [&](std::string_view line, std::int64_t) {
        const auto where = bulk.classify_bulk_line(line);
        EXPECT_TRUE(where) << line;
        if (where) by_variant[where->thing].emplace_back(line);
        return true;
    }));
    ASSERT_EQ(by_variant.size(), 4U);
    for (const RawItem& expected : page->items) {
        const auto raw = bulk.assemble_bulk(by_variant.at(expected.variant_id));
        ASSERT_TRUE(raw) << raw.error().message;
        EXPECT_EQ(raw->variant_id, expected.variant_id);
        EXPECT_EQ(raw->payload, expected.payload);
    }
}

TEST(ClassifyBulkCatalog, RefusesWhatItCannotPlace) {
    Shop shop;
    const BulkCatalogSource& bulk = *shop.connector().bulk_catalog_source();
    EXPECT_FALSE(bulk.classify_bulk_line(R"({"id":"gid://shopify/Order/1"})"));
    EXPECT_FALSE(bulk.classify_bulk_line(R"({"__parentId":"gid://shopify/ProductVariant/9"})"));
    const auto elsewhere =
        bulk.classify_bulk_line(R"({"id":"gid://shopify/InventoryLevel/1","__parentId":"gid://shopify/InventoryItem/9"})");
    ASSERT_TRUE(elsewhere);
    EXPECT_EQ(elsewhere->thing, "") << "it belongs to no variant that is known: the hub takes pages";
    const std::vector<std::string> orphan{
        R"({"id":"gid://shopify/InventoryLevel/1","__parentId":"gid://shopify/ProductVariant/9"})"};
    EXPECT_FALSE(bulk.assemble_bulk(orphan));
    EXPECT_FALSE(bulk.assemble_bulk({}));
}

}  // namespace
}  // namespace crossdock::connectors::shopify::tests
