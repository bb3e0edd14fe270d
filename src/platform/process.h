// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace crossdock::platform {

std::int64_t process_id();
/// The name of the user that the program runs for, "jane"; of whoever became root by sudo, his own. A number when the
/// user has no name. Letters, digits and `._-@` only.
std::string user_name();
/// Bytes of memory that the process occupies now; 0 when the system does not say.
std::uint64_t resident_bytes();
/// The most that it ever occupied; 0 when the system does not say.
std::uint64_t peak_resident_bytes();
/// The running program's own file; empty when the system does not say.
std::filesystem::path executable_path();

/// A program that listens on a TCP port of this machine.
struct Listener {
    std::int64_t pid = 0;
    std::string name;  // "nginx"
};
/// Nothing when the system does not say, as for processes of other users.
std::optional<Listener> listener_of(int port);
/// What a person types on this system, for messages.
struct Habits {
    std::string start, restart, reload;   // the service
    std::string as_owner;                 // before a command that only root or the service's user may give
    std::string log;                      // shows the service's log
    std::string show_clock, set_clock;    // the second: by the network
    std::string look_up;                  // before a host's name
    std::string renew_authorities;        // the certificates that the system trusts
};
const Habits& habits();
/// The command that shows the room on a disk, what is large in a folder, or files whose names begin so; makes a folder;
/// makes a disk that can only be read take writes again; removes a file; puts a secret into a new file that only the
/// service's user, or only root, may read. For messages.
enum class FileCommand {
    show_room,
    show_largest,
    show_beginning_with,
    make_folder,
    make_writable,
    remove,
    put_secret_of_service,
    put_secret_of_root
};
std::string file_command(FileCommand command, const std::filesystem::path& path);
/// The command that shows a person who listens where, for messages.
const char* listeners_command();

/// The last lines of the installed service's log, where the system keeps it (journald). Nothing where it does not, or this
/// user may not read it.
std::optional<std::string> service_journal();

/// Where the config file of an installed crossdock lies: /etc/crossdock/crossdock.toml, %ProgramData%\crossdock\crossdock.toml.
std::filesystem::path system_config_file();

/// The command line as UTF-8, the program's name first.
std::vector<std::string> arguments(int argc, char** argv);
/// Makes a console show UTF-8, where it would not.
void prepare_console();
/// Whether standard output is a terminal that shows colours.
bool shows_colours();

/// What the program runs on, for benchmarks and support: one line each.
struct Machine {
    std::string system;     // "Linux 6.1.0 x86_64"
    std::string processor;  // "Intel(R) Xeon(R) CPU @ 2.20GHz"; empty when not known
    unsigned processors = 1;
    std::uint64_t memory_bytes = 0;
};
Machine machine();

}  // namespace crossdock::platform
