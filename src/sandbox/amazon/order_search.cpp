// SPDX-License-Identifier: Apache-2.0
// The search behind both order lists. The first page fixes the upper bound; a token goes on behind the last order seen,
// so that an order which changes in the meantime leaves this search and waits for the next.
#include <algorithm>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr auto kOrderTokenLife = std::chrono::hours(24);

}  // namespace

std::optional<http::Response> SellerImpl::find_orders(Call& call, const char* token_name, const OrderSearch& search,
                                                      OrderPage& page) {
    PagePosition position;
    if (auto refused = read_page(call, token_name, kOrderTokenLife, position)) return refused;
    const Timestamp newest = from_ms(to_ms(world_.now() - options_.order_lag) / 1000 * 1000);
    page.bound = position.bound.empty() ? std::min(search.to, newest) : from_ms(std::stoll(position.bound));
    const auto& sequence = search.by_update ? world_.by_update : world_.by_creation;
    auto at =
        position.at.empty() ? sequence.lower_bound({search.from, 0}) : sequence.upper_bound(place_of(position.at));

    const auto issue = [&](const std::string& where) {
        return pages_.issue(call.operation, call.parameters_but(token_name), {where, std::to_string(to_ms(page.bound))},
                            world_.now());
    };
    // Behind this, everything follows.
    const std::string first = place_text(search.from - std::chrono::milliseconds(1), 0);
    std::size_t size = static_cast<std::size_t>(search.size);
    if (call.page_fault == "half_page") size = std::max<std::size_t>(1, size / 2);
    if (call.page_fault == "empty_page") {
        page.next = issue(position.at.empty() ? first : position.at);
        return std::nullopt;
    }
    const auto wanted = [&](const std::set<std::string>& set, std::string_view value) {
        return set.empty() || set.contains(std::string(value));
    };
    std::string last;
    for (; at != sequence.end() && at->first <= page.bound; ++at) {
        const Order& order = world_.orders[at->second];
        if (!world_.indexed.contains(order.index)) continue;  // placed, and the searches have not heard of it
        if (!wanted(search.stores, order.store->id) || !wanted(search.statuses, v0_name(order.status)) ||
            !wanted(search.channels, order.afn ? "AFN" : "MFN") || !wanted(search.ids, order.id))
            continue;
        if (page.orders.size() == size) {
            page.next = issue(last);
            break;
        }
        page.orders.push_back(&order);
        last = place_text(at->first, at->second);
    }
    if (call.page_fault == "repeat_cursor") page.next = issue(position.at.empty() ? first : position.at);
    return std::nullopt;
}

}  // namespace crossdock::sandbox::amazon
