// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "platform/crash_note.h"
#include "platform/file.h"

namespace crossdock::platform {
namespace {

constexpr std::size_t kLongestNote = 256;

// What runs as the process dies allocates nothing and locks nothing: all it needs lies ready.
std::array<wchar_t, 32'768> note_path{};
std::atomic<bool> watching{false};
std::atomic<bool> noted{false};
LPTOP_LEVEL_EXCEPTION_FILTER filter_before = nullptr;
void (*abort_before)(int) = SIG_DFL;

void write_note(int signal) {
    if (noted.exchange(true)) return;
    const HANDLE file =
        ::CreateFileW(note_path.data(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) return;
    std::array<char, kLongestNote> text{};
    char* at = text.data();
    const auto add = [&](std::string_view words, std::int64_t number) {
        for (const char c : words) *at++ = c;
        at = std::to_chars(at, text.data() + text.size(), number).ptr;
    };
    const AtWork whose = at_work();
    add("signal ", signal);
    add(" job ", whose.job);
    add(" fence ", whose.fence);
    *at++ = '\n';
    DWORD written = 0;
    ::WriteFile(file, text.data(), static_cast<DWORD>(at - text.data()), &written, nullptr);
    ::CloseHandle(file);
}

/// The signal that other systems send for it, so that a note reads the same everywhere.
int signal_of(DWORD exception) {
    switch (exception) {
        case EXCEPTION_ACCESS_VIOLATION:
        case EXCEPTION_IN_PAGE_ERROR:
        case EXCEPTION_GUARD_PAGE: return SIGSEGV;
        case EXCEPTION_ILLEGAL_INSTRUCTION:
        case EXCEPTION_PRIV_INSTRUCTION: return SIGILL;
        case EXCEPTION_INT_DIVIDE_BY_ZERO:
        case EXCEPTION_INT_OVERFLOW:
        case EXCEPTION_FLT_DIVIDE_BY_ZERO:
        case EXCEPTION_FLT_INVALID_OPERATION: return SIGFPE;
        default: return SIGABRT;
    }
}

// In the thread that failed, before Windows' own report.
LONG WINAPI note_exception(EXCEPTION_POINTERS* what) {
    write_note(signal_of(what->ExceptionRecord->ExceptionCode));
    return filter_before != nullptr ? filter_before(what) : EXCEPTION_CONTINUE_SEARCH;
}

void note_abort(int number) {
    write_note(SIGABRT);
    if (abort_before != SIG_DFL && abort_before != SIG_IGN) abort_before(number);
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
    const std::wstring path = std::filesystem::absolute(file_, ignored).wstring();
    note_path.fill(L'\0');
    noted = path.size() >= note_path.size();
    if (!noted) path.copy(note_path.data(), path.size());
    filter_before = ::SetUnhandledExceptionFilter(note_exception);
    abort_before = std::signal(SIGABRT, note_abort);
}

CrashNote::~CrashNote() {
    std::signal(SIGABRT, abort_before);
    ::SetUnhandledExceptionFilter(filter_before);
    watching = false;
}

void CrashNote::forget() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
}

}  // namespace crossdock::platform
