// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "db/database.h"

namespace crossdock::store {

std::optional<std::string> get_meta(db::Session& session, std::string_view name);
void set_meta(db::Session& session, std::string_view name, std::string_view value);

/// The last number of the hub's own commit order, as this session's snapshot sees it: whatever a feed shows later has a
/// higher one.
std::int64_t current_sequence(db::Session& session);

/// What this installation is, made once: never changes afterwards.
struct Installation {
    std::string id;             // UUID
    std::string cursor_secret;  // 32 random bytes, hexadecimal: signs list cursors
    std::int64_t boots = 0;     // how often a hub was started on this database, this time included
};
/// Reads it, creating what is missing, and counts this start.
Installation count_boot(db::Session& session, Random& random);

}  // namespace crossdock::store
