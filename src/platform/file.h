// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crossdock::platform {

enum class Access {
    owner_only,  // 0600: whatever may hold a secret
    everyone,    // 0644
    as_before    // who could use the file that is replaced, unless that was everybody; else owner_only, and what root
                 // writes into a folder of root's that one group alone may look into, that group may read
};

/// Puts `content` in place of the file, whole or not at all, also through a crash or power cut: written beside it,
/// synced, renamed, the folder synced. A file that is replaced gets the permissions asked for here; what root writes
/// belongs to the folder's owner, as with give_to_owner_of_folder(). With as_before owner, group and mode are those of
/// the file that is replaced; on Windows it is owner_only, whose list has the service. Errors: unavailable `file_write`
/// (disk full and the like), denied `file_denied`; the message names the file. The old file is then untouched.
Status write_file(const std::filesystem::path& file, std::string_view content, Access access = Access::owner_only);

/// The whole file.
/// Errors: not_found `file_missing`, denied `file_denied`, invalid `file_too_large` or `file_kind` (a folder or
/// device), unavailable `file_read`; the message names the file.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t max_bytes);

/// Whether only its owner may read or write it. Errors: as read_file.
Result<bool> is_private(const std::filesystem::path& file);
/// Takes everybody's access but the owner's. Errors: as write_file.
Status make_private(const std::filesystem::path& file);
/// Whether another process holds a lock on the file, or nobody can say. Locks of this process do not count, and end with
/// the question. False on Windows, where nobody can delete a file that is open.
bool is_locked(const std::filesystem::path& file);
/// What root makes for a service that runs as another user: the file gets the owner and group of `like`. Nothing happens
/// for anybody else, and on Windows, where the service is on the list of every file that write_file() makes. Errors: as
/// write_file.
Status give_to_owner_of(const std::filesystem::path& file, const std::filesystem::path& like);
/// The same with the folder that the file lies in, for what a command of root's makes among the files of a service: the
/// service must be able to use it. Only a plain file of root's that has this name alone is given away: nothing that
/// somebody led us to by a link. A disk that knows no owners changes nothing.
void give_to_owner_of_folder(const std::filesystem::path& file);

}  // namespace crossdock::platform
