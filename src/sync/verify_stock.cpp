// SPDX-License-Identifier: Apache-2.0
#include "sync/verify_stock.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "observability/log.h"
#include "store/item_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/restored.h"
#include "store/stream_repo.h"
#include "sync/pull_orders.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

constexpr std::string_view kVerifyStream = "stock_sample";
constexpr std::size_t kSampled = 3;
constexpr auto kProvidersLag = std::chrono::minutes{5};  // a figure is shown by then
constexpr auto kBetweenRuns = std::chrono::minutes{20};
constexpr auto kSecondLook = std::chrono::minutes{10};
constexpr auto kSampleLife = std::chrono::hours{6};   // a sample that was never settled is of no use any more
constexpr auto kClocksApart = std::chrono::minutes{2};

/// A pushed figure that is read back.
struct Sampled {
    std::int64_t update = 0;
    std::int64_t differed_ms = 0;  // when it was first seen to differ; 0: not yet
    std::int64_t shown = 0;        // then
};
struct Sample {
    std::int64_t last_run_ms = 0;
    std::vector<Sampled> figures;
};

Sample load(db::Session& session, ChannelId channel, store::Stream& stream) {
    stream = store::StreamRepo(session).load(channel, kVerifyStream);
    Sample sample;
    const auto state = parse_json(stream.state);
    if (!state || !state->is_object()) return sample;
    sample.last_run_ms = state->value("last_run_ms", std::int64_t{0});
    if (const auto figures = state->find("figures"); figures != state->end() && figures->is_array())
        for (const auto& one : *figures)
            sample.figures.push_back({one.value("update", std::int64_t{0}), one.value("differed_ms", std::int64_t{0}),
                                      one.value("shown", std::int64_t{0})});
    return sample;
}

void save(db::Session& session, store::Stream stream, const Sample& sample) {
    nlohmann::json state{{"last_run_ms", sample.last_run_ms}, {"figures", nlohmann::json::array()}};
    for (const Sampled& one : sample.figures)
        state["figures"].push_back({{"update", one.update}, {"differed_ms", one.differed_ms}, {"shown", one.shown}});
    stream.state = state.dump();
    store::StreamRepo(session).save(stream);
}

domain::JobSpec verify_stock_job(const store::Channel& channel, Timestamp run_at) {
    return {channel.account_id,          channel.id, domain::Lane::bulk, std::string{kVerifyStock},
            std::string{kVerifyStock} + ':' + std::to_string(channel.id.value), "{}", run_at};
}

/// What is needed to judge one figure.
struct Case {
    Sampled sampled;
    store::InventoryUpdate update;
    connectors::StockLine line;
    std::string variant_id;
};

std::string in_words(const Case& one, std::int64_t shown) {
    return "item " + one.update.sku.value_or("without sku") + (one.line.location_id ? " at location " + *one.line.location_id : "") +
           ": sent " + std::to_string(one.line.quantity) + ", the channel shows " + std::to_string(shown) +
           ", and neither a newer figure nor an order explains it. Somebody may have changed it there by hand; sending the figure again "
           "sets it right";
}

}  // namespace

void sample_stock(db::Session& session, const Env& env, const OpenChannel& open, const std::vector<store::InventoryUpdate>& pushed,
                  Timestamp now) {
    connectors::StockSink* sink = open.connector->stock_sink();
    if (!open.entry->settings.verify_stock || sink == nullptr || !sink->can_read_stock() || pushed.empty()) return;
    store::Stream stream;
    Sample sample = load(session, open.channel.id, stream);
    const auto is_sampled = [&](const store::InventoryUpdate& update) {
        return std::any_of(sample.figures.begin(), sample.figures.end(), [&](const Sampled& one) { return one.update == update.id.value; });
    };
    // One place to begin at by chance, then the neighbours: no item is always or never looked at.
    const std::size_t begin = env.random.below(pushed.size());
    const std::size_t before = sample.figures.size();
    for (std::size_t i = 0; i < pushed.size() && sample.figures.size() < kSampled; ++i) {
        const store::InventoryUpdate& update = pushed[(begin + i) % pushed.size()];
        // Without an item there is no telling which orders draw on it.
        if (update.item_id && !is_sampled(update)) sample.figures.push_back({update.id.value, 0, 0});
    }
    if (sample.figures.size() == before && before == 0) return;
    save(session, stream, sample);
    const Timestamp run_at = std::max(now + kProvidersLag, from_ms(sample.last_run_ms) + kBetweenRuns);
    store::JobRepo(session).enqueue(verify_stock_job(open.channel, run_at), now);
}

