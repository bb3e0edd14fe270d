// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "connectors/packed_lines.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// The rows of an item report that was downloaded, one after the other. Of each the columns that an item is made of are
/// kept, packed: two hundred thousand rows need some megabytes, however much the report says of ratings and pictures.
class ItemRows {
public:
    /// Downloads and reads the report from Walmart's storage. Errors: unavailable (`walmart_report_unavailable`,
    /// `document_broken`, the transport's own); rejected (`walmart_report_columns`, `walmart_report_packing`,
    /// `walmart_report_too_large`), when it is none that can be read.
    static Result<std::unique_ptr<ItemRows>> open(Client& client, const std::string& report_id, const std::string& url);

    [[nodiscard]] const std::string& report_id() const { return report_id_; }
    /// How many rows were read, and how many there are.
    [[nodiscard]] std::int64_t row() const { return row_; }
    [[nodiscard]] std::int64_t count() const { return count_; }

    /// Appends up to `most` rows as JSON objects, {"sku":"…","product name":"…",…}; names in small letters, without
    /// what is empty.
    Status read(std::size_t most, std::vector<std::string>& rows);
    /// Goes on to this row without keeping any.
    Status skip_to(std::int64_t row);

private:
    explicit ItemRows(std::string report_id) : report_id_(std::move(report_id)) {}
    Status take(const std::vector<std::string>& cells);

    std::string report_id_;
    std::vector<std::string> columns_;  // empty name: not kept
    PackedLines lines_;
    std::int64_t row_ = 0, count_ = 0;
};

}  // namespace crossdock::connectors::walmart
