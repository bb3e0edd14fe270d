// SPDX-License-Identifier: Apache-2.0
#include "cli/webhook.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "platform/file.h"

namespace crossdock::cli {
namespace {

using nlohmann::json;

constexpr std::size_t kMostHeader = 4096;

/// What the commands take, kept until they run.
struct Words {
    std::string endpoint, url, name, account = "default", overlap = "24h", since, until, state;
    std::vector<std::string> events, headers, ids;
    std::int64_t delivery = 0, limit = 20, before = 0;
    bool missed = false;
};

/// "Name=value", where the value may be "file:/path" or "env:NAME", so that a secret need not stand in the command
/// line.
json read_headers(const std::vector<std::string>& given) {
    json headers = json::object();
    for (const std::string& one : given) {
        const auto mark = one.find('=');
        if (mark == std::string::npos)
            throw CLI::ValidationError("--header", "write NAME=VALUE, NAME=file:/path or NAME=env:VARIABLE");
        std::string value = one.substr(mark + 1);
        if (value.starts_with("file:")) {
            const auto text = platform::read_file(value.substr(5), kMostHeader);
            if (!text) throw CLI::ValidationError("--header", text.error().message);
            value = std::string{trim(*text)};
        } else if (value.starts_with("env:")) {
            const char* text = std::getenv(value.c_str() + 4);
            if (text == nullptr)
                throw CLI::ValidationError("--header", "there is no environment variable " + value.substr(4));
            value = text;
        }
        headers[one.substr(0, mark)] = value;
    }
    return headers;
}

json split_list(const std::vector<std::string>& given) {
    json list = json::array();
    for (const std::string& one : given)
        for (const std::string& word : split(one, ','))
            if (!trim(word).empty()) list.push_back(std::string{trim(word)});
    return list;
}

}  // namespace

std::function<std::string(std::string)> without_prefix(std::string prefix) {
    return [prefix = std::move(prefix)](std::string text) {
        return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
    };
}

void add_webhook_commands(CLI::App& program, const CommandMaker& maker) {
    const auto words = std::make_shared<Words>();
    CLI::App* webhook = program.add_subcommand("webhook", "Addresses that are told of events");
    webhook->require_subcommand(1);
    const auto add = [&](const char* name, const char* help) {
        CLI::App* command = maker.add(webhook, name, help);
        command->add_option("--account", words->account, "Whose it is (default \"default\")");
        return command;
    };
    const auto of_endpoint = [&](const char* name, const char* help) {
        CLI::App* command = add(name, help);
        command->add_option("endpoint", words->endpoint, "Its id, as webhook list shows it")->required();
        return command;
    };
    const auto endpoint_only = [words] { return json{{"endpoint", words->endpoint}, {"account", words->account}}; };

    CLI::App* create = add("add", "Tell an address of events; its secret is shown once");
    create->add_option("url", words->url, "Where to send to, e.g. https://erp.example.com/hooks")->required();
    create->add_option("--events", words->events,
                       "Which ones: order.created, order.*, * (default); several with commas");
    create->add_option("--name", words->name, "What it is for");
    create->add_option("--header", words->headers,
                       "A header of its own: NAME=VALUE, NAME=file:/path or NAME=env:VARIABLE; may be repeated");
    maker.run(create, "webhook.add", [words] {
        json events = split_list(words->events);
        if (events.empty()) events.push_back("*");
        return json{{"url", words->url},
                    {"name", words->name},
                    {"events", events},
                    {"headers", read_headers(words->headers)},
                    {"account", words->account}};
    });
    CLI::App* update = of_endpoint("update", "Change an endpoint; what is not named stays");
    update->add_option("--url", words->url, "Where to send to");
    update->add_option("--events", words->events, "Which ones, instead of those before");
    update->add_option("--name", words->name, "What it is for");
    update->add_option("--header", words->headers, "Headers of its own, instead of those before");
    maker.run(update, "webhook.update", [words] {
        json changes{{"endpoint", words->endpoint}, {"account", words->account}};
        if (!words->url.empty()) changes["url"] = words->url;
        if (!words->name.empty()) changes["name"] = words->name;
        if (!words->events.empty()) changes["events"] = split_list(words->events);
        if (!words->headers.empty()) changes["headers"] = read_headers(words->headers);
        return changes;
    });
    maker.run(add("list", "All endpoints of an account, and how they are"), "webhook.list", [words] {
        return json{{"account", words->account}};
    });
    maker.run(of_endpoint("show", "One endpoint, and how many deliveries wait, failed and came through"),
              "webhook.show", endpoint_only);
    maker.run(of_endpoint("pause", "Send nothing for now; what happens is queued"), "webhook.pause", endpoint_only);
    maker.run(of_endpoint("resume", "Go on after a pause, or after it was disabled"), "webhook.resume", endpoint_only);
    CLI::App* rotate = of_endpoint("rotate", "A new secret, shown once; the old one is good for a while");
    rotate->add_option("--overlap", words->overlap, "For how long, e.g. 24h (default), 7d, or 0 for not at all");
    maker.run(rotate, "webhook.rotate", [words] {
        return json{{"endpoint", words->endpoint}, {"overlap", words->overlap}, {"account", words->account}};
    });
    maker.run(of_endpoint("test", "Send a test message now and show the answer"), "webhook.test", endpoint_only);
    CLI::App* replay = of_endpoint("replay", "Send events again, with the ids they had");
    replay->add_option("ids", words->ids, "Ids of events; or give a time or types instead");
    replay->add_option("--since", words->since, "What happened since then, e.g. 2026-11-20T09:00:00Z");
    replay->add_option("--until", words->until, "… and before then");
    replay->add_option("--events", words->events, "… of these types; default: those that the endpoint wants");
    replay->add_flag("--missed", words->missed, "Only what it did not take yet");
    maker.run(replay, "webhook.replay", [words] {
        return json{{"endpoint", words->endpoint},
                    {"ids", words->ids},
                    {"since", words->since},
                    {"until", words->until},
                    {"types", split_list(words->events)},
                    {"missed", words->missed},
                    {"account", words->account}};
    });
    maker.run(of_endpoint("remove", "Send nothing there any more"), "webhook.remove", endpoint_only);
    CLI::App* deliveries = of_endpoint("deliveries", "What was sent there, newest first");
    deliveries->add_option("--state", words->state, "pending, succeeded or failed");
    deliveries->add_option("--limit", words->limit, "How many (default 20)")->check(CLI::Range(1, 500));
    deliveries->add_option("--before", words->before, "Those before this delivery")
        ->transform(without_prefix("dlv_"));
    maker.run(deliveries, "webhook.deliveries", [words] {
        return json{{"endpoint", words->endpoint},
                    {"state", words->state},
                    {"limit", words->limit},
                    {"before", words->before},
                    {"account", words->account}};
    });
    CLI::App* delivery = add("delivery", "One delivery with all its attempts");
    delivery->add_option("delivery", words->delivery, "Its number, as webhook deliveries shows it")
        ->required()
        ->transform(without_prefix("dlv_"));
    maker.run(delivery, "webhook.delivery", [words] {
        return json{{"delivery", words->delivery}, {"account", words->account}};
    });
}

}  // namespace crossdock::cli
