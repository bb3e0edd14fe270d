// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "store/stream_repo.h"
#include "sync/env.h"
#include "sync/window.h"

namespace crossdock::sync {

/// A long walk through a channel's orders or catalogue that is made by the provider's bulk export instead of by pages.
/// It is a part of the walk's stream and moves in the same transactions as what it brought, so whoever goes on after a
/// crash finds the operation, the byte and the thing it had come to.
struct ExportState {
    enum class Phase {
        starting,  // decided, not asked for yet
        running,   // the provider writes it
        reading,   // its lines are put aside until all are here: parts of a thing may come anywhere
        storing,   // thing by thing, what was put aside is recorded
        given_up   // the rest of this walk is made by pages
    };
    Phase phase = Phase::starting;
    std::string operation;      // the provider's id
    Timestamp begun_at{};       // by our clock, for people
    Timestamp moved_at{};       // it was last seen to get on
    Timestamp told_at{};        // the log last said how it stands
    std::int64_t objects = 0;   // the provider has written
    std::int64_t byte = 0;      // read so far
    std::int64_t lines = 0;     // the same
    std::int64_t things = 0;    // recorded
    std::int64_t failures = 0;  // without getting on
};
std::string_view to_string(ExportState::Phase phase);
/// None: the stream's walk has nothing to do with an export.
std::optional<ExportState> read_export(const store::Stream& stream);
/// The stream's state with the export put in, or taken out.
std::string with_export(const std::string& state, const std::optional<ExportState>& one);
inline bool is_under_way(const std::optional<ExportState>& one) {
    return one && one->phase != ExportState::Phase::given_up;
}

/// Whether the rest of a walk that has more pages to come is better left to an export by `source` (null: none). Inside
/// the transaction that stores the page: a channel has one export at a time, of whatever kind.
bool may_export(db::Session& session, const OpenChannel& open, const connectors::BulkSource* source,
                const Window& window);
/// The state of a stream whose walk goes on as an export from now on.
std::string begin_export(const std::string& state, Timestamp now);

/// The steps of an export under way, one per run, so that others get their turn. Whatever the export cannot do is done
/// by pages: the walk goes on from where its pages had come to, with a note.
class ExportWalk {
public:
    /// What kind of things it brings.
    struct Words {
        std::string_view things;     // "orders"
        std::string_view event;      // of the log: "orders_export"
        std::string_view thing_key;  // what lines of a thing are put aside under, with the thing's id behind it
        std::string_view part_key;   // the same for parts of parts
    };
    ExportWalk(const Env& env, const OpenChannel& open, connectors::BulkSource& source, const Words& words,
               const store::Stream& stream, jobs::JobContext& context);
    ExportWalk(const ExportWalk&) = delete;
    ExportWalk& operator=(const ExportWalk&) = delete;
    virtual ~ExportWalk() = default;

    jobs::JobOutcome step();

protected:
    /// A thing and all its lines.
    struct Group {
        std::string id;
        std::vector<std::string> lines;
    };
    virtual Result<std::string> start_at_provider() = 0;
    /// Understands what comes next. No database. An error gives the export up.
    virtual Status understand_batch(const std::vector<Group>& groups) = 0;
    /// Records it, in the transaction that drops its lines; `with_things` is false when the things were recorded one by
    /// one.
    virtual void record_batch(db::Session& session, bool with_things, Timestamp at) = 0;
    /// The database refused the batch: each thing in a transaction of its own.
    virtual void record_one_by_one() = 0;
    /// Everything is held; the stream is about to be saved as complete, in the same transaction.
    virtual void finish_walk(db::Session& session, store::Stream& stream, Timestamp at) = 0;
    /// After that has been committed. Returns what the job does next.
    virtual jobs::JobOutcome after_walk() = 0;

    [[nodiscard]] const store::Channel& channel() const { return open_.channel; }
    [[nodiscard]] const Env& env() const { return env_; }
    [[nodiscard]] const std::string& stream_name() const { return name_; }
    [[nodiscard]] Timestamp from() const { return from_; }
    [[nodiscard]] std::int64_t recorded() const { return now_.things; }

private:
    jobs::JobOutcome start();
    jobs::JobOutcome look();
    jobs::JobOutcome read_some(const std::string& url);
    jobs::JobOutcome store_some();
    std::vector<std::string> lines_of(store::BulkRepo& aside, const std::string& key,
                                      std::vector<std::string>& keys) const;
    bool store_batch(const std::vector<std::string>& keys, bool last);
    void finish(db::Session& session, store::Stream& stream, Timestamp at);

    template <class Write>
    bool save(const Write& write);
    bool save();
    [[nodiscard]] jobs::JobOutcome again(std::chrono::milliseconds after = {}) const;
    jobs::JobOutcome give_up(const Error& why);
    jobs::JobOutcome not_yet(const Error& error);
    void tell(const std::string& what) const;
    void tell_now_and_then(const std::string& what);
    [[nodiscard]] std::string of_things(std::string_view before, std::string_view after = {}) const;

    const Env& env_;
    const OpenChannel& open_;
    jobs::JobContext& context_;
    connectors::BulkSource& source_;
    const Words words_;
    const std::string name_;
    const Timestamp from_;
    const std::string page_token_;
    ExportState now_;   // as this run sees it
    ExportState held_;  // as the row has it
};

}  // namespace crossdock::sync
