// SPDX-License-Identifier: Apache-2.0
// Shopify's bulk results, JSON lines, read from any byte on. The first line is the pieces' size, the rest the document.
//
// Promised: pieces of any size give the same lines; going on behind any line, whether the storage knows ranges or not,
// gives the lines behind it and no other; lines become orders and variants that keep the rules of shops.h, or errors.
#include "base/text.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_bulk {

void run(std::string_view input);

namespace {

using namespace connectors;

constexpr const char* kUrl = "https://storage.googleapis.com/bucket/out.jsonl?Signature=x";

struct Read {
    std::string text;
    std::int64_t next_byte = 0;
};

/// The storage's answer from a byte on: a part when it knows ranges, else the whole.
std::vector<Read> read_from(std::string_view document, std::int64_t byte, std::size_t piece, bool knows_ranges) {
    static const auto shop = open_shop(0);
    shop->network.piece = piece;
    shop->network.answers.clear();
    const bool part = byte > 0 && knows_ranges;
    shop->network.answers.push_back(
        {part ? 206 : 200, {}, std::string{part ? document.substr(static_cast<std::size_t>(byte) - 1) : document}});
    std::vector<Read> out;
    const auto done =
        shop->connector->bulk_order_source()->read_bulk(kUrl, byte, [&](std::string_view line, std::int64_t next) {
            out.push_back({std::string{line}, next});
            return out.size() < 200;
        });
    if (!done) check_fault(done.error());
    return out;
}

bool same(const std::vector<Read>& a, std::size_t from, const std::vector<Read>& b) {
    if (a.size() - from != b.size()) return false;
    for (std::size_t i = 0; i < b.size(); ++i)
        if (a[from + i].text != b[i].text || a[from + i].next_byte != b[i].next_byte) return false;
    return true;
}

void check_things(const std::vector<Read>& lines) {
    auto& connector = kept_shop(0);
    std::vector<std::string> texts;
    for (const auto& line : lines) texts.push_back(line.text);
    for (const std::string& line : texts) {
        for (const BulkSource* source : {static_cast<const BulkSource*>(connector.bulk_order_source()),
                                         static_cast<const BulkSource*>(connector.bulk_catalog_source())}) {
            const auto place = source->classify_bulk_line(line);
            if (!place)
                check_fault(place.error());
            else
                check(!place->id.empty() && (!place->thing.empty() || !place->parent.empty()), "a line has its place");
        }
    }
    const auto order = connector.bulk_order_source()->assemble_bulk(texts);
    if (!order) {
        check_fault(order.error());
    } else {
        check(!order->external_order_id.empty(), "an order that was put together has an id");
        const auto mapped = connector.order_source()->map_order(order->payload);
        if (!mapped)
            check_fault(mapped.error());
        else
            check_order(mapped->order);
    }
    const auto item = connector.bulk_catalog_source()->assemble_bulk(texts);
    if (!item) return check_fault(item.error());
    const auto mapped = connector.catalog_source()->map_item(item->payload);
    if (!mapped) return check_fault(mapped.error());
    for (const auto& one : *mapped) check_item(one);
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    const std::size_t piece = in.number(60) + 1;
    const auto document = in.rest();
    const auto whole = read_from(document, 0, document.size() + 1, true);
    check(same(whole, 0, read_from(document, 0, piece, true)), "pieces of any size give the same lines");
    for (std::size_t i = 0; i < whole.size() && i < 8; ++i) {
        const auto byte = whole[i].next_byte;
        check(byte > 0 && byte <= static_cast<std::int64_t>(document.size()), "a line ends inside the document");
        if (document[static_cast<std::size_t>(byte) - 1] != '\n') continue;  // the last one, without its end
        if (whole.size() == 200) break;
        check(same(whole, i + 1, read_from(document, byte, piece, true)),
              "going on gives the lines behind, and no other");
        if (document.front() == '\n') continue;  // a document begins with a brace: else the two cannot be told apart
        check(same(whole, i + 1, read_from(document, byte, piece, false)),
              "also where the storage sends the whole again");
    }
    check_things(whole);
}

}  // namespace crossdock::fuzz::on_bulk
