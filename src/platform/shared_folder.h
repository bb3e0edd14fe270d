// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace crossdock::platform {

/// A folder that other programs read and write at the same time, on this machine or on a share. Files are named by
/// UTF-8 paths in it with `/`, "in/stock.csv". Errors of all calls, each naming the file: not_found `file_missing`
/// (also when the folder itself is gone), conflict `file_busy` (another program holds it; later it may let go), denied
/// `file_denied`, unavailable `file_failed` (disk full, the share is gone). One thread at a time.
class SharedFolder {
public:
    struct Entry {
        enum class Kind { file, folder, link, other };
        std::string name;  // without the folder
        Kind kind = Kind::file;
        std::uint64_t bytes = 0;
        std::int64_t changed = 0;  // when, in whatever unit: equal means unchanged
    };
    /// An open file, to be read from its beginning.
    class Reader {
    public:
        virtual ~Reader() = default;
        /// The next bytes, at most `most`; empty at the end. They live until the next call.
        virtual Result<std::string_view> read(std::size_t most) = 0;
    };

    virtual ~SharedFolder() = default;
    /// What is in a folder ("": this one), by name. Links are listed and not followed. Names that are not Unicode are
    /// left out.
    virtual Result<std::vector<Entry>> list(const std::string& folder) = 0;
    virtual Result<Entry> look(const std::string& file) = 0;
    /// Makes it, unless it is there.
    virtual Status make_folder(const std::string& folder) = 0;
    /// Refuses one that another program still writes, where the system tells.
    virtual Result<std::unique_ptr<Reader>> open(const std::string& file) = 0;
    /// Writes a file anew and waits until the disk has it. Not in one step: write under a name that nobody looks at,
    /// then move. Whoever may use the folder may use the file.
    virtual Status write(const std::string& file, std::string_view content) = 0;
    /// In one step, over whatever is there; waits until the disk has it.
    virtual Status move(const std::string& from, const std::string& to) = 0;
    /// A file that is not there is no error.
    virtual Status remove(const std::string& file) = 0;
};

/// The system's own. Makes nothing: a folder that is not there shows in the first call.
std::unique_ptr<SharedFolder> make_shared_folder(const std::filesystem::path& folder);

/// This machine's name, for others who use the folder; "localhost" when the system does not say.
std::string host_name();

}  // namespace crossdock::platform
