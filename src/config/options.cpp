// SPDX-License-Identifier: Apache-2.0
#include "config/options.h"

#include <algorithm>

#include "base/text.h"
#include "config/values.h"

namespace crossdock::config {

namespace {

// domain::kProviders in the same order; a test compares them, because config may not include domain.
const std::vector<std::string> kProviderWords{"shopify", "amazon", "walmart", "ebay", "shipstation"};
const std::vector<std::string> kLevelWords{"trace", "debug", "info", "warn", "error"};
const std::vector<std::string> kFormatWords{"text", "json"};
const std::vector<std::string> kExchangeFormats{"csv", "jsonl", "xml"};
const std::vector<std::string> kExchangeCharsets{"utf-8", "windows-1252"};
const std::vector<std::string> kExchangeComplete{"quiet", "done", "manifest"};
const std::vector<std::string> kTlsWords{"1.2", "1.3"};

constexpr std::int64_t kMostRequests = 1'000'000'000;

std::string text(Value value) { return std::get<std::string>(std::move(value)); }

Tls& tls(Target target) {
    auto& tls = target.config.server.tls;
    return tls ? *tls : tls.emplace();
}

LogLevel to_level(const std::string& word) {
    return static_cast<LogLevel>(std::find(kLevelWords.begin(), kLevelWords.end(), word) - kLevelWords.begin());
}

template <class Word>
Word to_word(const std::vector<std::string>& words, const std::string& word) {
    return static_cast<Word>(std::find(words.begin(), words.end(), word) - words.begin());
}

template <class T>
Result<Value> widen(Result<T> result) {
    if (!result) return result.error();
    return Value{std::move(*result)};
}

/// The same of every text of a list.
Result<Value> check_each(Value raw, Result<std::string> (*check)(std::string_view)) {
    auto texts = std::get<std::vector<std::string>>(std::move(raw));
    for (std::string& one : texts) {
        auto checked = check(one);
        if (!checked) return checked.error();
        one = std::move(*checked);
    }
    return Value{std::move(texts)};
}

std::string quoted_list(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

}  // namespace

const std::vector<Section>& sections() {
    static const std::vector<Section> kSections{
        {"server", "[server]", true, "Where the ERP and the channels' webhooks reach the hub."},
        {"server.tls", "[server.tls]", false, "Needed as soon as the server listens beyond this machine; docs/ops/tls.md. `crossdock init --tls self-signed` makes one."},
        {"database", "[database]", true, "Where everything is kept. One hub per data directory."},
        {"backup", "[backup]", true,
         "Backups that the hub makes and proves by itself; docs/ops/backup.md. Put them on another disk than the database."},
        {"retention", "[retention]", true, "What is forgotten after a while; docs/ops/privacy.md."},
        {"log", "[log]", true, "One line an event; personal data and secrets are never logged."},
        {"plans.name", "[plans.growth]", false,
         "How much a key may ask that names this plan: `crossdock key create --plan growth`. Names are yours."},
        {"events", "[events]", true, "The log of everything that happened."},
        {"exchange", "[exchange]", true,
         "Files in a folder, for an ERP that cannot speak HTTP; docs/ops/exchange.md. Without a folder there are none."},
        {"webhooks", "[webhooks]", true,
         "Events sent to others. What is sent where: `crossdock webhook add`; docs/api/webhooks.md tells of events and signatures."},
        {"channel", "[[channel]]", false, "One store at one provider. Repeat the whole block for every store."},
        {"channel.credentials", "[channel.credentials]", false,
         "What the provider asks for. \"${NAME}\" takes an environment variable, \"file:/path\" a file's content."},
        {"channel.settings", "[channel.settings]", false, "What the provider's page in the documentation lists."},
        {"channel.sync", "[channel.sync]", false, "How often each stream is pulled; \"off\" stops it."},
    };
    return kSections;
}

const std::vector<Option>& options() {
    static const std::vector<Option> kOptions{
        {"server", "listen", Kind::listen, "\"127.0.0.1:8080\"", "", false,
         "\"0.0.0.0:8443\" needs [server.tls] unless allow_plain_http = true",
         [](Target to, Value value) { to.config.server.listen = std::get<Listen>(std::move(value)); }},
        {"server", "allow_plain_http", Kind::flag, "false", "", false,
         "true: beyond this machine without TLS, so keys and orders travel readable",
         [](Target to, Value value) { to.config.server.allow_plain_http = std::get<bool>(value); }},
        {"server", "public_url", Kind::url, "", "\"https://hub.example.com\"", false,
         "under which channels reach the hub, for webhooks; without it the hub polls",
         [](Target to, Value value) { to.config.server.public_url = text(std::move(value)); }},
        {"server", "allowed_hosts", Kind::hosts, "[]", "[\"hub.example.com\"]", false,
         "names accepted in a request's Host besides localhost and the listen address",
         [](Target to, Value value) {
             to.config.server.allowed_hosts = std::get<std::vector<std::string>>(std::move(value));
         }},
        {"server", "cors_origins", Kind::origins, "[]", "[\"https://shop.example.com\"]", false,
         "web pages whose scripts may call /v2 with any key they hold; without it only keys for web pages may come from one",
         [](Target to, Value value) {
             to.config.server.cors_origins = std::get<std::vector<std::string>>(std::move(value));
         }},

        {"server.tls", "certificate", Kind::path, "", "\"/etc/crossdock/tls.crt\"", true,
         "PEM, the server's certificate and then its issuers'",
         [](Target to, Value value) { tls(to).certificate = text(std::move(value)); }},
        {"server.tls", "private_key", Kind::path, "", "\"/etc/crossdock/tls.key\"", true, "PEM, without a passphrase",
         [](Target to, Value value) { tls(to).private_key = text(std::move(value)); }},
        {"server.tls", "min_version", Kind::word, "\"1.2\"", "", false, "the oldest TLS that is spoken",
         [](Target to, Value value) { tls(to).min_version = text(std::move(value)); }, kTlsWords},

        {"database", "path", Kind::path, "\"crossdock.db\"", "", false, "relative paths are relative to this file",
         [](Target to, Value value) { to.config.database.path = text(std::move(value)); }},

        {"backup", "folder", Kind::path, "", "\"/media/usb/crossdock\"", false,
         "where they go; without it only `crossdock backup` makes one",
         [](Target to, Value value) { to.config.backup.folder = text(std::move(value)); }},
        {"backup", "every", Kind::interval, "\"1d\"", "", false, "how often; \"off\": only when asked",
         [](Target to, Value value) { to.config.backup.every = std::get<Interval>(value); }},
        {"backup",
         "keep_days",
         Kind::count,
         "7",
         "",
         false,
         "the newest of each of so many days is kept,",
         [](Target to, Value value) { to.config.backup.keep_days = std::get<std::int64_t>(value); },
         {},
         1,
         3650},
        {"backup",
         "keep_weeks",
         Kind::count,
         "4",
         "",
         false,
         "and of each of so many weeks; older ones are deleted",
         [](Target to, Value value) { to.config.backup.keep_weeks = std::get<std::int64_t>(value); },
         {},
         0,
         520},

        {"retention",
         "personal_days",
         Kind::count,
         "0",
         "",
         false,
         "days after which an order that is over keeps ids, lines, amounts and country, and its buyer is blanked; 0: never",
         [](Target to, Value value) { to.config.retention.personal_days = std::get<std::int64_t>(value); },
         {},
         0,
         3650},
        {"retention",
         "version_days",
         Kind::count,
         "0",
         "",
         false,
         "days after which what a channel sent of an order in between goes, once it is over: the first, the last and each with another status, payment or total stay; 0: never",
         [](Target to, Value value) { to.config.retention.version_days = std::get<std::int64_t>(value); },
         {},
         0,
         3650},
        {"retention",
         "attempt_days",
         Kind::count,
         "90",
         "",
         false,
         "days after which a finished attempt to push something is forgotten; 0: never",
         [](Target to, Value value) { to.config.retention.attempt_days = std::get<std::int64_t>(value); },
         {},
         0,
         3650},

        {"log", "level", Kind::word, "\"info\"", "", false, "trace debug info warn error",
         [](Target to, Value value) { to.config.log.level = to_level(text(std::move(value))); }, kLevelWords},
        {"log", "format", Kind::word, "\"text\"", "", false, "text json",
         [](Target to, Value value) {
             to.config.log.format = text(std::move(value)) == "json" ? LogFormat::json : LogFormat::text;
         },
         kFormatWords},
        {"log", "file", Kind::path, "", "\"crossdock.log\"", false, "instead of standard error; rotated",
         [](Target to, Value value) { to.config.log.file = text(std::move(value)); }},
        {"log", "max_size", Kind::size, "\"10MB\"", "", false, "the file is rotated when it reaches this",
         [](Target to, Value value) { to.config.log.max_size = std::get<std::int64_t>(value); }},
        {"log",
         "keep",
         Kind::count,
         "5",
         "",
         false,
         "rotated files kept",
         [](Target to, Value value) { to.config.log.keep = std::get<std::int64_t>(value); },
         {},
         1,
         1000},

        {"log", "requests", Kind::flag, "true", "", false, "a line for every request: who, what, how long; never a query",
         [](Target to, Value value) { to.config.log.requests = std::get<bool>(value); }},

        {"plans.name",
         "requests_per_day",
         Kind::count,
         "",
         "10000",
         false,
         "from midnight to midnight, UTC",
         [](Target to, Value value) { to.plan->requests_per_day = std::get<std::int64_t>(value); },
         {},
         1,
         kMostRequests},
        {"plans.name",
         "requests_per_hour",
         Kind::count,
         "",
         "2000",
         false,
         "from the full hour on",
         [](Target to, Value value) { to.plan->requests_per_hour = std::get<std::int64_t>(value); },
         {},
         1,
         kMostRequests},
        {"plans.name",
         "burst_per_minute",
         Kind::count,
         "",
         "200",
         false,
         "from the full minute on",
         [](Target to, Value value) { to.plan->burst_per_minute = std::get<std::int64_t>(value); },
         {},
         1,
         kMostRequests},

        {"events",
         "keep_days",
         Kind::count,
         "90",
         "",
         false,
         "days after which an event is forgotten",
         [](Target to, Value value) { to.config.events.keep_days = std::get<std::int64_t>(value); },
         {},
         7,
         3650},
        {"events",
         "low_stock",
         Kind::count,
         "5",
         "",
         false,
         "units; inventory.low is raised when a channel shows as many or fewer",
         [](Target to, Value value) { to.config.events.low_stock = std::get<std::int64_t>(value); },
         {},
         0,
         1'000'000},
        {"webhooks", "allow", Kind::targets, "[]", "[\"192.168.10.0/24\", \"erp.local\"]", false,
         "addresses, networks and names inside the house that webhooks may go to; without it only public ones",
         [](Target to, Value value) { to.config.webhooks.allow = std::get<std::vector<std::string>>(std::move(value)); }},
        {"webhooks",
         "keep_days",
         Kind::count,
         "30",
         "",
         false,
         "days after which a delivery and its attempts are forgotten, delivered or not",
         [](Target to, Value value) { to.config.webhooks.keep_days = std::get<std::int64_t>(value); },
         {},
         1,
         3650},

        {"channel", "code", Kind::code, "", "\"shop-us\"", true, "[a-z0-9-], 2..32, unique in its account",
         [](Target to, Value value) { to.channel->code = text(std::move(value)); }},
        {"channel", "provider", Kind::word, "", "\"shopify\"", true, "shopify amazon walmart ebay shipstation",
         [](Target to, Value value) { to.channel->provider = text(std::move(value)); }, kProviderWords},
        {"channel", "account", Kind::code, "\"default\"", "", false, "the business that owns the channel",
         [](Target to, Value value) { to.channel->account = text(std::move(value)); }},
        {"channel", "base_url", Kind::url, "", "\"http://127.0.0.1:9100/shopify\"", false,
         "instead of the provider's production address, such as a sandbox",
         [](Target to, Value value) { to.channel->base_url = text(std::move(value)); }},
        {"channel", "enabled", Kind::flag, "true", "", false, "false: known, but neither pulled nor pushed",
         [](Target to, Value value) { to.channel->enabled = std::get<bool>(value); }},
        {"channel", "another_shop_than", Kind::codes, "", "[\"shop-old\"]", false,
         "codes of channels that are gone from this file and were other shops; asked for when this one is new",
         [](Target to, Value value) {
             to.channel->another_shop_than = std::get<std::vector<std::string>>(std::move(value));
         }},

        {"channel.sync", "orders", Kind::interval, "\"1m\"", "", false, "new and changed orders",
         [](Target to, Value value) { to.channel->sync.orders = std::get<Interval>(value); }},
        {"channel.sync", "refunds", Kind::interval, "\"5m\"", "", false, "refunds and returns",
         [](Target to, Value value) { to.channel->sync.refunds = std::get<Interval>(value); }},
        {"channel.sync", "catalog", Kind::interval, "\"1h\"", "", false, "items, skus and locations",
         [](Target to, Value value) { to.channel->sync.catalog = std::get<Interval>(value); }},
        {"channel.sync", "carriers", Kind::interval, "\"7d\"", "", false, "the carrier names the channel accepts",
         [](Target to, Value value) { to.channel->sync.carriers = std::get<Interval>(value); }},
        {"channel.sync", "reconcile", Kind::interval, "\"1d\"", "", false,
         "compares what the channel reports with what is held, and heals gaps",
         [](Target to, Value value) { to.channel->sync.reconcile = std::get<Interval>(value); }},
        {"channel.sync", "fba", Kind::interval, "\"1h\"", "", false,
         "shipments into Amazon's own warehouses; only amazon has them",
         [](Target to, Value value) { to.channel->sync.fba = std::get<Interval>(value); }},

        // Last: a word that others have too is looked for there first.
        {"exchange", "folder", Kind::path, "", "\"/srv/exchange\"", false,
         "it must be there already; the hub makes out, in, archive and work in it",
         [](Target to, Value value) { to.config.exchange.folder = text(std::move(value)); }},
        {"exchange", "account", Kind::code, "\"default\"", "", false, "whose orders and stock",
         [](Target to, Value value) { to.config.exchange.account = text(std::move(value)); }},
        {"exchange", "format", Kind::word, "\"csv\"", "", false, "of the files given out: csv jsonl xml",
         [](Target to, Value value) {
             to.config.exchange.format = to_word<ExchangeFormat>(kExchangeFormats, text(std::move(value)));
         },
         kExchangeFormats},
        {"exchange", "charset", Kind::word, "\"utf-8\"", "", false, "both ways: utf-8 windows-1252",
         [](Target to, Value value) {
             to.config.exchange.charset = to_word<ExchangeCharset>(kExchangeCharsets, text(std::move(value)));
         },
         kExchangeCharsets},
        {"exchange", "every", Kind::interval, "\"30s\"", "", false, "how often the hub looks into the folder",
         [](Target to, Value value) { to.config.exchange.every = std::get<Interval>(value); }},
        {"exchange", "complete", Kind::word, "\"quiet\"", "", false,
         "a file of the ERP is taken when it does not change any more (quiet), or also needs NAME.done or NAME.manifest.json: "
         "quiet done manifest",
         [](Target to, Value value) {
             to.config.exchange.complete = to_word<ExchangeComplete>(kExchangeComplete, text(std::move(value)));
         },
         kExchangeComplete},
        {"exchange",
         "max_orders",
         Kind::count,
         "500",
         "",
         false,
         "orders or refunds in a file; the rest goes into the next one",
         [](Target to, Value value) { to.config.exchange.max_orders = std::get<std::int64_t>(value); },
         {},
         1,
         10'000},
        {"exchange",
         "keep_days",
         Kind::count,
         "30",
         "",
         false,
         "days after which what was taken and its answers are deleted",
         [](Target to, Value value) { to.config.exchange.keep_days = std::get<std::int64_t>(value); },
         {},
         1,
         3650},
        {"exchange", "orders", Kind::flag, "true", "", false, "give out orders",
         [](Target to, Value value) { to.config.exchange.orders = std::get<bool>(value); }},
        {"exchange", "refunds", Kind::flag, "true", "", false, "give out refunds",
         [](Target to, Value value) { to.config.exchange.refunds = std::get<bool>(value); }},
        {"exchange", "acks", Kind::flag, "true", "", false, "take acknowledgements",
         [](Target to, Value value) { to.config.exchange.acks = std::get<bool>(value); }},
        {"exchange", "stock", Kind::flag, "true", "", false, "take stock",
         [](Target to, Value value) { to.config.exchange.stock = std::get<bool>(value); }},
        {"exchange", "shipments", Kind::flag, "true", "", false, "take shipments",
         [](Target to, Value value) { to.config.exchange.shipments = std::get<bool>(value); }},
        {"exchange", "ack_on_write", Kind::flag, "false", "", false, "true: what is given out counts as imported, without an acknowledgement",
         [](Target to, Value value) { to.config.exchange.ack_on_write = std::get<bool>(value); }},
    };
    return kOptions;
}

const Option* find_option(std::string_view section, std::string_view name) {
    for (const Option& option : options())
        if (option.section == section && option.name == name) return &option;
    return nullptr;
}

std::vector<std::string> known_keys(std::string_view section) {
    std::vector<std::string> keys;
    for (const Option& option : options())
        if (option.section == section) keys.emplace_back(option.name);
    for (const Section& other : sections()) {
        const auto dot = other.name.rfind('.');
        const auto parent = dot == std::string_view::npos ? std::string_view{} : other.name.substr(0, dot);
        if (parent == section)
            keys.emplace_back(dot == std::string_view::npos ? other.name : other.name.substr(dot + 1));
        else if (section.empty() && other.name == "plans.name")
            keys.emplace_back(parent);
    }
    return keys;
}

std::string header_of(std::string_view section) {
    for (const Section& known : sections())
        if (known.name == section) return std::string{known.header};
    return std::string{"["}.append(section).append("]");
}

std::string_view wanted_type(Kind kind) {
    switch (kind) {
        case Kind::flag: return "true or false, without quotes";
        case Kind::count: return "a whole number";
        case Kind::hosts:
        case Kind::targets:
        case Kind::origins:
        case Kind::codes: return "a list of texts";
        case Kind::text:
        case Kind::size:
        case Kind::interval:
        case Kind::listen:
        case Kind::url:
        case Kind::path:
        case Kind::code:
        case Kind::word: return "text";
    }
    return "text";
}

std::string describe(const Option& option) {
    switch (option.kind) {
        case Kind::text: return "text";
        case Kind::flag: return "`true` or `false`";
        case Kind::count: return "whole number, " + std::to_string(option.least) + " to " + std::to_string(option.most);
        case Kind::size: return "size: `\"512KB\"`, `\"10MB\"`, `\"1GB\"`";
        case Kind::interval: return "interval: `\"30s\"`, `\"5m\"`, `\"1h\"`, `\"1d\"` or `\"off\"`";
        case Kind::listen: return "`\"host:port\"` or `\"[v6 address]:port\"`";
        case Kind::url: return "http or https address";
        case Kind::path: return "path, relative to the file";
        case Kind::code: return "2 to 32 of `a-z`, `0-9`, `-`";
        case Kind::word: return "one of " + quoted_list(option.words);
        case Kind::hosts: return "list of host names";
        case Kind::targets: return "list of addresses, networks (`\"192.168.10.0/24\"`) and host names";
        case Kind::origins: return "list of web origins (`\"https://shop.example.com\"`)";
        case Kind::codes: return "list of codes";
    }
    return "text";
}

Result<Value> check_value(const Option& option, Value raw) {
    switch (option.kind) {
        case Kind::flag: return raw;
        case Kind::count: {
            const auto number = std::get<std::int64_t>(raw);
            if (number < option.least || number > option.most)
                return bad_value("must be between " + std::to_string(option.least) + " and " + std::to_string(option.most));
            return raw;
        }
        case Kind::hosts: return check_each(std::move(raw), parse_host);
        case Kind::targets: return check_each(std::move(raw), parse_target);
        case Kind::origins: return check_each(std::move(raw), parse_web_origin);
        case Kind::codes:
            return check_each(std::move(raw), [](std::string_view code) -> Result<std::string> {
                auto checked = parse_code(code);
                if (checked) return checked;
                return bad_value("lists \"" + std::string{code} + "\", and a code " + checked.error().message);
            });
        case Kind::text:
        case Kind::size:
        case Kind::interval:
        case Kind::listen:
        case Kind::url:
        case Kind::path:
        case Kind::code:
        case Kind::word: break;
    }
    const std::string word = text(std::move(raw));
    if (word.empty())
        return bad_value("is empty" + std::string{option.required ? "" : ": leave the line out for the standard value"});
    switch (option.kind) {
        case Kind::size: return widen(parse_size(word));
        case Kind::interval: return widen(parse_interval(word));
        case Kind::listen: return widen(parse_listen(word));
        case Kind::url: return widen(parse_url(word));
        case Kind::code: return widen(parse_code(word));
        case Kind::word: {
            if (std::find(option.words.begin(), option.words.end(), word) != option.words.end()) return Value{word};
            const std::string meant = nearest(to_lower(word), option.words);
            return bad_value("must be one of " + quoted_list(option.words) + "; \"" + word + "\" is not" +
                       (meant.empty() ? "" : ": did you mean \"" + meant + "\"?"));
        }
        case Kind::path:
            if (word.find('\0') != std::string::npos) return bad_value("contains a NUL character");
            return Value{word};
        case Kind::text: return Value{word};
        case Kind::flag:
        case Kind::count:
        case Kind::hosts:
        case Kind::targets:
        case Kind::origins:
        case Kind::codes: break;
    }
    return bad_value("has a kind that cannot be text");
}

}  // namespace crossdock::config
