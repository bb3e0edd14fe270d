// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace crossdock::services {

/// What does not fit in a request.
struct Fault {
    std::string message;  // a sentence that names its place
    std::string field;    // the place as data, where one member is at fault: "items[2].sku"
};

/// Why a request of the ERP was not carried out: one sentence per fault, each naming its place. Nothing was changed.
struct Refusal {
    ErrorKind kind = ErrorKind::invalid;
    std::vector<std::string> messages;
    std::vector<std::string> fields = {};  // of each message, "" where no one member is at fault; may be shorter

    void add(Fault fault) {
        fields.resize(messages.size());
        messages.push_back(std::move(fault.message));
        fields.push_back(std::move(fault.field));
    }
};

/// What a use case answers: its result, or why not.
template <class T>
using Answer = std::variant<T, Refusal>;

}  // namespace crossdock::services
