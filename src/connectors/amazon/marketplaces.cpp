// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/marketplaces.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr Marketplace kMarketplaces[] = {
    {"ATVPDKIKX0DER", "na", "US", "USD", "Amazon.com"},     {"A2EUQ1WTGCTBG2", "na", "CA", "CAD", "Amazon.ca"},
    {"A1AM78C64UM0Y8", "na", "MX", "MXN", "Amazon.com.mx"}, {"A2Q3Y263D00KWC", "na", "BR", "BRL", "Amazon.com.br"},
    {"A1F83G8C2ARO7P", "eu", "GB", "GBP", "Amazon.co.uk"},  {"A1PA6795UKMFR9", "eu", "DE", "EUR", "Amazon.de"},
    {"A13V1IB3VIYZZH", "eu", "FR", "EUR", "Amazon.fr"},     {"APJ6JRA9NG5V4", "eu", "IT", "EUR", "Amazon.it"},
    {"A1RKKUPIHCS9HS", "eu", "ES", "EUR", "Amazon.es"},     {"A1805IZSGTT6HS", "eu", "NL", "EUR", "Amazon.nl"},
    {"AMEN7PMS3EDWL", "eu", "BE", "EUR", "Amazon.com.be"},  {"A28R8C7NBKEWEA", "eu", "IE", "EUR", "Amazon.ie"},
    {"A2NODRKZP88ZB9", "eu", "SE", "SEK", "Amazon.se"},     {"A1C3SOZRARQ6R3", "eu", "PL", "PLN", "Amazon.pl"},
    {"A33AVAJ2PDY3EV", "eu", "TR", "TRY", "Amazon.com.tr"}, {"AE08WJ6YKNBMC", "eu", "ZA", "ZAR", "Amazon.co.za"},
    {"ARBP9OOSHTCHU", "eu", "EG", "EGP", "Amazon.eg"},      {"A17E79C6D8DWNP", "eu", "SA", "SAR", "Amazon.sa"},
    {"A2VIGQ35RCS4UG", "eu", "AE", "AED", "Amazon.ae"},     {"A21TJRUUN4KGV", "eu", "IN", "INR", "Amazon.in"},
    {"A1VC38T7YXB528", "fe", "JP", "JPY", "Amazon.co.jp"},  {"A39IBJ37TRP1C6", "fe", "AU", "AUD", "Amazon.com.au"},
    {"A19VAU5U5O7RUS", "fe", "SG", "SGD", "Amazon.sg"},
};

}  // namespace

std::span<const Marketplace> marketplaces() { return kMarketplaces; }

const Marketplace* find_marketplace(std::string_view id) {
    for (const Marketplace& one : kMarketplaces)
        if (one.id == id) return &one;
    return nullptr;
}

}  // namespace crossdock::connectors::amazon
