// SPDX-License-Identifier: Apache-2.0
// The root lists: searched, sorted, paged by keyset.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_writer.h"
#include "base/text.h"
#include "sandbox/shopify/api.h"
#include "sandbox/encoding.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

std::string sort_time(Timestamp at) { return sort_number(to_ms(at)); }

/// Short name of a list: cursors of another sort order or filter do not fit it.
std::string list_name(const Call& call) {
    const std::string query = call.arguments.contains("query") && call.arguments["query"].is_string()
                                  ? call.arguments["query"].get<std::string>()
                                  : "";
    return call.field.name + "/" + call.arguments.value("sortKey", "") + "/" + sha256_hex(query).substr(0, 8);
}

bool word_in(const SearchTerm& term, std::string_view text) {
    return to_lower(text).find(to_lower(term.value)) != std::string::npos;
}

bool yes(const SearchTerm& term) { return to_lower(term.value) == "true"; }

}  // namespace

SearchQuery Api::search_of(const Call& call, const std::set<std::string, std::less<>>& known) {
    const auto at = call.arguments.find("query");
    const std::string text = at != call.arguments.end() && at->is_string() ? at->get<std::string>() : "";
    SearchQuery query = SearchQuery::parse(text);
    std::set<std::string> unknown;
    for (const SearchTerm* term : query.terms()) {
        const bool metafield = term->field.starts_with("metafields.");
        if (!term->field.empty() && !metafield && !known.contains(term->field)) unknown.insert(term->field);
    }
    if (unknown.empty()) return query;
    std::string extension;
    JsonWriter json(extension);
    json.begin_object();
    json.key("path").begin_array().value(std::string_view{call.selection.key()}).end_array();
    json.field("query", std::string_view{text});
    json.key("parsed").raw(query.parsed_json());
    json.key("warnings").begin_array();
    for (const std::string& field : unknown) {
        json.begin_object();
        json.field("field", std::string_view{field})
            .field("message", "Invalid search field for this query.")
            .field("code", "invalid_field");
        json.end_object();
    }
    json.end_array().end_object();
    request_.search_extensions.push_back(std::move(extension));
    return query;
}

bool Api::order_term(const SearchTerm& term, const Order& order) const {
    const std::string& field = term.field;
    if (field.empty()) {
        const Customer* buyer = world_.customer(order.customer_id);
        return word_in(term, order.name) || word_in(term, order.email) ||
               (buyer != nullptr && word_in(term, buyer->first_name + " " + buyer->last_name));
    }
    // The index's own idea of the time decides, not the order's.
    if (field == "updated_at") return time_matches(term, world_.index.updated_at(order.id).value_or(order.updated_at));
    if (field == "created_at") return time_matches(term, order.created_at);
    if (field == "processed_at") return time_matches(term, order.processed_at);
    if (field == "id") {
        const std::string number = std::to_string(order.id);
        if (term.comparison.empty()) return text_matches(term, number);
        const std::int64_t bound = std::strtoll(term.value.c_str(), nullptr, 10);
        if (term.comparison == ">") return order.id > bound;
        if (term.comparison == ">=") return order.id >= bound;
        return term.comparison == "<" ? order.id < bound : order.id <= bound;
    }
    if (field == "name") return text_matches(term, order.name) || text_matches(term, std::to_string(order.number));
    if (field == "email") return text_matches(term, order.email);
    if (field == "test") return yes(term) == order.test;
    if (field == "status") {
        if (term.value == "open") return !order.closed_at && !order.cancelled_at;
        if (term.value == "closed") return order.closed_at.has_value();
        if (term.value == "cancelled") return order.cancelled_at.has_value();
        if (term.value == "not_closed") return !order.closed_at;
        return term.value == "any" || term.value == "*";
    }
    if (field == "financial_status") return text_matches(term, financial_status(order));
    if (field == "fulfillment_status") {
        const std::string shown = to_lower(fulfillment_status(order));
        const std::string also = shown == "fulfilled"             ? "shipped"
                                 : shown == "partially_fulfilled" ? "partial"
                                 : shown == "unfulfilled"         ? "unshipped"
                                                                  : "";
        return text_matches(term, shown) || (!also.empty() && text_matches(term, also));
    }
    if (field == "return_status") return text_matches(term, "no_return");
    if (field == "source_name") return text_matches(term, order.source_name);
    if (field == "po_number") return text_matches(term, order.po_number);
    if (field == "confirmation_number") return text_matches(term, order.confirmation_number);
    if (field == "customer_id") return text_matches(term, std::to_string(order.customer_id));
    if (field == "discount_code") {
        return std::any_of(order.discount_codes.begin(), order.discount_codes.end(),
                           [&](const auto& code) { return text_matches(term, code); });
    }
    if (field == "sku") {
        return std::any_of(order.lines.begin(), order.lines.end(),
                           [&](const Line& line) { return text_matches(term, line.sku); });
    }
    if (field == "tag" || field == "tag_not") {
        const bool has =
            std::any_of(order.tags.begin(), order.tags.end(), [&](const auto& tag) { return text_matches(term, tag); });
        return has == (field == "tag");
    }
    if (field == "fulfillment_location_id") {
        return std::any_of(order.fulfillments.begin(), order.fulfillments.end(),
                           [&](const auto& f) { return text_matches(term, std::to_string(f.location_id)); });
    }
    if (field.starts_with("metafields.")) {
        return std::any_of(order.metafields.begin(), order.metafields.end(), [&](const Metafield& m) {
            return field == "metafields." + m.space + "." + m.key && text_matches(term, m.value);
        });
    }
    return true;  // an unknown field matches everything; the warning has been noted
}

