// SPDX-License-Identifier: Apache-2.0
#include "support/power_cut_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <random>
#include <string_view>
#include <thread>

namespace crossdock::testing {
namespace {

constexpr std::size_t kSector = 512;

/// A change of a file that no sync has covered yet.
struct Change {
    std::size_t at = 0;
    std::string data;
    bool truncation = false;  // to `at` bytes
};

/// The index of the write-ahead log, shared by the connections of the process.
struct SharedMemory {
    std::vector<std::unique_ptr<char[]>> regions;
    std::array<int, SQLITE_SHM_NLOCK> shared{};
    std::array<bool, SQLITE_SHM_NLOCK> exclusive{};
};

struct Handle;

struct Node {
    std::string content;  // what programs see
    std::string durable;
    std::vector<Change> pending;
    std::weak_ptr<SharedMemory> memory;
    int shared = 0;
    const Handle* reserved = nullptr;
    const Handle* pending_lock = nullptr;
    const Handle* exclusive = nullptr;
};
using NodePtr = std::shared_ptr<Node>;

/// A name that appeared (with its file) or went (null), not durable yet.
struct NameChange {
    std::string path;
    NodePtr node;
};

/// What an open file is to SQLite: the first member is its own.
struct Handle {
    sqlite3_file base{};
    PowerCutDisk::Impl* disk = nullptr;
    NodePtr node;
    std::string path;
    std::uint64_t generation = 0;
    bool syncs_folder = false;  // with its first sync
    bool scratch = false;       // never durable
    int lock = SQLITE_LOCK_NONE;
    std::shared_ptr<SharedMemory> memory;
    unsigned shared_mask = 0, exclusive_mask = 0;
};

Handle& handle_of(sqlite3_file* file) { return *static_cast<Handle*>(static_cast<void*>(file)); }

/// How the writes since the last sync fare in one cut.
enum class Fate { dropped, kept, prefix, some, some_sectors, garbage };

}  // namespace

struct PowerCutDisk::Impl {
    explicit Impl(std::uint64_t seed) : chance(seed) {}

    mutable std::mutex mutex;
    std::string name;
    sqlite3_vfs layer{};
    std::mt19937_64 chance;
    std::map<std::string, NodePtr> names, durable_names;
    std::vector<NameChange> pending_names;
    std::uint64_t generation = 1;
    bool powered = true;
    bool read_only = false;
    std::uint64_t calls = 0, writing_calls = 0, syncs = 0;
    std::optional<Fault> fault;
    std::uint64_t calls_until_fault = 0;
    bool fault_stays = false;
    bool fault_met = false;
    std::uint64_t calls_until_cut = 0;  // 0: no cut is due
    std::uint64_t cut_seed = 0;

    enum class Call { other, writing };

    bool odds(unsigned one_in) { return chance() % one_in == 0; }

    /// Counts a call; true when the armed fault meets it.
    bool meets_fault(Call call) {
        ++calls;
        if (call == Call::writing) ++writing_calls;
        if (calls_until_cut > 0 && --calls_until_cut == 0) {
            cut(cut_seed);
            return true;
        }
        if (!fault || (*fault == Fault::full && call != Call::writing)) return false;
        if (fault_met) return fault_stays;
        if (--calls_until_fault > 0) return false;
        fault_met = true;
        return true;
    }
    [[nodiscard]] bool is_dead(const Handle& handle) const { return !powered || handle.generation != generation; }
    [[nodiscard]] int full_or(int code) const { return fault == Fault::full ? SQLITE_FULL : code; }

    void sync_names() {
        durable_names = names;
        pending_names.clear();
    }
    void set_name(const std::string& path, NodePtr node) {
        if (node)
            names[path] = node;
        else
            names.erase(path);
        pending_names.push_back({path, std::move(node)});
    }

    static void apply(std::string& bytes, std::size_t at, std::string_view data, std::mt19937_64* garbage) {
        if (bytes.size() < at) {
            const std::size_t from = bytes.size();
            bytes.resize(at, '\0');
            for (std::size_t i = from; garbage != nullptr && i < at; ++i) bytes[i] = static_cast<char>((*garbage)());
        }
        if (bytes.size() < at + data.size()) bytes.resize(at + data.size(), '\0');
        std::memcpy(bytes.data() + at, data.data(), data.size());
    }

