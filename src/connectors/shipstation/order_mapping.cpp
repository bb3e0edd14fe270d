// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/order_mapping.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "connectors/shipstation/amounts.h"
#include "connectors/shipstation/pacific.h"
#include "connectors/shipstation/v2_order_mapping.h"

namespace crossdock::connectors::shipstation {
namespace {

using domain::Money;
using domain::OrderLine;
using domain::OrderStatus;

constexpr std::string_view kItems = "items";
constexpr std::string_view kSomebodyElse = "a fulfilment provider of ShipStation";
/// How far the hub trusts its reading of ShipStation's clock.
constexpr std::chrono::minutes kClockSlack{2};

struct StatusRow {
    std::string_view word;
    OrderStatus status;
    bool ships_now;  // the ERP may ship it
};
constexpr StatusRow kStatuses[] = {
    {"awaiting_payment", OrderStatus::open, false},    {"awaiting_shipment", OrderStatus::open, true},
    {"pending_fulfillment", OrderStatus::open, false}, {"on_hold", OrderStatus::open, false},
    {"shipped", OrderStatus::fulfilled, false},        {"cancelled", OrderStatus::cancelled, false},
    {"rejected_fulfillment", OrderStatus::open, true},
};

/// One order being read. Members throw FieldError.
class OrderReader {
public:
    OrderReader(JsonView order, const Settings& settings)
        : order_(order), settings_(settings), word_(order["orderStatus"].text().value_or("")) {}

    MappedOrder read() {
        domain::Order& out = mapped_.order;
        out.external_order_id = order_["orderId"].word();
        if (out.external_order_id.empty()) throw FieldError({"orderId"}, "is missing");
        out.order_number_hint = order_["orderNumber"].filled_text();
        out.currency = settings_.currency_of(store_of(order_));
        read_times();
        read_status();
        read_people();
        out.taxes_included = false;
        out.payment_method = order_["paymentMethod"].filled_text();
        out.is_gift = order_["gift"].is_true();
        for (const std::string_view field : {"customerNotes", "giftMessage", "internalNotes"})
            if (auto text = order_[field].filled_text())
                note(field == "giftMessage" ? "Gift message: " + *text : std::move(*text));
        note_status();
        read_lines();
        read_totals();
        note_parts();
        if (!notes_.empty()) out.notes = notes_;
        return std::move(mapped_);
    }

private:
    void note(const std::string& text) { notes_ += (notes_.empty() ? "" : "\n") + text; }

    void read_times() {
        for (const std::string_view field : {"orderDate", "createDate", "modifyDate"})
            if (order_[field] && !parse_pacific(order_[field].word()))
                throw FieldError({field}, "is no time like 2015-06-29T08:46:27: " + shown(order_[field].word()));
        const auto placed = placed_at(order_);
        if (!placed) throw FieldError({"orderDate"}, "is missing, and so is createDate");
        mapped_.order.ordered_at = *placed;
        if (order_["modifyDate"]) mapped_.order.last_remote_update_at = changed_at(order_);
    }

    void read_status() {
        const auto* row = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                       [&](const StatusRow& one) { return one.word == word_; });
        domain::Order& out = mapped_.order;
        if (row == std::end(kStatuses)) {
            mapped_.problems.push_back({"status_unknown", "ShipStation's order status " + shown(word_) +
                                                              " is not known; the order is taken as open, not to be "
                                                              "shipped"});
            out.payment_status = was_paid() ? "paid" : "unknown";
        } else {
            out.status = row->status;
            ships_now_ = row->ships_now;
            out.payment_status = payment();
        }
        // Whoever has it in hand ships it: the ERP must not, too.
        if (word_ != "pending_fulfillment" && !order_["externallyFulfilled"].is_true()) return;
        auto name = order_["externallyFulfilledByName"].filled_text();
        if (!name) name = order_["externallyFulfilledBy"].filled_text();
        out.shipped_by = name.value_or(std::string{kSomebodyElse});
        ships_now_ = false;
    }

    [[nodiscard]] bool was_paid() const {
        const auto paid = read_amount(order_["amountPaid"], mapped_.order.currency, {"amountPaid"});
        return paid && paid->minor > 0;
    }

    [[nodiscard]] std::string payment() const {
        if (word_ == "awaiting_payment") return "pending";
        if (word_ == "on_hold") return order_["paymentDate"] || was_paid() ? "paid" : "pending";
        if (word_ == "cancelled") return was_paid() ? "paid" : "canceled";
        return "paid";
    }

    void note_status() {
        if (word_ == "on_hold") {
            const std::string_view until = order_["holdUntilDate"].word();
            note(until.empty() ? "On hold in ShipStation"
                               : "On hold in ShipStation until " + std::string{until.substr(0, 10)});
        }
        if (word_ == "rejected_fulfillment") note("The fulfilment provider rejected the order");
    }

    static domain::Address address(JsonView node) {
        return read_address(node, {{"company", "street1", "street2", "street3"}, "city", "state", "postalCode", "country"});
    }

