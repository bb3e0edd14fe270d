// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "db/migrator.h"
#include "store/channel_repo.h"

namespace crossdock::testing {

/// A fresh, migrated database in a folder of its own, with an account and a Shopify channel "shop-us".
class TemporaryDatabase {
public:
    TemporaryDatabase() {
        static std::atomic<int> counter{0};
        folder_ = std::filesystem::temp_directory_path() /
                  ("crossdock-test-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
        std::filesystem::create_directories(folder_);
        db::Options options;
        options.path = (folder_ / "test.db").string();
        options.longest_read = std::chrono::minutes{1};  // wherever this machine sleeps meanwhile
        database_ = std::move(*db::Database::open(options));
        const auto migrated = db::migrate(*database_, clock);
        if (!migrated) throw std::runtime_error(migrated.error().message);
        channel = database_->write([&](db::Session& session) {
            SeededRandom random(1);
            const AccountId account = store::ensure_account(session, "default", random, clock.now());
            store::ChannelRepo channels(session);
            return *channels.get(*channels.ensure(account, "shop-us", domain::Provider::shopify, true, clock.now()));
        });
    }
    ~TemporaryDatabase() {
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    TemporaryDatabase(const TemporaryDatabase&) = delete;
    TemporaryDatabase& operator=(const TemporaryDatabase&) = delete;

    db::Database& operator*() { return *database_; }
    db::Database* operator->() { return database_.get(); }

    ManualClock clock{from_ms(1'795'000'000'000)};
    store::Channel channel;

private:
    std::filesystem::path folder_;
    std::unique_ptr<db::Database> database_;
};

}  // namespace crossdock::testing
