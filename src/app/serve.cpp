// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include "app/channel_names.h"
#include "app/control.h"
#include "app/upgrade_door.h"
#include "observability/log.h"
#include "platform/crash_note.h"
#include "platform/instance_lock.h"
#include "platform/process.h"

namespace crossdock::app {
namespace {

// A service manager waits longer; correctness never depends on a clean end.
constexpr auto kGrace = std::chrono::milliseconds{6'000};
constexpr auto kHardEnd = std::chrono::milliseconds{7'500};
constexpr auto kLookAround = std::chrono::milliseconds{500};

/// Ends the process when stopping takes too long: a stop that hangs is worse than one that is not clean.
class HardEnd {
public:
    explicit HardEnd(const platform::ServiceManager& manager) : thread_([this, &manager] {
        for (auto waited = std::chrono::milliseconds{0}; waited < kHardEnd; waited += std::chrono::milliseconds{50}) {
            if (done_) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        }
        log::error("stop_too_slow", {}, "not everything ended in time; what was under way is resumed at the next start");
        log::flush();
        manager.ended();
        std::_Exit(0);
    }) {}
    ~HardEnd() {
        done_ = true;
        thread_.join();
    }

private:
    std::atomic<bool> done_{false};
    std::thread thread_;
};

std::string address_of(const http::ServerOptions& server, int port) {
    std::string host = server.host;
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

/// Who has the port, when it is another program and the system says so.
Error with_owner(Error error, int port) {
    if (error.code != "port_taken") return error;
    if (const auto owner = platform::listener_of(port))
        error.message += " (it is " + owner->name + ", process " + std::to_string(owner->pid) + ")";
    else
        error.message += std::string{" ("} + platform::listeners_command() + " shows which)";
    return error;
}

/// The address and the database must be free, and finding out must leave no file behind: the lock's file and the database
/// are made after it.
Status check_free(const HubOptions& options) {
    if (options.server.port == 0) return ok();
    const auto address = http::check_address(options.server.host, options.server.port);
    if (address) return ok();
    // Most often it is this hub, started twice.
    if (address.error().code == "port_taken")
        if (const auto held = platform::InstanceLock::objection(options.database.path)) return *held;
    return with_owner(address.error(), options.server.port);
}

void tell_crash(const platform::CrashNote::Crash& crash) {
    if (crash.at_work.job == 0)
        log::error("crashed", {{"signal", crash.signal}}, "an earlier run of the program ended by its own fault, outside of any job");
    else
        log::error("crashed", {{"signal", crash.signal}, {"job", crash.at_work.job}},
                   "an earlier run of the program ended by its own fault, in a run of this job");
}

/// One life of the hub, from opening to stop. Returns the options to go on with after a reload, or none.
class Life {
public:
    Life(Surroundings surroundings, platform::Signals& signals, const ServeHooks& hooks, const platform::ServiceManager& manager,
         platform::InstanceLock& lock)
        : around_(surroundings), signals_(signals), hooks_(hooks), manager_(manager), lock_(lock) {}

    /// `options` learns the port that the system chose.
    Result<std::optional<HubOptions>> live(HubOptions& options) {
        bool again = false;
        HubOptions current = options;
        // After a stop nobody needs the network any more; after a reload somebody does.
        current.interrupt = [&] {
            if (!again) around_.http.shut_down();
        };
        auto opened = [&] {
            const platform::MoreTime more(manager_, "opening the database " + current.database.path);
            std::optional<UpgradeDoor> meanwhile;
            current.on_upgrade = [&](const UpgradeProgress& progress) {
                if (!meanwhile) meanwhile.emplace(current.server, around_.clock);
                meanwhile->tell(progress);
                manager_.status("upgrading the database: " + std::to_string(progress.percent) + " %, " + progress.doing);
            };
            return Hub::open(current, around_);
        }();
        current.on_upgrade = {};
        if (!opened) return opened.error();
        Hub& hub = **opened;
        const bool over_tls = current.server.tls != nullptr;
        ControlDoor door(hub, around_.random, over_tls);
        if (const auto listening = hub.listen(); !listening) return with_owner(listening.error(), current.server.port);
        const std::string address = address_of(current.server, hub.port());
        const std::string url = (over_tls ? "https://" : "http://") + address;
        // What the system chose stays chosen through a reload.
        options.server.port = hub.port();
        hub.start();
        lock_.set_listen(address);
        if (const auto written = door.open(current.database.path, url); !written)
            log::warn("control_door", {}, written.error().message);
        log::info("ready", {{"address", address}, {"scheme", over_tls ? "https" : "http"}, {"database", current.database.path}, {"version", current.version}},
                  "crossdock answers");
        hooks_.on_ready(hub, url);
        manager_.ready("answers on " + address + (over_tls ? " (TLS)" : ""));

        std::optional<HubOptions> fresh = wait_for_end(hub, options);
        again = fresh.has_value();
        log::info(again ? "reloading" : "stopping", {{"address", address}});
        if (again) manager_.reloading();
        else manager_.stopping();
        const HardEnd guard(manager_);
        hooks_.on_stopping();
        door.close();
        if (!hub.stop(kGrace) && !again) {
            log::flush();
            manager_.ended();
            std::_Exit(0);
        }
        return fresh;
    }

private:
    /// Nothing: a stop. Otherwise what to go on with.
    std::optional<HubOptions> wait_for_end(Hub& hub, const HubOptions& options) {
        for (;;) {
            const auto signal = signals_.wait(kLookAround);
            if (signal == platform::Signal::stop) return std::nullopt;
            if (signal == platform::Signal::reload)
                if (auto fresh = reloaded(hub, options)) return fresh;
            tell_alive(hub);
            if (!hub.usable()) {
                log::error("database_unusable", {}, hub.database().problem() + "; the hub ends, so that a fresh start finds out what is "
                                                                                "there. Look at the disk: is it failing, gone, or read-only?");
                log::flush();
                std::_Exit(1);
            }
        }
    }

    /// The manager's watchdog hears only from a hub that also gets its work done.
    void tell_alive(const Hub& hub) {
        if (!manager_.watchdog() || !hub.keeps_up()) return;
        const auto now = std::chrono::steady_clock::now();
        if (now - told_alive_ < *manager_.watchdog() / 3) return;
        manager_.alive();
        told_alive_ = now;
    }

    std::optional<HubOptions> reloaded(Hub& hub, const HubOptions& options) {
        auto fresh = hooks_.on_reload();
        if (!fresh) return std::nullopt;
        if (fresh->server.port == 0) fresh->server.port = options.server.port;
        if (const auto fine = check_reload(hub, options, *fresh); !fine) {
            hooks_.on_fallback();
            log::error("reload_refused", {}, fine.error().message + "; the old configuration stays");
            return std::nullopt;
        }
        return fresh;
    }

    /// What can be found out while the old hub still works.
    static Status check_reload(Hub& hub, const HubOptions& options, const HubOptions& fresh) {
        try {
            const auto names = hub.database().read([&](db::Session& session) { return check_names(session, fresh.channels); });
            if (!names) return names;
        } catch (const db::Failure& failure) {
            return Error{ErrorKind::unavailable, "database_failed", failure.what()};
        }
        // Our own listener would be in the way of a look at its own port.
        if (fresh.server.port == options.server.port) return ok();
        if (const auto free = http::check_address(fresh.server.host, fresh.server.port); !free)
            return with_owner(free.error(), fresh.server.port);
        return ok();
    }

    Surroundings around_;
    platform::Signals& signals_;
    const ServeHooks& hooks_;
    const platform::ServiceManager& manager_;
    platform::InstanceLock& lock_;
    std::chrono::steady_clock::time_point told_alive_{};
};

}  // namespace

Status serve(HubOptions options, Surroundings surroundings, platform::Signals& signals, const ServeHooks& hooks,
             const platform::ServiceManager& manager) {
    if (const auto free = check_free(options); !free) return free;
    auto lock = platform::InstanceLock::take(options.database.path);
    if (!lock) return lock.error();
    platform::CrashNote crash_note(options.database.path);
    if (const auto& crash = crash_note.last()) {
        tell_crash(*crash);
        options.runner.ended_by = store::Culprit{JobId{crash->at_work.job}, crash->at_work.fence, crash->signal};
    }
    Life life(surroundings, signals, hooks, manager, *lock);
    std::optional<HubOptions> before;  // of a reload that has not come up yet
    for (;;) {
        auto next = life.live(options);
        if (next && !*next) {
            crash_note.forget();
            return ok();
        }
        if (next) {
            before = std::exchange(options, std::move(**next));
            continue;
        }
        if (!before) return next.error();
        // A configuration that reads well may still not work; better the old hub than none.
        options = std::move(*before);
        hooks.on_fallback();
        log::error("reload_refused", {}, next.error().message + "; the old configuration is used again");
        before.reset();
    }
}

}  // namespace crossdock::app
