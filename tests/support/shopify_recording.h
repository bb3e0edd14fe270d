// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "sandbox/shopify/shop.h"

namespace crossdock::testing {

/// A file of JSON lines that tests/contract/shopify_schema/check.js reads. Give `recorder()` to ShopOptions::recorder
/// and every exchange with the simulated shop is written: what the client sent, what the shop answered.
class ShopifyRecording {
public:
    explicit ShopifyRecording(std::filesystem::path file) : path_(std::move(file)), out_(path_) {}

    std::function<void(const sandbox::shopify::Recording&)> recorder() {
        return [this](const sandbox::shopify::Recording& exchange) {
            const std::lock_guard lock(mutex_);
            nlohmann::json line;
            line["query"] = exchange.query;
            line["operationName"] = exchange.operation_name;
            // The texts are JSON already; taken over as they are, so that the checker sees what went over the wire.
            out_ << R"({"query":)" << line["query"].dump() << R"(,"operationName":)" << line["operationName"].dump()
                 << R"(,"variables":)" << (exchange.variables.empty() ? "null" : exchange.variables)
                 << R"(,"response":)" << exchange.response << "}\n";
            out_.flush();
        };
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    std::ofstream out_;
    std::mutex mutex_;
};

struct SchemaCheck {
    enum class Outcome { fits, mismatch, cannot_run };
    Outcome outcome = Outcome::cannot_run;
    std::string said;  // the checker's words, or what is missing to run it
};

/// Runs the checker over a recording. `expect` names operations (comma separated) that must have been answered; with
/// `all_operations` those of the published documents, too. `inverted`: every line must be refused.
inline SchemaCheck check_against_shopify_schema(const std::filesystem::path& recording, const std::string& expect,
                                                bool all_operations, bool inverted = false) {
    const std::filesystem::path specs = std::filesystem::path(CROSSDOCK_SHARED_DIR) / "specs/shopify";
    const std::filesystem::path checker = std::filesystem::path(CROSSDOCK_SOURCE_DIR) / "tests/contract/shopify_schema";
    if (!std::filesystem::exists(specs / "admin-2026-07.graphql"))
        return {SchemaCheck::Outcome::cannot_run, "no schema at " + specs.string()};
    if (!std::filesystem::exists(checker / "node_modules/graphql")) {
        return {SchemaCheck::Outcome::cannot_run, "run `npm ci` in " + checker.string() + " first"};
    }
    std::string command = "node '" + (checker / "check.js").string() + "' --schema '" +
                          (specs / "admin-2026-07.graphql").string() + "' --recording '" + recording.string() + "'";
    if (!expect.empty()) command += " --expect '" + expect + "'";
    if (inverted) command += " --inverted yes";
    if (all_operations) command += " --operations '" + (specs / "operations").string() + "'";
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {SchemaCheck::Outcome::cannot_run, "cannot start node"};
    SchemaCheck check;
    char buffer[512];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) check.said += buffer;
    const int status = pclose(pipe);
    check.outcome = status == 0 ? SchemaCheck::Outcome::fits : SchemaCheck::Outcome::mismatch;
    return check;
}

}  // namespace crossdock::testing
