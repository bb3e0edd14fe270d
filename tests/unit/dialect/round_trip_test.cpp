// SPDX-License-Identifier: Apache-2.0
// Random orders and refunds in every dialect, read by independent readers, are the same values.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "base/json_members.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "dialect/rows.h"
#include "domain/erp_contract.h"
#include "unit/dialect/independent_readers.h"

namespace crossdock::dialect {
namespace {

using nlohmann::json;
using namespace crossdock::testing_support;

std::uint64_t seed() {
    const char* given = std::getenv("CROSSDOCK_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

/// Makes domain values of what is awkward: quotes, line ends, blanks at both ends, other scripts.
class Maker {
public:
    Maker(std::uint64_t seed, std::vector<std::string> letters) : random_(seed), letters_(std::move(letters)) {}

    std::string text() {
        std::string text;
        for (auto length = random_.below(12); length > 0; --length) text += letters_[random_.below(letters_.size())];
        return text;
    }
    std::optional<std::string> maybe() { return random_.below(4) == 0 ? std::nullopt : std::optional{text()}; }
    Timestamp time() {
        // Whole seconds half of the time, and near changes of clocks often enough.
        const std::int64_t base = random_.below(3) == 0 ? 1'792'886'400'000 : 1'700'000'000'000;
        const auto spread =
            static_cast<std::int64_t>(random_.below(random_.below(2) == 0 ? 14'400'000 : 90'000'000'000));
        return from_ms(random_.below(2) == 0 ? base + spread : (base + spread) / 1000 * 1000);
    }
    std::optional<domain::Money> money(const std::string& currency) {
        if (random_.below(4) == 0) return std::nullopt;
        return domain::Money{static_cast<std::int64_t>(random_.below(1'000'000)) - 1000, currency};
    }
    std::optional<domain::Decimal> decimal() {
        if (random_.below(4) == 0) return std::nullopt;
        return domain::Decimal{static_cast<std::int64_t>(random_.below(1'000'000)),
                               static_cast<int>(random_.below(10))};
    }
    std::int64_t number() { return static_cast<std::int64_t>(random_.below(1000)); }

    std::string row(std::string members) {
        std::string out = "{\"id\":" + std::to_string(number() + 1) + "," + std::move(members);
        payload_.clear();
        JsonWriter(payload_)
            .begin_object()
            .field("updated_at", "2026-11-20T09:15:30.999Z")
            .field("x", text())
            .end_object();
        out += ",\"raw_payload\":" + payload_ + ",\"imported_to_erp\":true,\"imported_at\":\"" +
               format_rfc3339(time()) + "\"}";
        return out;
    }
    std::string order() {
        domain::Order order;
        order.external_order_id = text();
        order.ordered_at = time();
        if (random_.below(2) == 0) order.last_remote_update_at = time();
        order.currency = std::array{"USD", "JPY", "KWD"}[random_.below(3)];
        for (auto* field : {&order.payment_status, &order.payment_method, &order.order_number_hint, &order.buyer_name,
                            &order.buyer_email, &order.notes, &order.billing.name, &order.billing.city,
                            &order.shipping.name, &order.shipping.address1, &order.shipping.postal})
            *field = maybe();
        for (auto* amount : {&order.subtotal_amount, &order.shipping_amount, &order.tax_amount, &order.total_amount})
            *amount = money(order.currency);
        for (auto count = random_.below(4); count > 0; --count) {
            domain::OrderLine line;
            line.external_line_id = text();
            line.sku = maybe();
            line.title = maybe();
            line.notes = maybe();
            line.quantity = number();
            line.unit_price = money(order.currency);
            line.selling_unit_price = decimal();
            line.is_gift = random_.below(2) == 0;
            order.lines.push_back(line);
        }
        return row(domain::render_order(order, domain::Provider::shopify, "shop-us").members);
    }
    std::string refund() {
        domain::Refund refund;
        refund.external_order_id = text();
        refund.external_refund_id = text();
        refund.occurred_at = time();
        refund.currency = "EUR";
        refund.total_amount = money(refund.currency);
        refund.reason_code = maybe();
        for (auto count = random_.below(3); count > 0; --count) {
            domain::RefundLine line;
            line.sku = maybe();
            line.title = maybe();
            line.quantity = number();
            line.unit_refund = decimal();
            refund.lines.push_back(line);
        }
        return row(domain::erp_refund_members(refund, domain::Provider::ebay));
    }

private:
    SeededRandom random_;
    std::vector<std::string> letters_;
    std::string payload_;
};

std::vector<std::string> letters_for(const Dialect& dialect) {
    std::vector<std::string> letters{"a",  "B",    "7", " ", ",",   "\"",      "'",
                                     ";",  "<",    ">", "&", "\\",  "\t",      "\n",
                                     "\r", "\r\n", "=", "-", "]]>", "\\u00e9", "2026-11-20T09:15:30.999Z"};
    const bool lossless = dialect.format != Format::csv;
    if (lossless || dialect.charset != Charset::ascii)
        letters.insert(letters.end(), {"é", "ß", "€", "“", "™", "\xC2\xA0"});
    if (lossless || dialect.charset == Charset::utf8) letters.insert(letters.end(), {"Ł", "中", "😀", "я", "\xCC\x81"});
    if (dialect.format == Format::json) letters.insert(letters.end(), {"\x01", "\x1A"});
    return letters;
}

/// A token of the contract as a reader must find it.
std::optional<std::string> expected_text(const Dialect& dialect, std::string_view name, std::string_view token) {
    if (token == "null") return std::nullopt;
    if (token.front() != '"') return std::string{token};
    auto text = json::parse(token).get<std::string>();
    if (name.ends_with("_at") && dialect.respells_times()) {
        const auto at = *parse_iso8601(text, crossdock::ZoneRule::required);
        text = format_rfc3339(dialect.fractions ? at : Timestamp{std::chrono::floor<std::chrono::seconds>(at)});
    }
    return text;
}

void expect_text(const Dialect& dialect, std::string_view name, std::string_view token,
                 std::optional<std::string> read) {
    auto expected = expected_text(dialect, name, token);
    if (read && expected && token.front() == '"' && name.ends_with("_at") && dialect.zone) {
        const auto at = parse_iso8601(*read, crossdock::ZoneRule::required);
        ASSERT_TRUE(at) << *read;
        EXPECT_FALSE(read->ends_with("Z")) << *read;
        read = format_rfc3339(*at);
    }
    EXPECT_EQ(read, expected) << name << " of " << token;
}

void expect_csv(const Dialect& dialect, const std::vector<std::string>& rows, const std::string& text) {
    const auto read = read_csv_rows(text);
    std::size_t at = 0;
    for (const std::string& row : rows) {
        const JsonMembers members(row);
        const auto lines = json_elements(members["line_items"]);
        for (std::size_t i = 0; i < std::max<std::size_t>(lines.size(), 1); ++i) {
            ASSERT_LT(at, read.size());
            const auto& cells = read[at++];
            for (const auto& [name, token] : members)
                if (name != "raw_payload" && name != "line_items")
                    expect_text(dialect, name, token, cells.at(std::string{name}));
            if (lines.empty()) {
                EXPECT_EQ(cells.at("line_number"), std::nullopt);
                continue;
            }
            EXPECT_EQ(cells.at("line_number"), std::to_string(i + 1));
            for (const auto& [name, token] : JsonMembers(lines[i]))
                expect_text(dialect, name, token, cells.at("line_" + std::string{name}));
        }
    }
    EXPECT_EQ(at, read.size());
}

std::optional<std::string> text_of(const json& value) {
    return value.is_null() ? std::nullopt : std::optional{value.get<std::string>()};
}

void expect_xml(const Dialect& dialect, const std::vector<std::string>& rows, const std::string& text) {
    const auto read = read_xml_rows(text);
    std::size_t at = 0;
    for (const std::string& row : rows) {
        const JsonMembers members(row);
        const auto lines = json_elements(members["line_items"]);
        const std::size_t count = dialect.flat ? std::max<std::size_t>(lines.size(), 1) : 1;
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_LT(at, read.size());
            const json& element = read[at++];
            for (const auto& [name, token] : members)
                if (name != "raw_payload" && name != "line_items")
                    expect_text(dialect, name, token, text_of(element.at(std::string{name})));
            if (!dialect.flat && !lines.empty()) {
                ASSERT_EQ(element.at("line_items").size(), lines.size());
            }
            for (std::size_t line = dialect.flat ? i : 0;
                 line < (dialect.flat ? std::min(i + 1, lines.size()) : lines.size()); ++line)
                for (const auto& [name, token] : JsonMembers(lines[line])) {
                    const json& value = dialect.flat ? element.at("line_" + std::string{name})
                                                     : element.at("line_items").at(line).at(std::string{name});
                    expect_text(dialect, name, token, text_of(value));
                }
            EXPECT_FALSE(element.contains("raw_payload"));
        }
    }
    EXPECT_EQ(at, read.size());
}

/// A value of JSON as expect_text wants it; numbers by the text itself, for no double may come between.
std::optional<std::string> token_text(std::string_view token) {
    if (token == "null") return std::nullopt;
    return token.front() == '"' ? json::parse(token).get<std::string>() : std::string{token};
}

void expect_json(const Dialect& dialect, const std::vector<std::string>& rows, const std::string& text) {
    ASSERT_TRUE(json::accept(text));
    const auto read = json_elements(text);
    std::size_t at = 0;
    for (const std::string& row : rows) {
        const JsonMembers members(row);
        const auto lines = json_elements(members["line_items"]);
        const std::size_t count = dialect.flat ? std::max<std::size_t>(lines.size(), 1) : 1;
        for (std::size_t i = 0; i < count; ++i) {
            ASSERT_LT(at, read.size());
            const JsonMembers element(read[at++]);
            for (const auto& [name, token] : members)
                if (name != "raw_payload" && name != "line_items")
                    expect_text(dialect, name, token, token_text(element[name]));
            if (!dialect.flat) {
                EXPECT_EQ(json::parse(element["raw_payload"]), json::parse(members["raw_payload"]));
                const auto held = json_elements(element["line_items"]);
                ASSERT_EQ(held.size(), lines.size());
                for (std::size_t line = 0; line < lines.size(); ++line) {
                    const JsonMembers ours(held[line]);
                    for (const auto& [name, token] : JsonMembers(lines[line]))
                        expect_text(dialect, name, token, token_text(ours[name]));
                }
            } else if (i < lines.size()) {
                for (const auto& [name, token] : JsonMembers(lines[i]))
                    expect_text(dialect, name, token, token_text(element["line_" + std::string{name}]));
            }
        }
    }
    EXPECT_EQ(at, read.size());
}

TEST(EveryDialect, ReadsBackAsTheSameValues) {
    const std::uint64_t start = seed();
    std::printf("CROSSDOCK_SEED=%llu\n", static_cast<unsigned long long>(start));
    SCOPED_TRACE("CROSSDOCK_SEED=" + std::to_string(start));
    std::size_t dialects = 0;
    std::size_t rows_read = 0;
    for (const char* format :
         {"format=json", "format=json,rows=flat", "format=csv", "format=xml", "format=xml,rows=flat"})
        for (const char* charset : {"utf-8", "ascii", "windows-1252"})
            for (const char* times :
                 {"", ",no-fraction", ",zone=Europe/Berlin", ",zone=America/New_York,no-fraction"}) {
                const std::string settings = std::string{format} + ",charset=" + charset + times;
                SCOPED_TRACE(settings);
                const Dialect dialect = *read_dialect(settings);
                Maker maker(start + dialects++, letters_for(dialect));
                for (const List list : {List::orders, List::refunds}) {
                    std::vector<std::string> rows;
                    std::string body = "[";
                    for (int i = 0; i < 12; ++i) {
                        rows.push_back(list == List::orders ? maker.order() : maker.refund());
                        body += (i > 0 ? "," : "") + rows.back();
                    }
                    body += "]";
                    rows_read += rows.size();
                    const std::string text = decode(respell_list(dialect, list, body), content_type(dialect));
                    if (dialect.format == Format::csv) expect_csv(dialect, rows, text);
                    if (dialect.format == Format::xml) expect_xml(dialect, rows, text);
                    if (dialect.format == Format::json) expect_json(dialect, rows, text);
                    if (::testing::Test::HasFailure()) return;
                }
            }
    std::printf("%zu dialects, %zu rows\n", dialects, rows_read);
    EXPECT_EQ(dialects, 60U);
}

/// What a hundred orders cost, for docs: printed, and far from any limit that would be about time.
TEST(Cost, OfAHundredOrders) {
    Maker maker(7, {"a", "b", "c", "d", "é", " "});
    std::string body = "[";
    for (int i = 0; i < 100; ++i) body += (i > 0 ? "," : "") + maker.order();
    body += "]";
    for (const char* settings : {"format=json", "charset=ascii", "foxpro,charset=windows-1252", "zone=Europe/Berlin", "rows=flat",
                                 "format=csv", "format=xml"}) {
        const Dialect dialect = *read_dialect(settings);
        std::size_t bytes = 0;
        const auto from = std::chrono::steady_clock::now();
        for (int i = 0; i < 20; ++i) bytes += respell_list(dialect, List::orders, body).size();
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - from;
        std::printf("%-22s %7zu bytes become %7zu, %.2f ms\n", settings, body.size(), bytes / 20, took.count() / 20);
        EXPECT_GT(bytes, 0U);
    }
}

}  // namespace
}  // namespace crossdock::dialect
