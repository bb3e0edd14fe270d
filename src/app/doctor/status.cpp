// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/status.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "app/doctor/checks.h"
#include "app/doctor/closed_database.h"
#include "app/pace.h"
#include "db/migrator.h"

namespace crossdock::app::doctor {
namespace {

using nlohmann::json;

json nothing_known() {
    return {{"orders_waiting", nullptr}, {"refunds_waiting", nullptr}, {"last_poll", nullptr},
            {"channels", json::array()}, {"queue", nullptr},           {"backup", nullptr},
            {"work", json::array()},     {"findings", nullptr}};
}

json disk_of(const World& world, const config::Config& config) {
    const std::filesystem::path database = config.database.path;
    const auto space = world.disk_space(database.parent_path());
    const auto size = [](const std::filesystem::path& file) -> json {
        std::error_code error;
        const auto bytes = std::filesystem::file_size(file, error);
        return error ? json(nullptr) : json(bytes);
    };
    return {{"free_bytes", space ? json(space->free_bytes) : json(nullptr)},
            {"all_bytes", space ? json(space->all_bytes) : json(nullptr)},
            {"database_bytes", size(database)},
            {"log_bytes", size(database.string() + "-wal")}};
}

/// A hub that has the lock and takes no commands: it upgrades its database, or hangs, or is another user's.
json of_silent_hub(const World& world, const config::Config& config, const std::string& url, const Error& error) {
    json status{{"state", "not_answering"}, {"message", error.message}};
    const auto health = ask_health(world, config, url);
    if (!health) return status;
    if (!health->contains("percent")) {
        status["state"] = "running";
        status["message"] = "the hub runs and answers, and this user may not ask it more; look again " +
                            platform::habits().as_owner + "crossdock status";
        return status;
    }
    status["state"] = "upgrading";
    status["message"] = nullptr;
    const std::int64_t percent = health->value("percent", std::int64_t{0});
    LongWork work{"upgrading the database", "", percent, 100, false, {}};
    if (const auto left = health->find("seconds_left"); left != health->end() && left->is_number_integer())
        work.left = std::chrono::seconds{left->get<std::int64_t>()};
    status["work"] = {to_json(work)};
    return status;
}

json of_stopped_hub(const World& world, const config::Config& config) {
    // That it does not run is the first warning, as doctor counts.
    json status{{"state", "stopped"}, {"message", nullptr}, {"findings", {{"errors", 0}, {"warnings", 1}}}};
    const auto opened = db::ClosedFile::open(config.database.path, {}, db::ClosedFile::Log::read);
    if (!opened) {
        status["message"] = opened.error().code == "file_missing"
                                ? "there is no database at " + config.database.path + " that this user can read"
                                : "its database could not be looked at: " + opened.error().message;
        return status;
    }
    if ((*opened)->schema() != db::newest_schema()) {
        status["message"] = "its database has schema " + std::to_string((*opened)->schema()) +
                            ", and this program reads " + std::to_string(db::newest_schema()) +
                            ": its figures come after the next start";
        return status;
    }
    try {
        (*opened)->read([&](db::Session& session) {
            const RowView view = view_of(config, session);
            status.update(overview_of(session, view, world.clock.now()));
            std::int64_t errors = 0, warnings = 1;
            for (const api::HealthFinding& finding : look_without_hub(session, view, world.clock.now())) {
                errors += finding.severity == "error" ? 1 : 0;
                warnings += finding.severity == "warning" ? 1 : 0;
            }
            status["findings"] = {{"errors", errors}, {"warnings", warnings}};
        });
    } catch (const db::Failure& failure) {
        status["message"] = std::string{"its database could not be read: "} + failure.what();
    }
    return status;
}

// ---- for people ---------------------------------------------------------------------------------------------------

std::string length(std::int64_t seconds) {
    if (seconds < 120) return std::to_string(seconds) + " s";
    if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " min";
    return seconds < 3 * 86'400 ? std::to_string(seconds / 3600) + " h" : std::to_string(seconds / 86'400) + " days";
}

std::string ago(const json& time, Timestamp now) {
    if (!time.is_string()) return "never";
    const auto at = parse_iso8601(time.get<std::string>(), ZoneRule::utc);
    if (!at) return "?";
    return length(std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::seconds>(now - *at).count())) +
           " ago";
}

