// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <utility>

namespace crossdock::http {

/// OpenSSL's own socket BIO writes without MSG_NOSIGNAL; this one goes through our socket layer, and first gives out
/// what was read of the greeting.
struct TlsSocketBio {
    static int read(BIO* bio, char* into, std::size_t size, std::size_t* got) {
        auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        if (!stream.greeting_.empty()) {
            *got = std::min(size, stream.greeting_.size());
            stream.greeting_.copy(into, *got);
            stream.greeting_.erase(0, *got);
            return 1;
        }
        const auto received = http::receive(stream.socket_, {into, size});
        *got = received.bytes;
        if (received.state == Transfer::State::would_block) BIO_set_retry_read(bio);
        if (received.state == Transfer::State::ended) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        return received.state == Transfer::State::ok ? 1 : 0;
    }
    static int write(BIO* bio, const char* from, std::size_t size, std::size_t* written) {
        const auto& stream = *static_cast<TlsStream*>(BIO_get_data(bio));
        BIO_clear_retry_flags(bio);
        const auto sent = http::send_both(stream.socket_, {from, size}, {});
        *written = sent.bytes;
        if (sent.state == Transfer::State::would_block) BIO_set_retry_write(bio);
        return sent.state == Transfer::State::ok ? 1 : 0;
    }
    static long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
        if (command == BIO_CTRL_FLUSH) return 1;
        if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        return 0;
    }
    static const BIO_METHOD* method() {
        struct Free {
            void operator()(BIO_METHOD* made) const { BIO_meth_free(made); }
        };
        static const std::unique_ptr<BIO_METHOD, Free> kMethod = [] {
            std::unique_ptr<BIO_METHOD, Free> made{
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "crossdock server socket")};
            if (!made || BIO_meth_set_read_ex(made.get(), read) != 1 || BIO_meth_set_write_ex(made.get(), write) != 1 ||
                BIO_meth_set_ctrl(made.get(), control) != 1)
                throw std::runtime_error("OpenSSL could not set up its socket layer");
            return made;
        }();
        return kMethod.get();
    }
};

namespace {

// Strongest first. Then the two families that Windows 7 to 8.1 know with an RSA certificate, whose AES-GCM needs the
// old key exchange: https://learn.microsoft.com/en-us/windows/win32/secauthn/cipher-suites-in-schannel. All have
// forward secrecy.
constexpr const char* kCiphers =
    "ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:"
    "ECDHE-RSA-AES128-SHA256:!aNULL:!eNULL";
constexpr int kSecurityLevel = 2;  // RSA from 2048 bits, no SHA-1 in signatures: 112 bits
constexpr std::size_t kRecord = 16 * 1024;
// Content type, version, length of the record; type and length of the message.
constexpr std::size_t kGreetingHead = 9;
constexpr std::size_t kRecordHead = 5;
constexpr char kHandshakeRecord = 0x16;
constexpr char kClientHello = 1;
// OpenSSL would take 128 KiB at the word of a client that has sent nine bytes. Real ones stay below 4 KiB, tickets and
// post-quantum keys included.
constexpr std::size_t kMostGreeting = 16 * 1024;

using OwnBio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using OwnCertificate = std::unique_ptr<X509, decltype(&X509_free)>;
using OwnKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string tls_reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return reason != nullptr ? reason : "the connection was cut";
}

OwnBio bio_over(std::string_view text) {
    OwnBio bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
    if (!bio) throw std::bad_alloc();
    return bio;
}

/// OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

OwnCertificate next_certificate(BIO* pem) { return {PEM_read_bio_X509(pem, nullptr, nullptr, nullptr), &X509_free}; }

Error bad_certificate(const std::string& what) {
    Error error{ErrorKind::invalid, "tls_certificate", "the certificate " + what};
    ERR_clear_error();
    return error;
}

Status use_chain(SSL_CTX* context, const std::string& pem) {
    const auto bio = bio_over(pem);
    const auto own = next_certificate(bio.get());
    if (!own)
        return bad_certificate("cannot be read: it must be PEM text, -----BEGIN CERTIFICATE----- (" + tls_reason() +
                               ")");
    if (SSL_CTX_use_certificate(context, own.get()) != 1) return bad_certificate("cannot be used: " + tls_reason());
    for (int number = 2;; ++number) {
        ERR_clear_error();
        const auto issuer = next_certificate(bio.get());
        if (!issuer) {
            const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
            if (!at_end)
                return bad_certificate("number " + std::to_string(number) +
                                       " in the file cannot be read: " + tls_reason());
            ERR_clear_error();
            return ok();
        }
        if (SSL_CTX_add1_chain_cert(context, issuer.get()) != 1)
            return bad_certificate("number " + std::to_string(number) + " in the file cannot be used: " + tls_reason());
    }
}

