// SPDX-License-Identifier: Apache-2.0
// Where the system does not hold open files, a program may write on in one that was taken and moved away. Its rest is
// not taken from here: the last row that was there may have been cut in the middle, and stock that came since would be
// overwritten by older figures. It is told to whoever sent it.
#include <algorithm>
#include <charconv>

#include "exchange/answers.h"
#include "exchange/in_files.h"
#include "observability/log.h"

namespace crossdock::exchange {
namespace {

constexpr std::chrono::milliseconds kWatchedClosely = std::chrono::hours{1};  // ever more rarely
constexpr std::chrono::milliseconds kWatchedAtAll = std::chrono::hours{24};   // when the archive is cleaned
constexpr std::size_t kMostLooks = 50;                                        // at archived files, each time

/// The number in the name of an archived file, "20261130T032000Z-17-acks-1.csv".
std::optional<std::int64_t> archived_id(std::string_view name) {
    name.remove_prefix(std::min(name.size(), std::size_t{17}));
    std::int64_t id = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (fault != std::errc{}) return std::nullopt;
    return id;
}

std::string growth_text(const store::FileIn& file, const std::string& archived, std::uint64_t bytes) {
    std::string text = "its writer went on after the file was taken, from " + std::to_string(file.bytes) + " to " +
                       std::to_string(bytes) + " bytes. ";
    if (file.last_row > 0)
        text += "What is said here ends with row " + std::to_string(file.last_row) +
                ", which may have been cut short; nothing behind it was taken";
    else
        text += "No row was there then; none was taken";
    return text + ". All of it is in archive/" + archived +
           "; send the rest in a new file, written as NAME.tmp and renamed when it is complete";
}

}  // namespace

void InFiles::watch(const std::string& archived, const store::FileIn& file, std::chrono::milliseconds age) {
    // Of one that was refused as a whole nothing can be missing: it is to be sent again anyway.
    if (file.grew || (has_faults(file) && file.taken == 0)) return;
    const auto since = around_.clock.steady() - age;
    watched_[archived] = {file.id, static_cast<std::uint64_t>(file.bytes), since, since + kWatchedClosely, since};
}

void InFiles::watch_archived(const std::vector<platform::SharedFolder::Entry>& archived) {
    const Timestamp now = around_.clock.now();
    around_.db.read([&](db::Session& session) {
        store::ExchangeRepo repo(session, account_);
        for (const platform::SharedFolder::Entry& entry : archived) {
            const auto at = archived_at(entry.name);
            if (!at || now - *at > kWatchedAtAll || watched_.contains(entry.name)) continue;
            const auto id = archived_id(entry.name);
            const auto file = id ? repo.get(*id) : std::nullopt;
            if (!file || !entry.name.ends_with("-" + std::to_string(file->id) + "-" + file->name)) continue;
            // A database that was put back from a backup has given the number to a later file.
            if (!file->done_at || *at + std::chrono::seconds{1} < *file->done_at) continue;
            const auto age = std::clamp(now - *at, std::chrono::milliseconds{0}, kWatchedClosely);
            if (age < kWatchedClosely || entry.bytes != static_cast<std::uint64_t>(file->bytes))
                watch(entry.name, *file, age);
        }
    });
}

Status InFiles::look_at_watched() {
    const auto now = around_.clock.steady();
    std::size_t looks = 0;
    for (auto at = watched_.begin(); at != watched_.end() && looks < kMostLooks;) {
        if (stopped()) return ok();
        Watched& watched = at->second;
        if (now < watched.next_look) {
            ++at;
            continue;
        }
        ++looks;
        const auto entry = around_.folder.look("archive/" + at->first);
        if (!entry && entry.error().code == "file_failed") return entry.error();
        if (entry && entry->bytes != watched.bytes) {
            const auto told = tell_growth(at->first, watched, entry->bytes);
            if (told) {
                at = watched_.erase(at);
                continue;
            }
            // The answer of before is open in a program of the ERP, or kept from us: the next look tries again.
            const std::string& code = told.error().code;
            if (code != "file_busy" && code != "file_denied") return told;
            note(at->first.substr(at->first.find('-', 17) + 1),
                 "grew, and its answer cannot be written yet: " + told.error().message, code == "file_denied");
            ++at;
            continue;
        }
        if (now >= watched.until) {
            at = watched_.erase(at);
            continue;
        }
        watched.next_look = std::min(watched.until, now + std::max(kSettled, (now - watched.since) / 4));
        ++at;
    }
    return ok();
}

Status InFiles::tell_growth(const std::string& archived, const Watched& watched, std::uint64_t bytes) {
    std::optional<store::FileIn> file;
    bool is_last = false;
    around_.db.read([&](db::Session& session) {
        store::ExchangeRepo repo(session, account_);
        file = repo.get(watched.id);
        is_last = file && repo.last_done(file->name) == file->done_at;
    });
    if (!file || file->grew) return ok();
    file->grew = true;
    const store::FileFault fault{0, "", growth_text(*file, archived, bytes)};
    // First the answer: after a crash in between it is written once more. That of a later file of the name stays.
    if (is_last) {
        const auto name = read_in_name(file->name);
        const auto* known = std::get_if<InName>(&name);
        const auto written = write_answer(*file, known != nullptr ? known->format : Format::csv, false, &fault);
        if (!written) return written.error();
    }
    around_.db.write([&](db::Session& session) { store::ExchangeRepo(session, account_).add_fault(file->id, fault); });
    log::warn("exchange_file_grew",
              {{"file", file->name}, {"bytes_taken", file->bytes}, {"bytes_now", static_cast<std::int64_t>(bytes)}},
              "the writer of a file went on after it was taken; the rest was not taken");
    return ok();
}

}  // namespace crossdock::exchange