bool Api::order_matches(const SearchQuery& query, const Order& order) const {
    if (world_.old_enough_to_hide(order) && !request_.may("read_all_orders")) return false;
    if (!world_.index.updated_at(order.id)) return false;  // the index has not heard of it yet
    return query.matches([&](const SearchTerm& term) { return order_term(term, order); });
}

namespace {

const std::set<std::string, std::less<>> kOrderFields{"id",
                                                      "name",
                                                      "email",
                                                      "created_at",
                                                      "updated_at",
                                                      "processed_at",
                                                      "status",
                                                      "financial_status",
                                                      "fulfillment_status",
                                                      "return_status",
                                                      "test",
                                                      "source_name",
                                                      "sku",
                                                      "tag",
                                                      "tag_not",
                                                      "fulfillment_location_id",
                                                      "po_number",
                                                      "confirmation_number",
                                                      "customer_id",
                                                      "discount_code"};
const std::set<std::string, std::less<>> kVariantFields{"id",
                                                        "sku",
                                                        "barcode",
                                                        "title",
                                                        "created_at",
                                                        "updated_at",
                                                        "product_id",
                                                        "product_status",
                                                        "vendor",
                                                        "product_type",
                                                        "tag",
                                                        "location_id",
                                                        "inventory_quantity",
                                                        "taxable"};
const std::set<std::string, std::less<>> kProductFields{
    "id", "title", "created_at", "updated_at", "status", "vendor", "product_type", "tag", "sku", "handle", "gift_card"};

/// The page that a list is asked for: in a bulk export one slice of it, for a large result is written bit by bit.
PageRequest root_page(const Call& call, RequestContext& context) {
    PageRequest request = PageRequest::from(call.arguments, list_name(call), context.bulk);
    if (request.limit != INT32_MAX) context.bulk_slice = 0;  // as many as it asks for itself
    if (context.bulk_slice == 0) return request;
    request.limit = context.bulk_slice;
    request.continue_after(context.bulk_after);
    return request;
}

void note_slice(const Connection& page, RequestContext& context) {
    if (context.bulk_slice > 0) context.bulk_next = page.has_next && !page.cursors.empty() ? page.cursors.back() : "";
}

}  // namespace

