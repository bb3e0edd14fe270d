// SPDX-License-Identifier: Apache-2.0
// The document itself (tests/contract/rest_schema/lint.js): it fits the meta-schema of OpenAPI 3.1, holds together, and
// its examples fit what they are examples of. So do the events of docs/api/webhooks.md, which the program made.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/schema_check.h"

namespace crossdock {
namespace {

using nlohmann::json;
using testing::SchemaCheck;
namespace fs = std::filesystem;

const fs::path kApi = fs::path(CROSSDOCK_SOURCE_DIR) / "docs/api";

SchemaCheck lint(const fs::path& document) {
    return testing::run_checker(testing::checker_folder("rest_schema"), "lint.js",
                                "@seriousme/openapi-schema-validator",
                                {"--document", document.string(), "--events", (kApi / "webhooks.md").string()});
}

TEST(OpenApiDocument, HoldsTogether) {
    const auto linted = lint(kApi / "openapi.json");
    if (linted.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << linted.said;
    EXPECT_EQ(linted.outcome, SchemaCheck::Outcome::fits) << linted.said;
    std::cout << linted.said;
}

TEST(OpenApiDocument, ThatDoesNotIsRefused) {
    struct Row {
        const char* name;
        void (*spoil)(json& document);
        const char* said;
    };
    const Row rows[]{
        {"no title", [](json& document) { document["info"].erase("title"); }, "meta-schema"},
        {"a parameter in a place that there is not",
         [](json& document) { document["components"]["parameters"]["Limit"]["in"] = "body"; }, "meta-schema"},
        {"a reference to nothing",
         [](json& document) {
             document["paths"]["/v2/orders"]["get"]["responses"]["400"]["$ref"] = "#/components/responses/None";
         },
         "leads nowhere"},
        {"a component that nobody needs",
         [](json& document) {
             document["components"]["schemas"]["Spare"] = {{"type", "object"}};
         },
         "is not used"},
        {"an example that does not fit",
         [](json& document) {
             document["components"]["schemas"]["Order"]["properties"]["acknowledged"]["examples"] = {"maybe"};
         },
         "does not fit"},
        {"an event that says more than is told",
         [](json& document) { document["components"]["schemas"]["Refund"]["properties"].erase("reason"); },
         "webhook refund.created"},
        {"one name for two operations",
         [](json& document) { document["paths"]["/v2/orders"]["get"]["operationId"] = "getOrder"; },
         "no operationId of its own"},
        {"a path parameter that is not told",
         [](json& document) { document["paths"]["/v2/orders/{id}"]["get"].erase("parameters"); }, "path parameters"},
        {"an operation for anybody by mistake",
         [](json& document) { document["paths"]["/v2/keys"]["get"].erase("security"); }, "which key it needs"},
    };
    const fs::path file =
        fs::temp_directory_path() / ("openapi_spoiled_" + std::to_string(std::random_device{}()) + ".json");
    for (const Row& row : rows) {
        std::ifstream in(kApi / "openapi.json");
        json document = json::parse(in);
        row.spoil(document);
        std::ofstream(file) << document.dump();
        const auto linted = lint(file);
        if (linted.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << linted.said;
        EXPECT_EQ(linted.outcome, SchemaCheck::Outcome::mismatch) << row.name;
        EXPECT_NE(linted.said.find(row.said), std::string::npos) << row.name << ": " << linted.said;
    }
    fs::remove(file);
}

}  // namespace
}  // namespace crossdock
