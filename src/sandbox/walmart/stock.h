// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "sandbox/walmart/model.h"

namespace crossdock::sandbox::walmart {

struct Level {
    std::int64_t input = 0, reserved = 0;
    Timestamp updated;
    [[nodiscard]] std::int64_t available() const { return input > reserved ? input - reserved : 0; }
};

/// Levels of every good at every ship node. Only what changed is remembered; the beginning follows from the seed.
class Stock {
public:
    Stock(std::uint64_t seed, std::int64_t goods, Timestamp born);

    /// None when the good was never given a level there.
    [[nodiscard]] std::optional<Level> at(std::int64_t good, std::size_t node) const;
    void set(std::int64_t good, std::size_t node, std::int64_t input, Timestamp now);
    void reserve(std::int64_t good, std::size_t node, int units, Timestamp now);
    /// Reserved units leave the house (`gone`) or are for sale again.
    void release(std::int64_t good, std::size_t node, int units, bool gone, Timestamp now);

    [[nodiscard]] const std::vector<ShipNode>& nodes() const { return nodes_; }
    /// "" is the default node.
    [[nodiscard]] std::optional<std::size_t> node(std::string_view id) const;
    /// Good and node of every level that differs from the beginning.
    [[nodiscard]] std::vector<std::pair<std::int64_t, std::size_t>> changed() const;

private:
    std::uint64_t seed_;
    std::int64_t goods_;
    Timestamp born_;
    std::vector<ShipNode> nodes_;
    std::unordered_map<std::uint64_t, Level> levels_;
};

}  // namespace crossdock::sandbox::walmart
