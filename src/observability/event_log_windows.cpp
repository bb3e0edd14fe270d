// SPDX-License-Identifier: Apache-2.0
#include "observability/event_log.h"

#include <windows.h>

#include "base/windows_text.h"

namespace crossdock::log {
namespace {

// The one entry of the program's message table (packaging/windows/messages.mc): the text as it is.
constexpr DWORD kTextAsItIs = 1;
constexpr std::size_t kLongestText = 16'000;  // Windows takes about twice as much

WORD type_of(Level level) {
    switch (level) {
        case Level::trace:
        case Level::debug:
        case Level::info: return EVENTLOG_INFORMATION_TYPE;
        case Level::warn: return EVENTLOG_WARNING_TYPE;
        case Level::error: return EVENTLOG_ERROR_TYPE;
    }
    return EVENTLOG_ERROR_TYPE;
}

}  // namespace

void write_event(Level level, const std::string& line) {
    // Opened once, and left to the end of the process.
    static const HANDLE source = ::RegisterEventSourceW(nullptr, L"crossdock");
    if (source == nullptr) return;
    const std::wstring text = to_wide(line).substr(0, kLongestText);
    const wchar_t* texts[]{text.c_str()};
    ::ReportEventW(source, type_of(level), 0, kTextAsItIs, nullptr, 1, 0, texts, nullptr);
}

}  // namespace crossdock::log
