// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "api/context.h"
#include "base/clock.h"
#include "db/database.h"
#include "observability/trouble_log.h"
#include "platform/file_facts.h"

/// Whether the disk still takes what the hub has to store, and what to do when it does not. Nothing here writes or
/// reads the database.
namespace crossdock::app {

/// With less free than that the disk counts as full, before the first write fails.
inline constexpr std::int64_t kAlmostNoRoom = 200LL * 1024 * 1024;
/// What an upgrade needs beside three times the database.
inline constexpr std::int64_t kRoomToMigrate = 32LL * 1024 * 1024;

/// `writes_fail`: what is in the way of every write, and the next step. `folder` is the database's.
api::HealthFinding finding_of_failed_writes(db::Failure::Kind kind, const std::filesystem::path& folder);
/// `disk_full`; nothing while there is room.
std::optional<api::HealthFinding> finding_of_room(const platform::DiskSpace& space,
                                                  const std::filesystem::path& folder);
/// Both, of an open database. Also while nothing can be read or written.
void look_at_storage(const db::Database& database, api::HealthReport& report);

/// Tells in the log that nothing can be written, with the next step, and once that it is over. One thread.
class StorageWatch {
public:
    explicit StorageWatch(const Clock& clock) : clock_(clock), log_(clock) {}
    void look(const db::Database& database);

private:
    const Clock& clock_;
    log::TroubleLog log_;
    std::optional<std::chrono::milliseconds> last_trouble_;  // steady; none: it is over, and that was said
};

}  // namespace crossdock::app
