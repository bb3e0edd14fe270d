// SPDX-License-Identifier: Apache-2.0
// One database takes another's place. That is several renames, and a kill or power cut may come between any two. So a
// note beside the database says what goes where before the first of them, and whoever opens the database next carries
// it out to the end:
//
//   write hub.db.replacing           "hub.db.replaced-20261130T014500Z\nhub.db.restoring\n"
//   hub.db           -> hub.db.replaced-20261130T014500Z
//   hub.db-wal       -> hub.db.replaced-20261130T014500Z-wal
//   hub.db.restoring -> hub.db
//   remove hub.db.replacing
//
// A log belongs to the database that the note names, and to no other: laid over another it would destroy it.
#include <array>
#include <filesystem>
#include <system_error>

#include "db/copy.h"
#include "db/disk.h"
#include "db/sqlite_files.h"
#include "observability/log.h"

namespace crossdock::db {
namespace {

constexpr std::array kEndingsOfLogs{"-wal", "-journal"};

/// An empty file, too, which the engine's own layer takes for none.
bool lies_there(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

struct ReplacementNote {
    std::string kept, draft;
};

/// Without the folder when that is the database's, which may be mounted elsewhere next time; else (the database is a
/// link into another folder) as a whole.
std::string name_for_note(const std::string& database, const std::string& file) {
    std::error_code error;
    const auto whole = std::filesystem::absolute(file, error);
    return (whole.parent_path() == std::filesystem::path{database}.parent_path() ? whole.filename() : whole).string();
}

std::string text_of(const ReplacementNote& note) { return note.kept + '\n' + note.draft + '\n'; }

/// Nothing of half a note: it is on the disk before anything is renamed.
std::optional<ReplacementNote> parse_note(const std::string& text) {
    const auto first = text.find('\n');
    if (first == 0 || first == std::string::npos) return std::nullopt;
    const auto second = text.find('\n', first + 1);
    if (second == first + 1 || second == std::string::npos) return std::nullopt;
    return ReplacementNote{text.substr(0, first), text.substr(first + 1, second - first - 1)};
}

void move_if_there(const std::string& from, const std::string& to) {
    if (lies_there(from)) move_file(from, to);
}

/// From whatever step it had come to.
void carry_out(const SqliteFiles& files, const std::string& kept, const std::string& draft) {
    const std::string& path = files.database();
    move_if_there(path, kept);
    // After the database: a log without its database is refused, a database without its log would not be noticed.
    for (const char* ending : kEndingsOfLogs) move_if_there(path + ending, kept + ending);
    files.remove(path + "-shm");
    publish_file(draft, path);
    files.remove(files.replacement_note());
}

/// Somebody took the draft away.
void take_back(const SqliteFiles& files, const std::string& kept) {
    const std::string& path = files.database();
    for (const char* ending : kEndingsOfLogs) move_if_there(kept + ending, path + ending);
    move_file(kept, path);
}

/// The first of the names that a database called `path` would have that is taken; empty when none is.
std::string taken_name(const std::string& path) {
    for (const char* ending : {"", "-wal", "-journal", "-shm", ".running", ".replacing"})
        if (lies_there(path + ending)) return path + ending;
    return {};
}

}  // namespace

std::string unused_name(const std::string& wanted) {
    std::string name = wanted;
    for (int number = 2; !taken_name(name).empty(); ++number) name = wanted + "-" + std::to_string(number);
    return name;
}

std::optional<std::string> finish_replacement(const std::string& database) {
    const SqliteFiles files({}, database);
    const std::string& path = files.database();
    if (!lies_there(files.replacement_note())) return std::nullopt;
    const auto note = parse_note(files.read_small(files.replacement_note()));
    // With a database in its place it had not begun, or was at its end.
    if (!note || lies_there(path)) {
        files.remove(files.replacement_note());
        return std::nullopt;
    }
    const auto beside = [&](const std::string& name) { return (std::filesystem::path{path}.parent_path() / name).string(); };
    const std::string kept = beside(note->kept);
    const std::string draft = beside(note->draft);
    const bool is_kept = lies_there(kept);
    if (lies_there(draft)) {
        carry_out(files, kept, draft);
        log::warn("replacement_finished", {{"database", path}, {"kept", kept}},
                  "a restore, or the way back from an upgrade, had been interrupted, and was finished");
        return is_kept ? std::optional{kept} : std::nullopt;
    }
    if (is_kept) {
        take_back(files, kept);
        log::warn("replacement_taken_back", {{"database", path}},
                  "a restore had been interrupted, and the file that was to take the database's place is gone: the "
                  "database is back in its place");
    }
    files.remove(files.replacement_note());
    return std::nullopt;
}

std::optional<std::string> replace_database(const std::string& database, const std::string& draft,
                                            const std::string& kept) {
    finish_replacement(database);
    const SqliteFiles files({}, database);
    const std::string& path = files.database();
    if (!lies_there(draft)) throw Failure(Failure::Kind::io, "There is no file " + draft);
    if (const std::string taken = taken_name(kept); !taken.empty())
        throw Failure(Failure::Kind::io, "There is a file " + taken + " already");
    std::optional<std::string> moved;
    for (const char* ending : {"-journal", "-wal", ""})
        if (lies_there(path + ending)) moved = kept + ending;
    // From here on an absent database is one that is missing, not one to be made.
    files.write_mark(SqliteFiles::Mark::running);
    files.write_small(files.replacement_note(), text_of({name_for_note(path, kept), name_for_note(path, draft)}));
    carry_out(files, kept, draft);
    return moved;
}

}  // namespace crossdock::db
