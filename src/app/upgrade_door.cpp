// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_door.h"

#include <optional>
#include <utility>

#include "api/json/error.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace crossdock::app {
namespace {

constexpr std::chrono::milliseconds kDoorGrace{500};
constexpr std::chrono::seconds kAskAgain{15};
constexpr int kGuessFrom = 10;  // percent

}  // namespace

UpgradeDoor::UpgradeDoor(http::ServerOptions options, const Clock& clock) : clock_(clock) {
    options.on_access = {};
    // What no route knows gets the same answer as what one does.
    router_.add({"GET", "/healthz", [this](const http::Request& request) { return answer(request); }});
    router_.set_finisher(
        [this](const http::Request& request, http::Response& response) { response = answer(request); });
    router_.set_error_renderer(api::render_error);  // what is no request at all
    server_ = std::make_unique<http::Server>(std::move(options), router_);
    if (server_->start()) port_ = server_->port();
}

UpgradeDoor::~UpgradeDoor() { server_->stop(kDoorGrace); }

void UpgradeDoor::tell(const UpgradeProgress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
}

http::Response UpgradeDoor::answer(const http::Request& request) const {
    const UpgradeProgress progress = [&] {
        const std::lock_guard lock(mutex_);
        return progress_;
    }();
    // Its parts go at different speeds: an estimate, not a promise.
    std::optional<std::int64_t> left;
    if (progress.percent >= kGuessFrom && progress.percent < 100)
        left = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun_).count() *
               (100 - progress.percent) / progress.percent;
    const std::string words =
        "upgrading the database: " + std::to_string(progress.percent) + " % (" + progress.doing + ")";
    http::Response response;
    if (request.path == "/api/v1/health") {
        std::string body;
        JsonWriter(body)
            .begin_object()
            .field("status", "unavailable")
            .field("time", format_rfc3339(std::chrono::floor<std::chrono::seconds>(clock_.now())))
            .field("message", words)
            .field("percent", std::int64_t{progress.percent})
            .field("seconds_left", left)  // null: too early to say
            .end_object();
        response = http::Response::json(503, std::move(body));
        response.headers.emplace_back("Retry-After", std::to_string(kAskAgain.count()));
    } else {
        // A monitor reads it at once; whoever sent something is told what to do.
        const bool is_probe = request.path == "/healthz" || request.path == "/readyz";
        response = api::refuse(request, {503, is_probe ? words : words + "; try again in a minute", "", kAskAgain,
                                         "\"percent\":" + std::to_string(progress.percent)});
    }
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

}  // namespace crossdock::app
