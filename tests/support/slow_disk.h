// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace crossdock::testing {

/// The system's disk, but slow to read a database from when told so: a file layer (SQLite VFS) under the name "slow",
/// for Options::engine_layer. One at a time; outlives every connection on it.
class SlowDisk {
public:
    SlowDisk() {
        system() = sqlite3_vfs_find(nullptr);
        layer_ = *system();
        layer_.zName = "slow";
        layer_.pNext = nullptr;
        layer_.xOpen = &SlowDisk::open;
        sqlite3_vfs_register(&layer_, 0);
    }
    ~SlowDisk() {
        sqlite3_vfs_unregister(&layer_);
        each_read(std::chrono::milliseconds{0});
    }
    SlowDisk(const SlowDisk&) = delete;
    SlowDisk& operator=(const SlowDisk&) = delete;

    [[nodiscard]] static std::string name() { return "slow"; }
    /// From now on every piece read from a database file takes that long.
    static void each_read(std::chrono::milliseconds takes) { delay_ms() = takes.count(); }
    [[nodiscard]] static std::int64_t reads() { return reads_done(); }

private:
    static sqlite3_vfs*& system() {
        static sqlite3_vfs* found = nullptr;
        return found;
    }
    static std::atomic<std::int64_t>& delay_ms() {
        static std::atomic<std::int64_t> delay{0};
        return delay;
    }
    static std::atomic<std::int64_t>& reads_done() {
        static std::atomic<std::int64_t> count{0};
        return count;
    }
    static sqlite3_io_methods& plain() {
        static sqlite3_io_methods methods{};
        return methods;
    }
    static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* opened) {
        const int code = system()->xOpen(system(), path, file, flags, opened);
        if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
        static const bool once [[maybe_unused]] = (plain() = *file->pMethods, true);
        static const sqlite3_io_methods slow = [] {
            sqlite3_io_methods methods = plain();
            methods.xRead = &SlowDisk::read;
            return methods;
        }();
        file->pMethods = &slow;
        return code;
    }
    static int read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 from) {
        ++reads_done();
        if (const auto takes = delay_ms().load(); takes > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds{takes});
        return plain().xRead(file, to, bytes, from);
    }

    sqlite3_vfs layer_{};
};

}  // namespace crossdock::testing
