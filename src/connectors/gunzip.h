// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crossdock::connectors {

/// Unpacks as it comes in: gzip, members one after the other, or one bare deflate stream, as it lies in a ZIP archive.
/// Needs some 40 KiB whatever the document's size.
class Gunzip {
public:
    enum class Format { gzip, deflate };
    explicit Gunzip(Format format = Format::gzip);
    ~Gunzip();
    Gunzip(Gunzip&&) noexcept;
    Gunzip& operator=(Gunzip&&) noexcept;

    /// Unpacks from `in`, which loses what was used, into `out`, which grows by about `most` bytes at the most.
    /// What stands behind a deflate stream's end is not used. Errors: unavailable, `document_broken`.
    Status unpack(std::string_view& in, std::string& out, std::size_t most);
    /// Whether everything so far was whole members: a document that ends elsewhere was cut.
    [[nodiscard]] bool is_whole() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Packs as it comes in, quickly: for documents that came unpacked and must be kept small.
class Gzip {
public:
    Gzip();
    ~Gzip();
    Gzip(Gzip&&) noexcept;
    Gzip& operator=(Gzip&&) noexcept;
    void pack(std::string_view in, std::string& out);
    void finish(std::string& out);

private:
    void run(std::string_view in, std::string& out, bool end);
    struct State;
    std::unique_ptr<State> state_;
};

/// CRC-32 of what came before, which is 0 at the start, and these bytes: what gzip and ZIP check their contents with.
std::uint32_t checksum(std::uint32_t before, std::string_view bytes);

/// All of it. Errors: unavailable, when it is broken, cut, or larger than `most`.
Result<std::string> gunzip(std::string_view packed, std::size_t most);

}  // namespace crossdock::connectors
