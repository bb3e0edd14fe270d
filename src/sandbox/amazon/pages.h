// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace crossdock::sandbox::amazon {

/// What a page token says: where to go on, in the words of the operation that issued it.
struct PagePosition {
    std::string at;     // of the operation
    std::string bound;  // what the first page fixed for all pages
};

/// Signs page tokens and reads them back. A token is base64 with "+", "/" and "=", bound to one operation and to the
/// parameters it was asked with, and it ages.
class Pages {
public:
    explicit Pages(std::uint64_t seed) : seed_(seed) {}

    std::string issue(std::string_view operation, std::string_view parameters, const PagePosition& position,
                      Timestamp now);
    enum class Verdict { good, unreadable, other_parameters, expired };
    Verdict read(const std::string& token, std::string_view operation, std::string_view parameters,
                 std::chrono::seconds life, Timestamp now, PagePosition& position) const;
    void expire_all() { ++generation_; }

private:
    std::uint64_t seed_;
    std::uint64_t issued_ = 0;
    int generation_ = 0;
};

/// A place in a list that is sorted by time, as PagePosition::at: behind it the next page begins.
std::string place_text(Timestamp at, std::uint32_t index);
std::pair<Timestamp, std::uint32_t> place_of(const std::string& text);

}  // namespace crossdock::sandbox::amazon
