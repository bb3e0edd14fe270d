// SPDX-License-Identifier: Apache-2.0
#include "sync/export_walk.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "observability/log.h"
#include "store/problem_repo.h"

namespace crossdock::sync {
namespace {

using Phase = ExportState::Phase;

constexpr std::int64_t kFewThings = 1000;  // pages are quicker for fewer, and show the first ones at once
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
constexpr std::int64_t kThingsAtOnce = 25;
constexpr std::int64_t kThingsPerRun = 250;

constexpr std::array kPhases{Phase::starting, Phase::running, Phase::reading, Phase::storing, Phase::given_up};

/// Somebody else has moved the stream: this run has nothing to say any more.
jobs::JobOutcome stream_moved() { return jobs::JobOutcome::done(); }

/// The provider does not answer, or not yet: that is the channel's trouble, not the export's.
bool is_passing(const Error& error) {
    return error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::unavailable;
}

}  // namespace

ExportWalk::ExportWalk(const Env& env, const OpenChannel& open, connectors::BulkSource& source, const Words& words,
                       const store::Stream& stream, jobs::JobContext& context)
    : env_(env),
      open_(open),
      context_(context),
      source_(source),
      words_(words),
      name_(stream.name),
      from_(stream.window_from.value_or(Timestamp{})),
      page_token_(stream.page_token),
      now_(*read_export(stream)),
      held_(now_) {}

jobs::JobOutcome ExportWalk::step() {
    switch (now_.phase) {
        case Phase::starting: return start();
        case Phase::running:
        case Phase::reading: return look();
        case Phase::storing: return store_some();
        case Phase::given_up: break;
    }
    return jobs::JobOutcome::again(page_token_);
}

std::string ExportWalk::of_things(std::string_view before, std::string_view after) const {
    return std::string{before} + std::string{words_.things} + std::string{after};
}

jobs::JobOutcome ExportWalk::again(std::chrono::milliseconds after) const {
    return jobs::JobOutcome::again(
        "export " + std::string{to_string(now_.phase)} + ' ' + now_.operation + ' ' + std::to_string(now_.byte), after);
}

/// Writes the step down together with what it brought. False: the stream is not where this run found it.
template <class Write>
bool ExportWalk::save(const Write& write) {
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

bool ExportWalk::save() {
    return save([&](db::Session&, store::Stream& stream) { stream.state = with_export(stream.state, now_); });
}

void ExportWalk::tell(const std::string& what) const {
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(env_.clock.now() - now_.begun_at).count();
    log::info(words_.event,
              {{"channel", channel().code},
               {"stream", name_},
               {"objects", now_.objects},
               {"lines", now_.lines},
               {"recorded", now_.things},
               {"minutes", static_cast<std::int64_t>(minutes)}},
              what);
}

void ExportWalk::tell_now_and_then(const std::string& what) {
    const Timestamp at = env_.clock.now();
    if (at - now_.told_at < kTell) return;
    now_.told_at = at;
    tell(what);
}

jobs::JobOutcome ExportWalk::give_up(const Error& why) {
    now_ = ExportState{};
    now_.phase = Phase::given_up;
    const Timestamp at = env_.clock.now();
    const std::string note =
        why.message + of_things(". The ", " are read page by page instead, which takes longer; nothing is lost");
    const bool saved = save([&](db::Session& session, store::Stream& stream) {
        store::BulkRepo(session).drop_all(channel().id);
        stream.state = with_export(stream.state, now_);
        store::ProblemRepo(session).record(channel().account_id, channel().id, "stream", name_, {"export_failed", note},
                                           at);
    });
    if (!saved) return stream_moved();
    log::warn(std::string{words_.event} + "_failed",
              {{"channel", channel().code}, {"stream", name_}, {"code", why.code}}, note);
    return jobs::JobOutcome::again(page_token_);
}

/// Tried again, but not for ever: the storage of results may lie behind a firewall that pages do not meet.
jobs::JobOutcome ExportWalk::not_yet(const Error& error) {
    if (!is_passing(error)) return give_up(error);
    if (error.kind == ErrorKind::unavailable) {
        if (++now_.failures > kPatience) return give_up(error);
        if (!save()) return stream_moved();
    }
    return failed(env_, channel(), name_, error);
}

jobs::JobOutcome ExportWalk::start() {
    // Written before it is asked for, so that a start which ends the process is not tried for ever.
    if (++now_.failures > kTries)
        return give_up({ErrorKind::unavailable, "export_not_started",
                        of_things("the channel's export of ", " could not be started")});
    if (!save()) return stream_moved();
    auto started = start_at_provider();
    if (!started) {
        if (!is_passing(started.error())) return give_up(started.error());
        if (started.error().kind == ErrorKind::rate_limited) {
            --now_.failures;  // waiting for the budget is no failure
            if (!save()) return stream_moved();
        }
        return failed(env_, channel(), name_, started.error());
    }
    now_.phase = Phase::running;
    now_.operation = std::move(*started);
    now_.failures = 0;
    now_.moved_at = now_.told_at = env_.clock.now();
    if (!save()) return stream_moved();
    tell(of_things("the channel exports its "));
    return again(kPoll);
}

/// Asks how far the provider is; while reading, for the address of the result, which is a secret and not kept.
jobs::JobOutcome ExportWalk::look() {
    const auto progress = source_.poll_bulk(now_.operation);
    if (!progress) return not_yet(progress.error());
    const Timestamp at = env_.clock.now();
    if (!progress->finished) {
        if (progress->objects != now_.objects) now_.moved_at = at;
        now_.failures = 0;
        now_.objects = progress->objects;
        if (at - now_.moved_at > kStandsStill)
            return give_up({ErrorKind::unavailable, "export_stands_still",
                            of_things("the channel's export of ", " has not moved for two hours")});
        tell_now_and_then(of_things("the channel exports its "));
        if (!save()) return stream_moved();
        return again(at - now_.begun_at < std::chrono::minutes{5} ? kPoll : kPollLater);
    }
    if (now_.phase == Phase::running) now_.failures = 0;
    now_.objects = progress->objects;
    now_.phase = Phase::reading;
    return read_some(progress->result_url);
}

jobs::JobOutcome ExportWalk::read_some(const std::string& url) {
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
        const bool of_thing = !found->thing.empty();
        batch.push_back(
            {of_thing ? std::string{words_.thing_key} + found->thing : std::string{words_.part_key} + found->parent,
             std::string{line}});
        bytes += line.size();
        now_.byte = next_byte;
        ++now_.lines;
        ++lines_of_run;
        now_.failures = 0;
        if (batch.size() >= kLinesAtOnce || bytes >= kBytesAtOnce) {
            tell_now_and_then(of_things("reading the export of the channel's "));
            flush();
        }
        return !moved && lines_of_run < kLinesPerRun && !context_.cancelled();
    });
    const bool ended = status && !bad && !moved && lines_of_run < kLinesPerRun && !context_.cancelled();
    const bool whole = ended && now_.lines >= now_.objects;
    if (moved) return stream_moved();
    if (whole) now_.phase = Phase::storing;
    if (bad || (ended && !whole)) {
        // Half a file in whole packets: what was good is kept, the rest is asked for again.
        if (++now_.failures >= kTries)
            return give_up(bad ? *bad
                               : Error{ErrorKind::rejected, "export_incomplete",
                                       of_things("the channel's export of ", " should hold ") +
                                           std::to_string(now_.objects) + " lines and held " +
                                           std::to_string(now_.lines)});
    }
    flush();
    if (moved) return stream_moved();
    if (!status) return not_yet(status.error());
    if (bad || (ended && !whole)) return again(kPoll);
    return again();
}

