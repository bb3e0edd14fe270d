// SPDX-License-Identifier: Apache-2.0
#include "app/file_exchange.h"

#include <algorithm>
#include <utility>

#include "observability/log.h"
#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kLookAgainSoon = exchange::InFiles::kSettled + 1s;
constexpr std::chrono::milliseconds kRefusedIsNews = 24h;
constexpr std::int64_t kManyUnfetched = 100;
constexpr std::int64_t kRefusedShown = 20;
constexpr std::int64_t kGrownShown = 5;

std::string plural(std::int64_t count, const char* thing) {
    return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

}  // namespace

ExchangeRecord read_exchange(db::Session& session, AccountId account, Timestamp now) {
    store::ExchangeRepo repo(session, account);
    ExchangeRecord record;
    record.last_out = repo.last_out();
    record.last_in = repo.last_in();
    record.waiting_out = static_cast<std::int64_t>(repo.waiting(2).size());
    record.refused = repo.refused_since(now - kRefusedIsNews, kRefusedShown);
    return record;
}

FileExchange::FileExchange(Parts parts)
    : db_(parts.db),
      clock_(parts.clock),
      plan_(std::move(parts.plan)),
      stock_settings_(std::move(parts.stock_settings)),
      wake_jobs_(std::move(parts.wake_jobs)),
      folder_(std::move(parts.folder)) {
    state_.folder = plan_.folder;
}

std::vector<std::string> look_at_exchange_folder(const exchange::Plan& plan) {
    if (plan.folder.empty()) return {};
    const auto folder = platform::make_shared_folder(plan.folder);
    if (const auto listed = folder->list(""); !listed)
        return {listed.error().message + "; make the folder, and give the hub's user the right to write there"};
    constexpr const char* kTrial = ".crossdock-check.tmp";
    const auto written = folder->write(kTrial, "may be deleted\n");
    static_cast<void>(folder->remove(kTrial));
    if (written) return {};
    return {written.error().message + "; give the hub's user the right to write there"};
}

void FileExchange::open(const std::string& installation) {
    if (plan_.folder.empty()) return;
    account_ = db_.read([&](db::Session& session) { return store::find_account(session, plan_.account); });
    if (!account_) {
        const std::lock_guard lock(mutex_);
        state_.problem =
            Error{ErrorKind::not_found, "account_unknown", "there is no account \"" + plan_.account + "\""};
        state_.problem_since = clock_.now();
        log::error("exchange_failed", {}, state_.problem->message);
        return;
    }
    if (!folder_) folder_ = platform::make_shared_folder(plan_.folder);
    exchange_ = std::make_unique<exchange::Exchange>(
        exchange::Surroundings{db_, clock_, *folder_, stock_settings_, wake_jobs_, installation, &stopping_}, plan_,
        *account_);
}

void FileExchange::start() {
    if (exchange_ && !thread_.joinable() && !stopping_) thread_ = std::thread([this] { work(); });
}

void FileExchange::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

FileExchange::State FileExchange::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

Result<FileExchange::State> FileExchange::look_soon() {
    const std::lock_guard lock(mutex_);
    if (plan_.folder.empty())
        return Error{ErrorKind::invalid, "exchange_off",
                     "the config file names no folder under [exchange]; docs/ops/exchange.md says how"};
    if (!thread_.joinable())
        return Error{ErrorKind::unavailable, "exchange_not_running",
                     "the hub does not run; start it, and it looks into the folder by itself"};
    asked_ = true;
    wakes_.notify_all();
    return state_;
}

void FileExchange::look() {
    std::optional<Error> problem;
    try {
        const auto looked = exchange_->look();
        if (!looked) problem = looked.error();
    } catch (const std::exception& failure) {
        problem = Error{ErrorKind::unavailable, "exchange_failed", failure.what()};
    }
    const std::lock_guard lock(mutex_);
    // Once when it begins and once when it is over: a share may be gone all night.
    if (problem && (!state_.problem || state_.problem->code != problem->code)) {
        log::error("exchange_failed", {{"folder", plan_.folder}, {"code", problem->code}}, problem->message);
        if (!state_.problem) state_.problem_since = clock_.now();
    }
    if (!problem && state_.problem)
        log::info("exchange_works_again", {{"folder", plan_.folder}}, "the folder can be used again; nothing was lost");
    if (!problem) state_.problem_since.reset();
    state_.problem = std::move(problem);
    ++state_.looks;
    state_.looked_at = clock_.now();
    state_.holds = exchange_->holds();
    state_.files_out = exchange_->out().files();
    state_.files_in = exchange_->in().files();
    state_.unfetched = exchange_->out().unfetched();
    state_.oddities = exchange_->in().oddities();
}