jobs::JobOutcome VerifyStock::run(jobs::JobContext& context) {
    const auto open = open_channel(env_, context.job);
    if (!open) return jobs::JobOutcome::done();
    const store::Channel& channel = open->channel;
    connectors::StockSink* sink = open->connector->stock_sink();
    const Timestamp now = env_.clock.now();

    // Figures with a newer one behind them say nothing any more.
    std::vector<Case> cases;
    env_.db.write([&](db::Session& session) {
        cases.clear();
        store::Stream stream;
        Sample sample = load(session, channel.id, stream);
        store::InventoryRepo updates(session);
        if (sink != nullptr && open->entry->settings.verify_stock)
            for (const Sampled& sampled : sample.figures) {
                // From before a restore: what went out after it is not known.
                if (sampled.update <= store::restored_upto(session, "inventory_updates")) continue;
                auto update = updates.get(channel.account_id, InventoryUpdateId{sampled.update});
                if (!update || update->status != "succeeded" || !update->item_id || now - update->finished_at.value_or(now) > kSampleLife) continue;
                const auto newest = updates.newest(channel.id, update->target);
                if (newest && newest->id != update->id) continue;
                const auto item = store::ItemRepo(session).get(channel.account_id, *update->item_id);
                if (!item) continue;
                Case one{sampled, *update, stock_line(session, *open->entry, *update), item->variant_id};
                cases.push_back(std::move(one));
            }
        sample.figures.clear();
        for (const Case& one : cases) sample.figures.push_back(one.sampled);
        sample.last_run_ms = to_ms(now);
        save(session, stream, sample);
    });
    if (cases.empty()) return jobs::JobOutcome::done();

    std::vector<connectors::StockLine> lines;
    for (const Case& one : cases) lines.push_back(one.line);
    const auto shown = sink->read_stock(lines);
    if (!shown) {
        // A sample is no reason to call a channel unwell; the next push takes another one.
        if (shown.error().kind == ErrorKind::rate_limited) return jobs::outcome_of(shown.error());
        return jobs::JobOutcome::again("", kSecondLook);
    }

    const bool look_again = env_.db.write([&](db::Session& session) {
        store::Stream stream;
        Sample sample = load(session, channel.id, stream);
        const auto pulled = store::StreamRepo(session).load(channel.id, kOrdersStream).watermark;
        for (std::size_t i = 0; i < cases.size() && i < shown->size(); ++i) {
            const Case& one = cases[i];
            const auto held = std::find_if(sample.figures.begin(), sample.figures.end(),
                                           [&](const Sampled& figure) { return figure.update == one.update.id.value; });
            if (held == sample.figures.end()) continue;
            const auto settle = [&] { sample.figures.erase(held); };
            if (!(*shown)[i]) {
                settle();  // not counted there
                continue;
            }
            const std::int64_t there = *(*shown)[i];
            if (there == one.line.quantity) {
                store::ProblemRepo(session).resolve(channel.id, "stock", one.update.target, now);
                settle();
                continue;
            }
            const Timestamp pushed_at = one.update.finished_at.value_or(now);
            if (store::OrderRepo(session).any_changed_since(channel.id, one.variant_id, pushed_at - kClocksApart)) {
                settle();
                continue;
            }
            if (held->differed_ms == 0) held->differed_ms = to_ms(now);
            held->shown = there;
            // Only when all orders that may explain it have been pulled is it inexplicable.
            const Timestamp differed_at = from_ms(held->differed_ms);
            if (now - differed_at < kSecondLook || !pulled || *pulled < differed_at) continue;
            const std::string text = in_words(one, there);
            if (store::ProblemRepo(session).record(channel.account_id, channel.id, "stock", one.update.target, {"stock_differs", text}, now))
                log::warn("stock_differs", {{"channel", channel.code}, {"sent", one.line.quantity}, {"shown", there}}, text);
            settle();
        }
        save(session, stream, sample);
        return !sample.figures.empty();
    });
    return look_again ? jobs::JobOutcome::again("", kSecondLook) : jobs::JobOutcome::done();
}

}  // namespace crossdock::sync