Status use_key(SSL_CTX* context, const Secret& pem) {
    const auto bio = bio_over(pem.reveal());
    bool has_passphrase = false;
    const OwnKey key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &has_passphrase), &EVP_PKEY_free};
    const auto bad_key = [](const char* code, const std::string& what) {
        Error error{ErrorKind::invalid, code, "the private key " + what};
        ERR_clear_error();
        return error;
    };
    if (has_passphrase)
        return bad_key("tls_key",
                       "has a passphrase, and nobody is there to type it; take it off: openssl pkey -in OLD -out NEW");
    if (!key)
        return bad_key("tls_key",
                       "cannot be read: it must be PEM text, -----BEGIN PRIVATE KEY----- (" + tls_reason() + ")");
    // OpenSSL looks whether it fits the certificate that was put in first.
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
        return bad_key("tls_mismatch", "does not belong to the certificate: " + tls_reason());
    return ok();
}

/// RFC 7301: a client that names protocols and not ours would not understand us.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
    static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs, offered, offered_size) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

bool begins_a_request(char first) {
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z') || first == '\r' || first == '\n';
}

std::size_t byte_at(const std::string& bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

}  // namespace

void TlsIdentity::FreeContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void TlsStream::FreeSession::operator()(ssl_st* session) const { SSL_free(session); }

Result<TlsIdentity::Context> TlsIdentity::make_context(const TlsMaterial& material) {
    ERR_clear_error();
    Context context{SSL_CTX_new(TLS_server_method())};
    if (!context) throw std::runtime_error("OpenSSL could not be started: " + tls_reason());
    SSL_CTX* const raw = context.get();
    SSL_CTX_set_security_level(raw, kSecurityLevel);
    const int least = material.at_least == TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    if (SSL_CTX_set_min_proto_version(raw, least) != 1 || SSL_CTX_set_cipher_list(raw, kCiphers) != 1)
        throw std::runtime_error("OpenSSL could not be started: " + tls_reason());
    // IGNORE_UNEXPECTED_EOF: many clients just hang up, and HTTP's own framing tells a body that was cut.
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // RELEASE_BUFFERS: a thousand idle connections would hold 34 MB of them. Without AUTO_RETRY a client that sends
    // nothing but messages of TLS's own gives the loop back after each.
    SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_clear_mode(raw, SSL_MODE_AUTO_RETRY);
    // Sessions are resumed by tickets, which the client keeps: nothing is kept here.
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(raw, 1);
    SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
    if (auto used = use_chain(raw, material.certificate); !used) return used.error();
    if (auto used = use_key(raw, material.private_key); !used) return used.error();
    ERR_clear_error();
    return context;
}

TlsIdentity::TlsIdentity(Context context) : context_(std::move(context)) {}
TlsIdentity::~TlsIdentity() = default;

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::make(const TlsMaterial& material) {
    auto context = make_context(material);
    if (!context) return context.error();
    return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::move(*context)));
}

Status TlsIdentity::replace(const TlsMaterial& material) {
    auto context = make_context(material);
    if (!context) return context.error();
    const std::lock_guard lock(mutex_);
    context_.swap(*context);
    return ok();
}

ssl_st* TlsIdentity::begin() const {
    const std::lock_guard lock(mutex_);
    return SSL_new(context_.get());
}

TlsStream::TlsStream(SocketHandle socket, std::shared_ptr<const TlsIdentity> identity)
    : socket_(socket), identity_(std::move(identity)) {}

TlsStream::~TlsStream() { ERR_clear_error(); }

TlsStream::Greeting TlsStream::shake_hands() {
    if (session_ == nullptr) {
        const Greeting read = read_greeting();
        if (read != Greeting::done) return read;
        session_.reset(identity_->begin());
        BIO* const bio = session_ != nullptr ? BIO_new(TlsSocketBio::method()) : nullptr;
        if (bio == nullptr) throw std::bad_alloc();
        BIO_set_data(bio, this);
        BIO_set_init(bio, 1);
        SSL_set_bio(session_.get(), bio, bio);
        SSL_set_accept_state(session_.get());
    }
    ERR_clear_error();
    const int result = SSL_do_handshake(session_.get());
    if (result == 1) {
        established_ = true;
        return Greeting::done;
    }
    return after(result).state == Transfer::State::would_block ? Greeting::more : Greeting::failed;
}

