// SPDX-License-Identifier: Apache-2.0
#include "store/request_count_repo.h"

namespace crossdock::store {

std::vector<RequestCount> RequestCountRepo::list() {
    db::Statement statement(session_, "SELECT key_id, span, started_at_ms, used FROM request_counts");
    std::vector<RequestCount> counts;
    while (statement.step())
        counts.push_back({statement.id<ApiKeyId>(0), statement.string(1), statement.time(2), statement.integer(3)});
    return counts;
}

void RequestCountRepo::keep(const RequestCount& count) {
    db::Statement statement(session_, R"sql(
        INSERT INTO request_counts (key_id, span, started_at_ms, used)
        SELECT id, ?, ?, ? FROM api_keys WHERE id = ?
        ON CONFLICT (key_id, span) DO UPDATE SET started_at_ms = excluded.started_at_ms, used = excluded.used
    )sql");
    statement.bind(count.span, count.started_at, count.used, count.key).exec();
}

}  // namespace crossdock::store
