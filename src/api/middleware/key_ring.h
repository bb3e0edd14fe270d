// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/clock.h"
#include "base/id.h"
#include "crypto/api_key.h"
#include "db/database.h"
#include "dialect/dialect.h"
#include "http/message.h"

namespace crossdock::api {

/// Whose request it is.
struct Caller {
    ApiKeyId key;
    AccountId account;
    std::string scopes;       // blank-separated
    std::string key_id = {};  // the key's public part
    std::string plan = {};    // how much it may ask; empty: as much as it likes
    crypto::ApiKeyKind kind = crypto::ApiKeyKind::live;
    std::shared_ptr<const dialect::Dialect> dialect = {};  // none: it speaks as the contract does
    std::string dialect_fault = {};  // why its dialect cannot be spoken here: a time zone that this machine lacks
};

/// Tells API keys. Verified keys are remembered for two seconds, so that a poll costs no look-up; uses are gathered and
/// written by flush_uses(), never while a request waits. Thread-safe.
class KeyRing {
public:
    KeyRing(db::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

    /// The caller, or the answer that refuses the request: 401 (no key, not a key, unknown, revoked, expired, or sent
    /// in the address), 400 (two different keys). Throws db::Failure.
    std::variant<Caller, http::Response> authenticate(const http::Request& request);
    /// The caller when the request carries one valid key, for routes that answer without one, too. Throws db::Failure.
    std::optional<Caller> recognise(const http::Request& request);

    /// Forgets what was verified: after a key was revoked or changed by this process.
    void invalidate();
    /// Writes when and from where keys were used, at most once a minute per key. Returns how many were written. Throws
    /// db::Failure; what could not be written is kept for the next call.
    std::size_t flush_uses();

private:
    struct Verified {
        Caller caller;
        std::optional<Timestamp> expires_at;
        std::chrono::milliseconds verified_at{};  // on the steady clock
    };
    struct Use {
        std::string from;
        Timestamp at{};
        std::chrono::milliseconds noted_at{};  // on the steady clock
        bool unwritten = true;
    };

    std::variant<Caller, http::Response> identify(const http::Request& request);
    std::optional<Verified> remembered(const std::string& digest);
    std::optional<Caller> look_up(std::string_view key_text, const std::string& digest, std::string* fault);
    void note_use(const Caller& caller, const std::string& from);

    db::Database& db_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, Verified> verified_;  // by SHA-256 of the key's text
    std::uint64_t generation_ = 0;                        // of what is remembered; rises with invalidate()
    std::unordered_map<ApiKeyId, Use> uses_;
};

}  // namespace crossdock::api
