// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace crossdock {

/// Where a web page is from, as browsers name it: "https://shop.example.com[:port]", in lower case. Nothing for what is
/// no origin, such as an address with a path.
std::optional<std::string> parse_origin(std::string_view text);

}  // namespace crossdock
