// SPDX-License-Identifier: Apache-2.0
#include "config/read_toml.h"

// A header like "[$x]" breaks an assertion of version 3.3 before the check behind it answers with an error.
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.h"
#include "config/config.h"
#include "config/options.h"
#include "config/secrets.h"
#include "config/values.h"

namespace crossdock::config {

namespace {

Position to_position(const toml::source_region& source) {
    return Position{static_cast<int>(std::max<toml::source_index>(source.begin.line, 1)),
                    static_cast<int>(std::max<toml::source_index>(source.begin.column, 1))};
}
Position position_of(const toml::node& node) { return to_position(node.source()); }

/// What a node is, in an operator's words.
std::string_view name_of_type(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::none: return "nothing";
        case toml::node_type::table: return "a table";
        case toml::node_type::array: return node.is_array_of_tables() ? "a list of tables" : "a list";
        case toml::node_type::string: return "text";
        case toml::node_type::integer: return "a number";
        case toml::node_type::floating_point: return "a number with a fraction";
        case toml::node_type::boolean: return "true or false";
        case toml::node_type::date: return "a date";
        case toml::node_type::time: return "a time of day";
        case toml::node_type::date_time: return "a date with time";
    }
    return "something else";
}

/// A table of its own, written [name].
bool is_plain_section(std::string_view name) {
    return std::any_of(sections().begin(), sections().end(), [&](const Section& section) {
        return section.name == name && section.header == "[" + std::string{name} + "]";
    });
}

bool is_list(Kind kind) { return kind == Kind::hosts || kind == Kind::targets || kind == Kind::origins; }

std::string in_quotes(std::string_view word) { return '"' + to_valid_utf8(word) + '"'; }

template <class T>
std::string to_text(const T& value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/// One pass over the parsed file: every method adds findings and goes on.
class Reader {
public:
    Reader(std::string file, const Environment& environment, LoadOptions options, bool readable_by_others)
        : environment_(environment), options_(options), readable_by_others_(readable_by_others) {
        config_.file = std::move(file);
        std::error_code error;
        const auto absolute = std::filesystem::absolute(config_.file, error);
        folder_ = (error ? std::filesystem::path{config_.file} : absolute).parent_path().string();
        // The standard path must be absolute as well, though nobody wrote it.
        config_.database.path = resolve(config_.database.path);
    }

    void read_file(const toml::table& root) {
        for (const auto& [key, node] : root) {
            const std::string_view name = key.str();
            if (name == "channel") {
                read_channels(node);
            } else if (name == "plans") {
                read_plans(node);
            } else if (is_plain_section(name)) {
                if (const toml::table* table = expect_table(node, name)) read_section(*table, name, nullptr);
            } else {
                unknown_key("", key);
            }
        }
        check_listen(root);
        check_codes();
    }

    Loaded finish() && {
        Loaded out;
        std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
            return std::pair{a.line, a.column} < std::pair{b.line, b.column};
        });
        const bool failed = std::any_of(findings_.begin(), findings_.end(),
                                        [](const Finding& finding) { return finding.severity == Severity::error; });
        if (!failed) out.config = std::move(config_);
        out.findings = std::move(findings_);
        return out;
    }

    void add(Severity severity, Position at, std::string message) {
        findings_.push_back(Finding{config_.file, at.line, at.column, severity, std::move(message)});
    }
    void error(Position at, std::string message) { add(Severity::error, at, std::move(message)); }

private:
    std::string resolve(const std::string& path) const {
        return (std::filesystem::path{folder_} / path).lexically_normal().string();
    }

    const toml::table* expect_table(const toml::node& node, std::string_view section) {
        if (const toml::table* table = node.as_table()) return table;
        error(position_of(node), std::string{section} + " must be a table, is " + std::string{name_of_type(node)} +
                                     ": write " + header_of(section) + " and its keys below");
        return nullptr;
    }

    void unknown_key(std::string_view section, const toml::key& key) {
        const std::string name{key.str()};
        const auto known = known_keys(section);
        std::string message = "unknown key " + in_quotes(name) + (section.empty() ? "" : " in " + header_of(section));
        std::string likely = to_lower(name);
        std::replace(likely.begin(), likely.end(), '-', '_');
        const std::string meant = nearest(likely, known);
        std::string home;
        for (const Option& option : options())
            if (option.name == likely && option.section != section && home.empty()) home = header_of(option.section);
        for (const Section& other : sections())
            if (other.name.ends_with("." + likely) && home.empty()) home = other.header;
        const bool is_credential = section == "channel" && is_secret_name(name) && home.empty() && meant.empty();
        if (!home.empty() && meant != likely)
            message += "; it belongs in " + home;
        else if (!meant.empty())
            message += "; did you mean " + in_quotes(meant) + "?";
        else if (is_credential)
            message += "; what the provider asks for belongs in [channel.credentials] or [channel.settings]";
        else
            message += "; known here: " + join(known);
        error(to_position(key.source()), std::move(message));
    }

