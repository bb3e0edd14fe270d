// SPDX-License-Identifier: Apache-2.0
#include "db/database.h"

#include <atomic>
#include <mutex>
#include <utility>

#include "db/driver.h"
#include "db/reader_pool.h"
#include "db/write_queue.h"

namespace crossdock::db {
namespace {

// 16 MB. A page that changes with every commit is then moved once in many; what a checkpoint delays stays short.
constexpr std::int64_t kPagesPerCheckpoint = 4'000;
constexpr std::int64_t kLongestLogBytes = 64 * 1024 * 1024;
constexpr std::int64_t kLongestLogPages = kLongestLogBytes / 4'096;
constexpr std::chrono::seconds kLongestWaitForReader{10};
constexpr std::chrono::seconds kWriterIdle{10};
constexpr std::chrono::seconds kPauseAfterVainEmptying{30};

/// Counts something up for the length of a scope.
class Counted {
public:
    explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::atomic<int>& count_;
};

}  // namespace

struct Database::Impl {
    Impl(const Options& opened_with, std::unique_ptr<Driver> opened)
        : options(opened_with),
          driver(std::move(opened)),
          queue(*driver, opened_with.max_units_per_commit == 0 ? 1 : opened_with.max_units_per_commit),
          readers(*driver, opened_with.max_readers == 0 ? 1 : opened_with.max_readers) {
        queue.after_commit = [this] { after_commit(); };
    }

    /// Waiting for the writer while being the writer, or while holding a snapshot that the writer may wait for, never
    /// ends.
    void refuse_to_wait_for_oneself() const {
        if (Inside::of(&queue) != nullptr)
            throw Failure(Failure::Kind::bug, "A write inside a write or a read of the same database");
    }

    const Options options;
    const std::unique_ptr<Driver> driver;
    WriteQueue queue;
    ReaderPool readers;
    std::atomic<std::uint64_t> checkpoints{0};
    std::atomic<int> long_reads{0};  // whole checks and copies: the log cannot be emptied meanwhile
    std::atomic<bool> closed{false};
    std::mutex close_mutex;
    mutable std::mutex problem_mutex;
    std::string problem;

    std::mutex told_mutex;
    std::function<void()> told;

    // By whoever holds the writer:
    std::int64_t moved_at = 0;  // pages in the log at the last checkpoint
    bool all_moved = false;     // that checkpoint left nothing behind; what an earlier process left is not known
    std::chrono::steady_clock::time_point next_emptying{};
    std::uint64_t commits_seen = 0;
    std::chrono::steady_clock::time_point last_commit_seen = std::chrono::steady_clock::now();
    bool memory_released = false;

