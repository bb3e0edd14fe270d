// SPDX-License-Identifier: Apache-2.0
#include "dialect/rows.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/json_members.h"
#include "dialect/values.h"

namespace crossdock::dialect {
namespace {

/// What the rows of a list are called and made of. Columns stand in the order of docs/api/v1.md, and new ones are added
/// at the end: programs may count them.
struct Shape {
    const char* list;  // the member that holds the rows, and the root of XML
    const char* row;
    bool bare;            // JSON: an array and nothing around it
    const char* columns;  // with blanks between
    const char* lines;    // the member that becomes rows of its own; none: nothing does
    const char* prefix;   // of its columns, for both have a currency
    const char* line_columns;
    const char* one_columns;  // more of a row that is answered by itself
};

constexpr std::array<Shape, 6> kShapes{{
    {"orders", "order", true,
     "id external_order_id status ordered_at last_remote_update_at order_number_hint fulfillment_channel channel_code "
     "provider taxes_included buyer_name buyer_email currency subtotal_amount shipping_amount tax_amount "
     "discount_amount total_amount bill_name bill_address1 bill_address2 bill_city bill_region bill_postal "
     "bill_country bill_phone ship_name ship_address1 ship_address2 ship_city ship_region ship_postal ship_country "
     "ship_phone payment_status payment_method line_items_count items_total_quantity is_gift notes imported_to_erp "
     "imported_at",
     "line_items", "line_",
     "external_line_id sku title variant_sku item_master_id assigned_location_id assigned_location_name quantity "
     "currency unit_price selling_unit_price total_price tax_amount discount_amount shipping_amount "
     "fulfillment_status is_gift notes current_quantity",
     "remote_missing_at"},
    {"refunds", "refund", true,
     "id provider external_order_id external_refund_id occurred_at amount currency subtotal_amount shipping_amount "
     "tax_amount discount_amount total_amount line_items_count items_total_quantity payment_status payment_method "
     "reason_code notes imported_to_erp imported_at",
     "line_items", "line_",
     "external_line_id sku title variant_sku quantity currency unit_refund total_refund tax_amount discount_amount "
     "shipping_amount reason_code notes",
     ""},
    {"items", "item", false,
     "id channel provider sku title channel_product_id channel_variant_id currency price barcode status active "
     "updated_at_remote external_ids attrs",
     "", "", "", ""},
    {"carrier_codes", "carrier_code", false, "provider code display_name", "", "", "", ""},
    {"shipments", "shipment", false,
     "id shipment_id shipment_name destination_fulfillment_center_id shipment_status label_prep_type "
     "are_cases_required channel_id channel_code account_id created_at updated_at",
     "items", "item_",
     "ShipmentId SellerSKU FulfillmentNetworkSKU QuantityShipped QuantityReceived QuantityInCase PrepDetailsList "
     "ReleaseDate",
     ""},
    {"fba_carton_pushes", "fba_carton_push", false,
     "id fba_inbound_shipment_id status error_message channel_id account_id created_at updated_at", "items", "item_",
     "sku quantity_shipped quantity_in_case", ""},
}};

const Shape& shape_of(List list) { return kShapes[static_cast<std::size_t>(list)]; }

/// Calls `use` with every word of a text.
template <class Use>
void each_word(std::string_view words, Use use) {
    while (!words.empty()) {
        const auto word = words.substr(0, words.find(' '));
        use(word);
        words.remove_prefix(std::min(words.size(), word.size() + 1));
    }
}

/// Members looked up in about the order in which they are written.
class Lookup {
public:
    explicit Lookup(std::string_view object) : members_(object) {}
    std::string_view operator[](std::string_view name) {
        for (std::size_t tried = 0; tried < members_.size(); ++tried) {
            const auto& [held, value] = *(members_.begin() + static_cast<std::ptrdiff_t>(at_));
            at_ = at_ + 1 < members_.size() ? at_ + 1 : 0;
            if (held == name) return value;
        }
        return "null";
    }

private:
    JsonMembers members_;
    std::size_t at_ = 0;
};

void csv_header(std::string& out, const Shape& shape, std::string_view more) {
    bool first = true;
    const auto add = [&](std::string_view prefix, std::string_view name) {
        if (!first) out += ',';
        first = false;
        out += prefix;
        out += name;
    };
    each_word(shape.columns, [&](std::string_view name) { add("", name); });
    each_word(more, [&](std::string_view name) { add("", name); });
    if (*shape.lines != '\0') {
        add(shape.prefix, "number");
        each_word(shape.line_columns, [&](std::string_view name) { add(shape.prefix, name); });
    }
    out += "\r\n";
}

void csv_lines(std::string& out, const Dialect& dialect, const Shape& shape, std::string_view object,
               std::string_view more) {
    Lookup row(object);
    std::string head;
    const auto cell = [&](std::string& to, std::string_view name, std::string_view token) {
        if (!to.empty()) to += ',';
        append_cell(to, dialect, name, token);
    };
    // The first column is never empty: it is an id, or a provider.
    each_word(shape.columns, [&](std::string_view name) { cell(head, name, row[name]); });
    each_word(more, [&](std::string_view name) { cell(head, name, row[name]); });
    if (*shape.lines == '\0') {
        out += head;
        out += "\r\n";
        return;
    }
    const auto lines = json_elements(row[shape.lines]);
    for (std::size_t i = 0; i < lines.size() || i == 0; ++i) {
        Lookup line(i < lines.size() ? lines[i] : std::string_view{"{}"});
        out += head;
        out += ',';
        if (i < lines.size()) out += std::to_string(i + 1);
        each_word(shape.line_columns, [&](std::string_view name) {
            out += ',';
            append_cell(out, dialect, name, line[name]);
        });
        out += "\r\n";
    }
}

/// A flat row of a list as members of an object, by a function that writes one: of JSON or of XML.
template <class Write>
void each_flat_row(const Shape& shape, std::string_view object, Write write) {
    Lookup row(object);
    using Members = std::vector<std::pair<std::string, std::string_view>>;
    Members head;
    each_word(shape.columns, [&](std::string_view name) { head.emplace_back(name, row[name]); });
    if (*shape.lines == '\0') return write(head);
    const auto lines = json_elements(row[shape.lines]);
    const std::string prefix = shape.prefix;
    for (std::size_t i = 0; i < lines.size() || i == 0; ++i) {
        Lookup line(i < lines.size() ? lines[i] : std::string_view{"{}"});
        Members members = head;
        const std::string number = i < lines.size() ? std::to_string(i + 1) : "null";
        members.emplace_back(prefix + "number", number);
        each_word(shape.line_columns,
                  [&](std::string_view name) { members.emplace_back(prefix + std::string{name}, line[name]); });
        write(members);
    }
}

}  // namespace

void ListWriter::begin(std::string_view head) {
    const Shape& shape = shape_of(list_);
    if (dialect_.format == Format::csv) return csv_header(out_, shape, "");
    if (dialect_.format == Format::json) {
        if (shape.bare) {
            out_ += '[';
            return;
        }
        out_ += '{';
        append_respelled(out_, dialect_, head);
        if (!head.empty()) out_ += ',';
        out_ += '"';
        out_ += shape.list;
        out_ += "\":[";
        return;
    }
    append_declaration(out_, dialect_);
    out_ += '<';
    out_ += shape.list;
    out_ += kXsi;
    for (const auto& [name, value] : JsonMembers(head)) {
        out_ += ' ';
        out_ += name;
        out_ += "=\"";
        append_xml(out_, value.starts_with('"') ? json_text(value) : std::string{value}, dialect_.charset);
        out_ += '"';
    }
    out_ += ">\n";
}

void ListWriter::row(std::string_view object) {
    const Shape& shape = shape_of(list_);
    if (dialect_.format == Format::csv) return csv_lines(out_, dialect_, shape, object, "");
    if (dialect_.flat) return flat_rows(object);
    if (dialect_.format == Format::json) {
        if (!first_) out_ += ',';
        first_ = false;
        return append_respelled(out_, dialect_, object);
    }
    out_ += '<';
    out_ += shape.row;
    out_ += '>';
    for (const auto& [name, value] : JsonMembers(object))
        if (!is_raw(name)) append_element(out_, dialect_, name, value);
    out_ += "</";
    out_ += shape.row;
    out_ += ">\n";
}

void ListWriter::flat_rows(std::string_view object) {
    each_flat_row(shape_of(list_), object, [&](const auto& members) {
        if (dialect_.format == Format::xml) {
            out_ += "<row>";
            // What is nested stands in a row as its JSON.
            for (const auto& [name, value] : members) append_text_element(out_, dialect_, name, value);
            out_ += "</row>\n";
            return;
        }
        out_ += first_ ? "{" : ",{";
        first_ = false;
        bool first = true;
        for (const auto& [name, value] : members) {
            out_ += first ? "\"" : ",\"";
            first = false;
            out_ += name;
            out_ += "\":";
            append_flat_value(out_, dialect_, name, value);
        }
        out_ += '}';
    });
}

void ListWriter::end() {
    const Shape& shape = shape_of(list_);
    if (dialect_.format == Format::csv) return;
    if (dialect_.format == Format::json) {
        out_ += shape.bare ? "]" : "]}";
        return;
    }
    out_ += "</";
    out_ += shape.list;
    out_ += ">\n";
}

std::string respell_list(const Dialect& dialect, List list, std::string_view body) {
    std::string out;
    out.reserve(body.size() + body.size() / 4);
    if (dialect.format == Format::json && !dialect.flat) {
        append_respelled(out, dialect, body);
        return out;
    }
    const Shape& shape = shape_of(list);
    std::string head;
    std::string_view rows = body;
    if (!shape.bare) {
        for (const auto& [name, value] : JsonMembers(body)) {
            if (name == shape.list) {
                rows = value;
                continue;
            }
            if (!head.empty()) head += ',';
            head += '"';
            head += name;
            head += "\":";
            head += value;
        }
    }
    ListWriter writer(out, dialect, list);
    writer.begin(head);
    for (const auto row : json_elements(rows)) writer.row(row);
    writer.end();
    return out;
}

std::string respell_row(const Dialect& dialect, List list, std::string_view wrapper, std::string_view body) {
    std::string out;
    if (dialect.format == Format::json) {
        append_respelled(out, dialect, body);
        return out;
    }
    const Shape& shape = shape_of(list);
    const JsonMembers around(wrapper.empty() ? std::string_view{} : body);
    const std::string_view object = wrapper.empty() ? body : around[wrapper];
    if (dialect.format == Format::csv) {
        csv_header(out, shape, shape.one_columns);
        csv_lines(out, dialect, shape, object, shape.one_columns);
        return out;
    }
    append_declaration(out, dialect);
    out += '<';
    out += shape.row;
    out += kXsi;
    out += '>';
    for (const auto& [name, value] : JsonMembers(object))
        if (!is_raw(name)) append_element(out, dialect, name, value);
    out += "</";
    out += shape.row;
    out += ">\n";
    return out;
}

std::string respell_object(const Dialect& dialect, std::string_view name, std::string_view body) {
    std::string out;
    if (dialect.format == Format::json) {
        append_respelled(out, dialect, body);
        return out;
    }
    const JsonMembers members(body);
    if (dialect.format == Format::csv) {
        const bool one_list = members.size() == 1 && members.begin()->second.starts_with('[');
        for (const auto& [member, value] : members) {
            if (member != members.begin()->first) out += ',';
            out += member;
        }
        out += "\r\n";
        if (one_list) {
            for (const auto value : json_elements(members.begin()->second)) {
                append_cell(out, dialect, members.begin()->first, value);
                out += "\r\n";
            }
            return out;
        }
        for (const auto& [member, value] : members) {
            if (member != members.begin()->first) out += ',';
            append_cell(out, dialect, member, value);
        }
        out += "\r\n";
        return out;
    }
    append_declaration(out, dialect);
    out += '<';
    out += name;
    out += kXsi;
    out += '>';
    for (const auto& [member, value] : members) append_element(out, dialect, member, value);
    out += "</";
    out += name;
    out += ">\n";
    return out;
}

std::string respell_error(const Dialect& dialect, std::string_view body) {
    if (dialect.format != Format::xml) return respell_object(dialect, {}, body);
    std::string out;
    append_declaration(out, dialect);
    out += "<errors>";
    const JsonMembers members(body);
    const std::string_view error = members["error"];
    if (error.starts_with('['))
        for (const auto one : json_elements(error)) append_element(out, dialect, "error", one);
    else
        append_element(out, dialect, "error", error);
    out += "</errors>\n";
    return out;
}

}  // namespace crossdock::dialect
