// SPDX-License-Identifier: Apache-2.0
#include "connectors/push_outcome.h"

#include "connectors/answers.h"

namespace crossdock::connectors {

PushOutcome outcome_of(const Error& error) {
    using State = PushOutcome::State;
    PushOutcome outcome{State::retry, error.code, error.message, {}, error.retry_after};
    if (effect_unknown(error)) outcome.state = State::unknown;
    else if (error.kind == ErrorKind::rejected || error.kind == ErrorKind::invalid ||
             error.kind == ErrorKind::not_found)
        outcome.state = State::failed;
    // For the operator to mend, and then the push is still wanted.
    outcome.denied = outcome.state == State::retry && error.kind == ErrorKind::denied;
    return outcome;
}

}  // namespace crossdock::connectors
