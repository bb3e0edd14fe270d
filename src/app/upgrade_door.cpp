// SPDX-License-Identifier: Apache-2.0
#include "app/upgrade_door.h"

#include <utility>

#include "base/json_writer.h"

namespace crossdock::app {
namespace {

constexpr std::chrono::milliseconds kDoorGrace{500};

}  // namespace

UpgradeDoor::UpgradeDoor(http::ServerOptions options) {
    options.on_access = {};
    // What no route knows gets the same answer as what one does.
    router_.add({"GET", "/healthz", [this](const http::Request& request) { return answer(request.path); }});
    router_.set_finisher(
        [this](const http::Request& request, http::Response& response) { response = answer(request.path); });
    server_ = std::make_unique<http::Server>(std::move(options), router_);
    if (server_->start()) port_ = server_->port();
}

UpgradeDoor::~UpgradeDoor() { server_->stop(kDoorGrace); }

void UpgradeDoor::tell(const UpgradeProgress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
}

http::Response UpgradeDoor::answer(const std::string& path) const {
    const UpgradeProgress progress = [&] {
        const std::lock_guard lock(mutex_);
        return progress_;
    }();
    const std::string words =
        "upgrading the database: " + std::to_string(progress.percent) + " % (" + progress.doing + ")";
    http::Response response;
    if (path == "/healthz" || path == "/readyz") {
        response = http::Response::text(503, words + "\n");
    } else if (path == "/api/v1/health") {
        std::string body;
        JsonWriter(body)
            .begin_object()
            .field("status", "unavailable")
            .field("message", words)
            .field("percent", std::int64_t{progress.percent})
            .end_object();
        response = http::Response::json(503, std::move(body));
    } else {
        std::string body;
        JsonWriter(body).begin_object().field("error", words + "; try again in a minute").end_object();
        response = http::Response::json(503, std::move(body));
    }
    response.headers.emplace_back("Retry-After", "15");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

}  // namespace crossdock::app