TlsStream::Greeting TlsStream::read_greeting() {
    const Greeting head = read_greeting_to(kGreetingHead);
    if (head != Greeting::done) return head;
    const std::size_t record = byte_at(greeting_, 3) << 8U | byte_at(greeting_, 4);
    const std::size_t message = byte_at(greeting_, 6) << 16U | byte_at(greeting_, 7) << 8U | byte_at(greeting_, 8);
    if (greeting_[5] != kClientHello || message > kMostGreeting || record > kRecord) {
        fail("the client's greeting is not one, or is too long");
        return Greeting::failed;
    }
    // To the end of the record and not a byte further, so that what follows stays where the poller sees it.
    return read_greeting_to(std::max(kGreetingHead, kRecordHead + record));
}

TlsStream::Greeting TlsStream::read_greeting_to(std::size_t size) {
    std::array<char, 512> bytes{};
    while (greeting_.size() < size) {
        const auto received = http::receive(socket_, {bytes.data(), std::min(bytes.size(), size - greeting_.size())});
        if (received.state == Transfer::State::would_block) return Greeting::more;
        if (received.state == Transfer::State::ended) {
            fail(begun_ ? "the client hung up in the middle of its greeting" : "");
            return Greeting::failed;
        }
        begun_ = true;
        greeting_.append(bytes.data(), received.bytes);
        if (begins_a_request(greeting_.front())) return Greeting::plain_http;
        if (greeting_.front() != kHandshakeRecord) {
            fail("what the client sent is neither TLS nor HTTP");
            return Greeting::failed;
        }
    }
    return Greeting::done;
}

void TlsStream::fail(std::string why) {
    broken_ = true;
    why_ = std::move(why);
}

Transfer TlsStream::after(int result) {
    wants_to_write_ = false;
    switch (SSL_get_error(session_.get(), result)) {
        case SSL_ERROR_WANT_WRITE: wants_to_write_ = true; [[fallthrough]];
        case SSL_ERROR_WANT_READ: return {Transfer::State::would_block, 0};
        // An orderly end of what the client sends; it may still listen.
        case SSL_ERROR_ZERO_RETURN:
            if (!established_) fail("the client hung up in the middle of the handshake");
            break;
        case SSL_ERROR_SSL: fail(tls_reason()); break;
        default: fail(established_ ? "" : "the client hung up in the middle of the handshake"); break;
    }
    ERR_clear_error();
    return {Transfer::State::ended, 0};
}

Transfer TlsStream::receive(std::span<char> into) {
    if (broken_) return {Transfer::State::ended, 0};
    ERR_clear_error();
    std::size_t bytes = 0;
    // A record is read from the socket only when it is asked for, and whole: nothing is left here that the poller would
    // not know of, as long as `into` holds one.
    const int result = SSL_read_ex(session_.get(), into.data(), into.size(), &bytes);
    if (result == 1) return {Transfer::State::ok, bytes};
    return after(result);
}

Transfer TlsStream::send_both(std::string_view first, std::string_view second) {
    if (broken_) return {Transfer::State::ended, 0};
    std::string_view piece = first.empty() ? second : first;
    if (!first.empty() && !second.empty() && first.size() < kRecord) {
        // The same bytes again when they have to be tried again: what is sent decides what comes next.
        joined_.assign(first);
        joined_.append(second.substr(0, kRecord - first.size()));
        piece = joined_;
    }
    piece = piece.substr(0, kRecord);
    ERR_clear_error();
    std::size_t bytes = 0;
    const int result = SSL_write_ex(session_.get(), piece.data(), piece.size(), &bytes);
    if (result != 1) return after(result);
    joined_ = std::string{};
    return {Transfer::State::ok, bytes};
}

void TlsStream::say_goodbye() {
    if (!established_ || broken_) return;
    ERR_clear_error();
    SSL_shutdown(session_.get());
    ERR_clear_error();
    broken_ = true;  // nothing may follow
}

}  // namespace crossdock::http
