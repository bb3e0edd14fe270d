// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace crossdock::crypto {

/// Whether both are the same, as slow for a near miss as for a wild guess. Lengths may differ; how long it takes
/// depends on the lengths alone, never on the content.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace crossdock::crypto
