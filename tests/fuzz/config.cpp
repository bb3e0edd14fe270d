// SPDX-License-Identifier: Apache-2.0
// The config file. Not from the network, but from hands.
//
// Promised: every fault is told with a place that is in the file; there is a configuration exactly when there is no
// error; a secret stands in no finding; reading twice gives the same.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "config/config.h"
#include "config/options.h"
#include "config/secrets.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_config {

void run(std::string_view input);

namespace {

constexpr const char* kSecret = "kR7vX2pQ9sT4wZ";

std::optional<std::string> environment(const std::string& name) {
    if (name == "SECRET") return kSecret;
    if (name == "PORT") return "8080";
    if (name == "EMPTY") return "";
    return std::nullopt;
}

std::string words_of(const config::Loaded& loaded) {
    std::string out = loaded.config ? "usable\n" : "not usable\n";
    for (const auto& finding : loaded.findings) out += config::format(finding) + '\n';
    if (!loaded.config) return out;
    for (const auto& channel : loaded.config->channels) out += channel.code + ' ' + channel.settings_json + '\n';
    return out;
}

}  // namespace

void run(std::string_view input) {
    // A file that a secret is read from may be any of this machine's.
    if (input.find("file:") != std::string_view::npos) return;
    const auto loaded = config::parse(input, "/nowhere/crossdock.toml", environment);
    const auto lines = static_cast<int>(std::count(input.begin(), input.end(), '\n')) + 1;
    bool failed = false;
    for (const auto& finding : loaded.findings) {
        failed = failed || finding.severity == config::Severity::error;
        check(finding.line >= 1 && finding.line <= lines && finding.column >= 1, "a finding stands in the file");
        check(!finding.message.empty() && is_valid_utf8(finding.message), "a finding is told in text");
        // Unless the file itself has it, where no secret belongs.
        check(input.find(kSecret) != std::string_view::npos || finding.message.find(kSecret) == std::string::npos,
              "a finding tells no secret");
    }
    check(std::is_sorted(loaded.findings.begin(), loaded.findings.end(),
                         [](const auto& a, const auto& b) {
                             return std::pair{a.line, a.column} < std::pair{b.line, b.column};
                         }),
          "findings stand in the order of the file");
    check(loaded.config.has_value() == !failed, "there is a configuration exactly when there is no error");
    check_same(words_of(config::parse(input, "/nowhere/crossdock.toml", environment)), words_of(loaded),
               "reading twice gives the same");
    if (loaded.config)
        for (const auto& channel : loaded.config->channels) {
            check(nlohmann::json::parse(channel.settings_json).is_object(), "a channel's settings are an object");
            const auto at = config::position_of(channel, "settings.nothing");
            check(at.line >= 1 && at.line <= lines, "a place is in the file");
            check(channel.code.size() >= 2 && channel.code.size() <= 32, "a channel has a code");
        }
    if (const auto expanded = config::expand(input, environment))
        check(expanded->from_environment || expanded->text.size() <= input.size(), "what is not replaced stays");
}

}  // namespace crossdock::fuzz::on_config
