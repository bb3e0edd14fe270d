// SPDX-License-Identifier: Apache-2.0
#include "sync/reread_orders.h"

#include <algorithm>
#include <charconv>

#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

constexpr std::int64_t kOrdersPerRun = 10;
// About an order a second: what the slowest provider's budget gives back in that time.
constexpr auto kBetweenRereads = std::chrono::seconds{10};
// Channels that answer slowly get fewer: a run must end long before the limit of its kind.
constexpr auto kLongestRun = std::chrono::seconds{60};
// The nightly walk reaches two days back; an hour between the two timers is nobody's.
constexpr auto kReadAnyway = std::chrono::hours{47};
constexpr auto kOften = std::chrono::hours{12};
constexpr const char* kNotReread = "not_reread";

/// The last order that was read: "<ordered at, ms>/<id>".
struct ReadUpTo {
    Timestamp ordered_at{};
    OrderId id;
};

std::optional<ReadUpTo> read_place(const std::string& cursor) {
    std::int64_t ordered_ms = 0, id = 0;
    const char* const end = cursor.data() + cursor.size();
    const auto first = std::from_chars(cursor.data(), end, ordered_ms);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '/') return std::nullopt;
    const auto second = std::from_chars(first.ptr + 1, end, id);
    if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
    return ReadUpTo{from_ms(ordered_ms), OrderId{id}};
}

std::string cursor_of(const ReadUpTo& place) {
    return std::to_string(to_ms(place.ordered_at)) + '/' + std::to_string(place.id.value);
}

/// The channel's trouble and not the order's: the others would meet it, too.
bool is_of_channel(const Error& error) {
    return error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::unavailable ||
           error.kind == ErrorKind::denied;
}

}  // namespace

domain::JobSpec reread_orders_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            domain::Lane::bulk,
            std::string{kRereadOrders},
            std::string{kRereadOrders} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

jobs::JobOutcome RereadOrders::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::OrderSource* source = open->connector->order_source();
    if (source == nullptr) return jobs::JobOutcome::done();

    const Timestamp began_at = env_.clock.now();
    if (context.job.cursor.empty()) {
        // Timers are due at once after a start: a hub that is restarted again and again does not read everything each
        // time.
        const auto last = env_.db.read(
            [&](db::Session& session) { return store::StreamRepo(session).load(channel.id, kRereadStream); });
        if (last.last_success_at && began_at - *last.last_success_at < kOften) return jobs::JobOutcome::done();
    }
    ReadUpTo place = read_place(context.job.cursor).value_or(ReadUpTo{});
    if (const auto shown_for = source->shown_for())
        place.ordered_at = std::max(place.ordered_at, began_at - *shown_for);
    const auto orders = env_.db.read([&](db::Session& session) {
        return store::OrderRepo(session).still_open(channel.id, place.ordered_at, place.id, began_at - kReadAnyway,
                                                    kOrdersPerRun);
    });
    const auto complained_of = env_.db.read([&](db::Session& session) {
        return store::ProblemRepo(session).keys_with(channel.id, "order", kNotReread, 1000);
    });
    const auto over = [&](const std::string& id) {
        if (std::find(complained_of.begin(), complained_of.end(), id) == complained_of.end()) return;
        env_.db.write([&](db::Session& session) {
            store::ProblemRepo(session).resolve_one(channel.id, "order", id, kNotReread, env_.clock.now());
        });
    };
    bool got_on = false;
    for (const store::OpenOrder& order : orders) {
        const Timestamp asked_at = env_.clock.now();
        if (context.cancelled() || asked_at - began_at > kLongestRun) return jobs::JobOutcome::again(cursor_of(place));
        const auto raw = source->fetch_order(order.external_order_id);
        if (!raw && is_of_channel(raw.error())) {
            if (!got_on) return failed(env_, channel, kRereadStream, raw.error());
            // What was read is not read again, or a small budget would never reach the end.
            return jobs::JobOutcome::again(cursor_of(place), raw.error().retry_after.value_or(std::chrono::seconds{0}));
        }
        if (raw) {
            UnderstoodOrder one = understand(*open->connector, *raw);
            one.fetched.asked_at = asked_at;
            record_alone(env_, channel, one);
            over(order.external_order_id);
        } else if (raw.error().kind == ErrorKind::not_found) {
            note_missing(env_, channel, order.external_order_id, raw.error());
            over(order.external_order_id);
        } else {
            env_.db.write([&](db::Session& session) {
                store::ProblemRepo(session).record(channel.account_id, channel.id, "order", order.external_order_id,
                                                   {kNotReread,
                                                    "the open order could not be read again at the channel, so what it "
                                                    "shows may be out of date: " +
                                                        raw.error().message},
                                                   asked_at);
            });
        }
        place = {order.ordered_at, order.id};
        got_on = true;
    }
    env_.wake_jobs();
    if (orders.size() == static_cast<std::size_t>(kOrdersPerRun))
        return jobs::JobOutcome::again(cursor_of(place), kBetweenRereads);
    env_.db.write([&](db::Session& session) { note_success(session, channel, kRereadStream, env_.clock.now()); });
    return jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
