// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/trading.h"

#include <algorithm>
#include <cstring>
#include <pugixml.hpp>

#include "base/text.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr const char* kLevel = "1399";  // the schema version our documents are written in
constexpr const char* kNamespace = "urn:ebay:apis:eBLBaseComponents";

/// Codes of a token that is not accepted (any more). The call then has had no effect.
constexpr std::string_view kTokenCodes[]{"931", "932", "16110", "21916984", "21917053"};
constexpr std::string_view kLimitCodes[]{"518"};

bool among(std::string_view code, const std::string_view* begin, const std::string_view* end) {
    return std::find(begin, end, code) != end;
}

// A character reference may name what is no character, such as &#x20FFFF;.
std::optional<std::string> text_in(const pugi::xml_node& node, const char* name) {
    const std::string_view text = trim(node.child(name).text().get());
    if (text.empty()) return std::nullopt;
    return to_valid_utf8(text);
}

std::optional<std::string> currency_in(const pugi::xml_node& amount) {
    const std::string_view currency = amount.attribute("currencyID").value();
    if (currency.empty()) return std::nullopt;
    return to_valid_utf8(currency);
}

std::optional<std::int64_t> count_in(const pugi::xml_node& node, const char* name) {
    const auto text = text_in(node, name);
    if (!text || text->size() > 12 || text->find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stoll(*text);
}

struct Errors {
    std::string words;
    bool token = false, limit = false, system = false;
};

Errors errors_in(const pugi::xml_node& root) {
    Errors out;
    for (const pugi::xml_node& error : root.children("Errors")) {
        if (text_in(error, "SeverityCode") == "Warning") continue;
        const std::string code = text_in(error, "ErrorCode").value_or("");
        auto message = text_in(error, "LongMessage");
        if (!message) message = text_in(error, "ShortMessage");
        out.token = out.token || among(code, std::begin(kTokenCodes), std::end(kTokenCodes));
        out.limit = out.limit || among(code, std::begin(kLimitCodes), std::end(kLimitCodes));
        out.system = out.system || text_in(error, "ErrorClassification") == "SystemError";
        out.words += (out.words.empty() ? "" : "; ") + code + (message ? ": " + *message : std::string{});
    }
    out.words = in_quotes(out.words);
    return out;
}

Error refused_by_trading(std::string_view name, const Errors& errors) {
    const std::string said = std::string{name} + ": " + errors.words;
    if (errors.token)
        return {ErrorKind::denied, "ebay_consent_needed",
                "eBay refused " + said + ". A fresh token is refused, too: let the seller consent again"};
    if (errors.limit)
        return {ErrorKind::rate_limited, "ebay_throttled", "eBay asks to slow down: " + said, std::chrono::minutes{15}};
    if (errors.system) return {ErrorKind::unavailable, "ebay_trading_error", "eBay failed: " + said};
    return {ErrorKind::rejected, "ebay_trading_refused", "eBay refused " + said};
}

Error no_xml(std::string_view name) {
    return {ErrorKind::unavailable, "ebay_bad_answer", "eBay's answer to " + std::string{name} + " is not readable"};
}

/// The answer's root element, whatever its Ack.
Result<pugi::xml_node> root_of(pugi::xml_document& document, std::string_view xml, std::string_view name) {
    // No entities but XML's own five are resolved: there is nothing to expand.
    if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_trim_pcdata))
        return no_xml(name);
    const pugi::xml_node root = document.document_element();
    if (!root || std::string_view{root.name()} != std::string{name} + "Response" || !root.child("Ack"))
        return no_xml(name);
    return root;
}

enum class Ack { good, partial, bad };
Ack ack_of(const pugi::xml_node& root) {
    const std::string word = text_in(root, "Ack").value_or("");
    if (word == "Success" || word == "Warning") return Ack::good;
    return word == "PartialFailure" ? Ack::partial : Ack::bad;
}

/// An XML element with a text in it.
std::string element(std::string_view name, std::string_view text) {
    std::string out = "<" + std::string{name} + ">";
    for (const char c : to_valid_utf8(text)) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out + "</" + std::string{name} + ">";
}