void FileExchange::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        asked_ = false;
        lock.unlock();
        look();
        const auto pause = exchange_->is_waiting() ? std::min(plan_.every, kLookAgainSoon) : plan_.every;
        lock.lock();
        wakes_.wait_for(lock, pause, [this] { return stopping_.load() || asked_; });
    }
    lock.unlock();
    exchange_->let_go();
}

void FileExchange::add_findings(db::Session& session, api::HealthReport& report) const {
    if (plan_.folder.empty()) return;
    const State now = state();
    const auto add = [&](const char* severity, const char* code, std::string message, std::string next_step) {
        report.findings.push_back({severity, account_, "", code, std::move(message), std::move(next_step)});
    };
    if (now.problem)
        add("error", "exchange_failed",
            "files are not exchanged since " + format_rfc3339(now.problem_since.value_or(clock_.now())) + ": " +
                now.problem->message,
            "mend that; the hub tries again by itself every so often, and nothing is lost meanwhile");
    if (!account_) return;
    store::ExchangeRepo repo(session, *account_);
    if (const auto refused = repo.count_refused_since(clock_.now() - kRefusedIsNews); refused > 0)
        add("warning", "exchange_files_refused",
            plural(refused, "file") + " of the ERP had rows that were not taken, in the last day",
            "read the files named .err in in/, and send what they name in a new file; crossdock exchange status lists "
            "them");
    for (const store::FileIn& file : repo.grown_since(clock_.now() - 2 * kRefusedIsNews, kGrownShown))
        add("warning", "exchange_file_grew",
            "the writer of in/" + file.name + " went on after the file was taken; the rest was not taken",
            "read in/" + file.name +
                ".err and send the rest in a new file; let the program write NAME.tmp and rename it when it is "
                "complete");
    if (now.unfetched >= kManyUnfetched)
        add("warning", "exchange_not_fetched", plural(now.unfetched, "file") + " lie in out/ and are not fetched",
            "does the ERP move or delete the files that it has read?");
    for (const auto& oddity : now.oddities)
        if (oddity.denied)
            add("warning", "exchange_file_denied", "in/" + oddity.name + " " + oddity.why,
                "let the hub's user read and move what the ERP writes (its umask, or default permissions of in/), and "
                "this file; it lies in in/ or in work/in/");
        else
            add("info", "exchange_file_passed_over", "in/" + oddity.name + " " + oddity.why,
                "take it away, or name it as docs/ops/exchange.md says");
}

void FileExchange::add_figures(metrics::Registry& registry) {
    if (plan_.folder.empty()) return;
    using Samples = std::vector<metrics::Registry::Sample>;
    registry.gauge_from("crossdock_exchange_working", "1 while files are exchanged, 0 when the folder fails.", [this] {
        const State now = state();
        return Samples{{{}, now.holds && !now.problem ? 1.0 : 0.0}};
    });
    registry.gauge_from("crossdock_exchange_files",
                        "Files given out, taken or refused since the start, and those that the ERP did not fetch.",
                        [this] {
                            const State now = state();
                            return Samples{{{{"what", "out"}}, static_cast<double>(now.files_out)},
                                           {{{"what", "in"}}, static_cast<double>(now.files_in)},
                                           {{{"what", "unfetched"}}, static_cast<double>(now.unfetched)}};
                        });
    registry.gauge_from(
        "crossdock_exchange_refused_files", "Files of the last day of which something was not taken.", [this] {
            if (!account_) return Samples{};
            return db_.read([&](db::Session& session) {
                const auto refused =
                    store::ExchangeRepo(session, *account_).count_refused_since(clock_.now() - kRefusedIsNews);
                return Samples{{{}, static_cast<double>(refused)}};
            });
        });
    registry.gauge_from("crossdock_exchange_last_file_timestamp_seconds",
                        "When a file was given out last, and when one was taken or refused.", [this] {
                            Samples samples;
                            if (!account_) return samples;
                            const auto record = db_.read(
                                [&](db::Session& session) { return read_exchange(session, *account_, clock_.now()); });
                            const auto seconds = [](Timestamp at) {
                                return std::chrono::duration<double>(at.time_since_epoch()).count();
                            };
                            if (record.last_out && record.last_out->written_at)
                                samples.push_back({{{"way", "out"}}, seconds(*record.last_out->written_at)});
                            if (record.last_in && record.last_in->done_at)
                                samples.push_back({{{"way", "in"}}, seconds(*record.last_in->done_at)});
                            return samples;
                        });
}

}  // namespace crossdock::app
