// SPDX-License-Identifier: Apache-2.0
#include "jobs/outcome.h"

#include <algorithm>
#include <utility>

namespace crossdock::jobs {

using namespace std::chrono_literals;

JobOutcome JobOutcome::done() { return {}; }

JobOutcome JobOutcome::again(std::string cursor, std::chrono::milliseconds after) {
    return {Kind::again, std::move(cursor), std::clamp<std::chrono::milliseconds>(after, 0ms, 24h), std::nullopt};
}

JobOutcome JobOutcome::wait(std::chrono::milliseconds delay, Error reason) {
    return {Kind::wait, {}, std::clamp<std::chrono::milliseconds>(delay, 1s, 24h), std::move(reason)};
}

JobOutcome JobOutcome::retry(Error error) { return {Kind::retry, {}, 0ms, std::move(error)}; }

JobOutcome JobOutcome::stop(Error error) { return {Kind::stop, {}, 0ms, std::move(error)}; }

JobOutcome outcome_of(const Error& error) {
    switch (error.kind) {
        case ErrorKind::rate_limited: return JobOutcome::wait(error.retry_after.value_or(30s), error);
        case ErrorKind::unavailable: return JobOutcome::retry(error);
        case ErrorKind::denied: return JobOutcome::wait(error.retry_after.value_or(1h), error);
        case ErrorKind::invalid:
        case ErrorKind::not_found:
        case ErrorKind::conflict:
        case ErrorKind::rejected: return JobOutcome::stop(error);
    }
    return JobOutcome::stop(error);
}

}  // namespace crossdock::jobs
