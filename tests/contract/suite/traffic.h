// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include "domain/provider.h"
#include "sandbox/marketplace.h"
#include "support/rest_recording.h"

namespace crossdock::testing {

/// All that went over the wire in this program between the hub and one provider's simulated marketplaces. Every shape
/// of an exchange is kept once: exchanges that differ in numbers, times and ids only are one shape.
class Traffic {
public:
    static Traffic& of(domain::Provider provider);
    ~Traffic();
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;

    sandbox::ExchangeRecorder recorder();
    /// Holds every shape against the provider's published files, in one go; `used` are the operations that must have
    /// been answered at least once.
    [[nodiscard]] SchemaCheck check(const std::vector<std::string>& used) const;
    [[nodiscard]] std::int64_t seen() const { return seen_; }
    [[nodiscard]] std::size_t shapes() const { return shapes_.size(); }

private:
    explicit Traffic(domain::Provider provider);
    struct Batch;

    domain::Provider provider_;
    std::mutex mutex_;
    std::unordered_set<std::size_t> shapes_;
    std::int64_t seen_ = 0;
    std::vector<std::unique_ptr<Batch>> batches_;
};

/// The operations that the provider's connector calls, as its own sources say, in the published files' words.
std::vector<std::string> used_operations(domain::Provider provider);

}  // namespace crossdock::testing
