// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/listing_report.h"

#include <array>

namespace crossdock::sandbox::amazon {
namespace {

// developer-docs.amazon.com, "All Listings Report": the columns, in the order in which they usually come.
constexpr std::array<const char*, 29> kColumns{"item-name",
                                               "item-description",
                                               "listing-id",
                                               "seller-sku",
                                               "price",
                                               "quantity",
                                               "open-date",
                                               "image-url",
                                               "item-is-marketplace",
                                               "product-id-type",
                                               "zshop-shipping-fee",
                                               "item-note",
                                               "item-condition",
                                               "zshop-category1",
                                               "zshop-browse-path",
                                               "zshop-storefront-feature",
                                               "asin1",
                                               "asin2",
                                               "asin3",
                                               "will-ship-internationally",
                                               "expedited-shipping",
                                               "zshop-boldface",
                                               "product-id",
                                               "bid-for-featured-placement",
                                               "add-delete",
                                               "pending-quantity",
                                               "fulfillment-channel",
                                               "merchant-shipping-group",
                                               "status"};

struct Outside {
    char32_t unicode;
    unsigned char byte;
};
// The part of Windows-1252 that is not Latin-1.
constexpr std::array<Outside, 27> kCp1252{
    {{0x20AC, 0x80}, {0x201A, 0x82}, {0x0192, 0x83}, {0x201E, 0x84}, {0x2026, 0x85}, {0x2020, 0x86}, {0x2021, 0x87},
     {0x02C6, 0x88}, {0x2030, 0x89}, {0x0160, 0x8A}, {0x2039, 0x8B}, {0x0152, 0x8C}, {0x017D, 0x8E}, {0x2018, 0x91},
     {0x2019, 0x92}, {0x201C, 0x93}, {0x201D, 0x94}, {0x2022, 0x95}, {0x2013, 0x96}, {0x2014, 0x97}, {0x02DC, 0x98},
     {0x2122, 0x99}, {0x0161, 0x9A}, {0x203A, 0x9B}, {0x0153, 0x9C}, {0x017E, 0x9E}, {0x0178, 0x9F}}};

char32_t next_code_point(const std::string& text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0); };
    const unsigned char lead = byte(at);
    const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t out = more == 0 ? lead : lead & (0x3FU >> more);
    for (int i = 1; i <= more; ++i) out = (out << 6U) | (byte(at + static_cast<std::size_t>(i)) & 0x3FU);
    at += static_cast<std::size_t>(more) + 1;
    return out;
}

void append_cp932(std::string& out, char32_t c) {
    unsigned code = 0;
    if (c >= 0x3041 && c <= 0x3093) code = 0x829F + (c - 0x3041);  // hiragana
    if (c >= 0x30A1 && c <= 0x30F6)
        code = 0x8340 + (c - 0x30A1) + (c >= 0x30E0 ? 1 : 0);  // katakana: 0x7F is no trail byte
    if (c == 0x65E5) code = 0x93FA;
    if (c == 0x672C) code = 0x967B;
    if (c == 0x30FC) code = 0x815B;
    if (c == 0x3000) code = 0x8140;
    if (code == 0) {
        out += '?';
    } else {
        out += static_cast<char>(code >> 8U);
        out += static_cast<char>(code & 0xFFU);
    }
}

}  // namespace

std::string in_charset(const std::string& text, const std::string& charset) {
    if (charset == "UTF-8") return text;
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else if (charset == "CP932") {
            append_cp932(out, c);
        } else if (c >= 0xA0 && c <= 0xFF) {
            out += static_cast<char>(c);
        } else {
            char known = '?';
            for (const Outside& outside : kCp1252) {
                if (outside.unicode == c) known = static_cast<char>(outside.byte);
            }
            out += known;
        }
    }
    return out;
}

std::string listing_report(const World& world, const Store& store) {
    std::string out;
    bool any = false;
    for (std::size_t i = 0; i < kColumns.size(); ++i) out += (i > 0 ? "\t" : "") + std::string(kColumns[i]);
    out += "\n";
    for (std::uint32_t index = 0; index < world.listing_count(); ++index) {
        const Listing item = world.listing(index);
        if (!world.sold_in(item, store)) continue;
        any = true;
        const auto channels = world.availability(item);
        // A listing that a wrong push gave a second channel comes twice.
        for (const auto& [channel, availability] : channels) {
            const bool amazon = channel != "DEFAULT";
            std::string opened = format_rfc3339(item.created_at);
            opened = opened.substr(0, 10) + " " + opened.substr(11, 8) +
                     (std::string_view(store.region) == "na" ? " PST" : " GMT");
            const std::array<std::string, 29> row{item.title,
                                                  "",
                                                  item.listing_id,
                                                  item.sku,
                                                  decimal(World::price_in(item, store), store.digits),
                                                  amazon ? "" : std::to_string(availability.quantity),
                                                  opened,
                                                  "",
                                                  "y",
                                                  std::to_string(item.barcode_kind),
                                                  "",
                                                  "",
                                                  "11",
                                                  "",
                                                  "",
                                                  "",
                                                  item.asin,
                                                  "",
                                                  "",
                                                  "",
                                                  "",
                                                  "",
                                                  item.barcode,
                                                  "",
                                                  "",
                                                  "0",
                                                  amazon ? store.fba_channel : "DEFAULT",
                                                  amazon ? "" : "Migrated Template",
                                                  item.status};
            for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "\t" : "") + row[i];
            out += "\n";
        }
    }
    return any ? in_charset(out, store.charset) : "";
}

}  // namespace crossdock::sandbox::amazon
