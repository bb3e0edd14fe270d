// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

namespace crossdock::api {

/// The Idempotency-Keys of the requests that run now. On disk there is no such state: a process that dies forgets them,
/// and what they did was not committed. Thread-safe.
class RunningKeys {
public:
    /// Holds a key until it goes out of scope.
    class Turn {
    public:
        Turn(RunningKeys& keys, std::string key) : keys_(&keys), key_(std::move(key)) {}
        ~Turn() {
            if (keys_ != nullptr) keys_->end(key_);
        }
        Turn(Turn&& other) noexcept : keys_(std::exchange(other.keys_, nullptr)), key_(std::move(other.key_)) {}
        Turn& operator=(Turn&&) = delete;
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        RunningKeys* keys_;
        std::string key_;
    };

    /// None: a request with this key runs already.
    std::optional<Turn> begin(const std::string& key) {
        const std::lock_guard lock(mutex_);
        if (!running_.insert(key).second) return std::nullopt;
        return Turn(*this, key);
    }

private:
    void end(const std::string& key) {
        const std::lock_guard lock(mutex_);
        running_.erase(key);
    }

    std::mutex mutex_;
    std::unordered_set<std::string> running_;
};

}  // namespace crossdock::api
