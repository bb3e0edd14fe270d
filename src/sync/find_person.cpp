// SPDX-License-Identifier: Apache-2.0
#include "sync/find_person.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "base/text.h"
#include "db/copy.h"
#include "store/erasure_repo.h"
#include "store/job_repo.h"
#include "store/meta.h"
#include "store/problem_repo.h"

namespace crossdock::sync {
namespace {

constexpr std::int64_t kOrdersAtOnce = 10'000;
/// One walk serves for all names of that time. The channels leave weeks for it.
constexpr std::chrono::hours kTogether{6};

std::string waiting_names_key(ChannelId channel) { return "closed_accounts:" + std::to_string(channel.value); }

/// One a line, in the order they came.
std::vector<std::string> waiting_names(db::Session& session, ChannelId channel) {
    std::vector<std::string> names;
    for (std::string& name : split(store::get_meta(session, waiting_names_key(channel)).value_or(""), '\n'))
        if (!name.empty()) names.push_back(std::move(name));
    return names;
}

void keep_names(db::Session& session, ChannelId channel, const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : "\n") + name;
    store::set_meta(session, waiting_names_key(channel), text);
}

/// "<last id that was looked at>/<names that are looked for>".
struct Progress {
    std::int64_t after = 0;
    std::size_t names = 0;
    static Progress read(const std::string& cursor) {
        Progress out;
        const char* const end = cursor.data() + cursor.size();
        const auto first = std::from_chars(cursor.data(), end, out.after);
        if (first.ptr != end) std::from_chars(first.ptr + 1, end, out.names);
        return out;
    }
    [[nodiscard]] std::string text() const { return std::to_string(after) + '/' + std::to_string(names); }
};

domain::Problem erase_order(const store::OrderToErase& order) {
    return {"erasure_requested", "the buyer of order " + order.external_order_id +
                                     " has closed the account at the channel, which asks to erase that person's data: "
                                     "run crossdock erase --order id:" +
                                     std::to_string(order.id.value) + ", and erase the person in the ERP, too"};
}

}  // namespace

domain::JobSpec find_person_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,
            channel.id,
            domain::Lane::bulk,
            std::string{kFindPerson},
            std::string{kFindPerson} + ':' + std::to_string(channel.id.value),
            "{}",
            run_at};
}

void ask_for_person(db::Session& session, const store::Channel& channel, const std::vector<std::string>& names,
                    Timestamp now) {
    auto waiting = waiting_names(session, channel.id);
    waiting.insert(waiting.end(), names.begin(), names.end());
    keep_names(session, channel.id, waiting);
    store::JobRepo(session).enqueue(find_person_job(channel, now + kTogether), now);
}

jobs::JobOutcome FindPerson::run(jobs::JobContext& context) {
    if (!context.job.channel_id) return jobs::JobOutcome::done();
    const ChannelId channel = *context.job.channel_id;
    Progress progress = Progress::read(context.job.cursor);
    const OrderId after{progress.after};
    const OrderId upto{progress.after + kOrdersAtOnce};
    OrderId newest;
    std::vector<std::string> names;
    std::vector<store::OrderToErase> found;
    env_.db.read([&](db::Session& session) {
        db::take_time(session);
        store::ErasureRepo erasures(session);
        newest = erasures.newest_order();
        names = waiting_names(session, channel);
        // Those that come while it looks are for the next walk.
        if (context.job.cursor.empty()) progress.names = names.size();
        names.resize(std::min(progress.names, names.size()));
        found = erasures.naming(channel, names, after, upto);
    });
    const bool last = upto.value >= newest.value;
    bool others_wait = false;
    env_.db.write([&](db::Session& session) {
        for (const store::OrderToErase& order : found) {
            // Erased a moment ago: then nobody has to be told any more.
            if (store::ErasureRepo(session).naming(channel, names, OrderId{order.id.value - 1}, order.id).empty())
                continue;
            store::ProblemRepo(session).record(order.account, order.channel, "channel",
                                               store::erasure_key(order.external_order_id), erase_order(order),
                                               env_.clock.now());
        }
        if (!last) return;
        auto waiting = waiting_names(session, channel);
        // Fewer than this walk began with: it ended before, and the process, too. Those that wait are others.
        if (names.size() == progress.names) {
            waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(names.size()));
            keep_names(session, channel, waiting);
        }
        others_wait = !waiting.empty();
    });
    // Whoever asked for them found this job alive and made no other.
    if (last) return others_wait ? jobs::JobOutcome::again("") : jobs::JobOutcome::done();
    progress.after = upto.value;
    return jobs::JobOutcome::again(progress.text());
}

}  // namespace crossdock::sync
