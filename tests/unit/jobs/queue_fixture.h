// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "db/database.h"
#include "db/migrator.h"
#include "domain/job.h"
#include "jobs/handler.h"
#include "store/job_repo.h"

namespace crossdock::jobs {

using namespace std::chrono_literals;
using domain::Job;
using domain::JobSpec;
using domain::JobState;
using domain::Lane;
using store::JobRepo;

inline constexpr Timestamp kStart = from_ms(1'795'000'000'000);

inline Error error_of(ErrorKind kind, std::string code = "some_code") {
    return {kind, std::move(code), "what went wrong", std::nullopt};
}
inline Error unreachable() { return error_of(ErrorKind::unavailable, "timeout"); }

/// A handler made of a function.
class Does final : public Handler {
public:
    explicit Does(std::function<JobOutcome(JobContext&)> work) : work_(std::move(work)) {}
    JobOutcome run(JobContext& context) override { return work_(context); }

private:
    std::function<JobOutcome(JobContext&)> work_;
};

inline std::unique_ptr<Handler> does(std::function<JobOutcome(JobContext&)> work) {
    return std::make_unique<Does>(std::move(work));
}

/// In memory where the system has such a place: these tests are about the queue, not about the disk.
inline std::filesystem::path make_temporary_folder() {
    SystemRandom random;
    const std::string name = "crossdock-jobs-" + random.uuid();
    std::error_code failed;
    const std::filesystem::path memory{"/dev/shm"};
    if (std::filesystem::is_directory(memory, failed) && std::filesystem::create_directory(memory / name, failed))
        return memory / name;
    const auto path = std::filesystem::temp_directory_path() / name;
    std::filesystem::create_directories(path);
    return path;
}

inline std::unique_ptr<db::Database> open_queue(const std::filesystem::path& folder, const Clock& clock) {
    db::Options options;
    options.path = (folder / "queue.db").string();
    options.longest_read = std::chrono::minutes{1};  // wherever this machine sleeps meanwhile
    auto opened = db::Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    const auto migrated = db::migrate(**opened, clock);
    if (!migrated) throw std::runtime_error(migrated.error().message);
    return std::move(*opened);
}

/// A fresh queue on disk, one account, channels 1 to 20, and a clock that stands still.
class QueueTest : public testing::Test {
protected:
    QueueTest() : folder_(make_temporary_folder()), database_(open_queue(folder_, clock_)) {
        database_->write([](db::Session& session) {
            session.run_script(R"sql(
                INSERT INTO accounts (id, uuid, code, created_at_ms) VALUES (1, 'one', 'default', 0);
                WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
                INSERT INTO channels (id, account_id, code, provider, enabled, state_since_ms, created_at_ms)
                    SELECT i, 1, 'shop-' || i, 'shopify', 1, 0, 0 FROM n;
            )sql");
        });
    }
    ~QueueTest() override {
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    template <class Work>
    auto with_repo(Work&& work) {
        return database_->write([&](db::Session& session) {
            JobRepo repo(session);
            return work(repo);
        });
    }

    static JobSpec spec(std::string key, Lane lane = Lane::push, std::optional<ChannelId> channel = ChannelId{1},
                        std::string kind = "work") {
        return {AccountId{1}, channel, lane, std::move(kind), std::move(key), "{}", Timestamp{}};
    }
    JobId enqueue(const JobSpec& job) {
        return with_repo([&](JobRepo& repo) { return repo.enqueue(job, clock_.now()); });
    }
    JobId enqueue_at(JobSpec job, Timestamp run_at) {
        job.run_at = run_at;
        return enqueue(job);
    }
    std::optional<Job> claim(Lane lane = Lane::push, const std::string& boot = "boot",
                             std::vector<ChannelId> closed = {}, std::vector<std::string> exempt = {}) {
        return with_repo([&](JobRepo& repo) {
            return repo.claim({lane, boot, clock_.now(), clock_.steady() + 60s, std::move(closed), std::move(exempt)});
        });
    }
    Job get(JobId id) {
        return with_repo([&](JobRepo& repo) { return repo.find(id); }).value();
    }
    std::int64_t rows(const std::string& where = "1 = 1") {
        return database_->read([&](db::Session& session) {
            db::Statement statement(session, "SELECT count(*) FROM jobs WHERE " + where);
            statement.step();
            return statement.integer(0);
        });
    }

    std::filesystem::path folder_;
    ManualClock clock_{kStart};
    SeededRandom random_{7};
    std::unique_ptr<db::Database> database_;
};

}  // namespace crossdock::jobs
