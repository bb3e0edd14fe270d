// SPDX-License-Identifier: Apache-2.0
#include "sync/bulk_orders.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json_parse.h"
#include "base/json_writer.h"
#include "observability/log.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

using connectors::BulkOrderSource;
using Phase = OrderExport::Phase;

constexpr std::int64_t kFewOrders = 1000;  // pages are quicker for fewer, and show the first orders at once
constexpr auto kPoll = std::chrono::seconds{10};
constexpr auto kPollLater = std::chrono::seconds{30};
constexpr auto kTell = std::chrono::minutes{1};
constexpr auto kStandsStill = std::chrono::hours{2};
constexpr int kTries = 3;
constexpr int kPatience = 8;  // failures without getting on

// What one transaction takes, and one run: readers and the channel's other jobs are not kept waiting.
constexpr std::size_t kLinesAtOnce = 200;
constexpr std::size_t kBytesAtOnce = 1024 * 1024;
constexpr std::int64_t kLinesPerRun = 20'000;
constexpr std::int64_t kOrdersAtOnce = 25;
constexpr std::int64_t kOrdersPerRun = 250;

// Lines are put aside by what they are looked for with: an order and what hangs on it directly by the order, what hangs
// on such a part by the part.
constexpr std::string_view kOfOrder = "order ";
constexpr std::string_view kOfPart = "part ";

constexpr std::array kPhases{Phase::starting, Phase::running, Phase::reading, Phase::storing, Phase::given_up};

class Walk {
public:
    Walk(const Env& env, const OpenChannel& open, const store::Stream& stream, jobs::JobContext& context)
        : env_(env),
          open_(open),
          context_(context),
          source_(*open.connector->bulk_order_source()),
          name_(stream.name),
          from_(stream.window_from.value_or(Timestamp{})),
          page_token_(stream.page_token),
          now_(*read_export(stream)),
          held_(now_) {}

    jobs::JobOutcome step() {
        switch (now_.phase) {
            case Phase::starting: return start();
            case Phase::running:
            case Phase::reading: return look();
            case Phase::storing: return store_some();
            case Phase::given_up: break;
        }
        return jobs::JobOutcome::again(page_token_);
    }

private:
    [[nodiscard]] const store::Channel& channel() const { return open_.channel; }

    [[nodiscard]] jobs::JobOutcome again(std::chrono::milliseconds after = {}) const {
        return jobs::JobOutcome::again("export " + std::string{to_string(now_.phase)} + ' ' + now_.operation + ' ' +
                                           std::to_string(now_.byte),
                                       after);
    }
    /// Somebody else has moved the stream: this run has nothing to say any more.
    [[nodiscard]] static jobs::JobOutcome moved_elsewhere() { return jobs::JobOutcome::done(); }

    /// Writes the step down together with what it brought. False: the stream is not where this run found it.
    template <class Write>
    bool save(const Write& write) {
        const bool saved = env_.db.write([&](db::Session& session) {
            store::StreamRepo streams(session);
            store::Stream stream = streams.load(channel().id, name_);
            if (with_export("{}", read_export(stream)) != with_export("{}", held_)) return false;
            write(session, stream);
            streams.save(stream);
            return true;
        });
        if (saved) held_ = now_;
        return saved;
    }
    bool save() {
        return save([&](db::Session&, store::Stream& stream) { stream.state = with_export(stream.state, now_); });
    }

    void tell(std::string_view what) {
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(env_.clock.now() - now_.begun_at).count();
        log::info("orders_export",
                  {{"channel", channel().code},
                   {"stream", name_},
                   {"objects", now_.objects},
                   {"lines", now_.lines},
                   {"orders", now_.orders},
                   {"minutes", static_cast<std::int64_t>(minutes)}},
                  std::string{what});
    }
    void tell_now_and_then(std::string_view what) {
        const Timestamp at = env_.clock.now();
        if (at - now_.told_at < kTell) return;
        now_.told_at = at;
        tell(what);
    }

    /// The provider does not answer, or not yet: that is the channel's trouble, not the export's.
    static bool is_passing(const Error& error) { return error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::unavailable; }

