// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"

namespace crossdock::connectors {

/// What became of a push whose call ended in this error: unknown, when it may have had its effect; failed, when the
/// channel will never take it as it is; else retry.
PushOutcome outcome_of(const Error& error);

/// The same of a thing that no request has left for. Not for what may have left earlier in the same call.
inline PushOutcome unsent(PushOutcome outcome) {
    outcome.unsent = true;
    return outcome;
}

}  // namespace crossdock::connectors
