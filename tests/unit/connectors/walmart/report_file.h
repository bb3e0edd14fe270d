// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "connectors/gunzip.h"

namespace crossdock::connectors::walmart::tests {

inline std::string gzip_file(std::string_view text) {
    std::string out;
    Gzip packer;
    packer.pack(text, out);
    packer.finish(out);
    return out;
}

struct ZipTraits {
    bool stored = false, descriptor = false, descriptor_mark = true;
    unsigned flags = 0;
    std::string extra = {};
};

/// A ZIP archive of one file (APPNOTE.TXT 4.3), put together here from a gzip file's parts: ten bytes of header, the
/// deflate stream, checksum and size.
inline std::string zip_file(std::string_view text, const ZipTraits& traits = {}) {
    const auto number = [](std::size_t value, int bytes) {
        std::string out;
        for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFFU);
        return out;
    };
    const std::string gzip = gzip_file(text);
    const std::string sum = gzip.substr(gzip.size() - 8, 4);
    const std::string data = traits.stored ? std::string{text} : gzip.substr(10, gzip.size() - 18);
    const std::string sizes = number(data.size(), 4) + number(text.size(), 4);
    const std::string name = "ItemReport.csv";
    std::string out("PK\x03\x04", 4);
    out += number(20, 2) + number(traits.flags | (traits.descriptor ? 8U : 0U), 2) + number(traits.stored ? 0 : 8, 2);
    out += number(0, 4) + (traits.descriptor ? std::string(12, '\0') : sum + sizes);
    out += number(name.size(), 2) + number(traits.extra.size(), 2) + name + traits.extra + data;
    if (traits.descriptor) out += (traits.descriptor_mark ? std::string("PK\x07\x08", 4) : "") + sum + sizes;
    out += std::string("PK\x01\x02", 4) + std::string(42, '\0') + name;  // the directory, which nobody reads
    return out + std::string("PK\x05\x06", 4) + std::string(18, '\0');
}

}  // namespace crossdock::connectors::walmart::tests
