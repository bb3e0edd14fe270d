// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/marketplaces.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr Marketplace kMarketplaces[] = {
    {"EBAY_US", "0", "USD", true, false},    {"EBAY_MOTORS_US", "100", "USD", true, false},
    {"EBAY_CA", "2", "CAD", true, false},    {"EBAY_GB", "3", "GBP", false, true},
    {"EBAY_AU", "15", "AUD", false, false},  {"EBAY_AT", "16", "EUR", false, true},
    {"EBAY_BE", "23", "EUR", false, true},   {"EBAY_FR", "71", "EUR", false, true},
    {"EBAY_DE", "77", "EUR", false, true},   {"EBAY_IT", "101", "EUR", false, true},
    {"EBAY_NL", "146", "EUR", false, true},  {"EBAY_ES", "186", "EUR", false, true},
    {"EBAY_CH", "193", "CHF", false, false}, {"EBAY_HK", "201", "HKD", false, false},
    {"EBAY_IE", "205", "EUR", false, true},  {"EBAY_MY", "207", "MYR", false, false},
    {"EBAY_PH", "211", "PHP", false, false}, {"EBAY_PL", "212", "PLN", false, true},
    {"EBAY_SG", "216", "SGD", false, false},
};

}  // namespace

const Marketplace* find_marketplace(std::string_view id) {
    for (const Marketplace& one : kMarketplaces)
        if (one.id == id) return &one;
    return nullptr;
}

std::span<const Marketplace> all_marketplaces() { return kMarketplaces; }

}  // namespace crossdock::connectors::ebay
