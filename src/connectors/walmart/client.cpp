// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/client.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/walmart/item_rows.h"

namespace crossdock::connectors::walmart {
namespace {

using std::chrono::milliseconds;

/// The part of a shared bucket that reading leaves to pushes.
constexpr double kPushReserve = 0.2;
constexpr std::int64_t kLastMillisecond = 253'370'764'800'000;  // the year 9999

struct Body {
    std::string text;
    JsonIndex index;
};

/// A dead token is a 401; older gateways were seen to say so with a 400.
bool is_dead_token(const net::HttpResponse& response) {
    if (response.status == 401) return true;
    if (response.status != 400) return false;
    const Refusal refusal = read_refusal(response.body);
    return refusal.is("UNAUTHORIZED") || refusal.is("INVALID_TOKEN") ||
           refusal.field.find("ACCESS_TOKEN") != std::string::npos;
}

Error status_error(const Call& call, const net::HttpResponse& response, const std::string& id, Timestamp now) {
    const int status = response.status;
    const Refusal refusal = read_refusal(response.body);
    const std::string said = std::string{to_string(call.operation)} + ": HTTP " + std::to_string(status) +
                             (refusal.words.empty() ? "" : ", " + refusal.words) + " (correlation id " + id + ")";
    const std::string message = "Walmart refused " + said;
    if (is_dead_token(response))
        return {ErrorKind::denied, "walmart_denied",
                message +
                    ". A fresh token did not help: the key was switched off or belongs to another environment; check "
                    "it in Walmart's Developer Portal"};
    switch (status) {
        case 400:
        case 422:
            if (call.has_cursor)
                return {ErrorKind::rejected, "cursor_refused", message + "; the page cursor is not valid any more"};
            return {ErrorKind::rejected, "walmart_invalid_request", message};
        case 403:
            return {ErrorKind::denied, "walmart_denied",
                    message +
                        ". The key lacks the permission for this call (Developer Portal: the key's access), or the "
                        "seller's account is suspended"};
        case 404:
            // A gateway that does not know the path says 404, too: that is no empty list.
            if (refusal.code.find("NOT_FOUND") != std::string::npos)
                return {ErrorKind::not_found, "walmart_not_found", message};
            return {ErrorKind::unavailable, "walmart_no_such_path",
                    message + ". If this lasts, check the channel's base_url"};
        case 409:
        case 423: return {ErrorKind::unavailable, "walmart_locked", message, retry_after(response, now)};
        case 429:
            return {ErrorKind::rate_limited, "walmart_throttled", "Walmart asks to slow down: " + said,
                    replenished_in(response, now)
                        .value_or(std::clamp<milliseconds>(Budgets::pace(call.operation), milliseconds{1000},
                                                           milliseconds{60'000}))};
        default: break;
    }
    if (status >= 500)
        return {ErrorKind::unavailable, "walmart_server_error", "Walmart failed: " + said, retry_after(response, now)};
    if (status >= 400) return {ErrorKind::rejected, "walmart_refused", message};
    return {ErrorKind::unavailable, "walmart_error", "Walmart answered " + said};
}

}  // namespace

SharedState::SharedState(const Clock& clock) : budgets(clock) {}
SharedState::~SharedState() = default;

std::unique_ptr<ItemRows> SharedState::take_item_rows() {
    const std::scoped_lock lock(items_mutex);
    return std::move(item_rows_);
}

void SharedState::keep_item_rows(std::unique_ptr<ItemRows> rows) {
    const std::scoped_lock lock(items_mutex);
    item_rows_ = std::move(rows);
}

std::string whole_seconds(Timestamp at) { return format_rfc3339(std::chrono::floor<std::chrono::seconds>(at)); }

std::optional<Timestamp> read_epoch(JsonView field) {
    const auto ms = field.integer();
    if (!ms || *ms <= 0 || *ms >= kLastMillisecond) return std::nullopt;
    return from_ms(*ms);
}

Result<Answer> Client::call(const Call& call) {
    if (auto room = reserve(call); !room) return room.error();
    auto sent = send(call);
    if (!sent) return sent.error();
    return read(call, std::move(*sent));
}

Status Client::reserve(const Call& call) {
    net::Budget& budget = shared_.budgets.of(call.operation);
    const bool leaves_room = !call.push && is_shared_with_pushes(call.operation);
    auto taken = budget.take(1, leaves_room ? budget.state().capacity * kPushReserve : 0);
    if (taken) return taken;
    Error error = taken.error();
    error.message = "the channel's budget for " + std::string{to_string(call.operation)} + " is used up for now";
    return error;
}

Result<Client::Sent> Client::send_with(const Call& call, const Secret& token) {
    Sent sent;
    sent.correlation_id = runtime_.random.uuid();
    net::HttpRequest request;
    request.method = call.method;
    request.url = settings_.url + with_query(call.path, call.query);
    request.headers = common_headers(settings_, sent.correlation_id);
    request.headers.emplace_back("WM_SEC.ACCESS_TOKEN", token.reveal());
    // The token's own check wants the header although it has no body.
    if (!call.body.empty() || call.operation == Operation::get_token_detail)
        request.headers.emplace_back("Content-Type", call.content_type);
    request.body = call.body;
    auto response = runtime_.http.send(request);
    if (!response) return response.error();
    learn(call, *response);
    sent.response = std::move(*response);
    return sent;
}

/// Walmart's word on what is left counts when it is less than we thought: other programs may use the same key.
void Client::learn(const Call& call, const net::HttpResponse& response) {
    net::Budget& budget = shared_.budgets.of(call.operation);
    const auto state = budget.state();
    if (const auto left = calls_left(response); left && static_cast<double>(*left) < state.available)
        budget.learn(state.capacity, static_cast<double>(*left), state.restore_per_second);
    if (response.status != 429) return;
    const milliseconds pace = Budgets::pace(call.operation);
    const auto jitter =
        milliseconds{static_cast<std::int64_t>(static_cast<double>(pace.count()) * 0.2 * runtime_.random.unit())};
    budget.pause_for(replenished_in(response, now()).value_or(std::max(pace, milliseconds{1000}) + jitter));
}

Result<Client::Sent> Client::send(const Call& call) {
    auto token = shared_.tokens.get(settings_, runtime_);
    for (bool renewed = false;; renewed = true) {
        if (!token) return token.error();
        auto sent = send_with(call, *token);
        if (!sent || renewed || !is_dead_token(sent->response)) return sent;
        token = shared_.tokens.renew(*token, settings_, runtime_);
    }
}

Result<Answer> Client::read(const Call& call, Sent sent) {
    net::HttpResponse& response = sent.response;
    if (response.status / 100 != 2) return status_error(call, response, sent.correlation_id, now());
    Answer answer;
    answer.provider_now = provider_now(response);
    if (trim(response.body).empty() && (response.status == 204 || response.status == 202)) return answer;
    auto body = std::make_shared<Body>();
    body->text = is_valid_utf8(response.body) ? std::move(response.body) : to_valid_utf8(response.body);
    auto index = JsonIndex::parse(body->text);
    if (!index || (!index->root().is_object() && !index->root().is_array())) {
        const bool xml = trim(body->text).starts_with('<');
        return Error{ErrorKind::unavailable, "walmart_bad_answer",
                     "Walmart's answer to " + std::string{to_string(call.operation)} + " is " +
                         (xml     ? "XML or a web page, not JSON"
                          : index ? "no JSON object"
                                  : index.error().message) +
                         " (correlation id " + sent.correlation_id + ")"};
    }
    body->index = std::move(*index);
    answer.root = body->index.root();
    answer.keeps_alive = body;
    return answer;
}

}  // namespace crossdock::connectors::walmart
