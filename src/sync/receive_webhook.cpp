// SPDX-License-Identifier: Apache-2.0
#include "sync/receive_webhook.h"

#include "base/text.h"
#include "connectors/json_view.h"
#include "store/content_hash.h"
#include "store/erasure_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/check_channel.h"
#include "sync/find_person.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"

namespace crossdock::sync {

using Subject = connectors::WebhookNotice::Subject;

namespace {

/// Providers give up after some seconds, and calls that wait keep the threads from those who only read.
constexpr std::chrono::milliseconds kLongestWait{800};
constexpr const char* kBodies = "webhook bodies";  // key of the problem

/// A genuine call that cannot be read is a sign that something has changed at the provider.
void look_at_body(db::Session& session, const store::Channel& channel, const std::string& delivery,
                  const connectors::WebhookNotice& notice, bool is_readable, Timestamp now) {
    constexpr const char* code = "webhook_unreadable";
    store::ProblemRepo problems(session);
    if (is_readable) {
        problems.resolve_one(channel.id, "channel", kBodies, code, now);
        return;
    }
    problems.record(channel.account_id, channel.id, "channel", kBodies,
                    {code, "a genuine webhook (delivery " + delivery + (notice.topic.empty() ? "" : ", topic " + notice.topic) +
                               ") holds no JSON, so that nobody can tell what it is about. It is kept, and polling brings what "
                               "has changed; if it happens again, report it"},
                    now);
}

/// A call about an order whose buyer was erased, or about a closed account, is kept without the person: the names of
/// the latter wait in a place of their own until they were looked for.
std::string_view body_to_keep(db::Session& session, const store::Channel& channel,
                              const connectors::WebhookNotice& notice, std::string_view body) {
    if (notice.external_id.empty()) return body;
    const bool about_person =
        notice.subject == Subject::erasure ||
        (notice.subject == Subject::order && store::ErasureRepo(session).was_erased(channel.id, notice.external_id));
    return about_person ? store::kErasedPayload : body;
}

/// Stores the call, and what follows from it. False when it is held already.
bool keep(db::Session& session, const store::Channel& channel, const connectors::WebhookNotice& notice,
          const connectors::WebhookCall& call, bool is_readable, Timestamp now) {
    const std::string delivery = notice.delivery_id.empty() ? store::content_hash(call.body) : notice.delivery_id;
    if (!store::WebhookRepo(session).keep(channel.account_id, channel.id, delivery, notice.topic,
                                          body_to_keep(session, channel, notice, call.body), now))
        return false;
    look_at_body(session, channel, delivery, notice, is_readable, now);
    store::JobRepo jobs(session);
    switch (notice.subject) {
        case Subject::order:
            if (notice.external_id.empty()) jobs.enqueue(pull_orders_job(channel, now), now);
            else jobs.enqueue(refresh_order_job(channel, notice.external_id, now), now);
            break;
        case Subject::catalog: jobs.enqueue(pull_catalog_job(channel, now), now); break;
        case Subject::channel: jobs.enqueue(check_channel_job(channel, now), now); break;
        case Subject::refund: jobs.enqueue(pull_refunds_job(channel, now), now); break;
        case Subject::erasure:
            // By as many names as the provider has for the person, one a line.
            ask_for_person(session, channel, split(notice.external_id, '\n'), now);
            // Earlier versions listed every such call, and never closed it.
            store::ProblemRepo(session).resolve(channel.id, "channel", "erasure", now);
            break;
        // A stock change is mostly the echo of our own push; the nightly walk reads the rest.
        case Subject::stock:
        case Subject::other: break;
    }
    return true;
}

}  // namespace

WebhookReceipt receive_webhook(const Env& env, std::string_view channel_code, const connectors::WebhookCall& call) {
    const auto channels = env.db.read([&](db::Session& session) { return store::ChannelRepo(session).with_code(channel_code); });
    // Codes are unique within an account only: the signature tells whose call it is.
    WebhookReceipt receipt;
    for (const store::Channel& channel : channels) {
        const auto connector = env.channels.open(channel);
        connectors::WebhookSource* source = connector ? connector->webhook_source() : nullptr;
        if (source == nullptr) continue;
        if (auto answer = source->handshake(call)) return {WebhookVerdict::handshake, 0, std::move(*answer), false, true};
        const auto notice = source->verify(call);
        if (!notice) {
            const bool later = notice.error().kind == ErrorKind::unavailable || notice.error().kind == ErrorKind::rate_limited;
            if (receipt.verdict != WebhookVerdict::not_checkable)
                receipt = {later ? WebhookVerdict::not_checkable : WebhookVerdict::not_genuine, source->refusal_status(), {}, false, false};
            continue;
        }
        const bool is_readable = call.body.empty() || connectors::JsonIndex::parse(call.body);
        const auto is_fresh = env.db.write_soon(kLongestWait, [&](db::Session& session) {
            return keep(session, channel, *notice, call, is_readable, env.clock.now());
        });
        if (!is_fresh) return {WebhookVerdict::busy, 0, {}, false, false};
        if (*is_fresh) env.wake_jobs();
        const bool is_used = notice->subject != Subject::other;
        return {WebhookVerdict::accepted, 0, {}, !*is_fresh, is_used};
    }
    return receipt;
}

}  // namespace crossdock::sync
