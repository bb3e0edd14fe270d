// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crossdock {

/// The same text for the same JSON, however it was written: members sorted by name, numbers as written, no blanks,
/// escapes of one kind. Two documents that differ in the spelling of a number alone (1 and 1.0) differ. None when the
/// text is not JSON, or nests deeper than 64 levels, which no reader here accepts.
std::optional<std::string> canonical_json(std::string_view text);

}  // namespace crossdock
