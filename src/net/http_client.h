// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace crossdock::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string url;  // absolute, http or https
    Headers headers;  // a value with control characters is refused, never sent
    std::string body;
    std::chrono::milliseconds deadline{60'000};  // for everything, DNS to the last byte
    std::size_t max_answer_bytes = 32U * 1024 * 1024;
};

struct HttpResponse {
    int status = 0;
    Headers headers;
    std::string body;
    /// The first header of that name, any case; empty when absent.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// One request, one answer. Any status is an answer; an Error means that there was none. Redirects are not followed.
/// Error codes, which decide whether a push may be repeated:
///   `net_refused`    invalid: the request itself is not sendable (bad URL, bad header)
///   `net_not_sent`   unavailable: DNS, connect or TLS failed; the other side has not seen a byte of the request
///   `net_no_answer`  unavailable: bytes went out and no whole answer came back (cut, deadline): the effect is unknown
///   `net_too_large`  unavailable: the answer exceeds max_answer_bytes (effect unknown, too)
/// Safe to call from any thread.
class HttpClient {
public:
    virtual ~HttpClient() = default;
    virtual Result<HttpResponse> send(const HttpRequest& request) = 0;
    /// As send, but the body of a 2xx goes to `sink` piece by piece and is neither kept nor capped by max_answer_bytes;
    /// when the sink returns false the rest is left unread and the answer is returned as it is. Other bodies are kept
    /// up to 64 KiB.
    virtual Result<HttpResponse> download(const HttpRequest& request,
                                          const std::function<bool(std::string_view)>& sink) = 0;
    /// Ends every request under way (`net_no_answer`, or `net_not_sent` when no byte had left yet) and refuses new ones
    /// (`net_not_sent`): for a clean stop. Any thread.
    virtual void shut_down() = 0;
};

/// The real network, by cpp-httplib over OpenSSL (system trust store, host names checked). Connections are kept open
/// and shared. A request that met a kept connection which the other side had just closed goes out again on a new one by
/// itself, but only when no byte had left, or when it is a GET or HEAD and no byte had come back.
std::unique_ptr<HttpClient> make_http_client(std::string user_agent = "crossdock");

struct Url {
    std::string scheme, host, path_and_query;
    int port = 0;
};
/// Errors: invalid. Only http and https; no user information.
Result<Url> parse_url(std::string_view url);
std::string percent_encode(std::string_view text);

}  // namespace crossdock::net
