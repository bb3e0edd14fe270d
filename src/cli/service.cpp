// SPDX-License-Identifier: Apache-2.0
#include "platform/service_control.h"

#include <filesystem>

#include "cli/context.h"

namespace crossdock::cli {
namespace {

const char* words_for(platform::ServiceFacts::State state) {
    using State = platform::ServiceFacts::State;
    switch (state) {
        case State::not_installed: return "not installed";
        case State::stopped: return "stopped";
        case State::starting: return "starting";
        case State::running: return "running";
        case State::stopping: return "stopping";
    }
    return "";
}

/// What a person does next after the installation.
std::string after_install(const std::string& config_file) {
    std::error_code ignored;
    const std::string start = "start it with: crossdock service start";
    if (std::filesystem::exists(config_file, ignored)) return "The service is installed; " + start;
    return "The service is installed. There is no config file yet: crossdock init --config \"" + config_file +
           "\" writes one; name your channels there, then " + start;
}

Exit exit_of_service(const Error& error) { return error.code == "service_systemd" ? Exit::usage : Exit::failed; }

Exit show(Context& context) {
    const auto facts = platform::service_facts();
    if (!facts) return context.out.fail(exit_of_service(facts.error()), facts.error());
    using State = platform::ServiceFacts::State;
    Record record;
    record.add("service", words_for(facts->state));
    if (facts->state != State::not_installed) {
        record.add("pid", facts->pid == 0 ? Cell{} : Cell{facts->pid});
        record.add("last_exit_code", facts->state == State::stopped ? Cell{std::int64_t{facts->exit_code}} : Cell{});
        record.add("account", facts->account);
        record.add("command", facts->command);
    }
    context.out.print(record);
    return facts->state == State::running ? Exit::done : Exit::failed;
}

}  // namespace

Exit run_service(Context& context, ServiceVerb verb) {
    const auto told = [&](const Status& status, const std::string& sentence) {
        if (!status) return context.out.fail(exit_of_service(status.error()), status.error());
        context.out.say(sentence);
        return Exit::done;
    };
    switch (verb) {
        case ServiceVerb::install:
            return told(platform::install_service(context.config_file), after_install(context.config_file));
        case ServiceVerb::uninstall: {
            const auto removed = platform::uninstall_service();
            // A remover that runs twice has nothing to complain of.
            if (!removed && removed.error().code == "service_missing")
                return told(ok(), "There is no service; nothing is changed");
            return told(removed, "The service is removed; config and data are where they were");
        }
        case ServiceVerb::start: return told(platform::start_service(), "The service runs");
        case ServiceVerb::stop: return told(platform::stop_service(), "The service is stopped");
        case ServiceVerb::reload:
            return told(platform::reload_service(),
                        "The service reads its config file anew; its log says whether it took it");
        case ServiceVerb::status: return show(context);
    }
    return Exit::usage;
}

}  // namespace crossdock::cli