    static void change(Node& node, bool scratch, std::size_t at, std::string_view data) {
        apply(node.content, at, data, nullptr);
        if (!scratch) node.pending.push_back({at, std::string{data}, false});
    }

    void crash(Node& node, Fate fate, std::mt19937_64& dice) const {
        std::string after = std::move(node.durable);
        const std::size_t survivors = node.pending.empty() ? 0 : dice() % (node.pending.size() + 1);
        std::size_t number = 0;
        for (const Change& one : node.pending) {
            const std::size_t place = number++;
            if (fate == Fate::dropped || (fate == Fate::prefix && place > survivors)) continue;
            const bool torn = fate == Fate::prefix && place == survivors;
            if (one.truncation) {
                if (torn || (fate != Fate::kept && fate != Fate::prefix && dice() % 2 == 0)) continue;
                after.resize(one.at, '\0');
                continue;
            }
            if (fate == Fate::some && dice() % 2 == 0) continue;
            const bool by_sector = torn || fate == Fate::some_sectors || fate == Fate::garbage;
            if (!by_sector) {
                apply(after, one.at, one.data, nullptr);
                continue;
            }
            for (std::size_t done = 0; done < one.data.size();) {
                const std::size_t piece = std::min(one.data.size() - done, kSector - (one.at + done) % kSector);
                if (dice() % 2 == 0) {
                    apply(after, one.at + done, std::string_view{one.data}.substr(done, piece),
                          fate == Fate::garbage ? &dice : nullptr);
                }
                done += piece;
            }
        }
        node.content = after;
        node.durable = std::move(after);
        node.pending.clear();
    }

    void cut(std::uint64_t seed) {
        std::mt19937_64 dice(seed);
        const auto fate = static_cast<Fate>(dice() % 6);
        std::map<std::string, std::size_t> survivors;  // of each name's changes, the first so many
        for (const NameChange& one : pending_names) ++survivors[one.path];
        for (auto& [path, count] : survivors) {
            if (fate == Fate::dropped)
                count = 0;
            else if (fate != Fate::kept)
                count = dice() % (count + 1);
        }
        for (const NameChange& one : pending_names) {
            auto& left = survivors[one.path];
            if (left == 0) continue;
            --left;
            if (one.node)
                durable_names[one.path] = one.node;
            else
                durable_names.erase(one.path);
        }
        pending_names.clear();
        names.clear();
        for (auto& [path, node] : durable_names) {
            // A new node: handles of before keep the old one, and with it their locks and shared memory.
            auto after = std::make_shared<Node>();
            after->durable = node->durable;
            after->pending = node->pending;
            crash(*after, fate, dice);
            node = after;
            names[path] = after;
        }
        ++generation;
        powered = false;
        fault.reset();
        calls_until_cut = 0;
    }
};

namespace {

using Impl = PowerCutDisk::Impl;
using Guard = std::lock_guard<std::mutex>;

int on_close(sqlite3_file* file);
int on_unlock(sqlite3_file* file, int level);

int on_read(sqlite3_file* file, void* to, int bytes, sqlite3_int64 from) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    if (handle.disk->is_dead(handle) || handle.disk->meets_fault(Impl::Call::other)) return SQLITE_IOERR_READ;
    const std::string& content = handle.node->content;
    const auto at = static_cast<std::size_t>(from);
    const auto wanted = static_cast<std::size_t>(bytes);
    const std::size_t there = at >= content.size() ? 0 : std::min(wanted, content.size() - at);
    if (there > 0) std::memcpy(to, content.data() + at, there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int on_write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 to) {
    Handle& handle = handle_of(file);
    Impl& disk = *handle.disk;
    const Guard lock(disk.mutex);
    if (disk.is_dead(handle)) return SQLITE_IOERR_WRITE;
    std::string_view data{static_cast<const char*>(from), static_cast<std::size_t>(bytes)};
    const bool fails = disk.meets_fault(Impl::Call::writing);
    if (fails) data = data.substr(0, disk.chance() % (data.size() + 1));
    if (!data.empty()) Impl::change(*handle.node, handle.scratch, static_cast<std::size_t>(to), data);
    return fails ? disk.full_or(SQLITE_IOERR_WRITE) : SQLITE_OK;
}

int on_truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    if (handle.disk->is_dead(handle) || handle.disk->meets_fault(Impl::Call::other)) return SQLITE_IOERR_TRUNCATE;
    const auto bytes = static_cast<std::size_t>(size);
    handle.node->content.resize(bytes, '\0');
    if (!handle.scratch) handle.node->pending.push_back({bytes, {}, true});
    return SQLITE_OK;
}

int on_sync(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    Impl& disk = *handle.disk;
    const Guard lock(disk.mutex);
    if (disk.is_dead(handle)) return SQLITE_IOERR_FSYNC;
    ++disk.syncs;
    Node& node = *handle.node;
    if (disk.meets_fault(Impl::Call::other)) {
        // Linux marks pages clean that it failed to write: programs see them, the disk does not have them, and the next
        // sync finds nothing to do.
        const std::string seen = node.content;
        const bool all_lost = disk.odds(2);
        disk.crash(node, all_lost ? Fate::dropped : Fate::some_sectors, disk.chance);
        node.content = seen;
        return SQLITE_IOERR_FSYNC;
    }
    for (const Change& one : node.pending) {
        if (one.truncation)
            node.durable.resize(one.at, '\0');
        else
            Impl::apply(node.durable, one.at, one.data, nullptr);
    }
    node.pending.clear();
    if (handle.syncs_folder) {
        disk.sync_names();
        handle.syncs_folder = false;
    }
    return SQLITE_OK;
}

int on_file_size(sqlite3_file* file, sqlite3_int64* size) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    if (handle.disk->is_dead(handle) || handle.disk->meets_fault(Impl::Call::other)) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle.node->content.size());
    return SQLITE_OK;
}

