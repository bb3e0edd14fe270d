// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/amazon/documents.h"
#include "connectors/amazon/encodings.h"
#include "connectors/packed_lines.h"

namespace crossdock::connectors::amazon {

/// Reads a listing report row by row. The document is kept packed and without its descriptions, and unpacked as far as
/// the next row asks, so that two hundred thousand rows need some megabytes, and going on costs nothing.
///
/// The format: tab-separated, no quoting (a `"` is a `"`), LF or CRLF, the first line names the columns, whose order
/// and number vary.
class ReportReader {
public:
    /// Asks for the document's address and downloads it. Errors: those of a call; rejected, `amazon_report_columns`,
    /// when the header is none.
    static Result<std::unique_ptr<ReportReader>> open(Client& client, const std::string& document_id, Encoding usual);

    /// From lines that are there already. For tests, and for open().
    ReportReader(std::string document_id, PackedLines lines, Encoding encoding, bool stated);

    [[nodiscard]] const std::string& document_id() const { return document_id_; }
    /// How many rows were read.
    [[nodiscard]] std::int64_t row() const { return row_; }

    /// Appends up to `most` rows as JSON objects, {"column":"value",…} in UTF-8, without what is empty and without
    /// descriptions; false when the report ends there.
    Result<bool> read(std::size_t most, std::vector<std::string>& rows);
    /// Goes on to this row without keeping any.
    Status skip_to(std::int64_t row);

private:
    Status read_header();
    Result<std::string> to_json(std::string_view line) const;

    std::string document_id_;
    PackedLines lines_;
    Encoding encoding_;
    bool stated_;
    std::vector<std::string> columns_;  // empty name: not kept
    std::int64_t row_ = 0;
};

}  // namespace crossdock::connectors::amazon
