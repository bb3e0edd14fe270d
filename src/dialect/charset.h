// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

/// The characters that old programs can read. Text comes in UTF-8 and leaves in one of these; pure functions.
namespace crossdock::dialect {

enum class Charset { utf8, ascii, windows_1252 };

/// "utf-8", "us-ascii", "windows-1252": the names of the IANA registry, for Content-Type and XML declarations.
std::string_view to_string(Charset charset);

/// JSON in another charset, nothing lost: what it lacks is written as \uXXXX, which may stand only within strings, and
/// there alone JSON has other characters than ASCII's.
void append_json(std::string& out, std::string_view json, Charset charset);

/// Text for a place that has no escapes. What the charset lacks is written as people would write it without (ł is l,
/// the long dash -, € EUR; accents fall away), and otherwise as one question mark a character. Control characters but
/// tab and line ends are no text: U+FFFD, or a question mark.
void append_plain(std::string& out, std::string_view text, Charset charset);

/// Text for XML, nothing lost: what the charset lacks is a numeric reference. What XML 1.0 cannot hold at all (control
/// characters but tab and line ends, U+FFFE, U+FFFF) is U+FFFD.
void append_xml(std::string& out, std::string_view text, Charset charset);

/// Bytes of Windows-1252 as UTF-8. The five that it leaves open are the control characters of Latin-1, as browsers read
/// them.
std::string from_windows_1252(std::string_view bytes);

}  // namespace crossdock::dialect
