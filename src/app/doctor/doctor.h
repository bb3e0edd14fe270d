// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "config/config.h"
#include "net/http_client.h"
#include "platform/file_facts.h"
#include "platform/instance_lock.h"
#include "platform/process.h"

/// Looks at everything a hub needs, while it runs or not, and says what to do about what it finds. Nothing is changed.
/// The codes, and the JSON, are in docs/ops/doctor.md.
namespace crossdock::app::doctor {

enum class Severity {
    ok,       // looked at, and well
    info,     // worth knowing, or could not be looked at, and why
    warning,  // goes on, and wants a person soon
    error     // something does not work
};
std::string_view to_string(Severity severity);

struct Finding {
    Severity severity = Severity::ok;
    std::string code;       // stable, for programs
    std::string where;      // file:line:column, a path, an address, a channel's code; may be empty
    std::string what;       // a sentence without its full stop
    std::string next_step;  // a sentence with the command to type; empty when there is nothing to do
};

struct Report {
    Timestamp at{};
    std::string version, config_file;
    std::optional<bool> running;    // a hub has the database; nothing: that could not be looked at
    std::vector<Finding> findings;  // worst first
    bool config_usable = false;

    [[nodiscard]] std::int64_t count(Severity severity) const;
};

/// What the outside world is asked; a test breaks it.
struct World {
    const Clock& clock;
    Random& random;
    net::HttpClient& http;  // to the channels and to a hub on this machine
    std::string version;
    config::Environment environment;
    std::function<Result<platform::DiskSpace>(const std::filesystem::path&)> disk_space;
    std::function<std::optional<std::string>(const std::string& path)> network_disk;
    std::function<Status(const std::string& host, int port)> address_free;
    std::function<std::optional<platform::Listener>(int port)> listener_of;
    std::function<std::optional<platform::InstanceLock::Owner>(const std::string& database)> owner_of;
    std::function<Result<nlohmann::json>(const std::string& database, std::string_view command, const nlohmann::json&)>
        ask_hub;
    std::function<Status(const std::string& host, int port)> resolve;
    std::function<std::optional<platform::User>()> service_user;  // asked when no hub runs
    std::filesystem::path credentials;                            // whose files systemd hands to the service
    /// Asks a hub of this machine that shows the certificate in this PEM text.
    std::function<Result<net::HttpResponse>(const net::HttpRequest&, const std::string& certificate)> ask_over_tls;
};
/// This machine.
World real_world(const Clock& clock, Random& random, net::HttpClient& http, std::string version,
                 const std::string& config_file);

Report examine(const World& world, const std::string& config_file);

/// Exit code of the command: 0 nothing is an error, 1 something is, 2 the config file is refused, 3 another program has
/// the port.
int exit_code(const Report& report);

std::string to_text(const Report& report, bool coloured);
nlohmann::json to_json(const Report& report);

}  // namespace crossdock::app::doctor
