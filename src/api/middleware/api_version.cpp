// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/api_version.h"

#include <algorithm>
#include <string>

#include "api/json/error.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

/// Both headers, without blanks; empty where there is none.
std::pair<std::string_view, std::string_view> named_versions(const http::Request& request) {
    return {trim(request.header("api-version").value_or("")), trim(request.header("sm-version").value_or(""))};
}

}  // namespace

std::optional<std::string_view> api_version_of(const http::Request& request) {
    const auto [own, alias] = named_versions(request);
    if (!own.empty() && !alias.empty() && own != alias) return std::nullopt;
    const auto asked = own.empty() ? alias : own;
    if (asked.empty()) return kApiVersions.back();
    const auto found = std::find(kApiVersions.begin(), kApiVersions.end(), asked);
    return found == kApiVersions.end() ? std::nullopt : std::optional{*found};
}

http::Response refuse_api_version(const http::Request& request) {
    std::string known, details;
    JsonWriter json(details);
    json.key("supported").begin_array();
    for (const auto version : kApiVersions) {
        known += (known.empty() ? "" : ", ") + std::string{version};
        json.value(version);
    }
    json.end_array();
    const auto [own, alias] = named_versions(request);
    std::string message;
    if (!own.empty() && !alias.empty() && own != alias)
        message = "API-Version and SM-Version name two versions; send one of them";
    else
        message = "the API version \"" + std::string{(own.empty() ? alias : own).substr(0, 40)} +
                  "\" does not exist; there " + (kApiVersions.size() == 1 ? "is " : "are ") + known +
                  "; without the header the newest holds";
    return refuse(request, {400, std::move(message), {}, {}, std::move(details)});
}

}  // namespace crossdock::api
