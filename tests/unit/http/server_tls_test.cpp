// SPDX-License-Identifier: Apache-2.0
// The server under TLS, against a client that is OpenSSL alone.
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "test_server.h"
#include "tls_client.h"

namespace crossdock::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

ServerOptions over_tls(TlsMaterial material = TestAuthority::get().material) {
    ServerOptions options;
    auto identity = TlsIdentity::make(material);
    if (!identity) throw std::runtime_error(identity.error().message);
    options.tls = *identity;
    return options;
}

/// A whole exchange; 0 when there was no answer.
int status_of(RawClient& client, const std::string& request) {
    if (!client.send(request)) return 0;
    const auto answer = client.answer();
    return answer ? answer->status : 0;
}

void await(const std::function<bool()>& condition) {
    const auto until = steady_clock::now() + std::chrono::seconds{20};
    while (!condition() && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds{5});
    ASSERT_TRUE(condition());
}

// --- coming together

TEST(ServerTls, SpeaksBothVersionsAndSaysWhichScheme) {
    TestServer server(over_tls());
    for (const auto& [number, name] : {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
        TlsClientOptions options;
        options.least = options.most = number;
        options.authority = TestAuthority::get().authority.certificate;
        options.protocols = "\x02h2\x08http/1.1";
        TlsClient client(server.port(), options);
        ASSERT_EQ(client.trouble(), "");
        EXPECT_EQ(client.version(), name);
        EXPECT_EQ(client.protocol(), "http/1.1");
        EXPECT_EQ(SSL_get_current_compression(client.ssl()), nullptr);
        client.send(get("/scheme"));
        EXPECT_EQ(client.answer()->body, "https");
    }
}

TEST(ServerTls, RefusesWhatIsTooOld) {
    TestServer server(over_tls());
    TlsClientOptions old;
#ifndef OPENSSL_NO_TLS1_1  // the OpenSSL of the Windows build cannot even greet with it
    old.least = old.most = TLS1_1_VERSION;
    EXPECT_EQ(TlsClient(server.port(), old).trouble(), "tlsv1 alert protocol version");
#endif
    TlsMaterial strict = TestAuthority::get().material;
    strict.at_least = TlsVersion::v1_3;
    TestServer modern(over_tls(strict));
    old.least = old.most = TLS1_2_VERSION;
    EXPECT_EQ(TlsClient(modern.port(), old).trouble(), "tlsv1 alert protocol version");
    EXPECT_EQ(TlsClient(modern.port()).version(), "TLSv1.3");
}

TEST(ServerTls, AClientOfAnotherProtocolIsToldSo) {
    TestServer server(over_tls());
    TlsClientOptions options;
    options.protocols = "\x02h2";
    EXPECT_EQ(TlsClient(server.port(), options).trouble(), "tlsv1 alert no application protocol");
}

TEST(ServerTls, AClientThatExpectsAnotherHostIsLoggedAndHurtsNobody) {
    std::atomic<int> told{0};
    std::string why;
    std::mutex mutex;
    auto options = over_tls();
    options.on_tls_failure = [&](const std::string& remote, const std::string& reason) {
        const std::lock_guard lock(mutex);
        EXPECT_EQ(remote, "127.0.0.1");
        why = reason;
        ++told;
    };
    TestServer server(options);
    TlsClientOptions wrong;
    wrong.authority = TestAuthority::get().authority.certificate;
    wrong.host = "another.example";
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        wrong.least = wrong.most = version;
        const int before = told;
        EXPECT_EQ(TlsClient(server.port(), wrong).trouble(), "certificate verify failed");
        await([&] { return told > before; });
        const std::lock_guard lock(mutex);
        EXPECT_NE(why.find("alert"), std::string::npos) << why;
    }
    TlsClient good(server.port());
    EXPECT_EQ(status_of(good, get("/hello")), 200);
}

