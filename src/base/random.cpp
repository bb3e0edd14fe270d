// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <array>
#include <cstring>
#include <random>

namespace crossdock {

std::uint64_t Random::next() {
    std::array<std::byte, 8> bytes{};
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return value;
}

double Random::unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::uint64_t Random::below(std::uint64_t bound) {
    if (bound == 0) return 0;
    // Throwing away the incomplete last stretch keeps every value equally likely.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
}

std::string Random::uuid() {
    std::array<std::byte, 16> bytes{};
    fill(bytes);
    bytes[6] = (bytes[6] & std::byte{0x0F}) | std::byte{0x40};
    bytes[8] = (bytes[8] & std::byte{0x3F}) | std::byte{0x80};
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += kHex[std::to_integer<unsigned>(bytes[i]) >> 4U];
        text += kHex[std::to_integer<unsigned>(bytes[i]) & 0x0FU];
    }
    return text;
}

void SystemRandom::fill(std::span<std::byte> out) {
    // libstdc++ reads the kernel's generator (rdrand or getentropy); it throws rather than return weak bytes.
    thread_local std::random_device device;
    std::size_t at = 0;
    while (at < out.size()) {
        const auto word = device();
        const std::size_t count = std::min(sizeof word, out.size() - at);
        std::memcpy(out.data() + at, &word, count);
        at += count;
    }
}

void SeededRandom::fill(std::span<std::byte> out) {
    const std::lock_guard lock(mutex_);
    std::size_t at = 0;
    while (at < out.size()) {
        // SplitMix64: small, fast, and the same on every machine.
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t word = state_;
        word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9U;
        word = (word ^ (word >> 27U)) * 0x94D049BB133111EBU;
        word ^= word >> 31U;
        const std::size_t count = std::min(sizeof word, out.size() - at);
        std::memcpy(out.data() + at, &word, count);
        at += count;
    }
}

}  // namespace crossdock