/// All lines of a thing: those that name it, and those that name one of those. Two levels is what providers have.
std::vector<std::string> ExportWalk::lines_of(store::BulkRepo& aside, const std::string& key,
                                              std::vector<std::string>& keys) const {
    std::vector<std::string> lines = aside.lines(channel().id, key);
    keys.push_back(key);
    const std::size_t direct = lines.size();
    for (std::size_t i = 0; i < direct; ++i) {
        const auto line = source_.classify_bulk_line(lines[i]);
        if (!line || line->parent.empty()) continue;
        const std::string of_part = std::string{words_.part_key} + line->id;
        auto below = aside.lines(channel().id, of_part);
        if (below.empty()) continue;
        keys.push_back(of_part);
        lines.insert(lines.end(), std::make_move_iterator(below.begin()), std::make_move_iterator(below.end()));
    }
    return lines;
}

jobs::JobOutcome ExportWalk::store_some() {
    for (std::int64_t of_run = 0; of_run < kThingsPerRun && !context_.cancelled(); of_run += kThingsAtOnce) {
        std::vector<std::string> keys;  // of lines, to be dropped
        std::vector<Group> groups;
        bool left_over = false;
        env_.db.read([&](db::Session& session) {
            store::BulkRepo aside(session);
            keys.clear();
            groups.clear();
            for (const std::string& key : aside.keys(channel().id, words_.thing_key, kThingsAtOnce))
                groups.push_back({key.substr(words_.thing_key.size()), lines_of(aside, key, keys)});
            left_over = groups.empty() && !aside.keys(channel().id, words_.part_key, 1).empty();
        });
        // Parts that hang on nothing: the export was not understood, and what they say must not be lost.
        if (left_over)
            return give_up({ErrorKind::rejected, "export_parts_left",
                            of_things("the channel's export of ", " has parts that belong to none of them")});
        if (const auto understood = understand_batch(groups); !understood) return give_up(understood.error());
        const bool last = groups.empty();
        now_.things += static_cast<std::int64_t>(groups.size());
        if (!store_batch(keys, last)) return stream_moved();
        if (last) {
            tell(of_things("all ", " of the export are stored"));
            return after_walk();
        }
        tell_now_and_then(of_things("storing the exported "));
    }
    return again();
}