/// Sends a call and gives its answer's text. A token that is refused inside a 200 is renewed once.
Result<std::string> send_trading(Client& client, std::string_view name, const std::string& inner, bool push) {
    Call call{Api::trading, name, "", {}, "POST"};
    call.push = push;
    call.body = R"(<?xml version="1.0" encoding="utf-8"?><)" + std::string{name} + "Request xmlns=\"" + kNamespace +
                "\">" + inner + "</" + std::string{name} + "Request>";
    call.headers = {{"X-EBAY-API-CALL-NAME", std::string{name}},
                    {"X-EBAY-API-SITEID", std::string{client.settings().marketplace->site_id}},
                    {"X-EBAY-API-COMPATIBILITY-LEVEL", kLevel}};
    for (bool renewed = false;; renewed = true) {
        const auto before = client.shared().tokens.get(Access::user, client.settings(), client.runtime());
        if (!before) return before.error();
        auto response = client.exchange(call);
        if (!response) return response.error();
        if (response->status != 200) return client.error_of(call, *response, read_refusal(*response));
        pugi::xml_document document;
        const auto root = root_of(document, response->body, name);
        if (!root) return root.error();
        if (ack_of(*root) == Ack::good) return std::move(response->body);
        const Errors errors = errors_in(*root);
        if (!errors.token || renewed) return std::move(response->body);
        const auto fresh = client.shared().tokens.renew(Access::user, *before, client.settings(), client.runtime());
        if (!fresh) return fresh.error();
    }
}

TradingRow row_of(const pugi::xml_node& item) {
    TradingRow row;
    row.item_id = text_in(item, "ItemID").value_or("");
    row.sku = text_in(item, "SKU");
    row.title = text_in(item, "Title");
    row.listing_type = text_in(item, "ListingType").value_or("");
    row.available = count_in(item, "QuantityAvailable");
    row.price = text_in(item.child("SellingStatus"), "CurrentPrice");
    row.currency = currency_in(item.child("SellingStatus").child("CurrentPrice"));
    return row;
}

std::vector<std::pair<std::string, std::string>> specifics_in(const pugi::xml_node& variation) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const pugi::xml_node& pair : variation.child("VariationSpecifics").children("NameValueList"))
        if (const auto value = text_in(pair, "Value")) out.emplace_back(text_in(pair, "Name").value_or(""), *value);
    return out;
}

void add_variations(const pugi::xml_node& item, ActiveListings& out) {
    for (const pugi::xml_node& variation : item.child("Variations").children("Variation")) {
        TradingRow row = row_of(item);
        row.is_variation = true;
        row.sku = text_in(variation, "SKU");
        row.price = text_in(variation, "StartPrice");
        if (auto currency = currency_in(variation.child("StartPrice"))) row.currency = std::move(currency);
        const auto quantity = count_in(variation, "Quantity");
        const auto sold = count_in(variation.child("SellingStatus"), "QuantitySold");
        row.available.reset();
        if (quantity) row.available = std::max<std::int64_t>(0, *quantity - sold.value_or(0));
        row.specifics = specifics_in(variation);
        out.rows.push_back(std::move(row));
    }
}

std::vector<std::string> gtins_in(const pugi::xml_node& details) {
    std::vector<std::string> out;
    for (const char* kind : {"UPC", "EAN", "ISBN"})
        if (auto text = text_in(details, kind)) out.push_back(std::move(*text));
    return out;
}

void add_details(const pugi::xml_node& item, std::vector<ListingDetails>& out) {
    ListingDetails details;
    details.item_id = text_in(item, "ItemID").value_or("");
    if (details.item_id.empty()) return;
    details.condition_id = count_in(item, "ConditionID");
    const auto variations = item.child("Variations").children("Variation");
    if (variations.begin() == variations.end()) {
        details.gtins = gtins_in(item.child("ProductListingDetails"));
        out.push_back(std::move(details));
        return;
    }
    details.is_variation = true;
    for (const pugi::xml_node& variation : variations) {
        details.sku = text_in(variation, "SKU");
        details.specifics = specifics_in(variation);
        details.gtins = gtins_in(variation.child("VariationProductListingDetails"));
        out.push_back(details);
    }
}

}  // namespace

Result<SellerListPage> read_seller_list(Client& client, Timestamp from, std::int64_t page) {
    constexpr std::chrono::hours kWidest{24 * 119};  // 120 days are the most that one call spans
    const auto xml =
        send_trading(client, "GetSellerList",
                     "<DetailLevel>ReturnAll</DetailLevel><IncludeVariations>true</IncludeVariations>" +
                         element("EndTimeFrom", with_millis(from)) + element("EndTimeTo", with_millis(from + kWidest)) +
                         "<Pagination><EntriesPerPage>100</EntriesPerPage>" +
                         element("PageNumber", std::to_string(page)) + "</Pagination>",
                     false);
    if (!xml) return xml.error();
    pugi::xml_document document;
    const auto root = root_of(document, *xml, "GetSellerList");
    if (!root) return root.error();
    if (ack_of(*root) != Ack::good) return refused_by_trading("GetSellerList", errors_in(*root));
    SellerListPage out;
    for (const pugi::xml_node& item : root->child("ItemArray").children("Item")) add_details(item, out.rows);
    out.pages = count_in(root->child("PaginationResult"), "TotalNumberOfPages").value_or(0);
    return out;
}

