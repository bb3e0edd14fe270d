// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace crossdock {

std::string_view trim(std::string_view text);
/// ASCII only: carrier codes, header names and status words are ASCII.
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::vector<std::string> split(std::string_view text, char separator);
bool is_valid_utf8(std::string_view text);
/// Bytes that are not UTF-8 become U+FFFD, so that the text can be shown or sent as JSON.
std::string to_valid_utf8(std::string_view text);
/// The candidate with the smallest edit distance to `word`, or empty when none is near enough to be meant.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
std::string to_hex(std::string_view bytes);
/// 0..15; -1 for what is no hexadecimal digit.
int hex_digit(char c);
/// The system's words for an errno.
std::string system_words(int error);

}  // namespace crossdock
