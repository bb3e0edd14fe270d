// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "http/socket.h"

// OpenSSL's own names for its types, so that its headers stay out of ours.
struct ssl_ctx_st;
struct ssl_st;

namespace crossdock::http {

enum class TlsVersion { v1_2, v1_3 };

/// What a server shows of itself.
struct TlsMaterial {
    std::string certificate;  // PEM: the server's certificate, then its issuers', served in this order
    Secret private_key;       // PEM, without a passphrase
    TlsVersion at_least = TlsVersion::v1_2;
};

/// The certificate and rules of a server that speaks TLS. They can be replaced while it serves: connections that are
/// open keep what they began with. Any thread may use it.
class TlsIdentity {
public:
    /// Errors: invalid `tls_certificate`, `tls_key` or `tls_mismatch`; the message completes "the certificate …", "the
    /// private key …".
    static Result<std::shared_ptr<TlsIdentity>> make(const TlsMaterial& material);
    ~TlsIdentity();
    TlsIdentity(const TlsIdentity&) = delete;
    TlsIdentity& operator=(const TlsIdentity&) = delete;

    /// For connections that begin from now on. After an error (those of make) everything is as before.
    Status replace(const TlsMaterial& material);

private:
    friend class TlsStream;
    struct FreeContext {
        void operator()(ssl_ctx_st* context) const;
    };
    using Context = std::unique_ptr<ssl_ctx_st, FreeContext>;
    static Result<Context> make_context(const TlsMaterial& material);

    explicit TlsIdentity(Context context);
    /// A new session, null when memory is out.
    [[nodiscard]] ssl_st* begin() const;

    mutable std::mutex mutex_;
    Context context_;  // guarded by mutex_; sessions hold a share of theirs
};

/// The server's side of TLS on one accepted socket, which outlives it. Never blocks; one thread at a time.
class TlsStream {
public:
    TlsStream(SocketHandle socket, std::shared_ptr<const TlsIdentity> identity);
    ~TlsStream();
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    enum class Greeting {
        done,
        more,        // call again when the socket is ready
        plain_http,  // the client did not greet, it sent a request; nothing of TLS was said
        failed       // see why(); what the client should hear of it is sent
    };
    /// The handshake, as far as the socket allows now.
    Greeting shake_hands();
    /// The client has sent something.
    [[nodiscard]] bool begun() const { return begun_; }
    /// What goes wrong between the two, for the log; empty: nothing.
    [[nodiscard]] const std::string& why() const { return why_; }
    /// The last call waits for the socket to take bytes, not to bring some.
    [[nodiscard]] bool wants_to_write() const { return wants_to_write_; }

    /// As http::receive and http::send_both, once the handshake is done. What send_both was not let send has to be sent
    /// next, and nothing else.
    Transfer receive(std::span<char> into);
    Transfer send_both(std::string_view first, std::string_view second);
    /// Tells the client that nothing follows, if the socket takes it now.
    void say_goodbye();

private:
    friend struct TlsSocketBio;
    struct FreeSession {
        void operator()(ssl_st* session) const;
    };

    /// The first record, whole: a session costs 45 KB, and whoever dribbles shall not have one yet.
    Greeting read_greeting();
    Greeting read_greeting_to(std::size_t size);
    Transfer after(int result);
    void fail(std::string why);

    SocketHandle socket_;
    std::shared_ptr<const TlsIdentity> identity_;
    std::unique_ptr<ssl_st, FreeSession> session_;  // none until the greeting is there
    std::string greeting_;                          // its first bytes, until the session has read them
    std::string joined_;                            // head and beginning of a body, which go out as one record
    std::string why_;
    bool begun_ = false;
    bool established_ = false;
    bool broken_ = false;
    bool wants_to_write_ = false;
};

}  // namespace crossdock::http
