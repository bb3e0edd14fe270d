// SPDX-License-Identifier: Apache-2.0
#include "app/own_certificate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/hub.h"
#include "app/self_signed.h"
#include "hub_fixture.h"
#include "platform/file.h"
#include "support/temporary_folder.h"

namespace crossdock::app {
namespace {

using std::chrono::hours;

const Timestamp kNow = std::chrono::floor<std::chrono::seconds>(SystemClock{}.now());
constexpr auto kDay = hours{24};

/// The files of [server.tls] in a folder of their own.
struct Files {
    testing::TemporaryFolder folder;
    crypto::CertificatePair authority = crypto::make_authority("the house", {"hub.example", "other.example"}, kNow);
    config::Tls tls{(folder / "tls.crt").string(), (folder / "tls.key").string(), "1.2", {4, 15}, {5, 15}};

    crypto::CertificatePair issue(const std::vector<std::string>& names, Timestamp at = kNow) const {
        return *crypto::issue_certificate(authority, names, at);
    }
    void write(const crypto::CertificatePair& pair) const {
        ASSERT_TRUE(platform::write_file(tls.certificate, pair.certificate, platform::Access::everyone));
        ASSERT_TRUE(platform::write_file(tls.private_key, pair.private_key.reveal()));
    }
};

std::string codes(const OwnCertificate& own, Timestamp now) {
    api::HealthReport report;
    own.add_findings(report, now);
    std::string out;
    for (const auto& finding : report.findings) out += finding.severity + " " + finding.code + ";";
    return out;
}

TEST(OwnCertificate, TakesWhatIsNewInItsFilesAndKeepsTheOldWhenThatIsBroken) {
    const Files files;
    files.write(files.issue({"hub.example"}));
    const auto own = OwnCertificate::open(files.tls);
    ASSERT_TRUE(own) << own.error().message;
    const std::string first = (*own)->facts().fingerprint;
    (*own)->look();
    EXPECT_EQ((*own)->facts().fingerprint, first);
    EXPECT_EQ(codes(**own, kNow), "");

    const auto second = files.issue({"hub.example", "other.example"});
    ASSERT_TRUE(platform::write_file(files.tls.certificate, second.certificate));  // and its key is still to come
    (*own)->look();
    EXPECT_EQ((*own)->facts().fingerprint, first);
    EXPECT_EQ(codes(**own, kNow), "error certificate_not_renewed;");
    api::HealthReport report;
    (*own)->add_findings(report, kNow);
    EXPECT_EQ(report.certificate->names, (std::vector<std::string>{"hub.example"}));
    EXPECT_NE(report.certificate->problem->find("does not belong to the certificate"), std::string::npos);

    ASSERT_TRUE(platform::write_file(files.tls.private_key, second.private_key.reveal()));
    (*own)->look();
    EXPECT_NE((*own)->facts().fingerprint, first);
    EXPECT_EQ((*own)->facts().names.size(), 2U);
    EXPECT_EQ(codes(**own, kNow), "");

    std::filesystem::remove(files.tls.private_key);
    (*own)->look();
    EXPECT_EQ(codes(**own, kNow), "error certificate_not_renewed;");
    ASSERT_TRUE(platform::write_file(files.tls.private_key, second.private_key.reveal()));
    (*own)->look();
    EXPECT_EQ(codes(**own, kNow), "");
}

TEST(OwnCertificate, SaysInHealthAndFiguresWhenItEnds) {
    const Files files;
    files.write(files.issue({"hub.example"}));  // begins a day ago: 824 days from now
    const auto own = OwnCertificate::open(files.tls);
    ASSERT_TRUE(own);
    EXPECT_EQ(codes(**own, kNow + kDay * 793), "");
    EXPECT_EQ(codes(**own, kNow + kDay * 794), "warning certificate_expires;");
    EXPECT_EQ(codes(**own, kNow + kDay * 825), "error certificate_expired;");
    api::HealthReport report;
    (*own)->add_findings(report, kNow + kDay * 820);
    EXPECT_EQ(report.certificate->days_left, 4);
    metrics::Registry registry;
    const ManualClock clock{kNow + kDay * 820};
    (*own)->add_figures(registry, clock);
    EXPECT_NE(registry.render().find("crossdock_tls_certificate_days_left 4\n"), std::string::npos)
        << registry.render();
    EXPECT_NE(registry.render().find("crossdock_tls_certificate_not_renewed 0\n"), std::string::npos);
}

TEST(OwnCertificate, ItsNamesAreAnsweredTo) {
    const Files files;
    files.write(files.issue({"hub.example", "*.other.example", "192.168.1.20", "::1"}));
    config::Config config;
    config.server.tls = files.tls;
    HubOptions options;
    ASSERT_TRUE(add_certificate(options, config));
    EXPECT_EQ(options.server.allowed_hosts, (std::vector<std::string>{"hub.example", "192.168.1.20", "[::1]"}));
    EXPECT_NE(options.server.tls, nullptr);
    HubOptions plain;
    ASSERT_TRUE(add_certificate(plain, config::Config{}));
    EXPECT_EQ(plain.server.tls, nullptr);
    config.server.tls->certificate += ".gone";
    const auto missing = add_certificate(plain, config);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("tls.crt.gone"), std::string::npos);
}

using HubOverTls = HubTest<SystemClock>;

TEST_F(HubOverTls, ShowsItInHealthFromTheFirstAnswerOn) {
    const Files files;
    files.write(files.issue({"hub.example"}));
    config::Config config;
    config.server.tls = files.tls;
    HubOptions with = options();
    ASSERT_TRUE(add_certificate(with, config));
    open(std::move(with));
    const auto health = hub->health();  // before anything was started
    ASSERT_TRUE(health.certificate);
    EXPECT_EQ(health.certificate->names, (std::vector<std::string>{"hub.example"}));
}

// --- what `crossdock check` finds

std::string findings(const Files& files, config::Server server = {}, Timestamp now = kNow) {
    config::Config config;
    config.file = "c.toml";
    config.server = std::move(server);
    config.server.tls = files.tls;
    std::string out;
    for (const auto& finding : check_certificate(config, now)) out += config::format(finding) + "\n";
    return out;
}

config::Server listens_on(const std::string& host, std::vector<std::string> allowed = {}) {
    config::Server server;
    server.listen.host = host;
    server.allowed_hosts = std::move(allowed);
    return server;
}

TEST(CheckCertificate, FindsWhatClientsWouldStumbleOver) {
    const Files files;
    EXPECT_TRUE(findings(files).starts_with("c.toml:4:15: the certificate: cannot read ")) << findings(files);
    files.write(files.issue({"hub.example", "127.0.0.1"}));
    EXPECT_EQ(findings(files), "");
    EXPECT_EQ(findings(files, listens_on("0.0.0.0", {"hub.example"})), "");
    EXPECT_EQ(findings(files, listens_on("192.168.1.5", {"hub.example"})), "");
    EXPECT_EQ(findings(files, listens_on("192.168.1.5")),
              "c.toml:4:15: warning: the certificate is for hub.example, 127.0.0.1, not for 192.168.1.5, where the "
              "server listens: clients have to ask "
              "for one of its names\n");
    EXPECT_EQ(findings(files, listens_on("::", {"hub.example", "[::1]"})),
              "c.toml:4:15: warning: the certificate is for hub.example, 127.0.0.1, not for [::1] (allowed_hosts): "
              "clients that ask for that name refuse it\n");
    EXPECT_TRUE(findings(files, {}, kNow + kDay * 800)
                    .starts_with("c.toml:4:15: warning: the certificate expires in 24 days, on 20"))
        << findings(files, {}, kNow + kDay * 800);
    EXPECT_TRUE(findings(files, {}, kNow + kDay * 830).starts_with("c.toml:4:15: the certificate has expired on 20"));
    EXPECT_TRUE(findings(files, {}, kNow - kDay * 2).starts_with("c.toml:4:15: the certificate holds only from 20"));
}

TEST(CheckCertificate, FindsAKeyThatIsNotItsAndAChainOutOfOrder) {
    const Files files;
    auto pair = files.issue({"127.0.0.1"});
    pair.private_key = files.issue({"127.0.0.1"}).private_key;
    files.write(pair);
    EXPECT_TRUE(findings(files).starts_with("c.toml:5:15: the private key does not belong to the certificate"))
        << findings(files);
    pair = files.issue({"127.0.0.1"});
    pair.certificate += files.authority.certificate;
    files.write(pair);
    EXPECT_EQ(findings(files), "");
    pair.certificate += files.issue({"other.example"}).certificate;
    files.write(pair);
    EXPECT_TRUE(
        findings(files).starts_with("c.toml:4:15: warning: the certificates in the file do not follow one another"));
    pair.certificate = "no certificate";
    files.write(pair);
    EXPECT_TRUE(findings(files).starts_with("c.toml:4:15: the certificate cannot be read")) << findings(files);
    pair = files.issue({"127.0.0.1"});
    pair.private_key = Secret{"no key"};
    files.write(pair);
    EXPECT_TRUE(findings(files).starts_with("c.toml:5:15: the private key cannot be read"));
}

// --- a certificate of one's own

TEST(SelfSigned, IsRenewedByTheSameAuthorityForTheSameNames) {
    const testing::TemporaryFolder place;
    const std::filesystem::path folder = place / "tls";
    const auto first = make_self_signed(folder, {"Hub.Example", "192.168.1.20"}, place.path(), kNow);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(first->new_authority);
    for (const char* name : {"localhost", "127.0.0.1", "::1", "hub.example", "192.168.1.20"})
        EXPECT_NE(std::find(first->names.begin(), first->names.end(), name), first->names.end()) << name;
    for (const char* file : {kServerKey, kAuthorityKey}) EXPECT_TRUE(*platform::is_private(folder / file)) << file;
    for (const char* file : {kServerCertificate, kAuthorityCertificate})
        EXPECT_FALSE(*platform::is_private(folder / file)) << file;
    const std::string authority = *platform::read_file(folder / kAuthorityCertificate, 10'000);
    const std::string certificate = *platform::read_file(folder / kServerCertificate, 10'000);

    const auto second = make_self_signed(folder, {"10.0.0.9"}, place.path(), kNow + kDay * 700);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_FALSE(second->new_authority);
    EXPECT_EQ(second->not_after - first->not_after, kDay * 700);
    EXPECT_EQ(*platform::read_file(folder / kAuthorityCertificate, 10'000), authority);
    EXPECT_NE(*platform::read_file(folder / kServerCertificate, 10'000), certificate);
    for (const char* name : {"hub.example", "192.168.1.20", "10.0.0.9"})
        EXPECT_NE(std::find(second->names.begin(), second->names.end(), name), second->names.end()) << name;
    EXPECT_TRUE(OwnCertificate::open({(folder / kServerCertificate).string(), (folder / kServerKey).string()}));
    EXPECT_FALSE(second->before_unread);
}

TEST(SelfSigned, SaysThatNamesAreLostWithACertificateThatCannotBeRead) {
    const testing::TemporaryFolder place;
    const std::filesystem::path folder = place / "tls";
    const auto first = make_self_signed(folder, {"192.168.1.20"}, place.path(), kNow);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_FALSE(first->before_unread) << "there was none";
    ASSERT_TRUE(platform::write_file(folder / kServerCertificate, "cut short", platform::Access::everyone));
    const auto second = make_self_signed(folder, {}, place.path(), kNow);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_TRUE(second->before_unread);
    EXPECT_EQ(std::find(second->names.begin(), second->names.end(), "192.168.1.20"), second->names.end());
}

TEST(SelfSigned, SaysWhatToDoWhenTheAuthorityCannotSign) {
    const testing::TemporaryFolder place;
    const std::filesystem::path folder = place / "tls";
    ASSERT_TRUE(make_self_signed(folder, {}, place.path(), kNow));
    const std::string certificate = *platform::read_file(folder / kServerCertificate, 10'000);
    const auto fault = [&](const std::vector<std::string>& names, Timestamp at = kNow) {
        const auto made = make_self_signed(folder, names, place.path(), at);
        return made ? std::string{} : made.error().code + ": " + made.error().message;
    };
    EXPECT_TRUE(
        fault({"shop.example"}).starts_with("name_not_permitted: the authority may not sign for \"shop.example\""))
        << fault({"shop.example"});
    EXPECT_NE(fault({"shop.example"}).find("remove " + (folder / kAuthorityCertificate).string()), std::string::npos);
    EXPECT_TRUE(fault({}, kNow + kDay * 3650).starts_with("authority_expired: "));
    EXPECT_TRUE(fault({"not a name"}).starts_with("bad_name: --name not a name"));
    EXPECT_TRUE(fault({"a,DNS:b"}).starts_with("bad_name: "));
    std::filesystem::remove(folder / kAuthorityKey);
    EXPECT_TRUE(fault({}).starts_with("authority_key_missing: " + (folder / kAuthorityKey).string()));
    EXPECT_EQ(*platform::read_file(folder / kServerCertificate, 10'000), certificate) << "nothing was touched";
}

}  // namespace
}  // namespace crossdock::app
