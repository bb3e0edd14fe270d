// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "config/environment.h"

/// The config file: one TOML file is the only authority for server, database, log, channels and schedules. What can be
/// written there is the table in config/options.h.
namespace crossdock::config {

enum class Severity { error, warning };

/// A place in the config file; the first line and column are 1.
struct Position {
    int line = 1;
    int column = 1;
    friend bool operator==(const Position&, const Position&) = default;
};

/// Something an operator should know about the file. Never contains a secret.
struct Finding {
    std::string file;
    int line = 1;
    int column = 1;
    Severity severity = Severity::error;
    std::string message;
};
/// "crossdock.toml:12:8: message"; a warning says so: "crossdock.toml:12:8: warning: message".
std::string format(const Finding& finding);

/// Where a server listens. `host` is an address or name without brackets; port 0 lets the system choose.
struct Listen {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8080;
    bool loopback = true;  // reachable from this machine only
    friend bool operator==(const Listen&, const Listen&) = default;
};
/// "127.0.0.1:8080", "[::1]:8080".
std::string to_string(const Listen& listen);

struct Tls {
    std::string certificate;  // PEM files, absolute
    std::string private_key;
    std::string min_version = "1.2";
    Position certificate_at = {};  // where they stand in the config file
    Position private_key_at = {};
    friend bool operator==(const Tls& a, const Tls& b) {
        return a.certificate == b.certificate && a.private_key == b.private_key && a.min_version == b.min_version;
    }
};

struct Server {
    Listen listen;
    bool allow_plain_http = false;
    std::optional<Tls> tls;
    std::string public_url;                  // without a trailing slash; empty when channels cannot reach us
    std::vector<std::string> allowed_hosts;  // names accepted in Host besides loopback and the listen address
    std::vector<std::string> cors_origins;   // web pages that may call /v2
    friend bool operator==(const Server&, const Server&) = default;
};

struct Database {
    std::string path = "crossdock.db";  // absolute after load
    friend bool operator==(const Database&, const Database&) = default;
};

enum class LogLevel { trace, debug, info, warn, error };
enum class LogFormat { text, json };

struct Log {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    std::string file;                          // empty: standard error; absolute after load
    std::int64_t max_size = 10 * 1024 * 1024;  // bytes, then the file is rotated
    std::int64_t keep = 5;                     // rotated files kept
    bool requests = true;                      // a line for every request
    friend bool operator==(const Log&, const Log&) = default;
};

/// The log of events.
struct Events {
    std::int64_t keep_days = 90;
    std::int64_t low_stock = 5;  // units at which stock is called low
    friend bool operator==(const Events&, const Events&) = default;
};

/// Backups that the hub makes by itself.
struct Backup {
    std::string folder;                                                   // absolute after load; empty: none
    std::optional<std::chrono::milliseconds> every = std::chrono::hours{24};  // none: only when asked
    std::int64_t keep_days = 7;
    std::int64_t keep_weeks = 4;
    friend bool operator==(const Backup&, const Backup&) = default;
};

/// What is forgotten after so many days; 0: never.
struct Retention {
    std::int64_t personal_days = 0;
    std::int64_t version_days = 0;
    std::int64_t attempt_days = 90;
    friend bool operator==(const Retention&, const Retention&) = default;
};

enum class ExchangeFormat { csv, jsonl, xml };
enum class ExchangeCharset { utf8, windows_1252 };
enum class ExchangeComplete { quiet, done, manifest };

/// Files for an ERP that cannot speak HTTP.
struct Exchange {
    std::string folder;  // absolute after load; empty: none
    std::string account = "default";
    ExchangeFormat format = ExchangeFormat::csv;
    ExchangeCharset charset = ExchangeCharset::utf8;
    std::optional<std::chrono::milliseconds> every = std::chrono::seconds{30};  // never none after load
    ExchangeComplete complete = ExchangeComplete::quiet;
    std::int64_t keep_days = 30;
    std::int64_t max_orders = 500;
    bool orders = true, refunds = true, acks = true, stock = true, shipments = true;
    bool ack_on_write = false;
    Position at = {};  // of `folder`
    friend bool operator==(const Exchange&, const Exchange&) = default;
};

/// Events that are sent to others.
struct Webhooks {
    std::vector<std::string> allow;  // addresses, networks and host names inside the house that they may be sent to
    std::int64_t keep_days = 30;     // deliveries and their attempts
    friend bool operator==(const Webhooks&, const Webhooks&) = default;
};

/// How often a stream is pulled; none means "off".
using Interval = std::optional<std::chrono::milliseconds>;

struct Sync {
    Interval orders = std::chrono::minutes{1};
    Interval refunds = std::chrono::minutes{5};
    Interval catalog = std::chrono::hours{1};
    Interval carriers = std::chrono::hours{24 * 7};
    Interval reconcile = std::chrono::hours{24};
    Interval fba = std::chrono::hours{1};
    friend bool operator==(const Sync&, const Sync&) = default;
};

/// A credential whose text stands elsewhere and cannot be had by this process.
struct UnreadSecret {
    std::string path;    // "credentials.access_token"
    std::string source;  // as written: "file:${CREDENTIALS_DIRECTORY}/channels_token", "${SHOPIFY_TOKEN}"
    std::string why;     // completes the path: "needs the environment variable SHOPIFY_TOKEN, which is not set"
    friend bool operator==(const UnreadSecret&, const UnreadSecret&) = default;
};

struct Channel {
    std::string code;
    std::string provider;
    std::string account = "default";
    std::string base_url;  // empty: the provider's production address; without a trailing slash
    bool enabled = true;
    std::vector<std::string> another_shop_than;               // codes of channels that this file does not name any more
    std::vector<std::pair<std::string, Secret>> credentials;  // in the order of the file; tables in it as "outer.inner"
    std::string settings_json = "{}";                         // [channel.settings] as a JSON object
    Sync sync;
    /// Among `credentials` as kNotHere: only with LoadOptions::need_secrets = false, and in Loaded::rest those that are
    /// an error, by their path alone.
    std::vector<UnreadSecret> unread;
    std::vector<std::string> secret_files;  // that credentials were read from