TEST(ServerTls, ASessionIsTakenUpAgainByItsTicket) {
    TestServer server(over_tls());
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        TlsClientOptions options;
        options.least = options.most = version;
        TlsClient first(server.port(), options);
        EXPECT_EQ(status_of(first, get("/hello")), 200);
        EXPECT_FALSE(first.resumed());
        const auto session = first.session();
        options.session = session.get();
        TlsClient second(server.port(), options);
        EXPECT_EQ(second.trouble(), "");
        EXPECT_TRUE(second.resumed());
        EXPECT_EQ(status_of(second, get("/hello")), 200);
    }
}

TEST(ServerTls, NobodyMayNegotiateAgain) {
    TestServer server(over_tls());
    TlsClientOptions options;
    options.most = TLS1_2_VERSION;
    TlsClient client(server.port(), options);
    EXPECT_EQ(status_of(client, get("/hello")), 200);
    ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
    EXPECT_NE(SSL_do_handshake(client.ssl()), 1);
    TlsClient other(server.port(), options);
    EXPECT_EQ(status_of(other, get("/hello")), 200);
}

// --- certificates

TEST(TlsIdentity, SaysWhatIsWrongWithWhatItGets) {
    const TlsMaterial& good = TestAuthority::get().material;
    const auto fault = [](const TlsMaterial& material) {
        const auto made = TlsIdentity::make(material);
        return made ? std::string{} : made.error().code + ": " + made.error().message;
    };
    EXPECT_EQ(fault(good), "");
    EXPECT_EQ(fault({"", good.private_key}).substr(0, 61),
              "tls_certificate: the certificate cannot be read: it must be P");
    EXPECT_EQ(
        fault({good.certificate + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", good.private_key})
            .substr(0, 58),
        "tls_certificate: the certificate number 2 in the file cann");
    EXPECT_EQ(fault({good.certificate, Secret{"nonsense"}}).substr(0, 44),
              "tls_key: the private key cannot be read: it ");
    EXPECT_EQ(fault({good.certificate, TestAuthority::get().issue("second.localhost").private_key}).substr(0, 67),
              "tls_mismatch: the private key does not belong to the certificate: k");
    const std::unique_ptr<BIO, decltype(&BIO_free)> in{BIO_new_mem_buf(good.private_key.reveal().data(), -1),
                                                       &BIO_free};
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
        PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
    const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
    PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), "secret", 6, nullptr, nullptr);
    std::string pem(static_cast<std::size_t>(BIO_pending(out.get())), '\0');
    BIO_read(out.get(), pem.data(), static_cast<int>(pem.size()));
    ASSERT_NE(pem.find("ENCRYPTED"), std::string::npos);
    const Secret sealed{pem};
    EXPECT_EQ(fault({good.certificate, sealed}).substr(0, 41), "tls_key: the private key has a passphrase");
}

TEST(TlsIdentity, TheChainIsServedInTheGivenOrder) {
    TlsMaterial material = TestAuthority::get().material;
    const std::string other = TestAuthority::get().issue("second.localhost").certificate;
    material.certificate += TestAuthority::get().authority.certificate + other;
    TestServer server(over_tls(material));
    const TlsClient client(server.port());
    ASSERT_EQ(client.trouble(), "");
    const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(client.ssl());
    std::vector<std::string> names;
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        char text[64]{};
        X509_NAME_get_text_by_NID(X509_get_subject_name(sk_X509_value(chain, i)), NID_commonName, text, sizeof text);
        names.emplace_back(text);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"localhost", "the test", "second.localhost"}));
}

