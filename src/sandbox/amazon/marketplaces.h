// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::sandbox::amazon {

/// An amount in the smallest unit of its currency.
using Minor = std::int64_t;

/// A country's store. Ids are public; tax rates are rough and only there so that figures add up.
struct Store {
    const char *id, *country, *currency, *locale, *name, *domain, *region, *fba_channel, *order_prefix;
    int digits;           // of the currency after the point
    int tax_permille;     // of the net price
    bool tax_inside;      // prices include the tax (VAT countries)
    const char* charset;  // of the listing report, as its Content-Type names it
};

/// Null for an id that is no store of Amazon's.
const Store* find_store(std::string_view id);

/// The region ("na", "eu", "fe") that a published host of the API serves; "" for any other host.
std::string_view region_of_host(std::string_view host);

/// "12.34"; "1200" for a currency without decimals.
std::string decimal(Minor amount, int digits);
/// The same as a number, for the APIs whose amounts are JSON numbers.
double number(Minor amount, int digits);
/// The tax on an amount, contained in it or coming on top as the store has it, rounded half up.
Minor tax_on(Minor amount, const Store& store);

/// One round of splitmix64: spreads a counter over all bits, for what is made up from an id.
std::uint64_t mix(std::uint64_t value);

}  // namespace crossdock::sandbox::amazon
