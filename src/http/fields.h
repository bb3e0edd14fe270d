// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace crossdock::http {

/// One or more of RFC 9110's tchar: what a method or a header name is made of.
bool is_token(std::string_view text);
/// Text without control characters but tabs; bytes from 0x80 are allowed (obs-text).
bool is_field_value(std::string_view text);

/// A header or trailer line without its CRLF, taken apart. `fault` is null, or says what is wrong with the line.
struct FieldLine {
    std::string_view name;
    std::string_view value;  // without the blanks around it
    const char* fault = nullptr;
};
FieldLine parse_field_line(std::string_view line);

}  // namespace crossdock::http