bool ExportWalk::store_batch(const std::vector<std::string>& keys, bool last) {
    const Timestamp at = env_.clock.now();
    const auto write = [&](bool with_things) {
        return save([&](db::Session& session, store::Stream& stream) {
            record_batch(session, with_things, at);
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
        record_one_by_one();
        saved = write(false);
    }
    env_.wake_jobs();
    return saved;
}

/// Everything up to the walk's end is held; its end was set by its first page, before the export began.
void ExportWalk::finish(db::Session& session, store::Stream& stream, Timestamp at) {
    store::BulkRepo(session).drop_all(channel().id);
    finish_walk(session, stream, at);
    Window window(std::move(stream));
    window.complete();
    stream = window.to_save();
    stream.state = with_export(stream.state, std::nullopt);
    note_success(session, channel(), name_, at);
}

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

std::optional<ExportState> read_export(const store::Stream& stream) {
    const auto state = parse_json(stream.state);
    if (!state || !state->is_object() || !state->contains("export")) return std::nullopt;
    const nlohmann::json& held = (*state)["export"];
    ExportState one;
    const std::string word = held.value("phase", "");
    const auto phase =
        std::find_if(kPhases.begin(), kPhases.end(), [&](Phase known) { return to_string(known) == word; });
    if (phase == kPhases.end()) return std::nullopt;
    one.phase = *phase;
    one.operation = held.value("operation", "");
    one.begun_at = from_ms(held.value("begun_ms", std::int64_t{0}));
    one.moved_at = from_ms(held.value("moved_ms", std::int64_t{0}));
    one.told_at = from_ms(held.value("told_ms", std::int64_t{0}));
    one.objects = held.value("objects", std::int64_t{0});
    one.byte = held.value("byte", std::int64_t{0});
    one.lines = held.value("lines", std::int64_t{0});
    one.things = held.value("things", std::int64_t{0});
    one.failures = held.value("failures", std::int64_t{0});
    return one;
}

std::string with_export(const std::string& state, const std::optional<ExportState>& one) {
    nlohmann::json all = nlohmann::json::object();
    if (const auto held = parse_json(state); held && held->is_object()) all = *held;
    all.erase("export");
    if (one)
        all["export"] = {{"phase", to_string(one->phase)},
                         {"operation", one->operation},
                         {"begun_ms", to_ms(one->begun_at)},
                         {"moved_ms", to_ms(one->moved_at)},
                         {"told_ms", to_ms(one->told_at)},
                         {"objects", one->objects},
                         {"byte", one->byte},
                         {"lines", one->lines},
                         {"things", one->things},
                         {"failures", one->failures}};
    return all.dump();
}

bool may_export(db::Session& session, const OpenChannel& open, const connectors::BulkSource* source,
                const Window& window) {
    const HubSettings& settings = open.entry->settings;
    if (settings.bulk_export == BulkExport::never || source == nullptr) return false;
    if (settings.bulk_export == BulkExport::automatic && window.stream().seen < kFewThings) return false;
    if (read_export(window.stream())) return false;  // given up in this walk
    const auto streams = store::StreamRepo(session).of_channel(open.channel.id);
    return std::none_of(streams.begin(), streams.end(),
                        [](const store::Stream& stream) { return is_under_way(read_export(stream)); });
}

std::string begin_export(const std::string& state, Timestamp now) {
    ExportState chosen;
    chosen.begun_at = chosen.told_at = now;
    return with_export(state, chosen);
}

}  // namespace crossdock::sync
