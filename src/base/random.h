// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>

namespace crossdock {

/// Where chance comes from: jitter, ids, secrets. Safe to call from any thread.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;

    std::uint64_t next();
    /// Uniform in [0, 1).
    double unit();
    /// Uniform in [0, bound); 0 when bound is 0.
    std::uint64_t below(std::uint64_t bound);
    /// A random (version 4) UUID in its usual lower-case form.
    std::string uuid();
};

/// The operating system's generator: fit for keys and secrets.
class SystemRandom final : public Random {
public:
    void fill(std::span<std::byte> out) override;
};

/// Repeatable from its seed. For tests and simulated marketplaces, never for secrets.
class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    std::mutex mutex_;
    std::uint64_t state_;
};

}  // namespace crossdock
