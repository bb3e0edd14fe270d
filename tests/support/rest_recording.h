// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/marketplace.h"
#include "support/schema_check.h"

namespace crossdock::testing {

/// A file of JSON lines that tests/contract/rest_schema/check.js reads. Give `recorder()` to the options of a simulated
/// marketplace and every exchange with it is written: what the client sent, what the marketplace answered.
class RestRecording {
public:
    explicit RestRecording(std::filesystem::path file) : file_(std::move(file)) {}

    sandbox::ExchangeRecorder recorder() {
        return [this](const sandbox::Exchange& exchange) {
            const auto& [request, response] = exchange;
            http::Fields answered = response.headers;
            const bool typed = std::any_of(answered.begin(), answered.end(),
                                           [](const auto& field) { return is_content_type(field.first); });
            if (!typed && !response.body.empty()) answered.emplace_back("Content-Type", response.content_type);
            nlohmann::json line;
            line["method"] = request.method;
            line["path"] = request.path;
            line["target"] = request.target;
            line["query"] = request.query;
            line["request_headers"] = request.headers;
            line["request_body"] = request.body;
            line["status"] = response.status;
            line["response_headers"] = answered;
            line["response_body"] = response.body;
            // Files and compressed bodies are not UTF-8; they are checked by their content type alone.
            file_.append(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        };
    }
    [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

private:
    static bool is_content_type(const std::string& name) {
        constexpr std::string_view wanted = "content-type";
        return std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(),
                          [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
    }

    RecordingFile file_;
};

struct RestCheckOptions {
    std::string prefix;  // what the paths of the recording start with, as "/amazon"
    std::vector<std::string>
        expect;                  // operations that must have been answered: operationId, file/operationId, "GET /path"
    std::string slips;           // a file of tests/contract/rest_schema/slips without its ending, as "amazon"
    bool extra_is_fatal = true;  // properties of answers that the schema does not name
    bool answers_only = false;   // leaves the requests unchecked
    bool inverted = false;       // every line must be refused: tests the checker
};

/// Runs the checker over a recording. `specs` are files below shared/specs, as "amazon/ordersV0.json".
inline SchemaCheck check_against_rest_schema(const std::filesystem::path& recording,
                                             const std::vector<std::string>& specs, const RestCheckOptions& options) {
    const auto joined = [](const std::vector<std::string>& words) {
        std::string all;
        for (const auto& word : words) all += (all.empty() ? "" : ",") + word;
        return all;
    };
    std::vector<std::string> files;
    for (const auto& spec : specs) {
        const auto file = std::filesystem::path(CROSSDOCK_SHARED_DIR) / "specs" / spec;
        if (!std::filesystem::exists(file))
            return {SchemaCheck::Outcome::cannot_run, "no published file at " + file.string()};
        files.push_back(file.string());
    }
    const auto folder = checker_folder("rest_schema");
    std::vector<std::string> arguments{"--spec", joined(files), "--recording", recording.string()};
    if (!options.prefix.empty()) arguments.insert(arguments.end(), {"--prefix", options.prefix});
    if (!options.expect.empty()) arguments.insert(arguments.end(), {"--expect", joined(options.expect)});
    if (!options.slips.empty())
        arguments.insert(arguments.end(), {"--slips", (folder / "slips" / (options.slips + ".json")).string()});
    if (!options.extra_is_fatal) arguments.insert(arguments.end(), {"--extra", "warn"});
    if (options.answers_only) arguments.insert(arguments.end(), {"--parts", "response"});
    if (options.inverted) arguments.insert(arguments.end(), {"--inverted", "yes"});
    return run_checker(folder, "check.js", "ajv", arguments);
}

}  // namespace crossdock::testing
