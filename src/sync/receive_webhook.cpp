// SPDX-License-Identifier: Apache-2.0
#include "sync/receive_webhook.h"

#include "store/content_hash.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/check_channel.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"

namespace crossdock::sync {

WebhookReceipt receive_webhook(const Env& env, std::string_view channel_code, const connectors::WebhookCall& call) {
    const auto channels = env.db.read([&](db::Session& session) { return store::ChannelRepo(session).with_code(channel_code); });
    // Codes are unique within an account only: the signature tells whose call it is.
    WebhookReceipt receipt;
    for (const store::Channel& channel : channels) {
        const auto connector = env.channels.open(channel);
        connectors::WebhookSource* source = connector ? connector->webhook_source() : nullptr;
        if (source == nullptr) continue;
        if (auto answer = source->handshake(call)) return {WebhookVerdict::handshake, 0, std::move(*answer)};
        const auto notice = source->verify(call);
        if (!notice) {
            const bool later = notice.error().kind == ErrorKind::unavailable || notice.error().kind == ErrorKind::rate_limited;
            if (receipt.verdict != WebhookVerdict::not_checkable)
                receipt = {later ? WebhookVerdict::not_checkable : WebhookVerdict::not_genuine, source->refusal_status(), {}};
            continue;
        }
        const std::string delivery = notice->delivery_id.empty() ? store::content_hash(call.body) : notice->delivery_id;
        env.db.write([&](db::Session& session) {
            const Timestamp now = env.clock.now();
            if (!store::WebhookRepo(session).keep(channel.account_id, channel.id, delivery, notice->topic, call.body, now)) return;
            store::JobRepo jobs(session);
            switch (notice->subject) {
                case connectors::WebhookNotice::Subject::order:
                    if (notice->external_id.empty()) jobs.enqueue(pull_orders_job(channel, now), now);
                    else jobs.enqueue(refresh_order_job(channel, notice->external_id, now), now);
                    break;
                case connectors::WebhookNotice::Subject::catalog: jobs.enqueue(pull_catalog_job(channel, now), now); break;
                case connectors::WebhookNotice::Subject::channel: jobs.enqueue(check_channel_job(channel, now), now); break;
                // A stock change is mostly the echo of our own push; the nightly walk reads the rest.
                case connectors::WebhookNotice::Subject::refund: jobs.enqueue(pull_refunds_job(channel, now), now); break;
                case connectors::WebhookNotice::Subject::erasure:
                    store::ProblemRepo(session).record(
                        channel.account_id, channel.id, "channel", "erasure",
                        {"erasure_requested", "the channel asks to erase the personal data of one of its users (webhook " + delivery +
                                                  "); do so in the ERP, too"},
                        now);
                    break;
                case connectors::WebhookNotice::Subject::stock:
                case connectors::WebhookNotice::Subject::other: break;
            }
        });
        env.wake_jobs();
        return {WebhookVerdict::accepted, 0, {}};
    }
    return receipt;
}

}  // namespace crossdock::sync