    static std::string join(const std::vector<std::string>& words) {
        std::string out;
        for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
        return out;
    }

    /// Replaces ${NAME}; none (with a finding) when that failed.
    std::optional<Expanded> expand_at(const std::string& text, Position at, std::string_view what) {
        auto expanded = expand(text, environment_);
        if (expanded) return std::move(*expanded);
        error(at, std::string{what} + " " + expanded.error().message);
        return std::nullopt;
    }

    /// The node as the type its option wants; none (with a finding) when it is another.
    std::optional<Value> raw_value(const Option& option, const toml::node& node) {
        if (option.kind == Kind::flag) {
            if (const auto* flag = node.as_boolean()) return Value{flag->get()};
        } else if (option.kind == Kind::count) {
            if (const auto* number = node.as_integer()) return Value{number->get()};
        } else if (is_list(option.kind)) {
            if (const auto* list = node.as_array()) return raw_list(option, *list);
        } else if (const auto* text = node.as_string()) {
            auto expanded = expand_at(text->get(), position_of(node), option.name);
            if (!expanded) return std::nullopt;
            return Value{std::move(expanded->text)};
        }
        std::string message = std::string{option.name} + " must be " + std::string{wanted_type(option.kind)} + ", is " +
                              std::string{name_of_type(node)};
        const bool wants_list = is_list(option.kind);
        if (wants_list && node.is_string())
            message += ": put it in brackets";
        else if (node.is_number() && option.kind != Kind::count && option.kind != Kind::flag && !wants_list)
            message += ": put it in quotes";
        error(position_of(node), std::move(message));
        return std::nullopt;
    }

    std::optional<Value> raw_list(const Option& option, const toml::array& list) {
        std::vector<std::string> out;
        bool complete = true;
        for (const toml::node& node : list) {
            const auto* text = node.as_string();
            if (text == nullptr) {
                error(position_of(node),
                      std::string{option.name} + " must list texts, has " + std::string{name_of_type(node)});
                complete = false;
            } else if (auto expanded = expand_at(text->get(), position_of(node), option.name)) {
                out.push_back(std::move(expanded->text));
            } else {
                complete = false;
            }
        }
        return complete ? std::optional<Value>{std::move(out)} : std::nullopt;
    }

    /// The options of one table; what is below it goes to its own method. `channel` is null outside of channels.
    void read_section(const toml::table& table, std::string_view section, Channel* channel, Plan* plan = nullptr) {
        for (const auto& [key, node] : table) {
            const std::string_view name = key.str();
            if (channel != nullptr) channel->key_at.emplace(key_path(section, name), to_position(key.source()));
            if (section == "server" && name == "tls") {
                if (const toml::table* below = expect_table(node, "server.tls")) {
                    read_section(*below, "server.tls", nullptr);
                    check_tls_files(*below);
                }
            } else if (section == "channel" && name == "credentials") {
                if (const toml::table* below = expect_table(node, "channel.credentials"))
                    read_credentials(*below, "", *channel);
            } else if (section == "channel" && name == "settings") {
                if (const toml::table* below = expect_table(node, "channel.settings")) read_settings(*below, *channel);
            } else if (section == "channel" && name == "sync") {
                if (const toml::table* below = expect_table(node, "channel.sync"))
                    read_section(*below, "channel.sync", channel);
            } else if (const Option* option = find_option(section, name)) {
                read_option(*option, node, channel, plan);
            } else {
                unknown_key(section, key);
            }
        }
        for (const Option& option : options())
            if (option.section == section && option.required && !table.contains(option.name))
                error(position_of(table), header_of(section) + " needs " + std::string{option.name} + ", such as " +
                                              std::string{option.name} + " = " + std::string{option.example});
    }

    /// How key_at spells a key of a channel: "code", "sync.orders".
    static std::string key_path(std::string_view section, std::string_view name) {
        const std::string_view below = section.substr(std::min(section.size(), std::string_view{"channel."}.size()));
        return (below.empty() ? "" : std::string{below} + ".") + std::string{name};
    }

