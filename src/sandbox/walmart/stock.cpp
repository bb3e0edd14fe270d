// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walmart/stock.h"

#include <algorithm>

#include "sandbox/goods.h"

namespace crossdock::sandbox::walmart {
namespace {

constexpr std::uint64_t kMostNodes = 16;

std::uint64_t key(std::int64_t good, std::size_t node) { return static_cast<std::uint64_t>(good) * kMostNodes + node; }

}  // namespace

Stock::Stock(std::uint64_t seed, std::int64_t goods, Timestamp born) : seed_(seed), goods_(goods), born_(born) {
    nodes_ = {
        {"1000005050", "PHYSICAL", "Main warehouse", "ACTIVE", "MAIN", "12 Dock Road", "Springfield", "IL", "62701",
         "CST"},
        {"79897837271126017", "PHYSICAL", "East annex", "ACTIVE", "EAST", "9 Canal Street", "Newark", "NJ", "07102",
         "EST"},
        {"99351656957153281", "3PL", "MP_Deliverr", "INACTIVE", "", "1 Depot Way", "Buffalo", "NY", "14201", "EST"},
        {"84955660770217985", "VIRTUAL", "Drop ship", "ACTIVE", "DROP", "5 High Street", "Springfield", "IL", "62702",
         "CST"}};
}

std::optional<Level> Stock::at(std::int64_t good, std::size_t node) const {
    const auto found = levels_.find(key(good, node));
    if (found != levels_.end()) return found->second;
    // Everything is in the main warehouse, every third thing in the annex too.
    if (good < 0 || good >= goods_ || node > 1 || (node == 1 && good % 3 != 0)) return std::nullopt;
    const std::uint64_t chance = scattered(seed_ + 11, key(good, node));
    return Level{20 + static_cast<std::int64_t>(chance % (node == 0 ? 400 : 120)), 0, born_};
}

void Stock::set(std::int64_t good, std::size_t node, std::int64_t input, Timestamp now) {
    Level level = at(good, node).value_or(Level{});
    level.input = input;
    level.updated = now;
    levels_[key(good, node)] = level;
}

void Stock::reserve(std::int64_t good, std::size_t node, int units, Timestamp now) {
    Level level = at(good, node).value_or(Level{});
    level.reserved += units;
    level.updated = now;
    levels_[key(good, node)] = level;
}

void Stock::release(std::int64_t good, std::size_t node, int units, bool gone, Timestamp now) {
    Level level = at(good, node).value_or(Level{});
    level.reserved = std::max<std::int64_t>(0, level.reserved - units);
    if (gone) level.input = std::max<std::int64_t>(0, level.input - units);
    level.updated = now;
    levels_[key(good, node)] = level;
}

std::optional<std::size_t> Stock::node(std::string_view id) const {
    if (id.empty()) return 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].id == id) return i;
    }
    return std::nullopt;
}

std::vector<std::pair<std::int64_t, std::size_t>> Stock::changed() const {
    std::vector<std::pair<std::int64_t, std::size_t>> out;
    out.reserve(levels_.size());
    for (const auto& [packed, level] : levels_)
        out.emplace_back(static_cast<std::int64_t>(packed / kMostNodes), static_cast<std::size_t>(packed % kMostNodes));
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace crossdock::sandbox::walmart
