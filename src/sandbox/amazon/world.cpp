// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/world.h"

#include <algorithm>
#include <stdexcept>

namespace crossdock::sandbox::amazon {

using namespace std::chrono_literals;

World::World(const SellerOptions& options, const Clock& clock)
    : options_(options), clock_(clock), random_(options.seed), born_(clock.now()), now_(born_) {
    for (const std::string& id : options_.stores) {
        const Store* store = find_store(id);
        if (store == nullptr) throw std::invalid_argument("there is no marketplace \"" + id + "\"");
        stores.push_back(store);
    }
    if (stores.empty()) throw std::invalid_argument("a seller needs at least one marketplace");
    listings_ = static_cast<std::uint32_t>(std::max(0, options_.items));
    build_inbound();

    // The history, spread evenly: each order lives its life up to now.
    const Timestamp start = born_ - std::chrono::days(options_.history_days);
    for (int i = 0; i < options_.orders; ++i) {
        const auto share = std::chrono::days(options_.history_days) * 1.0 * i / options_.orders;
        const Timestamp when = start + std::chrono::duration_cast<std::chrono::milliseconds>(share);
        at(when, [this] {
            PlaceOrder wish;
            wish.created_at = now_;
            wish.paid = false;
            place(wish);
        });
    }
    schedule_next_order();
    catch_up();
    counters = Counters{};
}

void World::catch_up() {
    const Timestamp until = clock_now();
    while (!agenda_.empty() && agenda_.begin()->first <= until) {
        now_ = agenda_.begin()->first;
        const auto what = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        what();
    }
    now_ = until;
}

std::string World::fresh_id(std::size_t digits) {
    // Spread over all digits and free of repetition: an odd factor that 5 does not divide permutes the residues.
    std::uint64_t limit = 1;
    for (std::size_t i = 1; i < digits; ++i) limit *= 10;
    const std::uint64_t value = ++next_id_ * 736'338'717ULL % limit;
    return std::to_string(limit + value);
}

}  // namespace crossdock::sandbox::amazon
