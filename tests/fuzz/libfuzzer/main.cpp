// SPDX-License-Identifier: Apache-2.0
// All targets in one program for libFuzzer: CROSSDOCK_FUZZ names which of them runs. In the environment, and not among
// the arguments, because libFuzzer starts the program again with these.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/target.h"

namespace {

const crossdock::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    const char* name = std::getenv("CROSSDOCK_FUZZ");
    chosen = name == nullptr ? nullptr : crossdock::fuzz::find_target(name);
    if (chosen != nullptr) return 0;
    std::fputs("CROSSDOCK_FUZZ must name one of:", stderr);
    for (const auto& target : crossdock::fuzz::targets()) std::fprintf(stderr, " %s", std::string{target.name}.c_str());
    std::fputs("\n", stderr);
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        chosen->run({reinterpret_cast<const char*>(bytes), size});
    } catch (const crossdock::fuzz::BrokenPromise& broken) {
        std::fprintf(stderr, "BROKEN PROMISE: %s\n", broken.what.c_str());
        std::abort();
    } catch (const std::exception& thrown) {
        std::fprintf(stderr, "THROWN: %s\n", thrown.what());
        std::abort();
    }
    return 0;
}
