// SPDX-License-Identifier: Apache-2.0
#include "http/chunked.h"

#include <algorithm>

#include "base/text.h"
#include "http/fields.h"

namespace crossdock::http {
namespace {

constexpr std::size_t kMaxSizeDigits = 16;  // 64 bits
constexpr std::size_t kMaxSizeLine = 1024 + kMaxSizeDigits;
constexpr std::size_t kMaxExtensionBytes = 16 * 1024;  // over the whole body: extensions are never of use to us
constexpr std::size_t kMaxTrailerLine = 8 * 1024;
constexpr std::size_t kMaxTrailerBytes = 32 * 1024;
constexpr std::size_t kMaxTrailers = 100;

}  // namespace

void ChunkedDecoder::fail(const char* reason) {
    state_ = State::malformed;
    reason_ = reason;
}

void ChunkedDecoder::take_size_line() {
    std::size_t digits = 0;
    std::uint64_t size = 0;
    while (digits < line_.size() && hex_digit(line_[digits]) >= 0) {
        if (digits == kMaxSizeDigits) return fail("a chunk size has more than 16 digits");
        size = size * 16 + static_cast<std::uint64_t>(hex_digit(line_[digits]));
        ++digits;
    }
    if (digits == 0) return fail("a chunk size is not a hexadecimal number");
    auto extension = std::string_view{line_}.substr(digits);
    if (!extension.empty()) {
        const auto semicolon = extension.find_first_not_of(" \t");
        if (semicolon == std::string_view::npos || extension[semicolon] != ';') {
            return fail("a chunk size is followed by something that is not an extension");
        }
        if (!is_field_value(extension)) return fail("a chunk extension holds a control character");
        extension_bytes_ += extension.size();
        if (extension_bytes_ > kMaxExtensionBytes) return fail("chunk extensions are too long");
    }
    line_.clear();
    if (size > limit_ - std::min<std::uint64_t>(total_, limit_)) {
        state_ = State::too_large;
        return;
    }
    remaining_ = size;
    total_ += size;
    step_ = size == 0 ? Step::trailer : Step::data;
}

void ChunkedDecoder::take_trailer_line() {
    if (line_.empty()) {
        state_ = State::done;
        return;
    }
    if (const auto field = parse_field_line(line_); field.fault != nullptr) return fail("a trailer line is malformed");
    trailer_bytes_ += line_.size();
    if (++trailers_ > kMaxTrailers || trailer_bytes_ > kMaxTrailerBytes) return fail("the trailers are too long");
    line_.clear();
}

std::size_t ChunkedDecoder::feed(std::string_view bytes, std::string& body) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ == State::more) {
        if (step_ == Step::data) {
            const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size() - at));
            if (keep_) body.append(bytes.substr(at, take));
            at += take;
            remaining_ -= take;
            if (remaining_ == 0) step_ = Step::data_end;
            continue;
        }
        if (step_ == Step::data_end) {
            // Exactly CRLF; line_ holds "\r" while the two arrive apart.
            const char expected = line_.empty() ? '\r' : '\n';
            if (bytes[at] != expected) {
                fail("chunk data is not followed by CRLF");
                break;
            }
            ++at;
            if (expected == '\r') {
                line_ = "\r";
            } else {
                line_.clear();
                step_ = Step::size;
            }
            continue;
        }
        const std::size_t limit = step_ == Step::size ? kMaxSizeLine : kMaxTrailerLine;
        const auto newline = bytes.find('\n', at);
        const auto end = std::min(newline, bytes.size());
        if (line_.size() + (end - at) > limit + 1) {
            fail(step_ == Step::size ? "a chunk size line is longer than 1 KiB"
                                     : "a trailer line is longer than 8 KiB");
            break;
        }
        line_.append(bytes.substr(at, end - at));
        at = end;
        if (newline == std::string_view::npos) break;
        ++at;
        if (line_.empty() || line_.back() != '\r') {
            fail("a line of the chunked body ends in LF without CR");
            break;
        }
        line_.pop_back();
        if (line_.find('\r') != std::string::npos) {
            fail("a line of the chunked body holds a bare CR");
            break;
        }
        if (step_ == Step::size) {
            take_size_line();
        } else {
            take_trailer_line();
        }
    }
    return at;
}

}  // namespace crossdock::http
