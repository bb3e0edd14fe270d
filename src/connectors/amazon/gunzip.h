// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace crossdock::connectors::amazon {

/// Unpacks gzip as it comes in, members one after the other. Needs some 40 KiB whatever the document's size.
class Gunzip {
public:
    Gunzip();
    ~Gunzip();
    Gunzip(const Gunzip&) = delete;
    Gunzip& operator=(const Gunzip&) = delete;

    /// Unpacks from `in`, which loses what was used, into `out`, which grows by about `most` bytes at the most.
    /// Errors: unavailable, `amazon_document_broken`.
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
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;
    void pack(std::string_view in, std::string& out);
    void finish(std::string& out);

private:
    void run(std::string_view in, std::string& out, bool end);
    struct State;
    std::unique_ptr<State> state_;
};

/// All of it. Errors: unavailable, when it is broken, cut, or larger than `most`.
Result<std::string> gunzip(std::string_view packed, std::size_t most);

}  // namespace crossdock::connectors::amazon