std::string figure(const json& counted) {
    if (!counted.is_object()) return "?";
    return std::to_string(counted.value("count", std::int64_t{0})) + (counted.value("more", false) ? "+" : "");
}

std::string with_noun(const json& counted, const std::string& noun) {
    return figure(counted) + " " + noun + (figure(counted) == "1" ? "" : "s");
}

void add_line(std::string& text, std::string name, const std::string& words) {
    name.resize(11, ' ');
    text += name + words + "\n";
}

std::string first_line(const json& status) {
    const std::string state = status.value("state", "");
    const std::string version = "crossdock " + status.value("version", "");
    const std::string where =
        status.value("address", json(nullptr)).is_string() ? " on " + status.value("address", "") : "";
    if (state == "stopped") return "crossdock does not run; start it with: " + platform::habits().start;
    if (state == "not_seen") return "whether crossdock runs is not known";
    if (state == "upgrading") return version + " upgrades its database" + where;
    if (state == "not_answering") return version + " runs" + where + " and does not answer";
    const json up = status.value("up_seconds", json(nullptr));
    return version + (up.is_number() ? " has run for " + length(up.get<std::int64_t>()) : " runs") + where;
}

std::string channel_lines(const json& channels, Timestamp now) {
    std::vector<std::vector<std::string>> rows{
        {"CHANNEL", "PROVIDER", "STATE", "ORDERS PULLED", "LAST ORDER", "PROBLEMS", "WAITING", "FAILED"}};
    std::map<std::string, int> codes;
    for (const json& one : channels) ++codes[one.value("channel", "")];
    for (const json& one : channels) {
        const std::string code = one.value("channel", "");
        const json last = one.value("last_order_at", json(nullptr));
        const bool off = !one.value("enabled", true);
        rows.push_back({codes[code] > 1 ? code + " (" + one.value("account", "") + ")" : code, one.value("provider", ""), off ? "off" : one.value("state", ""),
                        ago(one.value("orders_pulled_at", json(nullptr)), now), last.is_string() ? ago(last, now) : "-",
                        std::to_string(one.value("problems", std::int64_t{0})),
                        figure(one.value("stock_waiting", json())) + " stock, " +
                            figure(one.value("shipments_waiting", json())) + " shipments",
                        figure(one.value("stock_failed", json())) + " stock, " +
                            figure(one.value("shipments_failed", json())) + " shipments"});
    }
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        while (line.ends_with(' ')) line.pop_back();
        text += line + "\n";
    }
    return text;
}

std::string attention(const json& findings, const std::string& state) {
    const std::int64_t errors = findings.value("errors", std::int64_t{0});
    const std::int64_t warnings = findings.value("warnings", std::int64_t{0});
    if (errors + warnings == 0) return "nothing";
    return (state == "stopped" ? "the hub does not run: " : "") + std::to_string(errors) +
           (errors == 1 ? " error, " : " errors, ") + std::to_string(warnings) +
           (warnings == 1 ? " warning" : " warnings") + "; what to do about them: crossdock doctor";
}

std::string bytes_text(const json& bytes) { return bytes.is_number() ? megabytes(bytes.get<std::uint64_t>()) : "?"; }

}  // namespace

