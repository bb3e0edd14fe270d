// SPDX-License-Identifier: Apache-2.0
#include "app/backup.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.h"
#include "crypto/hash.h"
#include "db/copy.h"
#include "db/migrator.h"
#include "platform/file.h"

namespace crossdock::app {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kRoomBeside = 16 * 1024 * 1024;  // for whatever else writes to that disk
constexpr std::size_t kMaxHashFile = 4096;

std::string hash_name(const std::string& file) { return file + ".sha256"; }

std::string megabytes(std::int64_t bytes) { return std::to_string((bytes + 1'048'575) / 1'048'576) + " MB"; }

Status check_target(const db::Database& database, const std::string& file) {
    std::error_code error;
    const fs::path path{file};
    if (fs::exists(path, error))
        return Error{ErrorKind::conflict, "backup_exists",
                     file + " is there already and was left as it is; name another file"};
    const fs::path folder = path.parent_path();
    if (!fs::is_directory(folder, error))
        return Error{ErrorKind::invalid, "backup_folder",
                     "there is no folder " + folder.string() + "; create it, or name another file"};
    const db::Figures figures = database.figures();
    const std::int64_t needed = figures.file_bytes + figures.log_bytes + kRoomBeside;
    const auto space = fs::space(folder, error);
    if (!error && space.available < static_cast<std::uintmax_t>(needed))
        return Error{ErrorKind::unavailable, "backup_no_space",
                     "a backup needs " + megabytes(needed) + " in " + folder.string() + ", and " +
                         megabytes(static_cast<std::int64_t>(space.available)) +
                         " are free; make room, or name another folder"};
    return ok();
}

Error failed_copy(const db::Failure& failure) {
    switch (failure.kind()) {
        case db::Failure::Kind::busy:
            return {ErrorKind::unavailable, "backup_stopped", "the backup was ended before it came through"};
        case db::Failure::Kind::full:
            return {ErrorKind::unavailable, "backup_no_space",
                    std::string{failure.what()} + "; make room there, or name another folder"};
        case db::Failure::Kind::corrupt:
            return {
                ErrorKind::rejected, "backup_failed",
                std::string{failure.what()} +
                    ". The database itself may be damaged: keep every earlier backup, and look at the hub's health"};
        case db::Failure::Kind::io:
        case db::Failure::Kind::constraint:
        case db::Failure::Kind::unknown:
        case db::Failure::Kind::closed:
        case db::Failure::Kind::bug: break;
    }
    return {ErrorKind::unavailable, "backup_failed",
            std::string{failure.what()} + "; does the user that runs crossdock have write access there?"};
}

/// Nothing when the name is none of ours.
std::optional<Timestamp> time_in_name(const std::string& name, const std::string& stem) {
    constexpr std::size_t kTime = 16;  // 20261130T014500Z
    const std::string end = ".db";
    if (name.size() != stem.size() + 1 + kTime + end.size() || !name.starts_with(stem + "-") || !name.ends_with(end))
        return std::nullopt;
    const std::string text = name.substr(stem.size() + 1, kTime);
    const std::string iso = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
                            text.substr(11, 2) + ":" + text.substr(13, 3);
    const auto at = parse_iso8601(iso, ZoneRule::required);
    if (!at) return std::nullopt;
    return *at;
}

std::string stem_of(const std::string& database) { return fs::path{database}.stem().string(); }

}  // namespace

