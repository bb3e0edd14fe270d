// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace crossdock::api {

/// Characters of well-formed UTF-8 text.
std::size_t count_characters(std::string_view text);
/// True when the text holds letters, digits, punctuation and blanks alone: no control or formatting characters (line
/// ends, writing direction, zero width), no symbols and emoji, nothing private or unassigned by plan.
bool is_plain_text(std::string_view utf8);

}  // namespace crossdock::api