    void read_people() {
        domain::Order& out = mapped_.order;
        out.billing = address(order_["billTo"]);  // mostly a name and nothing else; shipTo is no billing address
        out.shipping = address(order_["shipTo"]);
        out.buyer_name = out.billing.name ? out.billing.name : out.shipping.name;
        out.buyer_email = order_["customerEmail"].filled_text();
    }

    void read_lines() {
        if (order_["items"] && !order_["items"].is_array()) throw FieldError({"items"}, "is no list");
        read_item_amounts();
        std::size_t index = 0;
        for (const JsonView item : order_["items"]) {
            if (item["adjustment"].is_true())
                read_adjustment(item, index);
            else
                read_line(item, index);
            ++index;
        }
    }

    static std::int64_t units_of(JsonView item, std::size_t index) {
        const auto units = item["quantity"].integer();
        if (!units || *units < 0 || *units > kMostUnitsOfLine)
            throw FieldError({"quantity", kItems, index}, "is no quantity: " + shown(item["quantity"].raw()));
        return *units;
    }

    /// Taxes and shipping of items are documented as per unit, and not proven to be: where they add up to the order's
    /// own figure only when taken as they are, they are per line.
    void read_item_amounts() {
        per_unit_tax_ = is_per_unit("taxAmount");
        per_unit_shipping_ = is_per_unit("shippingAmount");
    }
    [[nodiscard]] bool is_per_unit(std::string_view field) const {
        const std::string& currency = mapped_.order.currency;
        const auto whole = read_amount(order_[field], currency, {field});
        StatedSum by_unit, by_line;
        std::size_t index = 0;
        for (const JsonView item : order_["items"]) {
            const Place place{field, kItems, index++};
            if (!item[field]) continue;
            by_unit.add(read_extended(item[field], units_of(item, place.index), currency, place), place);
            by_line.add(read_amount(item[field], currency, place), place);
        }
        return !whole || by_line.get(currency) != whole || by_unit.get(currency) == whole;
    }
    [[nodiscard]] std::optional<Money> item_amount(JsonView item, std::string_view field, std::size_t index,
                                                   std::int64_t units, bool per_unit) const {
        return read_extended(item[field], per_unit ? units : 1, mapped_.order.currency, {field, kItems, index});
    }

    void read_line(JsonView item, std::size_t index) {
        const auto at = [&](std::string_view field) { return Place{field, kItems, index}; };
        const std::string& currency = mapped_.order.currency;
        OrderLine line;
        line.external_line_id = line_id(item, index);
        line.sku = item["sku"].filled_text();
        line.variant_sku = line.sku;
        line.title = title_of(item);
        if (const std::string_view product = item["productId"].word(); !product.empty()) line.variant_id = product;
        line.quantity = units_of(item, index);
        line.shippable_quantity = ships_now_ ? line.quantity : 0;
        line.unit_price = read_amount(item["unitPrice"], currency, at("unitPrice"));
        // What ShipStation shows is the selling price already.
        if (line.unit_price) line.selling_unit_price = domain::divide(*line.unit_price, 1, 2);
        line.total_price = read_extended(item["unitPrice"], line.quantity, currency, at("unitPrice"));
        line.tax_amount = item_amount(item, "taxAmount", index, line.quantity, per_unit_tax_);
        line.shipping_amount = item_amount(item, "shippingAmount", index, line.quantity, per_unit_shipping_);
        if (!word_.empty()) line.fulfillment_status = word_;
        line.is_gift = mapped_.order.is_gift;
        subtotal_.add(line.total_price, at("unitPrice"));
        mapped_.order.lines.push_back(std::move(line));
    }

    /// The marketplace's own id, else ShipStation's. Parts of one marketplace line share the former.
    std::string line_id(JsonView item, std::size_t index) {
        const std::string own{item["orderItemId"].word()};
        std::string id = item["lineItemKey"].filled_text().value_or(own);
        if (id.empty()) throw FieldError({"orderItemId", kItems, index}, "is missing, and so is lineItemKey");
        if (line_ids_.count(id) > 0) id += "/" + (own.empty() ? std::to_string(index) : own);
        line_ids_.insert(id);
        return id;
    }

    static std::optional<std::string> title_of(JsonView item) {
        std::string options;
        for (const JsonView option : item["options"]) {
            const auto name = option["name"].filled_text(), value = option["value"].filled_text();
            if (!name && !value) continue;
            options += (options.empty() ? "" : ", ") + (name ? *name + (value ? ": " : "") : "") + value.value_or("");
        }
        auto title = item["name"].filled_text();
        if (options.empty()) return title;
        return title ? *title + " (" + options + ")" : options;
    }

    /// A discount or a surcharge that stands among the items: no goods.
    void read_adjustment(JsonView item, std::size_t index) {
        const Place place{"unitPrice", kItems, index};
        const auto units = item["quantity"] ? units_of(item, index) : 1;
        const auto amount = read_extended(item["unitPrice"], units, mapped_.order.currency, place);
        if (!amount || amount->minor == 0) return;
        if (amount->minor < 0) {
            discount_.subtract(amount, place);
            return;
        }
        subtotal_.add(amount, place);
        note("Surcharge in the subtotal: " + item["name"].filled_text().value_or("without a name") + ", " +
             words(amount->minor, amount->currency));
    }

