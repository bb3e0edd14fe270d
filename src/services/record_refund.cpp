// SPDX-License-Identifier: Apache-2.0
#include "services/record_refund.h"

#include "base/json_writer.h"
#include "domain/erp_contract.h"
#include "domain/person.h"
#include "store/content_hash.h"
#include "store/erasure_repo.h"
#include "store/event_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/refund_repo.h"

namespace crossdock::services {

RecordedRefund record_refund(db::Session& session, const store::Channel& channel, const FetchedRefund& fetched, Timestamp now) {
    store::RefundRepo refunds(session);
    store::ProblemRepo problems(session);
    if (!fetched.refund) {
        const bool erased = store::ErasureRepo(session).was_erased(channel.id, fetched.external_order_id);
        refunds.keep_unmapped(channel.id,
                              {fetched.external_refund_id, fetched.external_order_id,
                               std::string{erased ? store::kErasedPayload : fetched.payload},
                               erased ? "{}" : std::string{fetched.context}, fetched.aliases},
                              now);
        problems.record(channel.account_id, channel.id, "refund", fetched.external_refund_id,
                        {"unmappable", erased ? std::string{store::kUnreadRefund} : fetched.refund.error().message},
                        now);
        return RecordedRefund::unmapped;
    }
    const domain::Refund& refund = *fetched.refund;
    if (refunds.is_known_otherwise(channel.id, fetched.aliases, fetched.external_refund_id)) {
        // The same money under another id. The release of a deferred refund may come so: then it counts from now on.
        const bool released = refund.settled && refunds.settle_known(channel.id, fetched.aliases);
        return released ? RecordedRefund::updated : RecordedRefund::unchanged;
    }
    const auto held = refunds.find_held(channel.id, fetched.external_refund_id);
    if (held && held->remote_updated_at && fetched.remote_updated_at && *fetched.remote_updated_at < *held->remote_updated_at)
        return RecordedRefund::older;
    std::string members = domain::erp_refund_members(refund, channel.provider);
    const std::string hash = store::content_hash(members + std::string{fetched.payload});
    if (held && held->content_hash == hash) return RecordedRefund::unchanged;
    // The buyer of its order was erased: nothing about a person comes back with it.
    const auto order = store::OrderRepo(session).find_held(channel.id, refund.external_order_id);
    const bool erased = order && store::is_erased(order->meaning_hash);
    if (erased) members = domain::members_without_person(std::move(members));
    const std::string_view payload = erased ? store::kErasedPayload : std::string_view{fetched.payload};
    const std::string_view context = erased ? std::string_view{"{}"} : std::string_view{fetched.context};
    const store::RefundRepo::Write write{channel.account_id, channel.id, refund, fetched.remote_updated_at, members, payload, context, hash, now};
    RefundId id;
    if (held) {
        id = held->id;
        refunds.update(id, write);
    } else {
        id = refunds.insert(write);
    }
    refunds.add_aliases(channel.id, fetched.aliases, fetched.external_refund_id);
    refunds.forget_unmapped(channel.id, fetched.external_refund_id);
    problems.resolve(channel.id, "refund", fetched.external_refund_id, now, fetched.problems);
    for (const domain::Problem& problem : fetched.problems)
        problems.record(channel.account_id, channel.id, "refund", fetched.external_refund_id, problem, now);
    std::string data;
    JsonWriter(data)
        .begin_object()
        .field("external_order_id", refund.external_order_id)
        .field("external_refund_id", refund.external_refund_id)
        .end_object();
    store::EventRepo(session).append(
        {channel.account_id, channel.id, held ? "refund.updated" : "refund.created", "refund", id.value, data}, now);
    return held ? RecordedRefund::updated : RecordedRefund::created;
}

}  // namespace crossdock::services
