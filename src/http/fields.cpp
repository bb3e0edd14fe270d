// SPDX-License-Identifier: Apache-2.0
#include "http/fields.h"

#include <algorithm>

namespace crossdock::http {
namespace {

bool is_token_char(char c) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return c != '\0' && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

std::string_view trim_blanks(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_field_value(std::string_view text) {
    return std::none_of(text.begin(), text.end(),
                        [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; });
}

FieldLine parse_field_line(std::string_view line) {
    FieldLine field;
    if (!line.empty() && (line.front() == ' ' || line.front() == '\t')) {
        field.fault = "a header line starts with a blank (line folding is obsolete)";
        return field;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) {
        field.fault = "a header line has no colon";
        return field;
    }
    field.name = line.substr(0, colon);
    field.value = trim_blanks(line.substr(colon + 1));
    if (!is_token(field.name)) {
        field.fault = "a header name holds a character that is not allowed, or a blank before the colon";
    } else if (!is_field_value(field.value)) {
        field.fault = "a header value holds a control character";
    }
    return field;
}

}  // namespace crossdock::http
