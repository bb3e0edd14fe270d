// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <optional>

#include "base/at_work.h"

namespace crossdock::platform {

/// Writes down, as the process dies of its own fault, in whose work it happened (base/at_work.h), so that the next
/// start knows. While it lives, SIGABRT, SIGSEGV, SIGBUS, SIGFPE and SIGILL leave a note of a few bytes in
/// `<database>.crash` before they end the process as ever. A signal that somebody else sent is no fault of whoever was
/// at work: no note. SIGKILL, power loss and a stack that overflowed leave none, either. One at a time: a second one
/// throws std::logic_error.
class CrashNote {
public:
    struct Crash {
        int signal = 0;
        AtWork at_work;  // nobody: it happened outside of any job
    };

    /// Reads what an earlier process left, then watches this one.
    explicit CrashNote(const std::filesystem::path& database);
    /// The signals mean what they meant before.
    ~CrashNote();
    CrashNote(const CrashNote&) = delete;
    CrashNote& operator=(const CrashNote&) = delete;

    /// The note that was found. It stays on disk until the next crash or the next clean end, so it may be older than
    /// the last end: job and fence tell, because a run has its fence alone.
    [[nodiscard]] const std::optional<Crash>& last() const { return last_; }
    /// A clean end: removes the note.
    void forget();

private:
    std::filesystem::path file_;
    std::optional<Crash> last_;
};

}  // namespace crossdock::platform
