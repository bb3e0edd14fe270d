// SPDX-License-Identifier: Apache-2.0
// Preloaded into the real binary (LD_PRELOAD) by tests/integration/crash_test.cpp: a thread that sends the word in
// CROSSDOCK_TEST_ABORT_WORD over a socket aborts, as a bug in whatever it does would make it. So the binary itself
// needs no door for tests.
#include <dlfcn.h>
#include <sys/socket.h>

#include <cstdlib>
#include <string_view>

extern "C" ssize_t send(int socket, const void* bytes, size_t size, int flags) {
    using Send = ssize_t (*)(int, const void*, size_t, int);
    static const Send real = reinterpret_cast<Send>(dlsym(RTLD_NEXT, "send"));
    static const char* const word = std::getenv("CROSSDOCK_TEST_ABORT_WORD");
    if (word != nullptr && std::string_view(static_cast<const char*>(bytes), size).find(word) != std::string_view::npos)
        std::abort();
    return real(socket, bytes, size, flags);
}
