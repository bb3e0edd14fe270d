// SPDX-License-Identifier: Apache-2.0
#include "services/fba_jobs.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "base/json_parse.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/stream_repo.h"

namespace crossdock::services {
namespace {

domain::JobSpec of_channel(const store::Channel& channel, domain::Lane lane, std::string_view kind, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            lane,
            std::string{kind},
            std::string{kind} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

nlohmann::json object_of(std::string_view text) {
    const auto parsed = parse_json(text);
    return parsed && parsed->is_object() ? *parsed : nlohmann::json::object();
}

}  // namespace

domain::JobSpec sync_fba_job(const store::Channel& channel, Timestamp run_at) {
    return of_channel(channel, domain::Lane::orders, kSyncFbaShipments, run_at);
}

domain::JobSpec refresh_fba_job(const store::Channel& channel, Timestamp run_at) {
    return of_channel(channel, domain::Lane::bulk, kRefreshFbaStatuses, run_at);
}

domain::JobSpec backfill_fba_job(const store::Channel& channel, Timestamp run_at) {
    return of_channel(channel, domain::Lane::bulk, kBackfillFbaItems, run_at);
}

domain::JobSpec find_fba_plans_job(const store::Channel& channel, Timestamp run_at) {
    return of_channel(channel, domain::Lane::bulk, kFindFbaPlans, run_at);
}

domain::JobSpec fetch_fba_items_job(const store::Channel& channel, std::int64_t batch, Timestamp run_at) {
    domain::JobSpec job = of_channel(channel, domain::Lane::bulk, kFetchFbaItems, run_at);
    job.unique_key = std::string{kFetchFbaItems} + ':' + std::to_string(batch);
    job.args = "{\"batch\":" + std::to_string(batch) + "}";
    return job;
}

domain::JobSpec push_cartons_job(AccountId account, ChannelId channel, FbaShipmentId shipment, Timestamp run_at) {
    const std::string id = std::to_string(shipment.value);
    return {account,
            channel,
            domain::Lane::push,
            std::string{kPushCartons},
            std::string{kPushCartons} + ':' + id,
            "{\"fba_shipment\":" + id + "}",
            run_at};
}

void ask_for_fba_sync(db::Session& session, const store::Channel& channel, std::int64_t days, Timestamp now) {
    store::StreamRepo streams(session);
    store::Stream stream = streams.load(channel.id, kFbaStream);
    nlohmann::json state = object_of(stream.state);
    state["wanted_days"] = std::max(days, wanted_fba_days(stream.state));
    stream.state = state.dump();
    streams.save(stream);
    store::JobRepo(session).enqueue(sync_fba_job(channel, now), now);
}

std::int64_t wanted_fba_days(std::string_view stream_state) {
    const nlohmann::json state = object_of(stream_state);
    const auto found = state.find("wanted_days");
    return found != state.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::int64_t settle_item_batches(db::Session& session, const store::Channel& channel) {
    store::FbaRepo shipments(session);
    store::JobRepo jobs(session);
    std::int64_t live = 0;
    for (const std::int64_t batch : shipments.batches(channel.id)) {
        if (jobs.find_live(fetch_fba_items_job(channel, batch, {}).unique_key))
            ++live;
        else
            shipments.drop_batch(batch);
    }
    return live;
}

std::int64_t queue_item_fetches(db::Session& session, const store::Channel& channel,
                                const std::vector<FbaShipmentId>& shipments, std::chrono::milliseconds distance,
                                std::int64_t ahead, Timestamp now) {
    store::FbaRepo repo(session);
    std::vector<FbaShipmentId> batch;
    std::int64_t made = 0;
    const auto send = [&] {
        if (batch.empty()) return;
        const std::int64_t id = repo.make_batch(channel.account_id, channel.id, batch, now);
        store::JobRepo(session).enqueue(fetch_fba_items_job(channel, id, now + (ahead + made) * distance), now);
        ++made;
        batch.clear();
    };
    for (const FbaShipmentId id : shipments) {
        const auto shipment = repo.get(id);
        if (!shipment || shipment->item_batch || (shipment->items_retry_at && *shipment->items_retry_at > now))
            continue;
        batch.push_back(id);
        if (batch.size() == kFbaBatch) send();
    }
    send();
    return made;
}

}  // namespace crossdock::services