    void read_option(const Option& option, const toml::node& node, Channel* channel, Plan* plan) {
        auto raw = raw_value(option, node);
        if (!raw) return;
        auto value = check_value(option, std::move(*raw));
        if (!value) return error(position_of(node), std::string{option.name} + " " + value.error().message);
        if (option.kind == Kind::path) *value = Value{resolve(std::get<std::string>(*value))};
        if (option.kind == Kind::url && option.section == "channel") {
            const auto& url = std::get<std::string>(*value);
            if (url.starts_with("http://") && !is_loopback(host_of(url)))
                add(Severity::warning, position_of(node),
                    std::string{option.name} +
                        " is http:// to another machine: credentials and orders travel readable");
        }
        option.store(Target{config_, channel, plan}, std::move(*value));
    }

    void check_tls_files(const toml::table& table) {
        for (const std::string_view name : {"certificate", "private_key"}) {
            const toml::node* node = table.get(name);
            if (node == nullptr || !node->is_string() || !config_.server.tls) continue;
            const std::string& path =
                name == "certificate" ? config_.server.tls->certificate : config_.server.tls->private_key;
            std::error_code failed;
            if (!path.empty() && !std::filesystem::is_regular_file(path, failed))
                error(position_of(*node),
                      std::string{name} + " needs the file " + path + ", which is not there or not a file");
            else if (name == "private_key" && is_readable_by_others(path))
                exposed(position_of(*node),
                        "the private key " + path + " can be read by every user of this machine: chmod o-r it");
        }
    }

    void read_channels(const toml::node& node) {
        const toml::array* list = node.as_array();
        if (list == nullptr || (!list->empty() && !node.is_array_of_tables())) {
            error(position_of(node), node.is_table()
                                         ? "[channel] must be [[channel]], with two brackets: there can be several"
                                         : "channel must be a list of tables, is " + std::string{name_of_type(node)} +
                                               ": write [[channel]] and its keys below");
            return;
        }
        for (const toml::node& element : *list) {
            Channel channel;
            channel.at = position_of(element);
            read_section(*element.as_table(), "channel", &channel);
            config_.channels.push_back(std::move(channel));
        }
    }

    void read_plans(const toml::node& node) {
        const toml::table* plans = node.as_table();
        if (plans == nullptr) {
            error(position_of(node), "plans must hold tables, is " + std::string{name_of_type(node)} +
                                         ": write [plans.growth] and its keys below");
            return;
        }
        for (const auto& [key, below] : *plans) {
            const std::string name{key.str()};
            const toml::table* table = below.as_table();
            if (table == nullptr) {
                error(position_of(below), "plans." + name + " must be a table, is " + std::string{name_of_type(below)} +
                                              ": write [plans.growth] and its keys below");
            } else if (const auto checked = parse_code(name); !checked) {
                error(to_position(key.source()), "the plan's name " + in_quotes(name) + " " + checked.error().message);
            } else {
                Plan plan;
                read_section(*table, "plans.name", nullptr, &plan);
                if (table->empty())
                    error(to_position(key.source()), "plan " + in_quotes(name) + " limits nothing: give it one of " +
                                                         join(known_keys("plans.name")));
                config_.plans.emplace(name, plan);
            }
        }
    }

    void exposed(Position at, std::string message) {
        add(options_.strict ? Severity::error : Severity::warning, at, std::move(message));
    }

    static std::string name_of(const Channel& channel) {
        return channel.code.empty() ? "" : " of channel " + channel.code;
    }

    void read_credentials(const toml::table& table, const std::string& prefix, Channel& channel) {
        for (const auto& [key, node] : table) {
            const std::string name = prefix + std::string{key.str()};
            const std::string path = "credentials." + name;
            channel.key_at.emplace(path, to_position(key.source()));
            if (const toml::table* below = node.as_table()) {
                read_credentials(*below, name + ".", channel);
            } else if (const auto* text = node.as_string()) {
                if (auto secret = read_secret(text->get(), position_of(node), path, channel))
                    channel.credentials.emplace_back(name, Secret{std::move(*secret)});
            } else if (const auto* number = node.as_integer()) {
                channel.credentials.emplace_back(name, Secret{std::to_string(number->get())});
                check_exposed(node, path, channel);
            } else if (const auto* flag = node.as_boolean()) {
                channel.credentials.emplace_back(name, Secret{flag->get() ? "true" : "false"});
            } else {
                error(position_of(node), path + " must be text, is " + std::string{name_of_type(node)});
            }
        }
    }

    void check_exposed(const toml::node& node, const std::string& path, const Channel& channel) {
        if (readable_by_others_ && is_secret_name(path))
            exposed(position_of(node),
                    path + name_of(channel) +
                        " stands in a file that every user of this machine can read: chmod 640 the file, or "
                        "write \"${NAME}\" or \"file:/path\" instead");
    }

