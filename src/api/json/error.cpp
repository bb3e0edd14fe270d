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

using Renderer = http::Response (*)(int status, std::string_view message);

http::Response bare(int status, std::string_view message) {
    return http::Response::text(status, to_valid_utf8(message) + "\n");
}

/// The surfaces by the start of their paths. The first that fits speaks; everything else speaks as `/api/v1` does.
struct Surface {
    std::string_view prefix;
    Renderer render;
};
constexpr Surface kSurfaces[] = {
    {"/hooks/", bare},
    {"/metrics", bare},
    {"/healthz", bare},
    {"/readyz", bare},
};

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

http::Response render_error(const std::string& path, int status, const std::string& message) {
    for (const Surface& surface : kSurfaces)
        if (path.starts_with(surface.prefix)) return surface.render(status, message);
    return v1_error(status, message);
}

}  // namespace crossdock::api
