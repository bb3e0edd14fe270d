// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <mutex>
#include <stdexcept>

#include "net/socket.h"
#include "net/trust_store.h"

namespace crossdock::net {
namespace {

// SSL_set_tlsext_host_name without the C cast of its macro.
bool set_server_name(SSL* ssl, std::string host) {
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

std::string last_tls_error() {
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return reason != nullptr ? reason : "the connection was cut";
}

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL; this one goes through our Socket.
int bio_write(BIO* bio, const char* from, std::size_t size, std::size_t* written) {
    auto* socket = static_cast<Socket*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto transfer = socket->send(from, size);
    *written = transfer.bytes;
    if (transfer.outcome == Socket::Outcome::would_block) BIO_set_retry_write(bio);
    return transfer.outcome == Socket::Outcome::done ? 1 : 0;
}

int bio_read(BIO* bio, char* into, std::size_t size, std::size_t* got) {
    auto* socket = static_cast<Socket*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto transfer = socket->receive(into, size);
    *got = transfer.bytes;
    if (transfer.outcome == Socket::Outcome::would_block) BIO_set_retry_read(bio);
    if (transfer.outcome == Socket::Outcome::ended) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return transfer.outcome == Socket::Outcome::done ? 1 : 0;
}

long bio_control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_FLUSH) return 1;
    if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return 0;
}

struct MethodDeleter {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

const BIO_METHOD* socket_bio_method() {
    static const std::unique_ptr<BIO_METHOD, MethodDeleter> method = [] {
        std::unique_ptr<BIO_METHOD, MethodDeleter> made{
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "crossdock socket")};
        if (!made || BIO_meth_set_write_ex(made.get(), bio_write) != 1 ||
            BIO_meth_set_read_ex(made.get(), bio_read) != 1 || BIO_meth_set_ctrl(made.get(), bio_control) != 1) {
            throw std::runtime_error("OpenSSL could not set up its socket layer");
        }
        return made;
    }();
    return method.get();
}

/// What is no certificate is not trusted, which the handshake then says.
void trust_alone(SSL_CTX* context, const std::string& pem) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                         &BIO_free};
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{
        text ? PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr) : nullptr, &X509_free};
    if (certificate) X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get());
    // Whoever signed it is nobody's business here, and that it ended is said elsewhere.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
}

}  // namespace

struct TlsContext::Impl {
    std::once_flag once;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{nullptr, &SSL_CTX_free};
};

TlsContext::TlsContext(std::string only) : only_(std::move(only)), impl_(std::make_unique<Impl>()) {}

SSL_CTX* TlsContext::get() const {
    std::call_once(impl_->once, [this] {
        std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
        if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1) {
            throw std::runtime_error("OpenSSL could not be started: " + last_tls_error());
        }
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
        SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        constexpr unsigned char kHttp11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
        SSL_CTX_set_alpn_protos(context.get(), kHttp11, sizeof kHttp11);
        if (trusts_one_alone())
            trust_alone(context.get(), only_);
        else
            load_trust_store(context.get());
        ERR_clear_error();
        impl_->context = std::move(context);
    });
    return impl_->context.get();
}

TlsContext::~TlsContext() = default;

struct Connection::Impl {
    explicit Impl(Socket connected) : socket(std::move(connected)) {}
    ~Impl() {
        if (ssl && healthy) {
            ERR_clear_error();
            SSL_shutdown(ssl.get());  // says goodbye if the socket takes it at once; waits for nothing
        }
        ERR_clear_error();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Status shake_hands(const Endpoint& endpoint, const TlsContext& tls, const Patience& patience);
    // After an SSL call that returned <= 0: waits for what it wants. False when the connection is done for.
    bool wait_for_tls(int result, const Patience& patience);
    bool waited(Socket::Wait wait);
    std::ptrdiff_t fill(const Patience& patience);
    bool write_plain(const char* from, std::size_t size, const Patience& patience);
    bool write_tls(const char* from, std::size_t size, const Patience& patience);
    bool fail(std::string why) {
        healthy = false;
        failure = std::move(why);
        return false;
    }

    Socket socket;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, &SSL_free};
    bool healthy = true;
    bool ended = false;  // set by wait_for_tls at an orderly TLS end
    std::string failure;