    std::optional<std::string> read_secret(const std::string& text, Position at, const std::string& path,
                                           const Channel& channel) {
        const std::string what = path + name_of(channel);
        auto expanded = expand_at(text, at, what);
        if (!expanded) return std::nullopt;
        // Only what the file itself says can name a file: a token that happens to start with "file:" is a token.
        if (names_file(text)) {
            auto from_file = read_secret_file(expanded->text, folder_);
            if (!from_file) {
                error(at, what + " " + from_file.error().message);
                return std::nullopt;
            }
            if (from_file->readable_by_others && is_secret_name(path))
                exposed(at, what + " comes from " + from_file->path +
                                ", which every user of this machine can read: chmod 640 it");
            return std::move(from_file->text);
        }
        if (trim(expanded->text).empty()) {
            error(at, what + " is empty" +
                          (expanded->from_environment ? ": the environment variable it names is set to nothing" : ""));
            return std::nullopt;
        }
        if (!expanded->from_environment && readable_by_others_ && is_secret_name(path))
            exposed(at, what +
                            " stands in a file that every user of this machine can read: chmod 640 the file, or write "
                            "\"${NAME}\" or \"file:/path\" instead");
        return std::move(expanded->text);
    }

    void read_settings(const toml::table& table, Channel& channel) {
        channel.settings_json = settings_object(table, "settings", channel).dump();
    }

    nlohmann::json settings_object(const toml::table& table, const std::string& path, Channel& channel) {
        nlohmann::json out = nlohmann::json::object();
        for (const auto& [key, node] : table) {
            const std::string below = path + "." + std::string{key.str()};
            channel.key_at.emplace(below, to_position(key.source()));
            out[std::string{key.str()}] = settings_value(node, below, channel);
        }
        return out;
    }

    nlohmann::json settings_value(const toml::node& node, const std::string& path, Channel& channel) {
        switch (node.type()) {
            case toml::node_type::table: return settings_object(*node.as_table(), path, channel);
            case toml::node_type::array: {
                nlohmann::json out = nlohmann::json::array();
                for (const toml::node& element : *node.as_array())
                    out.push_back(settings_value(element, path, channel));
                return out;
            }
            case toml::node_type::string: {
                auto expanded = expand_at(node.as_string()->get(), position_of(node), path);
                return expanded ? nlohmann::json(std::move(expanded->text)) : nlohmann::json(nullptr);
            }
            case toml::node_type::integer: return node.as_integer()->get();
            case toml::node_type::floating_point: {
                const double number = node.as_floating_point()->get();
                if (!std::isfinite(number)) error(position_of(node), path + " must be a finite number");
                return number;
            }
            case toml::node_type::boolean: return node.as_boolean()->get();
            case toml::node_type::date: return to_text(node.as_date()->get());
            case toml::node_type::time: return to_text(node.as_time()->get());
            case toml::node_type::date_time: return to_text(node.as_date_time()->get());
            case toml::node_type::none: break;
        }
        return nullptr;
    }

    void check_listen(const toml::table& root) {
        const Server& server = config_.server;
        if (server.listen.loopback || server.allow_plain_http) return;
        const toml::table* table = root["server"].as_table();
        if (table == nullptr || table->contains("tls")) return;  // what is wrong in [server.tls] has been said
        const toml::node* flag = table->get("allow_plain_http");
        if (flag != nullptr && !flag->is_boolean()) return;
        const toml::node* node = table->get("listen");
        error(
            node != nullptr ? position_of(*node) : position_of(*table),
            "listen = " + in_quotes(to_string(server.listen)) +
                " reaches beyond this machine without encryption: add [server.tls], or allow_plain_http = true if the "
                "network is trusted");
    }

    void check_codes() {
        std::map<std::pair<std::string, std::string>, Position> seen;
        for (const Channel& channel : config_.channels) {
            if (channel.code.empty()) continue;
            const Position at = config::position_of(channel, "code");
            const auto [first, is_new] = seen.emplace(std::pair{channel.account, channel.code}, at);
            if (!is_new)
                error(at, "channel code " + in_quotes(channel.code) + " is used twice in account " +
                              in_quotes(channel.account) + ": first at line " + std::to_string(first->second.line));
        }
    }

    Config config_;
    std::vector<Finding> findings_;
    const Environment& environment_;
    LoadOptions options_;
    bool readable_by_others_ = false;
    std::string folder_;  // of the config file, absolute
};

}  // namespace

Loaded read_toml(std::string_view text, const std::string& path, const Environment& environment, LoadOptions options,
                 bool readable_by_others) {
    Reader reader(path, environment, options, readable_by_others);
    try {
        reader.read_file(toml::parse(text, std::string_view{path}));
    } catch (const toml::parse_error& error) {
        reader.error(to_position(error.source()), "is not TOML here: " + to_valid_utf8(error.description()));
    }
    return std::move(reader).finish();
}

}  // namespace crossdock::config
