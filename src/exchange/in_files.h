// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "db/database.h"
#include "exchange/names.h"
#include "exchange/plan.h"
#include "platform/shared_folder.h"
#include "services/accept_stock.h"
#include "store/channel_repo.h"
#include "store/exchange_repo.h"

namespace crossdock::exchange {

/// What the exchange is done with. All outlive it.
struct Surroundings {
    db::Database& db;
    const Clock& clock;
    platform::SharedFolder& folder;
    std::function<services::StockSettings(const store::Channel&)> stock_settings;
    std::function<void()> wake_jobs = [] {};  // after a commit that enqueued work
    std::string installation = {};            // of the database
    const std::atomic<bool>* stop = nullptr;  // ends a look between two steps
};

/// Takes the ERP's files. A file that does not change any more is moved from `in/` to `work/in/`, where nobody else
/// writes; read once as a whole, for its hash and for faults that make every row doubtful; read again and carried out,
/// some hundred rows a transaction, each of which notes how far it came. Then it is answered and archived. What a crash
/// cut short is found in `work/in/` and goes on where the database says. Rows are taken or refused one by one. Archived
/// files are looked at again for a day: one that its writer went on with is told of.
class InFiles {
public:
    InFiles(Surroundings surroundings, const Plan& plan, AccountId account);

    /// Looks into the folder once. Errors: those of the folder. A file that fails does not hold up the others. Throws
    /// db::Failure when the database as a whole does not work.
    Status look();
    /// A file is there that the next look may take: look again soon.
    [[nodiscard]] bool is_waiting() const { return waiting_; }
    /// Names in `in/` that are not taken, and why: the first few.
    struct Oddity {
        std::string name, why;
        bool denied = false;  // it is meant for us, and we may not read or move it
    };
    [[nodiscard]] const std::vector<Oddity>& oddities() const { return oddities_; }
    /// Files taken or refused since the start.
    [[nodiscard]] std::int64_t files() const { return files_; }

    static constexpr std::chrono::milliseconds kSettled = std::chrono::seconds{5};  // unchanged so long: complete
    static constexpr std::size_t kRowsAtOnce = 250;                                 // in a transaction
    static constexpr std::int64_t kMostFaults = 1'000;                              // kept of a file

private:
    struct Seen {
        std::uint64_t bytes = 0;
        std::int64_t changed = 0;
        std::chrono::milliseconds since{0};  // steady
    };
    /// An archived file; times are steady.
    struct Watched {
        std::int64_t id = 0;
        std::uint64_t bytes = 0;  // when it was taken
        std::chrono::milliseconds since{0}, until{0}, next_look{0};
    };
    struct FirstReading;
    [[nodiscard]] bool stopped() const { return around_.stop != nullptr && *around_.stop; }
    bool is_wanted(InKind kind) const;
    bool is_complete(const platform::SharedFolder::Entry& entry, const std::vector<platform::SharedFolder::Entry>& all);
    void note(const std::string& name, std::string why, bool denied = false);
    Status claim(const std::string& name);
    Status work_through();
    Status process(const std::string& name);
    Result<FirstReading> read_first(const std::string& name, const InName& kind);
    Result<std::optional<std::string>> objection_of_manifest(const std::string& name, const FirstReading& reading);
    Status carry_out(store::FileIn& file, const InName& kind, const FirstReading& reading, const std::string& name);
    /// Writes NAME.ok or NAME.err; true: the latter. `fault` is one that the database has not yet.
    Result<bool> write_answer(const store::FileIn& file, Format format, bool repeated,
                              const store::FileFault* fault = nullptr);
    Status answer(const store::FileIn& file, const InName& kind, bool repeated);
    Status clean_archive();
    void watch(const std::string& archived, const store::FileIn& file, std::chrono::milliseconds age);
    void watch_archived(const std::vector<platform::SharedFolder::Entry>& archived);
    Status look_at_watched();
    Status tell_growth(const std::string& archived, const Watched& watched, std::uint64_t bytes);

    Surroundings around_;
    const Plan& plan_;
    const AccountId account_;
    std::map<std::string, Seen> seen_;
    std::map<std::string, Watched> watched_;  // by their names in archive/
    std::vector<Oddity> oddities_;
    bool waiting_ = false;
    std::int64_t files_ = 0;
    std::optional<std::chrono::milliseconds> next_cleaning_;
};

}  // namespace crossdock::exchange
