// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "platform/crash_note.h"
#include "platform/file.h"

namespace crossdock::platform {
namespace {

constexpr std::array kWatched{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr std::size_t kLongestNote = 256;

// The handler may allocate nothing and lock nothing: all it needs lies ready.
std::array<char, 4096> note_path{};
std::array<struct sigaction, kWatched.size()> crash_handlers_before;
std::atomic<bool> watching{false};
std::atomic<bool> noted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "signal handlers need it");

/// Text of a few numbers, put together without the standard library's help.
class Line {
public:
    void add(const char* text) {
        while (*text != '\0') put(*text++);
    }
    void add(std::int64_t number) {
        std::array<char, 20> digits{};
        std::size_t count = 0;
        for (auto rest = static_cast<std::uint64_t>(number < 0 ? 0 : number); rest > 0 || count == 0; rest /= 10)
            digits[count++] = static_cast<char>('0' + rest % 10);
        while (count > 0) put(digits[--count]);
    }
    void write_to(int descriptor) const {
        std::size_t done = 0;
        while (done < size_) {
            const auto put_now = ::write(descriptor, bytes_.data() + done, size_ - done);
            if (put_now <= 0) return;
            done += static_cast<std::size_t>(put_now);
        }
    }

private:
    void put(char c) {
        if (size_ < bytes_.size()) bytes_[size_++] = c;
    }
    std::array<char, kLongestNote> bytes_{};
    std::size_t size_ = 0;
};

void write_note(int signal) {
    const int descriptor = ::open(note_path.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return;
    const AtWork whose = at_work();
    Line line;
    line.add("signal ");
    line.add(signal);
    line.add(" job ");
    line.add(whose.job);
    line.add(" fence ");
    line.add(whose.fence);
    line.add("\n");
    line.write_to(descriptor);
    ::close(descriptor);
}

void note_crash(int number, siginfo_t* info, void*) {
    // Above 0 the system says so: a fault of the instruction that ran. Otherwise somebody sent it; abort() sends it to
    // its own process.
    const bool fault = info->si_code > 0;
    if ((fault || info->si_pid == ::getpid()) && !noted.exchange(true)) write_note(number);
    for (std::size_t i = 0; i < kWatched.size(); ++i)
        if (kWatched[i] == number) ::sigaction(number, &crash_handlers_before[i], nullptr);
    // A fault happens again as soon as this returns; what was sent is sent once more. Either meets the old handler.
    if (!fault) ::raise(number);
}

std::optional<std::int64_t> number_after(std::string_view text, std::string_view word) {
    const auto at = text.find(word);
    if (at == std::string_view::npos) return std::nullopt;
    std::int64_t number = 0;
    const char* const begin = text.data() + at + word.size();
    if (std::from_chars(begin, text.data() + text.size(), number).ec != std::errc{}) return std::nullopt;
    return number;
}

std::optional<CrashNote::Crash> read_note(const std::filesystem::path& file) {
    const auto text = read_file(file, kLongestNote);
    if (!text) return std::nullopt;
    const auto signal = number_after(*text, "signal ");
    const auto job = number_after(*text, " job ");
    const auto fence = number_after(*text, " fence ");
    if (!signal || !job || !fence) return std::nullopt;  // cut off as the process died
    return CrashNote::Crash{static_cast<int>(*signal), {*job, *fence}};
}

}  // namespace

CrashNote::CrashNote(const std::filesystem::path& database) : file_(database) {
    file_ += ".crash";
    if (watching.exchange(true)) throw std::logic_error("platform::CrashNote exists already");
    last_ = read_note(file_);
    // The process may change its folder; the note belongs beside the database.
    std::error_code ignored;
    const std::string path = std::filesystem::absolute(file_, ignored).string();
    note_path.fill('\0');
    noted = path.size() >= note_path.size();
    if (!noted) std::copy(path.begin(), path.end(), note_path.begin());
    struct sigaction action {};
    action.sa_sigaction = note_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kWatched.size(); ++i) ::sigaction(kWatched[i], &action, &crash_handlers_before[i]);
}

CrashNote::~CrashNote() {
    for (std::size_t i = 0; i < kWatched.size(); ++i) ::sigaction(kWatched[i], &crash_handlers_before[i], nullptr);
    watching = false;
}

void CrashNote::forget() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

}  // namespace crossdock::platform