int on_lock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    if (handle.disk->is_dead(handle)) return SQLITE_IOERR_LOCK;
    Node& node = *handle.node;
    if (handle.lock >= level) return SQLITE_OK;
    const auto taken_by_other = [&](const Handle* holder) { return holder != nullptr && holder != &handle; };
    if (level == SQLITE_LOCK_SHARED) {
        if (taken_by_other(node.pending_lock) || taken_by_other(node.exclusive)) return SQLITE_BUSY;
        ++node.shared;
    } else if (level == SQLITE_LOCK_RESERVED) {
        if (taken_by_other(node.reserved) || taken_by_other(node.pending_lock)) return SQLITE_BUSY;
        node.reserved = &handle;
    } else {
        if (taken_by_other(node.reserved) || taken_by_other(node.pending_lock)) return SQLITE_BUSY;
        node.pending_lock = &handle;
        if (node.shared > 1) {
            handle.lock = SQLITE_LOCK_PENDING;
            return SQLITE_BUSY;
        }
        node.exclusive = &handle;
    }
    handle.lock = level;
    return SQLITE_OK;
}

void unlock(Handle& handle, int level) {
    Node& node = *handle.node;
    if (handle.lock <= level) return;
    for (const Handle** holder : {&node.reserved, &node.pending_lock, &node.exclusive}) {
        if (*holder == &handle) *holder = nullptr;
    }
    if (level == SQLITE_LOCK_NONE && handle.lock >= SQLITE_LOCK_SHARED) --node.shared;
    handle.lock = level;
}

int on_unlock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    unlock(handle, level);
    return SQLITE_OK;
}

int on_check_reserved(sqlite3_file* file, int* reserved) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    const Node& node = *handle.node;
    *reserved = node.reserved != nullptr || node.pending_lock != nullptr || node.exclusive != nullptr ? 1 : 0;
    return SQLITE_OK;
}