    std::array<char, 16 * 1024> buffer;  // filled before it is read
    std::size_t from = 0, to = 0;
    std::uint64_t sent_before = 0;  // by the handshake and the exchanges before
    std::size_t bytes_read = 0;
};

bool Connection::Impl::waited(Socket::Wait wait) {
    switch (wait) {
        case Socket::Wait::ready: return true;
        case Socket::Wait::deadline: return fail("the deadline passed");
        case Socket::Wait::stopped: return fail("shut down");
    }
    return false;
}

bool Connection::Impl::wait_for_tls(int result, const Patience& patience) {
    switch (SSL_get_error(ssl.get(), result)) {
        case SSL_ERROR_WANT_READ: return waited(socket.wait_readable(patience));
        case SSL_ERROR_WANT_WRITE: return waited(socket.wait_writable(patience));
        case SSL_ERROR_ZERO_RETURN: ended = true; return false;
        default: return fail("TLS: " + last_tls_error());
    }
}

Status Connection::Impl::shake_hands(const Endpoint& endpoint, const TlsContext& tls, const Patience& patience) {
    const auto failed = [&](const std::string& why) {
        return not_sent("TLS with " + endpoint.host + " failed: " + why);
    };
    ERR_clear_error();
    ssl.reset(SSL_new(tls.get()));
    BIO* bio = ssl ? BIO_new(socket_bio_method()) : nullptr;
    if (bio == nullptr) return failed(last_tls_error());
    BIO_set_data(bio, &socket);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl.get(), bio, bio);

    // An address is compared with the certificate's addresses and never sent as a server name (RFC 6066).
    const std::unique_ptr<ASN1_OCTET_STRING, decltype(&ASN1_OCTET_STRING_free)> literal{
        a2i_IPADDRESS(endpoint.host.c_str()), &ASN1_OCTET_STRING_free};
    ERR_clear_error();
    bool named = tls.trusts_one_alone();
    if (!named && literal)
        named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), endpoint.host.c_str()) == 1;
    else if (!named)
        named = SSL_set1_host(ssl.get(), endpoint.host.c_str()) == 1 && set_server_name(ssl.get(), endpoint.host);
    if (!named) return failed(last_tls_error());

    for (;;) {
        ERR_clear_error();
        const int result = SSL_connect(ssl.get());
        if (result == 1) return ok();
        if (wait_for_tls(result, patience)) continue;
        healthy = false;
        const long verdict = SSL_get_verify_result(ssl.get());
        if (verdict == X509_V_OK) return failed(ended ? "the other side closed the connection" : failure);
        std::string why = std::string{"its certificate is not accepted: "} + X509_verify_cert_error_string(verdict);
        if (verdict == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) {
            why += " (if this happens with every site, install the system's certificates, package ca-certificates)";
        }
        return failed(why);
    }
}

std::ptrdiff_t Connection::Impl::fill(const Patience& patience) {
    for (;;) {
        if (ssl) {
            ERR_clear_error();
            const int got = SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()));
            if (got > 0) return got;
            if (wait_for_tls(got, patience)) continue;
            return ended ? 0 : -1;
        }
        const auto transfer = socket.receive(buffer.data(), buffer.size());
        switch (transfer.outcome) {
            case Socket::Outcome::done: return static_cast<std::ptrdiff_t>(transfer.bytes);
            case Socket::Outcome::ended: return 0;
            case Socket::Outcome::failed: fail(socket.last_error()); return -1;
            case Socket::Outcome::would_block:
                if (!waited(socket.wait_readable(patience))) return -1;
                break;
        }
    }
}

bool Connection::Impl::write_plain(const char* at, std::size_t size, const Patience& patience) {
    while (size > 0) {
        const auto transfer = socket.send(at, size);
        switch (transfer.outcome) {
            case Socket::Outcome::done:
                at += transfer.bytes;
                size -= transfer.bytes;
                break;
            case Socket::Outcome::would_block:
                if (!waited(socket.wait_writable(patience))) return false;
                break;
            case Socket::Outcome::ended:
            case Socket::Outcome::failed: return fail(socket.last_error());
        }
    }
    return true;
}

