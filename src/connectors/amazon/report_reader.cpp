// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/report_reader.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::size_t kMaxPacked = 64U * 1024 * 1024;
constexpr std::size_t kUnpackAtOnce = 256U * 1024;
constexpr std::size_t kMaxLine = 1024U * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDescription = "item-description";

Error broken_report(std::string_view what) {
    return {ErrorKind::unavailable, "document_broken", "Amazon's listing report " + std::string{what}};
}

/// Takes a report in as it comes down and keeps its lines packed, without the descriptions: they are by far the largest
/// part of it, and nobody asks for them. The whole of it is never in memory.
class Intake {
public:
    explicit Intake(bool packed) : packed_(packed) {}

    Status take(std::string_view piece) {
        if (!packed_) {
            text_ += piece;
            return split_lines();
        }
        while (!piece.empty())
            if (auto done = unpack(piece); !done) return done;
        return ok();
    }
    Status finish() {
        if (packed_) {
            for (std::size_t before = 1; before != came_;) {  // what the last piece held and was not given out yet
                before = came_;
                std::string_view nothing;
                if (auto done = unpack(nothing); !done) return done;
            }
            if (!unpacker_.is_whole()) return broken_report("was cut off on its way; it is downloaded again");
        }
        if (!text_.empty()) add(text_);
        lines_.finish();
        return ok();
    }
    [[nodiscard]] bool is_too_large() const { return lines_.packed_bytes() > kMaxPacked; }
    PackedLines lines() { return std::move(lines_); }

private:
    Status unpack(std::string_view& piece) {
        const std::size_t before = text_.size();
        if (auto done = unpacker_.unpack(piece, text_, kUnpackAtOnce); !done) return done;
        came_ += text_.size() - before;
        return split_lines();
    }
    Status split_lines() {
        std::size_t at = 0;
        for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', at)) {
            add(std::string_view{text_}.substr(at, end - at));
            at = end + 1;
        }
        text_.erase(0, at);
        return text_.size() > kMaxLine ? Status{broken_report("has a line of more than a megabyte")} : ok();
    }
    void add(std::string_view line) {
        if (first_) {
            first_ = false;
            const auto names = split(line, '\t');
            for (std::size_t i = 0; i < names.size(); ++i)
                if (to_lower(trim(names[i])) == kDescription) description_ = i;
            return lines_.add(line);
        }
        std::size_t begin = 0;
        for (std::size_t column = 0; column < description_ && begin != std::string::npos; ++column) {
            begin = line.find('\t', begin);
            if (begin != std::string::npos) ++begin;
        }
        if (begin == std::string::npos) return lines_.add(line);
        const auto end = std::min(line.find('\t', begin), line.size());
        kept_.assign(line.substr(0, begin));
        kept_ += line.substr(end);
        lines_.add(kept_);
    }

    bool packed_, first_ = true;
    std::size_t description_ = std::string::npos;  // which column
    std::size_t came_ = 0;
    Gunzip unpacker_;
    std::string text_, kept_;
    PackedLines lines_;
};

}  // namespace

ReportReader::ReportReader(std::string document_id, PackedLines lines, Encoding encoding, bool stated)
    : document_id_(std::move(document_id)), lines_(std::move(lines)), encoding_(encoding), stated_(stated) {}

Result<std::unique_ptr<ReportReader>> ReportReader::open(Client& client, const std::string& document_id,
                                                         Encoding usual) {
    const auto answer =
        client.call({Operation::get_report_document, "/reports/2021-06-30/documents/" + path_part(document_id)});
    if (!answer) return answer.error();
    const auto place = document_place(client, *answer);
    if (!place) return place.error();
    Intake intake(place->packed);
    Status taken = ok();
    const auto head = download(client, *place, [&](std::string_view piece) {
        taken = intake.take(piece);
        return taken && !intake.is_too_large();
    });
    if (!head) return head.error();
    if (!taken) return taken.error();
    if (intake.is_too_large())
        return Error{ErrorKind::rejected, "amazon_report_too_large",
                     "Amazon's listing report is larger than 64 MiB packed, descriptions left out: more than this "
                     "program reads"};
    if (auto ended = intake.finish(); !ended) return ended.error();
    bool stated = false;
    const Encoding encoding = encoding_of(head->content_type, usual, stated);
    auto reader = std::make_unique<ReportReader>(document_id, intake.lines(), encoding, stated);
    if (auto header = reader->read_header(); !header) return header.error();
    return reader;
}

Status ReportReader::read_header() {
    std::string_view line;
    const auto there = lines_.next(line);
    if (!there) return there.error();
    if (!*there) return ok();  // no rows, and then no header is needed
    if (line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
        encoding_ = Encoding::utf8;
        stated_ = true;
    }
    bool has_sku = false;
    for (const auto& name : split(line, '\t')) {
        std::string column = to_valid_utf8(to_lower(trim(name)));  // becomes a name in JSON
        has_sku = has_sku || column == "seller-sku";
        if (column == kDescription) column.clear();
        columns_.push_back(std::move(column));
    }
    if (has_sku) return ok();
    return Error{ErrorKind::rejected, "amazon_report_columns",
                 "Amazon's listing report has no column seller-sku; its first line begins with \"" +
                     in_quotes(to_valid_utf8(line.substr(0, 80))) + "\""};
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
        const auto there = lines_.next(line);
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
        const auto there = lines_.next(line);
        if (!there) return there.error();
        if (!*there) return broken_report("has fewer rows than when it was read before");
        ++row_;
    }
    return ok();
}

}  // namespace crossdock::connectors::amazon
