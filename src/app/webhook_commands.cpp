// SPDX-License-Identifier: Apache-2.0
#include "app/webhook_commands.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "app/keys.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::int64_t kShownDeliveries = 20;

/// One command's words and the account they are about.
struct WebhookCall {
    Hub& hub;
    const json& arguments;
    AccountId account;
    const store::Actor& by;

    [[nodiscard]] std::string text(const char* name, const std::string& otherwise = "") const {
        const auto found = arguments.find(name);
        return found != arguments.end() && found->is_string() ? found->get<std::string>() : otherwise;
    }
    [[nodiscard]] std::vector<std::string> texts(const char* name) const {
        std::vector<std::string> out;
        const auto found = arguments.find(name);
        if (found != arguments.end() && found->is_array())
            for (const json& one : *found)
                if (one.is_string()) out.push_back(one.get<std::string>());
        return out;
    }
    [[nodiscard]] bool holds(const char* name) const { return arguments.contains(name) && !arguments[name].is_null(); }
    [[nodiscard]] net::Headers headers() const {
        net::Headers out;
        const auto found = arguments.find("headers");
        if (found != arguments.end() && found->is_object())
            for (const auto& [name, value] : found->items())
                if (value.is_string()) out.emplace_back(name, value.get<std::string>());
        return out;
    }
    [[nodiscard]] std::string endpoint() const { return text("endpoint"); }
    [[nodiscard]] webhooks::Endpoints& endpoints() const { return hub.webhook_endpoints(); }
    [[nodiscard]] db::Database& db() const { return hub.database(); }
};

json instant_or_null(const std::optional<Timestamp>& at) { return at ? json(format_rfc3339(*at)) : json(nullptr); }
template <class T>
json value_or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

std::string words(const std::vector<std::string>& list) {
    std::string out;
    for (const std::string& one : list) out += (out.empty() ? "" : " ") + one;
    return out;
}

json endpoint_row(const store::WebhookEndpoint& endpoint) {
    return {{"endpoint", endpoint.public_id},
            {"name", endpoint.name},
            {"url", endpoint.url},
            {"events", words(endpoint.events)},
            {"headers", words(endpoint.header_names)},
            {"state", store::to_string(endpoint.state)},
            {"reason", value_or_null(endpoint.reason)},
            {"since", format_rfc3339(endpoint.state_since)},
            {"failing_since", instant_or_null(endpoint.health.failing_since)},
            {"last_error", value_or_null(endpoint.health.last_error)},
            {"last_success_at", instant_or_null(endpoint.health.succeeded_at)},
            {"created_at", format_rfc3339(endpoint.created_at)}};
}

json delivery_row(const store::Delivery& delivery) {
    return {{"delivery", delivery.id.value},
            {"event", delivery.event_id},
            {"type", delivery.event_type},
            {"state", store::to_string(delivery.state)},
            {"attempts", delivery.attempts},
            {"status", value_or_null(delivery.last_status)},
            {"error", value_or_null(delivery.last_error)},
            {"next_attempt_at", instant_or_null(delivery.due_at)},
            {"queued_at", format_rfc3339(delivery.queued_at)},
            {"finished_at", instant_or_null(delivery.finished_at)}};
}

json attempt_row(const store::DeliveryAttempt& attempt) {
    return {{"attempt", attempt.number},
            {"at", format_rfc3339(attempt.started_at)},
            {"ms", attempt.duration.count()},
            {"status", value_or_null(attempt.status)},
            {"error", value_or_null(attempt.error)},
            {"answer", attempt.answer}};
}

Result<json> shown(const Result<store::WebhookEndpoint>& endpoint) {
    if (!endpoint) return endpoint.error();
    return endpoint_row(*endpoint);
}

Result<json> webhook_add(const WebhookCall& call) {
    const auto made = call.endpoints().create(
        call.account, {call.text("url"), call.text("name"), call.texts("events"), call.headers()}, call.by);
    if (!made) return made.error();
    return json{{"endpoint", made->endpoint.public_id},
                {"url", made->endpoint.url},
                {"events", words(made->endpoint.events)},
                {"secret", made->secret.reveal()}};
}

