// SPDX-License-Identifier: Apache-2.0
#include "sync/window.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "sync/pager_guard.h"

namespace crossdock::sync {

Window::Window(store::Stream stream, int most_empty_pages)
    : stream_(std::move(stream)),
      started_token_(stream_.page_token),
      started_page_(stream_.page_number),
      started_generation_(stream_.generation),
      most_empty_pages_(most_empty_pages) {
    if (const auto state = parse_json(stream_.state); state && state->is_object()) {
        guard_ = state->value("guard", "");
        changes_ = state->value("changes", std::int64_t{0});
        failures_ = state->value("failures", 0);
        expected_ = state->value("expected", std::int64_t{0});
    }
}

void Window::open(Timestamp from) {
    if (is_open()) return;
    stream_.window_from = from;
    stream_.window_upto.reset();
    begin_anew();
}

void Window::restart() {
    ++failures_;
    begin_anew();
}

void Window::begin_anew() {
    stream_.page_token.clear();
    stream_.page_number = 0;
    stream_.seen = 0;
    guard_.clear();
    changes_ = 0;
    expected_ = 0;
}

void Window::complete() {
    // The watermark never goes back, whatever the provider's clock does.
    if (stream_.window_upto) stream_.watermark = std::max(stream_.watermark.value_or(*stream_.window_upto), *stream_.window_upto);
    stream_.window_from.reset();
    stream_.window_upto.reset();
    stream_.page_token.clear();
    stream_.page_number = 0;
    guard_.clear();
    failures_ = 0;
    ++stream_.generation;
}

std::optional<domain::Problem> Window::advance(const std::string& next_token, const std::vector<std::string>& ids,
                                               std::optional<Timestamp> provider_now, Timestamp local_now,
                                               std::chrono::milliseconds lag, std::int64_t changes) {
    PagerGuard guard = PagerGuard::resume(guard_, most_empty_pages_);
    const auto problem = guard.look(stream_.page_token, next_token, ids);
    if (first_page()) stream_.window_upto = provider_now.value_or(local_now) - lag;
    stream_.seen += static_cast<std::int64_t>(ids.size());
    changes_ += changes;
    if (problem) {
        stream_.window_from.reset();
        stream_.window_upto.reset();
        restart();
        ++stream_.generation;
        return problem;
    }
    guard_ = guard.memory();
    ++stream_.page_number;
    stream_.page_token = next_token;
    if (next_token.empty()) complete();
    return std::nullopt;
}

void Window::wait_at(const std::string& token) { stream_.page_token = token; }

bool Window::continues(const store::Stream& now_stored) const {
    return now_stored.page_token == started_token_ && now_stored.page_number == started_page_ &&
           now_stored.generation == started_generation_;
}

store::Stream Window::to_save() const {
    store::Stream saved = stream_;
    nlohmann::json state = nlohmann::json::object();
    if (const auto held = parse_json(stream_.state); held && held->is_object()) state = *held;
    state["guard"] = guard_;
    state["changes"] = changes_;
    state["failures"] = failures_;
    state["expected"] = expected_;
    saved.state = state.dump();
    return saved;
}

std::optional<WalkProgress> progress_of(const store::Stream& stream) {
    if (!stream.window_from || stream.page_token.empty()) return std::nullopt;
    WalkProgress progress;
    progress.seen = stream.seen;
    progress.waits = stream.page_number == 0;
    if (const auto state = parse_json(stream.state); state && state->is_object())
        progress.total = state->value("expected", std::int64_t{0});
    return progress;
}

std::string words_of(const WalkProgress& progress) {
    if (progress.waits) return "the channel is making its list";
    return std::to_string(progress.seen) + (progress.total > 0 ? " of " + std::to_string(progress.total) : "") + " read";
}

}  // namespace crossdock::sync
