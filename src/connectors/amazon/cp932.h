// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crossdock::connectors::amazon {

/// The text in UTF-8 by the system's own table of CP932, Microsoft's Shift JIS; bytes that mean nothing become U+FFFD.
/// Nothing when the system has no such table.
std::optional<std::string> cp932_to_utf8(std::string_view text);

}  // namespace crossdock::connectors::amazon
