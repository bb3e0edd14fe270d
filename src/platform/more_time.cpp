// SPDX-License-Identifier: Apache-2.0
#include "platform/service_manager.h"

namespace crossdock::platform {
namespace {

constexpr std::chrono::seconds kAskEvery{10};
constexpr std::chrono::milliseconds kEachTime{60'000};

}  // namespace

MoreTime::MoreTime(const ServiceManager& manager, std::string_view status) {
    if (!manager.listens()) return;
    manager.status(status);
    thread_ = std::thread([this, &manager] {
        std::unique_lock lock(mutex_);
        do {
            manager.extend(kEachTime);
        } while (!wakes_.wait_for(lock, kAskEvery, [this] { return done_; }));
    });
}

MoreTime::~MoreTime() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        done_ = true;
    }
    wakes_.notify_all();
    thread_.join();
}

}  // namespace crossdock::platform
