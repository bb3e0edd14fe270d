// SPDX-License-Identifier: Apache-2.0
#include "db/sqlite_log_layer.h"

#include <sqlite3.h>

#include <atomic>
#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <vector>

#include "db/database.h"

namespace crossdock::db {
namespace {

// SQLite's own layer for Unix takes less than 128 KiB a call (os_unix.c, seekAndWriteFd).
constexpr std::size_t kMostGathered = 120 * 1024;
constexpr int kFrameHead = 24;

/// The log's file as SQLite sees it. Its memory is SQLite's: the file of the layer below follows it there.
struct LogFile {
    sqlite3_file base;
    std::vector<char>* gathered;
    sqlite3_int64 from;  // where the first gathered byte belongs
    bool ends_transaction;
};

constexpr std::size_t kBelow =
    (sizeof(LogFile) + alignof(std::max_align_t) - 1) / alignof(std::max_align_t) * alignof(std::max_align_t);

LogFile& log_of(sqlite3_file* file) { return *static_cast<LogFile*>(static_cast<void*>(file)); }
sqlite3_file* below(sqlite3_file* file) {
    return static_cast<sqlite3_file*>(static_cast<void*>(static_cast<char*>(static_cast<void*>(file)) + kBelow));
}

/// What cannot be written is dropped: SQLite hears of it, undoes the transaction and writes its frames anew.
int write_out(sqlite3_file* file) {
    LogFile& log = log_of(file);
    if (log.gathered->empty()) return SQLITE_OK;
    sqlite3_file* real = below(file);
    const int code =
        real->pMethods->xWrite(real, log.gathered->data(), static_cast<int>(log.gathered->size()), log.from);
    log.gathered->clear();
    return code;
}

bool is_last_frame(const unsigned char* head) { return (head[4] | head[5] | head[6] | head[7]) != 0; }

int log_close(sqlite3_file* file) {
    // What is left belongs to a transaction that never ended.
    delete log_of(file).gathered;
    sqlite3_file* real = below(file);
    return real->pMethods->xClose(real);
}

int log_read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 from) {
    if (const int code = write_out(file); code != SQLITE_OK) return code;
    sqlite3_file* real = below(file);
    return real->pMethods->xRead(real, into, bytes, from);
}

int log_write(sqlite3_file* file, const void* content, int bytes, sqlite3_int64 at) {
    LogFile& log = log_of(file);
    std::vector<char>& gathered = *log.gathered;
    const auto size = static_cast<std::size_t>(bytes);
    if (at != log.from + static_cast<sqlite3_int64>(gathered.size()) ||
        (!gathered.empty() && gathered.size() + size > kMostGathered)) {
        if (const int code = write_out(file); code != SQLITE_OK) return code;
        log.from = at;
    }
    const auto* bytes_of = static_cast<const char*>(content);
    try {
        gathered.insert(gathered.end(), bytes_of, bytes_of + size);
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
    // A frame's head is the only thing of its size; the log's own head has 32 bytes, a page at least 512.
    if (bytes == kFrameHead) {
        log.ends_transaction = is_last_frame(static_cast<const unsigned char*>(content));
        return SQLITE_OK;
    }
    if (!log.ends_transaction) return SQLITE_OK;
    return write_out(file);
}

int log_truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = write_out(file); code != SQLITE_OK) return code;
    sqlite3_file* real = below(file);
    return real->pMethods->xTruncate(real, size);
}

int log_sync(sqlite3_file* file, int flags) {
    if (const int code = write_out(file); code != SQLITE_OK) return code;
    sqlite3_file* real = below(file);
    return real->pMethods->xSync(real, flags);
}

int log_size(sqlite3_file* file, sqlite3_int64* size) {
    if (const int code = write_out(file); code != SQLITE_OK) return code;
    sqlite3_file* real = below(file);
    return real->pMethods->xFileSize(real, size);
}

int log_lock(sqlite3_file* file, int level) {
    sqlite3_file* real = below(file);
    return real->pMethods->xLock(real, level);
}

