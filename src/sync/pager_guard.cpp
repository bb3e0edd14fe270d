// SPDX-License-Identifier: Apache-2.0
#include "sync/pager_guard.h"

#include <algorithm>
#include <charconv>

namespace crossdock::sync {
namespace {

constexpr std::size_t kRemembered = 600;  // ids: some pages of any provider
constexpr int kMaxStalePages = 3;

/// FNV-1a: small and the same everywhere; a clash only costs an early look.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 14695981039346656037U;
    for (const char c : text) {
        value ^= static_cast<unsigned char>(c);
        value *= 1099511628211U;
    }
    return value;
}

std::uint64_t take_number(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty()) text.remove_prefix(1);
    return value;
}

void put_number(std::string& out, std::uint64_t value) {
    char digits[17];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value, 16);
    out.append(digits, end);
    out += ' ';
}

}  // namespace

PagerGuard PagerGuard::resume(std::string_view memory, int most_empty_pages) {
    PagerGuard guard;
    guard.most_empty_pages_ = most_empty_pages;
    if (memory.empty()) return guard;
    guard.pages_ = static_cast<std::int64_t>(take_number(memory));
    guard.empty_pages_ = static_cast<int>(take_number(memory));
    guard.stale_pages_ = static_cast<int>(take_number(memory));
    guard.checkpoint_ = take_number(memory);
    guard.checkpoint_at_ = static_cast<std::int64_t>(take_number(memory));
    while (!memory.empty()) guard.recent_.push_back(take_number(memory));
    return guard;
}

std::string PagerGuard::memory() const {
    std::string out;
    put_number(out, static_cast<std::uint64_t>(pages_));
    put_number(out, static_cast<std::uint64_t>(empty_pages_));
    put_number(out, static_cast<std::uint64_t>(stale_pages_));
    put_number(out, checkpoint_);
    put_number(out, static_cast<std::uint64_t>(checkpoint_at_));
    for (const std::uint64_t id : recent_) put_number(out, id);
    return out;
}

std::optional<domain::Problem> PagerGuard::look(std::string_view asked_token, std::string_view next_token,
                                                const std::vector<std::string>& ids) {
    ++pages_;
    if (next_token.empty()) return std::nullopt;
    const auto stuck = [&](const std::string& what) {
        return domain::Problem{"pager_stuck", "the channel's list does not come to an end: " + what + " (page " +
                                                  std::to_string(pages_) +
                                                  "); nothing is lost, the same stretch is read again later"};
    };
    if (next_token == asked_token) return stuck("it returned the page token it was asked with");
    const std::uint64_t token = hash(next_token);
    if (checkpoint_ != 0 && token == checkpoint_) return stuck("its page tokens go round in a circle");
    if (pages_ >= checkpoint_at_) {
        checkpoint_ = token;
        checkpoint_at_ = pages_ * 2;
    }
    if (pages_ >= kMaxPages) return stuck("more than " + std::to_string(kMaxPages) + " pages");

    empty_pages_ = ids.empty() ? empty_pages_ + 1 : 0;
    if (empty_pages_ >= most_empty_pages_)
        return stuck(std::to_string(most_empty_pages_) + " empty pages one after the other, each with a token");
    if (!ids.empty()) {
        bool anything_new = false;
        std::vector<std::uint64_t> hashes;
        for (const std::string& id : ids) {
            hashes.push_back(hash(id));
            if (std::find(recent_.begin(), recent_.end(), hashes.back()) == recent_.end()) anything_new = true;
        }
        stale_pages_ = anything_new ? 0 : stale_pages_ + 1;
        if (stale_pages_ >= kMaxStalePages) return stuck("pages with fresh tokens repeat the same entries");
        recent_.insert(recent_.end(), hashes.begin(), hashes.end());
        if (recent_.size() > kRemembered) recent_.erase(recent_.begin(), recent_.end() - static_cast<std::ptrdiff_t>(kRemembered));
    }
    return std::nullopt;
}

}  // namespace crossdock::sync