TEST(ServerTls, ANewCertificateIsShownAndNoRequestFailsMeanwhile) {
    const auto identity = *TlsIdentity::make(TestAuthority::get().material);
    const TlsMaterial second = TestAuthority::get().issue("second.localhost");
    ServerOptions options;
    options.tls = identity;
    options.idle = std::chrono::seconds{60};
    TestServer server(options);
    TlsClient before(server.port());
    EXPECT_EQ(before.subject(), "localhost");

    std::atomic<bool> done{false};
    std::atomic<int> failed{0}, answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 4; ++i)
        clients.emplace_back([&, keeps = i % 2 == 0] {
            auto client = std::make_unique<TlsClient>(server.port());
            while (!done) {
                if (!keeps) client = std::make_unique<TlsClient>(server.port());
                (status_of(*client, get("/hello")) == 200 ? answered : failed)++;
            }
        });
    const auto until = steady_clock::now() + std::chrono::seconds{20};
    for (int i = 0; i < 40 || (answered <= 40 && steady_clock::now() < until); ++i) {
        EXPECT_TRUE(identity->replace(i % 2 == 0 ? second : TestAuthority::get().material));
        EXPECT_FALSE(identity->replace({second.certificate, TestAuthority::get().material.private_key}));
        std::this_thread::sleep_for(milliseconds{5});
    }
    EXPECT_TRUE(identity->replace(second));
    done = true;
    for (auto& client : clients) client.join();
    EXPECT_EQ(failed, 0);
    EXPECT_GT(answered, 40);

    EXPECT_EQ(TlsClient(server.port()).subject(), "second.localhost");
    EXPECT_FALSE(identity->replace({"broken", Secret{"broken"}}));
    EXPECT_EQ(TlsClient(server.port()).subject(), "second.localhost");
    EXPECT_EQ(status_of(before, get("/hello")), 200);  // open all the while, under its first certificate
}

// --- requests

TEST(ServerTls, KeepsAliveAndTakesEveryKindOfBody) {
    TestServer server(over_tls());
    TlsClient client(server.port());
    client.send(get("/hello"));
    EXPECT_EQ(client.answer()->body, "hello");
    const std::string large(900'000, 'z');
    client.send(post("/echo", large));
    EXPECT_EQ(client.answer()->body, large);
    for (const char* piece : {"POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
                              "5\r\nhel", "lo\r\n", "0\r\n\r\n"})
        client.send(piece);
    EXPECT_EQ(client.answer()->body, "hello");
    client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.answer()->status, 100);
    client.send("ab");
    EXPECT_EQ(client.answer()->body, "ab");
    client.send(get("/hello") + post("/echo", "second") + get("/hello", "Connection: close\r\n"));  // in one record
    EXPECT_EQ(client.answer()->body, "hello");
    EXPECT_EQ(client.answer()->body, "second");
    EXPECT_EQ(client.answer()->body, "hello");
    EXPECT_TRUE(client.closed_by_server());
    EXPECT_TRUE(client.server_said_goodbye());
    EXPECT_EQ(server.server->counters().connections_total, 1U);
}

TEST(ServerTls, OneByteARecordIsAsGoodAsAll) {
    TestServer server(over_tls());
    TlsClient client(server.port());
    for (const char byte : post("/echo", "slowly")) client.send({&byte, 1});
    EXPECT_EQ(client.answer()->body, "slowly");
}

TEST(ServerTls, ALargeAnswerReachesAClientThatReadsLate) {
    TestServer server(over_tls());
    TlsClient slow(server.port());
    slow.send(get("/large"));
    TlsClient quick(server.port());
    EXPECT_EQ(status_of(quick, get("/hello")), 200);
    std::this_thread::sleep_for(milliseconds{50});
    const auto answer = slow.answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, std::string(8 * 1024 * 1024, 'x'));
    EXPECT_EQ(status_of(slow, get("/hello")), 200);
}

TEST(ServerTls, AClientMayEndItsSideAndStillReadTheAnswer) {
    TestServer server(over_tls());
    for (const bool politely : {true, false}) {
        TlsClient client(server.port());
        client.send(get("/wait"));
        server.gate.await_waiting(politely ? 1 : 2);
        if (politely) client.say_goodbye();
        client.end_sending();
        if (politely) continue;
        server.gate.open();
        EXPECT_EQ(client.answer()->body, "waited");
        EXPECT_TRUE(client.closed_by_server());
    }
    // In the middle of a request it is told what is missing.
    TlsClient half(server.port());
    half.send("GET /hello HTTP/1.1\r\nHost:");
    half.end_sending();
    EXPECT_EQ(half.answer()->status, 400);
}

