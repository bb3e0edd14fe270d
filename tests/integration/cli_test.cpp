// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <regex>
#include <set>
#include <sstream>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

using ::testing::Test;

struct Cli : Test {
    [[nodiscard]] Ran here(const std::vector<std::string>& arguments) const {
        return run(arguments, RunningHub::options(folder.path()));
    }
    void write_config(const std::string& text) const { write_text(folder / "crossdock.toml", text); }

    TemporaryFolder folder;
};

TEST_F(Cli, VersionNamesTheLibrariesInside) {
    const Ran ran = here({"version", "--json"});
    EXPECT_EQ(ran.code, 0);
    const json versions = json::parse(ran.out, nullptr, false);
    for (const char* name : {"crossdock", "sqlite", "sqlitecpp", "cpp-httplib", "openssl", "schema"}) {
        EXPECT_TRUE(std::any_of(versions.items().begin(), versions.items().end(),
                                [&](const auto& entry) {
                                    std::string key = entry.key();
                                    std::transform(key.begin(), key.end(), key.begin(),
                                                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
                                    return key.find(name) != std::string::npos &&
                                           !entry.value().template get<std::string>().empty();
                                }))
            << name << " in " << ran.out;
    }
}

TEST_F(Cli, BadUsageEndsWithTwo) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{},
                                                      {"serv"},
                                                      {"key"},
                                                      {"key", "revoke"},
                                                      {"order", "show"},
                                                      {"serve", "--no-such-flag"},
                                                      {"demo", "--orders", "many"},
                                                      {"demo", "--orders", "0"},
                                                      {"job", "retry", "first"}}) {
        const Ran ran = here(arguments);
        EXPECT_EQ(ran.code, 2) << ::testing::PrintToString(arguments);
        EXPECT_FALSE(ran.err.empty() && ran.out.empty()) << ::testing::PrintToString(arguments);
    }
}

TEST_F(Cli, AWordThatIsNoCommandIsNamed) {
    const std::pair<std::vector<std::string>, const char*> rows[] = {
        {{"srve"}, "crossdock: there is no command \"srve\"; did you mean serve?"},
        {{"--config", "x.toml", "channel", "syn"}, "crossdock channel: there is no command \"syn\"; did you mean sync?"},
        {{"job", "xyzxyz"}, "crossdock job: there is no command \"xyzxyz\"; there are list, retry"}};
    for (const auto& [words, said] : rows) {
        const Ran ran = here(words);
        EXPECT_EQ(ran.code, 2) << said;
        EXPECT_NE(ran.err.find(said), std::string::npos) << ran.err;
    }
}

TEST_F(Cli, HelpEndsWithZero) {
    EXPECT_EQ(here({"--help"}).code, 0);
    EXPECT_EQ(here({"serve", "--help"}).code, 0);
}

TEST_F(Cli, ServiceNamesTheCommandOfSystemd) {
    for (const auto& [verb, instead] : {std::pair{"install", "systemctl enable --now crossdock"},
                                        {"uninstall", "systemctl disable --now crossdock"},
                                        {"start", "systemctl start crossdock"},
                                        {"stop", "systemctl stop crossdock"},
                                        {"reload", "systemctl reload crossdock"},
                                        {"status", "systemctl status crossdock"}}) {
        const Ran ran = here({"service", verb});
        EXPECT_EQ(ran.code, 2) << verb;
        EXPECT_NE(ran.err.find(instead), std::string::npos) << ran.err;
    }
    EXPECT_EQ(here({"serve", "--service"}).code, 2);
}

