// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/v2_order_mapping.h"

#include <set>

#include "base/text.h"
#include "connectors/shipstation/amounts.h"
#include "connectors/shipstation/order_mapping.h"

namespace crossdock::connectors::shipstation {
namespace {

using domain::OrderLine;
using domain::OrderStatus;

constexpr std::string_view kSe = "se-";

std::string upper_code(std::string_view code) {
    std::string out{code};
    for (char& c : out)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return out;
}

std::optional<Timestamp> utc_time(JsonView field) {
    const auto at = parse_iso8601(field.word(), ZoneRule::utc);
    return at ? std::optional{*at} : std::nullopt;
}

/// One shipment being read. Members throw FieldError.
class ShipmentReader {
public:
    ShipmentReader(JsonView shipment, const Settings& settings) : from_(shipment), settings_(settings) {}

    MappedOrder read() {
        domain::Order& out = mapped_.order;
        out.external_order_id = bare_id(from_["shipment_id"].text().value_or(""));
        if (out.external_order_id.empty()) throw FieldError({"shipment_id"}, "is missing");
        out.order_number_hint = from_["shipment_number"].filled_text();
        out.currency = currency();
        const auto placed = utc_time(from_["created_at"]);
        if (!placed) throw FieldError({"created_at"}, "is no time: " + shown(from_["created_at"].word()));
        out.ordered_at = *placed;
        out.last_remote_update_at = utc_time(from_["modified_at"]);
        read_state();
        out.shipping = address(from_["ship_to"]);
        out.buyer_name = out.shipping.name;
        out.buyer_email = from_["ship_to"]["email"].filled_text();
        out.taxes_included = false;
        out.is_gift = from_["is_gift"].is_true();
        read_lines();
        out.subtotal_amount = subtotal_.get(out.currency);
        out.shipping_amount = paid("shipping_paid");
        out.tax_amount = paid("tax_paid");
        read_notes();
        return std::move(mapped_);
    }

private:
    std::string currency() {
        for (const char* field : {"amount_paid", "shipping_paid", "tax_paid"}) {
            const std::string code = upper_code(from_[field]["currency"].word());
            if (code.size() == 3 && domain::currency_digits(code)) return code;
        }
        return settings_.currency_of(bare_id(from_["store_id"].text().value_or("")));
    }

    [[nodiscard]] std::optional<domain::Money> paid(std::string_view field) const {
        const std::string code = upper_code(from_[field]["currency"].word());
        if (!code.empty() && code != mapped_.order.currency)
            throw FieldError({field}, "is in " + code + ", the rest of it in " + mapped_.order.currency);
        return read_amount(from_[field]["amount"], mapped_.order.currency, {field});
    }

    void read_state() {
        domain::Order& out = mapped_.order;
        word_ = from_["shipment_status"].text().value_or("");
        const bool was_paid = paid("amount_paid").value_or(domain::Money{}).minor > 0;
        if (word_ == "cancelled") {
            out.status = OrderStatus::cancelled;
            out.payment_status = was_paid ? "paid" : "canceled";
        } else if (word_ == "label_purchased" || is_fulfilled(from_[kKeptFulfillments])) {
            out.status = OrderStatus::fulfilled;
            out.payment_status = "paid";
            word_ = "shipped";
        } else {
            ships_now_ = word_ == "pending" || word_ == "processing";
            // An order that waits for its payment looks like any other here.
            out.payment_status = was_paid ? "paid" : "unknown";
            if (!ships_now_)
                mapped_.problems.push_back({"status_unknown", "ShipStation's shipment status " + shown(word_) +
                                                                  " is not known; the order is taken as open, not to "
                                                                  "be shipped"});
        }
    }

    static domain::Address address(JsonView node) {
        return read_address(node, {{"company_name", "address_line1", "address_line2", "address_line3"},
                                   "city_locality",
                                   "state_province",
                                   "postal_code",
                                   "country_code"});
    }

    void read_lines() {
        std::size_t index = 0;
        for (const JsonView item : from_["items"]) read_line(item, index++);
    }

