// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/item.h"
#include "domain/order.h"
#include "domain/problem.h"
#include "domain/refund.h"

/// Domain values as lines of text, every field of them: one comparison shows all that differs.
namespace crossdock::testing_support {

inline std::string words(const std::optional<std::string>& text) { return text ? *text : "-"; }
inline std::string words(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : "-"; }
inline std::string words(const std::optional<bool>& flag) { return !flag ? "-" : *flag ? "true" : "false"; }
inline std::string words(const std::optional<Timestamp>& time) { return time ? format_rfc3339(*time) : "-"; }
inline std::string words(const std::optional<domain::Money>& money) {
    return money ? domain::format(*money) + " " + money->currency : "-";
}
inline std::string words(const std::optional<domain::Decimal>& number) {
    return number ? domain::format(*number) : "-";
}

inline std::string words(const domain::Address& a) {
    std::string out;
    for (const auto* field : {&a.name, &a.address1, &a.address2, &a.city, &a.region, &a.postal, &a.country, &a.phone})
        out += (out.empty() ? "" : " | ") + words(*field);
    return out;
}

inline std::string words(const domain::OrderLine& line) {
    std::ostringstream out;
    out << "line " << line.external_line_id << " sku " << words(line.sku) << ", " << words(line.title) << ", "
        << words(line.variant_sku) << ", variant " << words(line.variant_id) << ", location "
        << words(line.assigned_location_id) << " " << words(line.assigned_location_name) << ", quantity "
        << line.quantity << " current " << words(line.current_quantity) << " shippable " << line.shippable_quantity
        << ", unit " << words(line.unit_price) << ", selling " << words(line.selling_unit_price) << ", total "
        << words(line.total_price) << ", tax " << words(line.tax_amount) << ", discount " << words(line.discount_amount)
        << ", shipping " << words(line.shipping_amount) << ", fulfilment " << words(line.fulfillment_status)
        << ", gift " << words(std::optional{line.is_gift}) << ", notes " << words(line.notes)
        << (line.item_id ? ", item" : "") << "\n";
    return out.str();
}

inline std::string words(const domain::Order& order) {
    std::ostringstream out;
    out << "order " << order.external_order_id << " " << words(order.order_number_hint) << "\n"
        << "status " << to_string(order.status) << ", payment " << words(order.payment_status) << " by "
        << words(order.payment_method) << "\n"
        << "ordered " << format_rfc3339(order.ordered_at) << ", updated " << words(order.last_remote_update_at) << "\n"
        << "taxes_included " << words(order.taxes_included) << ", currency " << order.currency << "\n"
        << "buyer " << words(order.buyer_name) << " " << words(order.buyer_email) << "\n"
        << "subtotal " << words(order.subtotal_amount) << ", shipping " << words(order.shipping_amount) << ", tax "
        << words(order.tax_amount) << ", discount " << words(order.discount_amount) << ", total "
        << words(order.total_amount) << "\n"
        << "bill " << words(order.billing) << "\n"
        << "ship " << words(order.shipping) << "\n"
        << "gift " << words(std::optional{order.is_gift}) << ", notes " << words(order.notes) << "\n";
    for (const auto& line : order.lines) out << words(line);
    return out.str();
}

inline std::string words(const domain::Refund& refund) {
    std::ostringstream out;
    out << "refund " << refund.external_refund_id << " of " << refund.external_order_id << " at "
        << format_rfc3339(refund.occurred_at) << "\n"
        << "total " << words(refund.total_amount) << ", subtotal " << words(refund.subtotal_amount) << ", shipping "
        << words(refund.shipping_amount) << ", tax " << words(refund.tax_amount) << ", discount "
        << words(refund.discount_amount) << ", currency " << refund.currency << "\n"
        << "payment " << words(refund.payment_status) << " by " << words(refund.payment_method) << ", settled "
        << words(std::optional{refund.settled}) << ", reason " << words(refund.reason_code) << ", notes "
        << words(refund.notes) << "\n";
    for (const auto& line : refund.lines)
        out << "line " << words(line.external_line_id) << " sku " << words(line.sku) << ", " << words(line.title)
            << ", " << words(line.variant_sku) << ", quantity " << line.quantity << ", unit " << words(line.unit_refund)
            << ", total " << words(line.total_refund) << ", tax " << words(line.tax_amount) << ", discount "
            << words(line.discount_amount) << ", shipping " << words(line.shipping_amount) << ", reason "
            << words(line.reason_code) << ", notes " << words(line.notes) << "\n";
    return out.str();
}

inline std::string words(const domain::Item& item) {
    std::ostringstream out;
    out << "variant " << item.variant_id << " at " << words(item.location_id) << " " << words(item.location_name)
        << ", sku " << words(item.sku) << ", " << words(item.title) << ", barcode " << words(item.barcode) << ", "
        << item.channel_product_id << ", " << words(item.channel_variant_id) << ", " << words(item.currency) << " "
        << words(item.price) << ", " << to_string(item.status) << ", updated " << words(item.updated_at_remote)
        << ", tracked " << words(std::optional{item.tracked}) << ", available " << words(item.channel_quantity) << "\n"
        << "ids " << item.external_ids_json << "\n"
        << "attrs " << item.attrs_json << "\n";
    return out.str();
}

inline std::string codes(const std::vector<domain::Problem>& problems) {
    std::string out;
    for (const auto& problem : problems) out += (out.empty() ? "" : " ") + problem.code;
    return out;
}

}  // namespace crossdock::testing_support
