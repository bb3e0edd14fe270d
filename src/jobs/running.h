// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "jobs/executor.h"

namespace crossdock::jobs {

/// One run: the job as claimed, and what the runner must remember until it ended.
class Executor::Running final : public Lease {
public:
    Running(Executor& executor, domain::Job claimed, const Kind* of_kind, bool probe)
        : job(std::move(claimed)), kind(of_kind), is_probe(probe), executor_(executor) {
        const auto now = executor_.clock_.steady();
        renewed_at_ms = now.count();
        deadline = now + limit();
    }
    [[nodiscard]] std::chrono::milliseconds limit() const {
        return kind ? kind->options.hard_limit : std::chrono::minutes{5};
    }
    [[nodiscard]] Error hard_limit_error() const {
        return {ErrorKind::unavailable, "hard_limit",
                "the run did not end within " + std::to_string(limit().count() / 1000) + " s and was given up"};
    }
    [[nodiscard]] bool overdue() const { return executor_.clock_.steady() >= deadline; }
    [[nodiscard]] bool cancelled() const override { return lost || executor_.cancelled_ || overdue(); }
    bool renew() override { return executor_.renew(*this); }
    [[nodiscard]] std::optional<ChannelId> breaker_channel() const {
        if (kind == nullptr || !kind->options.channel_breaker) return std::nullopt;
        return job.channel_id;
    }

    const domain::Job job;
    const Kind* const kind;  // null: no handler in this version
    const bool is_probe;
    std::chrono::milliseconds deadline{};
    std::atomic<std::int64_t> renewed_at_ms{0};
    std::atomic<bool> lost{false};
    std::atomic<bool> interrupted{false};
    std::atomic<bool> settled{false};  // by the watch, before it ended

private:
    Executor& executor_;
};

}  // namespace crossdock::jobs
