// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/backup.h"
#include "app/from_config.h"
#include "app/restore.h"
#include "base/version.h"
#include "cli/context.h"
#include "platform/instance_lock.h"

namespace crossdock::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr auto kAskAgain = std::chrono::milliseconds{300};

/// The hub's working folder is another one than the shell's.
std::string absolute_file(const std::string& given, const std::string& database, Timestamp now) {
    if (given.empty()) return given;
    std::error_code error;
    fs::path path = fs::absolute(given, error).lexically_normal();
    if (fs::is_directory(path, error)) path /= app::backup_name(database, now);
    return path.string();
}

void show_progress(const Output& out, const json& answer, std::int64_t& shown) {
    const auto all = answer.value("all", std::int64_t{0});
    if (out.json() || all == 0) return;
    const std::int64_t percent = 100 * answer.value("done", std::int64_t{0}) / all;
    if (percent < shown + 10) return;
    shown = percent;
    std::cerr << "copied: " << percent << " %\n";
}

Record tell_verified(const app::VerifiedBackup& backup, const std::vector<std::string>& missing, bool as_json) {
    Record record;
    record.add("file", backup.file)
        .add("sound", backup.is_sound())
        .add("bytes", backup.bytes)
        .add("schema", backup.schema);
    if (backup.stamp) {
        record.add("made_at", format_rfc3339(backup.stamp->made_at))
            .add("made_by", "crossdock " + backup.stamp->program)
            .add("rows", backup.stamp->all_rows())
            .add("installation", backup.stamp->installation);
        std::string keys;
        for (const std::string& id : backup.stamp->sealing_keys) keys += (keys.empty() ? "" : " ") + id;
        record.add("sealing_key", keys.empty() ? Cell{} : Cell{keys});
        if (as_json) record.add("tables", RawJson{json(backup.stamp->rows).dump()});
    }
    record.add("sha256", backup.sha256);
    if (as_json) {
        record.add("faults", RawJson{json(backup.faults).dump()});
        record.add("missing_keys", RawJson{json(missing).dump()});
    }
    return record;
}

fs::path key_file_of(const std::string& database) { return fs::path{database}.parent_path() / "crossdock.key"; }

}  // namespace

Exit run_backup(Context& context, const std::string& target) {
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    const std::string file = absolute_file(target, config->database.path, SystemClock().now());
    auto answer = give_command(*config, "backup.start", {{"file", file}});
    std::int64_t shown = 0;
    while (answer && answer->value("running", false)) {
        show_progress(context.out, *answer, shown);
        std::this_thread::sleep_for(kAskAgain);
        answer = give_command(*config, "backup.status", {{"ticket", answer->value("ticket", std::int64_t{0})}});
    }
    if (!answer) return context.out.fail(exit_of(answer.error()), answer.error());
    Record record;
    record.add("file", answer->value("file", ""))
        .add("made_at", answer->value("made_at", ""))
        .add("bytes", answer->value("bytes", std::int64_t{0}))
        .add("rows", answer->value("rows", std::int64_t{0}))
        .add("schema", answer->value("schema", std::int64_t{0}))
        .add("sha256", answer->value("sha256", ""))
        .add("took_ms", answer->value("took_ms", std::int64_t{0}));
    if (context.out.json()) record.add("dropped", RawJson{answer->value("dropped", json::array()).dump()});
    context.out.print(record);
    for (const json& name : answer->value("dropped", json::array()))
        context.out.say("deleted, since it has had its time: " + name.get<std::string>());
    std::error_code error;
    const bool has_key = fs::exists(key_file_of(config->database.path), error);
    context.out.say("\nEvery page and row of it was checked." +
                    std::string{has_key
                                    ? " Keep crossdock.key apart from it: without that key the secrets in it cannot "
                                      "be opened"
                                    : ""});
    return Exit::done;
}

Exit run_verify(Context& context, const std::string& file) {
    const auto verified = app::verify_backup(file);
    if (!verified) return context.out.fail(Exit::failed, verified.error());
    // The config file names the key file's place; without one there is nothing to compare.
    std::vector<std::string> missing;
    std::error_code error;
    if (fs::exists(context.config_file, error))
        if (const auto loaded = config::load(context.config_file, config::system_environment(), {false, false});
            loaded.config)
            missing = app::missing_keys(verified->stamp, key_file_of(loaded.config->database.path));
    context.out.print(tell_verified(*verified, missing, context.out.json()));
    for (const std::string& fault : verified->faults) context.out.say("not sound: " + fault);
    for (const std::string& one : missing) context.out.say("note: " + one);
    if (!verified->stamp)
        context.out.say(
            "note: it is no file that crossdock backup made; its rows could not be compared with what they were");
    if (!verified->sha256) context.out.say("note: there is no " + file + ".sha256 beside it to compare its bytes with");
    if (verified->newer) context.out.say("note: a newer crossdock made it; this one cannot restore it");
    if (!verified->is_sound()) return Exit::failed;
    context.out.say("\nIt is sound.");
    return Exit::done;
}

Exit run_restore(Context& context, const std::string& file) {
    const auto config = load_config(context);
    if (!config) return Exit::usage;
    const auto lock = platform::InstanceLock::take(config->database.path);
    if (!lock) return context.out.fail(exit_of(lock.error()), lock.error());
    const app::RestoreRequest request{absolute_file(file, config->database.path, {}), config->database.path,
                                      key_file_of(config->database.path),
                                      [](const std::string& words) { std::cerr << "warning: " << words << std::endl; }};
    const auto restored = app::restore_backup(request, SystemClock());
    if (!restored) return context.out.fail(exit_of(restored.error()), restored.error());
    Record record;
    record.add("database", config->database.path).add("from", request.backup).add("schema", restored->backup.schema);
    if (restored->backup.stamp)
        record.add("made_at", format_rfc3339(restored->backup.stamp->made_at))
            .add("rows", restored->backup.stamp->all_rows());
    record.add("kept", restored->kept);
    if (context.out.json())
        record.add("other_installation", restored->other_installation)
            .add("warnings", RawJson{json(restored->warnings).dump()});
    context.out.print(record);
    for (const std::string& warning : restored->warnings) context.out.say("note: " + warning);
    context.out.say(
        "\nStart the hub. It first reads from each channel what happened since the backup, and sends nothing there "
        "before. Then:\n"
        "- let the ERP send its stock once more; figures that waited in the backup were given up\n"
        "- let the ERP send shipments and acknowledgements since the backup again; repeats are harmless\n"
        "- look through crossdock key list: a key revoked since the backup is good again");
    return Exit::done;
}

}  // namespace crossdock::cli
