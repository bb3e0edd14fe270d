// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"
#include "http/message.h"
#include "net/http_client.h"
#include "sandbox/marketplace.h"

namespace crossdock::testing {

/// An outbound transport without a network: hands requests to simulated marketplaces (or any handler) by the start of
/// their URL, and turns their simulated network faults into the transport's errors.
class InProcessHttp final : public net::HttpClient {
public:
    using Handler = std::function<http::Response(const http::Request&)>;

    /// Everything whose URL starts with `prefix` ("https://demo-shop.myshopify.com"). The path that the handler sees is
    /// the URL's own, with `path_prefix` put in front.
    void mount(std::string prefix, Handler handler, std::string path_prefix = "") {
        mounts_[std::move(prefix)] = {std::move(handler), std::move(path_prefix)};
    }
    void mount(std::string prefix, sandbox::Marketplace& marketplace) {
        mount(
            std::move(prefix), [&marketplace](const http::Request& request) { return marketplace.handle(request); },
            marketplace.path_prefix());
    }
    /// Called for every request before it is handled: count, delay the clock, or refuse by returning an Error.
    std::function<std::optional<Error>(const net::HttpRequest&)> before;

    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        std::string begun;
        return exchange(request, begun);
    }

    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>& sink) override {
        std::string begun;  // of an answer that was cut: what had come over
        auto answer = exchange(request, begun);
        if (answer && (answer->status < 200 || answer->status > 299)) return answer;
        std::string_view left = answer ? answer->body : begun;
        while (!left.empty()) {  // in pieces, as a network delivers it
            if (!sink(left.substr(0, 4096))) break;
            left.remove_prefix(std::min<std::size_t>(4096, left.size()));
        }
        if (answer) answer->body.clear();
        return answer;
    }

    void shut_down() override { stopped_ = true; }
    [[nodiscard]] std::int64_t requests() const { return requests_; }

private:
    struct Mount {
        Handler handler;
        std::string path_prefix;
    };

    Result<net::HttpResponse> exchange(const net::HttpRequest& request, std::string& begun) {
        ++requests_;
        if (stopped_) return Error{ErrorKind::unavailable, "net_no_answer", "the transport is shut down", {}};
        if (before) {
            if (auto error = before(request)) return *error;
        }
        const auto url = net::parse_url(request.url);
        if (!url) return url.error();
        const Mount* mount = nullptr;
        std::size_t longest = 0;
        for (const auto& [prefix, candidate] : mounts_) {
            if (request.url.starts_with(prefix) && prefix.size() >= longest) {
                mount = &candidate;
                longest = prefix.size();
            }
        }
        if (mount == nullptr) {
            return Error{ErrorKind::unavailable, "net_not_sent", "no simulated host answers at " + url->host, {}};
        }
        http::Request inbound = to_inbound(request, *url, mount->path_prefix);
        http::Response answer = mount->handler(inbound);
        for (const auto& [name, value] : answer.headers) {
            if (name != sandbox::kFaultHeader) continue;
            if (value == sandbox::kFaultNotSent)
                return Error{ErrorKind::unavailable, "net_not_sent", "simulated: never arrived", {}};
            if (value == sandbox::kFaultCut) begun = std::move(answer.body);
            return Error{ErrorKind::unavailable, "net_no_answer", "simulated: " + value, {}};
        }
        if (answer.body.size() > request.max_answer_bytes) {
            return Error{ErrorKind::unavailable, "net_too_large", "the answer exceeds the limit", {}};
        }
        net::HttpResponse out;
        out.status = answer.status;
        out.headers = std::move(answer.headers);
        out.headers.emplace_back("Content-Type", answer.content_type);
        out.body = std::move(answer.body);
        return out;
    }

    static std::string percent_decoded(std::string_view text, bool plus) {
        const auto digit = [](char c) {
            return c >= '0' && c <= '9'   ? c - '0'
                   : c >= 'a' && c <= 'f' ? c - 'a' + 10
                   : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                          : -1;
        };
        std::string out;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
                out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
                i += 2;
            } else {
                out += plus && text[i] == '+' ? ' ' : text[i];
            }
        }
        return out;
    }

    static http::Request to_inbound(const net::HttpRequest& request, const net::Url& url,
                                    const std::string& path_prefix) {
        http::Request inbound;
        inbound.method = request.method;
        const std::string_view whole = url.path_and_query;
        const std::size_t mark = whole.find('?');
        std::string path(whole.substr(0, mark));
        if (!path_prefix.empty() && !path.starts_with(path_prefix + "/")) path = path_prefix + path;
        inbound.target = path;
        inbound.path = percent_decoded(path, false);
        if (mark != std::string_view::npos) {
            for (const std::string& pair : split(whole.substr(mark + 1), '&')) {
                const std::size_t equals = pair.find('=');
                inbound.query.emplace_back(
                    percent_decoded(pair.substr(0, equals), true),
                    equals == std::string::npos ? "" : percent_decoded(pair.substr(equals + 1), true));
            }
        }
        const bool usual =
            url.port == 0 || (url.scheme == "https" && url.port == 443) || (url.scheme == "http" && url.port == 80);
        inbound.headers.emplace_back("host", usual ? url.host : url.host + ":" + std::to_string(url.port));
        for (const auto& [name, value] : request.headers) inbound.headers.emplace_back(to_lower(name), value);
        inbound.body = request.body;
        inbound.remote_address = "127.0.0.1";
        inbound.over_tls = url.scheme == "https";
        return inbound;
    }

    std::map<std::string, Mount> mounts_;
    std::atomic<std::int64_t> requests_{0};
    std::atomic<bool> stopped_{false};
};

}  // namespace crossdock::testing
