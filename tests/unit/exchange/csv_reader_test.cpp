// SPDX-License-Identifier: Apache-2.0
#include "exchange/csv_reader.h"

#include <gtest/gtest.h>

namespace crossdock::exchange {
namespace {

/// Rows as "1:a|b", joined by blanks; a fault as "!message". Fed in pieces of `piece` bytes.
std::string read(const std::string& text, std::size_t piece) {
    CsvReader reader;
    std::string rows;
    const auto add = [&](std::int64_t number, const CsvReader::Row& cells) {
        rows += (rows.empty() ? "" : " ") + std::to_string(number) + ":";
        for (std::size_t i = 0; i < cells.size(); ++i) rows += (i == 0 ? "" : "|") + cells[i];
        return ok();
    };
    for (std::size_t at = 0; at < text.size(); at += piece)
        if (const auto done = reader.take(std::string_view{text}.substr(at, piece), add); !done)
            return rows + "!" + done.error().message;
    if (const auto done = reader.finish(add); !done) return rows + "!" + done.error().message;
    return rows;
}

struct CsvCase {
    const char* name;
    std::string text;
    const char* rows;
};
class Csv : public ::testing::TestWithParam<CsvCase> {};

TEST_P(Csv, IsReadTheSameInPiecesOfAnySize) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{1000}})
        EXPECT_EQ(read(GetParam().text, piece), GetParam().rows) << "pieces of " << piece;
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Csv,
    ::testing::Values(
        CsvCase{"Plain", "a,b\n1,2\n", "1:a|b 2:1|2"}, CsvCase{"NoLastLineEnd", "a,b\n1,2", "1:a|b 2:1|2"},
        CsvCase{"CarriageReturns", "a,b\r\n1,2\r\n", "1:a|b 2:1|2"}, CsvCase{"OldMac", "a,b\r1,2\r", "1:a|b 2:1|2"},
        CsvCase{"ByteOrderMark",
                "\xef\xbb\xbf"
                "a,b\n1,2\n",
                "1:a|b 2:1|2"},
        CsvCase{"GermanExcel", "a;b\r\n1;2\r\n", "1:a|b 2:1|2"}, CsvCase{"Tabs", "a\tb\n1\t2\n", "1:a|b 2:1|2"},
        CsvCase{"CommaInSemicolons", "a;b\n1,5;2\n", "1:a|b 2:1,5|2"},
        CsvCase{"ExcelNamesItsSeparator", "sep=;\r\na,x;b\r\n1;2\r\n", "1:a,x|b 2:1|2"},
        CsvCase{"Quotes", "a,b\n\"x,\"\"y\"\"\",\"2\"\n", "1:a|b 2:x,\"y\"|2"},
        CsvCase{"LineEndInQuotes", "a,b\n\"x\r\ny\",2\n3,4\n", "1:a|b 2:x\r\ny|2 3:3|4"},
        CsvCase{"EmptyQuotes", "a,b\n\"\",2\n", "1:a|b 2:|2"},
        CsvCase{"QuoteInsidePlainText", "a,b\n5\" nail,2\n", "1:a|b 2:5\" nail|2"},
        CsvCase{"EmptyRowsAreCounted", "a,b\n\n,\n1,2\n\n", "1:a|b 4:1|2"},
        CsvCase{"QuotedHeader", "\"a\",\"b\"\n1,2\n", "1:a|b 2:1|2"},
        CsvCase{"HeaderWithLineEnd", "\"a\nx\",b\n1,2\n", "1:a\nx|b 2:1|2"}, CsvCase{"Nothing", "", ""},
        CsvCase{"BlankAlone", "\n\n", ""},
        CsvCase{"OpenQuote", "a,b\n\"1,2\n",
                "1:a|b!row 2 ends inside a cell's quotes; the closing quote is missing, or the file was cut off"},
        CsvCase{"TextBehindQuote", "a,b\n\"1\"x,2\n",
                "1:a|b!row 2 has text behind a closing quote; a quote within quotes is written twice"},
        CsvCase{"BlankBehindQuote", "a,b\n\"1\" ,2\n", "1:a|b 2:1|2"},
        CsvCase{"Utf16",
                std::string("\xff\xfe"
                            "a\0,\0b\0\n\0",
                            10),
                "!the file is UTF-16; save it as CSV UTF-8"},
        CsvCase{"Utf16Unmarked", std::string("a\0,\0b\0\n\0", 8),
                "!row 1 holds a byte 0; save the file as CSV UTF-8, not as UTF-16 or a workbook"},
        CsvCase{"Workbook", "PK\x03\x04zip\n", "!the file is a workbook; save it as CSV UTF-8"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(CsvReader, ARowOfAMegabyteIsAMissingQuote) {
    EXPECT_EQ(read("a,b\n\"" + std::string(CsvReader::kLongestRow, 'x'), 4096),
              "1:a|b!row 2 is longer than 64 KB; is a closing quote missing?");
    EXPECT_EQ(read(std::string(CsvReader::kLongestRow + 10, 'x'), 4096),
              "!row 1 is longer than 64 KB; is a closing quote missing?");
}

}  // namespace
}  // namespace crossdock::exchange