int on_file_control(sqlite3_file* file, int what, void* argument) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    if (what == SQLITE_FCNTL_POWERSAFE_OVERWRITE) {
        *static_cast<int*>(argument) = 1;
        return SQLITE_OK;
    }
    if (what == SQLITE_FCNTL_HAS_MOVED) {
        const auto found = handle.disk->names.find(handle.path);
        *static_cast<int*>(argument) = found == handle.disk->names.end() || found->second != handle.node ? 1 : 0;
        return SQLITE_OK;
    }
    return SQLITE_NOTFOUND;
}

int on_sector_size(sqlite3_file*) { return static_cast<int>(kSector); }

// A write never harms the bytes beside it: what Linux and Windows disks are taken to promise by default.
int on_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int on_memory_map(sqlite3_file* file, int number, int bytes, int extend, void volatile** out) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    *out = nullptr;
    if (handle.disk->is_dead(handle) || handle.disk->meets_fault(Impl::Call::other)) return SQLITE_IOERR_SHMMAP;
    if (!handle.memory) {
        handle.memory = handle.node->memory.lock();
        if (!handle.memory) handle.node->memory = handle.memory = std::make_shared<SharedMemory>();
    }
    auto& regions = handle.memory->regions;
    const auto place = static_cast<std::size_t>(number);
    if (place >= regions.size() && extend == 0) return SQLITE_OK;
    while (place >= regions.size()) regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(bytes)));
    *out = regions[place].get();
    return SQLITE_OK;
}

void release(Handle& handle, unsigned mask) {
    for (std::size_t slot = 0; slot < SQLITE_SHM_NLOCK; ++slot) {
        const unsigned bit = 1U << slot;
        if ((mask & bit) == 0) continue;
        if ((handle.shared_mask & bit) != 0) --handle.memory->shared[slot];
        if ((handle.exclusive_mask & bit) != 0) handle.memory->exclusive[slot] = false;
    }
    handle.shared_mask &= ~mask;
    handle.exclusive_mask &= ~mask;
}

int on_memory_lock(sqlite3_file* file, int offset, int count, int flags) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    const unsigned mask = ((1U << (offset + count)) - 1) & ~((1U << offset) - 1);
    if (!handle.memory) return SQLITE_IOERR_SHMLOCK;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        release(handle, mask);
        return SQLITE_OK;
    }
    if (handle.disk->is_dead(handle)) return SQLITE_IOERR_SHMLOCK;
    SharedMemory& memory = *handle.memory;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (std::size_t slot = 0; slot < SQLITE_SHM_NLOCK; ++slot) {
        const unsigned bit = 1U << slot;
        if ((mask & bit) == 0 || (handle.exclusive_mask & bit) != 0) continue;
        const int others = memory.shared[slot] - ((handle.shared_mask & bit) != 0 ? 1 : 0);
        if (memory.exclusive[slot] || (exclusive && others > 0)) return SQLITE_BUSY;
    }
    for (std::size_t slot = 0; slot < SQLITE_SHM_NLOCK; ++slot) {
        const unsigned bit = 1U << slot;
        if ((mask & bit) == 0) continue;
        if (exclusive) {
            memory.exclusive[slot] = true;
            handle.exclusive_mask |= bit;
        } else if ((handle.shared_mask & bit) == 0) {
            ++memory.shared[slot];
            handle.shared_mask |= bit;
        }
    }
    return SQLITE_OK;
}

void on_memory_barrier(sqlite3_file* file) {
    // Taking the lock is a full barrier.
    const Guard lock(handle_of(file).disk->mutex);
}

int on_memory_unmap(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    const Guard lock(handle.disk->mutex);
    if (handle.memory) release(handle, ~0U);
    handle.memory.reset();  // the last one to let go frees it, as a file that nobody has mapped is rebuilt
    return SQLITE_OK;
}