Result<json> webhook_update(const WebhookCall& call) {
    webhooks::EndpointChanges changes;
    if (call.holds("url")) changes.url = call.text("url");
    if (call.holds("name")) changes.name = call.text("name");
    if (call.holds("events")) changes.events = call.texts("events");
    if (call.holds("headers")) changes.headers = call.headers();
    return shown(call.endpoints().update(call.account, call.endpoint(), changes, call.by));
}

Result<json> webhook_list(const WebhookCall& call) {
    json rows = json::array();
    for (const store::WebhookEndpoint& endpoint : call.endpoints().list(call.account))
        rows.push_back(endpoint_row(endpoint));
    return rows;
}

Result<json> webhook_show(const WebhookCall& call) {
    const auto endpoint = call.endpoints().show(call.account, call.endpoint());
    if (!endpoint) return endpoint.error();
    json row = endpoint_row(*endpoint);
    call.db().read([&](db::Session& session) {
        store::DeliveryRepo deliveries(session);
        row["pending"] = deliveries.count(endpoint->id, store::DeliveryState::pending);
        row["failed"] = deliveries.count(endpoint->id, store::DeliveryState::failed);
        row["succeeded"] = deliveries.count(endpoint->id, store::DeliveryState::succeeded);
    });
    return row;
}

Result<json> webhook_pause(const WebhookCall& call) {
    return shown(call.endpoints().pause(call.account, call.endpoint(), call.by));
}

Result<json> webhook_resume(const WebhookCall& call) {
    const auto before = call.endpoints().show(call.account, call.endpoint());
    if (!before) return before.error();
    auto row = shown(call.endpoints().resume(call.account, call.endpoint(), call.by));
    if (row && before->state == store::EndpointState::disabled)
        (*row)["next_step"] = "what happened since " + format_rfc3339(before->state_since) +
                              " was not queued; to send it: crossdock webhook replay " + before->public_id +
                              " --missed --since " + format_rfc3339(before->state_since);
    return row;
}

Result<json> webhook_rotate(const WebhookCall& call) {
    const std::string overlap = call.text("overlap", "24h");
    std::chrono::milliseconds lasts{0};
    if (overlap != "0") {
        const Timestamp now = call.hub.env().clock.now();
        const auto until = parse_expiry(overlap, now);
        if (!until)
            return Error{ErrorKind::invalid, "overlap_invalid",
                         "overlap \"" + overlap.substr(0, 40) + "\": write a length such as 24h or 7d, or 0"};
        lasts = *until - now;
    }
    const auto secret = call.endpoints().rotate(call.account, call.endpoint(), lasts, call.by);
    if (!secret) return secret.error();
    return json{{"endpoint", call.endpoint()},
                {"secret", secret->reveal()},
                {"old_secret_good_for_seconds", lasts.count() / 1000}};
}

Result<json> webhook_test(const WebhookCall& call) {
    const auto report = call.endpoints().test(call.account, call.endpoint(), call.by);
    if (!report) return report.error();
    json row = attempt_row(report->sent.attempt);
    row.erase("attempt");
    row["event"] = report->event_id;
    row["ok"] = report->sent.attempt.succeeded;
    return row;
}

/// The instant that an argument names; none when it is not given.
Result<std::optional<Timestamp>> instant(const WebhookCall& call, const char* name) {
    const std::string given = call.text(name);
    if (given.empty()) return std::optional<Timestamp>{};
    const auto at = parse_iso8601(given, ZoneRule::utc);
    if (!at) return at.error();
    return std::optional{*at};
}

