// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/gid.h"

#include <algorithm>

namespace crossdock::connectors::shopify {

std::string_view gid_digits(std::string_view gid) {
    std::string_view tail = gid.substr(0, gid.find('?'));
    if (const auto slash = tail.rfind('/'); slash != std::string_view::npos) tail.remove_prefix(slash + 1);
    const bool digits = std::all_of(tail.begin(), tail.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits ? tail : std::string_view{};
}

std::string_view legacy_id(JsonView object) {
    const std::string_view digits = gid_digits(object["legacyResourceId"].word());
    return digits.empty() ? gid_digits(object["id"].word()) : digits;
}

std::string_view gid_type(std::string_view gid) {
    constexpr std::string_view kPrefix = "gid://shopify/";
    if (!gid.starts_with(kPrefix)) return {};
    gid.remove_prefix(kPrefix.size());
    const auto slash = gid.find('/');
    return slash == std::string_view::npos ? std::string_view{} : gid.substr(0, slash);
}

std::string with_plain_slashes(std::string json) {
    if (json.find("\\/") == std::string::npos) return json;
    // Backslashes come in pairs with what they escape, so the first one found may be the second half of a pair.
    std::string out;
    out.reserve(json.size());
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (json[i] != '\\' || i + 1 == json.size()) {
            out += json[i];
            continue;
        }
        if (json[i + 1] != '/') out += json[i];
        out += json[++i];
    }
    return out;
}

std::string to_gid(std::string_view type, std::string_view id) {
    const std::string_view digits = gid_digits(id);
    if (digits.empty()) return {};
    return "gid://shopify/" + std::string{type} + "/" + std::string{digits};
}

}  // namespace crossdock::connectors::shopify
