// SPDX-License-Identifier: Apache-2.0
// The Trading API: XML. It shows every listing, also those made elsewhere.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "sandbox/ebay/seller_impl.h"

namespace crossdock::sandbox::ebay {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

std::string element(std::string_view name, std::string_view text) {
    return "<" + std::string(name) + ">" + escaped(text) + "</" + std::string(name) + ">";
}

std::string error_element(std::string_view code, std::string_view message) {
    return "<Errors>" + element("ShortMessage", message) + element("LongMessage", message) +
           element("ErrorCode", code) +
           "<SeverityCode>Error</SeverityCode><ErrorClassification>RequestError</ErrorClassification></Errors>";
}

std::string price(std::string_view name, Cents cents, const std::string& currency) {
    return "<" + std::string(name) + " currencyID=\"" + currency + "\">" + decimal(cents) + "</" + std::string(name) +
           ">";
}

/// A listing; `details` adds what GetItem and GetSellerList know and GetMyeBaySelling does not.
std::string listing(const World& world, int number, bool details) {
    constexpr std::int64_t kSold = 3;
    const Item item = world.item(number);
    const auto units = world.units(number);
    std::string out = "<Item>" + element("ItemID", item.listing_id);
    if (units.size() == 1 && !item.sku.empty()) out += element("SKU", item.sku);
    out += element("Title", item.title) + "<ListingType>FixedPriceItem</ListingType>";
    std::int64_t all = 0;
    for (const UnitKey unit : units) all += world.available(unit);
    out += element("Quantity", std::to_string(all + kSold)) + element("QuantityAvailable", std::to_string(all));
    out += "<SellingStatus>" + price("CurrentPrice", item.price, world.currency());
    if (details) out += element("QuantitySold", std::to_string(kSold)) + "<ListingStatus>Active</ListingStatus>";
    out += "</SellingStatus>";
    if (details) {
        out += element("ConditionID", item.condition == "NEW" ? "1000" : "3000");
        if (units.size() == 1)
            out += "<ProductListingDetails>" + element("EAN", item.gtin) + "</ProductListingDetails>";
    }
    if (units.size() > 1) {
        out += "<Variations>";
        for (const UnitKey unit : units) {
            out += "<Variation>";
            if (const std::string sku = world.sku(unit); !sku.empty()) out += element("SKU", sku);
            const std::int64_t sold = unit.variation == 1 ? kSold : 0;
            out += price("StartPrice", item.price, world.currency()) +
                   element("Quantity", std::to_string(world.available(unit) + sold)) +
                   "<VariationSpecifics><NameValueList><Name>Size</Name>" +
                   element("Value", unit.variation == 1 ? "L" : "M") + "</NameValueList></VariationSpecifics>" +
                   "<SellingStatus>" + element("QuantitySold", std::to_string(sold)) + "</SellingStatus>";
            // Sellers leave the number of most variations out, in words.
            if (details)
                out += "<VariationProductListingDetails>" +
                       element("EAN", unit.variation == 1 ? item.gtin : "Does not apply") +
                       "</VariationProductListingDetails>";
            out += "</Variation>";
        }
        out += "</Variations>";
    }
    return out + "</Item>";
}

struct Page {
    int first = 0, last = 0;  // places in the list, last excluded
    std::string result;
};
Page page_of(const pugi::xml_node& pagination, int total) {
    const int size = pagination.child("EntriesPerPage").text().as_int(25);
    const int number = pagination.child("PageNumber").text().as_int(1);
    Page page;
    if (size < 1 || size > 200 || number < 1) return page;
    page.first = std::min(total, (number - 1) * size);
    page.last = std::min(total, page.first + size);
    page.result = "<PaginationResult>" + element("TotalNumberOfPages", std::to_string((total + size - 1) / size)) +
                  element("TotalNumberOfEntries", std::to_string(total)) + "</PaginationResult>";
    return page;
}

}  // namespace

