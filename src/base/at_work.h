// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace crossdock {

/// For whom a thread works: one run of one job, or nobody. When the process ends by the thread's own fault, this says
/// whose work it was. Plain numbers, because a signal handler reads them.
struct AtWork {
    std::int64_t job = 0;    // a JobId; 0: nobody
    std::int64_t fence = 0;  // which run of it
    friend bool operator==(const AtWork&, const AtWork&) = default;
};

/// For whom the calling thread works. Safe in a signal handler.
AtWork at_work() noexcept;

/// The calling thread works for `whom` until the end of the scope, then again for whom it worked before. What hands
/// work to another thread hands this on, too (db::WriteQueue does).
class Working {
public:
    explicit Working(AtWork whom) noexcept;
    ~Working();
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

private:
    const AtWork before_;
};

}  // namespace crossdock
