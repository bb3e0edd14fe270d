// SPDX-License-Identifier: Apache-2.0
#include "api/json/error.h"

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

constexpr std::size_t kMostFaults = 100;

// What a client sent may come back in a message, and it need not be UTF-8.
void write_message(JsonWriter& json, std::string_view message) {
    if (is_valid_utf8(message))
        json.value(message);
    else
        json.value(to_valid_utf8(message));
}

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid: return 422;
        case ErrorKind::not_found: return 404;
        case ErrorKind::conflict: return 409;
        case ErrorKind::denied: return 403;
        case ErrorKind::rejected: return 422;
        case ErrorKind::rate_limited: return 429;
        case ErrorKind::unavailable: return 503;
    }
    return 500;
}

using Renderer = http::Response (*)(const Refused& refused, const std::string& request_id);

http::Response bare(const Refused& refused, const std::string& /*request_id*/) {
    return http::Response::text(refused.status, to_valid_utf8(refused.message) + "\n");
}

http::Response v1(const Refused& refused, const std::string& /*request_id*/) {
    return v1_error(refused.status, refused.message);
}

/// What a status is called for programs. Documented in docs/api/v2.md; a word never changes.
std::string_view code_of(int status) {
    switch (status) {
        case 401: return "unauthenticated";
        case 403: return "forbidden";
        case 404: return "not_found";
        case 405: return "method_not_allowed";
        case 408: return "request_timeout";
        case 409: return "conflict";
        case 413: return "payload_too_large";
        case 415: return "unsupported_media_type";
        case 422: return "validation_failed";
        case 429: return "rate_limited";
        case 501:
        case 505: return "bad_request";  // a method, coding or version that no program of ours failed at
        case 503: return "unavailable";
        default: return status >= 500 ? "internal_error" : "bad_request";
    }
}

/// {"error":{"code","message","details","request_id"}}
http::Response v2(const Refused& refused, const std::string& request_id) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("error").begin_object();
    json.field("code", refused.code.empty() ? code_of(refused.status) : std::string_view{refused.code});
    json.key("message");
    write_message(json, refused.message);
    json.key("details").begin_object();
    if (refused.retry_after) json.field("retry_after", std::int64_t{refused.retry_after->count()});
    if (!refused.details.empty()) json.raw(refused.details);
    json.end_object();
    if (!request_id.empty()) json.field("request_id", request_id);
    json.end_object().end_object();
    return http::Response::json(refused.status, std::move(body));
}

/// The surfaces by the start of their paths. The first that fits speaks; everything else speaks as `/api/v1` does.
struct Surface {
    std::string_view prefix;
    Renderer render;
};
constexpr Surface kSurfaces[] = {
    {"/v2", v2}, {"/public", v2}, {"/hooks", bare}, {"/metrics", bare}, {"/healthz", bare}, {"/readyz", bare},
};

Renderer renderer_of(std::string_view path) {
    for (const Surface& surface : kSurfaces)
        if (path.starts_with(surface.prefix) &&
            (path.size() == surface.prefix.size() || path[surface.prefix.size()] == '/'))
            return surface.render;
    return v1;
}

}  // namespace

void Faults::add(std::string message) {
    if (messages_.size() < kMostFaults)
        messages_.push_back(std::move(message));
    else
        ++left_out_;
}

std::vector<std::string> Faults::messages() const {
    auto all = messages_;
    if (left_out_ > 0) all.push_back("and " + std::to_string(left_out_) + " more of the same request");
    return all;
}

http::Response v1_error(int status, std::string_view message) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("error");
    write_message(json, message);
    json.end_object();
    return http::Response::json(status, std::move(body));
}

http::Response v1_errors(int status, const std::vector<std::string>& messages, ErrorShape shape) {
    if (shape == ErrorShape::text_or_list && messages.size() == 1) return v1_error(status, messages.front());
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("error").begin_array();
    for (const std::string& message : messages) write_message(json, message);
    json.end_array().end_object();
    return http::Response::json(status, std::move(body));
}

http::Response v1_refusal(const services::Refusal& refusal, ErrorShape shape) {
    Faults faults;
    for (const std::string& message : refusal.messages) faults.add(message);
    const int status = status_of(refusal.kind);
    return v1_errors(status, faults.messages(), status == 422 ? shape : ErrorShape::text_or_list);
}

http::Response refuse(const http::Request& request, const Refused& refused) {
    auto response = renderer_of(request.path)(refused, request.request_id);
    if (refused.retry_after) response.headers.emplace_back("Retry-After", std::to_string(refused.retry_after->count()));
    return response;
}

http::Response render_error(const std::string& path, int status, const std::string& message,
                            const std::string& request_id) {
    return renderer_of(path)({status, message}, request_id);
}

bool is_v2(std::string_view path) { return renderer_of(path) == v2; }

}  // namespace crossdock::api
