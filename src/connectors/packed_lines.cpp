// SPDX-License-Identifier: Apache-2.0
#include "connectors/packed_lines.h"

namespace crossdock::connectors {
namespace {

constexpr std::size_t kAtOnce = 256U * 1024;
constexpr std::size_t kLongestLine = 1024U * 1024;

Error broken_lines(std::string_view what) {
    return {ErrorKind::unavailable, "document_broken", "the channel's document " + std::string{what}};
}

}  // namespace

void PackedLines::add(std::string_view line) {
    to_pack_ += line;
    to_pack_ += '\n';
    if (to_pack_.size() < kAtOnce) return;
    packer_.pack(to_pack_, packed_);
    to_pack_.clear();
}

void PackedLines::finish() {
    packer_.pack(to_pack_, packed_);
    packer_.finish(packed_);
    to_pack_ = {};
    packed_.shrink_to_fit();
}

Result<bool> PackedLines::next(std::string_view& line) {
    for (;;) {
        const auto end = text_.find('\n', at_);
        if (end != std::string::npos) {
            line = std::string_view{text_}.substr(at_, end - at_);
            at_ = end + 1;
            if (line.ends_with('\r')) line.remove_suffix(1);
            return true;
        }
        if (text_.size() - at_ > kLongestLine) return broken_lines("has a line of more than a megabyte");
        text_.erase(0, at_);
        at_ = 0;
        std::string_view rest = std::string_view{packed_}.substr(used_);
        const std::size_t before = text_.size();
        if (auto done = unpacker_.unpack(rest, text_, kAtOnce); !done) return done.error();
        used_ = packed_.size() - rest.size();
        if (text_.size() > before) continue;
        if (!unpacker_.is_whole()) return broken_lines("was cut off on its way; it is downloaded again");
        if (text_.empty()) return false;
        text_ += '\n';  // the last line may lack its end
    }
}

}  // namespace crossdock::connectors
