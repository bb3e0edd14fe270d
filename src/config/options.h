// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "config/config.h"

/// One table of every option. It drives reading, suggestions for unknown keys, the file that `crossdock init` writes,
/// and the reference page.
namespace crossdock::config {

enum class Kind {
    text,
    flag,      // true or false
    count,     // a whole number between `least` and `most`
    size,      // "10MB"
    interval,  // "5m" or "off"
    listen,    // "127.0.0.1:8080"
    url,
    path,  // relative to the config file
    code,
    word,     // one of `words`
    hosts,    // a list of host names
    targets,  // a list of addresses, networks and host names
    origins,  // a list of web origins
    codes     // a list of codes
};

/// A checked value, ready to be stored.
using Value = std::variant<std::string, bool, std::int64_t, Interval, Listen, std::vector<std::string>>;

/// Where a value goes: `channel` or `plan` is the one being read when the option belongs to one, else null.
struct Target {
    Config& config;
    Channel* channel = nullptr;
    Plan* plan = nullptr;
};

struct Option {
    std::string_view
        section;  // "server", "server.tls", …; "channel" is a [[channel]] element, "plans.name" one of [plans]
    std::string_view name;
    Kind kind = Kind::text;
    std::string_view standard;  // what holds when the key is absent, as TOML: "\"info\"", "5"; empty when there is none
    std::string_view example;   // as TOML, for the written file; empty: the standard value
    bool required = false;
    std::string_view help;
    void (*store)(Target, Value);
    std::vector<std::string> words = {};
    std::int64_t least = 0;
    std::int64_t most = 0;
};

struct Section {
    std::string_view name;    // "channel.sync"
    std::string_view header;  // "[channel.sync]"
    bool active;              // written without a comment sign by `init`
    std::string_view help;
};

/// In the order in which the file is written.
const std::vector<Section>& sections();
const std::vector<Option>& options();

const Option* find_option(std::string_view section, std::string_view name);
/// The names of the options of a section and of the tables below it: of "server" also "tls".
std::vector<std::string> known_keys(std::string_view section);
/// The header to write for a section: "channel" is "[[channel]]".
std::string header_of(std::string_view section);

/// What a kind of option wants, for messages: "text", "true or false", "a whole number", "a list of texts".
std::string_view wanted_type(Kind kind);
/// The same for the reference page, with the form: "text, an interval such as \"5m\" or \"off\"".
std::string describe(const Option& option);

/// Checks what the file says. `raw` has the right type already (text for everything but flag, count and the lists).
/// Errors: invalid; the message completes "<name> …".
Result<Value> check_value(const Option& option, Value raw);

}  // namespace crossdock::config
