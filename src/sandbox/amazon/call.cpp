// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/call.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

std::vector<std::string> Call::list(std::string_view name) const {
    std::vector<std::string> out;
    for (const std::string_view value : request.parameters(name)) {
        for (std::string& item : split(value, ',')) {
            if (!item.empty()) out.push_back(std::move(item));
        }
    }
    return out;
}

std::string Call::parameters_but(std::string_view token_name) const {
    std::vector<std::string> pairs;
    for (const auto& [name, value] : request.query) {
        if (name != token_name) pairs.push_back(name + "=" + value);
    }
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const std::string& part : parts) out += part + "/";
    for (const std::string& pair : pairs) out += pair + "&";
    return out;
}

AskedTime time_parameter(const Call& call, std::string_view name) {
    AskedTime asked;
    if (!call.has(name)) return asked;
    asked.given = true;
    const auto at = parse_iso8601(call.text(name), ZoneRule::required);
    asked.bad = !at;
    if (at) asked.at = *at;
    return asked;
}

std::optional<int> size_parameter(const Call& call, std::string_view name, int standard, int most) {
    if (!call.has(name)) return standard;
    const std::string text = call.text(name);
    if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    const int value = std::stoi(text);
    return value >= 1 && value <= most ? std::optional(value) : std::nullopt;
}

http::Response answer(const json& body, int status) { return http::Response::json(status, body.dump()); }

http::Response error(int status, const std::string& code, const std::string& message, const std::string& details) {
    json list = json::array();
    list.push_back({{"code", code}, {"message", message}, {"details", details}});
    return answer({{"errors", list}}, status);
}

http::Response invalid_input(const std::string& message) { return error(400, "InvalidInput", message); }
http::Response not_found(const std::string& message) { return error(404, "NotFound", message); }
http::Response denied(const std::string& details) {
    return error(403, "Unauthorized", "Access to requested resource is denied.", details);
}

}  // namespace crossdock::sandbox::amazon
