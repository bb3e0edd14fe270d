// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/router.h"
#include "http/target.h"
#include "http/tls.h"

namespace crossdock::http {

/// One answered or refused request, for the log and the metrics.
struct AccessRecord {
    std::string method;  // empty when the request line was not understood
    std::string route;   // pattern of the route; empty when none matched or the request was refused before routing
    std::string path;
    int status = 0;
    std::chrono::microseconds duration{0};  // from the last byte of the request to the answer handed to the system
    std::size_t request_bytes = 0;          // of the body
    std::size_t response_bytes = 0;         // of the body
    std::string remote_address;
    std::string request_id;
    std::string caller;  // Response::caller
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    int port = 0;                            // 0: any free one
    std::shared_ptr<const TlsIdentity> tls;  // none: plain HTTP
    std::vector<std::string> allowed_hosts;  // beside the bound address, localhost and loopback names
    EncodedSlash encoded_slash = EncodedSlash::refused;
    std::size_t max_threads = 64;            // workers grow on demand and shrink when idle
    std::size_t max_queued = 256;            // whole requests waiting for a worker; beyond: 503 and close
    // At either limit the connection that has kept us waiting longest makes room; 503 only when all have requests under way.
    std::size_t max_connections = 2000;
    std::size_t max_connections_per_address = 1000;      // loopback counts as one address
    std::chrono::milliseconds header_deadline{5'000};    // from the first byte to the end of the headers; of a handshake, too
    std::chrono::milliseconds request_deadline{30'000};  // to the end of the body
    std::chrono::milliseconds body_idle{10'000};         // silence inside a body: 408
    std::chrono::milliseconds idle{15'000};              // between requests
    std::chrono::milliseconds write_deadline{30'000};    // for a client that does not read its answer
    std::size_t max_buffered = 48 * 1024 * 1024;         // bytes of all half-read requests together; beyond: 503
    /// Called once a request, from any thread, also for refused ones. Must be quick and must not throw.
    std::function<void(const AccessRecord&)> on_access;
    /// Called when a handler threw: `what` is for the log. From any thread; must not throw.
    InternalErrorHook on_internal_error;
    /// Called when a client and the server do not come together over TLS: `why` is for the log. From the server's own
    /// thread; must be quick and must not throw.
    std::function<void(const std::string& remote_address, const std::string& why)> on_tls_failure;
};

struct ServerCounters {
    std::uint64_t connections_open = 0, connections_total = 0, requests = 0, refused = 0, timed_out = 0, crowded_out = 0;
};

/// cpp-httplib with a guard in front: one thread owns all sockets, reads with deadlines, frames strictly by RFC 9112,
/// and hands whole requests to workers, where httplib reads and writes them. A slow or hostile client costs a socket,
/// never a thread.
class Server {
public:
    /// The router, and what handlers and hooks use, outlive the server.
    Server(ServerOptions options, const Router& router);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds, listens and serves from threads of its own. Once. Errors: conflict `port_taken`, denied `port_denied`,
    /// unavailable `address_not_here`, invalid `bad_address`; the message names address and port.
    Status start();
    [[nodiscard]] int port() const;
    /// Closes the listener and idle or half-read connections at once, lets running requests finish until the deadline,
    /// then shuts their sockets. Safe to call twice. A handler that never returns does not hold stop() up, but it does
    /// hold up the destructor, which joins all threads: end what handlers wait for in between.
    void stop(std::chrono::milliseconds grace);
    [[nodiscard]] ServerCounters counters() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Whether Server::start could listen there now. Nothing is left behind, and until somebody listens nobody can connect.
/// Port 0 is always free. Errors: those of Server::start.
Status check_address(const std::string& host, int port);

/// Of cpp-httplib, which is inside.
std::string library_version();

}  // namespace crossdock::http