    jobs::JobOutcome give_up(const Error& why) {
        now_ = OrderExport{};
        now_.phase = Phase::given_up;
        const Timestamp at = env_.clock.now();
        const std::string note = why.message + ". The orders are read page by page instead, which takes longer; nothing is lost";
        const bool saved = save([&](db::Session& session, store::Stream& stream) {
            store::BulkRepo(session).drop_all(channel().id);
            stream.state = with_export(stream.state, now_);
            store::ProblemRepo(session).record(channel().account_id, channel().id, "stream", name_, {"export_failed", note}, at);
        });
        if (!saved) return moved_elsewhere();
        log::warn("orders_export_failed", {{"channel", channel().code}, {"stream", name_}, {"code", why.code}}, note);
        return jobs::JobOutcome::again(page_token_);
    }

    /// Tried again, but not for ever: the storage of results may lie behind a firewall that pages do not meet.
    jobs::JobOutcome not_yet(const Error& error) {
        if (!is_passing(error)) return give_up(error);
        if (error.kind == ErrorKind::unavailable) {
            if (++now_.failures > kPatience) return give_up(error);
            if (!save()) return moved_elsewhere();
        }
        return failed(env_, channel(), name_, error);
    }

    jobs::JobOutcome start() {
        // Written before it is asked for, so that a start which ends the process is not tried for ever.
        if (++now_.failures > kTries)
            return give_up({ErrorKind::unavailable, "export_not_started", "the channel's export of orders could not be started"});
        if (!save()) return moved_elsewhere();
        auto started = source_.start_bulk(from_);
        if (!started) {
            if (!is_passing(started.error())) return give_up(started.error());
            if (started.error().kind == ErrorKind::rate_limited) {
                --now_.failures;  // waiting for the budget is no failure
                if (!save()) return moved_elsewhere();
            }
            return failed(env_, channel(), name_, started.error());
        }
        now_.phase = Phase::running;
        now_.operation = std::move(*started);
        now_.failures = 0;
        now_.moved_at = now_.told_at = env_.clock.now();
        if (!save()) return moved_elsewhere();
        tell("the channel exports its orders");
        return again(kPoll);
    }

    /// Asks how far the provider is; while reading, for the address of the result, which is a secret and not kept.
    jobs::JobOutcome look() {
        const auto progress = source_.poll_bulk(now_.operation);
        if (!progress) return not_yet(progress.error());
        const Timestamp at = env_.clock.now();
        if (!progress->finished) {
            if (progress->objects != now_.objects) now_.moved_at = at;
            now_.failures = 0;
            now_.objects = progress->objects;
            if (at - now_.moved_at > kStandsStill)
                return give_up({ErrorKind::unavailable, "export_stands_still", "the channel's export of orders has not moved for two hours"});
            tell_now_and_then("the channel exports its orders");
            if (!save()) return moved_elsewhere();
            return again(at - now_.begun_at < std::chrono::minutes{5} ? kPoll : kPollLater);
        }
        if (now_.phase == Phase::running) now_.failures = 0;
        now_.objects = progress->objects;
        now_.phase = Phase::reading;
        return read_some(progress->result_url);
    }

    jobs::JobOutcome read_some(const std::string& url) {
        struct Aside {
            std::string key, line;
        };
        std::vector<Aside> batch;
        std::size_t bytes = 0;
        std::int64_t lines_of_run = 0;
        bool moved = false;
        std::optional<Error> bad;
        const auto flush = [&] {
            const bool saved = save([&](db::Session& session, store::Stream& stream) {
                store::BulkRepo aside(session);
                // Lines of an export before this one.
                if (held_.lines == 0) aside.drop_all(channel().id);
                for (const Aside& one : batch) aside.add(channel().id, one.key, one.line);
                stream.state = with_export(stream.state, now_);
            });
            moved = !saved;
            batch.clear();
            bytes = 0;
        };
        const auto status = source_.read_bulk(url, now_.byte, [&](std::string_view line, std::int64_t next_byte) {
            auto found = source_.classify_bulk_line(line);
            if (!found) {
                bad = found.error();
                return false;
            }
            const bool of_order = !found->external_order_id.empty();
            batch.push_back({std::string{of_order ? kOfOrder : kOfPart} + (of_order ? found->external_order_id : found->parent),
                             std::string{line}});
            bytes += line.size();
            now_.byte = next_byte;
            ++now_.lines;
            ++lines_of_run;
            now_.failures = 0;
            if (batch.size() >= kLinesAtOnce || bytes >= kBytesAtOnce) {
                tell_now_and_then("reading the export of the channel's orders");
                flush();
            }
            return !moved && lines_of_run < kLinesPerRun && !context_.cancelled();
        });
        const bool ended = status && !bad && !moved && lines_of_run < kLinesPerRun && !context_.cancelled();
        const bool whole = ended && now_.lines >= now_.objects;
        if (moved) return moved_elsewhere();
        if (whole) now_.phase = Phase::storing;
        if (bad || (ended && !whole)) {
            // Half a file in whole packets: what was good is kept, the rest is asked for again.
            if (++now_.failures >= kTries)
                return give_up(bad ? *bad
                                   : Error{ErrorKind::rejected, "export_incomplete",
                                           "the channel's export should hold " + std::to_string(now_.objects) + " lines and held " +
                                               std::to_string(now_.lines)});
        }
        flush();
        if (moved) return moved_elsewhere();
        if (!status) return not_yet(status.error());
        if (bad || (ended && !whole)) return again(kPoll);
        return again();
    }

