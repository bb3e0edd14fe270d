// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crossdock::exchange {

/// Reads a table as it comes in, row by row (RFC 4180: a cell in quotes may hold separators, line ends and, doubled,
/// quotes). The separator is whichever of `,` `;` and tab the first row has most of, or what Excel's own line `sep=;`
/// says. A byte order mark is passed over. Bytes stay as they are. Rows count from 1, the first one included, as a
/// spreadsheet shows them; empty ones are counted and left out.
class CsvReader {
public:
    using Row = std::vector<std::string>;
    using Sink = std::function<Status(std::int64_t number, const Row&)>;
    /// Errors: invalid `csv`, naming the row; the sink's own.
    Status take(std::string_view piece, const Sink& row);
    /// The last row may lack its line end.
    Status finish(const Sink& row);

    /// Whether it began with the byte order mark of UTF-8.
    [[nodiscard]] bool is_marked_utf8() const { return marked_; }

    static constexpr std::size_t kLongestRow = 64 * 1024;

private:
    Status begin(const Sink& row);
    Status eat(std::string_view piece, const Sink& row);
    Status end_row(const Sink& row);
    [[nodiscard]] Error fault(const std::string& what) const;

    std::string head_;  // until the separator is known
    bool begun_ = false, head_quoted_ = false, marked_ = false;
    char separator_ = ',';
    Row row_;
    std::string cell_;
    std::int64_t number_ = 1;
    std::size_t size_ = 0;  // of the row so far
    bool in_quotes_ = false, after_quotes_ = false, after_return_ = false;
};

}  // namespace crossdock::exchange
