// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_faults.h"

#include <string_view>

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

/// The sentence without the place that it begins with, which is told beside it.
std::string without_place(std::string message, const std::string& field) {
    for (const std::string_view place :
         {std::string_view{field}, std::string_view{field}.substr(0, field.rfind('.'))}) {
        const bool begins = !place.empty() && message.size() > place.size() + 1 &&
                            equals_ignoring_case(std::string_view{message}.substr(0, place.size()), place);
        if (begins && message[place.size()] == ' ') return message.substr(place.size() + 1);
        if (begins && message.compare(place.size(), 2, ": ") == 0) return message.substr(place.size() + 2);
    }
    return message;
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
    if (status != 422) return refuse(request, {status, refusal.messages.empty() ? "" : refusal.messages.front()});
    V2Faults faults;
    for (std::size_t i = 0; i < refusal.messages.size(); ++i) {
        const std::string field = i < refusal.fields.size() ? refusal.fields[i] : std::string{};
        faults.add(field, without_place(refusal.messages[i], field));
    }
    return faults.refuse(request);
}

http::Response v2_error(const http::Request& request, const Error& error, const std::vector<std::string_view>& fields) {
    std::string details;
    JsonWriter json(details);
    const int status = v2_status_of(error.kind);
    if (status == 422) {
        json.key("errors").begin_array();
        for (const std::string_view field : fields)
            json.begin_object()
                .field("field", field)
                .field("message", to_valid_utf8(without_place(error.message, std::string{field})))
                .end_object();
        if (fields.empty()) json.begin_object().field("message", to_valid_utf8(error.message)).end_object();
        json.end_array();
    }
    json.field("reason", error.code);
    std::optional<std::chrono::seconds> wait;
    if (error.retry_after) wait = std::chrono::ceil<std::chrono::seconds>(*error.retry_after);
    return refuse(request, {status, error.message, {}, wait, std::move(details)});
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
