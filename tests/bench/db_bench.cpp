// SPDX-License-Identifier: Apache-2.0
// What the database layer costs over bare SQLite, and what its page size and mapped reads are worth.
//   db_bench [folder]     the folder decides which disk is measured; default: the system's place for temporary files
// Prints ratios: absolute figures are the machine's.
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "db/database.h"

namespace {

namespace fs = std::filesystem;
using crossdock::db::Database;
using crossdock::db::Options;
using crossdock::db::Session;
using crossdock::db::Statement;

constexpr int kRows = 20'000, kPage = 500;
constexpr std::size_t kPayload = 6'500;

/// Repeats until some time has passed; operations per second.
double rate(const std::function<int()>& work) {
    long done = 0;
    const auto began = std::chrono::steady_clock::now();
    std::chrono::duration<double> took{};
    do {
        done += work();
        took = std::chrono::steady_clock::now() - began;
    } while (took.count() < 2.0);
    return static_cast<double>(done) / took.count();
}

/// The same per second of this process's processor time, which a busy machine does not blur. For one thread.
double rate_of_work(const std::function<int()>& work) {
    long done = 0;
    const std::clock_t began = std::clock();
    double took = 0;
    do {
        done += work();
        took = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
    } while (took < 2.0);
    return static_cast<double>(done) / took;
}

/// SQLite without anything of ours.
class Bare {
public:
    explicit Bare(const std::string& path) {
        if (sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                            nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(handle_));
        }
    }
    ~Bare() { sqlite3_close_v2(handle_); }
    Bare(const Bare&) = delete;
    Bare& operator=(const Bare&) = delete;
    void run(const std::string& sql) {
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(handle_));
        }
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(handle_));
        }
        return statement;
    }

private:
    sqlite3* handle_ = nullptr;
};

constexpr const char* kTable =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, body TEXT NOT NULL) STRICT";
constexpr const char* kInsert = "INSERT INTO t (a, b, body) VALUES (?, ?, ?)";
constexpr const char* kSelect = "SELECT id, a, b, body FROM t WHERE id > ? ORDER BY id LIMIT 500";

