// SPDX-License-Identifier: Apache-2.0
// Preloaded into the real binary (LD_PRELOAD) by tests/integration/upgrade_door_test.cpp: the opening of a file whose
// name holds one of the words in CROSSDOCK_TEST_HOLD_WORDS ("a,b") waits for as long as the folder
// CROSSDOCK_TEST_HOLD_FOLDER has a file of that word's name. So a test stops work on a disk at a known point and lets
// it go on, and the binary itself needs no door for tests.
#include <dlfcn.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void hold(const char* path) {
    const char* const folder = std::getenv("CROSSDOCK_TEST_HOLD_FOLDER");
    const char* const words = std::getenv("CROSSDOCK_TEST_HOLD_WORDS");
    if (folder == nullptr || words == nullptr) return;
    const std::string_view name = path;
    for (std::string_view rest = words; !rest.empty();) {
        const auto comma = rest.find(',');
        const std::string_view word = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        if (name.find(word) == std::string_view::npos) continue;
        const std::string gate = std::string{folder} + "/" + std::string{word};
        constexpr timespec kMoment{0, 2'000'000};
        while (access(gate.c_str(), F_OK) == 0) nanosleep(&kMoment, nullptr);
    }
}

int open_really(const char* symbol, const char* path, int flags, mode_t mode) {
    using Open = int (*)(const char*, int, ...);
    hold(path);
    return reinterpret_cast<Open>(dlsym(RTLD_NEXT, symbol))(path, flags, mode);
}

mode_t mode_of(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_really("open", path, flags, mode);
}

extern "C" int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_really("open64", path, flags, mode);
}
