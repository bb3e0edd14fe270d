// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/doctor.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>

#include "app/control.h"
#include "app/doctor/checks.h"
#include "db/disk.h"
#include "http/server.h"
#include "net/socket.h"
#include "net/trusting_client.h"

namespace crossdock::app::doctor {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kPatienceForNames{5};

const char* colour_of(Severity severity) {
    switch (severity) {
        case Severity::ok: return "\x1b[32m";
        case Severity::info: return "\x1b[36m";
        case Severity::warning: return "\x1b[33m";
        case Severity::error: return "\x1b[31m";
    }
    return "";
}

std::string counted(std::int64_t number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

const char* running_in_words(const Report& report) {
    if (report.running) return *report.running ? "running" : "not running";
    return report.config_usable ? "whether it runs is not known, as this user may not see it"
                                : "whether it runs is not known, as the config file cannot be used";
}

/// A terminal obeys escape sequences, and a channel's words are somebody else's.
std::string one_line(std::string text) {
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

}  // namespace

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::ok: return "ok";
        case Severity::info: return "info";
        case Severity::warning: return "warning";
        case Severity::error: return "error";
    }
    return "";
}

std::int64_t Report::count(Severity severity) const {
    return std::count_if(findings.begin(), findings.end(),
                         [&](const Finding& finding) { return finding.severity == severity; });
}

std::string megabytes(std::uint64_t bytes) {
    if (bytes >= 10ULL * 1024 * 1024 * 1024) return std::to_string(bytes / (1024ULL * 1024 * 1024)) + " GB";
    if (bytes >= 1024 * 1024) return std::to_string(bytes / (1024ULL * 1024)) + " MB";
    return std::to_string(bytes / 1024) + " KB";
}

std::string reached_at(config::Listen listen) {
    if (listen.host == "0.0.0.0") listen.host = "127.0.0.1";
    if (listen.host == "::") listen.host = "::1";
    return config::to_string(listen);
}

World real_world(const Clock& clock, Random& random, net::HttpClient& http, std::string version,
                 const std::string& config_file) {
    World world{clock,
                random,
                http,
                std::move(version),
                config::system_environment(),
                platform::disk_space,
                db::network_disk,
                http::check_address,
                platform::listener_of,
                {},
                {},
                {},
                {},
                "/etc/crossdock/credentials",
                [](const net::HttpRequest& request, const std::string& certificate) {
                    return net::make_client_trusting(certificate)->send(request);
                }};
    world.owner_of = [](const std::string& database) { return platform::InstanceLock::owner_of(database); };
    world.ask_hub = [&http](const std::string& database, std::string_view command, const json& arguments) {
        return call_running_hub(http, database, command, arguments, "user " + platform::user_name());
    };
    world.resolve = [](const std::string& host, int port) -> Status {
        static const std::atomic<bool> never{false};
        const auto found = net::resolve(host, port, net::Patience{kPatienceForNames, never});
        if (!found) return found.error();
        return crossdock::ok();
    };
    // The package's service has a user of its own; a hub started by hand is whoever owns its folder, or this one.
    const bool installed = std::filesystem::path{config_file} == platform::system_config_file();
    world.service_user = [installed]() -> std::optional<platform::User> {
        if (installed)
            if (auto user = platform::find_user(std::string{"crossdock"})) return user;
        return platform::this_user();
    };
    return world;
}

Report examine(const World& world, const std::string& config_file) {
    Visit visit(world, config_file);
    const auto step = [&](const char* name, void (*check)(Visit&)) {
        try {
            check(visit);
        } catch (const std::exception& failure) {
            visit.add(Severity::info, "check_failed", name,
                      std::string{"this could not be looked at: "} + failure.what(),
                      "look at the other findings first; they may be the reason");
        }
    };
    step("config", check_config);
    if (visit.config) {
        step("hub", check_hub);
        step("secrets", check_secrets);
        step("disks", check_disks);
        step("rights", check_rights);
        step("backup folder", check_backup_folder);
        step("leftovers", check_leftovers);
        step("address", check_address);
        step("channels", check_channels_network);
    } else {
        const bool unseen = std::any_of(visit.findings.begin(), visit.findings.end(),
                                        [](const Finding& finding) { return finding.code == "config_not_seen"; });
        visit.add(Severity::info, "rest_not_checked", config_file,
                  "nothing else was looked at, not even whether a hub runs: where the database and the channels are "
                  "stands in the config file",
                  unseen ? "look again " + platform::habits().as_owner + "crossdock doctor"
                         : "mend the config file, then again: crossdock doctor");
    }
    Report report{world.clock.now(),         world.version,           config_file, visit.running,
                  std::move(visit.findings), visit.config.has_value()};
    std::stable_sort(report.findings.begin(), report.findings.end(), [](const Finding& a, const Finding& b) {
        return static_cast<int>(a.severity) > static_cast<int>(b.severity);
    });
    return report;
}

int exit_code(const Report& report) {
    if (!report.config_usable) return 2;
    for (const Finding& finding : report.findings)
        if (finding.code == "port_taken") return 3;
    return report.count(Severity::error) > 0 ? 1 : 0;
}

std::string to_text(const Report& report, bool coloured) {
    std::string text;
    for (const Finding& finding : report.findings) {
        std::string word{to_string(finding.severity)};
        word.resize(9, ' ');
        text += (coloured ? colour_of(finding.severity) + word + "\x1b[0m" : word);
        if (!finding.where.empty()) text += one_line(finding.where) + ": ";
        text += one_line(finding.what);
        if (finding.severity != Severity::ok) text += "  [" + finding.code + "]";
        text += "\n";
        if (!finding.next_step.empty()) text += "         -> " + one_line(finding.next_step) + "\n";
    }
    const std::int64_t errors = report.count(Severity::error);
    const std::int64_t warnings = report.count(Severity::warning);
    text += "\n";
    if (errors + warnings == 0)
        text += "All is well. ";
    else
        text += counted(errors, "error", "errors") + ", " + counted(warnings, "warning", "warnings") + ". ";
    return text + "crossdock " + report.version + ", " + running_in_words(report) + ", config file " +
           one_line(report.config_file) + "\n";
}

json to_json(const Report& report) {
    json findings = json::array();
    for (const Finding& finding : report.findings)
        findings.push_back({{"severity", to_string(finding.severity)},
                            {"code", finding.code},
                            {"where", finding.where},
                            {"what", finding.what},
                            {"next_step", finding.next_step.empty() ? json(nullptr) : json(finding.next_step)}});
    const char* status = report.count(Severity::error) > 0     ? "error"
                         : report.count(Severity::warning) > 0 ? "warning"
                                                               : "ok";
    return {{"status", status},
            {"checked_at", format_rfc3339(report.at)},
            {"version", report.version},
            {"config", report.config_file},
            {"running", report.running ? json(*report.running) : json(nullptr)},
            {"errors", report.count(Severity::error)},
            {"warnings", report.count(Severity::warning)},
            {"findings", findings}};
}

}  // namespace crossdock::app::doctor
