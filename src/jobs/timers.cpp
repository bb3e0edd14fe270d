// SPDX-License-Identifier: Apache-2.0
#include "jobs/timers.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

#include "store/job_repo.h"

namespace crossdock::jobs {

using namespace std::chrono_literals;

std::chrono::milliseconds offset_of(std::string_view name, std::chrono::milliseconds bound) {
    if (bound <= 0ms) return 0ms;
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    hash ^= hash >> 32U;  // its low bits alone are weak for names that differ in the last letter
    return std::chrono::milliseconds{static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(bound.count()))};
}

void Timers::add(std::string name, std::chrono::milliseconds interval, MakeSpecs make) {
    remove(name);
    const std::lock_guard lock(mutex_);
    timers_.push_back(
        {std::move(name), std::max<std::chrono::milliseconds>(interval, 1s), std::move(make), clock_.steady(), false});
}

void Timers::remove(std::string_view name) {
    const std::lock_guard lock(mutex_);
    std::erase_if(timers_, [&](const Timer& timer) { return timer.name == name; });
}

std::size_t Timers::tick(Timestamp now) {
    const auto steady = clock_.steady();
    std::vector<std::pair<std::string, MakeSpecs>> due;
    {
        const std::lock_guard lock(mutex_);
        for (Timer& timer : timers_) {
            if (timer.due > steady) continue;
            due.emplace_back(timer.name, timer.make);
            // Only once: the distance between two firings is the interval from then on.
            const auto shift = timer.fired ? 0ms : offset_of(timer.name, timer.interval / 4);
            timer.due = steady + timer.interval - shift;
            timer.fired = true;
        }
    }
    std::size_t enqueued = 0;
    std::exception_ptr first_failure;
    for (const auto& [name, make] : due) {
        try {
            const std::vector<domain::JobSpec> specs = make(now);
            if (specs.empty()) continue;
            database_.write([&](db::Session& session) {
                store::JobRepo repo(session);
                for (const domain::JobSpec& spec : specs) repo.enqueue(spec, now);
            });
            enqueued += specs.size();
        } catch (const std::exception&) {
            if (!first_failure) first_failure = std::current_exception();
            const std::lock_guard lock(mutex_);
            for (Timer& timer : timers_)
                if (timer.name == name) timer.due = steady + std::min<std::chrono::milliseconds>(timer.interval, 1min);
        }
    }
    if (first_failure) std::rethrow_exception(first_failure);
    return enqueued;
}

std::optional<Timestamp> Timers::next_due() const {
    const std::lock_guard lock(mutex_);
    std::optional<std::chrono::milliseconds> due;
    for (const Timer& timer : timers_)
        if (!due || timer.due < *due) due = timer.due;
    if (!due) return std::nullopt;
    return clock_.now() + (*due - clock_.steady());
}

}  // namespace crossdock::jobs
