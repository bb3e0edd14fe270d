// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

/// What was exchanged with an ERP by files: how far the feeds were given out, and which of its files were taken.
namespace crossdock::store {

/// How far a kind of file ("orders", "refunds") was given out.
struct ExchangeStream {
    std::int64_t number = 0;        // of the last file
    std::int64_t cursor = 0;        // in the hub's commit order: all up to it is in a file
    std::int64_t began_at_seq = 0;  // what was imported up to there when it began is left out
};

struct FileOut {
    std::int64_t id = 0;
    std::string kind;
    std::int64_t number = 0, rows = 0, first_cursor = 0, last_cursor = 0;
    std::string name, charset;
    std::string content, ids, manifest;  // empty once it is written; the ids alone are there: it is to be made anew
    Timestamp reserved_at{};
    std::optional<Timestamp> written_at;
};

struct FileIn {
    std::int64_t id = 0;
    std::string name, sha256, kind;
    std::int64_t bytes = 0;
    bool done = false;
    std::int64_t last_row = 0, rows = 0, taken = 0, refused = 0, updated = 0;
    std::optional<std::string> refusal;  // of the whole file
    bool grew = false;                   // its writer went on behind what was taken; a fault of row 0 says so
    Timestamp begun_at{};
    std::optional<Timestamp> done_at, answered_at;
};

struct FileFault {
    std::int64_t row = 0;  // 0: the file as a whole
    std::string column;    // empty: the row as a whole
    std::string reason;
};

class ExchangeRepo {
public:
    ExchangeRepo(db::Session& session, AccountId account) : session_(session), account_(account) {}

    // -- out
    /// Begins at the start of the feed when there is none yet.
    ExchangeStream stream(std::string_view kind);
    /// Reserves the next number, never below `above` + 1, with its content, and moves the cursor behind it. The number
    /// is in the result; `file.name` and `file.manifest` are made by the caller for it.
    void reserve(const FileOut& file, std::int64_t began_at_seq);
    /// Nothing to give out between the cursor and this one.
    void pass_over(std::string_view kind, std::int64_t cursor, std::int64_t began_at_seq);
    /// Reserved and not known to be in the folder, oldest first.
    std::vector<FileOut> waiting(std::int64_t limit);
    /// Gives one that waits, and was emptied because a buyer in it was erased, its content again.
    void refill(const FileOut& file);
    /// It is in the folder: its content is forgotten here. False, and nothing was done: it was emptied meanwhile.
    bool written(std::int64_t id, Timestamp now);
    std::optional<FileOut> last_out();

    // -- in
    std::optional<FileIn> find(std::string_view name, std::string_view sha256);
    std::optional<FileIn> get(std::int64_t id);
    std::int64_t begin(const FileIn& file, Timestamp now);
    /// Its progress, in the transaction of its rows' effects.
    void progress(const FileIn& file);
    void add_fault(std::int64_t file_id, const FileFault& fault);
    /// Those of the file as a whole first.
    std::vector<FileFault> faults(std::int64_t file_id, std::int64_t limit);
    std::int64_t count_faults(std::int64_t file_id);
    void done(const FileIn& file, Timestamp now);
    void answered(std::int64_t id, Timestamp now);
    /// A file nothing of which was taken is looked at anew.
    void forget(std::int64_t id);
    std::optional<FileIn> last_in();
    /// Files done since then of which something was not taken.
    std::int64_t count_refused_since(Timestamp since);
    std::vector<FileIn> refused_since(Timestamp since, std::int64_t limit);
    /// Those of them that grew after they were taken, newest first.
    std::vector<FileIn> grown_since(Timestamp since, std::int64_t limit);
    /// When a file of that name was done last; nothing when there is none.
    std::optional<Timestamp> last_done(std::string_view name);
    /// Forgets what was done before; at most `limit` files. Returns how many.
    std::int64_t forget_before(Timestamp before, std::int64_t limit);

private:
    std::vector<FileIn> read_in(db::Statement& statement);

    db::Session& session_;
    AccountId account_;
};

}  // namespace crossdock::store
