// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <utility>

#include "domain/job.h"
#include "jobs/outcome.h"

namespace crossdock::jobs {

/// The lease of the job that runs, as the runner keeps it.
class Lease {
public:
    virtual ~Lease() = default;
    [[nodiscard]] virtual bool cancelled() const = 0;
    virtual bool renew() = 0;
};

/// What a handler gets. Lives as long as the run; used by the thread that runs the handler.
struct JobContext {
    const domain::Job& job;
    Lease* lease = nullptr;  // none in a handler's own unit tests: never cancelled, never lost

    /// End soon: the program stops, the kind's hard limit has passed, or the lease is lost.
    [[nodiscard]] bool cancelled() const { return lease != nullptr && lease->cancelled(); }
    /// The runner's threads renew by themselves; a handler asks to know before it does something that cannot be undone.
    /// False: the lease is lost and the result would be thrown away. Not inside a write.
    bool renew() { return lease == nullptr || lease->renew(); }
};

/// Work of one kind. One handler serves all its jobs, on several threads at once.
class Handler {
public:
    virtual ~Handler() = default;
    /// May be called again for a job that did its work and could not say so: the second time changes nothing. An
    /// exception counts as a failure ("exception"), not as one of the channel.
    virtual JobOutcome run(JobContext& context) = 0;
};

struct KindOptions {
    domain::Lane lane = domain::Lane::bulk;
    std::chrono::milliseconds hard_limit = std::chrono::minutes{5};
    bool channel_breaker = true;  // talks to the channel: feeds the channel's circuit breaker and obeys it
    bool is_push = false;         // after the curve, every 30 min
    // All later work of the sort runs under the same key and would wait behind a parked job: when one ends the process
    // three times it comes back by itself after a pause. A one-off waits for a person.
    bool is_stream = false;
};

}  // namespace crossdock::jobs
