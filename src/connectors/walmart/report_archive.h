// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/gunzip.h"

namespace crossdock::connectors::walmart {

/// Unpacks a report as it comes down. Walmart's are ZIP archives with one file in them; gzip and plain text were seen
/// of others, so the first bytes decide. Source of the format: PKWARE's APPNOTE.TXT, 4.3.
class ReportArchive {
public:
    using Sink = std::function<Status(std::string_view)>;
    /// Gives on what is unpacked, a piece at a time. Errors: unavailable, `document_broken`; rejected,
    /// `walmart_report_packing`; the sink's own.
    Status take(std::string_view piece, const Sink& sink);
    /// Errors: unavailable, `document_broken`, when the archive was cut off or does not fit its checksum.
    Status finish(const Sink& sink);

private:
    enum class Stage { head, deflated, stored, gzip, plain, behind };
    Status read_head(const Sink& sink, bool last);
    Status unpack(std::string_view& piece, Gunzip& unpacker, const Sink& sink);
    Status give(std::string_view text, const Sink& sink);
    Status check_sum() const;

    Stage stage_ = Stage::head;
    std::string head_;  // until it is known what comes
    Gunzip gzip_, deflate_{Gunzip::Format::deflate};
    std::string text_;
    bool has_descriptor_ = false, is_zip_ = false;
    std::uint64_t left_ = 0;  // of a file that is stored as it is
    std::uint32_t sum_ = 0, stated_sum_ = 0;
    std::string behind_;  // the first bytes behind the file
};

}  // namespace crossdock::connectors::walmart