double bare_commits(const std::string& path) {
    Bare bare(path);
    bare.run("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    bare.run(kTable);
    sqlite3_stmt* insert = bare.prepare(kInsert);
    sqlite3_stmt* begin = bare.prepare("BEGIN IMMEDIATE");
    sqlite3_stmt* commit = bare.prepare("COMMIT");
    const std::string body(200, 'x');
    const double per_second = rate([&] {
        sqlite3_step(begin);
        sqlite3_reset(begin);
        sqlite3_bind_int64(insert, 1, 1);
        sqlite3_bind_int64(insert, 2, 2);
        sqlite3_bind_text(insert, 3, body.data(), static_cast<int>(body.size()), nullptr);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        sqlite3_step(commit);
        sqlite3_reset(commit);
        return 1;
    });
    for (sqlite3_stmt* statement : {insert, begin, commit}) sqlite3_finalize(statement);
    return per_second;
}

double our_commits(const std::string& path, int threads) {
    Options options;
    options.path = path;
    auto opened = Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    Database& database = **opened;
    database.write([](Session& session) { session.run_script(kTable); });
    const std::string body(200, 'x');
    return rate([&] {
        constexpr int kEach = 100;
        const auto write_some = [&] {
            for (int i = 0; i < kEach; ++i) {
                database.write([&](Session& session) { Statement(session, kInsert).bind(1, 2, body).exec(); });
            }
        };
        if (threads == 1) {
            write_some();
            return kEach;
        }
        std::vector<std::thread> writers;
        for (int i = 0; i < threads; ++i) writers.emplace_back(write_some);
        for (auto& writer : writers) writer.join();
        return threads * kEach;
    });
}

/// Pages of 500 rows per second from a bare connection, spread over the whole file.
double bare_reads(const std::string& path, long map_bytes, std::int64_t& checksum) {
    Bare bare(path);
    bare.run("PRAGMA cache_size = -1024; PRAGMA query_only = 1; PRAGMA mmap_size = " + std::to_string(map_bytes));
    sqlite3_stmt* select = bare.prepare(kSelect);
    std::int64_t from = 0;
    const double per_second = rate_of_work([&] {
        from = (from + 3'701) % (kRows - kPage);
        sqlite3_bind_int64(select, 1, from);
        while (sqlite3_step(select) == SQLITE_ROW) {
            checksum +=
                sqlite3_column_int64(select, 0) + sqlite3_column_int64(select, 1) + sqlite3_column_int64(select, 2);
            const auto* body = static_cast<const char*>(sqlite3_column_blob(select, 3));
            checksum += body[sqlite3_column_bytes(select, 3) / 2];
        }
        sqlite3_reset(select);
        return 1;
    });
    sqlite3_finalize(select);
    return per_second;
}

double our_reads(Database& database, std::int64_t& checksum) {
    std::int64_t from = 0;
    return rate_of_work([&] {
        from = (from + 3'701) % (kRows - kPage);
        database.read([&](Session& session) {
            Statement select(session, kSelect);
            select.bind(from);
            while (select.step()) {
                checksum += select.integer(0) + select.integer(1) + select.integer(2);
                const std::string_view body = select.text(3);
                checksum += body[body.size() / 2];
            }
        });
        return 1;
    });
}

void measure_pages(const fs::path& folder) {
    std::printf("\n500 rows of 6.5 KB a read, by page size (bare SQLite)\n");
    std::printf("%8s %14s %14s %12s %16s\n", "page", "reads/s", "mapped", "file MB", "log KB/insert");
    for (const int page : {4'096, 8'192, 16'384}) {
        const std::string path = (folder / ("page" + std::to_string(page))).string();
        {
            Bare bare(path);
            bare.run("PRAGMA page_size = " + std::to_string(page) +
                     "; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
            bare.run(kTable);
            bare.run("BEGIN");
            sqlite3_stmt* insert = bare.prepare(kInsert);
            for (int i = 0; i < kRows; ++i) {
                const std::string body(kPayload - 500 + static_cast<std::size_t>(i * 7'919 % 1'000), 'x');
                sqlite3_bind_int64(insert, 1, i);
                sqlite3_bind_int64(insert, 2, i);
                sqlite3_bind_text(insert, 3, body.data(), static_cast<int>(body.size()), nullptr);
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
            bare.run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
            sqlite3_finalize(insert);
        }
        const double file_mb = static_cast<double>(fs::file_size(path)) / 1e6;
        std::int64_t checksum = 0;
        const double plain = bare_reads(path, 0, checksum);
        const double mapped = bare_reads(path, 1L << 30, checksum);
        double log_kb = 0;
        {
            Bare bare(path);
            bare.run("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = OFF");
            for (int i = 0; i < 200; ++i) {
                bare.run("INSERT INTO t (a, b, body) VALUES (1, 2, '" + std::string(kPayload, 'y') + "')");
            }
            log_kb = static_cast<double>(fs::file_size(path + "-wal")) / 1e3 / 200;
        }
        std::printf("%8d %14.0f %14.0f %12.1f %16.1f\n", page, plain, mapped, file_mb, log_kb);
    }
}

int run(const fs::path& folder) {
    const double bare = bare_commits((folder / "bare").string());
    const double one = our_commits((folder / "one.db").string(), 1);
    const double many = our_commits((folder / "many.db").string(), 32);
    std::printf(
        "single commits/s: bare SQLite %.0f; Database::write from 1 thread %.0f (%.2fx), from 32 threads %.0f "
        "(%.2fx)\n",
        bare, one, one / bare, many, many / bare);

    Options options;
    options.path = (folder / "rows.db").string();
    auto opened = Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    Database& database = **opened;
    database.write([](Session& session) {
        session.run_script(kTable);
        Statement insert(session, kInsert);
        for (int i = 0; i < kRows; ++i) {
            const std::string body(kPayload, 'x');
            insert.bind(i, i, body).exec();
        }
    });
    database.maintain();
    std::int64_t checksum = 0;
    const double ours = our_reads(database, checksum);
    const double theirs = bare_reads(options.path, 0, checksum);
    std::printf("reads of 500 rows/s: bare SQLite %.0f (%.2f ms), Database::read %.0f (%.2f ms, %.2fx)\n", theirs,
                1e3 / theirs, ours, 1e3 / ours, ours / theirs);
    const double empty = rate_of_work([&] {
        database.read([](Session& session) { Statement(session, "SELECT 1").step(); });
        return 1;
    });
    std::printf("reads of nothing: %.2f us each\n", 1e6 / empty);
    database.close();
    measure_pages(folder);
    return checksum == 0 ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
    const fs::path base = count > 1 ? fs::path{arguments[1]} : fs::temp_directory_path();
    const fs::path folder = base / "crossdock-db-bench";
    fs::remove_all(folder);
    fs::create_directories(folder);
    try {
        const int result = run(folder);
        fs::remove_all(folder);
        return result;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "db_bench: %s\n", problem.what());
        fs::remove_all(folder);
        return 1;
    }
}