bool Connection::Impl::write_tls(const char* at, std::size_t size, const Patience& patience) {
    while (size > 0) {
        ERR_clear_error();
        const int put = SSL_write(ssl.get(), at, static_cast<int>(std::min<std::size_t>(size, 1U << 30U)));
        if (put > 0) {
            at += put;
            size -= static_cast<std::size_t>(put);
        } else if (!wait_for_tls(put, patience)) {
            return ended ? fail("the other side closed the connection") : false;
        }
    }
    return true;
}

namespace {

Result<std::vector<Address>> addresses_of(const Endpoint& endpoint, const Patience& patience,
                                          const Admission& admission) {
    if (!admission.look_up || parse_ip(endpoint.host)) return resolve(endpoint.host, endpoint.port, patience);
    const auto found = admission.look_up(endpoint.host);
    if (!found) return found.error();
    std::vector<Address> addresses;
    for (const IpAddress& ip : *found) addresses.push_back(make_address(ip, endpoint.port));
    return addresses;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::open(const Endpoint& endpoint, const TlsContext& tls,
                                                     const Patience& patience, const Admission& admission) {
    const auto addresses = addresses_of(endpoint, patience, admission);
    if (!addresses) return addresses.error();
    if (admission.admit)
        for (const Address& address : *addresses)
            if (const auto admitted = admission.admit(endpoint.host, endpoint.port, ip_of(address)); !admitted)
                return admitted.error();
    Error last = not_sent(endpoint.host + " has no address");
    int left = static_cast<int>(addresses->size());
    for (const Address& address : *addresses) {
        // An address that swallows packets may use up its share only, or the next one would never be tried.
        auto socket = Socket::connect(address, patience.share(left--));
        if (!socket) {
            last = socket.error();
            last.message = endpoint.host + " port " + std::to_string(endpoint.port) + ": " + last.message;
            if (patience.verdict() != Patience::Verdict::go_on) break;
            continue;
        }
        std::unique_ptr<Connection> connection{new Connection(std::make_unique<Impl>(*std::move(socket)))};
        if (endpoint.scheme == "https") {
            if (auto shaken = connection->impl_->shake_hands(endpoint, tls, patience); !shaken) return shaken.error();
        }
        return Result<std::unique_ptr<Connection>>{std::move(connection)};
    }
    return last;
}

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::~Connection() = default;

void Connection::begin_exchange() {
    impl_->sent_before = impl_->socket.bytes_sent();
    impl_->bytes_read = 0;
    impl_->failure.clear();
}

std::ptrdiff_t Connection::read(char* into, std::size_t size, const Patience& patience) {
    Impl& self = *impl_;
    if (self.from == self.to) {
        // Asked here as well, for a peer that always has a byte more ready and so never makes us wait.
        switch (patience.verdict()) {
            case Patience::Verdict::go_on: break;
            case Patience::Verdict::deadline: self.fail("the deadline passed"); return -1;
            case Patience::Verdict::stopped: self.fail("shut down"); return -1;
        }
        const auto got = self.fill(patience);
        if (got <= 0) return got;
        self.from = 0;
        self.to = static_cast<std::size_t>(got);
        self.bytes_read += self.to;
    }
    const std::size_t taken = std::min(size, self.to - self.from);
    std::memcpy(into, self.buffer.data() + self.from, taken);
    self.from += taken;
    return static_cast<std::ptrdiff_t>(taken);
}

bool Connection::write(const char* from, std::size_t size, const Patience& patience) {
    return impl_->ssl ? impl_->write_tls(from, size, patience) : impl_->write_plain(from, size, patience);
}

bool Connection::wrote_any() const { return impl_->socket.bytes_sent() != impl_->sent_before; }
std::size_t Connection::bytes_read() const { return impl_->bytes_read; }

bool Connection::has_leftover() const {
    return impl_->from < impl_->to || (impl_->ssl && SSL_pending(impl_->ssl.get()) > 0);
}

bool Connection::is_quiet() {
    Impl& self = *impl_;
    if (!self.healthy || self.ended || has_leftover()) return false;
    if (!self.socket.is_readable()) return true;
    if (!self.ssl) return false;
    // TLS has messages of its own (session tickets): only application data and an end make the peek return.
    ERR_clear_error();
    char byte = 0;
    const int got = SSL_peek(self.ssl.get(), &byte, 1);
    return got <= 0 && SSL_get_error(self.ssl.get(), got) == SSL_ERROR_WANT_READ;
}

const std::string& Connection::failure() const { return impl_->failure; }

}  // namespace crossdock::net
