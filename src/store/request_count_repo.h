// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"

namespace crossdock::store {

/// How much of a window a key has used.
struct RequestCount {
    ApiKeyId key;
    std::string span;  // "day", "hour", "minute"
    Timestamp started_at{};
    std::int64_t used = 0;
};

class RequestCountRepo {
public:
    explicit RequestCountRepo(db::Session& session) : session_(session) {}
    std::vector<RequestCount> list();
    /// In place of what was there for that key and span. A key that is gone is passed over.
    void keep(const RequestCount& count);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