    Position at;                                          // of its [[channel]]
    std::map<std::string, Position, std::less<>> key_at;  // of "code", "credentials.shop", "settings.location_id", …
};

/// Also by their secrets, which is why it is not for what others show us: it takes longer the more is the same.
bool operator==(const Channel& a, const Channel& b);

/// How much an API key may ask that names this plan. At least one of them is there.
struct Plan {
    std::optional<std::int64_t> requests_per_day, requests_per_hour, burst_per_minute;
    friend bool operator==(const Plan&, const Plan&) = default;
};

struct Config {
    std::string file;  // as given to load
    Server server;
    Database database;
    Backup backup;
    Retention retention;
    Log log;
    Events events;
    Exchange exchange;
    Webhooks webhooks;
    std::vector<Channel> channels;
    std::map<std::string, Plan, std::less<>> plans;  // by name
    friend bool operator==(const Config&, const Config&) = default;
};

/// Where `path` ("credentials.access_token") stands; when it is not in the file, where its table or its channel does.
Position position_of(const Channel& channel, std::string_view path);
/// A finding about a channel's setup that others made (a connector's check_setup). When the message begins with the
/// path of a key ("credentials.access_token is missing"), the finding stands at that key or its table, else at the
/// channel.
Finding finding_about(const Config& config, const Channel& channel, Severity severity, std::string message);

struct Loaded {
    std::optional<Config> config;   // only when there is no error among the findings
    std::vector<Finding> findings;  // every one there is, by position
    std::optional<Config> rest = {};  // with errors: what could be read beside them, so that others can find more
};

struct LoadOptions {
    /// Secrets that other users of the machine can read are errors instead of warnings.
    bool strict = false;
    /// Otherwise a credential that cannot be had here is no error and is noted in Channel::unread: for commands that
    /// ask no channel, and run where the service's secrets are not.
    bool need_secrets = true;
};

/// What stands in for a credential that cannot be had here.
inline constexpr std::string_view kNotHere = "(not to be had here)";

/// Reads and checks the file. Relative paths in it are relative to its folder.
Loaded load(const std::string& path, const Environment& environment, LoadOptions options = {});

/// The same for text already at hand; `path` names it in findings and is where relative paths start.
/// `readable_by_others` says what the file's permissions allow.
Loaded parse(std::string_view text, const std::string& path, const Environment& environment, LoadOptions options = {},
             bool readable_by_others = false);

}  // namespace crossdock::config
