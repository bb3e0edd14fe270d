// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <atomic>
#include <cstdlib>
#include <thread>

#include "app/control.h"
#include "observability/log.h"
#include "platform/instance_lock.h"

namespace crossdock::app {
namespace {

// A service manager waits longer; correctness never depends on a clean end.
constexpr auto kGrace = std::chrono::milliseconds{6'000};
constexpr auto kHardEnd = std::chrono::milliseconds{7'500};
constexpr auto kLookAround = std::chrono::milliseconds{500};

/// Ends the process when stopping takes too long: a stop that hangs is worse than one that is not clean.
class HardEnd {
public:
    HardEnd() : thread_([this] {
        for (auto waited = std::chrono::milliseconds{0}; waited < kHardEnd; waited += std::chrono::milliseconds{50}) {
            if (done_) return;
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
        }
        log::error("stop_too_slow", {}, "not everything ended in time; what was under way is resumed at the next start");
        log::flush();
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

}  // namespace

Status serve(HubOptions options, Surroundings surroundings, platform::Signals& signals, const ServeHooks& hooks) {
    auto lock = platform::InstanceLock::take(options.database.path);
    if (!lock) return lock.error();
    for (;;) {
        bool again = false;
        HubOptions current = options;
        // After a stop nobody needs the network any more; after a reload somebody does.
        current.interrupt = [&] {
            if (!again) surroundings.http.shut_down();
        };
        auto opened = Hub::open(current, surroundings);
        if (!opened) return opened.error();
        Hub& hub = **opened;
        ControlDoor door(hub, surroundings.random);
        if (const auto listening = hub.listen(); !listening) return listening;
        const std::string address = address_of(current.server, hub.port());
        // What the system chose stays chosen through a reload.
        options.server.port = hub.port();
        hub.start();
        lock->set_listen(address);
        if (const auto written = door.open(current.database.path, "http://" + address); !written)
            log::warn("control_door", {}, written.error().message);
        log::info("ready", {{"address", address}, {"database", current.database.path}, {"version", current.version}},
                  "crossdock answers");
        hooks.on_ready(hub, "http://" + address);

        for (;;) {
            const auto signal = signals.wait(kLookAround);
            if (signal == platform::Signal::stop) break;
            if (signal == platform::Signal::reload) {
                if (auto fresh = hooks.on_reload()) {
                    fresh->server.port = fresh->server.port == 0 ? options.server.port : fresh->server.port;
                    options = std::move(*fresh);
                    again = true;
                    break;
                }
            }
            if (!hub.usable()) {
                log::error("database_unusable", {}, "the database failed in the middle of a commit; ending, so that a fresh start can look at it");
                log::flush();
                std::_Exit(1);
            }
        }
        log::info(again ? "reloading" : "stopping", {{"address", address}});
        hooks.on_stopping();
        HardEnd guard;
        if (!hub.stop(kGrace) && !again) {
            log::flush();
            std::_Exit(0);
        }
        if (!again) return ok();
    }
}

}  // namespace crossdock::app
