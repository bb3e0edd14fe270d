// SPDX-License-Identifier: Apache-2.0
#include "bench/slow_disk.h"

#include <sqlite3.h>

#include <map>
#include <mutex>
#include <thread>

namespace crossdock::bench {
namespace {

/// A file's methods with the sync replaced. `methods` first: a file's pMethods points at it.
struct Slowed {
    sqlite3_io_methods methods{};
    const sqlite3_io_methods* real = nullptr;
};

std::chrono::microseconds longer_by{};
sqlite3_vfs* real_layer = nullptr;

int slow_sync(sqlite3_file* file, int flags) {
    const auto* slowed = static_cast<const Slowed*>(static_cast<const void*>(file->pMethods));
    std::this_thread::sleep_for(longer_by);
    return slowed->real->xSync(file, flags);
}

const sqlite3_io_methods* slowed(const sqlite3_io_methods* real) {
    static std::mutex mutex;
    static std::map<const sqlite3_io_methods*, Slowed> all;
    const std::lock_guard lock(mutex);
    Slowed& found = all[real];
    found.methods = *real;
    found.methods.xSync = slow_sync;
    found.real = real;
    return &found.methods;
}

int open_slowed(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* told) {
    const int code = real_layer->xOpen(real_layer, name, file, flags, told);
    if (code == SQLITE_OK && file->pMethods != nullptr) file->pMethods = slowed(file->pMethods);
    return code;
}

}  // namespace

void make_syncs_slower(std::chrono::microseconds by) {
    longer_by = by;
    real_layer = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs layer = *real_layer;
    layer.zName = "slow-disk";
    layer.xOpen = open_slowed;
    sqlite3_vfs_register(&layer, 1);
}

}  // namespace crossdock::bench
