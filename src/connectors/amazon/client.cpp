// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/client.h"

#include <charconv>
#include <cmath>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/report_reader.h"

namespace crossdock::connectors::amazon {
namespace {

using std::chrono::milliseconds;

/// The part of a shared bucket that reading leaves to pushes.
constexpr double kPushReserve = 0.2;
/// After a refusal of restricted data the role may be granted at any time.
constexpr std::chrono::hours kRefusalLasts{6};
constexpr double kFastestRate = 1000;
/// Lists of money were seen to take more than three minutes; every other call has the usual minute.
constexpr std::chrono::minutes kSlowAnswer{4};

bool is_slow(Operation operation) {
    return operation == Operation::list_financial_events || operation == Operation::list_transactions;
}

struct Body {
    std::string text;
    JsonIndex index;
};

std::optional<double> stated_rate(const net::HttpResponse& response) {
    const std::string_view text = trim(response.header("x-amzn-RateLimit-Limit"));
    double rate = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (!std::isfinite(rate) || rate <= 0 || rate > kFastestRate) return std::nullopt;
    return rate;
}

/// What support asks for.
std::string request_id(const net::HttpResponse& response) {
    const std::string_view id = trim(response.header("x-amzn-RequestId"));
    return id.empty() ? std::string{} : " (Amazon's request id " + in_quotes(id.substr(0, 80)) + ")";
}

std::string said(const Call& call, const net::HttpResponse& response) {
    std::string words = error_words(response.body);
    std::string out = std::string{to_string(call.operation)} + ": HTTP " + std::to_string(response.status);
    if (!words.empty()) out += ", " + words;
    return out + request_id(response);
}

/// Of a kind of restricted token among the shared ones.
std::size_t place_of(Access access) {
    switch (access) {
        case Access::plain:
        case Access::order_list: return 0;
        case Access::one_order: return 1;
        case Access::order_items: return 2;
    }
    return 0;
}

Error status_error(const Call& call, const net::HttpResponse& response, Timestamp now, milliseconds pace) {
    const int status = response.status;
    std::string message = "Amazon refused " + said(call, response);
    switch (status) {
        case 400:
        case 409:
        case 422:
            if (call.has_token)
                return {ErrorKind::rejected, "cursor_refused", message + "; the page token is not valid any more"};
            return {ErrorKind::rejected, "amazon_invalid_input", std::move(message)};
        case 401:
        case 403:
            return {ErrorKind::denied, "amazon_denied",
                    message +
                        ". Check that the app has the role this call needs, that the seller's authorisation is "
                        "valid, and that the channel's region is the seller's"};
        case 404: return {ErrorKind::not_found, "amazon_not_found", std::move(message)};
        case 429:
            return {ErrorKind::rate_limited, "amazon_throttled", "Amazon asks to slow down: " + said(call, response),
                    retry_after(response, now).value_or(pace)};
        default: break;
    }
    if (status >= 500)
        return {ErrorKind::unavailable, "amazon_server_error", "Amazon failed: " + said(call, response),
                retry_after(response, now)};
    if (status >= 400) return {ErrorKind::rejected, "amazon_refused", std::move(message)};
    return {ErrorKind::unavailable, "amazon_error", "Amazon answered " + said(call, response)};
}

}  // namespace

void RestrictedToken::refuse(std::string why, const Clock& clock) {
    const std::scoped_lock lock(mutex_);
    why_ = std::move(why);
    until_ = clock.steady() + kRefusalLasts;
}

std::optional<std::string> RestrictedToken::refusal(const Clock& clock) const {
    const std::scoped_lock lock(mutex_);
    if (why_.empty() || clock.steady() >= until_) return std::nullopt;
    return why_;
}

SharedState::SharedState(const Clock& clock) : budgets(clock), pages(clock) {}
SharedState::~SharedState() = default;

std::unique_ptr<ReportReader> SharedState::take_report() {
    const std::scoped_lock lock(mutex_);
    return std::move(report_);
}

void SharedState::keep_report(std::unique_ptr<ReportReader> report) {
    const std::scoped_lock lock(mutex_);
    report_ = std::move(report);
}

std::string error_words(std::string_view body) {
    const auto index = JsonIndex::parse(body);
    if (!index) return {};
    JsonView list = index->root()["errors"];
    if (!list) list = index->root()["error"];  // seen in the wild
    std::string out;
    const auto add = [&](JsonView one) {
        const auto code = one["code"].filled_text();
        const auto message = one["message"].filled_text();
        const auto details = one["details"].filled_text();
        std::string words = code.value_or("");
        if (message) words += (words.empty() ? "" : ": ") + *message;
        if (details && details != message) words += " (" + *details + ")";
        if (!words.empty()) out += (out.empty() ? "" : "; ") + words;
    };
    if (list.is_array())
        for (const JsonView one : list) add(one);
    else
        add(list);
    return in_quotes(out);
}

std::string whole_seconds(Timestamp at) { return format_rfc3339(std::chrono::floor<std::chrono::seconds>(at)); }

std::string path_part(std::string_view id) { return net::percent_encode(id); }

std::optional<std::string> Client::refusal_of(Access access) const {
    return shared_.restricted[place_of(access)].refusal(runtime_.clock);
}

Result<Answer> Client::call(const Call& call) {
    if (auto room = reserve(call); !room) return room.error();
    auto response = send(call);
    if (!response) return response.error();
    return read(call, std::move(*response));
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

Result<net::HttpResponse> Client::send_with(const Call& call, const Secret& token) {
    net::HttpRequest request;
    request.method = call.method;
    request.url = settings_.api_url + with_query(call.path, call.query);
    request.headers = {{"Accept", "application/json"},
                       {"User-Agent", std::string{kUserAgent}},
                       {"x-amz-access-token", token.reveal()}};
    if (!call.body.empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = call.body;
    }
    request.max_answer_bytes = 64U * 1024 * 1024;
    if (is_slow(call.operation)) request.deadline = kSlowAnswer;
    auto response = runtime_.http.send(request);
    if (response) learn(call, *response);
    return response;
}

void Client::learn(const Call& call, const net::HttpResponse& response) {
    net::Budget& budget = shared_.budgets.of(call.operation);
    if (const auto rate = stated_rate(response)) budget.learn_rate(*rate);
    if (response.status != 429) return;
    // No Retry-After was ever seen: what one call costs to be earned, and a little more so that workers part.
    const milliseconds pace = shared_.budgets.pace(call.operation);
    const auto jitter =
        milliseconds{static_cast<std::int64_t>(static_cast<double>(pace.count()) * 0.2 * runtime_.random.unit())};
    budget.pause_for(retry_after(response, now()).value_or(pace + jitter));
}

Result<net::HttpResponse> Client::send(const Call& call) {
    if (call.access != Access::plain && settings_.use_rdt) {
        RestrictedToken& restricted = shared_.restricted[place_of(call.access)];
        if (!restricted.refusal(runtime_.clock)) return send_restricted(call, restricted);
    }
    auto token = shared_.tokens.get(settings_, runtime_);
    for (bool renewed = false;; renewed = true) {
        if (!token) return token.error();
        auto response = send_with(call, *token);
        if (!response || renewed || (response->status != 401 && response->status != 403)) return response;
        token = shared_.tokens.renew(*token, settings_, runtime_);
    }
}

/// Without the role Amazon refuses either the token or the call that carries it; then the plain token serves, for an
/// order without a street is better than none.
Result<net::HttpResponse> Client::send_restricted(const Call& call, RestrictedToken& restricted) {
    const auto fetch = [&] { return ask_for_restricted_token(call); };
    // The token for one order opens that order alone: it is of no use to the next call.
    TokenCache once;
    TokenCache& cache = call.access == Access::one_order ? once : restricted.cache;
    auto token = cache.get(runtime_.clock, fetch);
    for (bool renewed = false;; renewed = true) {
        if (!token) {
            const Error& error = token.error();
            if (error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::unavailable) return error;
            if (error.code == "amazon_token_refused") return error;
            restricted.refuse(error.message, runtime_.clock);
            break;
        }
        auto response = send_with(call, *token);
        if (!response || (response->status != 401 && response->status != 403)) return response;
        if (renewed) {
            restricted.refuse("Amazon refused " + said(call, *response), runtime_.clock);
            break;
        }
        token = cache.renew(*token, runtime_.clock, fetch);
    }
    Call plain = call;
    plain.access = Access::plain;
    return send(plain);
}

/// Of one order the path is written out, as the model has it. For items a path for any order is asked for: one token
/// for each of a hundred orders would cost as many calls as the items themselves.
Result<IssuedToken> Client::ask_for_restricted_token(const Call& wanted) {
    const bool items = wanted.access == Access::order_items;
    std::string body;
    JsonWriter writer(body);
    writer.begin_object().key("restrictedResources").begin_array().begin_object().field("method", "GET");
    writer.field("path", items ? "/orders/v0/orders/{orderId}/orderItems" : std::string_view{wanted.path});
    writer.key("dataElements").begin_array().value("buyerInfo");
    if (!items) writer.value("shippingAddress");
    writer.end_array().end_object().end_array().end_object();
    Call call{Operation::create_restricted_data_token, "/tokens/2021-03-01/restrictedDataToken"};
    call.method = "POST";
    call.body = std::move(body);
    const auto answer = this->call(call);
    if (!answer) {
        Error error = answer.error();
        if (error.kind == ErrorKind::unavailable) error.code = "amazon_token_unavailable";
        return error;
    }
    const auto token = answer->root["restrictedDataToken"].filled_text();
    if (!token)
        return Error{ErrorKind::unavailable, "amazon_token_unavailable",
                     "Amazon answered createRestrictedDataToken without a token"};
    const auto seconds = answer->root["expiresIn"].integer().value_or(3600);
    return IssuedToken{Secret{*token}, std::chrono::seconds{seconds}};
}

Result<Answer> Client::read(const Call& call, net::HttpResponse response) {
    if (response.status / 100 != 2) return status_error(call, response, now(), shared_.budgets.pace(call.operation));
    Answer answer;
    answer.provider_now = provider_now(response);
    if (trim(response.body).empty() && response.status == 204) return answer;
    auto body = std::make_shared<Body>();
    body->text = is_valid_utf8(response.body) ? std::move(response.body) : to_valid_utf8(response.body);
    auto index = JsonIndex::parse(body->text);
    if (!index || !index->root().is_object())
        return Error{ErrorKind::unavailable, "amazon_bad_answer",
                     "Amazon's answer to " + std::string{to_string(call.operation)} + " is " +
                         (index ? std::string{"no JSON object"} : index.error().message) + request_id(response)};
    body->index = std::move(*index);
    answer.root = body->index.root();
    answer.payload = answer.root["payload"] ? answer.root["payload"] : answer.root;
    answer.text = body->text;
    answer.keeps_alive = body;
    return answer;
}

}  // namespace crossdock::connectors::amazon
