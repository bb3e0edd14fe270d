// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/item_rows.h"

#include <algorithm>
#include <iterator>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/walmart/csv.h"
#include "connectors/walmart/report_archive.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::chrono::minutes kDownload{5};
constexpr std::size_t kMostPacked = 64U * 1024 * 1024;
constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of UTF-8

/// Walmart's page "Request an item report". What changes from day to day and is no part of an item (prices of the Buy
/// Box, ratings, competitors) would make every item look changed, and is left out.
constexpr std::string_view kColumnsKept[]{"sku",
                                          "item id",
                                          "product name",
                                          "lifecycle status",
                                          "publish status",
                                          "status change reason",
                                          "product category",
                                          "product type",
                                          "price",
                                          "currency",
                                          "fulfillment type",
                                          "wpid",
                                          "gtin",
                                          "upc",
                                          "variant group id",
                                          "product condition",
                                          "brand"};
/// Without these a row says too little to be an item.
constexpr std::string_view kNeeded[]{"sku", "lifecycle status", "publish status"};

bool may_download_from(const Client& client, std::string_view url) {
    // Walmart's own addresses are https; only a stand-in for Walmart may hand out others.
    return url.starts_with("https://") || (url.starts_with("http://") && client.settings().url.starts_with("http://"));
}

}  // namespace

Result<std::unique_ptr<ItemRows>> ItemRows::open(Client& client, const std::string& report_id, const std::string& url) {
    if (!may_download_from(client, url))
        return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart named no usable address for a report"};
    std::unique_ptr<ItemRows> out(new ItemRows(report_id));
    ReportArchive archive;
    CsvReader table;
    const auto row = [&](const CsvReader::Row& cells) { return out->take(cells); };
    const auto text = [&](std::string_view piece) { return table.take(piece, row); };
    net::HttpRequest request;  // no token goes along: the address itself is the key
    request.url = url;
    request.deadline = kDownload;
    Status taken = ok();
    const auto response = client.runtime().http.download(request, [&](std::string_view piece) {
        taken = archive.take(piece, text);
        return taken && out->lines_.packed_bytes() <= kMostPacked;
    });
    if (!response) return response.error();
    if (response->status / 100 != 2)
        return Error{ErrorKind::unavailable, "walmart_report_unavailable",
                     "Walmart's report storage answered HTTP " + std::to_string(response->status) +
                         "; the address may have expired, a new one is asked for"};
    if (!taken) return taken.error();
    if (out->lines_.packed_bytes() > kMostPacked)
        return Error{ErrorKind::rejected, "walmart_report_too_large",
                     "Walmart's item report is larger than 64 MiB packed: more than this program reads"};
    if (auto ended = archive.finish(text); !ended) return ended.error();
    if (auto ended = table.finish(row); !ended) return ended.error();
    if (out->columns_.empty())
        return Error{ErrorKind::rejected, "walmart_report_columns", "Walmart's item report is empty"};
    out->lines_.finish();
    return out;
}

Status ItemRows::take(const std::vector<std::string>& cells) {
    if (columns_.empty()) {
        for (std::string_view name : cells) {
            if (columns_.empty() && name.starts_with(kMark)) name.remove_prefix(kMark.size());
            std::string column = to_lower(trim(name));
            if (std::find(std::begin(kColumnsKept), std::end(kColumnsKept), column) == std::end(kColumnsKept))
                column.clear();
            columns_.push_back(std::move(column));
        }
        for (const std::string_view needed : kNeeded)
            if (std::find(columns_.begin(), columns_.end(), needed) == columns_.end())
                return Error{ErrorKind::rejected, "walmart_report_columns",
                             "Walmart's item report has no column \"" + std::string{needed} + "\""};
        return ok();
    }
    std::string line;
    JsonWriter writer(line);
    writer.begin_object();
    for (std::size_t i = 0; i < std::min(cells.size(), columns_.size()); ++i) {
        const std::string_view cell = trim(cells[i]);
        if (cell.empty() || columns_[i].empty()) continue;
        writer.key(columns_[i]);
        if (is_valid_utf8(cell))
            writer.value(cell);
        else
            writer.value(std::string_view{to_valid_utf8(cell)});
    }
    // A row of another length has cells where they do not belong: it must not be believed.
    if (cells.size() != columns_.size()) writer.field("_columns", static_cast<std::int64_t>(cells.size()));
    writer.end_object();
    lines_.add(line);
    ++count_;
    return ok();
}

Status ItemRows::read(std::size_t most, std::vector<std::string>& rows) {
    for (std::size_t i = 0; i < most && row_ < count_; ++i) {
        std::string_view line;
        const auto there = lines_.next(line);
        if (!there) return there.error();
        if (!*there) break;
        ++row_;
        rows.emplace_back(line);
    }
    return ok();
}

Status ItemRows::skip_to(std::int64_t row) {
    std::string_view line;
    while (row_ < std::min(row, count_)) {
        if (const auto there = lines_.next(line); !there) return there.error();
        ++row_;
    }
    return ok();
}

}  // namespace crossdock::connectors::walmart
