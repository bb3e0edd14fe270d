// SPDX-License-Identifier: Apache-2.0
#include "app/database_check.h"

#include <algorithm>

#include "base/text.h"
#include "observability/log.h"
#include "store/meta.h"

namespace crossdock::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kInterval = 24h * 7;
constexpr std::chrono::milliseconds kLook = 1min;             // whether one is due
constexpr std::chrono::milliseconds kPauseAfterFailure = 1h;  // the disk did not answer
constexpr std::size_t kMostFaultsKept = 10;

constexpr std::string_view kWanted = "database_check_wanted";
constexpr std::string_view kAt = "database_check_at_ms";
constexpr std::string_view kTook = "database_check_took_ms";
constexpr std::string_view kFaults = "database_check_faults";  // one a line

std::optional<std::int64_t> number(db::Session& session, std::string_view name) {
    const auto text = store::get_meta(session, name);
    if (!text) return std::nullopt;
    return std::stoll(*text);
}

}  // namespace

void DatabaseCheck::ask_for(db::Session& session) { store::set_meta(session, kWanted, "1"); }

bool DatabaseCheck::is_due(db::Session& session, Timestamp now) {
    if (number(session, kWanted).value_or(0) != 0) return true;
    const auto at = number(session, kAt);
    // A time to come was written by a clock that was wrong.
    return !at || from_ms(*at) + kInterval <= now || from_ms(*at) > now;
}

std::optional<DatabaseCheck::Result> DatabaseCheck::last(db::Session& session) {
    const auto at = number(session, kAt);
    if (!at) return std::nullopt;
    Result result{from_ms(*at), std::chrono::milliseconds{number(session, kTook).value_or(0)}, {}};
    for (const auto& fault : split(store::get_meta(session, kFaults).value_or(""), '\n'))
        if (!fault.empty()) result.faults.emplace_back(fault);
    return result;
}

void DatabaseCheck::start() {
    if (!thread_.joinable() && !stopping_) thread_ = std::thread([this] { work(); });
}

void DatabaseCheck::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wakes_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool DatabaseCheck::run() {
    const auto begin = clock_.steady();
    std::vector<std::string> faults;
    running_ = true;
    try {
        faults = database_.check(false, &stopping_);
    } catch (...) {
        running_ = false;
        if (stopping_) return false;
        throw;
    }
    running_ = false;
    const auto took = clock_.steady() - begin;
    std::string text;
    for (std::size_t i = 0; i < std::min(faults.size(), kMostFaultsKept); ++i) {
        std::string line = to_valid_utf8(faults[i]);
        std::replace(line.begin(), line.end(), '\n', ' ');
        text += line + '\n';
    }
    database_.write([&](db::Session& session) {
        store::set_meta(session, kWanted, "0");
        store::set_meta(session, kAt, std::to_string(to_ms(clock_.now())));
        store::set_meta(session, kTook, std::to_string(took.count()));
        store::set_meta(session, kFaults, text);
    });
    for (const std::string& fault : faults) log::error("database_damaged", {}, fault);
    if (faults.empty()) log::info("database_checked", {{"ms", took}}, "the whole database file is sound");
    return true;
}

/// Returns how long to wait before the next look.
std::chrono::milliseconds DatabaseCheck::run_if_due() {
    try {
        if (database_.read([&](db::Session& session) { return is_due(session, clock_.now()); })) run();
        return kLook;
    } catch (const std::exception& failure) {
        log::error("database_check_failed", {}, failure.what());
        return kPauseAfterFailure;
    }
}

void DatabaseCheck::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const auto pause = run_if_due();
        lock.lock();
        wakes_.wait_for(lock, pause, [this] { return stopping_.load(); });
    }
}

}  // namespace crossdock::app
