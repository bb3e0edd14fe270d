// SPDX-License-Identifier: Apache-2.0
#include "sync/sync_fba.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/json_parse.h"
#include "observability/log.h"
#include "services/record_fba.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/fba_throttle.h"
#include "sync/window.h"

namespace crossdock::sync {
namespace {

using nlohmann::json;
using services::kFbaStream;

constexpr std::chrono::seconds kPagePause{60};
constexpr std::chrono::seconds kRefreshPause{2};
constexpr int kRestarts = 3;  // of a walk whose token went stale
/// A batch takes so long when it is not disturbed: then the next one begins.
constexpr std::chrono::milliseconds kBatchDistance = services::kFbaBatch * services::kFbaShipmentPause;

json state_of(const store::Stream& stream) {
    const auto parsed = parse_json(stream.state);
    return parsed && parsed->is_object() ? *parsed : json::object();
}

/// Where a job stands: "<place> <throttled tries>". The place is for people, or a row to go on behind.
struct Place {
    std::int64_t at = 0;
    int tries = 0;
    static Place read(const std::string& cursor) {
        Place place;
        const auto blank = cursor.find(' ');
        if (blank == std::string::npos) return place;
        place.at = std::strtoll(cursor.c_str(), nullptr, 10);
        place.tries = static_cast<int>(std::strtol(cursor.c_str() + blank, nullptr, 10));
        return place;
    }
    [[nodiscard]] std::string text() const { return std::to_string(at) + ' ' + std::to_string(tries); }
};

jobs::JobOutcome same_page_later(const store::Channel& channel, std::string_view stream, Place place,
                                 const Error& error) {
    const Throttle next = after_throttle(place.tries, error);
    log::warn("fba_throttled", {{"channel", channel.code}, {"stream", stream}, {"again_in_ms", next.delay}},
              error.message);
    place.tries = next.tries;
    return jobs::JobOutcome::again(place.text(), next.delay);
}

std::vector<services::FetchedFbaShipment> understand_all(const Env& env, const connectors::FbaSource& source,
                                                         const std::vector<connectors::RawFbaShipment>& raws) {
    std::vector<services::FetchedFbaShipment> fetched;
    fetched.reserve(raws.size());
    for (const connectors::RawFbaShipment& raw : raws)
        fetched.push_back({raw.shipment_id, raw.payload, source.map_fba_shipment(raw), env.random.uuid()});
    return fetched;
}

}  // namespace

jobs::JobOutcome SyncFbaShipments::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::FbaSource* source = open->connector->fba_source();
    if (source == nullptr) return jobs::JobOutcome::done();
    const Place place = Place::read(context.job.cursor);

    Window window(
        env_.db.read([&](db::Session& session) { return store::StreamRepo(session).load(channel.id, kFbaStream); }));
    const Timestamp now = env_.clock.now();
    json state = state_of(window.stream());
    std::int64_t wanted = 0;
    if (!window.is_open()) {
        wanted = services::wanted_fba_days(window.stream().state);
        window.open(now - std::chrono::hours{24 * (wanted > 0 ? wanted : services::kFbaSyncDays)});
        state["walk_began_ms"] = to_ms(now);
    }
    const auto page = source->fetch_fba_shipments({window.from(), std::nullopt, {}}, window.token());
    std::optional<domain::Problem> stuck;
    if (!page) {
        if (is_throttled(page.error())) return same_page_later(channel, kFbaStream, place, page.error());
        if (page.error().code != "cursor_refused" || window.token().empty())
            return extra_failed(env_, channel, kFbaStream, page.error(), kFbaAdvice);
        // The token aged while the next page waited its minute: from page one again, but not for ever.
        window.restart();
        if (window.failures() <= kRestarts) {
            window.set_state(state.dump());
            env_.db.write([&](db::Session& session) { store::StreamRepo(session).save(window.to_save()); });
            return jobs::JobOutcome::again(Place{}.text(), kPagePause);
        }
        stuck = domain::Problem{"fba_token_refused",
                                "Amazon does not take its own page tokens for the list of inbound shipments; "
                                "what it showed is stored, the rest is asked for by id"};
    }
    if (context.cancelled()) return jobs::JobOutcome::again(place.text());

