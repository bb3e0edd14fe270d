// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/http_client.h"

namespace crossdock::connectors::amazon::tests {

/// Amazon's published models (Swagger 2.0), read in place: whatever the connector sends in any test must be an
/// operation that they name, with parameters and bodies that they know, spelled as they spell them. Without the folder
/// nothing is checked.
class PublishedModels {
public:
    static const PublishedModels& get() {
        static const PublishedModels models;
        return models;
    }
    [[nodiscard]] bool are_here() const { return !models_.empty(); }

    /// What is wrong with a request; empty when nothing is.
    [[nodiscard]] std::string fault(const std::string& method, const std::string& target,
                                    const std::string& body) const {
        const auto question = target.find('?');
        const std::string path = target.substr(0, question);
        for (const Json& model : models_)
            for (const auto& [pattern, item] : model["paths"].items()) {
                if (!matches(pattern, path)) continue;
                std::string verb = method;
                for (char& c : verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
                if (!item.contains(verb)) continue;
                return check(model, item[verb], question == std::string::npos ? "" : target.substr(question + 1), body);
            }
        return "no model has " + method + " " + path;
    }

private:
    using Json = nlohmann::json;

    PublishedModels() {
        const std::string folder = std::string{CROSSDOCK_SHARED_DIR} + "/specs/amazon/";
        for (const char* name :
             {"ordersV0", "orders_2026-01-01", "financesV0", "finances_2024-06-19", "listingsItems_2021-08-01",
              "feeds_2021-06-30", "reports_2021-06-30", "fulfillmentInboundV0", "fulfillmentInbound_2024-03-20",
              "sellers", "tokens_2021-03-01"}) {
            std::ifstream file(folder + name + ".json", std::ios::binary);
            if (file) models_.push_back(Json::parse(std::string{std::istreambuf_iterator<char>(file), {}}));
        }
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
    static Json resolved(const Json& model, Json node) {
        while (node.contains("$ref")) node = model.at(Json::json_pointer(node["$ref"].get<std::string>().substr(1)));
        return node;
    }

    static std::string check(const Json& model, const Json& operation, const std::string& query,
                             const std::string& body) {
        std::vector<std::string> sent;
        std::string part;
        for (const char c : query + "&") {
            if (c != '&') {
                part += c;
                continue;
            }
            if (!part.empty()) sent.push_back(part.substr(0, part.find('=')));
            part.clear();
        }
        const std::string id = operation["operationId"];
        std::vector<std::string> known;
        for (const Json& listed : operation["parameters"]) {
            const Json parameter = resolved(model, listed);
            const std::string name = parameter["name"], in = parameter["in"];
            if (in == "query") known.push_back(name);
            const bool given = std::find(sent.begin(), sent.end(), name) != sent.end();
            if (in == "query" && parameter.value("required", false) && !given) return id + " lacks " + name;
            if (in == "body")
                if (const std::string wrong = check_value(model, resolved(model, parameter["schema"]),
                                                          Json::parse(body, nullptr, false), "body");
                    !wrong.empty())
                    return id + ": " + wrong;
        }
        for (const auto& name : sent) {
            // The contract's way to follow the token of an item list, although the operation has no such parameter.
            if (id == "getShipmentItemsByShipmentId" && name == "NextToken") continue;
            if (std::find(known.begin(), known.end(), name) == known.end()) return id + " has no parameter " + name;
        }
        return {};
    }

    static std::string check_value(const Json& model, const Json& schema, const Json& value, const std::string& where) {
        const std::string type = schema.value("type", "object");
        if (type == "object") {
            if (!value.is_object()) return where + " is no object";
            if (!schema.contains("properties")) return {};
            for (const Json& name : schema.value("required", Json::array()))
                if (!value.contains(name)) return where + " lacks " + name.get<std::string>();
            for (const auto& [name, one] : value.items()) {
                if (!schema["properties"].contains(name)) return where + " has no property " + name;
                const std::string wrong =
                    check_value(model, resolved(model, schema["properties"][name]), one, where + "." + name);
                if (!wrong.empty()) return wrong;
            }
        } else if (type == "array") {
            if (!value.is_array()) return where + " is no array";
            for (const Json& one : value)
                if (const std::string wrong = check_value(model, resolved(model, schema["items"]), one, where + "[]");
                    !wrong.empty())
                    return wrong;
        } else if (type == "string") {
            if (!value.is_string()) return where + " is no text";
            if (schema.contains("enum") &&
                std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
                return where + " is none of the model's words: " + value.get<std::string>();
        } else if (type == "integer" && !value.is_number_integer()) {
            return where + " is no whole number";
        } else if (type == "number" && !value.is_number()) {
            return where + " is no number";
        }
        return {};
    }

    std::vector<Json> models_;
};

}  // namespace crossdock::connectors::amazon::tests
