// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

/// How large a simulation is. CROSSDOCK_SIM_SEED=n runs that seed alone; CROSSDOCK_SIM_HOURS=h makes all seeds of the
/// whole-world simulation together last h virtual hours and the others grow in the same proportion. See
/// tests/soak/README.md.
namespace crossdock::testing {

constexpr double kHoursInCi = 10'000;

inline double scale() {
    const char* hours = std::getenv("CROSSDOCK_SIM_HOURS");
    return hours == nullptr ? 1.0 : std::max(std::strtod(hours, nullptr) / kHoursInCi, 0.001);
}

/// The seeds to run: one that was asked for, else `in_ci` times the scale, at least one.
inline std::vector<std::uint64_t> seeds(int in_ci) {
    if (const char* one = std::getenv("CROSSDOCK_SIM_SEED")) return {std::strtoull(one, nullptr, 10)};
    const int count = std::max(1, static_cast<int>(in_ci * scale()));
    std::vector<std::uint64_t> all;
    for (int i = 1; i <= count; ++i) all.push_back(static_cast<std::uint64_t>(i));
    return all;
}

}  // namespace crossdock::testing
