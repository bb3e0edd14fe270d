// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace crossdock::app::doctor {

/// A ZIP archive in memory, nothing in it compressed, as every system opens it. Up to 4 GB in all. Source: APPNOTE.TXT
/// of PKWARE, 4.3.
class ZipArchive {
public:
    explicit ZipArchive(Timestamp made_at);
    /// `name` with forward slashes, UTF-8.
    void add(std::string_view name, std::string_view content);
    /// The whole archive; nothing may be added after it.
    [[nodiscard]] std::string finish() &&;

private:
    struct Entry {
        std::string name;
        std::uint32_t checksum = 0, bytes = 0, offset = 0;
    };
    void append_common(std::string& out, const Entry& entry) const;

    std::uint16_t time_ = 0, date_ = 0;
    std::string out_;
    std::vector<Entry> entries_;
};

/// CRC-32 as in ZIP and Ethernet.
std::uint32_t crc32(std::string_view bytes);

}  // namespace crossdock::app::doctor
