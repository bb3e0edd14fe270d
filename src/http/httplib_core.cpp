// SPDX-License-Identifier: Apache-2.0
#include "http/httplib_core.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string_view>

#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"
#include "http/fields.h"

namespace crossdock::http {
namespace {

/// Hands httplib a head to read and keeps what it writes.
class ReplayStream final : public httplib::Stream {
public:
    ReplayStream(std::string_view input, std::string& output) : input_(input), output_(output) {}

    bool is_readable() const override { return at_ < input_.size(); }
    bool wait_readable() const override { return is_readable(); }
    bool wait_writable() const override { return true; }
    ssize_t read(char* into, size_t size) override {
        const auto n = std::min(size, input_.size() - at_);
        std::memcpy(into, input_.data() + at_, n);
        at_ += n;
        return static_cast<ssize_t>(n);
    }
    ssize_t write(const char* from, size_t size) override {
        output_.append(from, size);
        return static_cast<ssize_t>(size);
    }
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}
    socket_t socket() const override { return INVALID_SOCKET; }
    time_t duration() const override { return 0; }

private:
    std::string_view input_;
    std::string& output_;
    std::size_t at_ = 0;
};

/// The Date header changes once a second, and every answer has one.
std::string http_date() {
    thread_local std::chrono::sys_seconds at{};
    thread_local std::string text;
    const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
    if (now != at) {
        at = now;
        text = format_http_date(now);
    }
    return text;
}

/// Names that the server alone sets.
bool is_reserved(std::string_view name) {
    constexpr std::array<std::string_view, 8> kReserved = {
        "connection", "content-length", "content-type",      "date",
        "keep-alive", "server",         "transfer-encoding", "x-request-id"};
    return std::any_of(kReserved.begin(), kReserved.end(),
                       [&](std::string_view reserved) { return equals_ignoring_case(reserved, name); });
}

bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

Fields standard_headers(const Response& response, const std::string& request_id, bool close, bool http_1_0) {
    Fields headers;
    headers.reserve(response.headers.size() + 7);
    if (!has_no_body(response.status)) {
        headers.emplace_back("Content-Length", std::to_string(response.body.size()));
        if (!response.content_type.empty() && is_field_value(response.content_type)) {
            headers.emplace_back("Content-Type", response.content_type);
        }
    }
    headers.emplace_back("Date", http_date());
    headers.emplace_back("X-Request-Id", request_id);
    headers.emplace_back("X-Content-Type-Options", "nosniff");
    if (close) {
        headers.emplace_back("Connection", "close");
    } else if (http_1_0) {
        headers.emplace_back("Connection", "keep-alive");
    }
    for (const auto& [name, value] : response.headers) {
        // A value with a line break would be a second header, or a second answer.
        if (is_token(name) && is_field_value(value) && !is_reserved(name)) headers.emplace_back(name, value);
    }
    return headers;
}

Outgoing compose(const Response& response, const std::string& request_id, bool close, bool without_body) {
    Outgoing out;
    out.head = "HTTP/1.1 " + std::to_string(response.status) + ' ' + httplib::status_message(response.status) + "\r\n";
    for (const auto& [name, value] : standard_headers(response, request_id, close, false)) {
        out.head += name + ": " + value + "\r\n";
    }
    out.head += "\r\n";
    if (!without_body && !has_no_body(response.status)) out.body = response.body;
    return out;
}

struct HttplibCore::Impl final : httplib::Server {
    Impl(const Router& table, InternalErrorHook hook) : router(table), on_internal_error(std::move(hook)) {
        set_pre_routing_handler([this](const httplib::Request&, httplib::Response& answer) {
            run_handler();
            answer.status = current->response.status;
            return HandlerResponse::Handled;
        });
        set_post_routing_handler([this](const httplib::Request&, httplib::Response& answer) {
            // A request that passed our framing and not httplib's reading: its verdict, our words.
            if (!handled) {
                const auto& request = current->framed.request;
                current->close = true;
                current->response = router.render_error(request.path, answer.status, "the request could not be read",
                                                         request.request_id);
                answer.status = current->response.status;
            }
            // Not what httplib adds (Keep-Alive, close after every 4xx, Accept-Ranges), but what we promise.
            answer.headers.clear();
            answer.body.clear();
            for (auto& [name, value] : standard_headers(current->response, current->framed.request.request_id,
                                                        current->close, current->framed.http_1_0)) {
                answer.headers.emplace(std::move(name), std::move(value));
            }
        });
    }

    void run_handler() {
        handled = true;
        auto& request = current->framed.request;
        current->response = router.dispatch(request, on_internal_error);
        const int status = current->response.status;
        if (status < 200 || status > 599) {
            if (on_internal_error)
                on_internal_error(request, "the handler answered with the status " + std::to_string(status));
            current->response = router.render_error(request.path, 500, "internal error", request.request_id);
        }
    }

    bool run(Exchange& exchange) {
        current = &exchange;
        handled = false;
        // httplib drops what a client could have sent to confuse it: it gets a request line that we understood and a
        // name.
        const std::string input = exchange.framed.start_line + "\r\nHost: crossdock\r\n\r\n";
        ReplayStream stream(input, exchange.out.head);
        bool closed = false;
        process_request(stream, exchange.framed.request.remote_address, 0, {}, 0, false, closed, nullptr);
        current = nullptr;
        return !exchange.out.head.empty();
    }

    const Router& router;
    InternalErrorHook on_internal_error;
    // httplib's handlers get no context of their own; each worker runs one request at a time.
    static thread_local Exchange* current;
    static thread_local bool handled;
};

thread_local Exchange* HttplibCore::Impl::current = nullptr;
thread_local bool HttplibCore::Impl::handled = false;

HttplibCore::HttplibCore(const Router& router, InternalErrorHook on_internal_error)
    : impl_(std::make_unique<Impl>(router, std::move(on_internal_error))) {}

HttplibCore::~HttplibCore() = default;

void HttplibCore::answer(Exchange& exchange) {
    const auto& request = exchange.framed.request;
    bool answered = false;
    try {
        answered = impl_->run(exchange);
    } catch (const std::exception& failure) {  // of the error renderer or a hook
        if (impl_->on_internal_error) impl_->on_internal_error(request, failure.what());
    }
    if (!answered) {
        exchange.close = true;
        exchange.response = Response::text(500, "internal error; request id " + request.request_id + "\n");
        exchange.out = compose(exchange.response, request.request_id, true, false);
        return;
    }
    if (request.method != "HEAD" && !has_no_body(exchange.response.status)) {
        exchange.out.body = std::move(exchange.response.body);
    }
}

}  // namespace crossdock::http
