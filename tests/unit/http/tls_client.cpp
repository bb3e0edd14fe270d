// SPDX-License-Identifier: Apache-2.0
#include "tls_client.h"

#ifdef _WIN32
#include <winsock2.h>
#else
#include <sys/socket.h>
#include <sys/time.h>

#include <csignal>
#endif

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>

#include "base/clock.h"

namespace crossdock::http {
namespace {

std::string reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* text = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return text != nullptr ? text : "cut";
}

void be_patient(TestSocket socket) {
#ifdef _WIN32
    const DWORD patience = 20'000;
    const void* const at = &patience;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, static_cast<const char*>(at), sizeof patience);
#else
    const timeval patience{20, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // OpenSSL's own socket layer
#endif
}

}  // namespace

TlsClient::TlsClient(int port, const TlsClientOptions& options)
    : RawClient(port), context_(SSL_CTX_new(TLS_client_method())) {
    be_patient(socket_);
    SSL_CTX* const context = context_.get();
    SSL_CTX_set_security_level(context, 0);  // a client of old, who may greet with TLS 1.1
    SSL_CTX_set_min_proto_version(context, options.least);
    SSL_CTX_set_max_proto_version(context, options.most);
    if (!options.authority.empty()) {
        const std::unique_ptr<BIO, decltype(&BIO_free)> bio{
            BIO_new_mem_buf(options.authority.data(), static_cast<int>(options.authority.size())), &BIO_free};
        const std::unique_ptr<X509, decltype(&X509_free)> root{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                               &X509_free};
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root.get());
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    }
    ssl_.reset(SSL_new(context));
    std::string name = options.host;  // what follows is SSL_set_tlsext_host_name without the cast of its macro
    SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    SSL_set1_host(ssl_.get(), options.host.c_str());
    if (options.session != nullptr) SSL_set_session(ssl_.get(), options.session);
    if (!options.protocols.empty())
        SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                            static_cast<unsigned>(options.protocols.size()));
    SSL_set_fd(ssl_.get(), static_cast<int>(socket_));
    ERR_clear_error();
    if (SSL_connect(ssl_.get()) != 1) trouble_ = reason();
}

std::string TlsClient::protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return std::string(name, name + size);
}

std::string TlsClient::subject() const {
    std::array<char, 256> text{};
    const std::unique_ptr<X509, decltype(&X509_free)> shown{SSL_get1_peer_certificate(ssl_.get()), &X509_free};
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, text.data(),
                              static_cast<int>(text.size()));
    return text.data();
}

bool TlsClient::send(std::string_view bytes) {
    ERR_clear_error();
    std::size_t sent = 0;
    return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent) == 1;
}

bool TlsClient::fill() {
    std::array<char, 16 * 1024> chunk{};
    std::size_t bytes = 0;
    ERR_clear_error();
    if (SSL_read_ex(ssl_.get(), chunk.data(), chunk.size(), &bytes) != 1) {
        if (SSL_get_error(ssl_.get(), 0) == SSL_ERROR_WANT_READ)
            throw std::runtime_error("the server neither answers nor closes");
        return false;
    }
    buffer_.append(chunk.data(), bytes);
    return true;
}

TestAuthority::TestAuthority()
    : authority(crypto::make_authority("the test", {"localhost", "second.localhost"}, SystemClock{}.now())),
      material(issue("localhost")) {}

const TestAuthority& TestAuthority::get() {
    static const TestAuthority made;
    return made;
}

TlsMaterial TestAuthority::issue(const std::string& name) const {
    auto issued = crypto::issue_certificate(authority, {name, "localhost", "127.0.0.1"}, SystemClock{}.now());
    if (!issued) throw std::runtime_error(issued.error().message);
    return {issued->certificate, issued->private_key, TlsVersion::v1_2};
}

}  // namespace crossdock::http
