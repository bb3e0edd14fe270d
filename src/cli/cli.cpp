// SPDX-License-Identifier: Apache-2.0
#include "cli/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <vector>

#include "app/sandbox.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/exchange.h"
#include "cli/webhook.h"
#include "platform/process.h"

namespace crossdock::cli {
namespace {

using nlohmann::json;

/// The first of the usual places that exists; the current folder's when none does.
std::string usual_config_file() {
    constexpr const char* kHere = "crossdock.toml";
    std::error_code ignored;
    if (std::filesystem::exists(kHere, ignored)) return kHere;
    const auto installed = platform::system_config_file();
    return std::filesystem::exists(installed, ignored) ? installed.string() : kHere;
}

/// What is wrong with words that end where a command is due: the one that is none. Empty when there is no such word.
std::string unknown_command(const CLI::App* at, const std::vector<std::string>& words) {
    std::string so_far;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].starts_with('-') || (i > 0 && words[i - 1] == "--config")) continue;
        const CLI::App* next = nullptr;
        std::vector<std::string> names;
        for (const CLI::App* one : at->get_subcommands([](const CLI::App*) { return true; })) {
            names.push_back(one->get_name());
            if (names.back() == words[i]) next = one;
        }
        if (names.empty()) return {};
        if (next == nullptr) {
            const std::string near = nearest(words[i], names);
            std::string all;
            for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
            return "crossdock" + so_far + ": there is no command \"" + words[i] + "\"" +
                   (near.empty() ? "; there are " + all : "; did you mean " + near + "?");
        }
        so_far += " " + words[i];
        at = next;
    }
    return {};
}

}  // namespace

