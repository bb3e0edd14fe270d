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

std::string to_gid(std::string_view type, std::string_view id) {
    const std::string_view digits = gid_digits(id);
    if (digits.empty()) return {};
    return "gid://shopify/" + std::string{type} + "/" + std::string{digits};
}

}  // namespace crossdock::connectors::shopify
