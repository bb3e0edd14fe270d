// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// What an Idempotency-Key belongs to: the same word elsewhere is another key.
struct IdempotencyScope {
    AccountId account;
    std::string method;
    std::string route;  // the template, "/api/v1/orders/{id}"
    std::string key;
};

/// A request that is done, and what it was answered.
struct KeyedAnswer {
    std::string fingerprint;  // of body and query
    int status = 0;
    std::string headers;  // "Name: value", one a line
    std::string body;
    Timestamp first_seen{};
};

class IdempotencyRepo {
public:
    explicit IdempotencyRepo(db::Session& session) : session_(session) {}
    std::optional<KeyedAnswer> find(const IdempotencyScope& scope);
    /// False when there is one already that was first seen at or after `oldest`; an older one is replaced.
    bool keep(const IdempotencyScope& scope, const KeyedAnswer& answer, Timestamp oldest);
    /// Removes at most `most` that were first seen before that time. Returns how many.
    std::int64_t forget_before(Timestamp oldest, std::int64_t most);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
