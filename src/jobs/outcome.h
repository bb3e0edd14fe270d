// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "base/error.h"

namespace crossdock::jobs {

/// How a run of a job ended: a handler's word to the runner.
struct JobOutcome {
    enum class Kind {
        done,
        again,  // the same row goes on from `cursor` after `delay`: progress, not an attempt
        wait,   // not its fault (429, budget, channel paused): once more after `delay`, nothing counted
        retry,  // failed: counted, once more on the retry curve
        stop    // trying again cannot help: dead letter at once
    };
    Kind kind = Kind::done;
    std::string cursor;
    std::chrono::milliseconds delay{0};
    std::optional<Error> error;  // of wait, retry and stop

    static JobOutcome done();
    static JobOutcome again(std::string cursor, std::chrono::milliseconds after = std::chrono::milliseconds{0});
    /// At least a second, or the job would spin; at most a day.
    static JobOutcome wait(std::chrono::milliseconds delay, Error reason);
    static JobOutcome retry(Error error);
    static JobOutcome stop(Error error);
};

/// What a failure means for a job: rate_limited waits as long as the other side said (else 30 s); unavailable is
/// retried; denied waits an hour for the operator; invalid, not_found, conflict and rejected stop.
JobOutcome outcome_of(const Error& error);

}  // namespace crossdock::jobs
