// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace crossdock::testing {

/// One line of the catalogue of bad input. In `bytes` and `holds` stand {PORT}, {KEY}, {READER} (a key that may only
/// read), {FOREIGN} (a key of another account), {REVOKED}, {ORDER}, {OTHER_ORDER} (of the other account), {ITEM},
/// {SKU}.
struct BadInput {
    std::string row;            // of the catalogue
    std::string what;           // distinguishes the variants of a row
    std::string bytes;          // what goes over the wire
    std::vector<int> statuses;  // of the first answer, any of them; 0: closed without one
    bool closes = false;        // the server must close
    std::string holds = {};     // a piece of the answer
    int answers = 1;            // how many answers follow
};

/// Rows B: what is no proper HTTP.
std::vector<BadInput> framing_rows();
/// Rows A, J, Q and W1: proper HTTP that asks for nonsense.
std::vector<BadInput> request_rows();

}  // namespace crossdock::testing