    const auto fetched =
        page ? understand_all(env_, *source, page->shipments) : std::vector<services::FetchedFbaShipment>{};
    bool moved_elsewhere = false;
    const bool last = !page || page->next_cursor.empty();
    env_.db.write([&](db::Session& session) {
        store::StreamRepo streams(session);
        const store::Stream stored = streams.load(channel.id, kFbaStream);
        if (!window.continues(stored)) {
            moved_elsewhere = true;
            return;
        }
        std::vector<std::string> ids;
        std::vector<FbaShipmentId> rows;
        for (const services::FetchedFbaShipment& one : fetched) {
            ids.push_back(one.shipment_id);
            if (const auto recorded = services::record_fba_shipment(session, channel, one, now))
                rows.push_back(recorded->id);
        }
        services::queue_item_fetches(session, channel, rows, kBatchDistance,
                                     services::settle_item_batches(session, channel), now);
        if (page)
            stuck = window.advance(page->next_cursor, ids, page->provider_now, now, std::chrono::milliseconds{0}, 0);
        else
            window.complete();
        // Asked for meanwhile: that is for the walk after this one.
        const std::int64_t newly_wanted = services::wanted_fba_days(stored.state);
        state.erase("wanted_days");
        if (newly_wanted > wanted) state["wanted_days"] = newly_wanted;
        if (last || stuck) state["refresh_before_ms"] = state.value("walk_began_ms", to_ms(now));
        window.set_state(state.dump());
        streams.save(window.to_save());
        if (stuck) {
            streams.note_error(channel.id, kFbaStream, stuck->code, stuck->message, now);
            store::ProblemRepo(session).record(channel.account_id, channel.id, "stream", kFbaStream, *stuck, now);
        } else if (last) {
            note_success(session, channel, kFbaStream, now);
        }
        if (last || stuck) store::JobRepo(session).enqueue(services::refresh_fba_job(channel, now), now);
    });
    env_.wake_jobs();
    if (moved_elsewhere) return jobs::JobOutcome::done();
    if (stuck) log::warn("pager_stuck", {{"channel", channel.code}, {"stream", kFbaStream}}, stuck->message);
    if (last || stuck) return jobs::JobOutcome::done();
    return jobs::JobOutcome::again(Place{place.at + 1, 0}.text(), kPagePause);
}

jobs::JobOutcome RefreshFbaStatuses::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::FbaSource* source = open->connector->fba_source();
    if (source == nullptr) return jobs::JobOutcome::done();
    const Place place = Place::read(context.job.cursor);
    const auto most = static_cast<std::int64_t>(source->fba_batch());

    const auto asked = env_.db.read([&](db::Session& session) {
        const json state = state_of(store::StreamRepo(session).load(channel.id, kFbaStream));
        const Timestamp before = from_ms(state.value("refresh_before_ms", to_ms(env_.clock.now())));
        return store::FbaRepo(session).not_seen_since(channel.id, before, FbaShipmentId{place.at}, most);
    });
    if (asked.empty()) return jobs::JobOutcome::done();
    std::vector<std::string> ids;
    for (const store::FbaInboundShipment& shipment : asked) ids.push_back(shipment.facts.shipment_id);
    const auto told = source->fetch_fba_shipments_by_id(ids);
    if (!told) {
        if (is_throttled(told.error())) return same_page_later(channel, kFbaStatusStream, place, told.error());
        return extra_failed(env_, channel, kFbaStatusStream, told.error(), kFbaAdvice);
    }
    const auto fetched = understand_all(env_, *source, *told);
    const bool last = static_cast<std::int64_t>(asked.size()) < most;
    env_.db.write([&](db::Session& session) {
        const Timestamp now = env_.clock.now();
        std::vector<FbaShipmentId> changed;
        std::set<std::string> answered;
        for (const services::FetchedFbaShipment& one : fetched) {
            answered.insert(one.shipment_id);
            const auto recorded = services::record_fba_shipment(session, channel, one, now);
            if (recorded && recorded->changed) changed.push_back(recorded->id);
        }
        // What came to an end has its last count of received units by now.
        services::queue_item_fetches(session, channel, changed, kBatchDistance,
                                     services::settle_item_batches(session, channel), now);
        for (const std::string& id : ids)
            if (answered.count(id) == 0)
                store::ProblemRepo(session).record(channel.account_id, channel.id, "fba_shipment", id,
                                                   {"not_answered",
                                                    "Amazon does not show this shipment any more; it is kept as it was "
                                                    "last seen. Look for it in Seller Central"},
                                                   now);
        if (last) note_success(session, channel, kFbaStatusStream, now);
    });
    env_.wake_jobs();
    if (last) return jobs::JobOutcome::done();
    return jobs::JobOutcome::again(Place{asked.back().id.value, 0}.text(), kRefreshPause);
}

}  // namespace crossdock::sync
