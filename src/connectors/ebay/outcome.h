// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>

#include "connectors/connector.h"

namespace crossdock::connectors::ebay {

/// What became of a push, in words.
inline PushOutcome outcome(PushOutcome::State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

}  // namespace crossdock::connectors::ebay
