// SPDX-License-Identifier: Apache-2.0
#include "db/sqlite_files.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "db/disk.h"
#include "db/sqlite_connection.h"

namespace crossdock::db {
namespace {

constexpr int kRead = SQLITE_OPEN_READONLY;
constexpr int kReadWrite = SQLITE_OPEN_READWRITE;

std::uint32_t big_endian(const unsigned char* at) {
    return (std::uint32_t{at[0]} << 24) | (std::uint32_t{at[1]} << 16) | (std::uint32_t{at[2]} << 8) | at[3];
}

constexpr std::string_view kMarkText =
    "\nThis file is here while crossdock has the database open. Left behind after a crash it makes the next start "
    "check the\n"
    "database. Do not delete it.\n";

}  // namespace

/// A file opened through the layer, closed at the end of the scope.
class SqliteFiles::Open {
public:
    Open(sqlite3_vfs* layer, const std::string& path, int flags)
        : name_(sqlite3_create_filename(path.c_str(), "", "", 0, nullptr)),
          memory_(std::make_unique<std::max_align_t[]>(
              static_cast<std::size_t>(layer->szOsFile) / sizeof(std::max_align_t) + 1)),
          file_(static_cast<sqlite3_file*>(static_cast<void*>(memory_.get()))) {
        std::memset(memory_.get(), 0, static_cast<std::size_t>(layer->szOsFile));
        int opened = 0;
        code_ = name_ == nullptr ? SQLITE_NOMEM : layer->xOpen(layer, name_, file_, flags, &opened);
        if (code_ == SQLITE_OK && (flags & kReadWrite) != 0 && (opened & kReadWrite) == 0) code_ = SQLITE_READONLY;
    }
    ~Open() {
        if (file_->pMethods != nullptr) file_->pMethods->xClose(file_);
        sqlite3_free_filename(name_);
    }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;

    [[nodiscard]] int code() const { return code_; }
    [[nodiscard]] std::int64_t size() const {
        sqlite3_int64 bytes = 0;
        check(file_->pMethods->xFileSize(file_, &bytes), "Asking the size of");
        return bytes;
    }
    /// The rest is zero when the file is shorter.
    void read(void* to, std::size_t bytes, std::int64_t from) const {
        const int code = file_->pMethods->xRead(file_, to, static_cast<int>(bytes), from);
        if (code != SQLITE_IOERR_SHORT_READ) check(code, "Reading");
    }
    void write(const void* from, std::size_t bytes, std::int64_t to) const {
        check(file_->pMethods->xWrite(file_, from, static_cast<int>(bytes), to), "Writing");
    }
    void sync() const { check(file_->pMethods->xSync(file_, SQLITE_SYNC_NORMAL), "Syncing"); }

private:
    void check(int code, const char* doing) const {
        if (code != SQLITE_OK) throw sqlite_failure(code, std::string{doing} + " " + name_, nullptr);
    }

