// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/marketplaces.h"

#include <array>

namespace crossdock::sandbox::amazon {
namespace {

// Ids: developer-docs.amazon.com, "Marketplace IDs". Order number prefixes: as seen on receipts; any three digits do.
// clang-format off
constexpr std::array<Store, 21> kStores{{
    {"ATVPDKIKX0DER", "US", "USD", "en_US", "Amazon.com", "www.amazon.com", "na", "AMAZON_NA", "112", 2, 82, false, "Cp1252"},
    {"A2EUQ1WTGCTBG2", "CA", "CAD", "en_CA", "Amazon.ca", "www.amazon.ca", "na", "AMAZON_NA", "701", 2, 130, false, "Cp1252"},
    {"A1AM78C64UM0Y8", "MX", "MXN", "es_MX", "Amazon.com.mx", "www.amazon.com.mx", "na", "AMAZON_NA", "702", 2, 160, true, "Cp1252"},
    {"A2Q3Y263D00KWC", "BR", "BRL", "pt_BR", "Amazon.com.br", "www.amazon.com.br", "na", "AMAZON_NA", "703", 2, 180, true, "Cp1252"},
    {"A1F83G8C2ARO7P", "GB", "GBP", "en_GB", "Amazon.co.uk", "www.amazon.co.uk", "eu", "AMAZON_EU", "202", 2, 200, true, "Cp1252"},
    {"A1PA6795UKMFR9", "DE", "EUR", "de_DE", "Amazon.de", "www.amazon.de", "eu", "AMAZON_EU", "302", 2, 190, true, "Cp1252"},
    {"A13V1IB3VIYZZH", "FR", "EUR", "fr_FR", "Amazon.fr", "www.amazon.fr", "eu", "AMAZON_EU", "402", 2, 200, true, "UTF-8"},
    {"APJ6JRA9NG5V4", "IT", "EUR", "it_IT", "Amazon.it", "www.amazon.it", "eu", "AMAZON_EU", "403", 2, 220, true, "UTF-8"},
    {"A1RKKUPIHCS9HS", "ES", "EUR", "es_ES", "Amazon.es", "www.amazon.es", "eu", "AMAZON_EU", "404", 2, 210, true, "UTF-8"},
    {"A1805IZSGTT6HS", "NL", "EUR", "nl_NL", "Amazon.nl", "www.amazon.nl", "eu", "AMAZON_EU", "405", 2, 210, true, "UTF-8"},
    {"AMEN7PMS3EDWL", "BE", "EUR", "fr_BE", "Amazon.com.be", "www.amazon.com.be", "eu", "AMAZON_EU", "406", 2, 210, true, "UTF-8"},
    {"A28R8C7NBKEWEA", "IE", "EUR", "en_IE", "Amazon.ie", "www.amazon.ie", "eu", "AMAZON_EU", "407", 2, 230, true, "UTF-8"},
    {"A2NODRKZP88ZB9", "SE", "SEK", "sv_SE", "Amazon.se", "www.amazon.se", "eu", "AMAZON_EU", "408", 2, 250, true, "UTF-8"},
    {"A1C3SOZRARQ6R3", "PL", "PLN", "pl_PL", "Amazon.pl", "www.amazon.pl", "eu", "AMAZON_EU", "171", 2, 230, true, "UTF-8"},
    {"A33AVAJ2PDY3EV", "TR", "TRY", "tr_TR", "Amazon.com.tr", "www.amazon.com.tr", "eu", "AMAZON_EU", "172", 2, 200, true, "UTF-8"},
    {"A17E79C6D8DWNP", "SA", "SAR", "ar_SA", "Amazon.sa", "www.amazon.sa", "eu", "AMAZON_EU", "173", 2, 150, true, "UTF-8"},
    {"A2VIGQ35RCS4UG", "AE", "AED", "en_AE", "Amazon.ae", "www.amazon.ae", "eu", "AMAZON_EU", "174", 2, 50, true, "UTF-8"},
    {"A21TJRUUN4KGV", "IN", "INR", "en_IN", "Amazon.in", "www.amazon.in", "eu", "AMAZON_IN", "175", 2, 180, true, "UTF-8"},
    {"A1VC38T7YXB528", "JP", "JPY", "ja_JP", "Amazon.co.jp", "www.amazon.co.jp", "fe", "AMAZON_JP", "250", 0, 100, true, "CP932"},
    {"A39IBJ37TRP1C6", "AU", "AUD", "en_AU", "Amazon.com.au", "www.amazon.com.au", "fe", "AMAZON_AU", "249", 2, 100, true, "UTF-8"},
    {"A19VAU5U5O7RUS", "SG", "SGD", "en_SG", "Amazon.sg", "www.amazon.sg", "fe", "AMAZON_SG", "503", 2, 90, true, "UTF-8"},
}};
// clang-format on

}  // namespace

const Store* find_store(std::string_view id) {
    for (const Store& store : kStores) {
        if (id == store.id) return &store;
    }
    return nullptr;
}

std::string_view region_of_host(std::string_view host) {
    constexpr std::string_view kHost = "sellingpartnerapi-";
    const std::size_t at = host.find(kHost);
    if (at == std::string_view::npos || !host.ends_with(".amazon.com")) return {};
    return host.substr(at + kHost.size(), 2);
}

std::string decimal(Minor amount, int digits) {
    const bool negative = amount < 0;
    std::string text = std::to_string(negative ? -amount : amount);
    if (digits > 0) {
        const auto places = static_cast<std::size_t>(digits);
        if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
        text.insert(text.size() - places, ".");
    }
    return negative ? "-" + text : text;
}

double number(Minor amount, int digits) {
    double scale = 1;
    for (int i = 0; i < digits; ++i) scale *= 10;
    return static_cast<double>(amount) / scale;
}

Minor tax_on(Minor amount, const Store& store) {
    const Minor whole = store.tax_inside ? 1000 + store.tax_permille : 1000;
    return (amount * store.tax_permille + whole / 2) / whole;
}

std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

}  // namespace crossdock::sandbox::amazon
