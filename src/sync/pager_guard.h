// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "domain/problem.h"

namespace crossdock::sync {

/// Watches one walk through a provider's pages and says when the pages lead nowhere: the same page token again, tokens
/// that go round in a circle, page after page with the same entries, or more pages than any real list has. Empty pages
/// whose tokens move are progress: some providers go through a year of days with nothing in them. How many in a row are
/// believed is the source's word. The guard's memory travels with the stream from page to page, as a short text.
class PagerGuard {
public:
    static constexpr std::int64_t kMaxPages = 20'000;
    /// In a row: the last resort against ever new tokens with nothing behind them.
    static constexpr int kMaxEmptyPages = connectors::kMostEmptyPages;

    /// `memory` is what memory() returned for the page before; empty at the start of a walk.
    static PagerGuard resume(std::string_view memory, int most_empty_pages = kMaxEmptyPages);

    /// Looks at a page: where it leads and what it held. A problem ends the walk: nothing behind it can be trusted.
    std::optional<domain::Problem> look(std::string_view asked_token, std::string_view next_token,
                                        const std::vector<std::string>& ids);
    [[nodiscard]] std::string memory() const;

private:
    int most_empty_pages_ = kMaxEmptyPages;
    std::int64_t pages_ = 0;
    int empty_pages_ = 0;
    int stale_pages_ = 0;                 // pages whose every id stood on one of the last pages
    std::uint64_t checkpoint_ = 0;        // a token's hash, renewed at every power of two: finds circles of any length
    std::int64_t checkpoint_at_ = 1;
    std::vector<std::uint64_t> recent_;   // hashes of the ids of the last pages
};

}  // namespace crossdock::sync
