// SPDX-License-Identifier: Apache-2.0
// While the database of an earlier release gets a newer schema the real binary answers where the hub will, tells its
// service manager, and is then the hub. The upgrade is stopped at known points (support/hold_files.cpp).
#include <sys/socket.h>
#include <sys/un.h>

#include "base/text.h"
#include "integration/running_hub.h"
#include "unit/app/old_database.h"

namespace crossdock::testing {
namespace {

constexpr int kOld = 6;
constexpr const char* kFirst = "hub.db.schema-";  // the copy of the database
constexpr const char* kSecond = "rehearsal";      // the copy of that copy

/// What systemd would hear (sd_notify(3)).
class Listening {
public:
    explicit Listening(const std::filesystem::path& file) : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string name = file.string();
        if (name.size() >= sizeof address.sun_path) throw std::runtime_error("the name of the socket is too long");
        std::copy(name.begin(), name.end(), address.sun_path);
        if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot bind " + name);
    }
    ~Listening() { ::close(socket_); }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    /// All so far, in the order they came, each followed by a line end.
    const std::string& heard() {
        char buffer[4'096];
        for (ssize_t size = 0; (size = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;)
            heard_.append(buffer, static_cast<std::size_t>(size)).push_back('\n');
        return heard_;
    }

private:
    int socket_;
    std::string heard_;
};

std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [held, value] : answer.headers)
        if (to_lower(held) == name) return value;
    return {};
}

class UpgradingHub : public ::testing::Test {
protected:
    void SetUp() override {
        if (std::string_view{CROSSDOCK_HOLD_FILES}.empty())
            GTEST_SKIP() << "a sanitizer's runtime must come first in the process, so nothing can be preloaded";
        db::Options old;
        old.path = (folder_ / "hub.db").string();
        app::make_old_database(old, kOld, SystemClock{});
        std::filesystem::create_directory(folder_ / "held");
        for (const char* word : {kFirst, kSecond}) write_text(folder_.path() / "held" / word, "");
        write_text(folder_ / "crossdock.toml",
                   "[server]\nlisten = \"127.0.0.1:" + std::to_string(port_) + "\"\n[database]\npath = \"hub.db\"\n");
    }
    [[nodiscard]] RealProcess::Options options() const {
        auto options = RunningHub::options(folder_.path());
        options.environment.emplace_back("LD_PRELOAD", CROSSDOCK_HOLD_FILES);
        options.environment.emplace_back("CROSSDOCK_TEST_HOLD_FOLDER", folder_.file("held"));
        options.environment.emplace_back("CROSSDOCK_TEST_HOLD_WORDS", std::string{kFirst} + "," + kSecond);
        options.environment.emplace_back("NOTIFY_SOCKET", folder_.file("notify"));
        return options;
    }
    void let_go(const char* word) const { std::filesystem::remove(folder_.path() / "held" / word); }

    /// The answer of /healthz once it begins with these words.
    Answer health_with(const std::string& words) {
        Answer answer;
        EXPECT_TRUE(eventually(std::chrono::seconds{60},
                               [&] {
                                   answer = client_.get("/healthz");
                                   return answer.text.starts_with(words);
                               }))
            << answer.status << ' ' << answer.text;
        return answer;
    }