std::shared_ptr<Connection> Api::orders_page(const Call& call) {
    const PageRequest request = root_page(call, request_);
    const SearchQuery query = search_of(call, kOrderFields);
    const std::string sort = call.arguments.value("sortKey", "PROCESSED_AT");
    std::shared_ptr<Connection> page;
    if (sort == "UPDATED_AT" && !request.backwards && !request.reverse && !request.before) {
        // The common walk, straight along the index: an empty answer costs nothing.
        OrderIndex::Entry from{Timestamp{}, 0};
        for (const SearchTerm* term : query.required()) {
            if (term->field != "updated_at" ||
                (term->comparison != ">=" && term->comparison != ">" && !term->comparison.empty()))
                continue;
            if (const auto at = term_time(*term)) from = std::max(from, OrderIndex::Entry{*at, 0});
        }
        const auto& index = world_.index.by_update();
        auto at = index.lower_bound(from);
        if (request.after) {
            const OrderIndex::Entry last{from_ms(std::strtoll(request.after->first.c_str(), nullptr, 10)),
                                         request.after->second};
            if (last >= from) at = index.upper_bound(last);
        }
        page = std::make_shared<Connection>();
        page->has_previous = request.after.has_value();
        for (; at != index.end(); ++at) {
            const Order& order = *world_.order(at->second);
            if (!order_matches(query, order)) continue;
            if (page->nodes.size() == static_cast<std::size_t>(request.limit)) {
                page->has_next = true;
                break;
            }
            page->nodes.push_back(view("Order", order));
            page->cursors.push_back(encode_cursor({sort_time(at->first), order.id}, request.list));
        }
    } else {
        std::vector<Entry> entries;
        for (const auto& [id, order] : world_.orders) {
            if (!order_matches(query, order)) continue;
            std::string key;
            if (sort == "UPDATED_AT")
                key = sort_time(*world_.index.updated_at(id));
            else if (sort == "CREATED_AT")
                key = sort_time(order.created_at);
            else if (sort == "PROCESSED_AT")
                key = sort_time(order.processed_at);
            else if (sort == "TOTAL_PRICE")
                key = sort_number(ordered_totals(order).total.shop);
            else if (sort == "CURRENT_TOTAL_PRICE")
                key = sort_number(current_totals(order).total.shop);
            else if (sort == "FINANCIAL_STATUS")
                key = financial_status(order);
            else if (sort == "FULFILLMENT_STATUS")
                key = fulfillment_status(order);
            else if (sort == "PO_NUMBER")
                key = order.po_number;
            entries.push_back({{key, id}, view("Order", order)});
        }
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
        page = cut_page(entries, request);
    }
    note_slice(*page, request_);
    apply_page_fault(*page, request);
    return page;
}

void Api::apply_page_fault(Connection& page, const PageRequest& request) {
    if (request_.page_fault.empty()) return;
    const std::string fault = std::exchange(request_.page_fault, "");
    if (fault == "half_page" && page.nodes.size() > 1) {
        page.nodes.resize(page.nodes.size() / 2);
        page.cursors.resize(page.nodes.size());
        page.has_next = true;
    } else if (fault == "repeat_cursor" && !page.cursors.empty()) {
        // The pager is frozen: it promises more and points to where the walk already is.
        page.cursors.back() = request.after ? encode_cursor(*request.after, request.list) : page.cursors.back();
        page.has_next = true;
    } else if (fault == "empty_page") {
        const std::string cursor = request.after ? encode_cursor(*request.after, request.list)
                                                 : encode_cursor({sort_number(0), 0}, request.list);
        page.nodes.clear();
        page.cursors = {cursor};
        page.has_next = true;
    }
}

std::int64_t Api::orders_count(const Call& call) {
    const SearchQuery query = search_of(call, kOrderFields);
    return std::count_if(world_.orders.begin(), world_.orders.end(),
                         [&](const auto& entry) { return order_matches(query, entry.second); });
}

