// SPDX-License-Identifier: Apache-2.0
// Preloaded into the real binary (LD_PRELOAD) by tests/integration/bad_disk_test.cpp: while the folder
// CROSSDOCK_TEST_DISK_FOLDER has a file "full", nothing can be written to any file (ENOSPC); while it has "read-only",
// neither (EROFS), as after the system took a failing disk for reading alone; while it has "failing", no write and no
// sync comes through (EIO). Standard output and error are no files of that disk. So the binary itself needs no door for
// tests.
#include <dlfcn.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace {

/// What writing to this file says now; 0: it works.
int refusal(int file) {
    static const char* const folder = std::getenv("CROSSDOCK_TEST_DISK_FOLDER");
    struct stat about {};
    if (folder == nullptr || file <= 2 || fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return 0;
    const std::string gates = std::string{folder} + "/";
    if (access((gates + "full").c_str(), F_OK) == 0) return ENOSPC;
    if (access((gates + "read-only").c_str(), F_OK) == 0) return EROFS;
    if (access((gates + "failing").c_str(), F_OK) == 0) return EIO;
    return 0;
}

bool refuses(int file) {
    const int before = errno;
    const int why = refusal(file);
    errno = why == 0 ? before : why;
    return why != 0;
}

template <class Call>
Call next(const char* name) {
    return reinterpret_cast<Call>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" ssize_t write(int file, const void* bytes, size_t size) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
    return refuses(file) ? -1 : real(file, bytes, size);
}

extern "C" ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    return refuses(file) ? -1 : real(file, bytes, size, at);
}

extern "C" ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return refuses(file) ? -1 : real(file, bytes, size, at);
}

extern "C" int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    return refusal(file) == EIO && refuses(file) ? -1 : real(file);
}

extern "C" int fdatasync(int file) {
    static const auto real = next<int (*)(int)>("fdatasync");
    return refusal(file) == EIO && refuses(file) ? -1 : real(file);
}