TEST_F(Cli, InitWritesAUsableConfigAndShowsTheKeyOnce) {
    const Ran first = here({"init", "--json"});
    ASSERT_EQ(first.code, 0) << first.err;
    const json made = json::parse(first.out);
    const std::string key = made.at("api_key");
    EXPECT_TRUE(key.starts_with("cdk_live_"));
    EXPECT_TRUE(std::filesystem::exists(folder / "crossdock.db"));

    // Only its digest is kept.
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        EXPECT_EQ(file_text(entry.path()).find(key), std::string::npos) << entry.path();

    EXPECT_EQ(here({"check"}).code, 0);
    const std::string config = file_text(folder / "crossdock.toml");
    const Ran second = here({"init"});
    EXPECT_EQ(second.code, 1);
    EXPECT_NE(second.err.find("exist already"), std::string::npos) << second.err;
    EXPECT_EQ(file_text(folder / "crossdock.toml"), config);
    EXPECT_EQ(second.out.find("cdk_"), std::string::npos);

    write_config("[server]\nlisten = \"127.0.0.1:0\"\n");
    const RunningHub hub(folder.path());
    EXPECT_EQ(Client(hub.url(), key).get("/api/v1/orders").status, 200);
}

TEST_F(Cli, InitMakesTheDatabaseOfAConfigThatAPackageBrought) {
    const std::string config = "# of the package\n[database]\npath = \"hub.db\"\n";
    write_config(config);
    const Ran made = here({"init", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_TRUE(std::string{json::parse(made.out).at("api_key")}.starts_with("cdk_live_"));
    EXPECT_TRUE(std::filesystem::exists(folder / "hub.db"));
    EXPECT_EQ(file_text(folder / "crossdock.toml"), config);
}

TEST_F(Cli, InitThatReplacesAConfigLeavesItToThoseWhoCouldReadIt) {
    const auto file = folder / "crossdock.toml";
    write_config("# of the package\n");
    std::filesystem::permissions(file, std::filesystem::perms{0640});
    const Ran made = here({"init", "--force", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(file_text(file).find("# of the package"), std::string::npos);
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms{0640});
}

struct BadConfig {
    const char* name;
    std::string text;
    std::string said;  // a regular expression
};
TEST_F(Cli, CheckNamesPlaceFaultAndRemedy) {
    const std::string channel =
        "[[channel]]\ncode = \"shop-a\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = "
        "\"a.myshopify.com\"\naccess_token = \"${SHOPIFY_TOKEN}\"\n";
    const BadConfig cases[] = {
        {"unknown key", "[server]\nlitsen = \"127.0.0.1:8080\"\n", R"(crossdock\.toml:2:1: .*litsen.*listen)"},
        {"unknown table", "[sever]\nlisten = \"127.0.0.1:8080\"\n", R"(crossdock\.toml:1:\d+: .*sever.*server)"},
        {"wrong type", "[server]\nlisten = 8080\n", R"(crossdock\.toml:2:\d+: .*listen.*text)"},
        {"not TOML", "[server\nlisten = \"127.0.0.1:8080\"\n", R"(crossdock\.toml:1:\d+: )"},
        {"same channel twice", channel + channel, R"(crossdock\.toml:\d+:\d+: .*shop-a)"},
        {"provider unknown", "[[channel]]\ncode = \"shop-a\"\nprovider = \"shopfy\"\n",
         R"(crossdock\.toml:3:\d+: .*shopfy.*shopify)"},
        {"missing environment",
         "[[channel]]\ncode = \"shop-a\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = "
         "\"a.myshopify.com\"\naccess_token = \"${NO_SUCH_TOKEN}\"\n",
         R"(crossdock\.toml:6:\d+: .*NO_SUCH_TOKEN)"},
        {"missing secret file",
         "[[channel]]\ncode = \"shop-a\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = "
         "\"a.myshopify.com\"\naccess_token = \"file:no-such-file\"\n",
         R"(crossdock\.toml:6:\d+: .*no-such-file)"},
        {"credentials missing", "[[channel]]\ncode = \"shop-a\"\nprovider = \"shopify\"\n",
         R"(crossdock\.toml:\d+:\d+: .*(credentials|shop))"},
        {"open to the world without TLS", "[server]\nlisten = \"0.0.0.0:8080\"\n",
         R"(crossdock\.toml:2:\d+: .*allow_plain_http)"},
        {"interval without unit", channel + "[channel.sync]\norders = \"5\"\n", R"(crossdock\.toml:8:\d+: .*orders)"},
        {"not UTF-8", "[server]\nlisten = \"127.0.0.1:\xff\"\n", R"(crossdock\.toml:2)"},
        {"nothing", "", R"(crossdock\.toml:1:1: .*crossdock init)"},
    };
    for (const BadConfig& bad : cases) {
        write_config(bad.text);
        const Ran checked = here({"check"});
        EXPECT_EQ(checked.code, 2) << bad.name;
        EXPECT_TRUE(std::regex_search(checked.err, std::regex(bad.said))) << "F1 " << bad.name << ": " << checked.err;
        const Ran served = here({"serve"});
        EXPECT_EQ(served.code, 2) << bad.name;
        EXPECT_FALSE(std::filesystem::exists(folder / "crossdock.db")) << bad.name;
    }
    std::printf("F1: %zu wrong config files refused with file, line and remedy\n", std::size(cases));

    // All of them at once, whoever finds them, and none that only follows from another.
    write_config(
        "[server]\nlitsen = \"127.0.0.1:8080\"\n[[channel]]\ncode = \"shop-a\"\nprovider = \"shopify\"\n[channel.credentials]\n"
        "shop = \"a.example\"\naccess_token = \"${SHOPIFY_TOKEN}\"\n[channel.settings]\nlocaton_id = 5\n[channel.sync]\n"
        "ordrs = \"5m\"\n[[channel]]\ncode = \"shop-b\"\nprovider = \"shopfy\"\n");
    const Ran several = here({"check"});
    EXPECT_EQ(several.code, 2);
    std::string at;
    std::istringstream lines(several.err);
    for (std::string line; std::getline(lines, line);)
        if (line.find(": warning: ") == std::string::npos) at += line.substr(0, line.find(':', 15)) + ' ';
    EXPECT_EQ(at, "crossdock.toml:2 crossdock.toml:7 crossdock.toml:10 crossdock.toml:12 crossdock.toml:15 ") << several.err;

    for (const std::string& good : {std::string{"\xEF\xBB\xBF[server]\r\nlisten\t=\t\"127.0.0.1:0\"\r\n"}, channel}) {
        write_config(good);
        EXPECT_EQ(here({"check"}).code, 0) << good << here({"check"}).err;
    }
    std::filesystem::remove(folder / "crossdock.toml");
    const Ran missing = here({"check"});
    EXPECT_EQ(missing.code, 2);
    EXPECT_NE(missing.err.find("crossdock.toml"), std::string::npos) << missing.err;
}

TEST_F(Cli, SecretsThatOthersCanReadAreAWarningThenAnError) {
    write_config(
        "[[channel]]\ncode = \"shop-a\"\nprovider = \"shopify\"\n[channel.credentials]\nshop = "
        "\"a.myshopify.com\"\naccess_token = \"shpat_literal\"\n");
    using std::filesystem::perms;
    std::filesystem::permissions(folder / "crossdock.toml",
                                 perms::owner_read | perms::owner_write | perms::group_read | perms::others_read);
    const Ran lax = here({"check"});
    EXPECT_EQ(lax.code, 0) << lax.err;
    EXPECT_NE(lax.err.find("warning"), std::string::npos) << lax.err;
    EXPECT_EQ(lax.err.find("shpat_literal"), std::string::npos);
    const Ran strict = here({"check", "--strict"});
    EXPECT_EQ(strict.code, 2) << strict.err;
    // It is said where the file is looked at, and nowhere else.
    const Ran other = here({"healthz"});
    EXPECT_EQ(other.code, 1);
    EXPECT_EQ(other.err.find("warning"), std::string::npos) << other.err;
    const auto warnings = [&] { return json::parse(here({"status", "--json"}).out).at("findings").at("warnings").get<int>(); };
    const int open = warnings();
    std::filesystem::permissions(folder / "crossdock.toml", perms::owner_read | perms::owner_write);
    EXPECT_EQ(here({"check", "--strict"}).code, 0);
    EXPECT_EQ(warnings(), open - 1) << "status counts it, as doctor does";
}

TEST_F(Cli, CheckAnswersProgramsInJson) {
    write_config(config_text(""));
    const Ran good = here({"check", "--json"});
    EXPECT_EQ(good.code, 0);
    EXPECT_EQ(json::parse(good.out), (json{{"ok", true}, {"findings", json::array()}}));
    EXPECT_EQ(good.err, "");
    write_config("[server]\nlitsen = \"127.0.0.1:0\"\n");
    const Ran bad = here({"check", "--json"});
    EXPECT_EQ(bad.code, 2);
    EXPECT_EQ(bad.err, "");
    const json told = json::parse(bad.out);
    EXPECT_EQ(told.at("ok"), false);
    ASSERT_EQ(told.at("findings").size(), 1U) << bad.out;
    const json& finding = told.at("findings")[0];
    EXPECT_EQ(finding.at("file"), "crossdock.toml");
    EXPECT_EQ(finding.at("line"), 2);
    EXPECT_EQ(finding.at("column"), 1);
    EXPECT_EQ(finding.at("severity"), "error");
    EXPECT_NE(finding.at("message").get<std::string>().find("litsen"), std::string::npos);
}

TEST_F(Cli, ARefusedReloadLogsEachFaultByItsPlace) {
    write_config(config_text(""));
    RunningHub hub(folder.path());
    write_config("[server]\nlitsen = \"127.0.0.1:0\"\n[log]\nlevle = \"info\"\n");
    hub.process().signal(SIGHUP);
    ASSERT_TRUE(eventually(std::chrono::seconds{30}, [&] {
        return hub.process().err().find("reload_refused") != std::string::npos;
    })) << hub.process().err();
    // Lines of the log, which need not go to where this goes.
    for (const char* place : {"crossdock\\.toml:2:1: .*litsen", "crossdock\\.toml:4:1: .*levle"})
        EXPECT_TRUE(std::regex_search(hub.process().err(), std::regex(std::string{"Z error +config .*"} + place))) << place << hub.process().err();
    EXPECT_EQ(Client(hub.url(), "").get("/healthz").status, 200);
}

TEST_F(Cli, OnlyOneHubForADataDirectoryAndAPort) {
    write_config(config_text(""));
    RunningHub hub(folder.path());
    Ran second = here({"serve"});
    // It must be able to end within a second; on a busy machine not each time.
    for (int i = 0; i < 20 && second.took >= std::chrono::seconds{1}; ++i) second = here({"serve"});
    EXPECT_EQ(second.code, 3) << second.err;
    EXPECT_NE(second.err.find(std::to_string(hub.process().pid())), std::string::npos) << second.err;
    EXPECT_NE(second.err.find(std::to_string(hub.port())), std::string::npos) << second.err;
    EXPECT_LT(second.took, std::chrono::milliseconds{1000});
    std::printf("G23: the second hub ended with %d after %lld ms, naming pid %d\n", second.code,
                static_cast<long long>(second.took.count()), hub.process().pid());
    EXPECT_EQ(Client(hub.url(), "").get("/healthz").status, 200);

    TemporaryFolder other;
    write_text(other / "crossdock.toml", config_text("", hub.port()));
    const Ran taken = run({"serve"}, RunningHub::options(other.path()));
    EXPECT_EQ(taken.code, 3) << taken.err;
    EXPECT_NE(taken.err.find(std::to_string(hub.port())), std::string::npos) << taken.err;

    write_text(other / "crossdock.toml", "[server]\nlisten = \"192.0.2.1:8080\"\nallow_plain_http = true\n");
    const Ran elsewhere = run({"serve"}, RunningHub::options(other.path()));
    EXPECT_EQ(elsewhere.code, 3) << elsewhere.err;
    for (const char* words : {"192.0.2.1", "Correct listen under [server]"})
        EXPECT_NE(elsewhere.err.find(words), std::string::npos) << elsewhere.err;

    // The lock goes with its owner, however that ended.
    hub.process().kill_hard();
    hub.start();
    EXPECT_EQ(Client(hub.url(), "").get("/healthz").status, 200);
}

std::set<std::string> names_in(const std::filesystem::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename());
    return names;
}

TEST_F(Cli, ATakenPortLeavesNoFileBehindAndIsNamedWithWhoHasIt) {
    write_config(config_text("", quiet_port()));
    RunningHub hub(folder.path());
    const TemporaryFolder other;
    write_text(other / "crossdock.toml", config_text("", hub.port()));
    const auto before = names_in(other.path());
    const Ran taken = run({"serve"}, RunningHub::options(other.path()));
    EXPECT_EQ(taken.code, 3) << taken.err;
    EXPECT_NE(taken.err.find("port " + std::to_string(hub.port())), std::string::npos) << taken.err;
    EXPECT_NE(taken.err.find("crossdock, process " + std::to_string(hub.process().pid())), std::string::npos)
        << taken.err;
    EXPECT_EQ(names_in(other.path()), before);

    // On the same database it is the hub that is named, not the port; its files are its own.
    write_config(config_text("", hub.port()));
    const auto files = names_in(folder.path());
    const Ran second = here({"serve"});
    EXPECT_EQ(second.code, 3) << second.err;
    EXPECT_NE(second.err.find("another crossdock (process " + std::to_string(hub.process().pid())), std::string::npos)
        << second.err;
    EXPECT_EQ(names_in(folder.path()), files);
    EXPECT_EQ(Client(hub.url(), "").get("/healthz").status, 200);

    // With the port free the same folder starts, and its lock and database are there.
    hub.process().terminate();
    ASSERT_EQ(hub.process().wait(), 0);
    RunningHub late(other.path());
    EXPECT_TRUE(names_in(other.path()).count("crossdock.db"));
}

TEST_F(Cli, AReloadToATakenPortKeepsTheOldConfiguration) {
    write_config(config_text(""));
    RunningHub hub(folder.path());
    const TemporaryFolder other;
    write_text(other / "crossdock.toml", config_text(""));
    const RunningHub neighbour(other.path());
    write_config(config_text("", neighbour.port()));
    hub.process().signal(SIGHUP);
    ASSERT_TRUE(eventually(std::chrono::seconds{30}, [&] {
        return hub.process().err().find("reload_refused") != std::string::npos;
    })) << hub.process().err();
    EXPECT_EQ(Client(hub.url(), "").get("/healthz").status, 200);
    hub.process().terminate();
    EXPECT_EQ(hub.process().wait(), 0) << hub.process().err();
}

TEST_F(Cli, AChannelUnderAnotherCodeIsRefusedAndTheHubGoesOn) {
    const RunningSandbox sandbox({"--orders", "10", "--still"});  // as many for all the while
    const std::string good = config_text(sandbox.url());
    write_config(good);
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    ASSERT_TRUE(is_filled(client, 10)) << hub.process().err();
    const std::string orders = ask_database(folder / "crossdock.db", "SELECT count(*) FROM orders");
    const auto reload = [&](const std::string& said) {
        hub.process().signal(SIGHUP);
        EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] {
            return hub.process().err().find(said) != std::string::npos;
        })) << said << hub.process().err();
    };

    std::string renamed = good;
    renamed.replace(renamed.find("shop-test"), 9, "shop-us");
    write_config(renamed);
    EXPECT_EQ(here({"check"}).code, 0) << "the file alone does not show it";
    reload("A channel's code is its name for good");
    EXPECT_EQ(hub.process().err().find("reloading"), std::string::npos) << "no connection was cut";

    // The block under two codes is seen in the file.
    write_config(good + renamed.substr(renamed.find("[[channel]]")));
    const Ran checked = here({"check"});
    EXPECT_EQ(checked.code, 2);
    EXPECT_TRUE(std::regex_search(checked.err, std::regex(R"(crossdock\.toml:\d+:\d+: channel shop-us reads the same shop as channel shop-test of line 6)")))
        << checked.err;
    reload("channel shop-us reads the same shop");
    EXPECT_EQ(client.get("/healthz").status, 200);
    EXPECT_EQ(ask_database(folder / "crossdock.db", "SELECT count(*) FROM orders"), orders);
    EXPECT_EQ(ask_database(folder / "crossdock.db", "SELECT count(*) FROM channels"), "1");

    hub.process().terminate();
    ASSERT_EQ(hub.process().wait(), 0);
    write_config(renamed);
    const Ran started = here({"serve"});
    EXPECT_EQ(started.code, 2) << started.err;
    EXPECT_NE(started.err.find("put the code \"shop-test\" back"), std::string::npos) << started.err;
}