Result<json> webhook_replay(const WebhookCall& call) {
    webhooks::ReplayRequest request;
    request.event_ids = call.texts("ids");
    request.types = call.texts("types");
    request.only_undelivered = call.arguments.value("missed", false);
    const auto since = instant(call, "since");
    if (!since) return since.error();
    request.since = *since;
    const auto until = instant(call, "until");
    if (!until) return until.error();
    request.until = *until;
    const auto report = call.endpoints().replay(call.account, call.endpoint(), request, call.by);
    if (!report) return report.error();
    json row{{"endpoint", call.endpoint()}, {"queued", report->queued}};
    if (!report->unknown.empty()) row["unknown"] = words(report->unknown);
    return row;
}

Result<json> webhook_remove(const WebhookCall& call) {
    const auto removed = call.endpoints().remove(call.account, call.endpoint(), call.by);
    if (!removed) return removed.error();
    return json{{"endpoint", call.endpoint()}, {"removed", true}};
}

Result<json> webhook_deliveries(const WebhookCall& call) {
    const auto endpoint = call.endpoints().show(call.account, call.endpoint());
    if (!endpoint) return endpoint.error();
    store::DeliveryQuery query;
    query.account = call.account;
    query.endpoint = endpoint->id;
    if (const std::string state = call.text("state"); !state.empty()) {
        query.state = store::parse_delivery_state(state);
        if (!query.state)
            return Error{ErrorKind::invalid, "state_unknown",
                         "\"" + state.substr(0, 40) + "\" is no state; use pending, succeeded or failed"};
    }
    if (const auto before = call.arguments.value("before", std::int64_t{0}); before > 0)
        query.before = DeliveryId{before};
    query.limit = std::clamp<std::int64_t>(call.arguments.value("limit", kShownDeliveries), 1, 500);
    return call.db().read([&](db::Session& session) {
        json rows = json::array();
        for (const store::Delivery& delivery : store::DeliveryRepo(session).list(query))
            rows.push_back(delivery_row(delivery));
        return Result<json>{rows};
    });
}

Result<json> webhook_delivery(const WebhookCall& call) {
    const DeliveryId id{call.arguments.value("delivery", std::int64_t{0})};
    return call.db().read([&](db::Session& session) -> Result<json> {
        store::DeliveryRepo deliveries(session);
        const auto delivery = deliveries.get(call.account, id);
        if (!delivery)
            return Error{
                ErrorKind::not_found, "delivery_unknown",
                "there is no delivery " + std::to_string(id.value) + "; crossdock webhook deliveries shows them"};
        json row = delivery_row(*delivery);
        row["log"] = json::array();
        for (const store::DeliveryAttempt& attempt : deliveries.attempts(id))
            row["log"].push_back(attempt_row(attempt));
        return row;
    });
}

const std::map<std::string_view, Result<json> (*)(const WebhookCall&)>& webhook_commands() {
    static const std::map<std::string_view, Result<json> (*)(const WebhookCall&)> table{
        {"webhook.add", webhook_add},
        {"webhook.update", webhook_update},
        {"webhook.list", webhook_list},
        {"webhook.show", webhook_show},
        {"webhook.pause", webhook_pause},
        {"webhook.resume", webhook_resume},
        {"webhook.rotate", webhook_rotate},
        {"webhook.test", webhook_test},
        {"webhook.replay", webhook_replay},
        {"webhook.remove", webhook_remove},
        {"webhook.deliveries", webhook_deliveries},
        {"webhook.delivery", webhook_delivery},
    };
    return table;
}

}  // namespace

std::optional<Result<json>> run_webhook_command(Hub& hub, std::string_view command, const json& arguments,
                                                const store::Actor& by) {
    const auto found = webhook_commands().find(command);
    if (found == webhook_commands().end()) return std::nullopt;
    const auto given = arguments.find("account");
    const std::string code = given != arguments.end() && given->is_string() ? given->get<std::string>() : "default";
    const auto account = hub.database().read([&](db::Session& session) { return store::find_account(session, code); });
    if (!account)
        return Result<json>{Error{ErrorKind::not_found, "account_unknown", "there is no account \"" + code + "\""}};
    return found->second({hub, arguments, *account, by});
}

}  // namespace crossdock::app
