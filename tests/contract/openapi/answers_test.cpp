// SPDX-License-Identifier: Apache-2.0
// What the tests of the API (unit/api) saw the hub answer, held against docs/api/openapi.json: each status must be
// described, with its media type, its headers and every member of its body; each operation must have been answered.
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

const fs::path kDocument = fs::path(CROSSDOCK_SOURCE_DIR) / "docs/api/openapi.json";

struct Scratch {
    fs::path folder = fs::temp_directory_path() / ("openapi_answers_" + std::to_string(std::random_device{}()));
    Scratch() { fs::create_directories(folder); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { fs::remove_all(folder); }
};

/// All lines that the processes of unit/api left, once each.
std::vector<std::string> recorded() {
    std::vector<std::string> lines;
    if (!fs::exists(CROSSDOCK_API_RECORDING)) return lines;
    for (const auto& entry : fs::directory_iterator(CROSSDOCK_API_RECORDING)) {
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);) lines.push_back(line);
    }
    return lines;
}

fs::path write_lines(const fs::path& file, const std::vector<std::string>& lines) {
    std::ofstream out(file);
    for (const std::string& line : lines) out << line << '\n';
    return file;
}

SchemaCheck check(const fs::path& recording, std::vector<std::string> more) {
    std::vector<std::string> arguments{"--spec",           kDocument.string(), "--recording",
                                       recording.string(), "--parts",          "response"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return testing::run_checker(testing::checker_folder("rest_schema"), "check.js", "ajv", arguments);
}

std::string every_operation() {
    std::ifstream file(kDocument);
    std::string names;
    const json paths = json::parse(file)["paths"];
    for (const auto& [path, item] : paths.items())
        for (const auto& [method, operation] : item.items())
            if (method != "parameters")
                names += (names.empty() ? "" : ",") + operation["operationId"].get<std::string>();
    return names;
}

TEST(OpenApiAnswers, AreAsTheDocumentSaysAndOfEveryOperation) {
    const Scratch scratch;
    const auto lines = recorded();
    ASSERT_FALSE(lines.empty()) << "nothing was recorded in " << CROSSDOCK_API_RECORDING << ": run unit_api by ctest";
    const auto checked =
        check(write_lines(scratch.folder / "answers.jsonl", lines), {"--all", "yes", "--expect", every_operation()});
    if (checked.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << checked.said;
    EXPECT_EQ(checked.outcome, SchemaCheck::Outcome::fits) << checked.said;
    std::cout << checked.said;
}

/// A real answer made wrong in one way, and what the checker must say of it.
struct Spoiled {
    const char* name;
    void (*spoil)(json& line);
    const char* said;
};

void edit_body(json& line, void (*edit)(json&)) {
    json body = json::parse(line["response_body"].get<std::string>());
    edit(body);
    line["response_body"] = body.dump();
}

TEST(OpenApiAnswers, ThatAreWrongInAnyWayAreRefused) {
    const std::vector<Spoiled> rows{
        {"a member that nobody described",
         [](json& line) { edit_body(line, [](json& body) { body["data"]["colour"] = "red"; }); },
         "a property that the schema does not name"},
        {"one deep inside",
         [](json& line) { edit_body(line, [](json& body) { body["data"]["customer"]["age"] = 7; }); },
         "a property that the schema does not name"},
        {"a member that is missing",
         [](json& line) { edit_body(line, [](json& body) { body["data"].erase("number"); }); }, "is missing"},
        {"a wrong type", [](json& line) { edit_body(line, [](json& body) { body["data"]["acknowledged"] = "no"; }); },
         "must be boolean"},
        {"a null where there is none",
         [](json& line) { edit_body(line, [](json& body) { body["data"]["currency"] = nullptr; }); }, "must be string"},
        {"a word that is none",
         [](json& line) { edit_body(line, [](json& body) { body["data"]["status"] = "open"; }); }, "allowed values"},
        {"a time that is none",
         [](json& line) { edit_body(line, [](json& body) { body["data"]["created_at"] = "yesterday"; }); },
         "date-time"},
        {"a status that is not described", [](json& line) { line["status"] = 202; }, "response.status.202"},
        {"another media type",
         [](json& line) {
             line["response_headers"] =
                 json::array({{"Content-Type", "text/html"}, {"X-Request-Id", "5f"}, {"API-Version", "2026-04-01"}});
         },
         "is none of"},
        {"a header that is missing",
         [](json& line) {
             line["response_headers"] = json::array({{"Content-Type", "application/json"}});
         },
         "is missing"},
        {"a path that is not described", [](json& line) { line["path"] = "/v2/order/ord_1"; },
         "no operation of the published files"},
    };
    json sound;
    for (const std::string& text : recorded()) {
        const json line = json::parse(text);
        if (line["method"] == "GET" && line["status"] == 200 && line["path"] == "/v2/orders/ord_1") sound = line;
    }
    ASSERT_FALSE(sound.is_null()) << "nobody has looked at an order";
    std::vector<std::string> lines;
    for (const Spoiled& row : rows) {
        json line = sound;
        row.spoil(line);
        lines.push_back(line.dump());
    }
    const Scratch scratch;
    const auto checked = check(write_lines(scratch.folder / "spoiled.jsonl", lines), {"--inverted", "yes"});
    if (checked.outcome == SchemaCheck::Outcome::cannot_run) GTEST_SKIP() << checked.said;
    EXPECT_EQ(checked.outcome, SchemaCheck::Outcome::fits) << checked.said;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto at = checked.said.find("refused: line " + std::to_string(i + 1) + ": ");
        ASSERT_NE(at, std::string::npos) << rows[i].name << ": " << checked.said;
        const std::string why = checked.said.substr(at, checked.said.find('\n', at) - at);
        EXPECT_NE(why.find(rows[i].said), std::string::npos) << rows[i].name << ": " << why;
    }
}

}  // namespace
}  // namespace crossdock
