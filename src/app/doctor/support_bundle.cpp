// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/support_bundle.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/doctor/closed_database.h"
#include "app/doctor/mask.h"
#include "app/doctor/status.h"
#include "app/doctor/zip.h"
#include "app/look_commands.h"
#include "app/versions.h"
#include "base/text.h"
#include "config/secrets.h"
#include "db/migrator.h"
#include "platform/file.h"
#include "platform/process.h"

namespace crossdock::app::doctor {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::streamoff kMostOfALog = 5 * 1024 * 1024;
constexpr std::size_t kMostOfAConfig = 1024 * 1024;

std::string dump(const json& value) { return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n"; }

/// The end of a file, from the beginning of a line on. Empty when it cannot be read.
std::string tail_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) return {};
    const std::streamoff size = in.tellg();
    const std::streamoff from = std::max<std::streamoff>(0, size - kMostOfALog);
    in.seekg(from);
    std::string text(static_cast<std::size_t>(size - from), '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (from > 0) text.erase(0, text.find('\n') + 1);
    return text;
}

/// Files of the log, newest first: "crossdock.log" and what it was rotated to, "crossdock.1.log".
std::vector<fs::path> log_files(const std::string& config_file, const std::optional<config::Config>& config) {
    fs::path file = config ? fs::path{config->log.file} : fs::path{};
    // Where a service of Windows writes when nothing else is said.
    if (file.empty()) file = fs::path{config_file}.parent_path() / "log" / "crossdock.log";
    std::vector<fs::path> files{file};
    files.push_back(file.parent_path() / (file.stem().string() + ".1" + file.extension().string()));
    return files;
}

struct Figures {
    json figures = nullptr, dead_letters = nullptr;
    std::string metrics, schema, why;  // `why` they are missing
    std::vector<std::string> buyers;
};

Figures take(json all) {
    Figures found;
    found.dead_letters = all.value("dead_letters", json::array());
    found.metrics = all.value("metrics", "");
    found.schema = all.value("schema_text", "");
    found.buyers = all.value("buyers", std::vector<std::string>{});
    for (const char* apart : {"dead_letters", "metrics", "schema_text", "buyers"}) all.erase(apart);
    found.figures = std::move(all);
    return found;
}

Figures figures_of(const World& world, const config::Config& config) {
    Figures none;
    if (world.owner_of(config.database.path)) {
        auto answer = world.ask_hub(config.database.path, "hub.figures", json::object());
        if (answer) return take(std::move(*answer));
        none.why = answer.error().message;
        return none;
    }
    const auto opened = db::ClosedFile::open(config.database.path, {}, db::ClosedFile::Log::read);
    if (!opened) {
        none.why = opened.error().message;
        return none;
    }
    try {
        return (*opened)->read([&](db::Session& session) {
            json all = figures_of_rows(session);
            if ((*opened)->schema() == db::newest_schema()) {
                all["dead_letters"] = dead_letters_of(session);
                all["buyers"] = buyers_words(session);
            }
            return take(std::move(all));
        });
    } catch (const db::Failure& failure) {
        none.why = failure.what();
        return none;
    }
}

json versions_of(const World& world) {
    json versions{{"crossdock", world.version}};
    for (const auto& [name, version] : library_versions()) versions[name] = version;
    const platform::Machine machine = platform::machine();
    versions["system"] = machine.system;
    versions["processor"] = machine.processor;
    versions["processors"] = machine.processors;
    versions["memory_bytes"] = machine.memory_bytes;
    return versions;
}

std::string list_of(const std::vector<SupportBundle::Member>& members, Timestamp now, const std::string& notes) {
    std::string text =
        "What crossdock support-bundle collected at " + format_rfc3339(now) +
        ". It was sent to nobody. Look it through before you send it.\n\nSecrets, names, addresses, e-mail addresses "
        "and phone "
        "numbers were taken out: (secret), (person), (e-mail),\n(number), (masked), (quoted) stand in their place.\n\n";
    for (const auto& member : members) text += member.name + ": " + member.what + "\n";
    return text + (notes.empty() ? "" : "\n" + notes);
}

/// A channel's own words often quote what they complain of, and that may be an address.
std::string without_quotes(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t end = text[at] == '"' || text[at] == '\'' ? text.find(text[at], at + 1) : std::string::npos;
        // An apostrophe inside a word opens nothing.
        const bool inside =
            at > 0 && text[at] == '\'' && text[at - 1] != ' ' && text[at - 1] != '(' && text[at - 1] != ':';
        if (end == std::string::npos || inside) {
            out += text[at];
        } else {
            out += "(quoted)";
            at = end;
        }
    }
    return out;
}

}  // namespace