/// Every `crossdock COMMAND [SUBCOMMAND]` that a text of the program names.
std::set<std::string> commands_named_in_the_source() {
    std::set<std::string> named;
    const std::regex literal(R"re("(?:[^"\\]|\\.)*")re");
    // In backquotes, after a colon, or "run crossdock job retry": the ways in which texts name one.
    const std::regex mention(R"re((?:`|: |; |run |see |look at )crossdock ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?)re");
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string{CROSSDOCK_SOURCE_DIR} + "/src")) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
        const std::string text = file_text(entry.path());
        for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
            const std::string inside = at->str();
            for (std::sregex_iterator found(inside.begin(), inside.end(), mention); found != end; ++found)
                named.insert((*found)[1].str() + ((*found)[2].matched ? " " + (*found)[2].str() : ""));
        }
    }
    return named;
}

TEST_F(Cli, NoTextNamesACommandThatDoesNotExist) {
    const auto named = commands_named_in_the_source();
    ASSERT_TRUE(named.count("job retry")) << ::testing::PrintToString(named);
    ASSERT_TRUE(named.count("init")) << ::testing::PrintToString(named);
    // Unknown words beside --help are no error, so what the help lists decides.
    const auto lists = [](const std::string& help, const std::string& name) {
        return std::regex_search(help, std::regex("\\n +" + name + " "));
    };
    const std::string all = here({"--help"}).out;
    ASSERT_TRUE(lists(all, "serve")) << all;
    ASSERT_FALSE(lists(all, "restore") && lists(all, "nonsense")) << all;
    for (const std::string& command : named) {
        const auto blank = command.find(' ');
        const std::string first = command.substr(0, blank);
        EXPECT_TRUE(lists(all, first)) << "a text names `crossdock " << command << "`";
        const std::string own = here({first, "--help"}).out;
        const bool has_parts =
            own.find("SUBCOMMAND") != std::string::npos || own.find("Subcommands") != std::string::npos;
        if (blank != std::string::npos && has_parts) {
            EXPECT_TRUE(lists(own, command.substr(blank + 1))) << "a text names `crossdock " << command << "`";
        }
    }
    std::printf("[figures] %zu commands are named in texts, all exist\n", named.size());
}