Result<std::string> hash_file(const std::string& file, const std::atomic<bool>* stop) {
    std::ifstream in(fs::path{file}, std::ios::binary);
    crypto::Sha256 hash;
    std::vector<char> piece(1024 * 1024);
    while (in) {
        if (stop != nullptr && *stop)
            return Error{ErrorKind::unavailable, "backup_stopped", "the backup was ended before it came through"};
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hash.update({piece.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (!in.eof()) return Error{ErrorKind::unavailable, "file_read", "cannot read " + file + " to its end"};
    return to_hex(hash.finish());
}

Result<store::BackupRecord> make_backup(db::Database& database, const Clock& clock, const BackupRequest& request) {
    if (const auto fit = check_target(database, request.file); !fit) return fit.error();
    const auto begin = clock.steady();
    store::BackupStamp stamp;
    std::vector<std::string> differences;
    const auto drop = [&] {
        std::error_code ignored;
        fs::remove(request.file, ignored);
        fs::remove(hash_name(request.file), ignored);
    };
    try {
        db::CopyWork work;
        work.look = [&](db::Session& source) {
            stamp = store::make_stamp(source, db::schema_of(source), request.program, clock.now());
        };
        work.stamp = [&](db::Session& copy) {
            differences = store::compare_rows(copy, stamp);
            if (!differences.empty())
                throw db::Failure(db::Failure::Kind::corrupt,
                                  "the copy differs from its source: " + differences.front());
            store::write_stamp(copy, stamp);
        };
        work.progress = request.progress;
        work.stop = request.stop;
        database.read([&](db::Session& source) { db::copy_to(source, request.file, work); });
    } catch (const db::Failure& failure) {
        return failed_copy(failure);
    }
    const auto hash = hash_file(request.file, request.stop);
    if (!hash) {
        drop();
        return hash.error();
    }
    const std::string line = *hash + "  " + fs::path{request.file}.filename().string() + "\n";
    if (const auto written = platform::write_file(hash_name(request.file), line); !written) {
        drop();
        return written.error();
    }
    store::BackupRecord record;
    record.at = clock.now();
    record.file = request.file;
    std::error_code error;
    record.bytes = static_cast<std::int64_t>(fs::file_size(request.file, error));
    record.rows = stamp.all_rows();
    record.took_ms = (clock.steady() - begin).count();
    record.schema = stamp.schema;
    record.sha256 = *hash;
    return record;
}

Result<VerifiedBackup> verify_backup(const std::string& file, const std::atomic<bool>* stop) {
    VerifiedBackup verified;
    verified.file = file;
    {
        auto opened = db::ClosedFile::open(file);
        if (!opened) return opened.error();
        db::ClosedFile& backup = **opened;
        verified.bytes = backup.bytes();
        verified.schema = backup.schema();
        verified.newer = backup.schema() > db::newest_schema();
        try {
            for (const std::string& fault : backup.check(stop)) verified.faults.push_back(to_valid_utf8(fault));
            if (verified.faults.empty()) {
                backup.read([&](db::Session& session) {
                    verified.stamp = store::read_stamp(session);
                    if (verified.stamp) verified.faults = store::compare_rows(session, *verified.stamp);
                    if (verified.stamp && verified.stamp->schema != verified.schema)
                        verified.faults.push_back("its schema is " + std::to_string(verified.schema) + ", and was " +
                                                  std::to_string(verified.stamp->schema));
                });
            }
        } catch (const db::Failure& failure) {
            if (failure.kind() == db::Failure::Kind::busy) throw;
            verified.faults.emplace_back(to_valid_utf8(failure.what()));
        }
    }
    const auto promised = platform::read_file(hash_name(file), kMaxHashFile);
    if (!promised && promised.error().kind == ErrorKind::not_found) return verified;
    if (!promised) {
        verified.faults.push_back(promised.error().message);
        return verified;
    }
    verified.sha256 = std::string{trim(*promised)}.substr(0, 64);
    const auto hash = hash_file(file, stop);
    if (!hash)
        verified.faults.push_back(hash.error().message);
    else if (*hash != *verified.sha256)
        verified.faults.push_back("its SHA-256 is " + *hash + ", and " + hash_name(file) + " says " + *verified.sha256);
    return verified;
}

std::string backup_name(const std::string& database, Timestamp now) {
    std::string time = format_rfc3339(std::chrono::floor<std::chrono::seconds>(now));
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    return stem_of(database) + "-" + time + ".db";
}

std::vector<std::string> backups_to_drop(std::vector<std::string> names, const std::string& database,
                                         const BackupPlan& plan) {
    const std::string stem = stem_of(database);
    std::vector<std::pair<Timestamp, std::string>> held;
    for (std::string& name : names)
        if (const auto at = time_in_name(name, stem)) held.emplace_back(*at, std::move(name));
    std::sort(held.rbegin(), held.rend());
    std::set<std::int64_t> days;
    std::set<std::int64_t> weeks;
    std::vector<std::string> drop;
    for (std::size_t i = 0; i < held.size(); ++i) {
        const auto day = std::chrono::floor<std::chrono::days>(held[i].first).time_since_epoch().count();
        const auto week = (day + 3) / 7;  // 1970-01-01 was a Thursday; weeks begin on Monday
        const bool of_day = !days.contains(day) && static_cast<std::int64_t>(days.size()) < plan.keep_days;
        const bool of_week = !weeks.contains(week) && static_cast<std::int64_t>(weeks.size()) < plan.keep_weeks;
        if (of_day) days.insert(day);
        if (of_week) weeks.insert(week);
        if (i > 0 && !of_day && !of_week) drop.push_back(held[i].second);
    }
    return drop;
}

void drop_unfinished(const std::string& database, const std::string& folder) {
    constexpr std::string_view kDraft = ".unfinished";
    std::error_code error;
    std::vector<fs::path> drafts;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const auto cut = name.find(kDraft);
        if (cut == std::string::npos || !time_in_name(name.substr(0, cut), stem_of(database))) continue;
        const std::string rest = name.substr(cut + kDraft.size());
        if (!rest.empty() && rest != "-journal" && rest != "-wal" && rest != "-shm") continue;
        // Of another hub whose database has the same name, which makes one there just now.
        if (!platform::is_locked(at->path().parent_path() / name.substr(0, cut + kDraft.size())))
            drafts.push_back(at->path());
    }
    for (const fs::path& draft : drafts) fs::remove(draft, error);
}

std::vector<std::string> drop_old_backups(const std::string& database, const BackupPlan& plan) {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(plan.folder, error))
        names.push_back(entry.path().filename().string());
    std::vector<std::string> dropped = backups_to_drop(names, database, plan);
    const fs::path folder{plan.folder};
    for (const std::string& name : dropped) {
        fs::remove(folder / name, error);
        fs::remove(folder / hash_name(name), error);
    }
    return dropped;
}

}  // namespace crossdock::app
