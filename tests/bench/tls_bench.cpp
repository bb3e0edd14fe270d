// SPDX-License-Identifier: Apache-2.0
// What TLS costs the server for each request, against plain HTTP in the same run: requests a second, latency, and the
// server's own CPU time. tls_bench [rounds]. The machine is shared and noisy: figures are medians of alternating runs.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench/load_client.h"
#include "crypto/certificate.h"
#include "http/server.h"

namespace {

using namespace crossdock;

double own_cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Kind {
    const char* name;
    const char* path;
    int connections;
    bool anew;
};

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 5;
    http::Router router;
    router.add(
        {"GET", "/small", [](const http::Request&) { return http::Response::json(200, std::string(100, 'x')); }});
    router.add(
        {"GET", "/page", [](const http::Request&) { return http::Response::json(200, std::string(250'000, 'x')); }});
    http::ServerOptions options;
    http::Server plain(options, router);
    const Timestamp now = SystemClock{}.now();
    const auto authority = crypto::make_authority("bench", {"localhost"}, now);
    const auto pair = crypto::issue_certificate(authority, {"localhost"}, now);
    options.tls = *http::TlsIdentity::make({pair->certificate, pair->private_key});
    http::Server secure(options, router);
    if (!plain.start() || !secure.start()) return 1;

    std::printf(
        "| | requests/s plain | TLS | TLS/plain | CPU us plain | TLS | p99 ms plain | TLS "
        "|\n|---|---|---|---|---|---|---|---|\n");
    for (const Kind& kind : {Kind{"100 bytes, 1 connection kept", "/small", 1, false},
                             Kind{"100 bytes, 8 connections kept", "/small", 8, false},
                             Kind{"250 kB, 8 connections kept", "/page", 8, false},
                             Kind{"100 bytes, a connection each, 8 at once", "/small", 8, true}}) {
        std::vector<double> rate[2], cpu[2], p99[2], ratio;
        for (int round = 0; round < rounds; ++round) {
            for (const int over_tls : {0, 1}) {
                bench::Load load;
                load.port = (over_tls != 0 ? secure : plain).port();
                load.connections = kind.connections;
                load.over_tls = over_tls != 0;
                load.anew = kind.anew;
                load.target = [&](int, long) { return kind.path; };
                const double before = own_cpu_seconds();
                const auto figures = bench::run_load(load);
                rate[over_tls].push_back(figures.per_second);
                cpu[over_tls].push_back((own_cpu_seconds() - before) * 1e6 / (figures.per_second * load.seconds));
                p99[over_tls].push_back(figures.p99_ms);
                if (figures.failed > 0) std::printf("%ld failed\n", figures.failed);
            }
            ratio.push_back(rate[1].back() / rate[0].back());
        }
        std::printf("| %s | %.0f | %.0f | %.2f | %.0f | %.0f | %.1f | %.1f |\n", kind.name, median(rate[0]),
                    median(rate[1]), median(ratio), median(cpu[0]), median(cpu[1]), median(p99[0]), median(p99[1]));
        std::fflush(stdout);
    }
    plain.stop(std::chrono::seconds{1});
    secure.stop(std::chrono::seconds{1});
    return 0;
}
