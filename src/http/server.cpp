// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <stdexcept>
#include <thread>

#include "http/event_loop.h"

namespace crossdock::http {
namespace {

constexpr int kBacklog = 512;

}  // namespace

struct Server::Impl {
    Impl(ServerOptions o, const Router& r) : options(std::move(o)), router(r) {}

    const ServerOptions options;
    const Router& router;
    int port = 0;
    std::unique_ptr<EventLoop> loop;
    std::thread thread;
};

Server::Server(ServerOptions options, const Router& router)
    : impl_(std::make_unique<Impl>(std::move(options), router)) {}

Server::~Server() { stop(std::chrono::milliseconds{0}); }

Status Server::start() {
    if (impl_->loop != nullptr) throw std::logic_error("http::Server::start() was called twice");
    auto listener = listen_on(impl_->options.host, impl_->options.port, kBacklog);
    if (!listener) return listener.error();
    impl_->port = port_of(*listener);
    impl_->loop = std::make_unique<EventLoop>(impl_->options, impl_->router, std::move(*listener));
    impl_->thread = std::thread([loop = impl_->loop.get()] { loop->run(); });
    return ok();
}

int Server::port() const { return impl_->port; }

void Server::stop(std::chrono::milliseconds grace) {
    if (impl_->loop == nullptr) return;
    impl_->loop->stop_by(std::chrono::steady_clock::now() + grace);
    if (impl_->thread.joinable()) impl_->thread.join();
    impl_->loop->close_workers();
}

Status check_address(const std::string& host, int port) {
    const auto bound = bind_to(host, port);
    if (!bound) return bound.error();
    return ok();
}

ServerCounters Server::counters() const { return impl_->loop == nullptr ? ServerCounters{} : impl_->loop->counters(); }

}  // namespace crossdock::http
