// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

/// The clock on the wall in Los Angeles: V1 knows no other and never says so. Written apart from the hub's own zone
/// rules.
namespace crossdock::sandbox::shipstation {

/// Time on that wall, as if it were UTC. In the autumn's repeated hour two instants have one wall time, and the
/// provider, which keeps wall times only, cannot tell them apart.
using WallTime = std::chrono::local_time<std::chrono::milliseconds>;

WallTime wall_time(Timestamp at);
/// "2015-08-17T09:24:14.7800000" (7 digits), "…14.78" (up to 3, none when they are zero), "…14" (0).
std::string wall_text(Timestamp at, int digits);
std::string wall_date(Timestamp at);
/// Reads "2015-08-17", "2015-08-17 09:24:14" or with a T and a fraction. A trailing Z is skipped, not converted.
std::optional<WallTime> parse_wall(std::string_view text);

}  // namespace crossdock::sandbox::shipstation
