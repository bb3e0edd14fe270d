// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <iostream>
#include <mutex>
#include <streambuf>
#include <utility>

#include "app/from_config.h"
#include "app/own_certificate.h"
#include "app/wait_for_clock.h"
#include "base/version.h"
#include "cli/context.h"
#include "observability/log.h"
#include "platform/service_control.h"

namespace crossdock::cli {

namespace {

/// What is printed for a person who is not there goes to the log, a line an error.
class LoggedLines final : public std::streambuf {
public:
    explicit LoggedLines(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(this)) {}
    ~LoggedLines() override {
        end_line();
        stream_.rdbuf(before_);
    }
    LoggedLines(const LoggedLines&) = delete;
    LoggedLines& operator=(const LoggedLines&) = delete;

private:
    int_type overflow(int_type c) override {
        if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
        const std::lock_guard lock(mutex_);
        if (c == '\n') end_line();
        else line_ += traits_type::to_char_type(c);
        return c;
    }
    void end_line() {
        if (!line_.empty()) log::error("service", {}, line_);
        line_.clear();
    }

    std::ostream& stream_;
    std::streambuf* before_;
    std::mutex mutex_;
    std::string line_;
};

}  // namespace

Exit run_serve(Context& context) {
    const platform::ServiceManager manager;  // before any thread, since it changes the environment
    const CheckedConfig checked = read_config(context);
    const std::optional<config::Config>& config = checked.config;
    for (const config::Finding& finding : checked.findings) std::cerr << config::format(finding) << '\n';
    if (!config) return Exit::usage;
    configure_log(context, config->log);
    app::HubOptions options = app::hub_options(*config, std::string{kVersion});
    if (const auto added = app::add_certificate(options, *config); !added) return context.out.fail(Exit::usage, added.error());
    const SystemClock clock;
    SystemRandom random;
    platform::Signals signals;
    {
        const platform::MoreTime more(manager, "waiting for the clock to be set");
        if (!app::wait_for_clock(clock, signals)) {
            log::flush();
            return Exit::done;
        }
    }
    const auto http = net::make_http_client("crossdock/" + std::string{kVersion});
    app::ServeHooks hooks;
    struct Running {
        config::Config config;
        std::shared_ptr<app::OwnCertificate> certificate;
    };
    Running running{*config, options.certificate};
    std::optional<Running> before;  // the last reload, which may not come up
    hooks.on_reload = [&]() -> std::optional<app::HubOptions> {
        const CheckedConfig read = read_config(context);
        const std::optional<config::Config>& fresh = read.config;
        for (const config::Finding& finding : read.findings) {
            if (finding.severity == config::Severity::error)
                log::error("config", {}, config::format(finding));
            else
                log::warn("config", {}, config::format(finding));
        }
        if (!fresh) {
            log::error("reload_refused", {{"file", context.config_file}}, "the new config file has errors; the old configuration stays");
            return std::nullopt;
        }
        if (fresh->database.path != config->database.path) {
            log::error("reload_refused", {{"file", context.config_file}}, "another database needs a restart; the old configuration stays");
            return std::nullopt;
        }
        const config::Log old_log = std::exchange(running.config.log, fresh->log);
        configure_log(context, fresh->log);
        if (running.certificate != nullptr && *fresh == running.config) {
            const auto names = running.certificate->facts().names;
            running.certificate->look();
            if (running.certificate->facts().names == names) {
                log::info("reloaded", {{"file", context.config_file}}, "nothing changed that connections would have to be cut for");
                return std::nullopt;
            }
        }
        app::HubOptions next = app::hub_options(*fresh, std::string{kVersion});
        if (const auto added = app::add_certificate(next, *fresh); !added) {
            configure_log(context, old_log);
            running.config.log = old_log;
            log::error("reload_refused", {{"file", context.config_file}}, added.error().message + "; the old configuration stays");
            return std::nullopt;
        }
        running.config.log = old_log;
        before = std::exchange(running, Running{*fresh, next.certificate});
        return next;
    };
    hooks.on_fallback = [&] {
        if (!before) return;
        running = std::move(*before);
        before.reset();
        configure_log(context, running.config.log);
    };
    const auto served = app::serve(std::move(options), {clock, random, *http, app::connector_factories()},
                                   signals, hooks, manager);
    http->shut_down();
    log::flush();
    if (!served) return context.out.fail(exit_of(served.error()), served.error());
    return Exit::done;
}

Exit run_serve_as_service(Context& context) {
    context.as_service = true;
    const auto ran = platform::run_as_service([&] {
        // Before the config file has been read, so that what is wrong with it is seen.
        configure_log(context, {});
        const LoggedLines errors(std::cerr);
        const Exit exit = run_serve(context);
        log::flush();
        return to_int(exit);
    });
    if (!ran) return context.out.fail(Exit::usage, ran.error());
    return static_cast<Exit>(*ran);
}

}  // namespace crossdock::cli
