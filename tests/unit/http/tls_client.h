// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "crypto/certificate.h"
#include "http/tls.h"
#include "raw_client.h"

namespace crossdock::http {

struct FreeTls {
    void operator()(SSL_CTX* it) const { SSL_CTX_free(it); }
    void operator()(SSL* it) const { SSL_free(it); }
    void operator()(SSL_SESSION* it) const { SSL_SESSION_free(it); }
};
template <class T>
using OwnTls = std::unique_ptr<T, FreeTls>;

struct TlsClientOptions {
    int least = TLS1_2_VERSION;
    int most = TLS1_3_VERSION;
    std::string protocols = {};  // ALPN, as on the wire: "\x08http/1.1"
    std::string authority = {};  // PEM, trusted alone; empty: anybody is
    std::string host = "localhost";
    SSL_SESSION* session = nullptr;  // to be taken up again
};

/// A client that speaks TLS by OpenSSL alone, without anything of ours.
class TlsClient final : public RawClient {
public:
    explicit TlsClient(int port, const TlsClientOptions& options = {});

    /// Empty when the two came together, else why not.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }
    [[nodiscard]] std::string protocol() const;
    [[nodiscard]] std::string subject() const;
    [[nodiscard]] bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
    [[nodiscard]] OwnTls<SSL_SESSION> session() const { return OwnTls<SSL_SESSION>{SSL_get1_session(ssl_.get())}; }
    [[nodiscard]] SSL* ssl() const { return ssl_.get(); }

    bool send(std::string_view bytes) override;
    /// An orderly end of what we send (close_notify); the server may still answer.
    void say_goodbye() { SSL_shutdown(ssl_.get()); }
    /// The server said that nothing follows, before it hung up.
    [[nodiscard]] bool server_said_goodbye() const {
        return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }

private:
    bool fill() override;

    OwnTls<SSL_CTX> context_;
    OwnTls<SSL> ssl_;
    std::string trouble_;
};

/// An authority, and a server's certificate for localhost from it, made once.
struct TestAuthority {
    TestAuthority();
    static const TestAuthority& get();
    /// Another server's certificate from the same authority.
    [[nodiscard]] TlsMaterial issue(const std::string& name) const;

    crypto::CertificatePair authority;
    TlsMaterial material;
};

}  // namespace crossdock::http
