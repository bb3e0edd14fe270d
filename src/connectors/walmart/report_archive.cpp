// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/report_archive.h"

#include <algorithm>

namespace crossdock::connectors::walmart {
namespace {

constexpr std::size_t kUnpackAtOnce = 256U * 1024;
constexpr std::size_t kHeader = 30;  // of a file in an archive, before its name
constexpr std::size_t kDescriptor = 8;
constexpr std::string_view kFileMark{"PK\x03\x04", 4}, kDescriptorMark{"PK\x07\x08", 4}, kGzipMark{"\x1f\x8b", 2};

Error broken_archive(std::string_view what) {
    return {ErrorKind::unavailable, "document_broken",
            "Walmart's report " + std::string{what} + "; it is downloaded again"};
}

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < size; ++i)
        out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8U * static_cast<unsigned>(i));
    return out;
}

}  // namespace

Status ReportArchive::give(std::string_view text, const Sink& sink) {
    if (text.empty()) return ok();
    sum_ = checksum(sum_, text);
    return sink(text);
}

Status ReportArchive::unpack(std::string_view& piece, Gunzip& unpacker, const Sink& sink) {
    text_.clear();
    if (auto done = unpacker.unpack(piece, text_, kUnpackAtOnce); !done) return done;
    return give(text_, sink);
}

/// What the first bytes say. Waits for more of them unless these are the last.
Status ReportArchive::read_head(const Sink& sink, bool last) {
    const std::string_view head = head_;
    std::size_t begin = 0;
    if (head.size() < kFileMark.size() && !last) return ok();
    if (head.starts_with(kFileMark)) {
        const std::size_t known = head.size();
        const std::size_t whole = known < kHeader ? kHeader : kHeader + number(head, 26, 2) + number(head, 28, 2);
        if (known < whole) return last ? Status{broken_archive("was cut off on its way")} : ok();
        const std::uint32_t flags = number(head, 6, 2), method = number(head, 8, 2);
        const bool encrypted = (flags & 1U) != 0;
        has_descriptor_ = (flags & 8U) != 0;
        is_zip_ = true;
        stated_sum_ = number(head, 14, 4);
        left_ = number(head, 18, 4);
        const bool known_length = !has_descriptor_ && left_ != 0xFFFFFFFFU;
        if (encrypted || (method != 8 && (method != 0 || !known_length)))
            return Error{ErrorKind::rejected, "walmart_report_packing",
                         "Walmart packed its report in a way that is not known (ZIP method " + std::to_string(method) +
                             ", flags " + std::to_string(flags) + ")"};
        stage_ = method == 8 ? Stage::deflated : Stage::stored;
        begin = whole;
    } else {
        stage_ = head.starts_with(kGzipMark) ? Stage::gzip : Stage::plain;
    }
    const std::string rest = head_.substr(begin);
    head_ = {};
    return take(rest, sink);
}

Status ReportArchive::take(std::string_view piece, const Sink& sink) {
    if (stage_ == Stage::head) {
        head_ += piece;
        return read_head(sink, false);
    }
    while (!piece.empty()) {
        switch (stage_) {
            case Stage::plain:
                if (auto done = give(piece, sink); !done) return done;
                return ok();
            case Stage::gzip:
                if (auto done = unpack(piece, gzip_, sink); !done) return done;
                break;
            case Stage::deflated: {
                const std::size_t before = piece.size();
                if (auto done = unpack(piece, deflate_, sink); !done) return done;
                if (deflate_.is_whole() && (text_.empty() || piece.size() == before)) stage_ = Stage::behind;
                break;
            }
            case Stage::stored: {
                const auto part =
                    piece.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, piece.size())));
                if (auto done = give(part, sink); !done) return done;
                left_ -= part.size();
                piece.remove_prefix(part.size());
                if (left_ == 0) stage_ = Stage::behind;
                break;
            }
            case Stage::behind:
                behind_ += piece.substr(0, kDescriptor - std::min(kDescriptor, behind_.size()));
                return ok();
            case Stage::head: return ok();
        }
    }
    return ok();
}

Status ReportArchive::check_sum() const {
    std::uint32_t stated = stated_sum_;
    if (has_descriptor_) {
        const std::size_t at = behind_.starts_with(kDescriptorMark) ? 4 : 0;
        if (behind_.size() < at + 4) return broken_archive("was cut off on its way");
        stated = number(behind_, at, 4);
    }
    return stated == sum_ ? ok() : Status{broken_archive("does not fit its checksum")};
}

Status ReportArchive::finish(const Sink& sink) {
    if (stage_ == Stage::head)
        if (auto done = read_head(sink, true); !done) return done;
    for (Gunzip* unpacker : {&gzip_, &deflate_}) {  // what the last piece held and was not given on yet
        do {
            std::string_view nothing;
            if (auto done = unpack(nothing, *unpacker, sink); !done) return done;
        } while (!text_.empty());
        if (!unpacker->is_whole()) return broken_archive("was cut off on its way");
    }
    if (stage_ == Stage::stored && left_ > 0) return broken_archive("was cut off on its way");
    return is_zip_ ? check_sum() : ok();
}

}  // namespace crossdock::connectors::walmart
