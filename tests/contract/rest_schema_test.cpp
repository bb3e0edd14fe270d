// SPDX-License-Identifier: Apache-2.0
// The checker of recorded REST traffic itself: what the providers published as examples must fit their published files,
// and each kind of breakage must be refused. The files and the examples are read in place.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "support/rest_recording.h"

namespace crossdock {
namespace {

using nlohmann::json;
using testing::SchemaCheck;
namespace fs = std::filesystem;

const fs::path kSpecs = fs::path(CROSSDOCK_SHARED_DIR) / "specs";

/// A folder that is gone after the test.
struct Scratch {
    fs::path folder = fs::temp_directory_path() / ("rest_schema_" + std::to_string(std::random_device{}()));
    Scratch() { fs::create_directories(folder); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { fs::remove_all(folder); }
};

struct Published {
    const char* name;
    const char* folder;                 // below shared/specs
    const char* slips;                  // below tests/contract/rest_schema/slips
    std::vector<std::string> files;     // empty: every Swagger or OpenAPI file of the folder
    std::vector<std::string> selected;  // further arguments of examples.js
};

std::vector<Published> published() {
    return {{"amazon", "amazon", "amazon", {}, {}},
            {"ebay", "ebay", "ebay", {}, {}},
            {"walmart", "walmart", "walmart", {}, {}},
            {"shipstation_v1", "shipstation", "shipstation_v1", {"v1_swagger.json"}, {"--except", "/v2/"}},
            {"shipstation_v2", "shipstation", "shipstation_v2", {"v2_openapi.yaml"}, {"--only", "/v2/"}}};
}

std::string head_of(const fs::path& file) {
    std::ifstream in(file);
    std::string head(200, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head;
}

std::vector<std::string> files_of(const Published& provider) {
    std::vector<std::string> files;
    for (const auto& file : provider.files) files.push_back(std::string(provider.folder) + "/" + file);
    if (!files.empty() || !fs::exists(kSpecs / provider.folder)) return files;
    for (const auto& entry : fs::directory_iterator(kSpecs / provider.folder)) {
        if (!entry.is_regular_file()) continue;
        const std::string head = head_of(entry.path());
        if (head.find("swagger") == std::string::npos && head.find("openapi") == std::string::npos) continue;
        files.push_back(std::string(provider.folder) + "/" + entry.path().filename().string());
    }
    return files;
}

std::string slips_of(const Published& provider) {
    const auto folder = testing::checker_folder("rest_schema") / "slips";
    return (folder / (std::string(provider.slips) + ".json")).string() + "," +
           (folder / "examples" / (std::string(provider.slips) + ".json")).string();
}

SchemaCheck check(const Published& provider, std::vector<std::string> arguments) {
    std::string files;
    for (const auto& file : files_of(provider)) files += (files.empty() ? "" : ",") + (kSpecs / file).string();
    if (files.empty()) return {SchemaCheck::Outcome::cannot_run, "no published files at " + kSpecs.string()};
    arguments.insert(arguments.end(), {"--spec", files, "--slips", slips_of(provider)});
    return testing::run_checker(testing::checker_folder("rest_schema"), "check.js", "ajv", arguments);
}

SchemaCheck record_examples(const Published& provider, const fs::path& folder) {
    const auto examples = kSpecs / provider.folder / "examples";
    if (!fs::exists(examples)) return {SchemaCheck::Outcome::cannot_run, "no examples at " + examples.string()};
    std::vector<std::string> arguments{"--provider", provider.folder,
                                       "--folder",   examples.string(),
                                       "--whole",    (folder / "whole.jsonl").string(),
                                       "--answers",  (folder / "answers.jsonl").string()};
    arguments.insert(arguments.end(), provider.selected.begin(), provider.selected.end());
    return testing::run_checker(testing::checker_folder("rest_schema"), "examples.js", "ajv", arguments);
}

class RestSchema : public ::testing::TestWithParam<Published> {};

TEST_P(RestSchema, EveryOperationOfThePublishedFilesLoads) {
    const auto loaded = check(GetParam(), {"--compile", "yes"});
    if (loaded.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << loaded.said;
    EXPECT_EQ(loaded.outcome, SchemaCheck::Outcome::fits) << loaded.said;
    std::cout << loaded.said;
}

TEST_P(RestSchema, PublishedExamplesFit) {
    const Scratch scratch;
    const auto recorded = record_examples(GetParam(), scratch.folder);
    if (recorded.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << recorded.said;
    ASSERT_EQ(recorded.outcome, SchemaCheck::Outcome::fits) << recorded.said;
    const auto whole = check(GetParam(), {"--recording", (scratch.folder / "whole.jsonl").string()});
    EXPECT_EQ(whole.outcome, SchemaCheck::Outcome::fits) << whole.said;
    const auto answers =
        check(GetParam(), {"--recording", (scratch.folder / "answers.jsonl").string(), "--parts", "response"});
    EXPECT_EQ(answers.outcome, SchemaCheck::Outcome::fits) << answers.said;
    std::cout << recorded.said << whole.said;
}

INSTANTIATE_TEST_SUITE_P(Provider, RestSchema, ::testing::ValuesIn(published()),
                         [](const auto& row) { return std::string(row.param.name); });

/// One exchange that fits, made wrong in one way.
struct Breakage {
    const char* name;
    std::size_t provider;  // in published()
    const char* method;
    const char* target;
    std::function<void(json&)> spoil;
    const char* expected;  // what the checker must say
};

void edit_body(json& line, const char* which, const std::function<void(json&)>& edit) {
    json body = json::parse(line[which].get<std::string>());
    edit(body);
    line[which] = body.dump();
}

std::vector<Breakage> breakages() {
    const char* inventory = "/v3/inventory";
    const char* plans = "/inbound/fba/2024-03-20/inboundPlans";
    const auto answer = [](const std::function<void(json&)>& edit) {
        return [edit](json& line) { edit_body(line, "response_body", edit); };
    };
    const auto request = [](const std::function<void(json&)>& edit) {
        return [edit](json& line) { edit_body(line, "request_body", edit); };
    };
    return {
        {"AnswerLacksARequiredField", 0, "GET", plans,
         answer([](json& body) { body["inboundPlans"][0].erase("inboundPlanId"); }), "is missing"},
        {"AnswerHasAWrongType", 0, "GET", plans, answer([](json& body) { body["inboundPlans"][0]["name"] = 7; }),
         "must be string"},
        {"AnswerHasANull", 0, "GET", plans, answer([](json& body) { body["inboundPlans"][0]["name"] = nullptr; }),
         "must be string"},
        {"AnswerHasAnUnknownField", 0, "GET", plans, answer([](json& body) { body["inboundPlans"][0]["nmae"] = "x"; }),
         "a property that the schema does not name"},
        {"AnswerIsNotJson", 0, "GET", plans, [](json& line) { line["response_body"] = "<html>"; }, "is not JSON"},
        {"AnswerIsOfAnotherMediaType", 0, "GET", plans,
         [](json& line) {
             line["response_headers"] = json::array({{"Content-Type", "text/html"}});
         },
         "is none of"},
        {"AnswerIsEmpty", 0, "GET", plans, [](json& line) { line["response_body"] = ""; }, "response.body: is missing"},
        {"StatusIsNotDescribed", 0, "GET", plans, [](json& line) { line["status"] = 418; }, "response.status.418"},
        {"QueryParameterIsUnknown", 0, "GET", plans,
         [](json& line) {
             line["query"].push_back({"pagesize", "2"});
         },
         "does not name"},
        {"QueryParameterIsNoNumber", 0, "GET", plans,
         [](json& line) {
             for (auto& pair : line["query"])
                 if (pair[0] == "pageSize") pair[1] = "two";
         },
         "must be integer"},
        {"QueryParameterIsTooLarge", 0, "GET", plans,
         [](json& line) {
             for (auto& pair : line["query"])
                 if (pair[0] == "pageSize") pair[1] = "31";
         },
         "must be <= 30"},
        {"QueryParameterIsNoneOfTheEnum", 0, "GET", plans,
         [](json& line) {
             for (auto& pair : line["query"])
                 if (pair[0] == "sortOrder") pair[1] = "UP";
         },
         "allowed values"},
        {"PathIsUnknown", 0, "GET", plans, [](json& line) { line["target"] = "/inbound/fba/2024-03-20/plans"; },
         "no operation of the published files"},
        {"MethodIsUnknown", 0, "GET", plans, [](json& line) { line["method"] = "PATCH"; },
         "no operation of the published files"},
        {"RequiredQueryParameterIsMissing", 2, "PUT", inventory, [](json& line) { line["query"] = json::array(); },
         "request.query.sku: is missing"},
        {"RequiredHeaderIsMissing", 2, "PUT", inventory,
         [](json& line) {
             line["request_headers"] = json::array({{"content-type", "application/json"}});
         },
         "request.header."},
        {"RequestLacksARequiredField", 2, "PUT", inventory,
         request([](json& body) { body["quantity"].erase("amount"); }), "is missing"},
        {"RequestHasAWrongType", 2, "PUT", inventory, request([](json& body) { body["quantity"]["amount"] = "ten"; }),
         "must be"},
        {"RequestHasAnUnknownField", 2, "PUT", inventory, request([](json& body) { body["stock"] = 1; }),
         "a property that the schema does not name"},
        {"RequestHasNoBody", 2, "PUT", inventory, [](json& line) { line["request_body"] = ""; },
         "request.body: is missing"},
        {"RequestIsOfAnotherMediaType", 2, "PUT", inventory,
         [](json& line) {
             for (auto& pair : line["request_headers"])
                 if (pair[0] == "content-type") pair[1] = "text/csv";
         },
         "is none of"},
        {"FormLacksAField", 2, "POST", "/v3/token", [](json& line) { line["request_body"] = "scope=all"; },
         "grant_type: is missing"},
    };
}

// All of one provider in one run: reading the published files takes longer than all the rest.
TEST(RestBreakage, EachKindIsRefusedForTheRightReason) {
    const auto rows = breakages();
    for (std::size_t i = 0; i < published().size(); ++i) {
        Published provider = published()[i];
        if (provider.folder == std::string{"walmart"}) provider.files = {"authentication.yaml", "inventory.yaml"};
        std::vector<const Breakage*> own;
        for (const Breakage& row : rows)
            if (row.provider == i) own.push_back(&row);
        if (own.empty()) continue;
        const Scratch scratch;
        const auto recorded = record_examples(provider, scratch.folder);
        if (recorded.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << recorded.said;
        std::ofstream out(scratch.folder / "broken.jsonl");
        for (const Breakage* row : own) {
            std::ifstream in(scratch.folder / "whole.jsonl");
            json broken;
            for (std::string text; broken.is_null() && std::getline(in, text);) {
                json line = json::parse(text);
                if (line["method"] == row->method && line["target"] == row->target) broken = std::move(line);
            }
            ASSERT_FALSE(broken.is_null()) << "no example of " << row->target;
            row->spoil(broken);
            out << broken.dump() << '\n';
        }
        out.close();
        const auto checked =
            check(provider, {"--recording", (scratch.folder / "broken.jsonl").string(), "--inverted", "yes"});
        EXPECT_EQ(checked.outcome, SchemaCheck::Outcome::fits) << checked.said;
        for (std::size_t n = 0; n < own.size(); ++n) {
            const auto line = checked.said.find("refused: line " + std::to_string(n + 1) + ": ");
            ASSERT_NE(line, std::string::npos) << own[n]->name << ": " << checked.said;
            const std::string why = checked.said.substr(line, checked.said.find('\n', line) - line);
            EXPECT_NE(why.find(own[n]->expected), std::string::npos) << own[n]->name << ": " << why;
        }
    }
}

}  // namespace
}  // namespace crossdock
