// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

/// What a database must know when it was put back from a backup: time went on without it. Ids and numbers of the commit
/// order were given out that it does not know of, the ERP holds them, and channels show what was pushed meanwhile.
namespace crossdock::store {

/// The highest number given out: of the commit order, and of each table whose ids the ERP is told.
struct GivenOut {
    std::int64_t sequence = 0;
    std::map<std::string, std::int64_t> ids;  // by table
};
/// Of a database of any schema.
GivenOut given_out(db::Session& session);

/// When somebody last did something that is in the audit trail; the beginning of time when nobody did. Any schema.
Timestamp last_deed(db::Session& session);
/// When somebody was erased by command after that: in a backup from then they are all there. Any schema.
std::vector<Timestamp> erasures_since(db::Session& session, Timestamp since);

/// Written into the copy that takes the database's place. `lost`: what the replaced database had given out; none when
/// it could not be read.
struct RestoreMark {
    Timestamp restored_at{};
    Timestamp made_at{};  // of the backup
    std::string file;     // its name, without the folder
    std::optional<GivenOut> lost;
    std::vector<Timestamp> erasures;  // in the replaced database and not in the backup
};
void mark_restored(db::Session& copy, const RestoreMark& mark);

struct Restored {
    RestoreMark mark;
    std::int64_t stock_figures = 0;  // that waited and were given up
    std::int64_t shipments = 0;      // that are looked for at the channel before they are sent
};
bool is_marked_restored(db::Session& session);
/// At the first start after mark_restored, with the newest schema; nothing when there is no mark, or it was heeded
/// before. From here on ids and sequence numbers go on above everything that was given out; stock figures that waited
/// have failed with the code `restored`, since newer ones may have gone out since; shipments that waited count as sent
/// with unknown outcome; and pushes wait until their channel was read (reconcile_first_since).
std::optional<Restored> settle_restored(db::Session& session, Timestamp now);

/// Pushes wait for a channel until its orders are read up to this time; nothing in ordinary times.
std::optional<Timestamp> reconcile_first_since(db::Session& session);
/// Every channel was read.
void end_reconcile_first(db::Session& session);

/// The id that the next row of a table must have at least, for INSERT; nothing (NULL: one more than the highest) unless
/// the database was restored.
std::optional<std::int64_t> next_id(db::Session& session, std::string_view table);
/// The highest id that a row from before the last restore can have; 0 in ordinary times.
std::int64_t restored_upto(db::Session& session, std::string_view table);

}  // namespace crossdock::store
