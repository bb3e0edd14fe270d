// SPDX-License-Identifier: Apache-2.0
// XML: eBay's Trading API and Amazon's processing reports. The first line names which.
//
// Promised: rows name what they are of; a row becomes an item that keeps the rules of shops.h, or an error; a report's
// outcome says why when it is none of success.
#include <array>

#include "base/text.h"
#include "connectors/amazon/cartons.h"
#include "connectors/ebay/item_mapping.h"
#include "connectors/ebay/marketplaces.h"
#include "connectors/ebay/trading.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_xml {

void run(std::string_view input);

namespace {

using namespace connectors;

void check_listings(std::string_view xml) {
    const auto read = ebay::parse_active_listings(xml);
    if (!read) return check_fault(read.error());
    check(read->pages >= 0 && read->listings >= 0, "pages are counted from none");
    auto& source = *kept_shop(5).catalog_source();
    for (const auto& row : read->rows) {
        if (row.item_id.empty()) continue;
        const auto raw = ebay::raw_listing(row, std::nullopt);
        check(!raw.variant_id.empty() && is_valid_utf8(raw.payload), "a row has a key and is text");
        const auto items = source.map_item(raw.payload);
        if (!items) {
            check_fault(items.error());
            continue;
        }
        for (const auto& item : *items) {
            check_item(item);
            check_same(item.variant_id, raw.variant_id, "an item has one key");
        }
    }
}

}  // namespace

void run(std::string_view input) {
    constexpr std::array<std::string_view, 2> kKinds{"listings", "cartons"};
    Input in(input);
    const bool listings = in.choice(kKinds) == 0;
    // What a client receives is made UTF-8 before anybody reads it.
    const std::string xml = to_valid_utf8(in.rest());
    if (listings) return check_listings(xml);
    const auto outcome = amazon::read_carton_report(xml);
    check(is_valid_utf8(outcome.message), "an outcome is told in text");
    if (outcome.state != PushOutcome::State::succeeded) check(!outcome.message.empty(), "what failed says why");
}

}  // namespace crossdock::fuzz::on_xml
