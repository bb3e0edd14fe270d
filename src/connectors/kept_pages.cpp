// SPDX-License-Identifier: Apache-2.0
#include "connectors/kept_pages.h"

namespace crossdock::connectors {
namespace {

constexpr std::chrono::minutes kLife{10};
constexpr std::size_t kMaxBytes = 16U * 1024 * 1024;

}  // namespace

std::optional<std::string> KeptPages::find(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    const auto found = pages_.find(key);
    if (found == pages_.end() || clock_.steady() - since_ > kLife) return std::nullopt;
    return found->second;
}

void KeptPages::keep(std::string key, std::string page) {
    const std::scoped_lock lock(mutex_);
    if (clock_.steady() - since_ > kLife || bytes_ > kMaxBytes) {
        pages_.clear();
        bytes_ = 0;
    }
    since_ = clock_.steady();  // a reading that moves on keeps all it has, however long it takes
    bytes_ += page.size();
    pages_.insert_or_assign(std::move(key), std::move(page));
}

void KeptPages::clear() {
    const std::scoped_lock lock(mutex_);
    pages_.clear();
    bytes_ = 0;
}

}  // namespace crossdock::connectors
