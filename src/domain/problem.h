// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace crossdock::domain {

/// Something odd about one order, refund or item that a person may want to look at. It never blocks its neighbours.
struct Problem {
    std::string code;     // stable: "totals_mismatch", "pii_missing", "unmappable"
    std::string message;  // what is wrong, where, what to do; no personal data
};

}  // namespace crossdock::domain
