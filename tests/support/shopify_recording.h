// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/shopify/shop.h"
#include "support/schema_check.h"

namespace crossdock::testing {

/// A file of JSON lines that tests/contract/shopify_schema/check.js reads. Give `recorder()` to ShopOptions::recorder
/// and every exchange with the simulated shop is written: what the client sent, what the shop answered.
class ShopifyRecording {
public:
    explicit ShopifyRecording(std::filesystem::path file) : file_(std::move(file)) {}

    std::function<void(const sandbox::shopify::Recording&)> recorder() {
        return [this](const sandbox::shopify::Recording& exchange) {
            nlohmann::json line;
            line["query"] = exchange.query;
            line["operationName"] = exchange.operation_name;
            // The texts are JSON already; taken over as they are, so that the checker sees what went over the wire.
            file_.append(R"({"query":)" + line["query"].dump() + R"(,"operationName":)" + line["operationName"].dump() +
                         R"(,"variables":)" + (exchange.variables.empty() ? "null" : exchange.variables) +
                         R"(,"response":)" + exchange.response + "}");
        };
    }
    [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

private:
    RecordingFile file_;
};

/// Runs the checker over a recording. `expect` names operations (comma separated) that must have been answered; with
/// `all_operations` those of the published documents, too. `inverted`: every line must be refused.
inline SchemaCheck check_against_shopify_schema(const std::filesystem::path& recording, const std::string& expect,
                                                bool all_operations, bool inverted = false) {
    const std::filesystem::path specs = std::filesystem::path(CROSSDOCK_SHARED_DIR) / "specs/shopify";
    if (!std::filesystem::exists(specs / "admin-2026-07.graphql"))
        return {SchemaCheck::Outcome::cannot_run, "no schema at " + specs.string()};
    std::vector<std::string> arguments{"--schema", (specs / "admin-2026-07.graphql").string(), "--recording",
                                       recording.string()};
    if (!expect.empty()) arguments.insert(arguments.end(), {"--expect", expect});
    if (inverted) arguments.insert(arguments.end(), {"--inverted", "yes"});
    if (all_operations) arguments.insert(arguments.end(), {"--operations", (specs / "operations").string()});
    return run_checker(checker_folder("shopify_schema"), "check.js", "graphql", arguments);
}

}  // namespace crossdock::testing
