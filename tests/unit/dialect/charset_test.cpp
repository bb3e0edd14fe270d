// SPDX-License-Identifier: Apache-2.0
#include "dialect/charset.h"

#include <gtest/gtest.h>

namespace crossdock::dialect {
namespace {

std::string plain(std::string_view text, Charset charset) {
    std::string out;
    append_plain(out, text, charset);
    return out;
}
std::string xml(std::string_view text, Charset charset) {
    std::string out;
    append_xml(out, text, charset);
    return out;
}
std::string json(std::string_view text, Charset charset) {
    std::string out;
    append_json(out, text, charset);
    return out;
}

TEST(Windows1252, HasItsOwnLettersAsBytes) {
    EXPECT_EQ(plain("café €5 “x” – Ž", Charset::windows_1252),
              "caf\xE9 \x80"
              "5 \x93x\x94 \x96 \x8E");
    EXPECT_EQ(plain("ÿŸŒ™", Charset::windows_1252), "\xFF\x9F\x8C\x99");
    EXPECT_EQ(plain("\xC2\xA0\xC2\xAD", Charset::windows_1252), "\xA0\xAD")
        << "a hard blank and a soft hyphen are in it";
    EXPECT_EQ(json("\"é€\"", Charset::windows_1252), "\"\xE9\x80\"");
    EXPECT_EQ(xml("é€", Charset::windows_1252), "\xE9\x80");
}

TEST(Windows1252, WhatItLacksIsSpelledEscapedOrReferenced) {
    EXPECT_EQ(plain("Łódź Őr ş 中文 я", Charset::windows_1252),
              "L\xF3"
              "dz Or s ?? ?");
    EXPECT_EQ(json("\"Ł中😀\"", Charset::windows_1252), "\"\\u0141\\u4e2d\\ud83d\\ude00\"");
    EXPECT_EQ(xml("Ł中😀", Charset::windows_1252), "&#321;&#20013;&#128512;");
    // The five open places belong to nobody: their control characters are not written as bytes.
    for (const char* control : {"\xC2\x81", "\xC2\x8D", "\xC2\x8F", "\xC2\x90", "\xC2\x9D"})
        EXPECT_EQ(plain(control, Charset::windows_1252), "?");
    EXPECT_EQ(json("\"\xC2\x81\"", Charset::windows_1252), "\"\\u0081\"");
}

TEST(Windows1252, EveryByteComesBack) {
    for (int byte = 0x20; byte < 0x100; ++byte) {
        const bool open = byte == 0x81 || byte == 0x8D || byte == 0x8F || byte == 0x90 || byte == 0x9D || byte == 0x7F;
        if (open) continue;
        const std::string one(1, static_cast<char>(byte));
        EXPECT_EQ(plain(from_windows_1252(one), Charset::windows_1252), one) << byte;
    }
    EXPECT_EQ(from_windows_1252("\x80\x81\xE9"), "€\xC2\x81é");
}

TEST(Ascii, IsSpelledAsPeopleWouldWithoutTheirKeys) {
    EXPECT_EQ(plain("Müller & Søn, Straße 5, Łódź, Đurić, Þór, Œuvre, Nguyễn Thị", Charset::ascii),
              "Muller & Son, Strasse 5, Lodz, Duric, THor, OEuvre, Nguyen Thi");
    EXPECT_EQ(plain("“a” ‘b’ – … € ™ ½ №5", Charset::ascii), "\"a\" 'b' - ... EUR (TM) 1/2 No5");
    EXPECT_EQ(plain("e\xCC\x81", Charset::ascii), "e") << "a mark apart from its letter";
    EXPECT_EQ(plain("日本 😀", Charset::ascii), "?? ?") << "one for a character, not for a byte";
    EXPECT_EQ(json("\"é\\u00e9\\n😀\"", Charset::ascii), "\"\\u00e9\\u00e9\\n\\ud83d\\ude00\"");
    EXPECT_EQ(xml("é<😀>", Charset::ascii), "&#233;&lt;&#128512;&gt;");
}

TEST(ControlCharacters, AreNoText) {
    EXPECT_EQ(plain("a\x1A\x01\tb\r\n\x7F", Charset::utf8), "a\xEF\xBF\xBD\xEF\xBF\xBD\tb\r\n\xEF\xBF\xBD")
        << "0x1A ends a file for FoxPro";
    EXPECT_EQ(plain("a\x1A", Charset::windows_1252), "a?");
    EXPECT_EQ(plain(std::string("a\0b", 3), Charset::ascii), "a?b");
    EXPECT_EQ(xml("a\x01\t\n\r\xEF\xBF\xBF", Charset::ascii), "a&#65533;\t\n&#13;&#65533;");
    EXPECT_EQ(xml("a\x7F", Charset::utf8), "a\x7F") << "XML can hold it";
    EXPECT_EQ(plain("\xC3(\xFF\xE2\x82", Charset::ascii), "?(???") << "what is not UTF-8 ends nothing";
}

}  // namespace
}  // namespace crossdock::dialect