TEST_F(Cli, KeysAreMadeAndEndedWithTheHubDownAndUp) {
    write_config(config_text(""));
    ASSERT_EQ(here({"key", "create", "--json"}).code, 1);  // no database yet, and none is made by the way
    EXPECT_FALSE(std::filesystem::exists(folder / "crossdock.db"));
    { const RunningHub once(folder.path()); }

    const json cold = json::parse(here({"key", "create", "--json", "--name", "made while down"}).out);
    const RunningHub hub(folder.path());
    const json warm = json::parse(here({"key", "create", "--json", "--name", "reports", "--scopes", "read-only"}).out);
    Client first(hub.url(), cold.at("key"));
    Client second(hub.url(), warm.at("key"));
    EXPECT_EQ(first.get("/api/v1/orders").status, 200);
    EXPECT_EQ(second.get("/api/v1/orders").status, 200);
    EXPECT_EQ(second.post("/api/v1/orders/ack", {{"ids", json::array()}}).status, 403);

    const Ran listed = here({"key", "list"});
    EXPECT_EQ(listed.code, 0) << listed.err;
    EXPECT_NE(listed.out.find("made while down"), std::string::npos) << listed.out;
    EXPECT_EQ(listed.out.find(cold.at("key").get<std::string>()), std::string::npos);
    EXPECT_EQ(json::parse(here({"key", "list", "--json"}).out).size(), 2U);

    const json successor = json::parse(here({"key", "rotate", warm.at("key_id"), "--overlap", "1h", "--json"}).out);
    EXPECT_EQ(Client(hub.url(), successor.at("key")).post("/api/v1/orders/ack", {{"ids", json::array()}}).status, 403)
        << "as able as the old one";
    EXPECT_EQ(Client(hub.url(), successor.at("key")).get("/api/v1/orders").status, 200);

    const std::string id = cold.at("key_id");
    EXPECT_EQ(here({"key", "revoke", id}).code, 0);
    EXPECT_EQ(first.get("/api/v1/orders").status, 401);  // at once, although it was known a moment ago
    EXPECT_EQ(second.get("/api/v1/orders").status, 200);
    const Ran again = here({"key", "revoke", id});
    EXPECT_EQ(again.code, 1);
    EXPECT_NE(again.err.find(id), std::string::npos) << again.err;
    const Ran scope = here({"key", "create", "--scopes", "everything"});
    EXPECT_EQ(scope.code, 1);
    EXPECT_NE(scope.err.find("everything"), std::string::npos) << scope.err;
    EXPECT_EQ(here({"key", "create", "--account", "nobody"}).code, 1);

    const json trail = json::parse(here({"audit", "list", "--json"}).out);
    std::vector<std::string> told;
    for (const json& row : trail)
        told.push_back(row.at("action").get<std::string>() + " from " + row.at("from").get<std::string>());
    EXPECT_EQ(told, (std::vector<std::string>{"key.revoked from 127.0.0.1", "key.rotated from 127.0.0.1",
                                              "key.created from 127.0.0.1", "key.created from 127.0.0.1",
                                              "key.created from local"}));
    for (const json& row : trail) EXPECT_TRUE(row.at("who").get<std::string>().starts_with("user ")) << row;
    EXPECT_NE(here({"audit", "list", "--limit", "1"}).out.find("key.revoked"), std::string::npos);
}