SupportBundle collect(const World& world, const std::string& config_file) {
    SupportBundle bundle;
    std::string notes;
    std::vector<std::string> secrets;
    const auto text = platform::read_file(config_file, kMostOfAConfig);
    const MaskedConfig masked = text ? mask_config(to_valid_utf8(*text)) : MaskedConfig{};
    secrets = masked.taken_out;
    config::LoadOptions options;
    options.need_secrets = false;
    const config::Loaded loaded = config::load(config_file, world.environment, options);
    if (loaded.config)
        for (const config::Channel& channel : loaded.config->channels)
            for (const auto& [name, secret] : channel.credentials)
                if (config::is_secret_name(name) && secret.reveal() != config::kNotHere)
                    secrets.emplace_back(secret.reveal());

    Figures figures;
    if (loaded.config)
        figures = figures_of(world, *loaded.config);
    else
        figures.why = "the config file cannot be used";
    const Mask mask(secrets, figures.buyers);
    const auto add = [&](std::string name, std::string what, std::string_view content) {
        bundle.members.push_back({std::move(name), std::move(what), mask.apply(to_valid_utf8(content))});
    };

    const Report report = examine(world, config_file);
    add("doctor.txt", "what crossdock doctor says", to_text(report, false));
    add("doctor.json", "the same, for programs", dump(to_json(report)));
    if (loaded.config) {
        const json status = status_of(world, *loaded.config);
        add("status.txt", "what crossdock status says", status_text(status, world.clock.now()));
        add("status.json", "the same, for programs", dump(status));
    }
    add("versions.json", "versions of the program, of the libraries inside, and of the machine",
        dump(versions_of(world)));
    if (text)
        add("config.toml", "the config file without secrets and comments", masked.text);
    else
        notes += "The config file could not be read: " + text.error().message + "\n";
    if (!figures.figures.is_null()) {
        add("figures.json", "how many rows each table has, and the size of the database", dump(figures.figures));
        add("schema.sql", "the tables and indexes of the database, without rows", figures.schema);
        for (json& letter : figures.dead_letters) letter["error"] = without_quotes(letter.value("error", ""));
        add("dead_letters.json", "the last 200 jobs that were given up: what kind, and why; not what they carried",
            dump(figures.dead_letters));
    } else {
        notes += "Figures of the database are missing: " + figures.why + "\n";
    }
    if (!figures.metrics.empty()) add("metrics.txt", "the figures of /metrics", figures.metrics);
    bool logged = false;
    for (const fs::path& file : log_files(config_file, loaded.config))
        if (const std::string log = tail_of(file); !log.empty()) {
            add("log/" + file.filename().string(), "the end of the log " + file.string(), log);
            logged = true;
        }
    if (!logged) {
        if (const auto journal = platform::service_journal(); journal && !journal->empty())
            add("log/journal.txt", "the last 5000 lines of the service's journal", *journal);
        else
            notes +=
                "There is no log here: it goes to where standard error of the hub goes. Add it by hand; it is in: " +
                platform::habits().log + "\n";
    }
    bundle.members.insert(bundle.members.begin(), {"README.txt", "this list", ""});
    bundle.members.front().content = list_of(bundle.members, world.clock.now(), mask.apply(notes));
    return bundle;
}

std::string pack(const SupportBundle& bundle, Timestamp now) {
    ZipArchive archive(now);
    for (const SupportBundle::Member& member : bundle.members)
        archive.add("crossdock-support/" + member.name, member.content);
    return std::move(archive).finish();
}

}  // namespace crossdock::app::doctor
