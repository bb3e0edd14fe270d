// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace crossdock::services {

/// Letters and digits only, upper case: how two spellings of one tracking number are recognised.
std::string normalised_tracking(std::string_view tracking_number);

}  // namespace crossdock::services