    const char* name_;
    std::unique_ptr<std::max_align_t[]> memory_;
    sqlite3_file* file_;
    int code_;
};

SqliteFiles::SqliteFiles(const std::string& layer, const std::string& path)
    : layer_(sqlite3_vfs_find(layer.empty() ? nullptr : layer.c_str())), real_(layer.empty()) {
    if (layer_ == nullptr) throw Failure(Failure::Kind::io, "There is no file layer named " + layer);
    std::vector<char> full(static_cast<std::size_t>(layer_->mxPathname) + 1);
    const int code = layer_->xFullPathname(layer_, path.c_str(), static_cast<int>(full.size()), full.data());
    if ((code & 0xFF) != SQLITE_OK) throw sqlite_failure(code, "Finding the folder of " + path, nullptr);
    path_ = full.data();
}

std::optional<std::int64_t> SqliteFiles::size_of(const std::string& path) const {
    const Open file(layer_, path, kRead | SQLITE_OPEN_MAIN_DB);
    if (file.code() != SQLITE_OK) return std::nullopt;
    try {
        return file.size();
    } catch (const Failure&) {
        return std::nullopt;
    }
}

bool SqliteFiles::is_there(const std::string& path) const {
    int there = 0;
    return layer_->xAccess(layer_, path.c_str(), SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK && there != 0;
}

std::optional<SqliteFiles::Header> SqliteFiles::header() const {
    const Open file(layer_, path_, kRead | SQLITE_OPEN_MAIN_DB);
    if (file.code() != SQLITE_OK) {
        if (!is_there(path_)) return std::nullopt;
        throw sqlite_failure(file.code(), "Opening " + path_, nullptr);
    }
    Header header;
    header.file_bytes = file.size();
    std::array<unsigned char, 100> bytes{};
    file.read(bytes.data(), bytes.size(), 0);
    header.is_sqlite = std::memcmp(bytes.data(), "SQLite format 3", 16) == 0;
    const std::uint32_t page = (std::uint32_t{bytes[16]} << 8) | bytes[17];
    header.page_bytes = page == 1 ? 65'536 : page;
    // Programs from before 2010 leave the field stale; it is valid when these two counters agree.
    if (big_endian(&bytes[24]) == big_endian(&bytes[92])) header.pages = big_endian(&bytes[28]);
    header.schema_version = big_endian(&bytes[60]);
    header.application_id = big_endian(&bytes[68]);
    return header;
}

SqliteFiles::Mark SqliteFiles::read_mark() const {
    const Open file(layer_, mark(), kRead | SQLITE_OPEN_MAIN_JOURNAL);
    if (file.code() != SQLITE_OK) return Mark::none;
    char first = 0;
    file.read(&first, 1, 0);
    // Neither: the power went before the mark was on the disk, and nothing is done before it is.
    if (first != 'c' && first != 'r') return Mark::none;
    return first == 'c' ? Mark::creating : Mark::running;
}

void SqliteFiles::write_mark(Mark mark_to_write) const {
    write_small(mark(), (mark_to_write == Mark::creating ? "c" : "r") + std::string{kMarkText});
}

std::string SqliteFiles::read_small(const std::string& path) const {
    const Open file(layer_, path, kRead | SQLITE_OPEN_MAIN_JOURNAL);
    if (file.code() != SQLITE_OK) {
        if (!is_there(path)) return {};
        throw sqlite_failure(file.code(), "Opening " + path, nullptr);
    }
    constexpr std::int64_t kSmall = 16 * 1024;
    std::string text(static_cast<std::size_t>(std::min(file.size(), kSmall)), '\0');
    if (!text.empty()) file.read(text.data(), text.size(), 0);
    return text;
}

void SqliteFiles::write_small(const std::string& path, const std::string& text) const {
    // Opened as a journal, because the layer then syncs the folder together with a new file.
    const Open file(layer_, path, kReadWrite | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_JOURNAL);
    if (file.code() != SQLITE_OK) throw sqlite_failure(file.code(), "Creating " + path, nullptr);
    file.write(text.data(), text.size(), 0);
    file.sync();
    if (real_) give_to_owner_of_folder(path);
}

void SqliteFiles::remove(const std::string& path) const {
    const int code = layer_->xDelete(layer_, path.c_str(), 1);
    if (code != SQLITE_OK && code != SQLITE_IOERR_DELETE_NOENT) {
        throw sqlite_failure(code, "Removing " + path, nullptr);
    }
}

// A sync that failed may leave pages in the system's cache that are marked as written and are not. The log then reads
// well after a restart of the program, the next sync finds nothing to do, and commits that are appended behind such a
// hole are lost with the next power cut although each was acknowledged. Writing the same bytes again makes the pages
// dirty, and this sync is a real one. A crash half-way changes nothing, for the bytes are those that were there.
// Source: "Can applications recover from fsync failures?", USENIX ATC 2020.
void SqliteFiles::harden_log() const {
    const Open file(layer_, log(), kReadWrite | SQLITE_OPEN_WAL);
    if (file.code() != SQLITE_OK) return;  // no log
    constexpr std::int64_t kPiece = 64 * 1024;  // the engine's file layer cuts one write to less than 128 KiB
    std::vector<char> piece(static_cast<std::size_t>(kPiece));
    const std::int64_t size = file.size();
    for (std::int64_t at = 0; at < size; at += kPiece) {
        const auto bytes = static_cast<std::size_t>(std::min(kPiece, size - at));
        file.read(piece.data(), bytes, at);
        file.write(piece.data(), bytes, at);
    }
    if (size > 0) file.sync();
}

}  // namespace crossdock::db
