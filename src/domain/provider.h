// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string_view>

namespace crossdock::domain {

/// A marketplace or shop system whose protocol we speak. Spelled as on the wire and in the config file.
enum class Provider { shopify, amazon, walmart, ebay, shipstation };

inline constexpr std::array kProviders{Provider::shopify, Provider::amazon, Provider::walmart, Provider::ebay,
                                       Provider::shipstation};

constexpr std::string_view to_string(Provider provider) {
    switch (provider) {
        case Provider::shopify: return "shopify";
        case Provider::amazon: return "amazon";
        case Provider::walmart: return "walmart";
        case Provider::ebay: return "ebay";
        case Provider::shipstation: return "shipstation";
    }
    return "";
}

constexpr std::optional<Provider> parse_provider(std::string_view text) {
    for (const Provider provider : kProviders)
        if (to_string(provider) == text) return provider;
    return std::nullopt;
}

}  // namespace crossdock::domain
