// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/client.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::connectors::shipstation {
namespace {

/// Source: the API's page on rate limits (V1: 40 a minute for a key pair, V2: 200). V2 tells nothing while there is
/// room: a small bucket stays below its limit by itself.
constexpr double kV1Burst = 40, kV1PerSecond = 40.0 / 64, kV2Burst = 20, kV2PerSecond = 3;
constexpr std::size_t kRemembered = 500;
constexpr std::size_t kLongestId = 18;

struct AnswerBody {
    std::string text;
    JsonIndex index;
};

/// The reason that a validation failure carries in a 500.
std::string exception_words(std::string_view body) {
    const auto index = JsonIndex::parse(body);
    return index ? index->root()["ExceptionMessage"].filled_text().value_or("") : "";
}

std::string said_of(const Call& call, const net::HttpResponse& response) {
    const std::string words = error_words(response.body);
    return call.name + ": HTTP " + std::to_string(response.status) + (words.empty() ? "" : ", " + words);
}

}  // namespace

SharedState::SharedState(const Clock& clock)
    : v1(clock, kV1Burst, kV1PerSecond), v2(clock, kV2Burst, kV2PerSecond), stores(clock), fulfillments(clock) {}

bool SharedState::said_before(std::int64_t shipment_id, const std::string& words) {
    const std::scoped_lock lock(mutex_);
    if (exceptions_.size() > kRemembered) exceptions_.clear();  // costs one more try
    std::string& before = exceptions_[shipment_id];
    const bool same = before == words;
    before = words;
    return same;
}

bool is_shipstation_id(std::string_view id) {
    return !id.empty() && id.size() <= kLongestId && id.front() != '0' &&
           std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string error_words(std::string_view body) {
    const auto index = JsonIndex::parse(body);
    if (!index) return {};
    const JsonView root = index->root();
    std::string out;
    const auto add = [&out](JsonView text) {
        const auto words = text.filled_text();
        if (words && out.find(*words) == std::string::npos) out += (out.empty() ? "" : "; ") + *words;
    };
    add(root["ExceptionMessage"]);
    if (out.empty()) add(root["Message"]);
    add(root["message"]);
    for (const JsonView field : root["ModelState"])
        for (const JsonView fault : field) add(fault);
    for (const JsonView error : root["errors"]) add(error["message"]);
    return in_quotes(out);
}

Result<Answer> Client::call(const Call& call) {
    if (auto room = pace_of(call.api).take(call.push); !room) {
        Error error = room.error();
        error.message = "ShipStation's limit for this key is used up for now (" + call.name + ")";
        return error;
    }
    auto response = runtime_.http.send(request_of(call));
    if (!response) return response.error();
    if (call.api == Api::v1) shared_.v1.learn(*response);
    if (response->status / 100 != 2) return refused(call, *response);
    return read(call, std::move(*response));
}

net::HttpRequest Client::request_of(const Call& call) const {
    net::HttpRequest request;
    request.method = call.method;
    request.url = (call.api == Api::v1 ? settings_.v1_url : settings_.v2_url) + with_query(call.path, call.query);
    request.headers = {{"Accept", "application/json"}};
    if (call.api == Api::v1) {
        request.headers.emplace_back(
            "Authorization",
            "Basic " + crypto::base64_encode(settings_.api_key.reveal() + ":" + settings_.api_secret.reveal()));
        if (!settings_.partner_key.empty()) request.headers.emplace_back("x-partner", settings_.partner_key.reveal());
    } else {
        request.headers.emplace_back("api-key", settings_.v2_api_key.reveal());
    }
    if (!call.body.empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = call.body;
    }
    request.max_answer_bytes = 64U * 1024 * 1024;
    return request;
}

Error Client::refused(const Call& call, const net::HttpResponse& response) {
    const std::string said = said_of(call, response);
    switch (response.status) {
        case 401:
            return {
                ErrorKind::denied, "shipstation_denied",
                "ShipStation refused the key: " + said +
                    (call.api == Api::v1 ? ". Check api_key and api_secret (Settings, Account, API Settings); a key "
                                           "of version 2 does not open version 1"
                                         : ". Check v2_api_key; the pair of version 1 does not open version 2")};
        case 404: return {ErrorKind::not_found, "shipstation_not_found", "ShipStation refused " + said};
        case 429:
            return {ErrorKind::rate_limited, "shipstation_throttled", "ShipStation asks to slow down: " + said,
                    pace_of(call.api).pause(asked_pause(response, now()))};
        default: break;
    }
    if (response.status >= 500) {
        const std::string reason = exception_words(response.body);
        if (!reason.empty())
            return {ErrorKind::unavailable, "shipstation_exception_error", "ShipStation failed: " + in_quotes(reason)};
        return {ErrorKind::unavailable, "shipstation_server_error", "ShipStation failed: " + said,
                retry_after(response, now())};
    }
    if (response.status >= 400) return {ErrorKind::rejected, "shipstation_refused", "ShipStation refused " + said};
    return {ErrorKind::unavailable, "shipstation_error", "ShipStation answered " + said};
}

Result<Answer> Client::read(const Call& call, net::HttpResponse response) {
    Answer answer;
    answer.provider_now = provider_now(response);
    if (trim(response.body).empty()) return answer;
    auto body = std::make_shared<AnswerBody>();
    body->text = is_valid_utf8(response.body) ? std::move(response.body) : to_valid_utf8(response.body);
    auto index = JsonIndex::parse(body->text);
    if (!index)
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation's answer to " + call.name + " is no JSON: " + index.error().message};
    body->index = std::move(*index);
    answer.root = body->index.root();
    answer.keeps_alive = body;
    return answer;
}

Result<std::vector<Store>> Client::read_all_stores() {
    const auto answer = call({"List Stores", "/stores", {{"showInactive", "true"}}});
    if (!answer) return answer.error();
    if (!answer->root.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of stores"};
    std::vector<Store> stores = read_stores(answer->root);
    shared_.stores.replace(stores);
    return stores;
}

Result<bool> Client::skips_store(std::string_view store_id) {
    if (settings_.names_store(store_id)) return true;
    if (settings_.skip_marketplaces.empty() || store_id.empty()) return false;
    auto store = shared_.stores.find(store_id);
    if (!store && !shared_.stores.is_fresh()) {
        // A store that was connected since the channel was checked: to guess would double its orders, or lose them.
        if (const auto read = read_all_stores(); !read) return read.error();
        store = shared_.stores.find(store_id);
    }
    return store && is_skipped(*store, settings_.skip_marketplaces);
}

}  // namespace crossdock::connectors::shipstation
