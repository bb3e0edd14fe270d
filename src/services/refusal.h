// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"

namespace crossdock::services {

/// Why a request of the ERP was not carried out: one sentence per fault, each naming its place. Nothing was changed.
struct Refusal {
    ErrorKind kind = ErrorKind::invalid;
    std::vector<std::string> messages;
};

/// What a use case answers: its result, or why not.
template <class T>
using Answer = std::variant<T, Refusal>;

}  // namespace crossdock::services
