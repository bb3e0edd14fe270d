// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "observability/log.h"

namespace crossdock::log {

/// One line of the log, without its line end. `context` are the fields of the surrounding scopes, outermost first.
std::string make_line(Format format, Timestamp at, Level level, std::string_view event, std::span<const Field> fields,
                      std::span<const Field> context, std::string_view message);

}  // namespace crossdock::log
