// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "support/schema_check.h"

namespace crossdock::testing {

/// What the API was asked and what it answered, as lines that tests/contract/rest_schema/check.js holds against
/// docs/api/openapi.json. Of each operation every shape of an answer is kept once: answers that differ in values only
/// are one shape.
class ApiRecording {
public:
    explicit ApiRecording(const std::filesystem::path& file) : file_(file) {}

    using Pairs = std::vector<std::pair<std::string, std::string>>;
    struct Exchange {
        std::string method, path;  // without the query
        std::string operation;     // anything that tells operations apart: a route's pattern
        Pairs query, request_headers;
        std::string request_body;
        int status = 0;
        Pairs response_headers;
        std::string response_body;
    };
    void add(const Exchange& exchange) {
        const auto body = nlohmann::json::parse(exchange.response_body, nullptr, false);
        std::string shape = exchange.method + ' ' + exchange.operation + ' ' + std::to_string(exchange.status) + ' ';
        shape += body.is_discarded() ? "text" : shape_of(body).dump();
        for (const auto& [name, value] : exchange.response_headers) shape += ' ' + name;
        if (!shapes_.insert(shape).second) return;
        nlohmann::json line;
        line["method"] = exchange.method;
        line["path"] = exchange.path;
        line["query"] = exchange.query;
        line["request_headers"] = exchange.request_headers;
        line["request_body"] = exchange.request_body;
        line["status"] = exchange.status;
        line["response_headers"] = exchange.response_headers;
        line["response_body"] = exchange.response_body;
        file_.append(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    }
    [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

    /// Into a file of this process's own in the folder that CROSSDOCK_API_RECORDING names; null when it names none.
    /// ctest sets it (tests/CMakeLists.txt), and contract/openapi reads what all processes have left there.
    static ApiRecording* of_this_process() {
        static const std::unique_ptr<ApiRecording> recording = [] {
            const char* folder = std::getenv("CROSSDOCK_API_RECORDING");
            if (folder == nullptr || *folder == '\0') return std::unique_ptr<ApiRecording>{};
            std::filesystem::create_directories(folder);
            return std::make_unique<ApiRecording>(std::filesystem::path(folder) /
                                                  (std::to_string(::getpid()) + ".jsonl"));
        }();
        return recording.get();
    }

private:
    static nlohmann::json shape_of(const nlohmann::json& value) {
        if (value.is_array()) {
            std::set<nlohmann::json> kinds;
            for (const auto& element : value) kinds.insert(shape_of(element));
            return nlohmann::json(kinds);
        }
        if (!value.is_object()) return value.type_name();
        nlohmann::json shape = nlohmann::json::object();
        for (const auto& [name, inner] : value.items()) shape[name] = shape_of(inner);
        return shape;
    }

    RecordingFile file_;
    std::set<std::string> shapes_;
};

}  // namespace crossdock::testing
