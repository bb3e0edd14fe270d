// SPDX-License-Identifier: Apache-2.0
#ifndef _WIN32
#include <unistd.h>
#endif

#include "config/options.h"
#include "config/template.h"
#include "config_support.h"
#include "domain/provider.h"

namespace crossdock::config {
namespace {

using namespace std::chrono_literals;

TEST(LoadConfig, ReadsEveryKeyOfTheDesign) {
    const TempFolder folder;
    folder.write("tls.crt", "x");
    folder.write("tls.key", "x");
    const std::string path = folder.write("crossdock.toml", R"(
[server]
listen = "0.0.0.0:8443"
public_url = "https://Hub.example.com/dock/"
allowed_hosts = ["Hub.example.com", "[::1]"]
cors_origins = ["https://Shop.example.com"]
[server.tls]
certificate = "tls.crt"
private_key = "tls.key"
[database]
path = "data/../crossdock.db"
[log]
level = "warn"
format = "json"
file = "/var/log/crossdock.log"
max_size = "2MB"
keep = 9
[[channel]]
code = "shop-us"
provider = "shopify"
account = "acme"
base_url = "http://127.0.0.1:9100/shopify/"
enabled = false
another_shop_than = ["shop-old", "shop-older"]
[channel.credentials]
shop = "acme.myshopify.com"
access_token = "${SHOPIFY_TOKEN}"
mixed = "a-${SHOPIFY_TOKEN}-b$${c}"
number = 42
app.client_id = "cid"
[channel.settings]
location_id = 65432109
names = ["a", "b"]
deep = { flag = true, rate = 0.5, day = 2026-11-21 }
note = "${SHOPIFY_TOKEN}"
[channel.sync]
orders = "30s"
refunds = "off"
catalog = "2h"
carriers = "7d"
reconcile = "1d"
[[channel]]
code = "shop-eu"
provider = "ebay"
)");
    const auto loaded = load(path, environment({{"SHOPIFY_TOKEN", "shpat_1"}}));
    ASSERT_TRUE(loaded.config) << lines(loaded.findings);
    EXPECT_EQ(lines(loaded.findings), "");
    const Config& config = *loaded.config;
    EXPECT_EQ(config.server.listen, (Listen{"0.0.0.0", 8443, false}));
    EXPECT_EQ(config.server.public_url, "https://Hub.example.com/dock");
    EXPECT_EQ(config.server.allowed_hosts, (std::vector<std::string>{"hub.example.com", "::1"}));
    EXPECT_EQ(config.server.cors_origins, (std::vector<std::string>{"https://shop.example.com"}));
    ASSERT_TRUE(config.server.tls);
    EXPECT_EQ(*config.server.tls, (Tls{folder.at("tls.crt"), folder.at("tls.key")}));
    EXPECT_EQ(config.database.path, folder.at("crossdock.db"));
    const std::string log = (std::filesystem::path{path}.root_path() / "var/log/crossdock.log").make_preferred().string();
    EXPECT_EQ(config.log, (Log{LogLevel::warn, LogFormat::json, log, 2 * 1024 * 1024, 9}));
    ASSERT_EQ(config.channels.size(), 2U);
    const Channel& us = config.channels[0];
    EXPECT_EQ(us.code, "shop-us");
    EXPECT_EQ(us.provider, "shopify");
    EXPECT_EQ(us.account, "acme");
    EXPECT_EQ(us.base_url, "http://127.0.0.1:9100/shopify");
    EXPECT_FALSE(us.enabled);
    EXPECT_EQ(us.another_shop_than, (std::vector<std::string>{"shop-old", "shop-older"}));
    EXPECT_EQ(credential(us, "shop"), "acme.myshopify.com");
    EXPECT_EQ(credential(us, "access_token"), "shpat_1");
    EXPECT_EQ(credential(us, "mixed"), "a-shpat_1-b${c}");
    EXPECT_EQ(credential(us, "number"), "42");
    EXPECT_EQ(credential(us, "app.client_id"), "cid");
    EXPECT_EQ(
        us.settings_json,
        R"({"deep":{"day":"2026-11-21","flag":true,"rate":0.5},"location_id":65432109,"names":["a","b"],"note":"shpat_1"})");
    EXPECT_EQ(us.sync, (Sync{30s, std::nullopt, 2h, 168h, 24h}));
    const Channel& eu = config.channels[1];
    EXPECT_EQ(eu.account, "default");
    EXPECT_TRUE(eu.enabled);
    EXPECT_EQ(eu.settings_json, "{}");
    EXPECT_EQ(eu.sync, Sync{});
}

TEST(LoadConfig, ReadsPlansUnderTheirNames) {
    const auto loaded = parse(
        "[plans.growth]\nrequests_per_day = 500\nburst_per_minute = 20\n[plans.by-the-hour]\n"
        "requests_per_hour = 1000\n[log]\nrequests = false\n",
        "c", environment({}));
    ASSERT_TRUE(loaded.config) << lines(loaded.findings);
    const std::map<std::string, Plan, std::less<>> plans{{"growth", {500, std::nullopt, 20}},
                                                         {"by-the-hour", {std::nullopt, 1000, std::nullopt}}};
    EXPECT_EQ(loaded.config->plans, plans);
    EXPECT_FALSE(loaded.config->log.requests);
}

TEST(LoadConfig, RemembersWhereAChannelsKeysStand) {
    const auto loaded = parse(
        "[[channel]]\ncode = \"ab\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = \"a\"\n"
        "[channel.settings]\n  location_id = 5\n",
        "c", environment({}));
    ASSERT_TRUE(loaded.config);
    const Channel& channel = loaded.config->channels.at(0);
    EXPECT_EQ(channel.at, (Position{1, 1}));
    const auto line = [&](std::string message) {
        return format(finding_about(*loaded.config, channel, Severity::error, std::move(message)));
    };
    EXPECT_EQ(line("credentials.shop is not a shop's name"), "c:5:1: credentials.shop is not a shop's name");
    EXPECT_EQ(line("settings.location_id: must be text"), "c:7:3: settings.location_id: must be text");
    EXPECT_EQ(line("credentials.access_token is missing"), "c:4:10: credentials.access_token is missing");
    EXPECT_EQ(line("Shopify needs either of two"), "c:1:1: Shopify needs either of two");
}

TEST(LoadConfig, ATableOfStandardsSaysWhatTheStructsSay) {
    std::string text;
    for (const Section& section : sections()) {
        if (section.name == "server.tls" || section.name == "channel.credentials" ||
            section.name == "channel.settings" || section.name == "plans.name")
            continue;
        text += std::string{section.header} + "\n";
        if (section.name == "channel") text += "code = \"ab\"\nprovider = \"ebay\"\n";
        for (const Option& option : options())
            if (option.section == section.name && !option.standard.empty())
                text += std::string{option.name} + " = " + std::string{option.standard} + "\n";
    }
    const auto spelled_out = parse(text, "/etc/crossdock/c.toml", environment({}));
    ASSERT_TRUE(spelled_out.config) << lines(spelled_out.findings) << text;
    const auto left_out =
        parse("[[channel]]\ncode = \"ab\"\nprovider = \"ebay\"\n", "/etc/crossdock/c.toml", environment({}));
    ASSERT_TRUE(left_out.config);
    EXPECT_EQ(spelled_out.config->server, left_out.config->server);
    EXPECT_EQ(spelled_out.config->database, left_out.config->database);
    EXPECT_EQ(left_out.config->database.path,
              std::filesystem::absolute("/etc/crossdock/crossdock.db").lexically_normal().string());
    EXPECT_EQ(spelled_out.config->log, left_out.config->log);
    EXPECT_EQ(spelled_out.config->channels[0].sync, left_out.config->channels[0].sync);
    EXPECT_EQ(spelled_out.config->channels[0].account, left_out.config->channels[0].account);
    EXPECT_EQ(spelled_out.config->channels[0].enabled, left_out.config->channels[0].enabled);
}

TEST(LoadConfig, KnowsEveryProviderTheDomainKnows) {
    std::vector<std::string> known;
    for (const domain::Provider provider : domain::kProviders) known.emplace_back(to_string(provider));
    ASSERT_NE(find_option("channel", "provider"), nullptr);
    EXPECT_EQ(find_option("channel", "provider")->words, known);
}

TEST(LoadConfig, SaysWhyAFileCannotBeUsed) {
    const TempFolder folder;
    const auto missing = load(folder.at("none.toml"), environment({}));
    EXPECT_EQ(lines(missing.findings),
              folder.at("none.toml") + ":1:1: does not exist: `crossdock init` writes one, --config names another\n");
    EXPECT_FALSE(missing.config);
    const auto is_folder = load(folder.at(""), environment({}));
    EXPECT_EQ(lines(is_folder.findings), folder.at("") + ":1:1: is a folder, not a config file\n");
    const auto large = load(folder.write("large.toml", std::string(1024 * 1024 + 1, '#')), environment({}));
    EXPECT_EQ(lines(large.findings),
              folder.at("large.toml") + ":1:1: is larger than 1 MB: that is not a config file\n");
    EXPECT_FALSE(load(folder.write("empty.toml", ""), environment({})).config);
}

TEST(LoadConfig, SaysThatAFileCannotBeReadToItsEnd) {
    // Opens for everybody, root included, and fails at the first read.
    if (!std::filesystem::exists("/proc/self/mem")) GTEST_SKIP() << "no /proc here";
    EXPECT_EQ(with_plain_paths(lines(load("/proc/self/mem", environment({})).findings)),
              "/proc/self/mem:1:1: cannot be read to its end\n");
}

#ifndef _WIN32
TEST(LoadConfig, SaysThatAFileIsUnreadable) {
    if (geteuid() == 0) GTEST_SKIP() << "root may read every file";
    const TempFolder folder;
    const std::string path = folder.write("locked.toml", "[log]\n", 0);
    EXPECT_EQ(lines(load(path, environment({})).findings), path + ":1:1: cannot be read: Permission denied\n");
}
#endif

const char* const kLiteral =
    "[[channel]]\ncode = \"shop-us\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = \"a\"\n"
    "client_id = \"i\"\naccess_token = \"shpat_verysecret\"\nfrom_env = \"${TOKEN}\"\n";

TEST(LoadConfig, WarnsOfALiteralSecretOnlyWhereOthersCanReadIt) {
    if (!kFilesHaveModes) GTEST_SKIP() << "files have no modes here";
    const TempFolder folder;
    const Environment token = environment({{"TOKEN", "t"}});
    for (const unsigned closed : {0600U, 0640U})
        EXPECT_EQ(lines(load(folder.write("a.toml", kLiteral, closed), token).findings), "");
    const std::string open = folder.write("b.toml", kLiteral, 0644);
    const auto warned = load(open, token);
    EXPECT_TRUE(warned.config);
    EXPECT_EQ(
        lines(warned.findings),
        open +
            ":7:16: warning: credentials.access_token of channel shop-us stands in a file that every user of this "
            "machine can read: chmod 640 the file, or write \"${NAME}\" or \"file:/path\" instead\n");
    // However many there are, the file is one thing to mend.
    const std::string many = folder.write("c.toml", std::string{kLiteral} + "client_secret = \"s3cret\"\npin = 4711\n", 0644);
    EXPECT_EQ(lines(load(many, token).findings),
              many + ":7:16: warning: credentials.access_token of channel shop-us and 2 more secrets stand in a file that every "
                     "user of this machine can read: chmod 640 the file, or write \"${NAME}\" or \"file:/path\" instead\n");
    const auto refused = load(open, token, LoadOptions{.strict = true});
    EXPECT_FALSE(refused.config);
    ASSERT_EQ(refused.findings.size(), 1U);
    EXPECT_EQ(refused.findings[0].severity, Severity::error);
}

std::string url_of(const TempFolder& folder, const std::string& name) {
    const std::string path = folder.in_toml(name);
    return (path.starts_with('/') ? "file://" : "file:///") + path;  // file:///C:/a on Windows
}

TEST(LoadConfig, TakesASecretFromAFileBesideIt) {
    const TempFolder folder;
    folder.write("lf.txt", "shpat_lf\n");
    folder.write("crlf.txt", "shpat_crlf\r\n");
    folder.write("none.txt", "shpat_none");
    folder.write("empty.txt", "\n");
    folder.write("large.txt", std::string(70'000, 'x'));
    const std::string open = folder.write("open.txt", "shpat_open\n", 0644);
    const std::string head = "[[channel]]\ncode = \"ab\"\nprovider = \"shopify\"\n[channel.credentials]\n";
    const auto good =
        load(folder.write("a.toml", head + "lf = \"file:lf.txt\"\ncrlf = \"file:./crlf.txt\"\nnone = \"" +
                                        url_of(folder, "none.txt") + "\"\nvia = \"file:${DIR}/lf.txt\"\n"),
             environment({{"DIR", folder.at("")}}));
    ASSERT_TRUE(good.config) << lines(good.findings);
    const Channel& channel = good.config->channels.at(0);
    EXPECT_EQ(credential(channel, "lf"), "shpat_lf");
    EXPECT_EQ(credential(channel, "crlf"), "shpat_crlf");
    EXPECT_EQ(credential(channel, "none"), "shpat_none");
    EXPECT_EQ(credential(channel, "via"), "shpat_lf");

    const auto bad = load(folder.write("b.toml", head + "empty = \"file:empty.txt\"\nlarge = \"file:large.txt\"\n"
                                                        "open = \"file:open.txt\"\n"),
                          environment({}));
    const std::string warning = folder.at("b.toml") + ":7:8: warning: credentials.open of channel ab comes from " +
                                open + ", which every user of this machine can read: chmod 640 it\n";
    EXPECT_EQ(lines(bad.findings),
              folder.at("b.toml") + ":5:9: credentials.empty of channel ab needs the file " + folder.at("empty.txt") +
                  ", which is empty\n" + folder.at("b.toml") + ":6:9: credentials.large of channel ab needs the file " +
                  folder.at("large.txt") + ", which is too large for a secret (64 KB)\n" +
                  (kFilesHaveModes ? warning : ""));
}

TEST(LoadConfig, TakesTheFilesOfTlsWithOrWithoutTheSignThatTheyAreFiles) {
    const TempFolder folder;
    folder.write("a.crt", "x", 0644);
    const std::string key = folder.write("a.key", "x");
    const std::string head = "[server]\nlisten = \"0.0.0.0:8443\"\n[server.tls]\n";
    const auto loaded = load(folder.write("c.toml", head + "certificate = \"file:a.crt\"\nprivate_key = \"file:${DIR}/a.key\"\nmin_version = \"1.3\"\n"),
                             environment({{"DIR", folder.at("")}}));
    ASSERT_TRUE(loaded.config) << lines(loaded.findings);
    const Tls& tls = *loaded.config->server.tls;
    EXPECT_EQ(tls, (Tls{folder.at("a.crt"), key, "1.3"}));
    EXPECT_EQ(tls.certificate_at, (Position{4, 15}));
    EXPECT_EQ(tls.private_key_at, (Position{5, 15}));
    const auto old = load(folder.write("d.toml", head + "certificate = \"a.crt\"\nprivate_key = \"a.key\"\nmin_version = \"1.1\"\n"), environment({}));
    EXPECT_EQ(lines(old.findings), folder.at("d.toml") + ":6:15: min_version must be one of 1.2, 1.3; \"1.1\" is not: did you mean \"1.2\"?\n");
    folder.write("a.key", "x", 0644);
    const auto open = load(folder.write("e.toml", head + "certificate = \"a.crt\"\nprivate_key = \"a.key\"\n"), environment({}));
    if (kFilesHaveModes) {
        EXPECT_EQ(lines(open.findings), folder.at("e.toml") + ":5:15: warning: the private key " + key +
                                            " can be read by every user of this machine: chmod o-r it\n");
    }
}

TEST(LoadConfig, TwoConfigsAreTheSameUnlessSomethingInThemDiffers) {
    const TempFolder folder;
    const std::string text = "[[channel]]\ncode = \"ab\"\nprovider = \"shopify\"\n[channel.credentials]\ntoken = \"${T}\"\n";
    const std::string file = folder.write("c.toml", text);
    const auto of = [&](const char* token) { return *load(file, environment({{"T", token}})).config; };
    EXPECT_EQ(of("one"), of("one"));
    EXPECT_FALSE(of("one") == of("two"));
    Config other = of("one");
    other.server.cors_origins.push_back("https://a.example");
    EXPECT_FALSE(of("one") == other);
    other = of("one");
    other.channels[0].another_shop_than.push_back("old");
    EXPECT_FALSE(of("one") == other);
}

TEST(LoadConfig, NeverShowsASecretInAFinding) {
    const TempFolder folder;
    const std::string path =
        folder.write("c.toml",
                     "[server]\nlisten = 1\n[[channel]]\ncode = \"A\"\nprovider = \"x\"\n"
                     "[channel.credentials]\naccess_token = \"shpat_verysecret\"\nother = \"${T}\"\n"
                     "third = \"shpat_verysecret${\"\n",
                     0644);
    const auto loaded = load(path, environment({{"T", "env_verysecret"}}));
    EXPECT_GE(loaded.findings.size(), kFilesHaveModes ? 5U : 4U);
    EXPECT_EQ(lines(loaded.findings).find("verysecret"), std::string::npos) << lines(loaded.findings);
    // In the wrong place, too: told is what stands in the file.
    const auto misplaced = load(folder.write("d.toml", "[server]\nlisten = \"${T}\"\n", 0600), environment({{"T", "env_verysecret"}}));
    ASSERT_EQ(misplaced.findings.size(), 1U);
    EXPECT_EQ(misplaced.findings[0].message, "listen needs a port: \"${T}:8080\"");
}

TEST(ConfigTemplate, LoadsWithoutAFinding) {
    const TempFolder folder;
    const auto loaded =
        load(folder.write("crossdock.toml", template_text(), 0644), environment({}), LoadOptions{.strict = true});
    ASSERT_TRUE(loaded.config) << lines(loaded.findings);
    EXPECT_EQ(lines(loaded.findings), "");
    EXPECT_EQ(loaded.config->server, Server{});
    EXPECT_EQ(loaded.config->log, Log{});
    EXPECT_TRUE(loaded.config->channels.empty());
}

TEST(ConfigTemplate, LoadsWithEveryCommentedLineInForce) {
    const TempFolder folder;
    folder.write("tls.crt", "x");
    folder.write("tls.key", "x");
    std::string text;
    std::size_t options_in_force = 0;
    std::istringstream in(template_text());
    for (std::string line; std::getline(in, line);) {
        const bool is_code = line.starts_with("# [") || line.find(" = ") != std::string::npos;
        while (is_code && line.starts_with("# ")) line.erase(0, 2);
        options_in_force += line.find(" = ") != std::string::npos ? 1U : 0U;
        text += line + "\n";
    }
    for (const std::string name : {"tls.crt", "tls.key"}) text.replace(text.find("/etc/crossdock/" + name), 15, "");
    EXPECT_GE(options_in_force, options().size());
    const auto loaded = load(folder.write("crossdock.toml", text), environment({{"SHOPIFY_TOKEN", "t"}}));
    ASSERT_TRUE(loaded.config) << lines(loaded.findings) << text;
    EXPECT_EQ(lines(loaded.findings), "");
    ASSERT_EQ(loaded.config->channels.size(), 1U);
    EXPECT_EQ(credential(loaded.config->channels[0], "access_token"), "t");
    EXPECT_EQ(loaded.config->channels[0].settings_json, R"({"location_id":65432109})");
}

/// Root in a shell has neither the service's variables nor what systemd hands to it.
TEST(ConfigWithoutSecrets, NotesWhatIsNotToBeHadHereAndJudgesTheRest) {
    const TempFolder folder;
    folder.write("token", "shpat_x\n");
    const std::string text =
        "[[channel]]\ncode = \"shop\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = \"a.myshopify.com\"\n"
        "access_token = \"file:${CREDENTIALS_DIRECTORY}/channels_shop\"\nclient_secret = \"${SECRET}\"\n"
        "half = \"abc${SECRET}\"\nother = \"file:token\"\ngone = \"file:nowhere\"\n";
    LoadOptions lenient;
    lenient.need_secrets = false;
    const Loaded loaded = parse(text, folder.at("crossdock.toml"), environment({}), lenient);
    ASSERT_TRUE(loaded.config) << format(loaded.findings.front());
    const Channel& channel = loaded.config->channels.at(0);
    ASSERT_EQ(channel.unread.size(), 4U);
    EXPECT_EQ(channel.unread[0].path, "credentials.access_token");
    EXPECT_EQ(channel.unread[0].source, "file:${CREDENTIALS_DIRECTORY}/channels_shop");
    EXPECT_EQ(channel.unread[0].why, "needs the environment variable CREDENTIALS_DIRECTORY, which is not set");
    EXPECT_EQ(channel.unread[1].source, "${SECRET}");
    EXPECT_EQ(channel.unread[2].source, "file:nowhere");
    EXPECT_EQ(channel.unread[3].source, "${…}");  // a piece of the secret stands beside the variable
    EXPECT_EQ(channel.credentials.size(), 6U);
    EXPECT_EQ(channel.credentials.at(1).second.reveal(), kNotHere);
    EXPECT_EQ(channel.secret_files, std::vector<std::string>{folder.at("token")});
    // Who needs them hears of each, as ever.
    const Loaded strict = parse(text, folder.at("crossdock.toml"), environment({}));
    EXPECT_FALSE(strict.config);
    EXPECT_EQ(strict.findings.size(), 4U);
    // In what is left of the file they have a place: nobody is to tell that they are missing.
    ASSERT_TRUE(strict.rest);
    EXPECT_EQ(strict.rest->channels.at(0).unread.size(), 4U);
    EXPECT_EQ(strict.rest->channels[0].credentials.size(), 6U);
    EXPECT_EQ(credential(strict.rest->channels[0], "gone"), kNotHere);
    // What is wrong in itself is so in any case.
    EXPECT_FALSE(parse("[[channel]]\ncode = \"shop\"\nprovider = \"shopify\"\n[channel.credentials]\nt = \"${open\"\n",
                       folder.at("crossdock.toml"), environment({}), lenient).config);
}

/// What stands in the repository and follows from the table of options. To write them anew:
/// CROSSDOCK_WRITE_DOCS=1 unit_config --gtest_filter='*ConfigReference*'
struct WrittenFile {
    const char* file;
    std::string text;
};
class ConfigReference : public ::testing::TestWithParam<WrittenFile> {};

TEST_P(ConfigReference, SaysWhatTheTableSays) {
    const std::string path = std::string{CROSSDOCK_SOURCE_DIR "/"} + GetParam().file;
    if (std::getenv("CROSSDOCK_WRITE_DOCS") != nullptr) std::ofstream(path) << GetParam().text;
    std::ifstream file(path);
    ASSERT_TRUE(file) << path;
    std::ostringstream page;
    page << file.rdbuf();
    EXPECT_EQ(page.str(), GetParam().text) << "write it anew as the comment above this test says";
}

INSTANTIATE_TEST_SUITE_P(Files, ConfigReference,
                         ::testing::Values(WrittenFile{"docs/ops/configuration.md", reference_markdown()},
                                           WrittenFile{"packaging/deb/crossdock.toml", template_text("/var/lib/crossdock/crossdock.db")}),
                         [](const auto& row) { return row.index == 0 ? "Page" : "DebianPackage"; });

}  // namespace
}  // namespace crossdock::config
