// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "domain/deed.h"
#include "domain/event_type.h"
#include "webhooks/audit.h"
#include "webhooks/endpoints.h"

namespace crossdock::webhooks {
namespace {

using store::EndpointState;
using store::WebhookEndpoint;

Error disabled_endpoint(const WebhookEndpoint& endpoint) {
    return {ErrorKind::conflict, "endpoint_disabled",
            "the endpoint is disabled (" + endpoint.reason.value_or("") +
                "); resume it first: crossdock webhook resume " + endpoint.public_id +
                ", or POST /v2/webhook_endpoints/" + endpoint.public_id + "/resume"};
}

/// The request with its filter read, or what is wrong with it.
Result<ReplayRequest> checked_replay(ReplayRequest request) {
    if (request.event_ids.empty() && !request.since && !request.until && request.types.empty())
        return Error{ErrorKind::invalid, "replay_empty", "say which events: ids, a time to begin with, or types"};
    if (request.types.empty()) return request;
    auto types = domain::parse_event_filter(request.types);
    if (!types) return types.error();
    request.types = std::move(*types);
    return request;
}

/// What was asked for, for the audit trail.
std::string asked_replay(const ReplayRequest& request) {
    std::string details;
    JsonWriter json(details);
    json.begin_object();
    if (!request.event_ids.empty()) json.field("event_ids", static_cast<std::int64_t>(request.event_ids.size()));
    if (request.since) json.field("since", format_rfc3339(*request.since));
    if (request.until) json.field("until", format_rfc3339(*request.until));
    if (!request.types.empty()) {
        json.key("types").begin_array();
        for (const std::string& type : request.types) json.value(type);
        json.end_array();
    }
    if (request.only_undelivered) json.field("only_undelivered", true);
    if (request.after) json.field("after", to_valid_utf8(*request.after));
    json.end_object();
    return details;
}

}  // namespace

EndpointChange<TestMessage> Endpoints::prepare_test(AccountId account, std::string_view id, const store::Actor& by) {
    return [this, account, id = std::string{id}, by](db::Session& session) -> Result<TestMessage> {
        const auto endpoint = find(session, account, id);
        if (!endpoint) return endpoint.error();
        const Timestamp now = env_.clock.now();
        store::EventRepo events(session);
        std::string details;
        JsonWriter(details).begin_object().field("message", "This is a test.").end_object();
        events.append({account, std::nullopt, domain::kTestEvent, "webhook_endpoint", endpoint->id.value, details},
                      now);
        const auto event = events.last_about(account, domain::kTestEvent, "webhook_endpoint", endpoint->id.value);
        if (!event) throw std::logic_error("the event just written is not there");
        store::DeliveryRepo deliveries(session);
        deliveries.keep_body(event->seq, env_.render(session, *event), now);
        // Due only if this process ends before it was tried.
        const auto delivery = deliveries.insert({account, endpoint->id, event->seq, event->event_id, event->type},
                                                now + std::chrono::minutes{1}, now);
        audit_endpoint(session, *endpoint, domain::deed::kWebhookTested, by, now);
        return TestMessage{*endpoint, *deliveries.get(delivery.value())};
    };
}

Sent Endpoints::send_test(const TestMessage& message) {
    return env_.engine.attempt_now(message.delivery, message.endpoint);
}

Result<TestReport> Endpoints::test(AccountId account, std::string_view id, const store::Actor& by) {
    const auto change = prepare_test(account, id, by);
    const auto made = env_.db.write([&](db::Session& session) { return change(session); });
    if (!made) return made.error();
    return TestReport{made->delivery.event_id, send_test(*made)};
}

Result<ReplayReport> Endpoints::replay_step(db::Session& session, const WebhookEndpoint& endpoint,
                                            const ReplayRequest& request, std::optional<std::int64_t>& upto) {
    if (endpoint.state == EndpointState::disabled) return disabled_endpoint(endpoint);
    const AccountId account = endpoint.account_id;
    const Timestamp now = env_.clock.now();
    store::EventRepo events(session);
    store::DeliveryRepo deliveries(session);
    ReplayReport done;
    const auto queue = [&](const store::EventRow& event) {
        // A test message belongs to the endpoint it was made for.
        if (event.type == domain::kTestEvent && event.subject_id != endpoint.id.value) return;
        if (request.only_undelivered && deliveries.was_delivered(endpoint.id, event.seq)) return;
        if (!deliveries.body(event.seq)) deliveries.keep_body(event.seq, env_.render(session, event), now);
        deliveries.replay({account, endpoint.id, event.seq, event.event_id, event.type}, now);
        ++done.queued;
    };
    for (const std::string& id : request.event_ids) {
        if (const auto event = events.find(account, id))
            queue(*event);
        else
            done.unknown.push_back(id);
    }
    if (!request.event_ids.empty()) return done;

    store::EventQuery query;
    query.account = account;
    query.since = request.since;
    query.until = request.until;
    query.limit = kReplayedAtOnce;
    query.types = request.types.empty() ? endpoint.events : request.types;
    if (request.after) {
        const auto seq = store::EventRepo::sequence_of(*request.after);
        if (!seq || *seq > events.newest(account))
            return Error{ErrorKind::invalid, "after_unknown", "after: is not the id of an event of this account"};
        query.after_seq = *seq;
    }
    // What happens from now on is sent anyway.
    if (!upto) upto = events.newest(account);
    query.until_seq = upto;
    const store::EventPage page = events.list(query);
    for (const store::EventRow& event : page.rows)
        if (event.type != domain::kTestEvent) queue(event);
    // An event of the account's: a page that found none is behind what was looked at all the same.
    if (page.more)
        if (const auto last = events.at(account, page.next_seq)) done.next = last->event_id;
    return done;
}

Result<EndpointChange<ReplayReport>> Endpoints::prepare_replay(AccountId account, std::string_view id,
                                                               const ReplayRequest& request, const store::Actor& by) {
    auto wanted = checked_replay(request);
    if (!wanted) return wanted.error();
    if (wanted->event_ids.size() > static_cast<std::size_t>(kReplayedAtOnce))
        return Error{ErrorKind::invalid, "replay_too_much",
                     "event_ids: at most " + std::to_string(kReplayedAtOnce) + " in one request"};
    return EndpointChange<ReplayReport>{[this, account, id = std::string{id}, wanted = std::move(*wanted),
                                         by](db::Session& session) -> Result<ReplayReport> {
        const auto endpoint = find(session, account, id);
        if (!endpoint) return endpoint.error();
        std::optional<std::int64_t> upto;
        auto done = replay_step(session, *endpoint, wanted, upto);
        if (done)
            audit_endpoint(session, *endpoint, domain::deed::kWebhookReplayed, by, env_.clock.now(),
                           asked_replay(wanted));
        return done;
    }};
}

Result<ReplayReport> Endpoints::replay(AccountId account, std::string_view id, const ReplayRequest& request,
                                       const store::Actor& by) {
    auto wanted = checked_replay(request);
    if (!wanted) return wanted.error();
    ReplayReport report;
    bool first = true;
    std::optional<std::int64_t> upto;
    const auto step = [&](const ReplayRequest& part) -> Result<ReplayReport> {
        auto done = env_.db.write([&](db::Session& session) -> Result<ReplayReport> {
            const auto endpoint = find(session, account, id);
            if (!endpoint) return endpoint.error();
            auto queued = replay_step(session, *endpoint, part, upto);
            if (queued && first)
                audit_endpoint(session, *endpoint, domain::deed::kWebhookReplayed, by, env_.clock.now(),
                               asked_replay(*wanted));
            return queued;
        });
        if (!done) return done;
        first = false;
        changed();
        report.queued += done->queued;
        report.unknown.insert(report.unknown.end(), done->unknown.begin(), done->unknown.end());
        return done;
    };
    if (wanted->event_ids.empty()) {
        ReplayRequest part = *wanted;
        do {
            const auto done = step(part);
            if (!done) return done.error();
            part.after = done->next;
        } while (part.after);
        return report;
    }
    for (std::size_t at = 0; at < wanted->event_ids.size(); at += static_cast<std::size_t>(kReplayedAtOnce)) {
        ReplayRequest part = *wanted;
        const auto from = wanted->event_ids.begin() + static_cast<std::ptrdiff_t>(at);
        const auto left = wanted->event_ids.end() - from;
        part.event_ids.assign(from, from + std::min<std::ptrdiff_t>(left, kReplayedAtOnce));
        const auto done = step(part);
        if (!done) return done.error();
    }
    return report;
}

Result<ReplayReport> Endpoints::recover_since(AccountId account, std::string_view id, Timestamp since,
                                              const store::Actor& by) {
    ReplayRequest request;
    request.since = since;
    request.only_undelivered = true;
    return replay(account, id, request, by);
}

}  // namespace crossdock::webhooks
