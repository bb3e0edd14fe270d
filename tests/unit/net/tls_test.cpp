// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include "net/http_client.h"
#include "net/trusting_client.h"
#include "raw_server.h"

namespace crossdock::net {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing_support::Peer;
using testing_support::RawServer;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

// A certificate that vouches for itself, for the names given ("DNS:localhost,IP:127.0.0.1").
Certificate make_certificate(EVP_PKEY* key, const std::string& names, long valid_for_seconds) {
    Certificate certificate{X509_new(), &X509_free};
    X509* x509 = certificate.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), valid_for_seconds);
    X509_set_pubkey(x509, key);
    X509_NAME* name = X509_get_subject_name(x509);
    const std::string common = "crossdock test";
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common.data()),
                               static_cast<int>(common.size()), -1, 0);
    X509_set_issuer_name(x509, name);
    for (const auto& [id, value] :
         {std::pair{NID_basic_constraints, std::string{"critical,CA:TRUE"}}, std::pair{NID_subject_alt_name, names}}) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
        X509_add_ext(x509, extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(x509, key, EVP_sha256());
    return certificate;
}

struct Answer {
    std::string text;
    enum { keep, goodbye, cut } then = keep;  // cut: the connection ends without TLS saying so
};

// A raw server that speaks TLS and answers each request as the function says.
class TlsServer {
public:
    TlsServer(const std::string& names, std::function<Answer()> answer, long valid_for_seconds = 3600)
        : answer_(std::move(answer)), certificate_(make_certificate(key_.get(), names, valid_for_seconds)) {
        SSL_CTX_use_certificate(context_.get(), certificate_.get());
        SSL_CTX_use_PrivateKey(context_.get(), key_.get());
        server_ = std::make_unique<RawServer>([this](Peer& peer) { serve(peer); });
    }
    [[nodiscard]] std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server_->port()) + "/";
    }
    [[nodiscard]] int connections() const { return server_->connections(); }
    [[nodiscard]] int requests() const { return requests_; }
    [[nodiscard]] std::string name_asked_for() const { return name_; }
    /// Until the server has closed its first connection.
    void wait_until_closed() { closed_.get_future().wait(); }
    /// Writes the certificate to a file that a client can trust.
    [[nodiscard]] std::string trust_file() const {
        const std::string path = ::testing::TempDir() + "crossdock-tls-" + std::to_string(::getpid()) + "-" +
                                 std::to_string(server_->port()) + ".pem";
        FILE* file = std::fopen(path.c_str(), "w");
        PEM_write_X509(file, certificate_.get());
        std::fclose(file);
        return path;
    }

private:
    void serve(Peer& peer) {
        const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context_.get()), &SSL_free};
        SSL_set_fd(ssl.get(), peer.handle());
        if (SSL_accept(ssl.get()) != 1) return;
        if (const char* name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name)) name_ = name;
        std::string buffer;
        for (;;) {
            char bytes[4096];
            const int got = SSL_read(ssl.get(), bytes, sizeof bytes);
            if (got <= 0) return;
            buffer.append(bytes, static_cast<std::size_t>(got));
            const auto end = buffer.find("\r\n\r\n");
            if (end == std::string::npos) continue;
            ++requests_;
            const Answer answer = answer_();
            buffer.clear();
            if (!answer.text.empty()) SSL_write(ssl.get(), answer.text.data(), static_cast<int>(answer.text.size()));
            if (answer.then == Answer::keep) continue;
            if (answer.then == Answer::goodbye) SSL_shutdown(ssl.get());
            peer.close();
            closed_.set_value();
            return;
        }
    }

    std::function<Answer()> answer_;
    Key key_{EVP_EC_gen("P-256"), &EVP_PKEY_free};
    Certificate certificate_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
    std::atomic<int> requests_{0};
    std::promise<void> closed_;
    std::string name_;
    std::unique_ptr<RawServer> server_;
};

Answer ok() { return {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}; }

class Tls : public ::testing::Test {
protected:
    // A client that trusts this server's certificate and nothing else.
    std::unique_ptr<HttpClient> client_trusting(const TlsServer& server) {
        file_ = server.trust_file();
        ::setenv("SSL_CERT_FILE", file_.c_str(), 1);
        ::setenv("SSL_CERT_DIR", "/nonexistent", 1);
        return make_http_client();
    }
    void TearDown() override {
        ::unsetenv("SSL_CERT_FILE");
        ::unsetenv("SSL_CERT_DIR");
        std::error_code error;
        std::filesystem::remove(file_, error);
    }
    static HttpRequest request_to(const std::string& url, const std::string& method = "POST") {
        HttpRequest request;
        request.method = method;
        request.url = url;
        request.deadline = 20s;
        return request;
    }
    std::string file_;
};

TEST_F(Tls, ServesRequestsOverOneConnection) {
    TlsServer server{"DNS:localhost,IP:127.0.0.1", ok};
    const auto client = client_trusting(server);
    for (int i = 0; i < 5; ++i) {
        const auto result = client->send(request_to(server.url("localhost")));
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->body, "ok");
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(server.name_asked_for(), "localhost");
}

TEST_F(Tls, AcceptsACertificateForAnAddress) {
    TlsServer server{"IP:127.0.0.1", ok};
    const auto client = client_trusting(server);
    const auto result = client->send(request_to(server.url("127.0.0.1")));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(server.name_asked_for(), "");
}

