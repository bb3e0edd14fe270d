// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace crossdock::connectors::amazon {

/// How a report is written.
enum class Encoding { utf8, cp1252, cp932 };

/// The charset of a Content-Type header ("text/plain; charset=Cp1252"), else `usual`. `stated` tells whether it said
/// one.
Encoding encoding_of(std::string_view content_type, Encoding usual, bool& stated);

/// The text in UTF-8; bytes that mean nothing become U+FFFD. `stated` false: UTF-8 that validates is taken as such, for
/// hardly any text of another encoding does. Errors: rejected, `amazon_report_encoding`, when this system cannot read
/// CP932.
Result<std::string> to_utf8(std::string_view text, Encoding encoding, bool stated);

}  // namespace crossdock::connectors::amazon