    void read_totals() {
        domain::Order& out = mapped_.order;
        out.subtotal_amount = subtotal_.get(out.currency);
        out.discount_amount = discount_.get(out.currency);
        out.shipping_amount = read_amount(order_["shippingAmount"], out.currency, {"shippingAmount"});
        out.tax_amount = read_amount(order_["taxAmount"], out.currency, {"taxAmount"});
        out.total_amount = read_amount(order_["orderTotal"], out.currency, {"orderTotal"});  // as stated, never a sum
    }

    void note_parts() {
        const JsonView advanced = order_["advancedOptions"];
        std::string merged;
        for (const JsonView id : advanced["mergedIds"]) merged += (merged.empty() ? "" : ", ") + std::string{id.word()};
        if (!merged.empty()) {
            note("Merged in ShipStation from orders " + merged);
            mapped_.problems.push_back(
                {"order_merged", "ShipStation merged orders " + merged +
                                     " into this one; take care that the ERP does not ship them, "
                                     "too"});
        }
        const std::string_view parent = advanced["parentId"].word();
        if (!parent.empty()) note("Split in ShipStation from order " + std::string{parent});
    }

    JsonView order_;
    const Settings& settings_;
    std::string word_;
    bool ships_now_ = false, per_unit_tax_ = true, per_unit_shipping_ = true;
    MappedOrder mapped_;
    StatedSum subtotal_, discount_;
    std::string notes_;
    std::set<std::string, std::less<>> line_ids_;
};

bool sells_the_same(const OrderLine& a, const OrderLine& b) {
    return a.sku == b.sku && a.title == b.title && a.unit_price == b.unit_price && a.quantity == b.quantity;
}

const OrderLine* find_line(const domain::Order& order, const std::string& id) {
    for (const OrderLine& line : order.lines)
        if (line.external_line_id == id) return &line;
    return nullptr;
}

}  // namespace

std::string store_of(JsonView order) { return std::string{order["advancedOptions"]["storeId"].word()}; }

std::optional<Timestamp> placed_at(JsonView order) {
    for (const std::string_view field : {"orderDate", "createDate"})
        if (const auto at = parse_pacific(order[field].word()))
            return at->earlier;  // nothing was ordered in the future
    return std::nullopt;
}

domain::Address read_address(JsonView node, const AddressWords& words) {
    std::vector<std::string> lines;
    for (const std::string_view field : words.lines)
        if (auto text = node[field].filled_text()) lines.push_back(std::move(*text));
    domain::Address out;
    out.name = node["name"].filled_text();
    if (!lines.empty()) out.address1 = lines.front();
    for (std::size_t i = 1; i < lines.size(); ++i)
        out.address2 = (out.address2 ? *out.address2 + ", " : std::string{}) + lines[i];
    out.city = node[words.city].filled_text();
    out.region = node[words.region].filled_text();
    out.postal = node[words.postal].filled_text();
    out.country = node[words.country].filled_text();
    out.phone = node["phone"].filled_text();
    return out;
}

Timestamp changed_at(JsonView order) {
    if (const auto known = parse_iso8601(order[kModifiedUtc].word(), ZoneRule::required)) return *known;
    for (const std::string_view field : {"modifyDate", "createDate"})
        if (const auto at = parse_pacific(order[field].word())) return at->later;
    return {};
}

RawOrder raw_order(JsonView order, const std::optional<Timestamp>& provider_now) {
    RawOrder raw{std::string{order["orderId"].word()}, changed_at(order), std::string{order.raw()}};
    const auto at = parse_pacific(order["modifyDate"].word());
    if (!at || !at->is_repeated() || !provider_now || at->later <= *provider_now + kClockSlack) return raw;
    raw.updated_at = at->earlier;  // the other one has not come yet
    raw.payload.pop_back();
    raw.payload += ",\"" + std::string{kModifiedUtc} + "\":\"" + format_rfc3339(at->earlier) + "\"}";
    return raw;
}

Result<MappedOrder> map_order_payload(std::string_view payload, const Settings& settings) {
    const auto index = JsonIndex::parse(payload);
    if (!index) return index.error();
    if (is_v2_shipment(index->root())) return map_v2_shipment(index->root(), settings);
    try {
        return OrderReader(index->root(), settings).read();
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

void keep_line_ids(domain::Order& newer, const domain::Order& older) {
    std::set<std::string, std::less<>> taken;
    for (OrderLine& line : newer.lines) {
        if (find_line(older, line.external_line_id) != nullptr) continue;
        for (const OrderLine& known : older.lines) {
            if (!sells_the_same(line, known) || find_line(newer, known.external_line_id) != nullptr) continue;
            if (!taken.insert(known.external_line_id).second) continue;
            line.external_line_id = known.external_line_id;
            break;
        }
    }
}

}  // namespace crossdock::connectors::shipstation