std::shared_ptr<Connection> Api::variants_page(const Call& call) {
    const PageRequest request = root_page(call, request_);
    const SearchQuery query = search_of(call, kVariantFields);
    const std::string sort = call.arguments.value("sortKey", "ID");
    // The common walk goes on at its id and stops when the page is full: a large catalogue costs a page what a small
    // one does.
    const bool by_id = sort == "ID" && !request.backwards && !request.reverse && !request.before;
    std::vector<Entry> entries;
    for (auto at = by_id && request.after ? world_.variants.upper_bound(request.after->second)
                                          : world_.variants.begin();
         at != world_.variants.end(); ++at) {
        if (by_id && entries.size() > static_cast<std::size_t>(request.limit)) break;
        const auto& [id, variant] = *at;
        const Variant& v = variant;
        const Product& product = *world_.product(v.product_id);
        const auto stock = [&] {
            std::int64_t sum = 0;
            for (const Level* level : world_.levels_of(v.item_id)) sum += level->available;
            return sum;
        };
        const bool match = query.matches([&](const SearchTerm& term) {
            const std::string& field = term.field;
            if (field.empty()) return word_in(term, product.title) || word_in(term, v.sku);
            if (field == "id") return text_matches(term, std::to_string(v.id));
            if (field == "sku") return text_matches(term, v.sku);
            if (field == "barcode") return text_matches(term, v.barcode);
            if (field == "title") return text_matches(term, v.title);
            if (field == "created_at") return time_matches(term, v.created_at);
            if (field == "updated_at") return time_matches(term, v.updated_at);
            if (field == "product_id") return text_matches(term, std::to_string(v.product_id));
            if (field == "product_status") return text_matches(term, product.status);
            if (field == "vendor") return text_matches(term, product.vendor);
            if (field == "taxable") return yes(term) == v.taxable;
            if (field == "inventory_quantity") {
                const std::int64_t bound = std::strtoll(term.value.c_str(), nullptr, 10);
                if (term.comparison == ">") return stock() > bound;
                if (term.comparison == ">=") return stock() >= bound;
                if (term.comparison == "<") return stock() < bound;
                return term.comparison == "<=" ? stock() <= bound : stock() == bound;
            }
            if (field == "location_id") {
                const auto levels = world_.levels_of(v.item_id);
                return std::any_of(levels.begin(), levels.end(), [&](const Level* level) {
                    return text_matches(term, std::to_string(level->location_id));
                });
            }
            return true;
        });
        if (!match) continue;
        std::string key;
        if (sort == "SKU")
            key = v.sku;
        else if (sort == "TITLE" || sort == "NAME" || sort == "FULL_TITLE")
            key = product.title + " - " + v.title;
        else if (sort == "INVENTORY_QUANTITY")
            key = sort_number(stock());
        entries.push_back({{key, id}, view("ProductVariant", v)});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    auto page = cut_page(entries, request);
    if (by_id) page->has_previous = request.after.has_value();
    note_slice(*page, request_);
    apply_page_fault(*page, request);
    return page;
}

std::shared_ptr<Connection> Api::products_page(const Call& call) {
    const PageRequest request = root_page(call, request_);
    const SearchQuery query = search_of(call, kProductFields);
    const std::string sort = call.arguments.value("sortKey", "ID");
    std::vector<Entry> entries;
    for (const auto& [id, product] : world_.products) {
        const Product& p = product;
        const bool match = query.matches([&](const SearchTerm& term) {
            const std::string& field = term.field;
            if (field.empty() || field == "title")
                return field.empty() ? word_in(term, p.title) : text_matches(term, p.title);
            if (field == "id") return text_matches(term, std::to_string(p.id));
            if (field == "created_at") return time_matches(term, p.created_at);
            if (field == "updated_at") return time_matches(term, p.updated_at);
            if (field == "status") return text_matches(term, p.status);
            if (field == "vendor") return text_matches(term, p.vendor);
            if (field == "handle") return text_matches(term, p.handle);
            if (field == "gift_card") return yes(term) == p.gift_card;
            if (field == "sku") {
                return std::any_of(p.variants.begin(), p.variants.end(),
                                   [&](std::int64_t v) { return text_matches(term, world_.variant(v)->sku); });
            }
            return true;
        });
        if (!match) continue;
        const std::string key = sort == "UPDATED_AT" ? sort_time(p.updated_at)
                                : sort == "TITLE"    ? p.title
                                : sort == "VENDOR"   ? p.vendor
                                                     : "";
        entries.push_back({{key, id}, view("Product", p)});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    auto page = cut_page(entries, request);
    note_slice(*page, request_);
    return page;
}

}  // namespace crossdock::sandbox::shopify
