// SPDX-License-Identifier: Apache-2.0
#include "webhooks/courier.h"

#include <algorithm>

#include "base/json_writer.h"
#include "domain/deed.h"
#include "domain/event_type.h"
#include "store/erasure_repo.h"
#include "store/meta.h"
#include "webhooks/audit.h"
#include "webhooks/schedule.h"

namespace crossdock::webhooks {
namespace {

using store::DeliveryState;
using store::EndpointState;

constexpr std::int64_t kFedAtOnce = 200;
// What nobody wanted is only looked at again after a crash, so it need not be written down each time.
constexpr std::int64_t kUnwrittenMost = 2'000;
constexpr std::size_t kCarriedBody = 32U * 1024;  // larger ones are read again when they are sent
constexpr auto kLongestWait = std::chrono::hours{30};

void tell_endpoint(db::Session& session, const store::WebhookEndpoint& endpoint, std::string_view type,
                   std::string_view details, Timestamp now) {
    store::EventRepo(session).append(
        {endpoint.account_id, std::nullopt, type, "webhook_endpoint", endpoint.id.value, details}, now);
}

/// What becomes of one endpoint in the course of a batch.
struct Course {
    store::WebhookEndpoint endpoint;
    store::EndpointHealth before;
};

std::optional<EndpointNews> disable(db::Session& session, const store::WebhookEndpoint& endpoint,
                                    const std::string& reason, Timestamp now) {
    store::WebhookEndpointRepo(session).set_state(endpoint.id, EndpointState::disabled, reason, now);
    std::string details;
    JsonWriter(details).begin_object().field("reason", reason).end_object();
    tell_endpoint(session, endpoint, "webhook.disabled", details, now);
    audit_endpoint(session, endpoint, domain::deed::kWebhookDisabled, {}, now, details);
    return EndpointNews{endpoint.public_id, "disabled",
                        "an endpoint for webhooks was disabled: " + reason +
                            ". When its receiver works again: crossdock webhook resume " + endpoint.public_id};
}

std::optional<EndpointNews> follow_failure(db::Session& session, Course& course, const Sent& sent, Timestamp now) {
    store::WebhookEndpoint& endpoint = course.endpoint;
    const std::string why = sent.attempt.error.value_or("");
    EndpointVerdict verdict = after_failure(endpoint.health, why, now);
    endpoint.health = std::move(verdict.health);
    if (endpoint.state == EndpointState::disabled) return std::nullopt;
    using Notice = EndpointVerdict::Notice;
    const auto disabled = [&](const std::string& reason) {
        endpoint.state = EndpointState::disabled;
        return disable(session, endpoint, reason, now);
    };
    if (sent.gone) return disabled("it answered 410 Gone: it wants no more events");
    if (verdict.notice == Notice::none) return std::nullopt;
    const std::string since = format_rfc3339(*endpoint.health.failing_since);
    if (verdict.notice == Notice::disable)
        return disabled("nothing but failures since " + since + "; the last one: " + why);
    const std::int64_t days = verdict.notice == Notice::one_day ? 1 : 3;
    std::string details;
    JsonWriter(details).begin_object().field("since", since).field("days", days).field("message", why).end_object();
    tell_endpoint(session, endpoint, "webhook.failing", details, now);
    return EndpointNews{endpoint.public_id, "failing",
                        "nothing but failures at an endpoint for webhooks since " + since + "; the last one: " + why +
                            ". It is tried again by itself, and disabled after five days"};
}

/// Changes with every erasure.
std::string erasures(db::Session& session) { return store::get_meta(session, store::kErasures).value_or(""); }

bool is_open(const store::WebhookEndpoint& endpoint) {
    return endpoint.state == EndpointState::active || endpoint.state == EndpointState::paused;
}

/// An endpoint that was made since the targets were read: what it is to be told must not be passed over.
bool misses_one(db::Session& session, AccountId account, const std::vector<std::shared_ptr<const Target>>& targets) {
    const auto endpoints = store::WebhookEndpointRepo(session).list_all();
    return std::any_of(endpoints.begin(), endpoints.end(), [&](const store::WebhookEndpoint& endpoint) {
        return endpoint.account_id == account && is_open(endpoint) &&
               std::none_of(targets.begin(), targets.end(), [&](const std::shared_ptr<const Target>& target) {
                   return target->endpoint.id == endpoint.id;
               });
    });
}

store::DeliveryStep step_after(const Finished& finished, Random& random) {
    const store::Delivery& delivery = finished.task.delivery;
    store::DeliveryStep step;
    step.tries = delivery.tries + 1;
    if (finished.sent.attempt.succeeded) {
        step.state = DeliveryState::succeeded;
        return step;
    }
    step.state = DeliveryState::failed;
    if (finished.sent.gone || delivery.event_type == domain::kTestEvent) return step;
    if (const auto wait = wait_after(static_cast<int>(step.tries), random, finished.sent.retry_after)) {
        step.state = DeliveryState::pending;
        step.due_at = finished.sent.attempt.started_at + finished.sent.attempt.duration + *wait;
    }
    return step;
}

}  // namespace

std::map<WebhookEndpointId, std::shared_ptr<const Target>> Courier::targets() {
    return env_.db.read([&](db::Session& session) {
        std::map<WebhookEndpointId, std::shared_ptr<const Target>> open;
        for (const store::WebhookEndpoint& endpoint : store::WebhookEndpointRepo(session).list_all())
            if (is_open(endpoint))
                open[endpoint.id] =
                    std::make_shared<const Target>(open_target(session, env_.keeper, endpoint, env_.clock.now()));
        return open;
    });
}

Courier::Fed Courier::feed(AccountId account, const std::vector<std::shared_ptr<const Target>>& targets) {
    struct Wanted {
        store::EventRow event;
        std::shared_ptr<const std::string> body;
        std::vector<const Target*> by;
    };
    std::vector<Wanted> wanted;
    std::int64_t written = 0;
    std::int64_t upto = 0;
    std::string erasures_seen;
    Fed fed;
    // Bodies are made in the read, so that the one writer is not held up by it.
    env_.db.read([&](db::Session& session) {
        written = store::WebhookEndpointRepo(session).feed(account).value_or(store::current_sequence(session));
        upto = std::max(written, fed_[account]);
        erasures_seen = erasures(session);
        fed.stale_targets = misses_one(session, account, targets);
        if (fed.stale_targets) return;
        const auto events = store::EventRepo(session).after(account, upto, kFedAtOnce);
        fed.more = static_cast<std::int64_t>(events.size()) == kFedAtOnce;
        for (const store::EventRow& event : events) {
            upto = event.seq;
            if (event.type == domain::kTestEvent) continue;
            Wanted one;
            for (const auto& target : targets)
                if (event.seq > target->endpoint.from_seq && domain::takes(target->endpoint.events, event.type))
                    one.by.push_back(target.get());
            if (one.by.empty()) continue;
            auto kept = store::DeliveryRepo(session).body(event.seq);  // by a replay that was quicker
            one.body = std::make_shared<const std::string>(kept ? std::move(*kept) : env_.render(session, event));
            one.event = event;
            wanted.push_back(std::move(one));
        }
    });
    if (fed.stale_targets) {
        fed.more = true;
        return fed;
    }
    if (wanted.empty() && upto - written < kUnwrittenMost) {
        fed_[account] = upto;
        return fed;
    }
    bool stale = false;
    env_.db.write([&](db::Session& session) {
        fed.tasks.clear();
        // Somebody was erased since they were made: once more, of what the rows are now.
        stale = !wanted.empty() && erasures(session) != erasures_seen;
        if (stale) return;
        store::DeliveryRepo deliveries(session);
        const Timestamp now = env_.clock.now();
        for (const Wanted& one : wanted) {
            deliveries.keep_body(one.event.seq, *one.body, now);
            for (const Target* target : one.by) {
                const auto id = deliveries.insert(
                    {account, target->endpoint.id, one.event.seq, one.event.event_id, one.event.type}, now, now);
                if (!id) continue;
                Task task;
                task.delivery.id = *id;
                task.delivery.account_id = account;
                task.delivery.endpoint_id = target->endpoint.id;
                task.delivery.event_seq = one.event.seq;
                task.delivery.event_id = one.event.event_id;
                task.delivery.event_type = one.event.type;
                task.delivery.due_at = now;
                if (one.body->size() <= kCarriedBody) task.body = one.body;
                fed.tasks.push_back(std::move(task));
            }
        }
        store::WebhookEndpointRepo(session).set_feed(account, upto);
    });
    // Not before: what a full disk did not take is looked at again.
    if (stale)
        fed.more = true;
    else
        fed_[account] = upto;
    return fed;
}

std::vector<Task> Courier::due(WebhookEndpointId endpoint, std::int64_t limit) {
    return env_.db.read([&](db::Session& session) {
        std::vector<Task> tasks;
        for (store::Delivery& delivery : store::DeliveryRepo(session).due(endpoint, env_.clock.now(), limit))
            tasks.push_back({std::move(delivery), nullptr});
        return tasks;
    });
}

std::optional<Timestamp> Courier::next_due(WebhookEndpointId endpoint) {
    return env_.db.read(
        [&](db::Session& session) { return store::DeliveryRepo(session).next_due(endpoint, env_.clock.now()); });
}

std::string Courier::body_of(const Task& task) {
    return env_.db.read([&](db::Session& session) -> std::string {
        const store::Delivery& delivery = task.delivery;
        if (auto kept = store::DeliveryRepo(session).body(delivery.event_seq)) return std::move(*kept);
        const auto event = store::EventRepo(session).at(delivery.account_id, delivery.event_seq);
        return event ? env_.render(session, *event) : std::string{};
    });
}

Finished Courier::attempt(Task task, const Target& target) {
    if (!task.body) task.body = std::make_shared<const std::string>(body_of(task));
    Finished finished;
    if (task.body->empty()) {
        finished.sent.attempt.started_at = env_.clock.now();
        finished.sent.attempt.error =
            "the event is older than what is kept ([events] keep_days); it cannot be sent any more";
        task.delivery.tries = kMostTries;
    } else {
        finished.sent = send_event(env_.http, env_.clock, target, task.delivery.event_id, *task.body);
    }
    finished.task = std::move(task);
    return finished;
}

Courier::Recorded Courier::record(std::span<const Finished> finished) {
    return env_.db.write([&](db::Session& session) {
        Recorded recorded;
        store::DeliveryRepo deliveries(session);
        store::WebhookEndpointRepo endpoints(session);
        std::map<WebhookEndpointId, Course> courses;
        for (const Finished& one : finished) {
            const store::Delivery& delivery = one.task.delivery;
            const Timestamp ended = one.sent.attempt.started_at + one.sent.attempt.duration;
            const store::DeliveryStep step = step_after(one, env_.random);
            recorded.due_again.push_back(step.due_at);
            deliveries.record(delivery.id, delivery.round, one.sent.attempt, step);
            auto course = courses.find(delivery.endpoint_id);
            if (course == courses.end()) {
                auto endpoint = endpoints.get(delivery.endpoint_id);
                if (!endpoint) continue;
                Course fresh{std::move(*endpoint), {}};
                fresh.before = fresh.endpoint.health;
                course = courses.emplace(delivery.endpoint_id, std::move(fresh)).first;
            }
            if (course->second.endpoint.state == EndpointState::removed) continue;
            if (one.sent.attempt.succeeded)
                course->second.endpoint.health = after_success(course->second.endpoint.health, ended);
            else if (auto word = follow_failure(session, course->second, one.sent, ended))
                recorded.news.push_back(std::move(*word));
        }
        for (const auto& [id, course] : courses)
            if (!(course.endpoint.health == course.before)) endpoints.set_health(id, course.endpoint.health);
        return recorded;
    });
}

bool Courier::pull_in() {
    const Timestamp now = env_.clock.now();
    return env_.db.write(
        [&](db::Session& session) { return store::DeliveryRepo(session).pull_in(now + kLongestWait, now) > 0; });
}

}  // namespace crossdock::webhooks
