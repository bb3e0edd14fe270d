// SPDX-License-Identifier: Apache-2.0
#include "config_support.h"

namespace crossdock::config {
namespace {

/// A file and every finding it must give, in order, exactly as `crossdock check` prints them ("c" is the file).
struct FindingCase {
    const char* name;
    std::string text;
    std::string findings;
    bool usable = false;  // only warnings, or none at all
};
std::ostream& operator<<(std::ostream& out, const FindingCase& row) { return out << row.name; }

class ConfigFindings : public testing::TestWithParam<FindingCase> {};

TEST_P(ConfigFindings, AreAllReportedWithPlaceAndRemedy) {
    const auto loaded = parse(GetParam().text, "c", environment({{"TOKEN", "t0p"}, {"EMPTY", ""}}));
    EXPECT_EQ(with_plain_paths(lines(loaded.findings)), GetParam().findings);
    EXPECT_EQ(loaded.config.has_value(), GetParam().usable);
}

const std::string kChannel = "[[channel]]\ncode = \"shop-us\"\nprovider = \"shopify\"\n";

INSTANTIATE_TEST_SUITE_P(
    Keys, ConfigFindings,
    testing::Values(
        FindingCase{"MistypedKey", "[server]\nlisten = \"127.0.0.1:1\"\nalow_plain_http = true\n",
                    "c:3:1: unknown key \"alow_plain_http\" in [server]; did you mean \"allow_plain_http\"?\n"},
        FindingCase{"DashForUnderscore", "[server]\npublic-url = \"https://a.b\"\n",
                    "c:2:1: unknown key \"public-url\" in [server]; did you mean \"public_url\"?\n"},
        FindingCase{"UpperCase", "[server]\nListen = \"127.0.0.1:1\"\n",
                    "c:2:1: unknown key \"Listen\" in [server]; did you mean \"listen\"?\n"},
        FindingCase{"MistypedSection", "[serve]\nlisten = \"127.0.0.1:1\"\n",
                    "c:1:2: unknown key \"serve\"; did you mean \"server\"?\n"},
        FindingCase{"SectionInPlural", "[[channels]]\ncode = \"ab\"\n",
                    "c:1:3: unknown key \"channels\"; did you mean \"channel\"?\n"},
        FindingCase{"KeyBeforeItsSection", "listen = \"127.0.0.1:1\"\n",
                    "c:1:1: unknown key \"listen\"; it belongs in [server]\n"},
        FindingCase{"KeyInAnotherSection", "[database]\nlevel = \"info\"\n",
                    "c:2:1: unknown key \"level\" in [database]; it belongs in [log]\n"},
        FindingCase{"CredentialsOutsideOfTheirChannel", "[credentials]\nshop = \"a\"\n",
                    "c:1:2: unknown key \"credentials\"; it belongs in [channel.credentials]\n"},
        FindingCase{"CredentialBesideTheCode", kChannel + "api_token = \"x\"\n",
                    "c:4:1: unknown key \"api_token\" in [[channel]]; what the provider asks for belongs in "
                    "[channel.credentials] or [channel.settings]\n"},
        FindingCase{
            "PlanWithoutAName", "[plans]\nrequests_per_day = 5\n",
            "c:2:20: plans.requests_per_day must be a table, is a number: write [plans.growth] and its keys "
            "below\n"},
        FindingCase{"PlanOfABadName", "[plans.Growth_1]\nrequests_per_day = 5\n",
                    "c:1:8: the plan's name \"Growth_1\" must be 2 to 32 of a-z, 0-9 and -: write \"growth-1\"\n"},
        FindingCase{"PlanThatLimitsNothing", "[plans.growth]\n",
                    "c:1:8: plan \"growth\" limits nothing: give it one of requests_per_day, requests_per_hour, "
                    "burst_per_minute\n"},
        FindingCase{"PlanWithNoughtAndAMistypedKey", "[plans.growth]\nrequests_per_day = 0\nburst_per_minut = 3\n",
                    "c:2:20: requests_per_day must be between 1 and 1000000000\n"
                    "c:3:1: unknown key \"burst_per_minut\" in [plans.growth]; did you mean \"burst_per_minute\"?\n"},
        FindingCase{"KeyLikeNothing", "[database]\nreplication = 1\n",
                    "c:2:1: unknown key \"replication\" in [database]; known here: path\n"},
        FindingCase{"MistypedStream", kChannel + "[channel.sync]\norder = \"1m\"\n",
                    "c:5:1: unknown key \"order\" in [channel.sync]; did you mean \"orders\"?\n"},
        FindingCase{
            "SeveralAtOnce",
            "[server]\nlisten = 8080\n[log]\nlevel = \"loud\"\nkeep = 0\n[[channel]]\nprovider = \"shopfy\"\n",
            "c:2:10: listen must be text, is a number: put it in quotes\n"
            "c:4:9: level must be one of trace, debug, info, warn, error; \"loud\" is not\n"
            "c:5:8: keep must be between 1 and 1000\n"
            "c:6:1: [[channel]] needs code, such as code = \"shop-us\"\n"
            "c:7:12: provider must be one of shopify, amazon, walmart, ebay, shipstation; \"shopfy\" is not: did you "
            "mean \"shopify\"?\n"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Types, ConfigFindings,
    testing::Values(
        FindingCase{"NumberForText", "[database]\npath = 5\n",
                    "c:2:8: path must be text, is a number: put it in quotes\n"},
        FindingCase{"TextForFlag", "[server]\nallow_plain_http = \"true\"\n",
                    "c:2:20: allow_plain_http must be true or false, without quotes, is text\n"},
        FindingCase{"TextForCount", "[log]\nkeep = \"5\"\n", "c:2:8: keep must be a whole number, is text\n"},
        FindingCase{"FractionForCount", "[log]\nkeep = 5.0\n",
                    "c:2:8: keep must be a whole number, is a number with a fraction\n"},
        FindingCase{"DateForText", "[log]\nfile = 2026-11-21\n", "c:2:8: file must be text, is a date\n"},
        FindingCase{"TextForList", "[server]\nallowed_hosts = \"a.b\"\n",
                    "c:2:17: allowed_hosts must be a list of texts, is text: put it in brackets\n"},
        FindingCase{"WebhookTargets", "[webhooks]\nallow = [\"192.168.10.0/24\", \"::1\", \"ERP.local\", \"10.0.0.7\"]\n", "", true},
        FindingCase{"WebhookNetwork", "[webhooks]\nallow = [\"192.168.10.7/24\"]\n",
                    "c:2:9: allow lists \"192.168.10.7/24\", which is no network: write the first address and the length, such as "
                    "\"192.168.10.0/24\"\n"},
        FindingCase{"WebhookTargetWithScheme", "[webhooks]\nallow = [\"erp.local:80\"]\n",
                    "c:2:9: allow must list addresses, networks such as \"192.168.10.0/24\" and plain host names, without scheme, port or "
                    "path\n"},
        FindingCase{"EventsAreKeptAWeekAtLeast", "[events]\nkeep_days = 3\n", "c:2:13: keep_days must be between 7 and 3650\n"},
        FindingCase{"OriginWithPath", "[server]\ncors_origins = [\"https://a.b/x\"]\n",
                    "c:2:16: cors_origins lists \"https://a.b/x\", which is no web origin: write scheme, host and port alone, "
                    "such as \"https://shop.example.com\"\n"},
        FindingCase{"ListOfNoCodes", kChannel + "another_shop_than = [\"shop\", \"Shop_Old\"]\n",
                    "c:4:21: another_shop_than lists \"Shop_Old\", and a code must be 2 to 32 of a-z, 0-9 and -: write "
                    "\"shop-old\"\n"},
        FindingCase{"NumberInList", "[server]\nallowed_hosts = [\"a.b\", 7]\n",
                    "c:2:25: allowed_hosts must list texts, has a number\n"},
        FindingCase{"TextForTable", "server = \"127.0.0.1:8080\"\n",
                    "c:1:10: server must be a table, is text: write [server] and its keys below\n"},
        FindingCase{"SingleBrackets", "[channel]\ncode = \"ab\"\n",
                    "c:1:1: [channel] must be [[channel]], with two brackets: there can be several\n"},
        FindingCase{
            "ListOfCredentials", kChannel + "[[channel.credentials]]\nshop = \"a\"\n",
            "c:4:1: channel.credentials must be a table, is a list of tables: write [channel.credentials] and its "
            "keys below\n"},
        FindingCase{"ListAsCredential", kChannel + "credentials.tokens = [\"a\"]\n",
                    "c:4:22: credentials.tokens must be text, is a list\n"},
        FindingCase{"IntervalWithoutQuotes", kChannel + "sync.orders = 60\n",
                    "c:4:15: orders must be text, is a number: put it in quotes\n"},
        FindingCase{"InfiniteSetting", kChannel + "settings.factor = inf\n",
                    "c:4:19: settings.factor must be a finite number\n"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Values, ConfigFindings,
    testing::Values(
        FindingCase{"EmptyText", "[database]\npath = \"\"\n",
                    "c:2:8: path is empty: leave the line out for the standard value\n"},
        FindingCase{
            "ListensBeyondWithoutTls", "[server]\nlisten = \"0.0.0.0:8080\"\n",
            "c:2:10: listen = \"0.0.0.0:8080\" reaches beyond this machine without encryption: add [server.tls], or "
            "allow_plain_http = true if the network is trusted\n"},
        FindingCase{"ListensBeyondOnPurpose", "[server]\nlisten = \"0.0.0.0:8080\"\nallow_plain_http = true\n", "",
                    true},
        FindingCase{"ListensOnV6Loopback", "[server]\nlisten = \"[::1]:0\"\n", "", true},
        FindingCase{"TlsWithoutKey",
                    "[server]\nlisten = \"0.0.0.0:8443\"\n[server.tls]\ncertificate = \"/nonexistent/c\"\n",
                    "c:3:1: [server.tls] needs private_key, such as private_key = \"/etc/crossdock/tls.key\"\n"
                    "c:4:15: certificate needs the file /nonexistent/c, which is not there or not a file\n"},
        FindingCase{"CodeTwiceInOneAccount", kChannel + kChannel,
                    "c:5:1: channel code \"shop-us\" is used twice in account \"default\": first at line 2\n"},
        FindingCase{"CodeTwiceInTwoAccounts", kChannel + kChannel + "account = \"acme\"\n", "", true},
        FindingCase{"CodeWithCapitals", "[[channel]]\ncode = \"Shop_US\"\nprovider = \"shopify\"\n",
                    "c:2:8: code must be 2 to 32 of a-z, 0-9 and -: write \"shop-us\"\n"},
        FindingCase{"CodeTooShort", "[[channel]]\ncode = \"s\"\nprovider = \"shopify\"\n",
                    "c:2:8: code must be 2 to 32 of a-z, 0-9 and -\n"},
        FindingCase{"IntervalWithoutUnit", kChannel + "sync.orders = \"60\"\n",
                    "c:4:15: orders must be an interval such as \"30s\", \"5m\", \"1h\", \"1d\", or \"off\"\n"},
        FindingCase{"PlainHttpToAnotherMachine", kChannel + "base_url = \"http://shop.example.com\"\n",
                    "c:4:12: warning: base_url is http:// to another machine: credentials and orders travel readable\n",
                    true},
        FindingCase{"PlainHttpToSandbox", kChannel + "base_url = \"http://127.0.0.1:9100/shopify/\"\n", "", true}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Exchange, ConfigFindings,
    testing::Values(
        FindingCase{"FolderOfTheDatabase", "[database]\npath = \"/srv/x/hub.db\"\n[exchange]\nfolder = \"/srv/x\"\n",
                    "c:4:10: folder holds the database, \"/srv/x/hub.db\": whoever uses the folder could damage it; name one "
                    "beside it\n"},
        FindingCase{"FolderAboveTheDatabase", "[exchange]\nfolder = \"/srv\"\n[database]\npath = \"/srv/x/hub.db\"\n",
                    "c:2:10: folder holds the database, \"/srv/x/hub.db\": whoever uses the folder could damage it; name one "
                    "beside it\n"},
        FindingCase{"FolderBesideTheDatabase", "[exchange]\nfolder = \"/srv/exchange\"\n[database]\npath = \"/srv/x/hub.db\"\n", "", true},
        FindingCase{"FolderBelowTheDatabase", "[exchange]\nfolder = \"share\"\n", "", true},
        FindingCase{"EveryOff", "[exchange]\nfolder = \"share\"\nevery = \"off\"\n",
                    "c:3:9: every may not be off: leave folder out to exchange no files\n"},
        FindingCase{"MistypedFormat", "[exchange]\nformat = \"cvs\"\n", "c:2:10: format must be one of csv, jsonl, xml; \"cvs\" is not: did you mean \"csv\"?\n"},
        FindingCase{"MistypedKey", "[exchange]\nfoldr = \"share\"\n",
                    "c:2:1: unknown key \"foldr\" in [exchange]; did you mean \"folder\"?\n"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Secrets, ConfigFindings,
    testing::Values(
        FindingCase{
            "VariableNotSet", kChannel + "credentials.access_token = \"${SHOPIFY_TOKEN}\"\n",
            "c:4:28: credentials.access_token of channel shop-us needs the environment variable SHOPIFY_TOKEN, which "
            "is not set\n"},
        FindingCase{
            "VariableSetToNothing", kChannel + "credentials.access_token = \"${EMPTY}\"\n",
            "c:4:28: credentials.access_token of channel shop-us is empty: the environment variable it names is set to "
            "nothing\n"},
        FindingCase{
            "VariableNotClosed", kChannel + "credentials.access_token = \"${TOKEN\"\n",
            "c:4:28: credentials.access_token of channel shop-us has a ${ without its } (write $${ for a literal "
            "${)\n"},
        FindingCase{
            "VariableWithDefault", kChannel + "credentials.access_token = \"${TOKEN:-x}\"\n",
            "c:4:28: credentials.access_token of channel shop-us has ${TOKEN:-x}, which is not a variable's name\n"},
        FindingCase{
            "FileMissing", kChannel + "credentials.access_token = \"file:/nonexistent/token\"\n",
            "c:4:28: credentials.access_token of channel shop-us needs the file /nonexistent/token, which cannot be "
            "read: No such file or directory\n"},
        FindingCase{"FileWithoutPath", kChannel + "credentials.access_token = \"file:\"\n",
                    "c:4:28: credentials.access_token of channel shop-us has no path after file:\n"},
        FindingCase{"FileIsFolder", kChannel + "credentials.access_token = \"file:/\"\n",
                    "c:4:28: credentials.access_token of channel shop-us needs the file /, which is a folder\n"},
        FindingCase{"VariableInSetting", kChannel + "settings.location_id = \"${NOWHERE}\"\n",
                    "c:4:24: settings.location_id needs the environment variable NOWHERE, which is not set\n"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Text, ConfigFindings,
    testing::Values(
        FindingCase{"Empty", "", "c:1:1: is empty: `crossdock init` writes a commented one\n"},
        FindingCase{"Blank", " \t\r\n\r\n", "c:1:1: is empty: `crossdock init` writes a commented one\n"},
        FindingCase{"OnlyByteOrderMark", "\xef\xbb\xbf", "c:1:1: is empty: `crossdock init` writes a commented one\n"},
        FindingCase{"OnlyComment", "# nothing yet\n", "", true},
        FindingCase{"ByteOrderMark", "\xef\xbb\xbf[log]\nlevel = \"debug\"\n", "", true},
        FindingCase{"WindowsLineEnds", "[log]\r\nlevel = \"debug\"\r\nkeep = 3\r\n", "", true},
        FindingCase{"Tabs", "[log]\n\tlevel\t=\t\"debug\"\t# tab\n", "", true},
        FindingCase{"WindowsLineEndsCount", "[log]\r\nlevel = 1\r\n",
                    "c:2:9: level must be text, is a number: put it in quotes\n"},
        FindingCase{"ByteOrderMarkCounts",
                    "\xef\xbb\xbf"
                    "bogus = 1\n",
                    "c:1:1: unknown key \"bogus\"; known here: server, database, backup, retention, log, plans, events, exchange, webhooks, channel\n"},
        FindingCase{"Utf16", std::string("\xff\xfe[\0l\0", 6),
                    "c:1:1: is UTF-16: save it as UTF-8 (in Notepad: Save as, Encoding UTF-8)\n"},
        FindingCase{"Latin1",
                    "[log]\nfile = \"b\xfc"
                    "cher.log\"\n",
                    "c:2:10: is not UTF-8 here: save the file as UTF-8 (in Notepad: Save as, Encoding UTF-8)\n"},
        FindingCase{"Binary", std::string("SQLite format 3\0", 16),
                    "c:1:1: is not a text file: it contains NUL bytes\n"}),
    [](const auto& row) { return std::string(row.param.name); });

// The words and the column are the parser's, and differ between its versions; the line does not.
TEST(ConfigSyntax, ErrorsStandWhereTheParserStopped) {
    const std::pair<const char*, int> rows[]{{"[log]\nlevel = info\n", 2},
                                             {"[log]\nlevel = \"info\"\nlevel = \"warn\"\n", 3},
                                             {"[log]\n[server\n", 2},
                                             {"[[channel]]\ncode = \"ab\n", 2},
                                             {"[channel.sync]\n[[channel]]\n", 2},
                                             {"[log]\n[$server]\n", 2},
                                             {"[log]\n\xc3\xa4 = 1\n", 2}};
    for (const auto& [text, line] : rows) {
        const auto loaded = parse(text, "c", environment({}));
        ASSERT_EQ(loaded.findings.size(), 1U) << text;
        EXPECT_EQ(loaded.findings[0].line, line) << text;
        EXPECT_EQ(loaded.findings[0].message.rfind("is not TOML here: ", 0), 0U) << loaded.findings[0].message;
        EXPECT_FALSE(loaded.config);
        EXPECT_EQ(loaded.findings[0].message.find("Windows path"), std::string::npos) << loaded.findings[0].message;
    }
}

TEST(ConfigSyntax, AWindowsPathInDoubleQuotesGetsAHint) {
    for (const std::string path : {R"("C:\data\x.db")", R"("C:\Users\x.db")", R"("\\server\share\x.db")"}) {
        const auto loaded = parse("[database]\npath = " + path + "\n", "c", environment({}));
        ASSERT_EQ(loaded.findings.size(), 1U) << path;
        EXPECT_EQ(loaded.findings[0].line, 2) << path;
        EXPECT_NE(loaded.findings[0].message.find("; in a Windows path write / instead of \\, or put it in single quotes"), std::string::npos)
            << loaded.findings[0].message;
    }
}

}  // namespace
}  // namespace crossdock::config
