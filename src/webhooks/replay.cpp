// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/json_writer.h"
#include "domain/event_type.h"
#include "webhooks/endpoints.h"

namespace crossdock::webhooks {
namespace {

using store::EndpointState;
using store::WebhookEndpoint;

constexpr std::int64_t kReplayedAtOnce = 200;  // a longer transaction would hold up every other writer

Error disabled_endpoint(const WebhookEndpoint& endpoint) {
    return {ErrorKind::conflict, "endpoint_disabled",
            "the endpoint is disabled (" + endpoint.reason.value_or("") +
                "); resume it first: crossdock webhook resume " + endpoint.public_id};
}

}  // namespace

Result<TestReport> Endpoints::test(AccountId account, std::string_view id) {
    struct Made {
        WebhookEndpoint endpoint;
        store::Delivery delivery;
    };
    const auto made = env_.db.write([&](db::Session& session) -> Result<Made> {
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
        return Made{*endpoint, *deliveries.get(delivery.value())};
    });
    if (!made) return made.error();
    return TestReport{made->delivery.event_id, env_.engine.attempt_now(made->delivery, made->endpoint)};
}

Result<ReplayReport> Endpoints::replay(AccountId account, std::string_view id, const ReplayRequest& request) {
    if (request.event_ids.empty() && !request.since && !request.until && request.types.empty())
        return Error{ErrorKind::invalid, "replay_empty", "say which events: ids, a time to begin with, or types"};
    std::vector<std::string> types;
    if (!request.types.empty()) {
        auto parsed = domain::parse_event_filter(request.types);
        if (!parsed) return parsed.error();
        types = std::move(*parsed);
    }
    ReplayReport report;
    store::EventQuery query;
    query.account = account;
    query.since = request.since;
    query.until = request.until;
    query.limit = kReplayedAtOnce;
    std::size_t next_id = 0;
    for (bool more = true; more;) {
        struct Step {
            std::int64_t queued = 0;
            std::vector<std::string> unknown;
            bool more = false;
        };
        const auto step = env_.db.write([&](db::Session& session) -> Result<Step> {
            const auto endpoint = find(session, account, id);
            if (!endpoint) return endpoint.error();
            if (endpoint->state == EndpointState::disabled) return disabled_endpoint(*endpoint);
            const Timestamp now = env_.clock.now();
            store::EventRepo events(session);
            store::DeliveryRepo deliveries(session);
            Step done;
            const auto queue = [&](const store::EventRow& event) {
                // A test message belongs to the endpoint it was made for.
                if (event.type == domain::kTestEvent && event.subject_id != endpoint->id.value) return;
                if (request.only_undelivered && deliveries.was_delivered(endpoint->id, event.seq)) return;
                if (!deliveries.body(event.seq)) deliveries.keep_body(event.seq, env_.render(session, event), now);
                deliveries.replay({account, endpoint->id, event.seq, event.event_id, event.type}, now);
                ++done.queued;
            };
            if (!request.event_ids.empty()) {
                const std::size_t upto =
                    std::min(request.event_ids.size(), next_id + static_cast<std::size_t>(kReplayedAtOnce));
                for (; next_id < upto; ++next_id) {
                    const auto event = events.find(account, request.event_ids[next_id]);
                    if (event)
                        queue(*event);
                    else
                        done.unknown.push_back(request.event_ids[next_id]);
                }
                done.more = next_id < request.event_ids.size();
                return done;
            }
            query.types = types.empty() ? endpoint->events : types;
            // What happens from now on is sent anyway.
            if (!query.until_seq) query.until_seq = store::EventRepo(session).newest(account);
            const store::EventPage page = events.list(query);
            for (const store::EventRow& event : page.rows)
                if (event.type != domain::kTestEvent) queue(event);
            query.after_seq = page.next_seq;
            done.more = page.more;
            return done;
        });
        if (!step) return step.error();
        report.queued += step->queued;
        report.unknown.insert(report.unknown.end(), step->unknown.begin(), step->unknown.end());
        more = step->more;
        env_.engine.endpoints_changed();
    }
    return report;
}

Result<ReplayReport> Endpoints::recover_since(AccountId account, std::string_view id, Timestamp since) {
    ReplayRequest request;
    request.since = since;
    request.only_undelivered = true;
    return replay(account, id, request);
}

}  // namespace crossdock::webhooks
