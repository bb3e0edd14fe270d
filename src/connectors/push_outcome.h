// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"

namespace crossdock::connectors {

/// What became of a push whose call ended in this error: unknown, when it may have had its effect; failed, when the
/// channel will never take it as it is; else retry.
PushOutcome outcome_of(const Error& error);

}  // namespace crossdock::connectors
