// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

/// ShipStation V1 writes and reads times without a zone that mean America/Los_Angeles. Worked out here without a zone
/// database: daylight saving from the second Sunday of March to the first Sunday of November (since 2007). Pure.
namespace crossdock::connectors::shipstation {

/// An hour in November happens twice; a text of that hour may be either of two instants. Anywhere else they are equal.
struct PacificTime {
    Timestamp earlier{}, later{};
    [[nodiscard]] bool is_repeated() const { return earlier != later; }
};

/// "2015-06-29T08:46:27.0000000" (any number of fraction digits, none included), "2014-10-03" (its midnight). A text
/// with a zone of its own is that instant. An hour that March leaves out is read as if the clock had not been moved.
/// Errors: invalid.
Result<PacificTime> parse_pacific(std::string_view text);

/// "2026-11-20 01:15:30", cut to whole seconds: what requests want.
std::string to_pacific(Timestamp at);
/// "2026-11-20".
std::string pacific_date(Timestamp at);

/// The start of a window that misses nothing at or after `at`: a second earlier, for the filters may mean "after", and
/// before the repeated hour when it falls into that, for nobody knows which of the two ShipStation takes it for.
std::string window_start(Timestamp at);
/// The end of a window that misses nothing before `at`; the same care.
std::string window_end(Timestamp at);

}  // namespace crossdock::connectors::shipstation
