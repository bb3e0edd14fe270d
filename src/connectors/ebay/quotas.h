// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "connectors/json_view.h"
#include "net/budget.h"

namespace crossdock::connectors::ebay {

/// eBay counts calls of each API apart, per application and day.
enum class Api {
    fulfillment,
    inventory,
    finances,
    account,
    identity,
    notification,
    key_management,
    analytics,
    trading
};
inline constexpr std::size_t kApis = static_cast<std::size_t>(Api::trading) + 1;

struct ApiFacts {
    std::string_view name;  // eBay's, also in its list of quotas
    std::string_view path;  // what its operations' paths begin with
    bool on_apiz = false;   // lives on the second host
};
const ApiFacts& facts_of(Api api);

/// One bucket per API of one channel. Daily quotas are not published for all of them: eBay's own figures, read hourly,
/// slow a bucket down when less than a tenth of a quota is left. Any thread.
class Quotas {
public:
    explicit Quotas(const Clock& clock);
    net::Budget& of(Api api) { return *budgets_[static_cast<std::size_t>(api)]; }

    /// Whether eBay's figures are older than an hour. True once: the caller is the one who reads them.
    bool reading_is_due();
    /// getRateLimits' answer. `now` is the time its resets are compared with.
    void learn(JsonView answer, Timestamp now);
    /// When a used-up quota of this API fills again, by the figures learned last; none: no quota of it is used up.
    std::optional<Timestamp> filled_again_at(Api api, Timestamp now) const;

private:
    const Clock& clock_;
    std::array<std::unique_ptr<net::Budget>, kApis> budgets_;
    mutable std::mutex mutex_;
    std::chrono::milliseconds read_at_{};
    std::array<std::optional<Timestamp>, kApis> filled_again_;
    std::array<bool, kApis> slowed_{};
};

/// Whether pulling and pushing both use the API, so that pulling leaves a part of its bucket alone.
bool is_shared_with_pushes(Api api);

}  // namespace crossdock::connectors::ebay
