// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>

#include "app/doctor/doctor.h"

namespace crossdock::app::doctor {

/// One visit: every check adds what it found.
class Visit {
public:
    Visit(const World& asked, std::string file) : world(asked), config_file(std::move(file)) {}

    void add(Severity severity, std::string code, std::string where, std::string what, std::string next_step = {}) {
        findings.push_back({severity, std::move(code), std::move(where), std::move(what), std::move(next_step)});
    }
    void ok(std::string code, std::string where, std::string what) {
        add(Severity::ok, std::move(code), std::move(where), std::move(what));
    }

    const World& world;
    const std::string config_file;
    std::optional<config::Config> config;
    std::optional<platform::InstanceLock::Owner> owner;  // the hub that has the database
    std::optional<bool> running;                         // whether one has it; nothing: not known
    std::string hub_url;                                 // where it answers; empty: not known
    bool hub_answers = false;
    std::optional<std::int64_t> database_bytes;
    std::string last_backup;  // its file; empty: none
    std::vector<Finding> findings;
};

/// Fills in `config`, when the file can be used.
void check_config(Visit& visit);
void check_secrets(Visit& visit);
/// The hub, what it says of itself, and its database; or the database alone.
void check_hub(Visit& visit);
void check_database_alone(Visit& visit);
/// What `hub.look` of a running hub, or the rows alone, say.
void add_findings_of_hub(Visit& visit, const nlohmann::json& findings);
void check_sealing_keys(Visit& visit, const nlohmann::json& ids);
void check_disks(Visit& visit);
void check_rights(Visit& visit);
void check_leftovers(Visit& visit);
void check_backup_folder(Visit& visit);
void check_address(Visit& visit);
void check_channels_network(Visit& visit);

/// What /api/v1/health of the hub at `url` says, an object: while its database is upgraded with `percent`. A hub with
/// TLS is known by the certificate that the config file names, which no system's trust store need hold. Nothing: no
/// answer.
std::optional<nlohmann::json> ask_health(const World& world, const config::Config& config, const std::string& url);

/// Whether there is something that this user may not read. Of a lock: then nobody can tell whether somebody holds it.
bool is_denied(const std::filesystem::path& file);
std::string megabytes(std::uint64_t bytes);
/// Where a hub with that setting is reached from this machine: "0.0.0.0" is every address, and none to connect to.
std::string reached_at(config::Listen listen);

}  // namespace crossdock::app::doctor
