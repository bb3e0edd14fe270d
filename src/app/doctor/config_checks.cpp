// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "app/doctor/checks.h"
#include "app/from_config.h"
#include "app/own_certificate.h"
#include "config/secrets.h"
#include "platform/file.h"
#include "platform/process.h"

namespace crossdock::app::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kServiceCredential = "file:${CREDENTIALS_DIRECTORY}/channels_";

/// The file that holds it, as far as this process can say.
fs::path file_of(const Visit& visit, const config::UnreadSecret& secret) {
    if (secret.source.starts_with(kServiceCredential))
        return visit.world.credentials / secret.source.substr(kServiceCredential.size());
    if (!config::names_file(secret.source)) return {};
    const auto expanded = config::expand(secret.source.substr(5), visit.world.environment);
    if (!expanded) return {};
    std::error_code ignored;
    return (fs::absolute(visit.config_file, ignored).parent_path() / expanded->text).lexically_normal();
}

void tell_unread(Visit& visit, const config::Channel& channel, const config::UnreadSecret& secret) {
    const auto at = config::position_of(channel, secret.path);
    const std::string where = visit.config_file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    const std::string name = secret.path + " of channel " + channel.code;
    const bool of_service = secret.source.starts_with(kServiceCredential);
    const fs::path file = file_of(visit, secret);
    std::error_code error;
    const bool there = !file.empty() && fs::exists(file, error);
    if (!file.empty() && !there && !error)
        return visit.add(
            Severity::error, "secret_missing", where,
            name + " is to come from " + file.string() + ", which is not there",
            "put it there: " + platform::file_command(of_service ? platform::FileCommand::put_secret_of_root
                                                                 : platform::FileCommand::put_secret_of_service,
                                                      file));
    if (of_service)
        return visit.add(Severity::info, "secret_of_service", where,
                         name + " is handed by systemd to the service alone" +
                             (there ? ", out of " + file.string() : "") + "; commands in a shell do without it",
                         "nothing to do; a command that must have it: sudo systemd-run --pty --wait --collect -p "
                         "LoadCredential=channels:" +
                             visit.world.credentials.string() + " crossdock check");
    if (!file.empty())
        return visit.add(Severity::info, "secret_not_seen", where,
                         name + " is in " + file.string() + ", which this user may not read",
                         "look again " + platform::habits().as_owner + "crossdock doctor");
    if (visit.hub_answers)
        return visit.add(Severity::info, "secret_of_hub", where,
                         name + " " + secret.why + " in this shell; the hub that runs has it",
                         "nothing to do, unless the hub is to be started from this shell or refused its last reload "
                         "(reload_refused in its log)");
    visit.add(Severity::warning, "secret_unset", where, name + " " + secret.why + " in this shell",
              "if the service's environment has it (/etc/crossdock/environment), nothing to do; otherwise set it, or "
              "name a file: " +
                  secret.path.substr(secret.path.find('.') + 1) + " = \"file:/etc/crossdock/" + channel.code +
                  "-token\"");
}

}  // namespace

bool is_denied(const fs::path& file) {
    const auto read = platform::read_file(file, 1);
    return !read && read.error().code == "file_denied";
}

void check_config(Visit& visit) {
    config::LoadOptions options;
    options.need_secrets = false;
    config::Loaded loaded = config::load(visit.config_file, visit.world.environment, options);
    if (loaded.config) {
        bool usable = true;
        for (config::Finding& finding : check_channels(*loaded.config)) {
            usable = usable && finding.severity != config::Severity::error;
            loaded.findings.push_back(std::move(finding));
        }
        for (config::Finding& finding : check_exchange(*loaded.config)) loaded.findings.push_back(std::move(finding));
        if (usable) visit.config = std::move(loaded.config);
    }
    if (!visit.config && is_denied(visit.config_file))
        return visit.add(Severity::error, "config_not_seen", visit.config_file,
                         "this user may not read the config file",
                         "look again " + platform::habits().as_owner + "crossdock doctor");
    for (const config::Finding& finding : loaded.findings) {
        const bool error = finding.severity == config::Severity::error;
        visit.add(error ? Severity::error : Severity::warning, error ? "config_invalid" : "config_warning",
                  finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column),
                  finding.message,
                  error ? "mend it there, then look it over: crossdock check"
                        : "mend it there, then: crossdock check --strict");
    }
    if (!visit.config) return;
    const auto certificate = check_certificate(*visit.config, visit.world.clock.now());
    for (const config::Finding& finding : certificate) {
        const bool error = finding.severity == config::Severity::error;
        visit.add(error ? Severity::error : Severity::warning, error ? "certificate_invalid" : "certificate_warning",
                  finding.file + ":" + std::to_string(finding.line) + ":" + std::to_string(finding.column),
                  finding.message, "put the right files there, then look them over: crossdock check");
    }
    if (visit.config->server.tls && certificate.empty())
        visit.ok("certificate_ok", visit.config->server.tls->certificate, "the certificate that the hub shows holds");
    const auto channels = visit.config->channels.size();
    visit.ok("config_ok", visit.config_file,
             "the config file is fine, with " + std::to_string(channels) + (channels == 1 ? " channel" : " channels"));
    if (channels == 0)
        visit.add(Severity::info, "no_channel", visit.config_file, "the config file names no channel yet",
                  "write a [[channel]] into it; the comments there show how. Or see it work first: crossdock demo");
}

void check_secrets(Visit& visit) {
    std::size_t read = 0;
    for (const config::Channel& channel : visit.config->channels) {
        read += channel.credentials.size() - channel.unread.size();
        for (const config::UnreadSecret& secret : channel.unread) tell_unread(visit, channel, secret);
    }
    if (read > 0)
        visit.ok("secrets_ok", visit.config_file,
                 "the credentials that can be read here are all there (" + std::to_string(read) + ")");
}

}  // namespace crossdock::app::doctor