TEST_F(Tls, SendsNothingToAServerOfAnotherName) {
    TlsServer server{"DNS:shop.example", ok};
    const auto client = client_trusting(server);
    for (const char* host : {"localhost", "127.0.0.1"}) {
        const auto result = client->send(request_to(server.url(host)));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, "net_not_sent");
        EXPECT_THAT(result.error().message, HasSubstr("certificate"));
        EXPECT_THAT(result.error().message, HasSubstr("mismatch"));
    }
    EXPECT_EQ(server.requests(), 0);
}

TEST_F(Tls, SendsNothingToAServerThatNobodyVouchesFor) {
    TlsServer server{"DNS:localhost", ok};
    TlsServer other{"DNS:localhost", ok};
    const auto client = client_trusting(other);
    const auto result = client->send(request_to(server.url("localhost")));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_not_sent");
    EXPECT_THAT(result.error().message, HasSubstr("certificate"));
    EXPECT_EQ(server.requests(), 0);
}

TEST_F(Tls, SendsNothingToAServerWithAnExpiredCertificate) {
    TlsServer server{"DNS:localhost", ok, -60};
    const auto client = client_trusting(server);
    const auto result = client->send(request_to(server.url("localhost")));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_not_sent");
    EXPECT_THAT(result.error().message, HasSubstr("expired"));
    EXPECT_EQ(server.requests(), 0);
}

/// The certificate in the file, whatever it is for and however old it is.
TEST_F(Tls, AClientOfOneCertificateTrustsThatOneAloneWhateverItsNamesAndDates) {
    TlsServer server{"DNS:hub.example", ok, -60};
    TlsServer other{"DNS:localhost,IP:127.0.0.1", ok};
    const auto text_of = [](const TlsServer& of) {
        const std::string file = of.trust_file();
        std::ifstream in(file);
        std::string text{std::istreambuf_iterator<char>(in), {}};
        std::filesystem::remove(file);
        return text;
    };
    ::setenv("SSL_CERT_FILE", "/nonexistent", 1);
    // What stands behind it in the file, an authority say, is not trusted for itself.
    const auto client = make_client_trusting(text_of(server) + text_of(other));
    for (const char* host : {"localhost", "127.0.0.1"}) {
        const auto result = client->send(request_to(server.url(host)));
        ASSERT_TRUE(result) << result.error().message;
        EXPECT_EQ(result->body, "ok");
    }
    const auto refused = client->send(request_to(other.url("localhost")));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "net_not_sent");
    EXPECT_THAT(refused.error().message, HasSubstr("certificate"));
    EXPECT_EQ(other.requests(), 0);
    EXPECT_FALSE(make_client_trusting("no certificate")->send(request_to(server.url("localhost"))));
}

TEST_F(Tls, SaysNotSentWhenTheOtherSideSpeaksPlainHttp) {
    RawServer plain{[](Peer& peer) {
        char byte = 0;
        if (::recv(peer.handle(), &byte, 1, 0) == 1) peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    }};
    const auto client = make_http_client();
    const auto result = client->send(request_to("https://127.0.0.1:" + std::to_string(plain.port()) + "/"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_not_sent");
}

TEST_F(Tls, HandshakeIsPartOfTheDeadline) {
    RawServer silent{[](Peer& peer) { peer.wait_for_end(); }};
    const auto client = make_http_client();
    auto request = request_to("https://127.0.0.1:" + std::to_string(silent.port()) + "/");
    request.deadline = 150ms;
    const auto result = client->send(request);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, "net_not_sent");
}

// The library under us repeats a request by itself when a TLS peer closes before answering. For a push that is a
// double.
TEST_F(Tls, NeverRepeatsAPostThatGotNoAnswer) {
    for (const auto ending : {Answer::goodbye, Answer::cut}) {
        TlsServer server{"DNS:localhost", [&] { return Answer{"", ending}; }};
        const auto client = client_trusting(server);
        const auto result = client->send(request_to(server.url("localhost")));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, "net_no_answer");
        EXPECT_EQ(server.requests(), 1);
        EXPECT_EQ(server.connections(), 1);
    }
}

// Without a length the end of the stream is the end of the body, and only TLS can tell an end from a cut.
TEST_F(Tls, TellsACutFromTheEnd) {
    TlsServer whole{"DNS:localhost", [] { return Answer{"HTTP/1.1 200 OK\r\n\r\nwhole", Answer::goodbye}; }};
    const auto result = client_trusting(whole)->send(request_to(whole.url("localhost"), "GET"));
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "whole");

    TlsServer cut{"DNS:localhost", [] { return Answer{"HTTP/1.1 200 OK\r\n\r\nhalf", Answer::cut}; }};
    const auto half = client_trusting(cut)->send(request_to(cut.url("localhost"), "GET"));
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().code, "net_no_answer");
}

TEST_F(Tls, ReplacesAKeptConnectionThatWasClosedMeanwhile) {
    for (const auto ending : {Answer::goodbye, Answer::cut}) {
        bool first = true;
        TlsServer server{"DNS:localhost", [&] {
                             Answer answer = ok();
                             if (std::exchange(first, false)) answer.then = ending;
                             return answer;
                         }};
        const auto client = client_trusting(server);
        ASSERT_TRUE(client->send(request_to(server.url("localhost"))));
        server.wait_until_closed();
        const auto again = client->send(request_to(server.url("localhost")));
        ASSERT_TRUE(again) << again.error().message;
        EXPECT_EQ(server.requests(), 2);
        EXPECT_EQ(server.connections(), 2);
    }
}

}  // namespace
}  // namespace crossdock::net