    TemporaryFolder folder_;
    const int port_ = quiet_port();
    Client client_{"http://127.0.0.1:" + std::to_string(port_), "cdk_live_whatever"};
};

TEST_F(UpgradingHub, AnswersEverySurfaceInItsFormAndTellsSystemdUntilItIsReady) {
    Listening systemd(folder_ / "notify");
    RealProcess hub(crossdock({"serve"}), options());
    const Answer early = health_with("upgrading the database: 10 % (");
    EXPECT_EQ(early.status, 503);
    EXPECT_EQ(early.text, "upgrading the database: 10 % (making a copy of the database)\n");
    EXPECT_EQ(header(early, "retry-after"), "15");
    EXPECT_EQ(header(early, "cache-control"), "no-store");
    EXPECT_EQ(client_.get("/readyz").status, 503);

    let_go(kFirst);
    EXPECT_EQ(health_with("upgrading the database: 40 % (copying").text,
              "upgrading the database: 40 % (copying the copy)\n");

    // The ERP, in the contract's form, whatever it asks and with whatever key.
    const std::string words = "upgrading the database: 40 % (copying the copy); try again in a minute";
    for (const auto& [method, path, body] : {std::tuple{"GET", "/api/v1/orders?imported=false&limit=100", ""},
                                             {"GET", "/api/v1/nonsense", ""},
                                             {"POST", "/api/v1/orders/ack", "{\"ids\":[1]}"},
                                             {"POST", "/api/v1/inventory_updates", "[1,2"}}) {
        const Answer answer = client_.send(method, path, body);
        EXPECT_EQ(answer.status, 503) << path;
        EXPECT_EQ(answer.body, json({{"error", words}})) << path;
        EXPECT_EQ(header(answer, "retry-after"), "15") << path;
        EXPECT_FALSE(header(answer, "x-request-id").empty()) << path;
    }
    const Answer health = client_.get("/api/v1/health");
    EXPECT_EQ(health.status, 503);
    EXPECT_EQ(header(health, "retry-after"), "15");
    EXPECT_EQ(health.body.value("status", ""), "unavailable");
    EXPECT_EQ(health.body.value("percent", 0), 40);
    EXPECT_EQ(health.body.value("message", ""), "upgrading the database: 40 % (copying the copy)");
    EXPECT_EQ(health.body.value("time", "").size(), std::string_view{"2026-11-30T03:20:00Z"}.size());
    const Answer platform = client_.get("/v2/orders");
    EXPECT_EQ(platform.status, 503);
    EXPECT_EQ(header(platform, "retry-after"), "15");
    ASSERT_TRUE(platform.body.contains("error")) << platform.text;
    EXPECT_EQ(platform.body["error"].value("code", ""), "unavailable");
    EXPECT_EQ(platform.body["error"].value("message", ""), words);
    EXPECT_EQ(platform.body["error"]["details"], json({{"percent", 40}, {"retry_after", 15}}));
    // A channel's webhook is refused so that the channel sends it again; a monitor of figures gets no HTML nor JSON.
    EXPECT_EQ(client_.send("POST", "/hooks/shop", "{}").text, words + "\n");
    EXPECT_EQ(client_.get("/metrics").status, 503);
    // Commands are told why they have to wait.
    const Ran command = run({"key", "list"}, RunningHub::options(folder_.path()));
    EXPECT_NE(command.code, 0);
    EXPECT_NE(command.err.find("is it starting or stopping? Try again in a moment"), std::string::npos) << command.err;

    const std::string last = "STATUS=upgrading the database: 40 %, copying the copy\n";
    const std::string more_time = "EXTEND_TIMEOUT_USEC=60000000\n";  // of a thread of its own
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return systemd.heard().find(last) != std::string::npos && systemd.heard().find(more_time) != std::string::npos;
    }));
    const std::string told = systemd.heard();
    EXPECT_NE(told.find("STATUS=opening the database " + folder_.file("hub.db") + "\n"), std::string::npos) << told;
    EXPECT_NE(told.find(more_time), std::string::npos) << told;
    EXPECT_NE(told.find("STATUS=upgrading the database: 10 %, making a copy of the database\n"), std::string::npos)
        << told;
    EXPECT_EQ(told.find("READY=1"), std::string::npos) << "not before it is the hub";

    let_go(kSecond);
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] { return client_.get("/healthz").text == "ok\n"; }))
        << hub.err();
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return systemd.heard().find("READY=1\nSTATUS=answers on 127.0.0.1:" + std::to_string(port_)) !=
               std::string::npos;
    })) << systemd.heard();
    EXPECT_NE(systemd.heard().find("STATUS=upgrading the database: 100 %, done\n"), std::string::npos);
    const Ran made = run({"key", "create", "--json", "--name", "erp"}, RunningHub::options(folder_.path()));
    ASSERT_EQ(made.code, 0) << made.err;
    Client erp("http://127.0.0.1:" + std::to_string(port_), json::parse(made.out).at("key"));
    EXPECT_EQ(erp.get("/api/v1/orders?since=2020-01-01T00:00:00Z").body.size(), 2U);
    hub.terminate();
    EXPECT_EQ(hub.wait(), 0);
}

/// Nobody on this machine trusts the authority, and status and doctor know the hub all the same.
TEST_F(UpgradingHub, OverTlsTellsStatusAndDoctorHowFarItIs) {
    auto untrusting = RunningHub::options(folder_.path());
    untrusting.environment.emplace_back("SSL_CERT_FILE", "/nonexistent");
    untrusting.environment.emplace_back("SSL_CERT_DIR", "/nonexistent");
    const Ran made = run({"init", "--json", "--tls", "self-signed"}, untrusting);
    ASSERT_EQ(made.code, 0) << made.err;
    Listening systemd(folder_ / "notify");
    RealProcess hub(crossdock({"serve"}), options());
    json status;
    ASSERT_TRUE(eventually(std::chrono::seconds{60},
                           [&] {
                               status = json::parse(run({"status", "--json"}, untrusting).out, nullptr, false);
                               return status.is_object() && status.value("state", "") == "upgrading" &&
                                      status.at("work").at(0).at("percent") == 10;
                           }))
        << status << hub.err();
    const Ran seen = run({"doctor", "--json"}, untrusting);
    const json report = json::parse(seen.out, nullptr, false);
    ASSERT_TRUE(report.is_object()) << seen.out << seen.err;
    std::string codes;
    for (const json& finding : report.at("findings")) codes += finding.at("code").get<std::string>() + " ";
    EXPECT_NE(codes.find("hub_upgrading "), std::string::npos) << codes;
    EXPECT_EQ(codes.find("hub_not_reached "), std::string::npos) << codes;
    let_go(kFirst);
    let_go(kSecond);
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return systemd.heard().find("READY=1\n") != std::string::npos;
    })) << hub.err();
    EXPECT_EQ(json::parse(run({"status", "--json"}, untrusting).out).at("state"), "running");
    hub.terminate();
    EXPECT_EQ(hub.wait(), 0);
}

TEST_F(UpgradingHub, KilledInTheMiddleItHasTheOldSchemaAndComesThroughTheNextTime) {
    Listening systemd(folder_ / "notify");
    {
        RealProcess hub(crossdock({"serve"}), options());
        health_with("upgrading the database: 10 % (");
        let_go(kFirst);
        health_with("upgrading the database: 40 % (");
        hub.kill_hard();
    }
    EXPECT_EQ(ask_database(folder_ / "hub.db", "PRAGMA user_version"), std::to_string(kOld));
    EXPECT_EQ(ask_database(folder_ / "hub.db", "SELECT count(*) FROM orders"), "2");
    let_go(kSecond);
    RealProcess hub(crossdock({"serve"}), options());
    ASSERT_TRUE(eventually(std::chrono::seconds{60}, [&] { return client_.get("/healthz").text == "ok\n"; }))
        << hub.err();
    EXPECT_EQ(ask_database(folder_ / "hub.db", "PRAGMA user_version"), std::to_string(db::newest_schema()));
    EXPECT_EQ(ask_database(folder_ / "hub.db", "SELECT count(*) FROM orders"), "2");
}

}  // namespace
}  // namespace crossdock::testing
