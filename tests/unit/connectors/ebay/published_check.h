// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/http_client.h"

namespace crossdock::connectors::ebay::tests {

/// eBay's published OpenAPI files, read in place: whatever the connector sends in any test must be an operation that
/// they name, on the host that they name, with parameters, headers and bodies that they know, spelled as they spell
/// them. Without the folder nothing is checked.
class PublishedFiles {
public:
    static PublishedFiles& get() {
        static PublishedFiles files;
        return files;
    }

    /// What is wrong with a request; empty when nothing is, or when no file can say.
    std::string fault(const net::HttpRequest& request) {
        const auto host_end = request.url.find('/', 8);
        const std::string host = request.url.substr(0, host_end), target = request.url.substr(host_end);
        const auto question = target.find('?');
        const std::string path = target.substr(0, question);
        // The token service and the XML API are described in no file.
        if (path == "/identity/v1/oauth2/token" || path == "/ws/api.dll") return {};
        for (const auto& [prefix, name] : kFiles) {
            if (!path.starts_with(std::string{prefix} + "/")) continue;
            const Json& file = load(name);
            if (file.is_null()) return {};
            const std::string server = file["servers"][0]["url"];
            if (server.substr(0, server.find('{')) != host)
                return path + " is served by " + server + ", not by " + host;
            return in_file(file, request, path.substr(std::string_view{prefix}.size()),
                           question == std::string::npos ? "" : target.substr(question + 1));
        }
        return "no file has " + path;
    }

private:
    using Json = nlohmann::json;
    static constexpr std::pair<const char*, const char*> kFiles[] = {
        {"/sell/fulfillment/v1", "sell_fulfillment_v1_oas3.json"},
        {"/sell/inventory/v1", "sell_inventory_v1_oas3.json"},
        {"/sell/account/v1", "sell_account_v1_oas3.json"},
        {"/sell/finances/v1", "sell_finances_v1_oas3.yaml"},
        {"/commerce/identity/v1", "commerce_identity_v1_oas3.json"},
        {"/commerce/notification/v1", "commerce_notification_v1_oas3.json"},
        {"/developer/key_management/v1", "developer_key_management_v1_oas3.json"},
        {"/developer/analytics/v1_beta", "developer_analytics_v1_beta_oas3.json"},
    };

    const Json& load(const std::string& name) {
        const auto known = files_.find(name);
        if (known != files_.end()) return known->second;
        const std::string path = std::string{CROSSDOCK_SHARED_DIR} + "/specs/ebay/" + name;
        std::string text;
        if (std::ifstream file(path, std::ios::binary); file) text = {std::istreambuf_iterator<char>(file), {}};
        if (name.ends_with(".yaml") && !text.empty()) text = as_json(path);
        return files_[name] = text.empty() ? Json{} : Json::parse(text);
    }

    /// YAML is read by the package that the REST schema checker uses; without it the file says nothing.
    static std::string as_json(const std::string& path) {
        const std::string folder = std::string{CROSSDOCK_SOURCE_DIR} + "/tests/contract/rest_schema";
        const std::string command =
            "cd '" + folder +
            "' && node -e 'const y=require(\"yaml\"),f=require(\"fs\");"
            "console.log(JSON.stringify(y.parse(f.readFileSync(process.argv[1],\"utf8\"))))' '" +
            path + "' 2>/dev/null";
        std::FILE* pipe = popen(command.c_str(), "r");
        if (pipe == nullptr) return {};
        std::string out;
        char buffer[4096];
        while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, size);
        return pclose(pipe) == 0 ? out : std::string{};
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
    static const Json& resolved(const Json& file, const Json& node) {
        const Json* at = &node;
        while (at->contains("$ref")) at = &file.at(Json::json_pointer((*at)["$ref"].get<std::string>().substr(1)));
        return *at;
    }

