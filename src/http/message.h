// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A whole request, already framed, bounded and checked. Names of headers are in lower case.
struct Request {
    std::string method;  // "GET", "POST", …
    std::string path;    // percent-decoded, starts with "/"
    std::string target;  // as sent, without the query
    Fields query;        // percent-decoded, in order; repeated names stay repeated
    Fields headers;
    std::string body;
    std::string remote_address;  // of the peer, never from a header
    bool over_tls = false;
    std::string request_id;
    Fields path_parameters;  // filled by the router: {"id", "17"}
    std::string route;       // pattern of the route that matched, filled by the router; empty when none did

    /// The first header of that (lower-case) name.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    /// The first query parameter of that name.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> parameters(std::string_view name) const;
    /// A path parameter; empty when the route has none of that name.
    [[nodiscard]] std::string_view path_parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    Fields headers;           // besides Content-Type, Content-Length, Connection and Date, which are the server's
    std::string caller = {};  // who asked, for the access log; never sent

    static Response json(int status, std::string body) { return {status, std::move(body), "application/json", {}}; }
    static Response text(int status, std::string body) {
        return {status, std::move(body), "text/plain; charset=utf-8", {}};
    }
};

}  // namespace crossdock::http