int on_close(sqlite3_file* file) {
    Handle& handle = handle_of(file);
    on_memory_unmap(file, 0);
    {
        const Guard lock(handle.disk->mutex);
        unlock(handle, SQLITE_LOCK_NONE);
    }
    handle.~Handle();
    return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {2,
                                     on_close,
                                     on_read,
                                     on_write,
                                     on_truncate,
                                     on_sync,
                                     on_file_size,
                                     on_lock,
                                     on_unlock,
                                     on_check_reserved,
                                     on_file_control,
                                     on_sector_size,
                                     on_characteristics,
                                     on_memory_map,
                                     on_memory_lock,
                                     on_memory_barrier,
                                     on_memory_unmap,
                                     nullptr,
                                     nullptr};

Impl& disk_of(sqlite3_vfs* layer) { return *static_cast<Impl*>(layer->pAppData); }

int on_open(sqlite3_vfs* layer, const char* name, sqlite3_file* file, int flags, int* opened) {
    Impl& disk = disk_of(layer);
    const Guard lock(disk.mutex);
    file->pMethods = nullptr;
    if (!disk.powered) return SQLITE_CANTOPEN;
    NodePtr node;
    bool is_new = false;
    const bool scratch = name == nullptr || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    if (scratch) {
        node = std::make_shared<Node>();
    } else {
        const auto found = disk.names.find(name);
        is_new = found == disk.names.end();
        if (is_new && ((flags & SQLITE_OPEN_CREATE) == 0 || disk.read_only)) return SQLITE_CANTOPEN;
        if (disk.meets_fault(is_new ? Impl::Call::writing : Impl::Call::other)) return SQLITE_CANTOPEN;
        if (is_new) {
            node = std::make_shared<Node>();
            disk.set_name(name, node);
        } else {
            node = found->second;
        }
        if (disk.read_only && (flags & SQLITE_OPEN_READWRITE) != 0) {
            flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
        }
    }
    auto* handle = new (file) Handle;
    handle->disk = &disk;
    handle->node = std::move(node);
    handle->path = name == nullptr ? "" : name;
    handle->generation = disk.generation;
    handle->scratch = scratch;
    constexpr int kJournals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    // As SQLite's layer for Unix does: whoever may have created a journal or log syncs the folder with its first sync.
    handle->syncs_folder = (flags & SQLITE_OPEN_CREATE) != 0 && (flags & kJournals) != 0;
    handle->base.pMethods = &kMethods;
    if (opened != nullptr) *opened = flags;
    return SQLITE_OK;
}

int on_delete(sqlite3_vfs* layer, const char* name, int sync_folder) {
    Impl& disk = disk_of(layer);
    const Guard lock(disk.mutex);
    if (!disk.powered || disk.read_only) return SQLITE_IOERR_DELETE;
    if (disk.names.count(name) == 0) return SQLITE_IOERR_DELETE_NOENT;
    if (disk.meets_fault(Impl::Call::other)) return SQLITE_IOERR_DELETE;
    disk.set_name(name, nullptr);
    if (sync_folder != 0) disk.sync_names();
    return SQLITE_OK;
}

int on_access(sqlite3_vfs* layer, const char* name, int flags, int* result) {
    Impl& disk = disk_of(layer);
    const Guard lock(disk.mutex);
    if (!disk.powered || disk.meets_fault(Impl::Call::other)) return SQLITE_IOERR_ACCESS;
    const auto found = disk.names.find(name);
    *result = found != disk.names.end() ? 1 : 0;
    // As SQLite's own layer does: an empty file counts as absent here.
    if (flags == SQLITE_ACCESS_EXISTS && *result != 0 && found->second->content.empty()) *result = 0;
    if (flags == SQLITE_ACCESS_READWRITE && disk.read_only) *result = 0;
    return SQLITE_OK;
}

int on_full_path(sqlite3_vfs*, const char* name, int bytes, char* out) {
    const std::string full = name[0] == '/' ? std::string{name} : std::string{"/"} + name;
    if (full.size() + 1 > static_cast<std::size_t>(bytes)) return SQLITE_CANTOPEN;
    std::memcpy(out, full.c_str(), full.size() + 1);
    return SQLITE_OK;
}

int on_randomness(sqlite3_vfs* layer, int bytes, char* out) {
    Impl& disk = disk_of(layer);
    const Guard lock(disk.mutex);
    for (int i = 0; i < bytes; ++i) out[i] = static_cast<char>(disk.chance());
    return bytes;
}

// Only a lock that somebody holds gets here, and SQLite counts its busy timeout by these calls.
int on_sleep(sqlite3_vfs*, int microseconds) {
    std::this_thread::sleep_for(std::chrono::microseconds{microseconds});
    return microseconds;
}

int on_time(sqlite3_vfs*, sqlite3_int64* now) {
    *now = 2'461'366LL * 86'400'000LL;  // a day in November 2026; nothing of ours asks SQLite for the time
    return SQLITE_OK;
}

int on_last_error(sqlite3_vfs*, int, char*) { return 0; }

std::atomic<int> disks{0};

}  // namespace

