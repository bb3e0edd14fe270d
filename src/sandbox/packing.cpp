// SPDX-License-Identifier: Apache-2.0
#include "sandbox/packing.h"

#include <array>
#include <cstdint>

namespace crossdock::sandbox {
namespace {

std::uint32_t crc32_of(std::string_view bytes) {
    static const auto kTable = [] {
        std::array<std::uint32_t, 256> table{};
        for (std::uint32_t i = 0; i < table.size(); ++i) {
            table[i] = i;
            for (int k = 0; k < 8; ++k) table[i] = (table[i] >> 1U) ^ (0xEDB88320U & (0U - (table[i] & 1U)));
        }
        return table;
    }();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : bytes) crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU];
    return ~crc;
}

void put_little(std::string& out, std::uint32_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
}

}  // namespace

std::string zipped(std::string_view name, std::string_view bytes) {
    constexpr std::uint32_t kVersion = 20, kDate = 0x5D75;  // 2026-11-21
    const auto size = static_cast<std::uint32_t>(bytes.size());
    const auto name_size = static_cast<std::uint32_t>(name.size());
    const std::uint32_t sum = crc32_of(bytes);
    const auto traits = [&](std::string& out) {
        put_little(out, kVersion, 2);
        put_little(out, 0, 2);  // flags
        put_little(out, 0, 2);  // stored
        put_little(out, 0, 2);  // time
        put_little(out, kDate, 2);
        put_little(out, sum, 4);
        put_little(out, size, 4);
        put_little(out, size, 4);
        put_little(out, name_size, 2);
        put_little(out, 0, 2);  // extra field
    };
    std::string out;
    out.reserve(bytes.size() + 2 * name.size() + 128);
    out.append("PK\x03\x04", 4);
    traits(out);
    out += name;
    out += bytes;
    const auto directory = static_cast<std::uint32_t>(out.size());
    out.append("PK\x01\x02", 4);
    put_little(out, kVersion, 2);
    traits(out);
    out.append(14, '\0');  // comment, disk, attributes, where the file begins: all none
    out += name;
    const auto directory_size = static_cast<std::uint32_t>(out.size()) - directory;
    out.append("PK\x05\x06", 4);
    put_little(out, 0, 4);
    put_little(out, 1, 2);
    put_little(out, 1, 2);
    put_little(out, directory_size, 4);
    put_little(out, directory, 4);
    put_little(out, 0, 2);
    return out;
}

}  // namespace crossdock::sandbox
