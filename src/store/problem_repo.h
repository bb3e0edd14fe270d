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
#include "domain/problem.h"

namespace crossdock::store {

struct ProblemRow {
    ChannelId channel_id;
    std::string subject, subject_key, code, message;
    Timestamp first_seen{}, last_seen{};
    std::int64_t times = 0;
};

/// `subject` is one of channel, stream, order, refund, item, stock, shipment, job; `key` names which (an external id).
class ProblemRepo {
public:
    explicit ProblemRepo(db::Session& session) : session_(session) {}
    /// Opens the problem, or counts it once more. True when it was not open before.
    bool record(AccountId account, ChannelId channel, std::string_view subject, std::string_view key, const domain::Problem& problem,
                Timestamp now);
    /// Closes every open problem of that subject but those named in `still`.
    void resolve(ChannelId channel, std::string_view subject, std::string_view key, Timestamp now,
                 const std::vector<domain::Problem>& still = {});
    /// Closes that one problem.
    void resolve_one(ChannelId channel, std::string_view subject, std::string_view key, std::string_view code, Timestamp now);
    /// Closes those of that subject that were last seen before `since`.
    void resolve_unseen(ChannelId channel, std::string_view subject, std::string_view key, Timestamp since, Timestamp now);
    std::vector<ProblemRow> open(AccountId account, std::optional<ChannelId> channel, std::int64_t limit);
    std::vector<ProblemRow> about(AccountId account, ChannelId channel, std::string_view subject, std::string_view key);
    /// Keys of one subject that have an open problem of that code.
    std::vector<std::string> keys_with(ChannelId channel, std::string_view subject, std::string_view code, std::int64_t limit);
    std::int64_t count_open(AccountId account);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
