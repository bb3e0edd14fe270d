// SPDX-License-Identifier: Apache-2.0
// A hub over TLS as its admin and its clients see it: init, serve, clients that trust the authority alone, renewal.
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "crypto/certificate.h"
#include "integration/bad_input_rows.h"
#include "integration/running_hub.h"
#include "integration/tls_folder.h"

namespace crossdock::testing {
namespace {

bool is_installed(const char* program) {
    return std::system(("command -v " + std::string{program} + " > /dev/null").c_str()) == 0;
}

/// curl with these words; it ends within 30 s.
struct Curl {
    explicit Curl(std::vector<std::string> words) {
        words.insert(words.begin(), {"curl", "--silent", "--show-error", "--max-time", "30", "--noproxy", "*"});
        RealProcess process(std::move(words));
        code = process.wait(std::chrono::seconds{40}).value_or(-1);
        out = process.out();
        err = process.err();
    }
    int code = -1;
    std::string out, err;
};

/// The date and number of the certificate that the server shows now.
std::string shown_by(const RunningHub& hub) {
    const Curl curl({"--insecure", "--write-out", "%{certs}", "--output", "/dev/null", hub.url() + "/healthz"});
    const auto serial = curl.out.find("Serial Number:");
    return serial == std::string::npos ? curl.out : curl.out.substr(serial, curl.out.find('\n', serial) - serial);
}

TEST(Tls, InitServeAndClientsThatTrustTheAuthorityAlone) {
    const TlsFolder folder;
    const json made = json::parse(folder.made().out);
    EXPECT_TRUE(made.at("authority_is_new"));
    EXPECT_NE(made.at("names").get<std::string>().find("localhost, 127.0.0.1, ::1"), std::string::npos) << made;
    EXPECT_EQ(made.at("api_key").get<std::string>().substr(0, 9), "cdk_live_");
    for (const char* key : {"tls/server.key", "tls/authority.key"}) {
        struct stat status {};
        ASSERT_EQ(stat((folder / key).c_str(), &status), 0) << key;
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << key;
    }
    const Ran checked = run({"check"}, RunningHub::options(folder.path()));
    EXPECT_EQ(checked.code, 0) << checked.err;
    EXPECT_NE(checked.out.find("over TLS"), std::string::npos) << checked.out;

    RunningHub hub(folder.path());
    ASSERT_TRUE(hub.url().starts_with("https://")) << hub.url();
    const std::string key = hub.make_key();  // by the control door
    Client client(hub.url(), key);
    EXPECT_EQ(client.get("/api/v1/orders").status, 200);
    const json certificate = client.get("/api/v1/health").body.at("certificate");
    EXPECT_GE(certificate.at("days_left"), 823);
    EXPECT_TRUE(certificate.at("problem").is_null());
    EXPECT_NE(client.get("/metrics").text.find("crossdock_tls_certificate_days_left 82"), std::string::npos);

    if (!is_installed("curl")) GTEST_SKIP() << "curl is not installed";
    const std::string authority = (folder / "tls/authority.crt").string();
    const std::string port = std::to_string(hub.port());
    EXPECT_EQ(Curl({"--cacert", authority, hub.url() + "/healthz"}).out, "ok\n");
    EXPECT_EQ(Curl({"--cacert", authority, "https://localhost:" + port + "/healthz"}).out, "ok\n");
    EXPECT_EQ(Curl({"--cacert", authority, "--tlsv1.2", "--tls-max", "1.2", hub.url() + "/healthz"}).out, "ok\n");
    EXPECT_EQ(Curl({"--cacert", authority, "--tlsv1.3", hub.url() + "/healthz"}).out, "ok\n");
    EXPECT_EQ(Curl({"--cacert", authority, "--tlsv1.2", "--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-SHA256",
                    hub.url() + "/healthz"})
                  .out,
              "ok\n");
    EXPECT_EQ(Curl({"--cacert", authority, "--header", "Transfer-Encoding: chunked", "--header", "X-Api-Key: " + key,
                    "--json", R"({"ids":[99]})", hub.url() + "/api/v1/orders/ack"})
                  .out,
              R"({"updated":0})");
    EXPECT_EQ(Curl({"--insecure", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", hub.url() + "/healthz"}).code,
              35);
    EXPECT_EQ(Curl({"--cacert", "/etc/ssl/certs/ca-certificates.crt", hub.url() + "/healthz"}).code, 60)
        << "an authority nobody knows";
    const Curl wrong({"--cacert", authority, "--resolve", "bank.example:" + port + ":127.0.0.1",
                      "https://bank.example:" + port + "/healthz"});
    EXPECT_EQ(wrong.code, 60) << "the certificate is for others";
    const Curl plain({"--write-out", " %{http_code}", "http://127.0.0.1:" + port + "/healthz"});
    EXPECT_NE(plain.out.find("https://"), std::string::npos) << plain.out;
    EXPECT_TRUE(plain.out.ends_with(" 400")) << plain.out;
    EXPECT_NE(hub.process().err().find("tls_failed"), std::string::npos);
}

TEST(Tls, ARenewedCertificateIsShownWithoutCuttingAnybodyAndABrokenOneIsNot) {
    if (!is_installed("curl")) GTEST_SKIP() << "curl is not installed";
    const TlsFolder folder;
    RunningHub hub(folder.path());
    const std::string key = hub.make_key();
    const std::string first = shown_by(hub);
    ASSERT_NE(first, "");

    std::atomic<bool> done{false};
    std::atomic<int> failed{0}, answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i)
        clients.emplace_back([&, keeps = i == 0] {
            auto client = std::make_unique<Client>(hub.url(), key);
            while (!done) {
                if (!keeps) client = std::make_unique<Client>(hub.url(), key);
                (client->get("/api/v1/orders?limit=1").status == 200 ? answered : failed)++;
            }
        });
    const auto says = [&](const std::string& word, std::size_t times) {
        return eventually(std::chrono::seconds{30}, [&] {
            const std::string log = hub.process().err();
            std::size_t count = 0;
            for (auto at = log.find(word); at != std::string::npos; at = log.find(word, at + 1)) ++count;
            return count >= times;
        });
    };
    for (std::size_t round = 1; round <= 3; ++round) {
        const Ran again = folder.init({});
        ASSERT_EQ(again.code, 0) << again.err;
        EXPECT_FALSE(json::parse(again.out).at("authority_is_new"));
        hub.process().signal(SIGHUP);
        ASSERT_TRUE(says(" reloaded ", round)) << hub.process().err();
    }
    EXPECT_TRUE(says(" certificate_renewed ", 3));
    const std::string renewed = shown_by(hub);
    EXPECT_NE(renewed, first);

    write_text(folder / "tls/server.crt", "broken");
    hub.process().signal(SIGHUP);
    ASSERT_TRUE(says(" certificate_not_renewed ", 1)) << hub.process().err();
    EXPECT_EQ(shown_by(hub), renewed);
    Client client(hub.url(), key);
    EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] {
        return client.get("/api/v1/health").text.find("certificate_not_renewed") != std::string::npos;
    })) << client.get("/api/v1/health").text;
    ASSERT_EQ(folder.init({}).code, 0);
    hub.process().signal(SIGHUP);
    EXPECT_TRUE(eventually(std::chrono::seconds{20}, [&] {
        return client.get("/api/v1/health").text.find("certificate_not_renewed") == std::string::npos;
    }));
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] { return answered > 20; }));
    done = true;
    for (auto& thread : clients) thread.join();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(hub.process().err().find(" reloading "), std::string::npos) << "the listener was never closed";
}

