// SPDX-License-Identifier: Apache-2.0
#include "sandbox/sandbox_server.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace crossdock::sandbox {
namespace {

constexpr int kDeepestPath = 8;
constexpr std::size_t kMaxBody = 8U * 1024 * 1024;
constexpr auto kTick = std::chrono::milliseconds{500};
constexpr std::size_t kShortId = 24;
constexpr std::size_t kMostCalls = 2'000;  // skus stand in paths, too

bool is_id(std::string_view segment) {
    const bool digits = std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; });
    return !segment.empty() && (digits || segment.size() > kShortId);
}

/// "GET /walmart/v3/orders/{}", "POST /shopify/…/graphql.json HubOrdersPage"
std::string name_of_call(const http::Request& request) {
    std::string name = request.method;
    for (const std::string& segment : split(request.path, '/'))
        name += (name.size() == request.method.size() ? " " : "/") + (is_id(segment) ? std::string{"{}"} : segment);
    constexpr std::string_view kOperation = "\"operationName\":\"";
    if (const auto at = request.body.find(kOperation);
        request.path.ends_with("graphql.json") && at != std::string::npos) {
        const auto begin = at + kOperation.size();
        name += ' ' + request.body.substr(begin, request.body.find('"', begin) - begin);
    }
    return name;
}

}  // namespace

SandboxServer::SandboxServer(http::ServerOptions options, std::vector<std::unique_ptr<Marketplace>> marketplaces,
                             WebhookSender webhooks)
    : server_(std::move(options), router_), marketplaces_(std::move(marketplaces)) {
    router_.add({"GET", "/_sandbox/calls",
                 [this](const http::Request&) {
                     const std::lock_guard lock(mutex_);
                     const nlohmann::json all(calls_);
                     return http::Response::json(200,
                                                 all.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
                 },
                 "", kMaxBody});
    for (const auto& marketplace : marketplaces_) {
        if (webhooks) marketplace->set_webhook_sender(webhooks);
        // The router has no wildcard on purpose; a marketplace routes below its own path by itself.
        std::string pattern = marketplace->path_prefix();
        for (int depth = 1; depth <= kDeepestPath; ++depth) {
            pattern += "/{p" + std::to_string(depth) + "}";
            for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE"})
                for (const char* end : {"", "/"})  // eBay's getUser ends in a slash
                    router_.add({method, pattern + end,
                                 [this, &market = *marketplace](const http::Request& request) {
                                     count(request);
                                     return market.handle(request);
                                 },
                                 "", kMaxBody});
        }
    }
}

void SandboxServer::count(const http::Request& request) {
    std::string name = name_of_call(request);
    if (name.find("/_sandbox") != std::string::npos) return;
    const std::lock_guard lock(mutex_);
    if (calls_.size() < kMostCalls || calls_.contains(name)) ++calls_[std::move(name)];
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
