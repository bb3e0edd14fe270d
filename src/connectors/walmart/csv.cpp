// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/csv.h"

#include <utility>

namespace crossdock::connectors::walmart {
namespace {

constexpr std::size_t kLongestRow = 1024U * 1024;

Error broken_table(std::string_view what) {
    return {ErrorKind::unavailable, "document_broken", "Walmart's report " + std::string{what}};
}

}  // namespace

Status CsvReader::end_row(const Sink& row) {
    row_.push_back(std::exchange(cell_, {}));
    const bool blank = row_.size() == 1 && row_.front().empty() && !any_;
    Status done = blank ? ok() : row(row_);
    row_.clear();
    size_ = 0;
    any_ = after_quotes_ = false;
    return done;
}

Status CsvReader::take(std::string_view piece, const Sink& row) {
    for (const char c : piece) {
        if (++size_ > kLongestRow) return broken_table("has a row of more than a megabyte");
        const bool second_half = std::exchange(after_return_, false) && c == '\n';
        if (in_quotes_) {
            if (c == '"') {
                in_quotes_ = false;
                after_quotes_ = true;
            } else {
                cell_ += c;
            }
        } else if (c == '"' && after_quotes_) {  // two of them: one, and the cell goes on
            cell_ += c;
            in_quotes_ = true;
            after_quotes_ = false;
        } else if (c == '"' && cell_.empty()) {
            in_quotes_ = any_ = true;
        } else if (c == ',') {
            row_.push_back(std::exchange(cell_, {}));
            any_ = true;
            after_quotes_ = false;
        } else if (c == '\r' || c == '\n') {
            after_return_ = c == '\r';
            if (second_half) continue;
            if (auto done = end_row(row); !done) return done;
        } else {
            cell_ += c;
        }
    }
    return ok();
}

Status CsvReader::finish(const Sink& row) {
    if (in_quotes_) return broken_table("ends in the middle of a cell");
    return row_.empty() && cell_.empty() && !any_ ? ok() : end_row(row);
}

}  // namespace crossdock::connectors::walmart
