// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/admin_client.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/shopify/answers.h"
#include "connectors/shopify/documents.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

// Until the first answer tells: the bucket of the standard plan.
constexpr double kFirstCapacity = 2000, kFirstRestore = 100;
/// The part of the bucket that reading leaves to pushes.
constexpr double kPushReserve = 0.1;

struct Body {
    std::string text;
    JsonIndex index;
};

}  // namespace

SharedState::SharedState(const Clock& clock) : budget(clock, kFirstCapacity, kFirstRestore), nested_pages(clock) {}

double SharedState::cost_of(std::string_view key, double estimate) {
    const std::scoped_lock lock(mutex_);
    const auto found = costs_.find(key);
    return found == costs_.end() ? estimate : found->second;
}

void SharedState::learn_cost(std::string_view key, double cost) {
    const std::scoped_lock lock(mutex_);
    costs_.insert_or_assign(std::string{key}, cost);
}

Result<Answer> AdminClient::call(const Call& call) {
    if (auto room = reserve(call); !room) return room.error();
    const Document& doc = document(call.document);
    std::string body;
    body.reserve(doc.text.size() + call.variables.size() + 256);
    JsonWriter writer(body);
    writer.begin_object().field("query", call.text.empty() ? doc.text : call.text);
    writer.key("variables").raw(call.variables.empty() ? "{}" : call.variables);
    writer.field("operationName", doc.operation).end_object();

    auto response = send(body);
    if (!response) return response.error();
    return read(call, std::move(*response));
}

Status AdminClient::reserve(const Call& call) {
    const double capacity = shared_.budget.state().capacity;
    const double cost =
        std::min(shared_.cost_of(call.cost_key.empty() ? call.document : call.cost_key, call.estimate), capacity);
    const double reserve = call.push ? 0 : std::clamp(capacity - cost, 0.0, capacity * kPushReserve);
    return shared_.budget.take(cost, reserve);
}

Result<Secret> AdminClient::token() {
    if (!settings_.access_token.empty()) return settings_.access_token;
    return shared_.tokens.get(clock_, [&] { return fetch_token(settings_, http_, clock_); });
}

Result<Secret> AdminClient::token_after(const Secret& refused) {
    if (!settings_.access_token.empty())
        return token_refused(
            "the access_token is not valid (any more). Put a new one into the config file, or check the shop's name");
    return shared_.tokens.renew(refused, clock_, [&] { return fetch_token(settings_, http_, clock_); });
}

Result<net::HttpResponse> AdminClient::send(const std::string& body) {
    auto access = token();
    for (bool renewed = false;; renewed = true) {
        if (!access) return access.error();
        net::HttpRequest request;
        request.method = "POST";
        request.url = settings_.base_url + "/admin/api/" + settings_.api_version + "/graphql.json";
        request.headers = {{"Content-Type", "application/json"},
                           {"Accept", "application/json"},
                           {"User-Agent", std::string{kUserAgent}},
                           {"X-Shopify-Access-Token", access->reveal()}};
        request.body = body;
        auto response = http_.send(request);
        if (!response || response->status != 401 || renewed) return response;
        access = token_after(*access);
    }
}

Result<Answer> AdminClient::read(const Call& call, net::HttpResponse response) {
    if (auto error = http_status_error(response, clock_.now())) {
        if (response.status == 429 && error->retry_after) shared_.budget.pause_for(*error->retry_after);
        return *error;
    }
    auto body = std::make_shared<Body>();
    body->text = with_plain_slashes(is_valid_utf8(response.body) ? std::move(response.body) : to_valid_utf8(response.body));
    auto index = JsonIndex::parse(body->text);
    if (!index || !index->root().is_object())
        return Error{ErrorKind::unavailable, "shopify_bad_answer",
                     "Shopify's answer is " + (index ? std::string{"no JSON object"} : index.error().message)};
    body->index = std::move(*index);
    const JsonView root = body->index.root();

    const Cost cost = read_cost(root);
    if (cost.requested) shared_.learn_cost(call.cost_key.empty() ? call.document : call.cost_key, *cost.requested);
    if (cost.maximum && cost.available && cost.restore)
        shared_.budget.learn(*cost.maximum, *cost.available, *cost.restore);

    Answer answer;
    if (auto error = graphql_error(root, answer.problems)) return *error;
    answer.data = root["data"];
    answer.provider_now = provider_now(response);
    const std::string_view served = trim(response.header("X-Shopify-API-Version"));
    if (!served.empty() && served != settings_.api_version)
        answer.problems.push_back(
            {"api_version_differs", "Shopify answered with version " + in_quotes(served.substr(0, 20)) + " although " +
                                        settings_.api_version +
                                        " is pinned: the pinned one is no longer served; set api_version"});
    if (const std::string_view reason = trim(response.header("X-Shopify-API-Deprecated-Reason")); !reason.empty())
        answer.problems.push_back({"api_deprecated", "Shopify says that something the hub asks for will go away: " +
                                                         in_quotes(reason.substr(0, 200))});
    answer.keeps_alive = std::move(body);
    return answer;
}

}  // namespace crossdock::connectors::shopify
