// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/zip.h"

#include <array>
#include <chrono>

namespace crossdock::app::doctor {
namespace {

constexpr std::uint16_t kVersion20 = 20;
constexpr std::uint16_t kNamesAreUtf8 = 1U << 11U;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB88320U : 0U);
        table[byte] = value;
    }
    return table;
}

void append_16(std::string& out, std::uint32_t value) {
    out += static_cast<char>(value & 0xFFU);
    out += static_cast<char>((value >> 8U) & 0xFFU);
}
void append_32(std::string& out, std::uint32_t value) {
    append_16(out, value & 0xFFFFU);
    append_16(out, value >> 16U);
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
    static constexpr auto kTable = make_crc_table();
    std::uint32_t value = 0xFFFFFFFFU;
    for (const char byte : bytes) value = kTable[(value ^ static_cast<unsigned char>(byte)) & 0xFFU] ^ (value >> 8U);
    return value ^ 0xFFFFFFFFU;
}

ZipArchive::ZipArchive(Timestamp made_at) {
    using namespace std::chrono;
    const auto day = floor<days>(made_at);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(made_at - day)};
    date_ = static_cast<std::uint16_t>((static_cast<unsigned>(static_cast<int>(date.year()) - 1980) << 9U) |
                                       (static_cast<unsigned>(date.month()) << 5U) | static_cast<unsigned>(date.day()));
    time_ = static_cast<std::uint16_t>((static_cast<unsigned>(time.hours().count()) << 11U) |
                                       (static_cast<unsigned>(time.minutes().count()) << 5U) |
                                       static_cast<unsigned>(time.seconds().count() / 2));
}

/// From "version needed" to the extra field's length, which both headers have.
void ZipArchive::append_common(std::string& out, const Entry& entry) const {
    append_16(out, kVersion20);
    append_16(out, kNamesAreUtf8);
    append_16(out, 0);  // stored
    append_16(out, time_);
    append_16(out, date_);
    append_32(out, entry.checksum);
    append_32(out, entry.bytes);
    append_32(out, entry.bytes);
    append_16(out, static_cast<std::uint32_t>(entry.name.size()));
    append_16(out, 0);
}

void ZipArchive::add(std::string_view name, std::string_view content) {
    Entry entry{std::string{name}, crc32(content), static_cast<std::uint32_t>(content.size()),
                static_cast<std::uint32_t>(out_.size())};
    out_ += "PK\x03\x04";
    append_common(out_, entry);
    out_ += entry.name;
    out_ += content;
    entries_.push_back(std::move(entry));
}

std::string ZipArchive::finish() && {
    const auto begin = static_cast<std::uint32_t>(out_.size());
    for (const Entry& entry : entries_) {
        out_ += "PK\x01\x02";
        append_16(out_, kVersion20);
        append_common(out_, entry);
        append_16(out_, 0);  // comment
        append_16(out_, 0);  // disk
        append_16(out_, 0);  // internal attributes
        append_32(out_, 0);  // external attributes
        append_32(out_, entry.offset);
        out_ += entry.name;
    }
    const auto size = static_cast<std::uint32_t>(out_.size()) - begin;
    out_ += "PK\x05\x06";
    append_32(out_, 0);  // this disk, and that of the directory
    append_16(out_, static_cast<std::uint32_t>(entries_.size()));
    append_16(out_, static_cast<std::uint32_t>(entries_.size()));
    append_32(out_, size);
    append_32(out_, begin);
    append_16(out_, 0);
    return std::move(out_);
}

}  // namespace crossdock::app::doctor