TEST(ServerTls, HangingUpWithoutGoodbyeIsAnEndLikeAnother) {
    TestServer server(over_tls());
    {
        TlsClient orderly(server.port());
        EXPECT_EQ(status_of(orderly, get("/hello")), 200);
        orderly.end_sending();
        EXPECT_TRUE(orderly.closed_by_server());
    }
    TlsClient rude(server.port());
    EXPECT_EQ(status_of(rude, get("/hello")), 200);
    rude.reset();
    { const RawClient silent(server.port()); }
    await([&] { return server.server->counters().connections_open == 0; });
    EXPECT_EQ(server.server->counters().refused, 0U);
}

// --- those who do not mean well

TEST(ServerTls, PlainHttpIsToldToUseHttps) {
    TestServer server(over_tls());
    for (const std::string& request : {get("/hello"), post("/effect", "x"), std::string{"G"}}) {
        RawClient client(server.port());
        client.send(request);
        const auto answer = client.answer();
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 400);
        EXPECT_EQ(answer->headers.at("connection"), "close");
        EXPECT_NE(answer->body.find("https://"), std::string::npos) << answer->body;
        EXPECT_TRUE(client.closed_by_server());
    }
    EXPECT_EQ(server.effects, 0);
    EXPECT_EQ(server.records(3).front().status, 400);
}

TEST(ServerTls, NoiseIsClosedWithoutAWord) {
    TestServer server(over_tls());
    const std::string huge{'\x16', 3, 1, '\x40', 0, 1, 1, 0, 0};  // a greeting of 64 KiB
    const std::string no_greeting{'\x16', 3, 1, 0, 5, 2, 0, 0, 1};
    for (const std::string& noise : {std::string{"\x80\x2e\x01\x00\x02"}, std::string(9, '\0'), huge, no_greeting}) {
        RawClient client(server.port());
        client.send(noise);
        EXPECT_TRUE(client.closed_by_server());
    }
    await([&] { return server.server->counters().refused == 4U; });
}

/// What a client of OpenSSL's greets with.
std::string client_hello() {
    const OwnTls<SSL_CTX> context{SSL_CTX_new(TLS_client_method())};
    const OwnTls<SSL> ssl{SSL_new(context.get())};
    BIO* const out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), out);
    SSL_connect(ssl.get());
    std::string bytes(static_cast<std::size_t>(BIO_pending(out)), '\0');
    BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

TEST(ServerTls, ADribbledGreetingEndsAtTheDeadlineOfHeaders) {
    auto options = over_tls();
    options.header_deadline = milliseconds{400};
    options.idle = std::chrono::seconds{60};
    TestServer server(options);
    const std::string hello = client_hello();
    ASSERT_GT(hello.size(), 100U);
    RawClient dribbling(server.port());
    RawClient stuck(server.port());
    stuck.send(hello.substr(0, 60));
    const auto began = steady_clock::now();
    std::size_t sent = 0;
    // A byte a while, faster than any silence could be noticed.
    while (sent < hello.size() && dribbling.send(hello.substr(sent, 1)) &&
           steady_clock::now() - began < std::chrono::seconds{20}) {
        ++sent;
        std::this_thread::sleep_for(milliseconds{20});
        if (server.server->counters().timed_out == 2) break;
    }
    EXPECT_EQ(server.server->counters().timed_out, 2U);
    EXPECT_LT(sent, hello.size());
    EXPECT_TRUE(stuck.closed_by_server());
    // Not too early: whoever needs that long and no longer is served.
    EXPECT_GE(steady_clock::now() - began, milliseconds{400});
}

