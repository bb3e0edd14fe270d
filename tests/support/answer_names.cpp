// SPDX-License-Identifier: Apache-2.0
// Preloaded into the real binary (LD_PRELOAD) by tests/integration/webhooks_out_test.cpp: every name that ends with
// ".crossdock-test" is what the file in CROSSDOCK_TEST_NAMES says it is at that moment, as a name server with a short
// memory would have it. So the binary itself needs no door for tests.
#include <dlfcn.h>
#include <netdb.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
    using LookUp = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
    static const LookUp real = reinterpret_cast<LookUp>(dlsym(RTLD_NEXT, "getaddrinfo"));
    constexpr std::string_view kOurs = ".crossdock-test";
    const char* const file = std::getenv("CROSSDOCK_TEST_NAMES");
    const std::string_view name = host == nullptr ? std::string_view{} : std::string_view{host};
    if (file == nullptr || !name.ends_with(kOurs)) return real(host, service, hints, found);
    std::ifstream in(file);
    std::string address;
    if (!(in >> address)) return EAI_AGAIN;
    return real(address.c_str(), service, hints, found);
}
