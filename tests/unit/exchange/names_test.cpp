// SPDX-License-Identifier: Apache-2.0
#include "exchange/names.h"

#include <gtest/gtest.h>

namespace crossdock::exchange {
namespace {

std::string told(std::string_view name) {
    const auto read = read_in_name(name);
    if (const auto* in = std::get_if<InName>(&read))
        return std::string{to_string(in->kind)} + " " + std::string{to_string(in->format)};
    if (const auto* no_file = std::get_if<NoFile>(&read)) switch (*no_file) {
            case NoFile::unfinished: return "unfinished";
            case NoFile::ours: return "ours";
            case NoFile::litter: return "litter";
            case NoFile::unknown: return "unknown";
        }
    return "refused: " + std::get<std::string>(read).substr(0, 28);
}

struct NameCase {
    const char* name;
    const char* what;
};

TEST(Names, SayWhatAFileIs) {
    for (const auto& [name, what] : {NameCase{"acks.csv", "acks csv"},
                                     NameCase{"ACKS-1.CSV", "acks csv"},
                                     NameCase{"refund-acks_7.jsonl", "refund-acks jsonl"},
                                     NameCase{"refund_acks.txt", "refund-acks csv"},
                                     NameCase{"stock-20261130.csv", "stock csv"},
                                     NameCase{"stock 30.11. Lager Süd 2.csv", "stock csv"},
                                     NameCase{"shipments.ndjson", "shipments jsonl"},
                                     NameCase{"stock-1.csv.tmp", "unfinished"},
                                     NameCase{"stock-1.csv.part", "unfinished"},
                                     NameCase{"stock-1.csv.filepart", "unfinished"},
                                     NameCase{"stock-1.csv.ok", "ours"},
                                     NameCase{"stock-1.csv.err", "ours"},
                                     NameCase{"stock-1.csv.done", "ours"},
                                     NameCase{"stock-1.csv.manifest.json", "ours"},
                                     NameCase{"Thumbs.db", "litter"},
                                     NameCase{"desktop.ini", "litter"},
                                     NameCase{".stock-1.csv", "litter"},
                                     NameCase{"~$stock-1.csv", "litter"},
                                     NameCase{"readme", "unknown"},
                                     NameCase{"stock-1.xlsx", "unknown"},
                                     NameCase{"stock.csv", "refused: the name needs a number or a"},
                                     NameCase{"stocktaking-1.csv", "refused: the name begins with none of"},
                                     NameCase{"orders-1.csv", "refused: the name begins with none of"},
                                     NameCase{"stock-1.xml", "refused: files of the kind .xml are n"}})
        EXPECT_EQ(told(name).substr(0, std::string_view{what}.size()), what) << name;
}

TEST(Names, OfFilesOutCarryKindNumberAndTime) {
    const Timestamp at = *parse_iso8601("2026-11-30T03:20:00.750Z", ZoneRule::required);
    EXPECT_EQ(out_name("orders", 17, at, Format::csv), "orders-000017-20261130T032000Z.csv");
    EXPECT_EQ(out_name("refunds", 12'345'678, at, Format::jsonl), "refunds-12345678-20261130T032000Z.jsonl");
    EXPECT_EQ(manifest_name("orders-000017-20261130T032000Z.csv"), "orders-000017-20261130T032000Z.manifest.json");
    EXPECT_EQ(number_in("orders-000017-20261130T032000Z.csv", "orders"), 17);
    EXPECT_EQ(number_in("orders-000017-20261130T032000Z.csv", "refunds"), std::nullopt);
    EXPECT_EQ(number_in("refunds-shop-7-000002-20261130T032000Z.csv", "refunds-shop"), std::nullopt);
    EXPECT_EQ(number_in("refunds-shop-7-000002-20261130T032000Z.csv", "refunds-shop-7"), 2);
    EXPECT_EQ(number_in("orders-old.csv", "orders"), std::nullopt);
    EXPECT_EQ(number_in("orders-5", "orders"), std::nullopt);
    EXPECT_EQ(archived_at("20261130T032000Z-12-stock-1.csv"),
              *parse_iso8601("2026-11-30T03:20:00Z", ZoneRule::required));
    EXPECT_EQ(archived_at("note.txt"), std::nullopt);
    EXPECT_EQ(archived_at("2026113XT032000Z-12-stock-1.csv"), std::nullopt);
}

}  // namespace
}  // namespace crossdock::exchange
