// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// Who does something, and from where. Names no person but as the system's accounts do.
struct Actor {
    std::string who = "the hub";  // "user jane", "key AbCd1234", "config file"
    std::string from = "local";   // address of the connection; "local": a command on this machine
};

/// Something that somebody did to keys, endpoints, channels or jobs.
struct AuditEntry {
    std::int64_t id = 0;
    std::optional<AccountId> account_id;  // none: it concerns the whole hub
    Timestamp at{};
    Actor actor;
    std::string action;          // "key.created"
    std::string subject;         // "key"
    std::string subject_id;      // the key's public id
    std::string details = "{}";  // a JSON object; never a secret
};

/// The audit trail. Written in the transaction of the change; nothing in it is ever changed.
class AuditRepo {
public:
    explicit AuditRepo(db::Session& session) : session_(session) {}
    /// `entry.id` and `entry.at` are not looked at.
    void append(const AuditEntry& entry, Timestamp now);
    /// Newest first, at most `limit`, with ids below `before` when it is given. None for the account: every account's.
    std::vector<AuditEntry> list(std::optional<AccountId> account, std::int64_t limit,
                                 std::optional<std::int64_t> before = {});
    std::optional<AuditEntry> get(AccountId account, std::int64_t id);
    /// Removes at most `most` from before that time. Returns how many.
    std::int64_t forget_before(Timestamp oldest, std::int64_t most);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