TEST_F(Cli, ThePathThatCommandsUseIsClosedToOthers) {
    write_config(config_text(""));
    const RunningHub hub(folder.path());
    const std::string key = hub.make_key();
    Client client(hub.url(), key);
    EXPECT_EQ(client.post("/control/key.list", json::object()).status, 404);
    EXPECT_EQ(client.send("POST", "/control/key.list", "{}", {{"X-Crossdock-Control", "guess"}}).status, 404);
    using std::filesystem::perms;
    const auto shown = std::filesystem::status(folder / "crossdock.db.control").permissions();
    EXPECT_EQ(shown & (perms::group_all | perms::others_all), perms::none);
}

TEST_F(Cli, ChannelOrderAndJobCommandsAgreeWithTheApi) {
    const RunningSandbox sandbox(10);
    write_config(config_text(sandbox.url()));
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    ASSERT_TRUE(is_filled(client, 10)) << hub.process().err();

    const json channels = json::parse(here({"channel", "list", "--json"}).out);
    ASSERT_EQ(channels.size(), 1U);
    EXPECT_EQ(channels[0]["channel"], "shop-test");
    EXPECT_EQ(channels[0]["provider"], "shopify");
    const Ran tested = here({"channel", "test", "shop-test"});
    EXPECT_EQ(tested.code, 0) << tested.out << tested.err;
    const Ran synced = here({"channel", "sync", "shop-test", "--since", "2026-01-01"});
    EXPECT_EQ(synced.code, 0) << synced.err;
    const Ran wrong = here({"channel", "sync", "shop-tset"});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_NE(wrong.err.find("shop-test"), std::string::npos) << wrong.err;
    EXPECT_EQ(here({"channel", "sync", "shop-test", "--stream", "stars"}).code, 1);
    EXPECT_EQ(here({"channel", "sync", "shop-test", "--since", "yesterday"}).code, 1);

    const json order = client.get("/api/v1/orders?raw=0&limit=1&since=2020-01-01T00:00:00Z").body[0];
    for (const std::string& name : {order["id"].dump(), order["external_order_id"].get<std::string>(),
                                    order["order_number_hint"].get<std::string>()}) {
        const Ran shown = here({"order", "show", name, "--json"});
        ASSERT_EQ(shown.code, 0) << name << shown.err;
        EXPECT_EQ(json::parse(shown.out)["id"], order["id"]) << name;
    }
    const Ran why = here({"order", "why", order["id"].dump()});
    EXPECT_EQ(why.code, 0);
    EXPECT_NE(why.out.find("shop-test"), std::string::npos) << why.out;
    EXPECT_EQ(here({"order", "why", "no-such-order"}).code, 1);

    EXPECT_EQ(here({"job", "list"}).code, 0);
    EXPECT_TRUE(json::parse(here({"job", "list", "--json"}).out).is_array());
    EXPECT_EQ(here({"job", "list", "--state", "asleep"}).code, 1);
    EXPECT_EQ(here({"job", "retry", "999999"}).code, 1);
    // As the API and its events have them.
    EXPECT_EQ(here({"job", "retry", "job_999999"}).err, here({"job", "retry", "999999"}).err);
    EXPECT_EQ(here({"webhook", "delivery", "dlv_9"}).err, here({"webhook", "delivery", "9"}).err);
    EXPECT_EQ(here({"webhook", "delivery", "9"}).code, 1);

    // The same with the hub down.
    hub.process().terminate();
    ASSERT_EQ(hub.process().wait(), 0) << hub.process().err();
    EXPECT_EQ(here({"order", "why", order["id"].dump()}).code, 0);
    EXPECT_EQ(here({"channel", "list"}).code, 0);
}

