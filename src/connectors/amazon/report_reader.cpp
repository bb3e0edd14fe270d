// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/report_reader.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::size_t kMaxPacked = 256U * 1024 * 1024;
constexpr std::size_t kUnpackAtOnce = 256U * 1024;
constexpr std::size_t kMaxLine = 1024U * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

Error broken_report(std::string_view what) {
    return {ErrorKind::unavailable, "amazon_document_broken", "Amazon's listing report " + std::string{what}};
}

}  // namespace

ReportReader::ReportReader(std::string document_id, std::string packed, Encoding encoding, bool stated)
    : document_id_(std::move(document_id)), packed_(std::move(packed)), encoding_(encoding), stated_(stated) {}

Result<std::unique_ptr<ReportReader>> ReportReader::open(Client& client, const std::string& document_id,
                                                         Encoding usual) {
    const auto answer =
        client.call({Operation::get_report_document, "/reports/2021-06-30/documents/" + path_part(document_id)});
    if (!answer) return answer.error();
    const auto place = document_place(client, *answer);
    if (!place) return place.error();
    std::string packed;
    Gzip packer;
    const auto head = download(client, *place, [&](std::string_view piece) {
        if (place->packed)
            packed += piece;
        else
            packer.pack(piece, packed);
        return packed.size() <= kMaxPacked;
    });
    if (!head) return head.error();
    if (packed.size() > kMaxPacked)
        return Error{ErrorKind::rejected, "amazon_report_too_large",
                     "Amazon's listing report is larger than 256 MiB packed: more than this program reads"};
    if (!place->packed) packer.finish(packed);
    bool stated = false;
    const Encoding encoding = encoding_of(head->content_type, usual, stated);
    auto reader = std::make_unique<ReportReader>(document_id, std::move(packed), encoding, stated);
    if (auto header = reader->read_header(); !header) return header.error();
    return reader;
}

/// A line without its end; false at the end of the document. The view holds until the next call.
Result<bool> ReportReader::next_line(std::string_view& line) {
    for (;;) {
        const auto end = text_.find('\n', at_);
        if (end != std::string::npos) {
            line = std::string_view{text_}.substr(at_, end - at_);
            at_ = end + 1;
            if (line.ends_with('\r')) line.remove_suffix(1);
            return true;
        }
        if (text_.size() - at_ > kMaxLine) return broken_report("has a line of more than a megabyte");
        text_.erase(0, at_);
        at_ = 0;
        std::string_view rest = std::string_view{packed_}.substr(used_);
        const std::size_t before = text_.size();
        if (auto done = unpacker_.unpack(rest, text_, kUnpackAtOnce); !done) return done.error();
        used_ = packed_.size() - rest.size();
        if (text_.size() > before) continue;
        if (!unpacker_.is_whole()) return broken_report("was cut off on its way");
        if (text_.empty()) return false;
        text_ += '\n';  // the last line may lack its end
    }
}

Status ReportReader::read_header() {
    std::string_view line;
    const auto there = next_line(line);
    if (!there) return there.error();
    if (!*there) return ok();  // no rows, and then no header is needed
    if (line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
        encoding_ = Encoding::utf8;
        stated_ = true;
    }
    bool has_sku = false;
    for (const auto& name : split(line, '\t')) {
        std::string column = to_lower(trim(name));
        has_sku = has_sku || column == "seller-sku";
        if (column == "item-description") column.clear();  // by far the largest, and nobody asks for it
        columns_.push_back(std::move(column));
    }
    if (has_sku) return ok();
    return Error{ErrorKind::rejected, "amazon_report_columns",
                 "Amazon's listing report has no column seller-sku; its first line begins with \"" +
                     quoted(to_valid_utf8(line.substr(0, 80))) + "\""};
}

Result<std::string> ReportReader::to_json(std::string_view line) const {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object();
    std::size_t index = 0;
    for (std::size_t at = 0; at <= line.size(); ++index) {
        const auto end = std::min(line.find('\t', at), line.size());
        const std::string_view value = trim(line.substr(at, end - at));
        at = end + 1;
        if (index >= columns_.size() || columns_[index].empty() || value.empty()) continue;
        auto text = to_utf8(value, encoding_, stated_);
        if (!text) return text.error();
        std::string key;
        append_json_string(key, columns_[index]);
        writer.key(std::string_view{key}.substr(1, key.size() - 2)).value(std::string_view{*text});
    }
    // A tab inside a text would move every column behind it: such a row must not be believed.
    if (index > columns_.size()) writer.field("_columns", static_cast<std::int64_t>(index));
    writer.end_object();
    return out;
}

Result<bool> ReportReader::read(std::size_t most, std::vector<std::string>& rows) {
    for (std::size_t i = 0; i < most;) {
        std::string_view line;
        const auto there = next_line(line);
        if (!there) return there.error();
        if (!*there) return false;
        ++row_;
        if (trim(line).empty()) continue;
        auto json = to_json(line);
        if (!json) return json.error();
        rows.push_back(std::move(*json));
        ++i;
    }
    return true;
}

Status ReportReader::skip_to(std::int64_t row) {
    while (row_ < row) {
        std::string_view line;
        const auto there = next_line(line);
        if (!there) return there.error();
        if (!*there) return broken_report("has fewer rows than when it was read before");
        ++row_;
    }
    return ok();
}

}  // namespace crossdock::connectors::amazon
