// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

/// What the database needs from the operating system besides the engine's own file layer. Paths are UTF-8.
namespace crossdock::db {

/// The name of the network file system with this number in statfs, e.g. "NFS"; nothing for a local one.
std::optional<std::string> network_file_system(std::uint64_t type);
/// The kind of network disk that `path` (or, when there is no such file yet, its folder) lies on; nothing for a local
/// one.
std::optional<std::string> network_disk(const std::string& path);
/// True when something that is not a plain file (a folder, a device, a pipe) has this name.
bool is_not_a_file(const std::string& path);
bool is_folder(const std::string& path);
/// The folder part, "." when there is none.
std::string folder_of(const std::string& path);
/// Leaves access to the owner alone, where the system knows such a thing. The file holds names and addresses of buyers.
void make_private(const std::string& path);
/// What root makes among the files of a service that runs as another user: it gets the owner of its folder. Only a plain
/// file of root's that has this name alone; nothing on Windows. What SQLite makes beside a database gets that one's
/// owner by itself.
void give_to_owner_of_folder(const std::string& path);
/// Gives a finished file its name, without replacing another file, and makes file and name durable. Throws Failure(io).
void publish_file(const std::string& from, const std::string& to);
/// Gives a file another name, without replacing another file, and makes that durable. Throws Failure(io).
void move_file(const std::string& from, const std::string& to);
void remove_file(const std::string& path) noexcept;

}  // namespace crossdock::db