int run(int argc, char** argv) {
    CLI::App program{"crossdock: orders in from the sales channels, stock and shipments out from the ERP"};
    program.require_subcommand(1);
    program.fallthrough();
    bool as_json = false;
    Exit exit = Exit::done;
    Output out_text(std::cout, std::cerr, false);
    Output out_json(std::cout, std::cerr, true);
    std::string config_file;
    bool strict = false;
    const auto context = [&] {
        return Context{as_json ? out_json : out_text, config_file.empty() ? usual_config_file() : config_file, strict};
    };
    const auto command = [&](CLI::App* parent, const char* name, const char* help) {
        CLI::App* added = parent->add_subcommand(name, help);
        added->add_option("--config", config_file, "The config file (default ./crossdock.toml, then " + platform::system_config_file().string() + ")");
        added->add_flag("--json", as_json, "Print data as JSON");
        return added;
    };
    const auto hub_command = [&](CLI::App* added, const char* name, auto arguments) {
        added->callback([&, name, arguments] {
            Context shared = context();
            exit = run_hub_command(shared, name, arguments());
        });
    };

    CLI::App* demo = command(&program, "demo", "A hub, simulated marketplaces and sample orders; nothing to configure");
    int demo_port = 0;
    int demo_sandbox_port = 0;
    int demo_orders = 200;
    std::string demo_folder;
    demo->add_option("--port", demo_port, "Port of the hub (default: any free one)");
    demo->add_option("--sandbox-port", demo_sandbox_port, "Port of the simulated shop (default: any free one)");
    demo->add_option("--orders", demo_orders, "Orders of the last days")->check(CLI::Range(1, 100'000));
    demo->add_option("--folder", demo_folder, "Keep the database there (default: a temporary folder, removed at the end)");
    demo->callback([&] {
        Context shared = context();
        exit = run_demo(shared, demo_port, demo_sandbox_port, demo_orders, demo_folder);
    });

    CLI::App* init = command(&program, "init", "Write a commented config file, create the database, print the first key once");
    bool force = false;
    init->add_flag("--force", force, "Overwrite an existing config file");
    std::string tls;
    std::vector<std::string> names;
    init->add_option("--tls", tls, "self-signed: make an authority and a certificate for this machine, or renew it")->check(CLI::IsMember({"self-signed"}));
    init->add_option("--name", names, "One more host name or address that clients reach the hub by; repeatable")->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    init->callback([&] {
        Context shared = context();
        exit = run_init(shared, force, tls, names);
    });

    CLI::App* serve = command(&program, "serve", "Run the hub in the foreground");
    bool as_service = false;
    // For Windows' service manager; nobody types it.
    serve->add_flag("--service", as_service, "Run as the service of Windows")->group("");
    serve->callback([&] {
        Context shared = context();
        exit = as_service ? run_serve_as_service(shared) : run_serve(shared);
    });

    CLI::App* service = program.add_subcommand("service", "The hub as a service of Windows (on Linux: systemctl)");
    service->require_subcommand(1);
    for (const auto& [verb, name, help] :
         {std::tuple{ServiceVerb::install, "install", "Register the service, or update its registration; as administrator"},
          std::tuple{ServiceVerb::uninstall, "uninstall", "Stop and remove the service; config and data stay"},
          std::tuple{ServiceVerb::start, "start", "Start the service and wait until it answers"},
          std::tuple{ServiceVerb::stop, "stop", "Stop the service and wait until it has ended"},
          std::tuple{ServiceVerb::reload, "reload", "Read the config file anew"},
          std::tuple{ServiceVerb::status, "status", "How the service is"}})
        command(service, name, help)->callback([&, which = verb] {
            // A service has no current folder to speak of: without --config it is the installed one.
            Context shared = context();
            if (config_file.empty()) shared.config_file = platform::system_config_file().string();
            exit = run_service(shared, which);
        });

    CLI::App* check = command(&program, "check", "Check the config file; file:line:column for every finding");
    check->add_flag("--strict", strict, "Secrets that other users can read are errors");
    check->callback([&] {
        Context shared = context();
        exit = run_check(shared);
    });

    command(&program, "doctor", "Look at everything the hub needs, and say what to do about each finding")->callback([&] {
        Context shared = context();
        exit = run_doctor(shared);
    });
    command(&program, "status", "The first screen: is it running, what waits, how each channel is")->callback([&] {
        Context shared = context();
        exit = run_status(shared);
    });
    std::string bundle_file;
    CLI::App* bundle = command(&program, "support-bundle", "Collect logs, figures and the config without secrets into one file; nothing is sent");
    bundle->add_option("--output", bundle_file, "The file to write, or a folder to write one in (default: in this folder)");
    bundle->callback([&] {
        Context shared = context();
        exit = run_support_bundle(shared, bundle_file);
    });

    CLI::App* sandbox = command(&program, "sandbox", "The simulated marketplaces alone");
    std::string listen = "127.0.0.1:9100";
    app::SandboxOptions marketplaces;
    std::string only;
    bool still = false;
    sandbox->add_option("--listen", listen, "Address and port (default 127.0.0.1:9100)");
    sandbox->add_option("--orders", marketplaces.orders, "Orders of the last days: of the shop; of the others a fifth each")
        ->check(CLI::Range(0, 1'000'000));
    sandbox->add_option("--items", marketplaces.items, "Items of each catalogue (default: some dozens)")->check(CLI::Range(1, 1'000'000));
    sandbox->add_option("--only", only, "One marketplace alone, with all the orders")
        ->check(CLI::IsMember({"shopify", "amazon", "walmart", "ebay", "shipstation"}));
    sandbox->add_option("--seed", marketplaces.seed, "The same seed makes the same goods and orders (default 1)");
    sandbox->add_flag("--still", still, "Nothing happens by itself: no new orders, nothing is paid, shipped or cancelled");
    sandbox->callback([&] {
        const auto colon = listen.rfind(':');
        marketplaces.host = listen.substr(0, colon);
        marketplaces.port = colon == std::string::npos ? 0 : std::atoi(listen.substr(colon + 1).c_str());
        marketplaces.only = domain::parse_provider(only);
        marketplaces.life_cycle = !still;
        if (still) marketplaces.orders_per_hour = 0;
        Context shared = context();
        exit = run_sandbox(shared, marketplaces);
    });

    std::string file;
    CLI::App* backup = command(&program, "backup", "Make a backup and prove it, while the hub runs or not");
    backup->add_option("file", file, "The file to make, or a folder to make one in (default: folder under [backup] in the config file)");
    backup->callback([&] {
        Context shared = context();
        exit = run_backup(shared, file);
    });
    CLI::App* verify = command(&program, "verify", "Look through a backup again: its hash, every page, every row count");
    verify->add_option("file", file, "The backup")->required();
    verify->callback([&] {
        Context shared = context();
        exit = run_verify(shared, file);
    });
    CLI::App* restore = command(&program, "restore", "Put a backup in the place of the database; the hub must be stopped");
    restore->add_option("file", file, "The backup")->required();
    restore->callback([&] {
        Context shared = context();
        exit = run_restore(shared, file);
    });

    CLI::App* erase = command(&program, "erase", "Blank the personal data of one buyer; orders stay for the books");
    std::string email;
    std::string erased_order;
    std::string erase_account = "default";
    erase->add_option("--email", email, "Of all orders that this address placed");
    erase->add_option("--order", erased_order, "Of one order: its number, the channel's id, or the hub's id as in id:816");
    erase->add_option("--account", erase_account, "Whose order it is (default \"default\")");
    erase->callback([&] {
        Context shared = context();
        exit = run_erase(shared, json{{"email", email}, {"order", erased_order}, {"account", erase_account}});
    });

    command(&program, "healthz", "Is the hub that runs well? Exit code 0 or 1")->callback([&] {
        Context shared = context();
        exit = run_healthz(shared);
    });
    command(&program, "version", "This program's version and those of the libraries inside")->callback([&] {
        Context shared = context();
        exit = run_version(shared);
    });

    std::string account = "default";
    std::string name;
    std::string scopes;
    std::string subject;
    CLI::App* key = program.add_subcommand("key", "API keys");
    key->require_subcommand(1);
    CLI::App* key_create = command(key, "create", "Make a key; it is shown once");
    key_create->add_option("--name", name, "What it is for")->default_str("erp");
    key_create->add_option("--scopes", scopes,
                           "erp (default), read-only, or single ones, with blanks or commas between");
    key_create->add_option("--account", account, "Whose it is (default \"default\")");
    std::string expires;
    key_create->add_option("--expires", expires, "When it ends, e.g. 90d or 2027-01-31 (its first moment, UTC); default: never");
    std::string kind = "live";
    std::string plan;
    key_create->add_option("--kind", kind, "live (default), test, or publishable (pk_, for web pages)");
    key_create->add_option("--plan", plan, "How much it may ask: the name of a [plans] table in the config file (default: no limit)");
    std::string dialect;
    key_create->add_option("--dialect", dialect, "How /api/v1 speaks to it: foxpro, delphi, or settings such as format=csv,zone=Europe/Berlin (default: as documented)");
    hub_command(key_create, "key.create", [&] {
        json arguments{{"name", name.empty() ? "erp" : name}, {"account", account}, {"expires", expires}, {"kind", kind}, {"plan", plan}, {"dialect", dialect}};
        if (!scopes.empty()) arguments["scopes"] = scopes;
        return arguments;
    });
    CLI::App* key_list = command(key, "list", "All keys of an account");
    key_list->add_option("--account", account, "Whose (default \"default\")");
    hub_command(key_list, "key.list", [&] { return json{{"account", account}}; });
    CLI::App* key_revoke = command(key, "revoke", "End a key at once");
    key_revoke->add_option("key_id", subject, "The key's id, as key list shows it")->required();
    key_revoke->add_option("--account", account, "Whose it is (default \"default\")");
    hub_command(key_revoke, "key.revoke", [&] { return json{{"key_id", subject}, {"account", account}}; });

    CLI::App* key_rotate = command(key, "rotate", "Make a key's successor; both hold for a while");
    std::string overlap = "7d";
    key_rotate->add_option("key_id", subject, "The key's id, as key list shows it")->required();
    key_rotate->add_option("--overlap", overlap, "How long the old one still holds, e.g. 24h (default 7d)");
    key_rotate->add_option("--expires", expires, "When the new one ends (default: it lives as long as the old one was meant to)");
    key_rotate->add_option("--account", account, "Whose it is (default \"default\")");
    hub_command(key_rotate, "key.rotate", [&] {
        return json{{"key_id", subject}, {"overlap", overlap}, {"expires", expires}, {"account", account}};
    });
    CLI::App* key_plan = command(key, "plan", "Change how much a key may ask");
    key_plan->add_option("key_id", subject, "The key's id, as key list shows it")->required();
    key_plan->add_option("plan", plan, "The name of a [plans] table in the config file, or none")->required();
    key_plan->add_option("--account", account, "Whose it is (default \"default\")");
    hub_command(key_plan, "key.plan", [&] { return json{{"key_id", subject}, {"plan", plan}, {"account", account}}; });
    CLI::App* key_dialect = command(key, "dialect", "Change how /api/v1 speaks to a key");
    key_dialect->add_option("key_id", subject, "The key's id, as key list shows it")->required();
    key_dialect->add_option("dialect", dialect, "foxpro, delphi, settings such as format=csv,zone=Europe/Berlin, or none")->required();
    key_dialect->add_option("--account", account, "Whose it is (default \"default\")");
    hub_command(key_dialect, "key.dialect", [&] { return json{{"key_id", subject}, {"dialect", dialect}, {"account", account}}; });

    CLI::App* audit = program.add_subcommand("audit", "Who changed what");
    audit->require_subcommand(1);
    CLI::App* audit_list = command(audit, "list", "Changes to keys and channels and retries by hand, newest first");
    std::int64_t audit_limit = 100;
    std::int64_t audit_before = 0;
    std::string audit_account;
    audit_list->add_option("--account", audit_account, "Of one account (default: all)");
    audit_list->add_option("--limit", audit_limit, "How many (default 100)")->check(CLI::Range(1, 1000));
    audit_list->add_option("--before", audit_before, "Only with ids below this one: the next page");
    hub_command(audit_list, "audit.list", [&] {
        return json{{"account", audit_account}, {"limit", audit_limit}, {"before", audit_before}};
    });

    CLI::App* channel = program.add_subcommand("channel", "Channels");
    channel->require_subcommand(1);
    hub_command(command(channel, "list", "All channels, how they are, and what is wrong"), "channel.list", [] { return json::object(); });
    CLI::App* channel_test = command(channel, "test", "Ask the channel who we are there and what we may do");
    std::string channel_account;
    channel_test->add_option("channel", subject, "Its code")->required();
    channel_test->add_option("--account", channel_account, "Whose it is, where several accounts have a channel of that code");
    hub_command(channel_test, "channel.test", [&] { return json{{"channel", subject}, {"account", channel_account}}; });
    CLI::App* channel_sync = command(channel, "sync", "Pull now, or everything since a time");
    std::string since;
    std::string stream = "all";
    channel_sync->add_option("channel", subject, "Its code")->required();
    channel_sync->add_option("--account", channel_account, "Whose it is, where several accounts have a channel of that code");
    channel_sync->add_option("--since", since, "Read all orders changed since that time again, e.g. 2026-11-01; with no other stream");
    channel_sync->add_option("--stream", stream, "orders, refunds, catalog, carriers, reconcile, fba or all (default)");
    hub_command(channel_sync, "channel.sync", [&] { return json{{"channel", subject}, {"account", channel_account}, {"since", since}, {"stream", stream}}; });

    CLI::App* channel_discard =
        command(channel, "discard-pushes",
                "Discard the shipments, stock and cartons that wait for a channel that is off for good");
    channel_discard->add_option("channel", subject, "Its code")->required();
    channel_discard->add_option("--account", channel_account,
                                "Whose it is, where several accounts have a channel of that code");
    hub_command(channel_discard, "channel.discard_pushes", [&] {
        return json{{"channel", subject}, {"account", channel_account}};
    });

    CLI::App* order = program.add_subcommand("order", "One order");
    order->require_subcommand(1);
    for (const auto& [verb, help] : {std::pair{"show", "Everything known of an order"}, std::pair{"why", "Where an order stands, and what happens next"}}) {
        CLI::App* added = command(order, verb, help);
        added->add_option("order", subject, "The order number, the channel's id, or the hub's id as in id:816")->required();
        added->add_option("--account", account, "Whose it is (default \"default\")");
        hub_command(added, verb == std::string{"show"} ? "order.show" : "order.why", [&] { return json{{"order", subject}, {"account", account}}; });
    }

    CLI::App* job = program.add_subcommand("job", "The queue");
    job->require_subcommand(1);
    CLI::App* job_list = command(job, "list", "Jobs that wait, run or were given up");
    std::string state;
    job_list->add_option("--state", state, "ready, running, retry, done, dead or quarantined");
    hub_command(job_list, "job.list", [&] { return json{{"state", state}}; });
    CLI::App* job_retry = command(job, "retry", "Run a job again that was given up or waits");
    std::int64_t job_id = 0;
    job_retry->add_option("job", job_id, "Its number, as job list shows it")
        ->required()
        ->transform(without_prefix("job_"));
    hub_command(job_retry, "job.retry", [&] { return json{{"job", job_id}}; });

    const CommandMaker maker{[&](CLI::App* parent, const char* verb, const char* help) { return command(parent, verb, help); },
                             [&](CLI::App* added, const char* hub_name, std::function<json()> arguments) {
                                 hub_command(added, hub_name, std::move(arguments));
                             }};
    add_webhook_commands(program, maker);
    add_exchange_commands(program, maker);

    platform::prepare_console();
    std::vector<std::string> words = platform::arguments(argc, argv);
    if (!words.empty()) words.erase(words.begin());  // the program's name
    try {
        program.parse(std::vector<std::string>{words.rbegin(), words.rend()});  // CLI11 takes them from the end
    } catch (const CLI::RequiredError& error) {
        const std::string wrong = unknown_command(&program, words);
        if (wrong.empty())
            program.exit(error);
        else
            std::cerr << wrong << "\nRun with --help for more information.\n";
        return to_int(Exit::usage);
    } catch (const CLI::ParseError& error) {
        const int code = program.exit(error);
        return code == 0 ? to_int(Exit::done) : to_int(Exit::usage);
    } catch (const std::exception& error) {
        std::cerr << "crossdock: " << error.what() << '\n';
        return to_int(Exit::failed);
    }
    return to_int(exit);
}

}  // namespace crossdock::cli