Result<std::vector<ListingDetails>> read_listing(Client& client, const std::string& item_id) {
    const auto xml =
        send_trading(client, "GetItem", "<DetailLevel>ReturnAll</DetailLevel>" + element("ItemID", item_id), false);
    if (!xml) return xml.error();
    pugi::xml_document document;
    const auto root = root_of(document, *xml, "GetItem");
    if (!root) return root.error();
    if (ack_of(*root) != Ack::good) return refused_by_trading("GetItem", errors_in(*root));
    std::vector<ListingDetails> out;
    add_details(root->child("Item"), out);
    return out;
}

Result<ActiveListings> parse_active_listings(std::string_view xml) {
    pugi::xml_document document;
    const auto root = root_of(document, xml, "GetMyeBaySelling");
    if (!root) return root.error();
    if (ack_of(*root) != Ack::good) return refused_by_trading("GetMyeBaySelling", errors_in(*root));
    ActiveListings out;
    const pugi::xml_node list = root->child("ActiveList");  // absent when there is nothing for sale
    for (const pugi::xml_node& item : list.child("ItemArray").children("Item")) {
        if (!item.child("ItemID")) continue;
        if (item.child("Variations").child("Variation"))
            add_variations(item, out);
        else
            out.rows.push_back(row_of(item));
    }
    out.pages = count_in(list.child("PaginationResult"), "TotalNumberOfPages").value_or(0);
    out.listings = count_in(list.child("PaginationResult"), "TotalNumberOfEntries").value_or(0);
    if (const auto at = parse_iso8601(text_in(*root, "Timestamp").value_or(""), ZoneRule::required))
        out.provider_now = *at;
    return out;
}

Result<ActiveListings> read_active_listings(Client& client, std::int64_t page) {
    const auto xml = send_trading(client, "GetMyeBaySelling",
                                  "<ActiveList><Include>true</Include><Pagination><EntriesPerPage>200</EntriesPerPage>"
                                  "<PageNumber>" +
                                      std::to_string(page) + "</PageNumber></Pagination></ActiveList>",
                                  false);
    if (!xml) return xml.error();
    return parse_active_listings(*xml);
}

Result<std::vector<bool>> revise_quantities(Client& client, const std::vector<TradingRevision>& revisions) {
    std::string inner;
    for (const TradingRevision& one : revisions) {
        inner += "<InventoryStatus>" + element("ItemID", one.item_id);
        if (!one.sku.empty()) inner += element("SKU", one.sku);
        inner += element("Quantity", std::to_string(one.quantity)) + "</InventoryStatus>";
    }
    const auto xml = send_trading(client, "ReviseInventoryStatus", inner, true);
    if (!xml) return xml.error();
    pugi::xml_document document;
    const auto root = root_of(document, *xml, "ReviseInventoryStatus");
    if (!root) return root.error();
    const Ack ack = ack_of(*root);
    if (ack == Ack::bad) return refused_by_trading("ReviseInventoryStatus", errors_in(*root));
    std::vector<bool> taken(revisions.size(), ack == Ack::good);
    for (const pugi::xml_node& status : root->children("InventoryStatus"))
        for (std::size_t i = 0; i < revisions.size(); ++i)
            if (text_in(status, "ItemID") == revisions[i].item_id &&
                (revisions[i].sku.empty() || text_in(status, "SKU") == revisions[i].sku))
                taken[i] = true;
    // One alone that was refused: its error is worth more than a bare no.
    if (revisions.size() == 1 && !taken.front()) return refused_by_trading("ReviseInventoryStatus", errors_in(*root));
    return taken;
}

Result<std::vector<domain::CarrierCode>> read_carriers(Client& client) {
    const auto xml = send_trading(client, "GeteBayDetails", "<DetailName>ShippingCarrierDetails</DetailName>", false);
    if (!xml) return xml.error();
    pugi::xml_document document;
    const auto root = root_of(document, *xml, "GeteBayDetails");
    if (!root) return root.error();
    if (ack_of(*root) != Ack::good) return refused_by_trading("GeteBayDetails", errors_in(*root));
    std::vector<domain::CarrierCode> out;
    for (const pugi::xml_node& one : root->children("ShippingCarrierDetails"))
        if (const auto code = text_in(one, "ShippingCarrier"))
            out.push_back({*code, text_in(one, "Description").value_or(*code)});
    return out;
}

}  // namespace crossdock::connectors::ebay
