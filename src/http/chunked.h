// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::http {

/// Decodes the chunked transfer coding (RFC 9112, section 7.1) by its exact grammar: hex size, optional extensions,
/// CRLF, data, CRLF; a last chunk of size 0; trailer fields, which are checked and dropped. Feeds of any size give the
/// same result.
class ChunkedDecoder {
public:
    enum class State { more, done, malformed, too_large };

    /// `limit`: of the decoded body, in bytes. With `keep` false the data is counted and thrown away.
    ChunkedDecoder(std::size_t limit, bool keep) : limit_(limit), keep_(keep) {}

    /// Consumes a prefix of `bytes` (all of it while more is needed), appends the data to `body`. Returns how much it
    /// took.
    std::size_t feed(std::string_view bytes, std::string& body);
    [[nodiscard]] State state() const { return state_; }
    /// What is malformed, for the client.
    [[nodiscard]] const char* reason() const { return reason_; }

private:
    enum class Step { size, data, data_end, trailer };

    void take_size_line();
    void take_trailer_line();
    void fail(const char* reason);

    std::size_t limit_;
    bool keep_;
    State state_ = State::more;
    Step step_ = Step::size;
    const char* reason_ = "";
    std::string line_;             // without CRLF, while it arrives in pieces
    std::uint64_t remaining_ = 0;  // of the current chunk
    std::uint64_t total_ = 0;
    std::size_t extension_bytes_ = 0;  // over all chunks
    std::size_t trailer_bytes_ = 0;
    std::size_t trailers_ = 0;
};

}  // namespace crossdock::http
