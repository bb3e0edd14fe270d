// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <windows.h>

#include <stdexcept>
#include <string>

namespace crossdock::platform {

/// This test program once more, with one test that is otherwise skipped and a word for it in CROSSDOCK_CHILD.
class TestChild {
public:
    TestChild(const std::wstring& test, const std::wstring& word) {
        wchar_t program[MAX_PATH];
        ::GetModuleFileNameW(nullptr, program, MAX_PATH);
        std::wstring command = L"\"" + std::wstring{program} + L"\" --gtest_filter=" + test;
        ::SetEnvironmentVariableW(L"CROSSDOCK_CHILD", word.c_str());
        STARTUPINFOW start{};
        start.cb = sizeof start;
        const BOOL made =
            ::CreateProcessW(nullptr, command.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr, &start, &process_);
        ::SetEnvironmentVariableW(L"CROSSDOCK_CHILD", nullptr);
        if (!made) throw std::runtime_error("the test cannot start itself");
    }
    ~TestChild() {
        kill();
        ::CloseHandle(process_.hThread);
        ::CloseHandle(process_.hProcess);
    }
    TestChild(const TestChild&) = delete;
    TestChild& operator=(const TestChild&) = delete;

    [[nodiscard]] DWORD pid() const { return process_.dwProcessId; }
    void kill() {
        ::TerminateProcess(process_.hProcess, 9);
        wait();
    }
    void wait() { ::WaitForSingleObject(process_.hProcess, 60'000); }

private:
    PROCESS_INFORMATION process_{};
};

/// What the parent has given us; empty when this is no child.
inline std::wstring child_word() {
    wchar_t word[1024];
    const DWORD size = ::GetEnvironmentVariableW(L"CROSSDOCK_CHILD", word, 1024);
    return {word, size < 1024 ? size : 0};
}

}  // namespace crossdock::platform
