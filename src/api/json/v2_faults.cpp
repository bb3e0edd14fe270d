// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_faults.h"

#include <array>

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

constexpr std::size_t kMostFaultsTold = 100;

int v2_status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid: return 422;
        case ErrorKind::not_found: return 404;
        case ErrorKind::conflict: return 409;
        case ErrorKind::denied: return 409;  // at the other end: the caller itself is allowed to ask
        case ErrorKind::rejected: return 422;
        case ErrorKind::rate_limited: return 503;
        case ErrorKind::unavailable: return 503;
    }
    return 500;
}

/// What the use cases say in the ERP contract's names is told in those of this surface.
std::string in_our_words(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWords{{
        {"remote_order_id", "order_id"},
        {"item_master_id", "item_id"},
        {"external_line_id", "line_id"},
        {"line_items", "items"},
        {"external_order_id", "external_id"},
        {"/api/v1/skus", "/v2/items"},
    }};
    for (const auto& [theirs, ours] : kWords)
        for (auto at = text.find(theirs); at != std::string::npos; at = text.find(theirs, at + ours.size()))
            text.replace(at, theirs.size(), ours);
    return text;
}

}  // namespace

void V2Faults::add(std::string field, std::string message) {
    if (faults_.size() < kMostFaultsTold)
        faults_.emplace_back(std::move(field), std::move(message));
    else
        ++left_out_;
}

http::Response V2Faults::refuse(const http::Request& request) const {
    std::string details;
    JsonWriter json(details);
    json.key("errors").begin_array();
    for (const auto& [field, message] : faults_) {
        json.begin_object();
        if (!field.empty()) json.field("field", to_valid_utf8(field));
        json.field("message", to_valid_utf8(message)).end_object();
    }
    json.end_array();
    if (left_out_ > 0) json.field("left_out", static_cast<std::int64_t>(left_out_));
    const auto& [field, message] = faults_.front();
    std::string first = field.empty() ? message : field + ": " + message;
    if (const std::size_t others = faults_.size() - 1 + left_out_; others > 0)
        first += " (and " + std::to_string(others) + " more, see details.errors)";
    return api::refuse(request, {422, std::move(first), {}, {}, std::move(details)});
}

http::Response v2_refusal(const http::Request& request, const services::Refusal& refusal) {
    const int status = v2_status_of(refusal.kind);
    if (status != 422)
        return refuse(request, {status, refusal.messages.empty() ? "" : in_our_words(refusal.messages.front())});
    V2Faults faults;
    for (const std::string& message : refusal.messages) faults.add({}, in_our_words(message));
    return faults.refuse(request);
}

http::Response v2_error(const http::Request& request, const Error& error, const std::vector<std::string_view>& fields) {
    std::string details;
    JsonWriter json(details);
    if (!fields.empty()) {
        json.key("errors").begin_array();
        for (const std::string_view field : fields)
            json.begin_object().field("field", field).field("message", to_valid_utf8(error.message)).end_object();
        json.end_array();
    }
    json.field("reason", error.code);
    std::optional<std::chrono::seconds> wait;
    if (error.retry_after) wait = std::chrono::ceil<std::chrono::seconds>(*error.retry_after);
    return refuse(request, {v2_status_of(error.kind), in_our_words(error.message), {}, wait, std::move(details)});
}

http::Response v2_not_found(const http::Request& request, std::string_view what) {
    std::string message = "there is no such " + std::string{what};
    // Whoever comes from /api/v1 tries its ids.
    const std::string_view id = request.path_parameter("id");
    if (!id.empty() && id.find_first_not_of("0123456789") == std::string_view::npos)
        message += "; ids of /v2 begin with their kind, like ord_17 or itm_4";
    return refuse(request, {404, std::move(message)});
}

}  // namespace crossdock::api
