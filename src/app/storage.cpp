// SPDX-License-Identifier: Apache-2.0
#include "app/storage.h"

#include <utility>

#include "observability/log.h"
#include "platform/process.h"

namespace crossdock::app {
namespace {

constexpr std::chrono::milliseconds kOverAfter =
    std::chrono::seconds{10};  // small writes may fit where large ones do not

std::filesystem::path folder_of_file(const db::Database& database) {
    auto folder = std::filesystem::path{database.path()}.parent_path();
    return folder.empty() ? std::filesystem::path{"."} : folder;
}

/// Two sentences without their ends: what is in the way, and what to do.
std::pair<std::string, std::string> trouble_in_words(db::Failure::Kind kind, const std::string& folder) {
    using Kind = db::Failure::Kind;
    switch (kind) {
        case Kind::full:
            return {"the disk is full", "free space at " + folder + ", then it goes on by itself; what takes it: " +
                                            platform::file_command(platform::FileCommand::show_largest, folder)};
        case Kind::busy:
            return {"another program holds the database",
                    "end the program that has opened the file in " + folder + ", then it goes on by itself"};
        case Kind::corrupt:
            return {"a page of the database is damaged",
                    "stop crossdock and restore the last good backup: crossdock restore FILE; it keeps the damaged "
                    "file beside it"};
        case Kind::io:
        case Kind::constraint:
        case Kind::unknown:
        case Kind::closed:
        case Kind::bug: break;
    }
    return {"the disk does not take what is written",
            "look at the disk of " + folder +
                ": is it failing, gone, or mounted read-only? The log has its own words (writes_fail); "
                "when it works it goes on by itself"};
}

}  // namespace

api::HealthFinding finding_of_failed_writes(db::Failure::Kind kind, const std::filesystem::path& folder) {
    auto [what, next_step] = trouble_in_words(kind, folder.string());
    return {"error",
            std::nullopt,
            "",
            "writes_fail",
            "nothing can be stored: " + what +
                "; no channel is pulled, whoever sends something is told to repeat it (503), and what was acknowledged "
                "is safe",
            std::move(next_step)};
}

std::optional<api::HealthFinding> finding_of_room(const platform::DiskSpace& space,
                                                  const std::filesystem::path& folder) {
    if (space.free_bytes >= static_cast<std::uint64_t>(kAlmostNoRoom)) return std::nullopt;
    return api::HealthFinding{"error",
                              std::nullopt,
                              "",
                              "disk_full",
                              "the disk of the database has almost no room left: " +
                                  std::to_string(space.free_bytes / (1024ULL * 1024)) + " MB are free",
                              "make room at " + folder.string() + " before writes fail; what takes it: " +
                                  platform::file_command(platform::FileCommand::show_largest, folder),
                              api::HealthPart::disk_room};
}

void look_at_storage(const db::Database& database, api::HealthReport& report) {
    const auto folder = folder_of_file(database);
    if (const auto trouble = database.write_trouble())
        report.findings.push_back(finding_of_failed_writes(trouble->kind(), folder));
    if (const auto space = platform::disk_space(folder))
        if (auto finding = finding_of_room(*space, folder)) report.findings.push_back(std::move(*finding));
}

void StorageWatch::look(const db::Database& database) {
    const auto now = clock_.steady();
    if (const auto trouble = database.write_trouble()) {
        const auto finding = finding_of_failed_writes(trouble->kind(), folder_of_file(database));
        log_.tell(finding.code, finding.message + ". Next: " + finding.next_step, trouble->what());
        last_trouble_ = now;
    } else if (last_trouble_ && now - *last_trouble_ >= kOverAfter) {
        log::info("writes_again", {}, "the database takes writes again");
        last_trouble_.reset();
    }
}

}  // namespace crossdock::app
