// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandbox_server.h"

#include <chrono>

namespace crossdock::sandbox {
namespace {

constexpr int kDeepestPath = 8;
constexpr std::size_t kMaxBody = 8U * 1024 * 1024;
constexpr auto kTick = std::chrono::milliseconds{500};

}  // namespace

SandboxServer::SandboxServer(http::ServerOptions options, std::vector<std::unique_ptr<Marketplace>> marketplaces,
                             WebhookSender webhooks)
    : server_(std::move(options), router_), marketplaces_(std::move(marketplaces)) {
    for (const auto& marketplace : marketplaces_) {
        if (webhooks) marketplace->set_webhook_sender(webhooks);
        // The router has no wildcard on purpose; a marketplace routes below its own path by itself.
        std::string pattern = marketplace->path_prefix();
        for (int depth = 1; depth <= kDeepestPath; ++depth) {
            pattern += "/{p" + std::to_string(depth) + "}";
            for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
                for (const char* end : {"", "/"})  // eBay's getUser ends in a slash
                    router_.add({method, pattern + end,
                                 [&market = *marketplace](const http::Request& request) { return market.handle(request); },
                                 "", kMaxBody});
        }
    }
}

SandboxServer::~SandboxServer() { stop(); }

Status SandboxServer::start() {
    const auto started = server_.start();
    if (!started) return started;
    life_ = std::thread([this] { live(); });
    return ok();
}

void SandboxServer::live() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        for (const auto& marketplace : marketplaces_) marketplace->tick();
        lock.lock();
        wake_.wait_for(lock, kTick, [this] { return stopping_; });
    }
}

void SandboxServer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (life_.joinable()) life_.join();
    server_.stop(std::chrono::milliseconds{500});
}

int SandboxServer::port() const { return server_.port(); }

}  // namespace crossdock::sandbox
