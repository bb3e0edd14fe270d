// SPDX-License-Identifier: Apache-2.0
// MinGW keeps a thread's `thread_local` objects in memory that it frees as the thread ends, and runs their destructors only
// after that (GCC bug 83562): a thread that ends would destroy what is no longer there, and take the program with it. So the
// list of destructors is ours (cmake/Library.cmake makes the linker take it). Ours and that memory both hang on keys of
// POSIX threads, whose ends come in the order in which the keys were made; that of the memory is made when the first
// `thread_local` is used, ours before any of them. The first thread's objects are left to the end of the process.
#include <pthread.h>

#include <cstdlib>

namespace {

struct PendingEnd {
    void (*destroy)(void*);
    void* object;
    PendingEnd* before;
};

pthread_key_t newest_end;  // of each thread: what was registered last

void run_ends(void* newest) {
    // A destructor may use a `thread_local` that the thread had not used before.
    while (newest != nullptr) {
        pthread_setspecific(newest_end, nullptr);
        auto* end = static_cast<PendingEnd*>(newest);
        while (end != nullptr) {
            PendingEnd* const before = end->before;
            end->destroy(end->object);
            std::free(end);
            end = before;
        }
        newest = pthread_getspecific(newest_end);
    }
}

[[gnu::constructor(101)]] void make_key_for_ends() {
    if (pthread_key_create(&newest_end, run_ends) != 0) std::abort();
}

}  // namespace

extern "C" int __cxa_thread_atexit(void (*destroy)(void*), void* object, void*) noexcept {
    auto* const end = static_cast<PendingEnd*>(std::malloc(sizeof(PendingEnd)));
    if (end == nullptr) std::abort();
    *end = {destroy, object, static_cast<PendingEnd*>(pthread_getspecific(newest_end))};
    if (pthread_setspecific(newest_end, end) != 0) std::abort();
    return 0;
}
