// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "connectors/connector.h"
#include "domain/problem.h"
#include "store/stream_repo.h"

namespace crossdock::sync {

/// One walk of a stream through a channel's changes, page by page: from the watermark (less an overlap) up to the
/// provider's own now (less the lag of its lists). Its state is the stream's row.
class Window {
public:
    static constexpr std::chrono::minutes kOverlap{10};

    explicit Window(store::Stream stream, int most_empty_pages = connectors::kMostEmptyPages);

    /// Opens a walk at `from` unless one is under way.
    void open(Timestamp from);
    [[nodiscard]] bool is_open() const { return stream_.window_from.has_value(); }
    [[nodiscard]] Timestamp from() const { return *stream_.window_from; }
    [[nodiscard]] const std::string& token() const { return stream_.page_token; }

    /// Takes note of a page that was stored. `provider_now` of the first page sets the walk's end. Returns a problem when
    /// the pages lead nowhere: then the walk is given up and the watermark stays.
    std::optional<domain::Problem> advance(const std::string& next_token, const std::vector<std::string>& ids,
                                           std::optional<Timestamp> provider_now, Timestamp local_now,
                                           std::chrono::milliseconds lag, std::int64_t changes);
    /// The provider is not ready with the page yet (a report that is being made): the walk goes on from `token` later.
    /// Nothing was seen, so nothing counts.
    void wait_at(const std::string& token);
    /// The channel does not accept the page token any more: the walk starts over.
    void restart();
    /// How many walks in a row came to nothing (started over, or given up) since one came to its end.
    [[nodiscard]] int failures() const { return failures_; }
    /// Everything between the walk's ends is held: the watermark moves to its end.
    void complete();
    /// How many the whole walk will see, as the channel says; 0: it does not say.
    void expect(std::int64_t total) { expected_ = total > 0 ? total : expected_; }
    /// What else the stream must remember.
    void set_state(std::string state) { stream_.state = std::move(state); }

    [[nodiscard]] bool first_page() const { return stream_.page_number == 0; }
    [[nodiscard]] std::int64_t changes() const { return changes_; }
    [[nodiscard]] std::int64_t expected() const { return expected_; }
    [[nodiscard]] const store::Stream& stream() const { return stream_; }
    /// Whether the row still says what this walk started from: nobody else moved the stream meanwhile.
    [[nodiscard]] bool continues(const store::Stream& now_stored) const;
    /// The row to save.
    [[nodiscard]] store::Stream to_save() const;

private:
    store::Stream stream_;
    std::string started_token_;
    std::int64_t started_page_ = 0, started_generation_ = 0;
    std::string guard_;
    std::int64_t changes_ = 0;  // since the walk began
    std::int64_t expected_ = 0;
    int failures_ = 0;
    int most_empty_pages_;

    void begin_anew();
};

/// A walk under way, for people.
struct WalkProgress {
    std::int64_t seen = 0;
    std::int64_t total = 0;  // 0: not known
    bool waits = false;      // for the channel to make its list
};
/// None when the stream has no walk under way, or one that has seen nothing yet.
std::optional<WalkProgress> progress_of(const store::Stream& stream);
/// "45000 of 200000 read", "45000 read", "the channel is making its list".
std::string words_of(const WalkProgress& progress);

}  // namespace crossdock::sync