    /// All lines of an order: those that name it, and those that name one of those. Two levels is what providers have.
    std::vector<std::string> lines_of(store::BulkRepo& aside, const std::string& key, std::vector<std::string>& keys) const {
        std::vector<std::string> lines = aside.lines(channel().id, key);
        keys.push_back(key);
        const std::size_t direct = lines.size();
        for (std::size_t i = 0; i < direct; ++i) {
            const auto line = source_.classify_bulk_line(lines[i]);
            if (!line || line->parent.empty()) continue;
            const std::string of_part = std::string{kOfPart} + line->id;
            auto below = aside.lines(channel().id, of_part);
            if (below.empty()) continue;
            keys.push_back(of_part);
            lines.insert(lines.end(), std::make_move_iterator(below.begin()), std::make_move_iterator(below.end()));
        }
        return lines;
    }

    jobs::JobOutcome store_some() {
        for (std::int64_t of_run = 0; of_run < kOrdersPerRun && !context_.cancelled(); of_run += kOrdersAtOnce) {
            std::vector<std::string> keys;         // of lines, to be dropped
            std::vector<UnderstoodOrder> batch;
            std::vector<std::string> by_id;        // what the export does not hold whole is fetched by itself
            const auto assembled = env_.db.read([&](db::Session& session) {
                store::BulkRepo aside(session);
                std::vector<std::pair<std::string, Result<connectors::RawOrder>>> found;
                keys.clear();
                for (const std::string& key : aside.keys(channel().id, kOfOrder, kOrdersAtOnce))
                    found.emplace_back(key.substr(kOfOrder.size()), source_.assemble_bulk(lines_of(aside, key, keys)));
                return found;
            });
            for (const auto& [id, raw] : assembled) {
                if (!raw) {
                    by_id.push_back(id);
                    continue;
                }
                batch.push_back(understand(*open_.connector, *raw));
            }
            const bool last = assembled.size() < static_cast<std::size_t>(kOrdersAtOnce);
            now_.orders += static_cast<std::int64_t>(assembled.size());
            if (!store_batch(batch, by_id, keys, last)) return moved_elsewhere();
            if (last) {
                tell("all orders of the export are stored");
                // What changed since the walk began follows at once, in the ordinary way.
                return name_ == kOrdersStream ? jobs::JobOutcome::again("") : jobs::JobOutcome::done();
            }
            tell_now_and_then("storing the exported orders");
        }
        return again();
    }

    bool store_batch(const std::vector<UnderstoodOrder>& batch, const std::vector<std::string>& by_id, const std::vector<std::string>& keys,
                     bool last) {
        const Timestamp at = env_.clock.now();
        const auto write = [&](bool with_orders) {
            return save([&](db::Session& session, store::Stream& stream) {
                if (with_orders)
                    for (const UnderstoodOrder& one : batch) record(session, channel(), one, at);
                for (const std::string& id : by_id) store::JobRepo(session).enqueue(refresh_order_job(channel(), id, at), at);
                store::BulkRepo aside(session);
                for (const std::string& key : keys) aside.drop(channel().id, key);
                stream.state = with_export(stream.state, now_);
                if (last) finish(session, stream, at);
            });
        };
        bool saved = false;
        try {
            saved = write(true);
        } catch (const db::Failure& failure) {
            if (failure.kind() != db::Failure::Kind::constraint && failure.kind() != db::Failure::Kind::bug) throw;
            for (const UnderstoodOrder& one : batch) record_alone(env_, channel(), one);
            saved = write(false);
        }
        env_.wake_jobs();
        return saved;
    }