    void read_line(JsonView item, std::size_t index) {
        const auto at = [&](std::string_view field) { return Place{field, "items", index}; };
        const std::string& currency = mapped_.order.currency;
        OrderLine line;
        line.external_line_id = line_id(item, index);
        line.sku = item["sku"].filled_text();
        line.variant_sku = line.sku;
        line.title = title_of(item);
        if (const std::string_view product = item["product_id"].word(); !product.empty()) line.variant_id = product;
        const auto units = item["quantity"].integer();
        if (!units || *units < 0 || *units > kMostUnitsOfLine)
            throw FieldError(at("quantity"), "is no quantity: " + shown(item["quantity"].raw()));
        line.quantity = *units;
        line.shippable_quantity = ships_now_ ? line.quantity : 0;
        line.unit_price = read_amount(item["unit_price"], currency, at("unit_price"));
        // What ShipStation shows is the selling price already.
        if (line.unit_price) line.selling_unit_price = domain::divide(*line.unit_price, 1, 2);
        line.total_price = read_extended(item["unit_price"], line.quantity, currency, at("unit_price"));
        line.tax_amount = read_extended(item["tax_amount"], line.quantity, currency, at("tax_amount"));
        line.shipping_amount = read_extended(item["shipping_amount"], line.quantity, currency, at("shipping_amount"));
        if (!word_.empty()) line.fulfillment_status = word_;
        line.is_gift = mapped_.order.is_gift;
        subtotal_.add(line.total_price, at("unit_price"));
        mapped_.order.lines.push_back(std::move(line));
    }

    /// The same as by V1: the marketplace's own id, else ShipStation's.
    std::string line_id(JsonView item, std::size_t index) {
        const std::string own{item["sales_order_item_id"].word()};
        std::string id = item["external_order_item_id"].filled_text().value_or(own);
        if (id.empty())
            throw FieldError({"sales_order_item_id", "items", index}, "is missing, and so is external_order_item_id");
        if (!line_ids_.insert(id).second) {
            id += "/" + (own.empty() ? std::to_string(index) : own);
            line_ids_.insert(id);
        }
        return id;
    }

    static std::optional<std::string> title_of(JsonView item) {
        std::string options;
        for (const JsonView option : item["options"]) {
            const auto name = option["name"].filled_text(), value = option["value"].filled_text();
            if (value) options += (options.empty() ? "" : ", ") + (name ? *name + ": " : std::string{}) + *value;
        }
        auto title = item["name"].filled_text();
        return title && !options.empty() ? *title + " (" + options + ")" : title;
    }

    void read_notes() {
        std::string notes;
        const auto note = [&notes](const std::string& text) { notes += (notes.empty() ? "" : "\n") + text; };
        if (const auto text = from_["notes_from_buyer"].filled_text()) note(*text);
        if (const auto text = from_["notes_for_gift"].filled_text()) note("Gift message: " + *text);
        // Whether the hold is over V2 does not say.
        if (const auto until = from_["hold_until_date"].filled_text(); until && ships_now_)
            note("Hold in ShipStation until " + until->substr(0, 10));
        if (!notes.empty()) mapped_.order.notes = std::move(notes);
    }

    JsonView from_;
    const Settings& settings_;
    MappedOrder mapped_;
    std::string word_;
    bool ships_now_ = false;
    StatedSum subtotal_;
    std::set<std::string, std::less<>> line_ids_;
};

}  // namespace

bool is_v2_shipment(JsonView payload) { return payload["shipment_id"].is_string(); }

std::string bare_id(std::string_view se_id) {
    return std::string{se_id.starts_with(kSe) ? se_id.substr(kSe.size()) : se_id};
}

std::string se_id(std::string_view bare_id) { return std::string{kSe} + std::string{bare_id}; }

Timestamp v2_changed_at(JsonView shipment) {
    for (const char* field : {"modified_at", "created_at"})
        if (const auto at = utc_time(shipment[field])) return *at;
    return {};
}

bool is_fulfilled(JsonView fulfillments) {
    for (const JsonView one : fulfillments)
        if (one.is_object() && !one["voided"].is_true()) return true;
    return false;
}

RawOrder raw_v2_order(JsonView shipment, const std::vector<std::string>& fulfillments) {
    RawOrder raw{bare_id(shipment["shipment_id"].text().value_or("")), v2_changed_at(shipment),
                 std::string{shipment.raw()}};
    if (fulfillments.empty()) return raw;
    raw.payload.pop_back();
    raw.payload += ",\"" + std::string{kKeptFulfillments} + "\":[";
    for (std::size_t i = 0; i < fulfillments.size(); ++i) raw.payload += (i == 0 ? "" : ",") + fulfillments[i];
    raw.payload += "]}";
    return raw;
}

Result<MappedOrder> map_v2_shipment(JsonView shipment, const Settings& settings) {
    try {
        return ShipmentReader(shipment, settings).read();
    } catch (const FieldError& error) {
        return error.as_error();
    }
}

}  // namespace crossdock::connectors::shipstation
