// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>
#include <string>

namespace crossdock {

/// Whose turn it is after a failure. `api` alone turns kinds into status codes, `jobs` alone into retry or stop.
enum class ErrorKind {
    invalid,       // the caller's turn: the request is wrong
    not_found,     // the caller's turn: no such thing (or not theirs)
    conflict,      // the caller's turn: contradicts what is already there
    denied,        // the operator's turn: credentials or permissions
    rejected,      // the operator's turn: the other side refused for good
    rate_limited,  // ours: try again later, does not count as an attempt
    unavailable    // ours: try again later
};

struct Error {
    ErrorKind kind;
    std::string code;     // stable and documented, for programs: "sku_unknown"
    std::string message;  // for people; never a secret, never a raw payload
    std::optional<std::chrono::milliseconds> retry_after = {};  // only when the other side named a delay
};

}  // namespace crossdock