    void after_commit();
    void checkpoint(CheckpointKind kind);
    void empty_log();
    void maintain();
    void note(const std::string& text) {
        const std::lock_guard lock(problem_mutex);
        problem = text;
    }
};

/// Keeps the log short even when nobody calls maintain(). The units of the batch are durable and their callers woken.
void Database::Impl::after_commit() {
    if (const SequenceCounter& counter = driver->writer().sequence; counter.loaded && counter.value != counter.stored) {
        const std::lock_guard lock(told_mutex);
        if (told) told();
    }
    const std::int64_t pages = driver->log_pages();
    if (pages < moved_at) moved_at = 0;  // the log began anew
    if (pages - moved_at < kPagesPerCheckpoint) return;
    checkpoint(CheckpointKind::gentle);
    // Readers that overlap without a gap keep the log from ever beginning anew, and it would grow for ever.
    if (driver->log_pages() > kLongestLogPages) empty_log();
}

/// Waits for readers, so not while one is known to take long, and not soon again when it was in vain.
void Database::Impl::empty_log() {
    const auto now = std::chrono::steady_clock::now();
    if (long_reads > 0 || now < next_emptying) return;
    checkpoint(CheckpointKind::emptying);
    next_emptying = driver->log_pages() == 0 ? now : std::chrono::steady_clock::now() + kPauseAfterVainEmptying;
}

void Database::Impl::checkpoint(CheckpointKind kind) {
    try {
        const CheckpointResult result = driver->checkpoint(kind);
        ++checkpoints;
        moved_at = driver->log_pages() == 0 ? 0 : result.log_pages;
        all_moved = result.complete;
        note({});
    } catch (const Failure& failure) {
        // Nothing is lost: the pages stay in the log and are moved again, all of them, the next time.
        moved_at = driver->log_pages();
        all_moved = false;
        note(failure.what());
    }
}

void Database::Impl::maintain() {
    readers.drop_idle(options.reader_idle);
    queue.run_alone([this] {
        if (const std::string lost = driver->lost_files(); !lost.empty()) {
            // Commits would go into a file that no longer has a name.
            queue.break_off(lost);
            return;
        }
        const auto now = std::chrono::steady_clock::now();
        const bool new_commits = commits_seen != queue.commits.load();
        if (new_commits) {
            commits_seen = queue.commits.load();
            last_commit_seen = now;
            memory_released = false;
        }
        if (!all_moved || driver->log_pages() != moved_at) checkpoint(CheckpointKind::gentle);
        if (driver->log_bytes() > kLongestLogBytes) empty_log();
        if (!memory_released && now - last_commit_seen > kWriterIdle) {
            driver->release_memory();
            memory_released = true;
        }
    });
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
    auto driver = open_sqlite(options);
    if (!driver) return driver.error();
    return std::unique_ptr<Database>(new Database(std::make_unique<Impl>(options, std::move(*driver))));
}

Database::~Database() {
    try {
        close();
    } catch (const std::exception&) {
        // The mark of a running database stays, and the next start checks.
    }
}

void Database::run_write(const std::function<void(Session&)>& work) {
    impl_->refuse_to_wait_for_oneself();
    impl_->queue.run(work);
}

bool Database::run_write_soon(const std::function<void(Session&)>& work, std::chrono::milliseconds longest_wait) {
    impl_->refuse_to_wait_for_oneself();
    return impl_->queue.run_soon(work, longest_wait);
}

void Database::run_read(const std::function<void(Session&)>& work) {
    if (const Inside* inside = Inside::of(&impl_->queue)) {
        // Within a read or a write the same snapshot is meant.
        Session session(inside->connection(), false);
        work(session);
        return;
    }
    if (impl_->closed) throw Failure(Failure::Kind::closed, "The database is closed");
    const ReaderPool::Loan reader = impl_->readers.lend(kLongestWaitForReader);
    reader->begin_read(std::chrono::steady_clock::now() + impl_->options.longest_read);
    const Inside inside(&impl_->queue, *reader, false);
    Session session(*reader, false);
    work(session);
}

void Database::on_change(std::function<void()> told) {
    const std::lock_guard lock(impl_->told_mutex);
    impl_->told = std::move(told);
}

void Database::maintain() {
    if (impl_->closed) return;
    impl_->maintain();
}

std::vector<std::string> Database::check(bool thorough, const std::atomic<bool>* stop) {
    if (impl_->closed) throw Failure(Failure::Kind::closed, "The database is closed");
    const ReaderPool::Loan held = impl_->readers.lend(kLongestWaitForReader);  // so that close() waits
    const Counted long_read(impl_->long_reads);
    return impl_->driver->check(thorough, stop);
}

void Database::rewrite(const std::atomic<bool>* stop) {
    if (Inside::of(&impl_->queue) != nullptr)
        throw Failure(Failure::Kind::bug, "The database was rewritten from inside a read or write");
    if (!impl_->queue.run_alone([&] { impl_->driver->rewrite(stop); }))
        throw Failure(Failure::Kind::closed, "The database is closed");
}

bool Database::empty_log() {
    bool empty = false;
    const bool ran = impl_->queue.run_alone([&] {
        // What readers have to be waited for is then little.
        impl_->checkpoint(CheckpointKind::gentle);
        if (impl_->long_reads == 0) impl_->checkpoint(CheckpointKind::emptying);
        empty = impl_->driver->log_bytes() == 0;
    });
    if (!ran) throw Failure(Failure::Kind::closed, "The database is closed");
    return empty;
}

void Database::copy_to(const std::string& path) {
    if (impl_->closed) throw Failure(Failure::Kind::closed, "The database is closed");
    const ReaderPool::Loan held = impl_->readers.lend(kLongestWaitForReader);
    const Counted long_read(impl_->long_reads);
    impl_->driver->copy_to(path);
}

bool Database::usable() const { return !impl_->queue.broken() && !impl_->closed; }

std::string Database::problem() const {
    if (impl_->queue.broken()) return impl_->queue.why_broken();
    const std::lock_guard lock(impl_->problem_mutex);
    return impl_->problem;
}

std::optional<Failure> Database::write_trouble() const { return impl_->queue.trouble(); }

const std::string& Database::path() const { return impl_->options.path; }

Figures Database::figures() const {
    Figures figures;
    figures.file_bytes = impl_->driver->file_bytes();
    figures.log_bytes = impl_->driver->log_bytes();
    figures.commits = impl_->queue.commits;
    figures.units = impl_->queue.units;
    figures.checkpoints = impl_->checkpoints;
    figures.waiting = impl_->queue.waiting();
    return figures;
}

bool Database::was_stopped_cleanly() const { return impl_->driver->was_stopped_cleanly(); }

void Database::close() {
    if (Inside::of(&impl_->queue) != nullptr)
        throw Failure(Failure::Kind::bug, "The database was closed from inside a read or write");
    const std::lock_guard lock(impl_->close_mutex);
    if (impl_->closed) return;
    impl_->queue.stop();
    impl_->closed = true;
    impl_->readers.close();
    if (!impl_->queue.broken()) impl_->driver->close_cleanly();
}

std::string Database::engine_version() { return sqlite_version(); }

}  // namespace crossdock::db