PowerCutDisk::PowerCutDisk(std::uint64_t seed) : impl_(std::make_unique<Impl>(seed)) {
    impl_->name = "power-cut-" + std::to_string(++disks);
    sqlite3_vfs& layer = impl_->layer;
    layer.iVersion = 2;
    layer.szOsFile = static_cast<int>(sizeof(Handle));
    layer.mxPathname = 512;
    layer.zName = impl_->name.c_str();
    layer.pAppData = impl_.get();
    layer.xOpen = on_open;
    layer.xDelete = on_delete;
    layer.xAccess = on_access;
    layer.xFullPathname = on_full_path;
    layer.xRandomness = on_randomness;
    layer.xSleep = on_sleep;
    layer.xGetLastError = on_last_error;
    layer.xCurrentTimeInt64 = on_time;
    sqlite3_vfs_register(&layer, 0);
}

PowerCutDisk::~PowerCutDisk() { sqlite3_vfs_unregister(&impl_->layer); }

const std::string& PowerCutDisk::name() const { return impl_->name; }

void PowerCutDisk::cut(std::uint64_t seed) {
    const Guard lock(impl_->mutex);
    impl_->cut(seed);
}

void PowerCutDisk::cut_at(std::uint64_t nth, std::uint64_t seed) {
    const Guard lock(impl_->mutex);
    impl_->calls_until_cut = nth;
    impl_->cut_seed = seed;
}

void PowerCutDisk::power_on() {
    const Guard lock(impl_->mutex);
    impl_->powered = true;
}

void PowerCutDisk::fail(Fault fault, std::uint64_t nth, bool stays) {
    const Guard lock(impl_->mutex);
    impl_->fault = fault;
    impl_->calls_until_fault = nth;
    impl_->fault_stays = stays;
    impl_->fault_met = false;
}

void PowerCutDisk::heal() {
    const Guard lock(impl_->mutex);
    impl_->fault.reset();
}

bool PowerCutDisk::has_failed() const {
    const Guard lock(impl_->mutex);
    return impl_->fault_met;
}

void PowerCutDisk::set_read_only(bool read_only) {
    const Guard lock(impl_->mutex);
    impl_->read_only = read_only;
}

std::uint64_t PowerCutDisk::calls() const {
    const Guard lock(impl_->mutex);
    return impl_->calls;
}

std::uint64_t PowerCutDisk::writing_calls() const {
    const Guard lock(impl_->mutex);
    return impl_->writing_calls;
}

std::uint64_t PowerCutDisk::syncs() const {
    const Guard lock(impl_->mutex);
    return impl_->syncs;
}

std::optional<std::string> PowerCutDisk::content(const std::string& path) const {
    const Guard lock(impl_->mutex);
    const auto found = impl_->names.find(path);
    if (found == impl_->names.end()) return std::nullopt;
    return found->second->content;
}

std::vector<std::string> PowerCutDisk::files() const {
    const Guard lock(impl_->mutex);
    std::vector<std::string> all;
    for (const auto& [path, node] : impl_->names) all.push_back(path);
    return all;
}

void PowerCutDisk::put(const std::string& path, std::string content) {
    const Guard lock(impl_->mutex);
    auto node = std::make_shared<Node>();
    node->content = node->durable = std::move(content);
    impl_->names[path] = impl_->durable_names[path] = node;
}

void PowerCutDisk::remove(const std::string& path) {
    const Guard lock(impl_->mutex);
    impl_->names.erase(path);
    impl_->durable_names.erase(path);
}

}  // namespace crossdock::testing
