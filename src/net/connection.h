// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/admission.h"
#include "net/patience.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace crossdock::net {

/// Where a connection leads. Two requests with equal endpoints may share one.
struct Endpoint {
    std::string scheme, host;
    int port = 0;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// TLS settings of a client: the system's trust store, TLS 1.2 and up. Loaded at the first use, because certificates
/// take time and memory that a hub whose channels are all on plain http need not spend. Safe to call from any thread.
class TlsContext {
public:
    /// `only`: the first certificate of this PEM text is trusted and no other, whatever names and dates it has.
    explicit TlsContext(std::string only = {});
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    /// Throws when OpenSSL itself cannot start.
    [[nodiscard]] ssl_ctx_st* get() const;
    [[nodiscard]] bool trusts_one_alone() const { return !only_.empty(); }

private:
    struct Impl;
    const std::string only_;
    std::unique_ptr<Impl> impl_;
};

/// A byte stream to one endpoint, plain or TLS. It counts what went over it since the exchange began, because that
/// decides whether a request may be sent again. Used by one thread at a time.
class Connection {
public:
    /// Resolves, connects (each address in turn, within the patience) and shakes hands; the certificate must be valid
    /// for the endpoint's host name or address. Errors: unavailable `net_not_sent`; that of `admission`.
    static Result<std::unique_ptr<Connection>> open(const Endpoint& endpoint, const TlsContext& tls,
                                                    const Patience& patience, const Admission& admission = {});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Forgets the counts of the exchange before.
    void begin_exchange();
    /// At least one byte; 0 at an orderly end; -1 when it failed, see failure().
    std::ptrdiff_t read(char* into, std::size_t size, const Patience& patience);
    /// All of it, or false: see failure().
    bool write(const char* from, std::size_t size, const Patience& patience);

    /// Whether the network may have taken a byte of this exchange. False is certain; true is "perhaps".
    [[nodiscard]] bool wrote_any() const;
    [[nodiscard]] std::size_t bytes_read() const;
    /// Whether bytes have arrived that nobody asked for yet.
    [[nodiscard]] bool has_leftover() const;
    /// Whether the other side still holds the connection open and has said nothing since. Never waits.
    [[nodiscard]] bool is_quiet();
    /// Why the last read or write failed, for people.
    [[nodiscard]] const std::string& failure() const;

private:
    struct Impl;
    explicit Connection(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::net
