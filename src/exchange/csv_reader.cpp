// SPDX-License-Identifier: Apache-2.0
#include "exchange/csv_reader.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace crossdock::exchange {
namespace {

char most_frequent_separator(std::string_view line) {
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t'}) {
        std::ptrdiff_t count = 0;
        bool quoted = false;
        for (const char c : line) {
            if (c == '"') quoted = !quoted;
            if (c == candidate && !quoted) ++count;
        }
        if (count > most) {
            most = count;
            best = candidate;
        }
    }
    return best;
}

}  // namespace

Error CsvReader::fault(const std::string& what) const {
    return {ErrorKind::invalid, "csv", "row " + std::to_string(number_) + " " + what};
}

Status CsvReader::end_row(const Sink& row) {
    row_.push_back(std::exchange(cell_, {}));
    const bool blank = std::all_of(row_.begin(), row_.end(), [](const std::string& cell) { return cell.empty(); });
    Status done = blank ? ok() : row(number_, row_);
    row_.clear();
    size_ = 0;
    after_quotes_ = false;
    ++number_;
    return done;
}

Status CsvReader::eat(std::string_view piece, const Sink& row) {
    for (const char c : piece) {
        if (c == '\0') return fault("holds a byte 0; save the file as CSV UTF-8, not as UTF-16 or a workbook");
        if (++size_ > kLongestRow)
            return fault("is longer than " + std::to_string(kLongestRow / 1024) + " KB; is a closing quote missing?");
        const bool second_half = std::exchange(after_return_, false) && c == '\n';
        if (in_quotes_) {
            if (c == '"') {
                in_quotes_ = false;
                after_quotes_ = true;
            } else {
                cell_ += c;
            }
        } else if (second_half) {
            --size_;
        } else if (c == separator_) {
            row_.push_back(std::exchange(cell_, {}));
            after_quotes_ = false;
        } else if (c == '\n' || c == '\r') {
            after_return_ = c == '\r';
            if (auto done = end_row(row); !done) return done;
        } else if (c == '"' && after_quotes_) {  // two of them: one, and the cell goes on
            cell_ += c;
            in_quotes_ = true;
            after_quotes_ = false;
        } else if (after_quotes_) {
            if (c != ' ') return fault("has text behind a closing quote; a quote within quotes is written twice");
        } else if (c == '"' && cell_.empty()) {
            in_quotes_ = true;
        } else {
            cell_ += c;
        }
    }
    return ok();
}

Status CsvReader::begin(const Sink& row) {
    begun_ = true;
    std::string head = std::exchange(head_, {});
    if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff"))
        return Error{ErrorKind::invalid, "csv", "the file is UTF-16; save it as CSV UTF-8"};
    if (head.starts_with("PK\x03\x04"))
        return Error{ErrorKind::invalid, "csv", "the file is a workbook; save it as CSV UTF-8"};
    marked_ = head.starts_with("\xef\xbb\xbf");
    if (marked_) head.erase(0, 3);
    if (to_lower(std::string_view{head}.substr(0, 4)) == "sep=" && head.size() >= 5) {
        separator_ = head[4];
        const auto end = head.find_first_not_of("\r\n", 5);
        after_return_ = end == std::string::npos && head.back() == '\r';
        head.erase(0, end == std::string::npos ? head.size() : end);
        return eat(head, row);
    }
    separator_ = most_frequent_separator(head);
    return eat(head, row);
}

Status CsvReader::take(std::string_view piece, const Sink& row) {
    if (begun_) return eat(piece, row);
    for (std::size_t i = 0; i < piece.size(); ++i) {
        const char c = piece[i];
        head_ += c;
        if (c == '"') head_quoted_ = !head_quoted_;
        const bool ends = (c == '\n' || c == '\r') && !head_quoted_;
        if (!ends && head_.size() <= kLongestRow) continue;
        if (auto done = begin(row); !done) return done;
        return eat(piece.substr(i + 1), row);
    }
    return ok();
}

Status CsvReader::finish(const Sink& row) {
    if (!begun_)
        if (auto done = begin(row); !done) return done;
    if (in_quotes_) return fault("ends inside a cell's quotes; the closing quote is missing, or the file was cut off");
    return row_.empty() && cell_.empty() && !after_quotes_ ? ok() : end_row(row);
}

}  // namespace crossdock::exchange