    static std::string in_file(const Json& file, const net::HttpRequest& request, const std::string& path,
                               const std::string& query) {
        std::string verb = request.method;
        for (char& c : verb) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        for (const bool exact : {true, false})
            for (const auto& [pattern, item] : file["paths"].items())
                if ((exact ? pattern == path : matches(pattern, path)) && item.contains(verb))
                    return check(file, item[verb], request, query);
        return "no file has " + request.method + " " + path;
    }

    static std::string check(const Json& file, const Json& operation, const net::HttpRequest& request,
                             const std::string& query) {
        const std::string id = operation["operationId"];
        std::map<std::string, int> sent;
        for (const std::string& part : split_at(query, '&'))
            if (!part.empty()) ++sent[part.substr(0, part.find('='))];
        for (const char c : query)
            if (c == '[' || c == ']' || c == '{' || c == '}' || c == '|' || c == ' ')
                return id + ": " + query + " is not encoded";
        std::map<std::string, int> known;
        for (const Json& listed : operation.value("parameters", Json::array())) {
            const Json& parameter = resolved(file, listed);
            const std::string name = parameter["name"], in = parameter["in"];
            const bool required = parameter.value("required", false);
            if (in == "query") known[name] = 1;
            if (in == "query" && required && !sent.contains(name)) return id + " lacks " + name;
            if (in == "header" && required && !has_header(request, name)) return id + " lacks the header " + name;
        }
        for (const auto& [name, times] : sent) {
            if (!known.contains(name)) return id + " has no parameter " + name;
            // The text of getTransactions says that each filter is a parameter of its own.
            if (times > 1 && !(id == "getTransactions" && name == "filter")) return id + " has " + name + " twice";
        }
        if (!operation.contains("requestBody")) return request.body.empty() ? "" : id + " takes no body";
        const Json& content = resolved(file, operation["requestBody"])["content"];
        if (!content.contains("application/json")) return id + " takes no JSON";
        const Json body = Json::parse(request.body, nullptr, false);
        if (body.is_discarded()) return id + ": the body is no JSON";
        const std::string wrong = check_value(file, content["application/json"]["schema"], body, "body");
        return wrong.empty() ? "" : id + ": " + wrong;
    }

    static std::vector<std::string> split_at(const std::string& text, char separator) {
        std::vector<std::string> out{""};
        for (const char c : text)
            if (c == separator)
                out.emplace_back();
            else
                out.back() += c;
        return out;
    }
    static bool has_header(const net::HttpRequest& request, const std::string& name) {
        const auto same = [](std::string text) {
            for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            return text;
        };
        for (const auto& [key, value] : request.headers)
            if (same(key) == same(name)) return true;
        return false;
    }

    static std::string check_value(const Json& file, const Json& given, const Json& value, const std::string& where) {
        const Json& schema = resolved(file, given);
        const std::string type = schema.value("type", "object");
        if (type == "object") {
            if (!value.is_object()) return where + " is no object";
            if (!schema.contains("properties")) return {};
            for (const Json& name : schema.value("required", Json::array()))
                if (!value.contains(name)) return where + " lacks " + name.get<std::string>();
            for (const auto& [name, one] : value.items()) {
                if (!schema["properties"].contains(name)) return where + " has no property " + name;
                const std::string wrong = check_value(file, schema["properties"][name], one, where + "." + name);
                if (!wrong.empty()) return wrong;
            }
        } else if (type == "array") {
            if (!value.is_array()) return where + " is no array";
            for (const Json& one : value)
                if (const std::string wrong = check_value(file, schema["items"], one, where + "[]"); !wrong.empty())
                    return wrong;
        } else if (type == "string") {
            if (!value.is_string()) return where + " is no text";
        } else if (type == "integer" && !value.is_number_integer()) {
            return where + " is no whole number";
        }
        return {};
    }

    std::map<std::string, Json> files_;
};

}  // namespace crossdock::connectors::ebay::tests