TEST(ServerTls, ASilentClientEndsAtTheIdleDeadlineBeforeAndAfterTheHandshake) {
    auto options = over_tls();
    options.idle = milliseconds{200};
    TestServer server(options);
    RawClient silent(server.port());
    EXPECT_TRUE(silent.closed_by_server());
    // Whoever does not greet in time, as on a busy machine, is silent as well; so once more.
    auto shaken = std::make_unique<TlsClient>(server.port());
    for (int i = 0; i < 20 && !shaken->trouble().empty(); ++i) shaken = std::make_unique<TlsClient>(server.port());
    ASSERT_EQ(shaken->trouble(), "");
    EXPECT_TRUE(shaken->closed_by_server());
    EXPECT_TRUE(shaken->server_said_goodbye());
    EXPECT_EQ(server.server->counters().timed_out, 0U);
}

TEST(ServerTls, ASlowHeaderIsAnsweredLikeOverPlainHttp) {
    auto options = over_tls();
    options.header_deadline = milliseconds{200};
    TestServer server(options);
    // The deadline is one of the handshake, too, and a client is through with that before the server is: a busy machine
    // may need more than one attempt to come that far.
    std::unique_ptr<TlsClient> client;
    std::optional<RawAnswer> answer;
    for (int i = 0; i < 20 && !answer; ++i) {
        client = std::make_unique<TlsClient>(server.port());
        if (client->trouble().empty() && client->send("GET /hello HTTP/1.1\r\nX-Sl")) answer = client->answer();
    }
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 408);
    EXPECT_TRUE(client->closed_by_server());
}

TEST(ServerTls, ConnectionsThatDoNotGreetCountAndGiveWay) {
    auto options = over_tls();
    options.max_connections = 3;
    TestServer server(options);
    RawClient first(server.port()), second(server.port()), third(server.port());
    await([&] { return server.server->counters().connections_open == 3; });
    TlsClient fourth(server.port());
    EXPECT_EQ(status_of(fourth, get("/hello")), 200);
    EXPECT_TRUE(first.closed_by_server());  // the one that was silent longest

    auto capped = over_tls();
    capped.max_connections_per_address = 1;
    TestServer narrow(capped);
    RawClient only(narrow.port());
    await([&] { return narrow.server->counters().connections_open == 1; });
    TlsClient next(narrow.port());
    EXPECT_EQ(status_of(next, get("/hello")), 200);
    EXPECT_TRUE(only.closed_by_server());
    next.send(get("/wait"));
    narrow.gate.await_waiting(1);
    RawClient turned_away(narrow.port());  // nobody to make room
    EXPECT_TRUE(turned_away.closed_by_server());
    narrow.gate.open();
    EXPECT_EQ(next.answer()->body, "waited");
}

TEST(ServerTls, AStopEndsHandshakesAtOnce) {
    TestServer server(over_tls());
    RawClient silent(server.port());
    RawClient stuck(server.port());
    stuck.send(client_hello().substr(0, 60));
    TlsClient idle(server.port());
    await([&] { return server.server->counters().connections_open == 3; });
    const auto began = steady_clock::now();
    server.server->stop(std::chrono::seconds{30});
    EXPECT_LT(steady_clock::now() - began, std::chrono::seconds{10});
    EXPECT_TRUE(silent.closed_by_server());
    EXPECT_TRUE(idle.closed_by_server());
}

TEST(ServerTls, EndlessMessagesOfTlsItselfKeepNothingOpen) {
    auto options = over_tls();
    options.idle = milliseconds{400};
    TestServer server(options);
    TlsClient client(server.port());
    TlsClient other(server.port());
    const auto began = steady_clock::now();
    bool open = true;
    while (open && steady_clock::now() - began < std::chrono::seconds{20}) {
        SSL_key_update(client.ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
        open = SSL_do_handshake(client.ssl()) == 1;
        if (!client.send("")) open = open && SSL_get_error(client.ssl(), 0) != SSL_ERROR_SSL;
        std::this_thread::sleep_for(milliseconds{1});
        if (server.server->counters().connections_open <= 1) break;
    }
    await([&] { return server.server->counters().connections_open == 0; });
    TlsClient fresh(server.port());
    EXPECT_EQ(status_of(fresh, get("/hello")), 200);
}

}  // namespace
}  // namespace crossdock::http