    /// Everything up to the walk's end is held; its end was set by its first page, before the export began.
    void finish(db::Session& session, store::Stream& stream, Timestamp at) const {
        store::BulkRepo(session).drop_all(channel().id);
        Window window(std::move(stream));
        window.complete();
        stream = window.to_save();
        stream.state = with_export(stream.state, std::nullopt);
        note_success(session, channel(), name_, at);
        std::string data;
        JsonWriter(data).begin_object().field("stream", name_).field("seen", now_.orders).end_object();
        store::EventRepo(session).append({channel().account_id, channel().id, "sync.completed", "channel", channel().id.value, data}, at);
    }

    const Env& env_;
    const OpenChannel& open_;
    jobs::JobContext& context_;
    BulkOrderSource& source_;
    const std::string name_;
    const Timestamp from_;
    const std::string page_token_;
    OrderExport now_;   // as this run sees it
    OrderExport held_;  // as the row has it
};

}  // namespace

std::string_view to_string(Phase phase) {
    switch (phase) {
        case Phase::starting: return "starting";
        case Phase::running: return "running";
        case Phase::reading: return "reading";
        case Phase::storing: return "storing";
        case Phase::given_up: return "given_up";
    }
    return "";
}

std::optional<OrderExport> read_export(const store::Stream& stream) {
    const auto state = parse_json(stream.state);
    if (!state || !state->is_object() || !state->contains("export")) return std::nullopt;
    const nlohmann::json& held = (*state)["export"];
    OrderExport one;
    const std::string word = held.value("phase", "");
    const auto phase = std::find_if(kPhases.begin(), kPhases.end(), [&](Phase known) { return to_string(known) == word; });
    if (phase == kPhases.end()) return std::nullopt;
    one.phase = *phase;
    one.operation = held.value("operation", "");
    one.begun_at = from_ms(held.value("begun_ms", std::int64_t{0}));
    one.moved_at = from_ms(held.value("moved_ms", std::int64_t{0}));
    one.told_at = from_ms(held.value("told_ms", std::int64_t{0}));
    one.objects = held.value("objects", std::int64_t{0});
    one.byte = held.value("byte", std::int64_t{0});
    one.lines = held.value("lines", std::int64_t{0});
    one.orders = held.value("orders", std::int64_t{0});
    one.failures = held.value("failures", std::int64_t{0});
    return one;
}

std::string with_export(const std::string& state, const std::optional<OrderExport>& order_export) {
    nlohmann::json all = nlohmann::json::object();
    if (const auto held = parse_json(state); held && held->is_object()) all = *held;
    all.erase("export");
    if (order_export)
        all["export"] = {{"phase", to_string(order_export->phase)},  {"operation", order_export->operation},
                         {"begun_ms", to_ms(order_export->begun_at)}, {"moved_ms", to_ms(order_export->moved_at)},
                         {"told_ms", to_ms(order_export->told_at)},   {"objects", order_export->objects},
                         {"byte", order_export->byte},                {"lines", order_export->lines},
                         {"orders", order_export->orders},            {"failures", order_export->failures}};
    return all.dump();
}

bool may_export(db::Session& session, const OpenChannel& open, const Window& window) {
    const HubSettings& settings = open.entry->settings;
    if (settings.bulk_export == BulkExport::never || open.connector->bulk_order_source() == nullptr) return false;
    if (settings.bulk_export == BulkExport::automatic && window.stream().seen < kFewOrders) return false;
    if (read_export(window.stream())) return false;  // given up in this walk
    const auto streams = store::StreamRepo(session).of_channel(open.channel.id);
    return std::none_of(streams.begin(), streams.end(), [](const store::Stream& stream) { return is_under_way(read_export(stream)); });
}

jobs::JobOutcome go_on_with_export(const Env& env, const OpenChannel& open, const store::Stream& stream, jobs::JobContext& context) {
    return Walk(env, open, stream, context).step();
}

}  // namespace crossdock::sync
