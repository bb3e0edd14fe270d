// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/doctor/checks.h"
#include "app/vault.h"
#include "base/json_parse.h"
#include "db/database.h"
#include "db/disk.h"
#include "platform/file.h"

namespace crossdock::app::doctor {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestCertificate = 1024UL * 1024;
constexpr std::int64_t kLongLog = 256LL * 1024 * 1024;  // the hub empties it at 64 MiB

Severity severity_of(const std::string& word) {
    if (word == "error") return Severity::error;
    if (word == "warning") return Severity::warning;
    return Severity::info;
}

/// Health knows them as notes, and here they are what is well.
bool is_good_news(const std::string& code) { return code == "backup_made"; }

/// While its database gets a newer schema a hub answers every request with how far it is.
bool is_upgrading(Visit& visit) {
    const auto health = ask_health(visit.world, *visit.config, visit.hub_url);
    if (!health || !health->contains("percent")) return false;
    const std::string words = health->value("message", "");
    visit.add(Severity::info, "hub_upgrading", visit.hub_url, "the hub is " + words,
              "wait until it is through; how far it is: crossdock status");
    return true;
}

void tell_silent_hub(Visit& visit, const Error& error) {
    const std::string& database = visit.config->database.path;
    const auto control = platform::read_file(database + ".control", 4096);
    const std::string who = "process " + std::to_string(visit.owner->pid);
    if (!control && control.error().code == "file_denied")
        return visit.add(Severity::info, "hub_not_asked", database + ".control",
                         "a hub runs (" + who + "), and this user may not ask it how it is",
                         "look again " + platform::habits().as_owner + "crossdock doctor");
    if (is_upgrading(visit)) return;
    if (error.code == "command_unknown")
        return visit.add(
            Severity::warning, "hub_other_version", visit.hub_url,
            "the hub that runs (" + who + ") is of another version than this program, " + visit.world.version,
            "start it again, with the new program: " + platform::habits().restart);
    visit.add(Severity::error, "hub_not_reached", visit.hub_url,
              "a hub runs (" + who + ") and does not answer: " + error.message,
              "wait a minute if it has just been started; otherwise look into its log (" + platform::habits().log +
                  ") and start it again: " + platform::habits().restart);
}

std::string uptime(std::int64_t seconds) {
    if (seconds < 120) return std::to_string(seconds) + " seconds";
    if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " minutes";
    return seconds < 3 * 86'400 ? std::to_string(seconds / 3600) + " hours"
                                : std::to_string(seconds / 86'400) + " days";
}

void check_engine(Visit& visit) {
    // One that can damages files is refused by whoever opens a database with it.
    visit.ok(
        "database_engine", "",
        "SQLite " + db::Database::engine_version() + "; one connection alone, the hub's, moves the log into the file");
}

void tell_database(Visit& visit, const json& database) {
    const std::string& path = visit.config->database.path;
    visit.database_bytes = database.value("file_bytes", std::int64_t{0});
    const std::int64_t log = database.value("log_bytes", std::int64_t{0});
    visit.ok("database_ok", path,
             "the database has schema " + std::to_string(database.value("schema", 0)) + ", " +
                 megabytes(static_cast<std::uint64_t>(*visit.database_bytes)) + " in " +
                 std::to_string(database.value("pages", std::int64_t{0})) + " pages, its log " +
                 megabytes(static_cast<std::uint64_t>(log)));
    if (log > kLongLog)
        visit.add(
            Severity::warning, "database_log_long", path + "-wal",
            "the log of the database has grown to " + megabytes(static_cast<std::uint64_t>(log)),
            "a backup under way, or a program that reads the file itself, keeps it; if there is none, start the hub "
            "again: " +
                platform::habits().restart);
    if (const std::string problem = database.value("problem", ""); !problem.empty())
        visit.add(Severity::warning, "database_problem", path, "the database last said: " + problem,
                  "is its disk full or failing? Look into the log: " + platform::habits().log);
    const json faults = database.value("faults", json(nullptr));
    if (faults.is_null())
        visit.add(Severity::info, "database_check_skipped", path,
                  "the file is too large to be read through just now; " +
                      (database.value("checked_at", json(nullptr)).is_string()
                           ? "the hub did so last at " + database.value("checked_at", "")
                           : std::string{"the hub does so once a week"}),
                  "nothing to do");
    else if (faults.empty())
        visit.ok("database_sound", path, "every page of the database was read just now and is sound");
    else
        visit.add(
            Severity::error, "database_damaged", path, "the database is damaged: " + faults.front().get<std::string>(),
            "stop the hub, then put back the last good backup: crossdock restore FILE; it keeps this file beside it");
}

void check_network_disk(Visit& visit) {
    const std::string& path = visit.config->database.path;
    if (const auto kind = visit.world.network_disk(path))
        visit.add(
            Severity::error, "database_network_disk", path,
            "the database is on a network disk (" + *kind + "), where it can be damaged",
            "stop the hub, move its folder to a disk of this machine, and write the new place under [database] path");
}

}  // namespace

std::optional<json> ask_health(const World& world, const config::Config& config, const std::string& url) {
    net::HttpRequest request;
    request.url = url + "/api/v1/health";
    request.deadline = std::chrono::seconds{3};
    std::string certificate;
    if (config.server.tls)
        if (auto read = platform::read_file(config.server.tls->certificate, kLongestCertificate))
            certificate = *std::move(read);
    const auto answer = certificate.empty() ? world.http.send(request) : world.ask_over_tls(request, certificate);
    if (!answer) return std::nullopt;
    const auto body = parse_json(answer->body);
    if (!body || !body->is_object()) return std::nullopt;
    return *body;
}

void add_findings_of_hub(Visit& visit, const json& findings) {
    for (const json& finding : findings) {
        const std::string code = finding.value("code", "");
        const bool good = is_good_news(code);
        const bool channel = finding.contains("channel") && finding["channel"].is_string();
        visit.add(good ? Severity::ok : severity_of(finding.value("severity", "")), code,
                  channel ? "channel " + finding.value("channel", "") : "", finding.value("message", ""),
                  good ? "" : finding.value("next_step", ""));
    }
}

void check_sealing_keys(Visit& visit, const json& ids) {
    if (ids.empty()) return;
    const auto file = std::filesystem::path{visit.config->database.path}.parent_path() / "crossdock.key";
    KeyFile keys(file, visit.world.random);
    const auto key = keys.find();
    if (!key) {
        visit.add(Severity::info, "sealing_key_not_seen", file.string(),
                  "the key that opens secrets in the database could not be read: " + key.error().message,
                  "look again " + platform::habits().as_owner + "crossdock doctor");
        return;
    }
    for (const json& id : ids)
        if (!*key || (*key)->id != id.get<std::string>())
            return visit.add(Severity::error, "sealing_key_missing", file.string(),
                             "secrets in the database were sealed with key " + id.get<std::string>() +
                                 ", and the file " + (*key ? "holds key " + (*key)->id : std::string{"is gone"}),
                             "put crossdock.key back from where you keep it; if it is lost, enter the secrets anew: "
                             "crossdock webhook rotate for endpoints, "
                             "and the channels' credentials");
    visit.ok("sealing_key_ok", file.string(), "the key that opens secrets in the database is there");
}

void check_hub(Visit& visit) {
    const std::string& path = visit.config->database.path;
    check_network_disk(visit);
    visit.owner = visit.world.owner_of(path);
    if (!visit.owner && is_denied(path + ".lock")) {
        visit.add(Severity::info, "hub_not_seen", path, "this user may not see whether a hub runs",
                  "look again " + platform::habits().as_owner + "crossdock doctor");
        check_engine(visit);
        return check_database_alone(visit);
    }
    visit.running = visit.owner.has_value();
    if (!visit.owner) {
        visit.add(Severity::warning, "hub_stopped", path,
                  "no hub runs on this database: nothing is fetched, and the ERP gets no answer",
                  "start it: " + platform::habits().start + " (by hand: crossdock serve)");
        check_engine(visit);
        return check_database_alone(visit);
    }
    const std::string address =
        visit.owner->listen.empty() ? reached_at(visit.config->server.listen) : visit.owner->listen;
    visit.hub_url = (visit.config->server.tls ? "https://" : "http://") + address;
    check_engine(visit);
    const auto look = visit.world.ask_hub(path, "hub.look", {{"check", true}});
    if (!look) return tell_silent_hub(visit, look.error());
    visit.hub_answers = true;
    const json hub = look->value("hub", json::object());
    const std::string version = hub.value("version", "");
    visit.ok("hub_running", address,
             "the hub has run for " + uptime(hub.value("up_seconds", std::int64_t{0})) + " (process " +
                 std::to_string(hub.value("pid", std::int64_t{0})) + ", version " + version + ")");
    if (version != visit.world.version)
        visit.add(Severity::warning, "hub_other_version", address,
                  "the hub that runs is version " + version + ", this program is " + visit.world.version,
                  "start it again, with the new program: " + platform::habits().restart);
    for (const json& work : look->value("work", json::array()))
        visit.add(Severity::info, "work_under_way",
                  work.value("channel", json(nullptr)).is_string() ? "channel " + work.value("channel", "") : "",
                  work.value("what", "") + ": " + work.value("words", ""), "nothing to do");
    add_findings_of_hub(visit, look->value("findings", json::array()));
    tell_database(visit, look->value("database", json::object()));
    if (const json backup = look->value("backup", json(nullptr)); backup.is_object())
        visit.last_backup = backup.value("file", "");
    check_sealing_keys(visit, look->value("sealing_keys", json::array()));
}

}  // namespace crossdock::app::doctor
