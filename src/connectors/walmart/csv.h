// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crossdock::connectors::walmart {

/// Reads comma-separated values as they come in, row by row (RFC 4180: a cell in quotes may hold commas, line ends and,
/// doubled, quotes). Bytes stay as they are.
class CsvReader {
public:
    using Row = std::vector<std::string>;
    using Sink = std::function<Status(const Row&)>;
    /// Errors: unavailable, `document_broken`, for a row of more than a megabyte; the sink's own.
    Status take(std::string_view piece, const Sink& row);
    /// The last row may lack its line end. Errors: unavailable, `document_broken`, inside a cell's quotes.
    Status finish(const Sink& row);

private:
    Status end_row(const Sink& row);

    Row row_;
    std::string cell_;
    std::size_t size_ = 0;  // of the row so far
    bool in_quotes_ = false, after_quotes_ = false, any_ = false, after_return_ = false;
};

}  // namespace crossdock::connectors::walmart
