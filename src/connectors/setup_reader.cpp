// SPDX-License-Identifier: Apache-2.0
#include "connectors/setup_reader.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors {
namespace {

/// Settings that sync/ reads for every provider.
constexpr std::string_view kHubSettings[]{"location_id", "deduct_unacknowledged", "first_sync_days", "verify_stock"};

bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string unknown(std::string_view table, std::string_view name, const std::vector<std::string>& known) {
    std::string fault = std::string{table} + '.' + std::string{name} + " is not known";
    if (const std::string near = nearest(name, known); !near.empty()) return fault + "; did you mean \"" + near + "\"?";
    fault += "; known are";
    for (const auto& one : known) fault += " " + one;
    return fault;
}

bool is_url(std::string_view url) {
    return (url.starts_with("http://") && url.size() > 7) || (url.starts_with("https://") && url.size() > 8);
}

std::string settings_path(std::string_view name) { return "settings." + std::string{name}; }

}  // namespace

SetupReader::SetupReader(const ChannelSetup& setup) : setup_(setup) {
    for (const std::string_view name : kHubSettings) known_settings_.emplace_back(name);
    auto index = JsonIndex::parse(setup.settings_json);
    if (!index || !index->root().is_object()) {
        fault("settings", "are not a JSON object");
        return;
    }
    index_ = std::move(*index);
    settings_ = index_->root();
}

std::string SetupReader::base_url(std::string_view standard) {
    std::string url{setup_.base_url.empty() ? standard : std::string_view{setup_.base_url}};
    while (url.ends_with('/')) url.pop_back();
    if (!is_url(url)) fault("base_url", "must start with http:// or https://");
    return url;
}

Secret SetupReader::credential(std::string_view name) {
    if (!holds(known_credentials_, name)) known_credentials_.emplace_back(name);
    for (const auto& [given, secret] : setup_.credentials)
        if (given == name) return Secret{std::string{trim(secret.reveal())}};
    return Secret{};
}

Secret SetupReader::required_credential(std::string_view name, std::string_view advice) {
    Secret secret = credential(name);
    if (secret.empty()) fault("credentials." + std::string{name}, "is missing; " + std::string{advice});
    return secret;
}

JsonView SetupReader::value(std::string_view name) {
    if (!holds(known_settings_, name)) known_settings_.emplace_back(name);
    return settings_[name];
}

std::optional<std::string> SetupReader::text(std::string_view name) {
    const JsonView given = value(name);
    if (!given) return std::nullopt;
    if (given.is_number()) return std::string{given.word()};  // ids are often written without quotes
    auto read = given.filled_text();
    if (!read) fault(settings_path(name), "must be a text");
    return read;
}

bool SetupReader::flag(std::string_view name, bool standard) {
    const JsonView given = value(name);
    if (!given) return standard;
    if (!given.is_true() && !given.is_false()) fault(settings_path(name), "must be true or false");
    return given.is_true();
}

std::int64_t SetupReader::whole(std::string_view name, std::int64_t standard, std::int64_t least, std::int64_t most) {
    const JsonView given = value(name);
    if (!given) return standard;
    const auto number = given.integer();
    if (number && *number >= least && *number <= most) return *number;
    fault(settings_path(name), "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return standard;
}

std::string SetupReader::choice(std::string_view name, std::initializer_list<std::string_view> words) {
    const JsonView given = value(name);
    if (!given) return std::string{*words.begin()};
    for (const std::string_view word : words)
        if (given.word() == word) return std::string{word};
    std::string known;
    for (const std::string_view word : words) known += (known.empty() ? "\"" : ", \"") + std::string{word} + '"';
    fault(settings_path(name), "must be one of " + known);
    return std::string{*words.begin()};
}

std::vector<std::string> SetupReader::texts(std::string_view name) {
    const JsonView given = value(name);
    std::vector<std::string> out;
    if (!given) return out;
    if (!given.is_array()) fault(settings_path(name), "must be a list of texts");
    for (const JsonView one : given) {
        auto read = one.is_number() ? std::optional{std::string{one.word()}} : one.filled_text();
        if (read)
            out.push_back(std::move(*read));
        else
            fault(settings_path(name), "has an entry that is no text");
    }
    return out;
}

void SetupReader::fault(std::string_view path, std::string_view what) {
    faults_.push_back(std::string{path} + ' ' + std::string{what});
}

std::vector<std::string> SetupReader::faults() {
    look_for_unknown();
    return std::move(faults_);
}

void SetupReader::look_for_unknown() {
    for (const auto& [name, secret] : setup_.credentials)
        if (!holds(known_credentials_, name)) faults_.push_back(unknown("credentials", name, known_credentials_));
    if (!settings_.is_object()) return;
    for (auto it = settings_.begin(); it != settings_.end(); ++it)
        if (!holds(known_settings_, it.key())) faults_.push_back(unknown("settings", it.key(), known_settings_));
}

}  // namespace crossdock::connectors
