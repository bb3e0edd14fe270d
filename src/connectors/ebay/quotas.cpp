// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/quotas.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::chrono::hours kReadEvery{1};
constexpr std::int64_t kScarce = 10;  // percent of a quota
constexpr double kScarceBurst = 2;

constexpr ApiFacts kFacts[] = {
    {"Fulfillment", "/sell/fulfillment/v1", false},
    {"Inventory", "/sell/inventory/v1", false},
    {"Finances", "/sell/finances/v1", true},
    {"Account", "/sell/account/v1", false},
    {"Identity", "/commerce/identity/v1", true},
    {"Notification", "/commerce/notification/v1", false},
    {"KeyManagement", "/developer/key_management/v1", true},
    {"Analytics", "/developer/analytics/v1_beta", false},
    {"TradingAPI", "/ws/api.dll", false},
};
static_assert(std::size(kFacts) == kApis);

struct Rate {
    double burst, per_second;
};
/// Calls a day where the public table says so (Finances 15,000, Account 25,000, Notification 10,000, Analytics 5,000):
/// a tenth at once, the rest over the day. The Trading API takes 300 GetMyeBaySelling in 15 seconds. Elsewhere only
/// politeness, until eBay's own figures are read.
constexpr Rate kRates[] = {
    {100, 10},      // fulfillment
    {200, 20},      // inventory
    {1500, 0.156},  // finances
    {500, 0.26},    // account
    {50, 0.1},      // identity
    {500, 0.104},   // notification
    {20, 0.01},     // key_management
    {100, 0.052},   // analytics
    {200, 15},      // trading
};
static_assert(std::size(kRates) == kApis);

std::optional<Api> api_of(JsonView limit) {
    const std::string_view context = limit["apiContext"].word(), name = limit["apiName"].word();
    for (std::size_t i = 0; i < kApis; ++i)
        if (equals_ignoring_case(kFacts[i].name, name) || equals_ignoring_case(kFacts[i].name, context))
            return static_cast<Api>(i);
    return std::nullopt;
}

}  // namespace

const ApiFacts& facts_of(Api api) { return kFacts[static_cast<std::size_t>(api)]; }

bool is_shared_with_pushes(Api api) { return api == Api::fulfillment || api == Api::inventory || api == Api::trading; }

Quotas::Quotas(const Clock& clock) : clock_(clock), read_at_(clock.steady()) {
    for (std::size_t i = 0; i < kApis; ++i)
        budgets_[i] = std::make_unique<net::Budget>(clock, kRates[i].burst, kRates[i].per_second);
}

bool Quotas::reading_is_due() {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.steady();
    if (now - read_at_ < kReadEvery) return false;
    read_at_ = now;
    return true;
}

void Quotas::learn(JsonView answer, Timestamp now) {
    const std::scoped_lock lock(mutex_);
    read_at_ = clock_.steady();
    struct Tightest {
        bool known = false;
        std::int64_t limit = 0, remaining = 0;
        Timestamp reset{};
    };
    std::array<Tightest, kApis> tightest;
    for (const JsonView limit : answer["rateLimits"]) {
        const auto api = api_of(limit);
        if (!api) continue;
        Tightest& known = tightest[static_cast<std::size_t>(*api)];
        for (const JsonView resource : limit["resources"])
            for (const JsonView rate : resource["rates"]) {
                const auto most = rate["limit"].integer(), left = rate["remaining"].integer();
                const auto reset = parse_iso8601(rate["reset"].word(), ZoneRule::required);
                // eBay's sandbox fills the list with rows that say nothing.
                if (!most || !left || *most <= 0 || *left < 0 || !reset || *reset <= now) continue;
                // left / most of two rows, without dividing.
                if (known.known && *left * known.limit >= known.remaining * *most) continue;
                known = {true, *most, *left, *reset};
            }
    }
    for (std::size_t i = 0; i < kApis; ++i) {
        const Tightest& found = tightest[i];
        filled_again_[i].reset();
        if (found.known && found.remaining == 0) filled_again_[i] = found.reset;
        const bool scarce = found.known && found.remaining * 100 < found.limit * kScarce;
        if (scarce) {
            const double seconds = std::max(1.0, std::chrono::duration<double>(found.reset - now).count());
            const auto left = static_cast<double>(found.remaining);
            // Two at once, so that a push finds one when reading has had its share; the rest over the time left.
            budgets_[i]->learn(kScarceBurst, std::min(left, kScarceBurst), left / seconds);
            if (found.remaining == 0) budgets_[i]->pause_for(found.reset - now);
        } else if (slowed_[i]) {
            budgets_[i]->learn(kRates[i].burst, kRates[i].burst, kRates[i].per_second);
        }
        slowed_[i] = scarce;
    }
}

std::optional<Timestamp> Quotas::filled_again_at(Api api, Timestamp now) const {
    const std::scoped_lock lock(mutex_);
    const auto& at = filled_again_[static_cast<std::size_t>(api)];
    if (!at || *at <= now) return std::nullopt;
    return at;
}

}  // namespace crossdock::connectors::ebay
