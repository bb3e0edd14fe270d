// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "store/stream_repo.h"
#include "sync/env.h"
#include "sync/window.h"

namespace crossdock::sync {

/// A long walk through a channel's orders that is made by the provider's bulk export instead of by pages. It is a part of
/// the walk's stream and moves in the same transactions as what it brought, so whoever goes on after a crash finds the
/// operation, the byte and the order it had come to.
struct OrderExport {
    enum class Phase {
        starting,  // decided, not asked for yet
        running,   // the provider writes it
        reading,   // its lines are put aside until all are here: parts of an order may come anywhere
        storing,   // order by order, what was put aside is recorded
        given_up   // the rest of this walk is made by pages
    };
    Phase phase = Phase::starting;
    std::string operation;       // the provider's id
    Timestamp begun_at{};        // by our clock, for people
    Timestamp moved_at{};        // it was last seen to get on
    Timestamp told_at{};         // the log last said how it stands
    std::int64_t objects = 0;    // the provider has written
    std::int64_t byte = 0;       // read so far
    std::int64_t lines = 0;      // the same
    std::int64_t orders = 0;     // recorded
    std::int64_t failures = 0;   // without getting on
};
std::string_view to_string(OrderExport::Phase phase);
/// None: the stream's walk has nothing to do with an export.
std::optional<OrderExport> read_export(const store::Stream& stream);
/// The stream's state with the export put in, or taken out.
std::string with_export(const std::string& state, const std::optional<OrderExport>& order_export);
inline bool is_under_way(const std::optional<OrderExport>& one) { return one && one->phase != OrderExport::Phase::given_up; }

/// Whether the rest of a walk that has more pages to come is better left to an export. Inside the transaction that stores
/// the page: a channel has one export at a time.
bool may_export(db::Session& session, const OpenChannel& open, const Window& window);

/// The next step of an export under way: a step per run, so that others get their turn. Whatever the export cannot do
/// is done by pages: the walk goes on from where its pages had come to, with a note.
jobs::JobOutcome go_on_with_export(const Env& env, const OpenChannel& open, const store::Stream& stream, jobs::JobContext& context);

}  // namespace crossdock::sync