int log_unlock(sqlite3_file* file, int level) {
    sqlite3_file* real = below(file);
    return real->pMethods->xUnlock(real, level);
}

int log_check_lock(sqlite3_file* file, int* locked) {
    sqlite3_file* real = below(file);
    return real->pMethods->xCheckReservedLock(real, locked);
}

int log_control(sqlite3_file* file, int operation, void* argument) {
    sqlite3_file* real = below(file);
    return real->pMethods->xFileControl(real, operation, argument);
}

int log_sector(sqlite3_file* file) {
    sqlite3_file* real = below(file);
    return real->pMethods->xSectorSize(real);
}

int log_traits(sqlite3_file* file) {
    sqlite3_file* real = below(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

const sqlite3_io_methods kLogMethods = [] {
    sqlite3_io_methods methods{};
    methods.iVersion = 1;  // a log has no shared memory and is not mapped
    methods.xClose = log_close;
    methods.xRead = log_read;
    methods.xWrite = log_write;
    methods.xTruncate = log_truncate;
    methods.xSync = log_sync;
    methods.xFileSize = log_size;
    methods.xLock = log_lock;
    methods.xUnlock = log_unlock;
    methods.xCheckReservedLock = log_check_lock;
    methods.xFileControl = log_control;
    methods.xSectorSize = log_sector;
    methods.xDeviceCharacteristics = log_traits;
    return methods;
}();

}  // namespace

struct SqliteLogLayer::Impl {
    sqlite3_vfs layer{};  // the one below, but for the opening of files
    sqlite3_vfs* beneath = nullptr;
    std::string name;

    static int open(sqlite3_vfs* layer, const char* path, sqlite3_file* file, int flags, int* opened);
};

int SqliteLogLayer::Impl::open(sqlite3_vfs* layer, const char* path, sqlite3_file* file, int flags, int* opened) {
    static_assert(std::is_standard_layout_v<Impl>, "an object and its first member have one address");
    const Impl& self = *static_cast<const Impl*>(static_cast<const void*>(layer));
    if ((flags & SQLITE_OPEN_WAL) == 0) return self.beneath->xOpen(self.beneath, path, file, flags, opened);
    file->pMethods = nullptr;
    auto* gathered = new (std::nothrow) std::vector<char>;
    if (gathered == nullptr) return SQLITE_NOMEM;
    const int code = self.beneath->xOpen(self.beneath, path, below(file), flags, opened);
    if (code != SQLITE_OK) {
        // SQLite closes what has methods, opened or not.
        if (below(file)->pMethods != nullptr) below(file)->pMethods->xClose(below(file));
        delete gathered;
        return code;
    }
    LogFile& log = log_of(file);
    log.gathered = gathered;
    log.from = 0;
    log.ends_transaction = false;
    log.base.pMethods = &kLogMethods;
    return SQLITE_OK;
}

SqliteLogLayer::SqliteLogLayer(const std::string& below_name) : impl_(std::make_unique<Impl>()) {
    static std::atomic<std::uint64_t> count{0};
    impl_->beneath = sqlite3_vfs_find(below_name.empty() ? nullptr : below_name.c_str());
    if (impl_->beneath == nullptr) throw Failure(Failure::Kind::bug, "There is no file layer " + below_name);
    impl_->name = "crossdock-log-" + std::to_string(++count);
    impl_->layer = *impl_->beneath;
    impl_->layer.zName = impl_->name.c_str();
    impl_->layer.pNext = nullptr;
    impl_->layer.szOsFile = static_cast<int>(kBelow) + impl_->beneath->szOsFile;
    impl_->layer.xOpen = &Impl::open;
    if (sqlite3_vfs_register(&impl_->layer, 0) != SQLITE_OK)
        throw Failure(Failure::Kind::bug, "The file layer of the log was not taken");
}

SqliteLogLayer::~SqliteLogLayer() { sqlite3_vfs_unregister(&impl_->layer); }

const std::string& SqliteLogLayer::name() const { return impl_->name; }

}  // namespace crossdock::db
