// SPDX-License-Identifier: Apache-2.0
#include "sandbox/amazon/gzip.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace crossdock::sandbox::amazon {
namespace {

/// Deflate's bit order: from the lowest bit up, Huffman codes from their highest bit down.
class Bits {
public:
    void put(std::uint32_t value, int count) {
        hold_ |= static_cast<std::uint64_t>(value) << filled_;
        filled_ += count;
        while (filled_ >= 8) {
            out_ += static_cast<char>(hold_ & 0xFFU);
            hold_ >>= 8U;
            filled_ -= 8;
        }
    }
    void put_code(std::uint32_t code, int count) {
        std::uint32_t turned = 0;
        for (int i = 0; i < count; ++i)
            turned |= ((code >> static_cast<unsigned>(i)) & 1U) << static_cast<unsigned>(count - 1 - i);
        put(turned, count);
    }
    std::string take() {
        if (filled_ > 0) put(0, 8 - filled_);
        return std::move(out_);
    }

private:
    std::string out_;
    std::uint64_t hold_ = 0;
    int filled_ = 0;
};

/// The fixed literal and length code of RFC 1951, 3.2.6.
void put_symbol(Bits& bits, std::uint32_t symbol) {
    if (symbol < 144)
        bits.put_code(0x30 + symbol, 8);
    else if (symbol < 256)
        bits.put_code(0x190 + symbol - 144, 9);
    else if (symbol < 280)
        bits.put_code(symbol - 256, 7);
    else
        bits.put_code(0xC0 + symbol - 280, 8);
}

struct Base {
    std::uint32_t start;
    int extra;
};
constexpr std::array<Base, 28> kLengths{{{3, 0},  {4, 0},  {5, 0},   {6, 0},   {7, 0},   {8, 0},   {9, 0},
                                         {10, 0}, {11, 1}, {13, 1},  {15, 1},  {17, 1},  {19, 2},  {23, 2},
                                         {27, 2}, {31, 2}, {35, 3},  {43, 3},  {51, 3},  {59, 3},  {67, 4},
                                         {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}}};

void put_match(Bits& bits, std::uint32_t length, std::uint32_t distance) {
    std::size_t i = kLengths.size() - 1;
    while (kLengths[i].start > length) --i;
    put_symbol(bits, 257 + static_cast<std::uint32_t>(i));
    bits.put(length - kLengths[i].start, kLengths[i].extra);
    // Distances: codes 0..3 as they are, then two codes for each extra bit.
    std::uint32_t code = 0, start = 1;
    int extra = 0;
    for (code = 0; code < 30; ++code) {
        extra = code < 4 ? 0 : static_cast<int>(code / 2 - 1);
        const std::uint32_t span = 1U << static_cast<unsigned>(extra);
        if (distance < start + span) break;
        start += span;
    }
    bits.put_code(code, 5);
    bits.put(distance - start, extra);
}

std::uint32_t crc32_of(std::string_view bytes) {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) crc = (crc >> 1U) ^ (0xEDB88320U & (0U - (crc & 1U)));
    }
    return ~crc;
}

void put_le32(std::string& out, std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

}  // namespace

std::string gzipped(std::string_view bytes) {
    Bits bits;
    bits.put(1, 1);  // the last block
    bits.put(1, 2);  // fixed codes
    constexpr std::size_t kWindow = 32'768, kLongest = 257;
    std::vector<std::size_t> seen(1U << 15U, 0);  // position + 1 of the last three bytes with this hash
    std::size_t at = 0;
    while (at < bytes.size()) {
        std::size_t length = 0, distance = 0;
        if (at + 3 <= bytes.size()) {
            const auto b = [&](std::size_t i) {
                return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i]));
            };
            const std::uint32_t hash = ((b(0) << 10U) ^ (b(1) << 5U) ^ b(2)) & 0x7FFFU;
            const std::size_t before = seen[hash];
            seen[hash] = at + 1;
            if (before != 0 && at - (before - 1) <= kWindow) {
                const std::size_t from = before - 1;
                while (length < kLongest && at + length < bytes.size() && bytes[from + length] == bytes[at + length])
                    ++length;
                distance = at - from;
            }
        }
        if (length >= 3) {
            put_match(bits, static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(distance));
            at += length;
        } else {
            put_symbol(bits, static_cast<unsigned char>(bytes[at]));
            ++at;
        }
    }
    put_symbol(bits, 256);
    std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
    out += bits.take();
    put_le32(out, crc32_of(bytes));
    put_le32(out, static_cast<std::uint32_t>(bytes.size()));
    return out;
}

}  // namespace crossdock::sandbox::amazon