http::Response SellerImpl::trading(const http::Request& request) {
    const std::string call(request.header("x-ebay-api-call-name").value_or(""));
    const auto answer = [&](std::string_view ack, const std::string& inside) {
        return http::Response{200,
                              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + call +
                                  "Response xmlns=\"urn:ebay:apis:eBLBaseComponents\">" +
                                  element("Timestamp", ebay_time(world_.now())) + element("Ack", ack) +
                                  "<Version>1399</Version>" + inside + "</" + call + "Response>",
                              "text/xml;charset=utf-8",
                              {}};
    };
    static const std::set<std::string> kCalls = {"GetMyeBaySelling", "GetItem", "GetSellerList",
                                                 "ReviseInventoryStatus", "GeteBayDetails"};
    if (!kCalls.contains(call)) {
        const std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<eBay><Ack>Failure</Ack>" +
                                 error_element("2", "Unsupported API call.") + "</eBay>";
        return {200, body, "text/xml;charset=utf-8", {}};
    }
    const auto failure = [&](std::string_view code, std::string_view message) {
        return answer("Failure", error_element(code, message));
    };
    if (faults_.take({"ack_failure"}, call)) return failure("10007", "Internal error to the application.");
    const auto token = tokens_.find(request.header("x-ebay-api-iaf-token").value_or(""));
    if (token == tokens_.end() || token->second.application || token->second.expires_at <= clock_.now())
        return failure("21917053", "IAF token supplied is invalid.");
    for (const char* name : {"x-ebay-api-siteid", "x-ebay-api-compatibility-level"})
        if (!request.header(name)) return failure("10012", "Missing header: " + std::string(name));
    Quota& quota = quota_of("TradingAPI");
    if (quota.count >= quota.limit) return failure("518", "Call usage limit has been reached.");
    ++quota.count;
    pugi::xml_document document;
    const pugi::xml_node root =
        document.load_buffer(request.body.data(), request.body.size()) ? document.document_element() : pugi::xml_node();
    if (std::string(root.name()) != call + "Request") return failure("5", "XML Parse error.");
    if (root.child("RequesterCredentials")) return failure("930", "A token must not come twice.");

    if (call == "GetMyeBaySelling") {
        const pugi::xml_node wanted = root.child("ActiveList");
        if (!wanted.child("Include").text().as_bool(false)) return answer("Success", "");
        const std::vector<int> listed = world_.listed();
        const Page page = page_of(wanted.child("Pagination"), static_cast<int>(listed.size()));
        if (page.result.empty()) return failure("340", "Page number or size is out of range.");
        std::string inside = "<ActiveList><ItemArray>";
        for (int i = page.first; i < page.last; ++i)
            inside += listing(world_, listed[static_cast<std::size_t>(i)], false);
        return answer("Success", inside + "</ItemArray>" + page.result + "</ActiveList>");
    }
    if (call == "GetSellerList") {
        const auto from = parse_iso8601(root.child_value("EndTimeFrom"), ZoneRule::required);
        const auto to = parse_iso8601(root.child_value("EndTimeTo"), ZoneRule::required);
        if (!from || !to || *to < *from || *to - *from > std::chrono::hours(24 * 120))
            return failure("10045", "The time range is invalid, at most 120 days.");
        const std::vector<int> listed = world_.listed();
        const Page page = page_of(root.child("Pagination"), static_cast<int>(listed.size()));
        if (page.result.empty()) return failure("340", "Page number or size is out of range.");
        std::string inside = page.result + "<ItemArray>";
        for (int i = page.first; i < page.last; ++i)
            inside += listing(world_, listed[static_cast<std::size_t>(i)], true);
        return answer("Success", inside + "</ItemArray>");
    }
    if (call == "GetItem") {
        const auto number = world_.item_of_listing(root.child_value("ItemID"));
        if (!number) return failure("17", "This item cannot be accessed.");
        return answer("Success", listing(world_, *number, true));
    }
    if (call == "GeteBayDetails") {
        if (std::string_view(root.child_value("DetailName")) != "ShippingCarrierDetails")
            return failure("37", "Input data is invalid: DetailName");
        std::string inside;
        static constexpr std::pair<std::string_view, std::string_view> kCarriers[] = {
            {"USPS", "U.S. Postal Service"}, {"UPS", "UPS"},        {"FedEx", "FedEx"},
            {"DHL", "DHL Express"},          {"ONTRACK", "OnTrac"}, {"Other", "Other"}};
        for (const auto& [code, name] : kCarriers)
            inside += "<ShippingCarrierDetails>" + element("ShippingCarrier", code) + element("Description", name) +
                      "</ShippingCarrierDetails>";
        return answer("Success", inside);
    }
    // ReviseInventoryStatus
    const auto containers = root.children("InventoryStatus");
    const auto asked = std::distance(containers.begin(), containers.end());
    std::ptrdiff_t done = 0;
    std::string inside;
    if (asked > 4) return failure("21919188", "At most 4 InventoryStatus containers.");
    if (asked == 0) return failure("21919188", "InventoryStatus is missing.");
    for (const pugi::xml_node status : root.children("InventoryStatus")) {
        const std::string id = status.child_value("ItemID"), sku = status.child_value("SKU");
        const auto number = world_.item_of_listing(id);
        std::optional<UnitKey> unit;
        if (number) {
            for (const UnitKey each : world_.units(*number)) {
                const bool single = each.variation == 0 && (sku.empty() || sku == world_.sku(each));
                if (single || (!sku.empty() && sku == world_.sku(each))) unit = each;
            }
        }
        const int quantity = status.child("Quantity").text().as_int(-1);
        std::string error;
        if (!unit)
            error = error_element("21916799", "SKU or ItemID mismatch: " + id);
        else if (!world_.item(*number).trading)
            error = error_element("21919474", "The listing is managed by the Inventory API: " + id);
        else if (quantity < 0)
            error = error_element("515", "The quantity must be a valid number: " + id);
        else if (!world_.revise(*number))
            error = error_element("21919144", "The listing was revised too often today: " + id);
        if (!error.empty()) {
            ++world_.counters.stock_refused;
            inside += error;
            continue;
        }
        ++done;
        ++world_.counters.stock_pushes;
        world_.set_available(*unit, quantity);
        inside += "<InventoryStatus>" + (sku.empty() ? "" : element("SKU", sku)) + element("ItemID", id) +
                  element("Quantity", std::to_string(quantity)) + "</InventoryStatus>";
    }
    return answer(done == asked ? "Success" : done == 0 ? "Failure" : "PartialFailure", inside);
}

}  // namespace crossdock::sandbox::ebay
