// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "http/message.h"
#include "sandbox/encoding.h"

namespace crossdock::testing {

/// A request as the server would hand it on, made from what stands in a request line: "/v3/items?limit=2". Names of
/// headers are given in lower case.
inline http::Request raw_request(std::string method, std::string_view path_and_query, std::string body,
                                 http::Fields headers) {
    http::Request request;
    request.method = std::move(method);
    const std::size_t mark = path_and_query.find('?');
    request.target = std::string(path_and_query.substr(0, mark));
    request.path = sandbox::percent_decode(request.target, false);
    if (mark != std::string_view::npos) {
        for (const std::string& pair : split(path_and_query.substr(mark + 1), '&')) {
            const std::size_t equals = pair.find('=');
            const std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
            request.query.emplace_back(sandbox::percent_decode(pair.substr(0, equals), true),
                                       sandbox::percent_decode(value, true));
        }
    }
    request.headers = std::move(headers);
    request.body = std::move(body);
    return request;
}

}  // namespace crossdock::testing
