// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace crossdock::bench {

struct Load {
    int port = 0;
    int connections = 1;
    double seconds = 2;
    bool over_tls = false;  // whoever answers is trusted
    bool anew = false;      // a connection for each request, and over TLS a whole handshake
    std::vector<std::string> headers;  // whole lines without their end
    std::string method = "GET";
    std::function<std::string(int connection, long round)> target;  // path and query
    std::function<std::string(int connection, long round)> body = {};
};

struct LoadFigures {
    double per_second = 0, p50_ms = 0, p99_ms = 0, bytes_per_second = 0;
    long failed = 0;
};

/// Keeps every connection busy with one request at a time from a process of its own, so that client and server do not
/// share a heap or an allocator lock. Blocking sockets, answers read and thrown away.
LoadFigures run_load(const Load& load);

}  // namespace crossdock::bench