TEST(Tls, AKeyOfAnotherCertificateIsRefusedAndAnExpiredOneStartsWithAnAlarm) {
    if (!is_installed("curl")) GTEST_SKIP() << "curl is not installed";
    const TlsFolder folder;
    const std::string api_key = json::parse(folder.made().out).at("api_key");
    const auto now = SystemClock().now();
    constexpr std::chrono::hours kDay{24};
    const auto authority = crypto::make_authority("long ago", {"localhost"}, now - kDay * 1'000);
    const auto old = crypto::issue_certificate(authority, {"localhost", "127.0.0.1"}, now - kDay * 900);
    ASSERT_TRUE(old) << old.error().message;
    {
        Verdict verdict("F3", "TLS key of another certificate");
        write_text(folder / "tls/server.key", old->private_key.reveal());
        const Ran ran = run({"serve"}, RunningHub::options(folder.path()));
        EXPECT_EQ(ran.code, 2) << ran.err;
        EXPECT_NE(ran.err.find("does not belong to the certificate"), std::string::npos) << ran.err;
        EXPECT_NE(ran.err.find("tls/server.key"), std::string::npos) << ran.err;
        verdict.add(ran.err);
    }
    {
        Verdict verdict("F3", "expired certificate");
        write_text(folder / "tls/server.crt", old->certificate);
        const RunningHub hub(folder.path());
        const Curl health({"--insecure", "--header", "X-Api-Key: " + api_key, hub.url() + "/api/v1/health"});
        EXPECT_NE(health.out.find("certificate_expired"), std::string::npos) << health.out << health.err;
    }
}

TEST(Tls, AChangedConfigIsTakenByAReloadOverTlsToo) {
    const TlsFolder folder;
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    EXPECT_EQ(client.get("/api/v1/orders?limit=1").status, 200);
    const std::string config = file_text(folder / "crossdock.toml");
    write_text(folder / "crossdock.toml", config + "min_version = \"1.3\"\n");
    hub.process().signal(SIGHUP);
    ASSERT_TRUE(eventually(std::chrono::seconds{30}, [&] {
        const std::string log = hub.process().err();
        return log.find(" ready ", log.find(" reloading ")) != std::string::npos &&
               log.find(" reloading ") != std::string::npos;
    })) << hub.process().err();
    EXPECT_EQ(client.get("/api/v1/orders?limit=1").status, 200);
    if (is_installed("curl")) {
        EXPECT_EQ(Curl({"--insecure", "--tls-max", "1.2", hub.url() + "/healthz"}).code, 35);
    }
    // What would not come up is refused, and the old one goes on.
    std::filesystem::remove(folder / "tls/server.key");
    write_text(folder / "crossdock.toml", config);
    hub.process().signal(SIGHUP);
    ASSERT_TRUE(eventually(std::chrono::seconds{30},
                           [&] { return hub.process().err().find(" reload_refused ") != std::string::npos; }));
    EXPECT_EQ(client.get("/api/v1/orders?limit=1").status, 200);
}

TEST(Tls, InitWritesItsLinesOnceAndNeverOverOthers) {
    TemporaryFolder place;
    const auto options = RunningHub::options(place.path());
    const Ran fresh = run({"init", "--tls", "self-signed", "--name", "hub.example", "--name", "192.168.1.20"}, options);
    ASSERT_EQ(fresh.code, 0) << fresh.err;
    for (const char* word :
         {"certutil -addstore -f Root", "update-ca-certificates", "--cacert", "hub.example", "192.168.1.20"})
        EXPECT_NE((fresh.out + fresh.err).find(word), std::string::npos) << word;
    const std::string config = file_text(place / "crossdock.toml");
    EXPECT_NE(config.find("\n[server.tls]\ncertificate = \"tls/server.crt\"\nprivate_key = \"tls/server.key\"\n"),
              std::string::npos)
        << config;
    EXPECT_EQ(config.find("# [server.tls]"), std::string::npos);
    EXPECT_EQ(run({"check", "--strict"}, options).code, 0) << run({"check", "--strict"}, options).err;
    const Ran again = run({"init", "--tls", "self-signed"}, options);
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(file_text(place / "crossdock.toml"), config);

    EXPECT_EQ(run({"init", "--tls", "letsencrypt"}, options).code, 2);
    EXPECT_EQ(run({"init", "--name", "hub"}, options).code, 2);
    EXPECT_EQ(run({"init", "--tls", "self-signed", "--name", "a b"}, options).code, 2);
    const Ran foreign = run({"init", "--tls", "self-signed", "--name", "shop.example"}, options);
    EXPECT_EQ(foreign.code, 1);
    EXPECT_NE(foreign.err.find("shop.example"), std::string::npos);

    write_text(place / "tls/server.key", "nonsense");
    const Ran broken = run({"check"}, options);
    EXPECT_EQ(broken.code, 2);
    EXPECT_NE(broken.err.find("private key cannot be read"), std::string::npos) << broken.err;
    EXPECT_EQ(run({"serve"}, options).code, 2);
}

TEST(Tls, AHubBeyondItsMachineNeedsTlsAndInitGivesItThat) {
    TemporaryFolder place;
    write_text(place / "crossdock.toml", "[server]\nlisten = \"0.0.0.0:0\"\n");
    const auto options = RunningHub::options(place.path());
    EXPECT_EQ(run({"check"}, options).code, 2);
    EXPECT_EQ(run({"serve"}, options).code, 2);
    const Ran made = run({"init", "--tls", "self-signed"}, options);
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(run({"check"}, options).code, 0) << run({"check"}, options).err;
}

TEST(Tls, InitShowsTheAddressThatTheHubListensOn) {
    for (const auto& [listen, shown] : {std::pair{"127.0.0.1:9443", "https://localhost:9443/healthz"},
                                        {"192.0.2.7:9444", "https://192.0.2.7:9444/healthz"}}) {
        TemporaryFolder place;
        write_text(place / "crossdock.toml", std::string{"[server]\nlisten = \""} + listen + "\"\n");
        const Ran made = run({"init", "--tls", "self-signed"}, RunningHub::options(place.path()));
        ASSERT_EQ(made.code, 0) << made.err;
        EXPECT_NE(made.out.find(shown), std::string::npos) << made.out;
    }
}

}  // namespace
}  // namespace crossdock::testing