json status_of(const World& world, const config::Config& config) {
    json status = nothing_known();
    const auto owner = world.owner_of(config.database.path);
    status["version"] = world.version;
    status["pid"] = owner && owner->pid != 0 ? json(owner->pid) : json(nullptr);
    status["address"] = nullptr;
    status["started_at"] = status["up_seconds"] = nullptr;
    status["message"] = nullptr;
    if (owner) {
        const std::string address = owner->listen.empty() ? reached_at(config.server.listen) : owner->listen;
        status["address"] = address;
        const auto overview = world.ask_hub(config.database.path, "hub.overview", json::object());
        if (overview) {
            status["state"] = "running";
            const json hub = overview->value("hub", json::object());
            status.update(*overview);
            status.erase("hub");
            for (const char* name : {"version", "started_at", "up_seconds"})
                status[name] = hub.value(name, json(nullptr));
        } else {
            status.update(
                of_silent_hub(world, config, (config.server.tls ? "https://" : "http://") + address, overview.error()));
        }
    } else if (is_denied(config.database.path + ".lock")) {
        status["state"] = "not_seen";
        status["message"] =
            "this user may not see whether a hub runs; look again " + platform::habits().as_owner + "crossdock status";
    } else {
        status.update(of_stopped_hub(world, config));
    }
    status["running"] = status["state"] == "not_seen" ? json(nullptr) : json(owner.has_value());
    status["disk"] = disk_of(world, config);
    return status;
}

std::string status_text(const json& status, Timestamp now) {
    std::string text = first_line(status) + "\n";
    if (const json message = status.value("message", json(nullptr)); message.is_string())
        text += message.get<std::string>() + "\n";
    for (const json& work : status.value("work", json::array()))
        add_line(text, "at work",
                 (work.value("channel", json(nullptr)).is_string() ? work.value("channel", "") + ": " : "") +
                     work.value("what", "") + ": " + work.value("words", ""));
    if (status.value("orders_waiting", json(nullptr)).is_object()) {
        const json poll = status.value("last_poll", json(nullptr));
        add_line(text, "ERP",
                 with_noun(status["orders_waiting"], "order") + " and " +
                     with_noun(status["refunds_waiting"], "refund") + " wait for it; it " +
                     (poll.is_object() ? "last asked " + ago(poll.value("at", json(nullptr)), now) + " (key " +
                                             poll.value("name", "") + ")"
                                       : std::string{"has never asked yet"}));
    }
    if (const json queue = status.value("queue", json(nullptr)); queue.is_object()) {
        std::string words = std::to_string(queue.value("ready", std::int64_t{0})) + " wait, " +
                            std::to_string(queue.value("running", std::int64_t{0})) + " run, " +
                            std::to_string(queue.value("retry", std::int64_t{0})) + " to be tried again, " +
                            std::to_string(queue.value("dead", std::int64_t{0})) + " given up";
        if (queue.value("parked", std::int64_t{0}) > 0)
            words += ", " + std::to_string(queue.value("parked", std::int64_t{0})) + " rest";
        add_line(text, "queue", words);
    }
    if (const json backup = status.value("backup", json(nullptr)); backup.is_object()) {
        std::string words = backup.value("made_at", json(nullptr)).is_string()
                                ? ago(backup["made_at"], now) + ", found sound"
                                : std::string{"none yet"};
        if (backup.value("error", json(nullptr)).is_string())
            words += "; the last one failed: " + backup.value("error", "");
        add_line(text, "backup", words);
    }
    const json disk = status.value("disk", json::object());
    add_line(text, "disk",
             bytes_text(disk.value("free_bytes", json())) + " free; database " +
                 bytes_text(disk.value("database_bytes", json())) +
                 (disk.value("log_bytes", json()).is_number() ? ", its log " + bytes_text(disk["log_bytes"]) : ""));
    if (const json findings = status.value("findings", json(nullptr)); findings.is_object())
        add_line(text, "attention", attention(findings, status.value("state", "")));
    if (const json channels = status.value("channels", json::array()); !channels.empty())
        text += "\n" + channel_lines(channels, now);
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n') c = ' ';
    return text;
}

}  // namespace crossdock::app::doctor
