// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "db/database.h"

/// Whether the folder that [backup] names is the one it was: backups that go to the system's disk because a stick is
/// not plugged in are none.
namespace crossdock::app {

/// Looks at the plan's folder before a backup goes there, and makes it when this hub has never made one there and its
/// parent is there: it then belongs to the owner of the database's folder. Errors, unavailable `backup_folder_missing`:
/// it was there and is gone, a disk on the way to it is gone (its mount point is there and empty), or its parent is not
/// there; denied `backup_folder`: it cannot be made.
Status look_at_backup_folder(db::Session& session, const std::string& folder, const std::string& database);

/// After a backup was made: when it is in the plan's folder, that is the place from now on.
void remember_backup_folder(db::Session& session, const std::string& folder, const std::string& made);

}  // namespace crossdock::app
