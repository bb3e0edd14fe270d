// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/report_archive.h"

#include <gtest/gtest.h>

#include "connectors/walmart/csv.h"
#include "unit/connectors/walmart/report_file.h"

namespace crossdock::connectors::walmart::tests {
namespace {

/// What comes out of a file that arrives in pieces of this size; the error's code when there is one.
std::string read_archive(std::string_view file, std::size_t piece) {
    ReportArchive archive;
    std::string text;
    const auto sink = [&](std::string_view part) {
        text += part;
        return ok();
    };
    for (std::size_t at = 0; at < file.size(); at += piece)
        if (const auto taken = archive.take(file.substr(at, piece), sink); !taken) return taken.error().code;
    const auto ended = archive.finish(sink);
    return ended ? text : ended.error().code;
}

std::string long_text() {
    std::string text = "SKU,Product Name\r\n";
    for (int i = 0; i < 30'000; ++i) text += std::to_string(i * 7919 % 30'011) + ",Thing\r\n";
    return text;
}

struct PackingCase {
    const char* name;
    std::function<std::string(std::string_view)> pack;
};
class WalmartReportArchive : public ::testing::TestWithParam<PackingCase> {};
TEST_P(WalmartReportArchive, UnpacksWhateverThePieces) {
    for (const std::string& text : {std::string{"a"}, long_text()}) {
        const std::string file = GetParam().pack(text);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, file.size()}) {
            if (piece == 1 && file.size() > 100'000) continue;
            EXPECT_TRUE(read_archive(file, piece) == text) << "in pieces of " << piece;
        }
    }
}
INSTANTIATE_TEST_SUITE_P(
    Table, WalmartReportArchive,
    ::testing::Values(
        PackingCase{"Deflated", [](auto text) { return zip_file(text); }},
        PackingCase{"DeflatedWithDescriptor", [](auto text) { return zip_file(text, {.descriptor = true}); }},
        PackingCase{"DescriptorWithoutMark",
                    [](auto text) { return zip_file(text, {.descriptor = true, .descriptor_mark = false}); }},
        PackingCase{"WithExtraField", [](auto text) { return zip_file(text, {.extra = "\x55\x54\x01 x"}); }},
        PackingCase{"Stored", [](auto text) { return zip_file(text, {.stored = true}); }},
        PackingCase{"Gzip", [](auto text) { return gzip_file(text); }},
        PackingCase{"Plain", [](auto text) { return std::string{text}; }}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(WalmartReportArchiveErrors, ACutFileIsNeverTakenForAWhole) {
    const std::string text = "SKU,Lifecycle Status,Publish Status\r\nA,ACTIVE,PUBLISHED\r\n";
    for (const ZipTraits& traits : {ZipTraits{}, ZipTraits{.stored = true}, ZipTraits{.descriptor = true}}) {
        const std::string file = zip_file(text, traits);
        const std::size_t end = file.find("PK\x01\x02") - (traits.descriptor ? 8 : 0);  // behind data and checksum
        for (std::size_t size = 4; size < end; ++size)
            EXPECT_EQ(read_archive(std::string_view{file}.substr(0, size), 5), "document_broken") << size;
        EXPECT_EQ(read_archive(std::string_view{file}.substr(0, end), 5), text);
    }
    const std::string gzip = gzip_file(text);
    EXPECT_EQ(read_archive(std::string_view{gzip}.substr(0, gzip.size() - 1), 5), "document_broken");
}

TEST(WalmartReportArchiveErrors, AWrongByteIsSeen) {
    std::string file = zip_file("A,B\r\n", {.stored = true});
    file[file.find("A,B")] = 'X';
    EXPECT_EQ(read_archive(file, 100), "document_broken");
    EXPECT_EQ(read_archive(zip_file("A", {.flags = 1}), 100), "walmart_report_packing");  // encrypted
    EXPECT_EQ(read_archive(zip_file("A", {.stored = true, .descriptor = true}), 100), "walmart_report_packing");
    EXPECT_EQ(read_archive("", 1), "");
}

/// Rows as "cell|cell", one a line.
std::string rows_of(std::string_view text, std::size_t piece = 1) {
    CsvReader reader;
    std::string out;
    const auto sink = [&](const CsvReader::Row& row) {
        for (std::size_t i = 0; i < row.size(); ++i) out += (i > 0 ? "|" : "") + row[i];
        out += '\n';
        return ok();
    };
    for (std::size_t at = 0; at < text.size(); at += piece)
        if (const auto taken = reader.take(text.substr(at, piece), sink); !taken) return taken.error().code;
    const auto ended = reader.finish(sink);
    return ended ? out : ended.error().code;
}

TEST(WalmartCsv, ReadsWhatRfc4180Allows) {
    const struct {
        const char* text;
        const char* rows;
    } cases[] = {{"a,b\r\nc,d\r\n", "a|b\nc|d\n"},
                 {"a,b\nc,d", "a|b\nc|d\n"},
                 {"a,b\rc,d\r", "a|b\nc|d\n"},
                 {"\"a,b\",\"c\"\"d\"\n", "a,b|c\"d\n"},
                 {"\"two\r\nlines\",x\r\n", "two\r\nlines|x\n"},
                 {",\n", "|\n"},
                 {"a,\"\"\n\"\"\n", "a|\n\n"},
                 {"\n\na\n\n", "a\n"},
                 {"5\" disk,b\n", "5\" disk|b\n"},
                 {"a,b,", "a|b|\n"},
                 {"\"open\n", "document_broken"},
                 {"", ""}};
    for (const auto& one : cases)
        for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{100}})
            EXPECT_EQ(rows_of(one.text, piece), one.rows) << one.text;
    EXPECT_EQ(rows_of(std::string(1'100'000, 'a'), 4096), "document_broken");
}

}  // namespace
}  // namespace crossdock::connectors::walmart::tests