TEST_F(Cli, AReloadTakesAGoodFileAndKeepsTheOldConfigurationForABadOne) {
    const RunningSandbox sandbox(5);
    write_config(config_text(sandbox.url()));
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    const auto says = [&](const std::string& event) {
        return eventually(std::chrono::seconds{30},
                          [&] { return hub.process().err().find(event) != std::string::npos; });
    };

    write_config("[server]\nlisten = \"127.0.0.1:0\"\nspeed = \"high\"\n");
    hub.process().signal(SIGHUP);
    ASSERT_TRUE(says("reload_refused")) << hub.process().err();
    EXPECT_EQ(client.get("/api/v1/orders?channel=shop-test").status, 200);

    // By another address it is another shop.
    std::string next = config_text(sandbox.url());
    next.erase(0, next.find("[[channel]]"));
    next.replace(next.find("shop-test"), 9, "shop-next");
    next.replace(next.find("127.0.0.1"), 9, "localhost");
    write_config(config_text(sandbox.url()) + next);
    hub.process().signal(SIGHUP);
    EXPECT_TRUE(eventually(std::chrono::seconds{30}, [&] {
        return client.get("/api/v1/orders?channel=shop-next").status == 200;
    })) << hub.process().err();
    // The program went on, at the same address, with the same keys; the first channel's orders stay.
    EXPECT_FALSE(hub.process().ended());
    EXPECT_EQ(client.get("/api/v1/orders?channel=shop-test").status, 200);
    EXPECT_EQ(here({"key", "list"}).code, 0);
    EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
        return client.get("/api/v1/orders?channel=shop-next&raw=0&since=2020-01-01T00:00:00Z").body.size() >= 5;
    })) << hub.process().err();
    hub.process().terminate();
    EXPECT_EQ(hub.process().wait(), 0) << hub.process().err();
}

}  // namespace
}  // namespace crossdock::testing
