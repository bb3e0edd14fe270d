// SPDX-License-Identifier: Apache-2.0
#include "integration/shop_proxy.h"

namespace crossdock::testing {
namespace {

/// Whether head and declared body are there.
bool is_whole_request(const std::string& text) {
    const auto head = text.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    const auto at = text.find("Content-Length: ");
    if (at > head) return true;
    return text.size() >= head + 4 + static_cast<std::size_t>(std::atoll(text.c_str() + at + 16));
}

std::string operation_in(const std::string& request) {
    const std::string name = "\"operationName\":\"";
    const auto at = request.rfind(name);
    if (at == std::string::npos) return {};
    const auto from = at + name.size();
    return request.substr(from, request.find('"', from) - from);
}

}  // namespace

ShopProxy::ShopProxy(int shop_port) : shop_port_(shop_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    // The socket calls take every family by one type.
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
        ::listen(listener_, 64) != 0 || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size) != 0)
        throw std::runtime_error("the proxy cannot listen");
    port_ = ntohs(at.sin_port);
    acceptor_ = std::thread([this] { accept_loop(); });
}

ShopProxy::~ShopProxy() {
    over_ = true;
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
}

void ShopProxy::spoil(std::string operation, Spoil spoil) {
    const std::lock_guard lock(mutex_);
    operation_ = std::move(operation);
    spoil_ = std::move(spoil);
    spoilt_ = 0;
}

void ShopProxy::be_honest() {
    {
        const std::lock_guard lock(mutex_);
        spoil_ = nullptr;
    }
    // What the spoilers refer to may go now.
    while (spoiling_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

void ShopProxy::accept_loop() {
    while (!over_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 50) <= 0) continue;
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        ++connections_;
        threads_.emplace_back([this, fd] { serve(RawSocket::adopt(fd)); });
    }
}

void ShopProxy::serve(RawSocket hub) {
    const std::string request = hub.read_until(std::chrono::seconds{5}, is_whole_request);
    if (!is_whole_request(request)) return;
    Exchange exchange{hub, operation_in(request), request, [&] {
                          const std::string answer = ask_shop(request);
                          const auto head = answer.find("\r\n\r\n");
                          return json::parse(head == std::string::npos ? "" : answer.substr(head + 4), nullptr, false);
                      }};
    Spoil spoil;
    {
        const std::lock_guard lock(mutex_);
        if (spoil_ && (operation_.empty() || operation_ == exchange.operation)) {
            spoil = spoil_;
            ++spoiling_;
        }
    }
    if (spoil) {
        ++spoilt_;
        spoil(exchange);
        --spoiling_;
        return;
    }
    hub.send(ask_shop(request));
}

std::string ShopProxy::ask_shop(const std::string& request) const {
    std::string asked = request;
    const auto head = asked.find("\r\n\r\n");
    asked.insert(head, "\r\nConnection: close");  // so that its end is the answer's
    try {
        RawSocket shop(shop_port_);
        shop.send(asked);
        return shop.read_all(std::chrono::seconds{20});
    } catch (const std::exception&) {
        return {};  // the shop is gone: so is the hub's connection
    }
}

}  // namespace crossdock::testing
