// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/gunzip.h"

namespace crossdock::connectors {

/// The lines of a large document, kept packed and unpacked as far as the next one asks, so that hundreds of thousands
/// need some megabytes. First all are added, then they are read, once, from the first to the last.
class PackedLines {
public:
    PackedLines() = default;
    /// From bytes that are there already, gzip.
    explicit PackedLines(std::string packed) : packed_(std::move(packed)) {}

    /// `line` without its end.
    void add(std::string_view line);
    void finish();
    [[nodiscard]] std::size_t packed_bytes() const { return packed_.size(); }

    /// A line without its end, CR and LF or LF; false behind the last. The view holds until the next call.
    /// Errors: unavailable, `document_broken`.
    Result<bool> next(std::string_view& line);

private:
    std::string packed_;
    std::size_t used_ = 0;  // of packed_
    Gzip packer_;
    std::string to_pack_;
    Gunzip unpacker_;
    std::string text_;  // unpacked and not read yet, from at_
    std::size_t at_ = 0;
};

}  // namespace crossdock::connectors
