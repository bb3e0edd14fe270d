// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace crossdock::connectors::shipstation::tests {

/// ShipStation's published description of version 1 (Swagger 2.0), read in place: whatever the connector sends in any
/// test must be an operation that it names, with parameters and bodies that it knows. Its query parameters stand in the
/// keys of the paths, a slip of the conversion. Without the folder nothing is checked. Version 2 is described in YAML:
/// requests_test.cpp has it checked.
class PublishedV1 {
public:
    static const PublishedV1& get() {
        static const PublishedV1 published;
        return published;
    }
    [[nodiscard]] bool is_here() const { return !operations_.empty(); }

    /// What is wrong with a request; empty when nothing is.
    [[nodiscard]] std::string fault(const std::string& method, const std::string& target,
                                    const std::string& body) const {
        const auto question = target.find('?');
        const std::string path = target.substr(0, question);
        std::string wrong = "version 1 has no " + method + " " + path;
        std::size_t best = 0;  // literal paths go before those with ids
        for (const Operation& one : operations_) {
            if (one.method != method || !matches(one.path, path)) continue;
            const std::size_t rank = one.path.find('{') == std::string::npos ? 2 : 1;
            if (rank < best) continue;
            std::string said = check(one, question == std::string::npos ? "" : target.substr(question + 1), body);
            if (rank > best || said.empty()) wrong = std::move(said);
            best = rank;
        }
        return wrong;
    }

private:
    using Json = nlohmann::json;
    struct Operation {
        std::string method, path;
        std::set<std::string> parameters;
        Json body;  // null: takes none
    };

    PublishedV1() {
        std::ifstream file(std::string{CROSSDOCK_SHARED_DIR} + "/specs/shipstation/v1_swagger.json", std::ios::binary);
        if (!file) return;
        const Json document = Json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
        for (const auto& [key, item] : document["paths"].items())
            for (const auto& [verb, operation] : item.items()) {
                Operation one;
                for (const char c : verb) one.method += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
                const auto question = key.find('?');
                one.path = key.substr(0, question);
                if (question != std::string::npos) one.parameters = names_of(key.substr(question + 1));
                for (const Json& parameter : operation.value("parameters", Json::array()))
                    if (parameter.value("in", "") == "body") one.body = parameter["schema"];
                operations_.push_back(std::move(one));
            }
    }

    static std::set<std::string> names_of(const std::string& query) {
        std::set<std::string> out;
        std::string part;
        for (const char c : query + "&") {
            if (c != '&') {
                part += c;
                continue;
            }
            if (!part.empty()) out.insert(part.substr(0, part.find('=')));
            part.clear();
        }
        return out;
    }
    static std::vector<std::string> parts(const std::string& path) {
        std::vector<std::string> out{""};
        for (const char c : path)
            if (c == '/')
                out.emplace_back();
            else
                out.back() += c;
        return out;
    }
    static bool matches(const std::string& pattern, const std::string& path) {
        const auto a = parts(pattern), b = parts(path);
        if (a.size() != b.size()) return false;
        for (std::size_t i = 0; i < a.size(); ++i)
            if (a[i] != b[i] && !(a[i].starts_with('{') && !b[i].empty())) return false;
        return true;
    }

    static std::string check(const Operation& operation, const std::string& query, const std::string& body) {
        for (const auto& name : names_of(query))
            if (operation.parameters.count(name) == 0)
                return operation.method + " " + operation.path + " has no parameter " + name;
        if (operation.body.is_null()) return body.empty() ? "" : operation.path + " takes no body";
        const Json sent = Json::parse(body, nullptr, false);
        if (!sent.is_object()) return operation.path + ": the body is no object";
        for (const auto& [name, value] : sent.items()) {
            if (!operation.body["properties"].contains(name)) return operation.path + " knows no " + name;
            const std::string type = operation.body["properties"][name].value("type", "");
            const bool fits = (type == "string" && value.is_string()) || (type == "number" && value.is_number()) ||
                              (type == "boolean" && value.is_boolean()) || (type == "null");
            if (!fits && !value.is_null()) return operation.path + ": " + name + " is no " + type;
        }
        return {};
    }

    std::vector<Operation> operations_;
};

}  // namespace crossdock::connectors::shipstation::tests
