// SPDX-License-Identifier: Apache-2.0
#include "connectors/packed_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crossdock::connectors {
namespace {

std::vector<std::string> all_of(PackedLines& lines) {
    std::vector<std::string> out;
    for (std::string_view line;;) {
        const auto there = lines.next(line);
        if (!there) {
            out.push_back(there.error().code);
            return out;
        }
        if (!*there) return out;
        out.emplace_back(line);
    }
}

std::string packed(std::string_view text) {
    std::string out;
    Gzip packer;
    packer.pack(text, out);
    packer.finish(out);
    return out;
}

TEST(PackedLines, WhatWentInComesOut) {
    PackedLines lines;
    for (const char* line : {"first", "", "last, with \"quotes\""}) lines.add(line);
    lines.finish();
    EXPECT_EQ(all_of(lines), (std::vector<std::string>{"first", "", "last, with \"quotes\""}));
    PackedLines none;
    none.finish();
    EXPECT_TRUE(all_of(none).empty());
}

TEST(PackedLines, ManyNeedLittleMemory) {
    PackedLines lines;
    const std::string rest(200, 'x');
    for (int i = 0; i < 200'000; ++i) lines.add(std::to_string(i) + rest);
    lines.finish();
    EXPECT_LT(lines.packed_bytes(), 4U * 1024 * 1024);  // of 41
    std::string_view line;
    for (int i = 0; i < 200'000; ++i) {
        const auto there = lines.next(line);
        ASSERT_TRUE(there && *there) << i;
        ASSERT_EQ(line, std::to_string(i) + rest);
    }
    EXPECT_FALSE(*lines.next(line));
}

TEST(PackedLines, EndsOfLinesAreTakenAsTheyCome) {
    PackedLines lines(packed("a\r\nb\n\nc"));
    EXPECT_EQ(all_of(lines), (std::vector<std::string>{"a", "b", "", "c"}));
}

TEST(PackedLines, ADocumentThatWasCutIsAnError) {
    const std::string whole = packed("a\nb\n");
    PackedLines lines(whole.substr(0, whole.size() - 3));
    EXPECT_EQ(all_of(lines).back(), "document_broken");
    PackedLines junk("no gzip at all");
    EXPECT_EQ(all_of(junk).back(), "document_broken");
}

}  // namespace
}  // namespace crossdock::connectors
