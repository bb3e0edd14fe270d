// SPDX-License-Identifier: Apache-2.0
// File exchange as an ERP sees it, with the real binary: which is killed again and again while files go to and fro.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "crypto/hash.h"
#include "running_hub.h"

namespace crossdock::testing {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kPatience{60};

class FileExchangeOfTheBinary : public ::testing::Test {
protected:
    std::string config(const std::string& sandbox_url) const {
        return config_text(sandbox_url) +
               "[exchange]\nfolder = \"share\"\nformat = \"jsonl\"\nevery = \"1s\"\nmax_orders = 7\n";
    }
    std::vector<std::string> names(const std::string& sub) const {
        std::set<std::string> found;
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(folder / ("share/" + sub), ignored))
            found.insert(entry.path().filename().string());
        return {found.begin(), found.end()};
    }
    std::string text(const std::string& file) const { return file_text(folder / ("share/" + file)); }
    bool has(const std::string& file) const { return fs::exists(folder / ("share/" + file)); }
    /// As an ERP should: under another name first.
    void send(const std::string& name, const std::string& content) const {
        write_text(folder / ("share/in/" + name + ".tmp"), content);
        fs::rename(folder / ("share/in/" + name + ".tmp"), folder / ("share/in/" + name));
    }
    /// Takes away whatever has its manifest, checks its hash, and keeps it by number.
    void fetch() {
        for (const std::string& name : names("out")) {
            const std::string manifest = "out/" + name.substr(0, name.rfind('.')) + ".manifest.json";
            if (!name.starts_with("orders-") || !name.ends_with(".jsonl") || !has(manifest)) continue;
            const std::string content = text("out/" + name);
            const json told = json::parse(text(manifest));
            EXPECT_EQ(told.at("sha256"), crypto::sha256_hex(content)) << name;
            const auto [held, fresh] = fetched.emplace(told.at("number").get<std::int64_t>(), content);
            EXPECT_TRUE(fresh || held->second == content)
                << name << " has other content than the one of its number before";
            fs::remove(folder / ("share/out/" + name));
            fs::remove(folder / ("share/" + manifest));
        }
    }
    std::map<std::string, std::int64_t> ids() const {
        std::map<std::string, std::int64_t> found;
        for (const auto& [number, content] : fetched) {
            std::istringstream lines(content);
            for (std::string line; std::getline(lines, line);) {
                const json order = json::parse(line);
                found[order.at("external_order_id").get<std::string>()] = order.at("id").get<std::int64_t>();
            }
        }
        return found;
    }

    TemporaryFolder folder;
    std::map<std::int64_t, std::string> fetched;
};

TEST_F(FileExchangeOfTheBinary, KilledAgainAndAgainLosesAndDoublesNothing) {
    const RunningSandbox sandbox({"--orders", "40", "--only", "shopify", "--still"});
    fs::create_directory(folder / "share");
    write_text(folder / "crossdock.toml", config(sandbox.url()));
    std::size_t acked = 0;
    int kills = 0;
    {
        RunningHub hub(folder.path());
        // Killed after ever other times, while it pulls, writes and takes.
        for (int round = 0; round < 12; ++round) {
            std::this_thread::sleep_for(std::chrono::milliseconds{150 + 397 * round % 2100});
            hub.process().kill_hard();
            static_cast<void>(hub.process().wait());
            ++kills;
            fetch();
            std::string acks = "id\n";
            std::size_t rows = 0;
            for (const auto& [external_id, id] : ids()) {
                acks += std::to_string(id) + "\n";
                ++rows;
            }
            if (rows > acked && has("in")) {
                send("acks-" + std::to_string(round) + ".csv", acks);
                acked = rows;
            }
            hub.start();
        }
        ASSERT_TRUE(eventually(kPatience,
                               [&] {
                                   fetch();
                                   const auto waiting = names("in");
                                   return ids().size() == 40 &&
                                          std::none_of(
                                              waiting.begin(), waiting.end(),
                                              [](const std::string& name) { return name.ends_with(".csv"); }) &&
                                          names("work/in").empty();
                               }))
            << ids().size() << " orders, " << hub.process().err().substr(0, 2000);
        // All of them once more, and once the same again.
        std::string acks = "id\n";
        for (const auto& [external_id, id] : ids()) acks += std::to_string(id) + "\n";
        send("acks-last.csv", acks);
        ASSERT_TRUE(eventually(kPatience, [&] { return has("in/acks-last.csv.ok"); }));
        Client client(hub.url(), hub.make_key());
        EXPECT_EQ(client.get("/api/v1/orders?imported=false&raw=0&limit=500&since=2020-01-01T00:00:00Z").body.size(),
                  0U);
        EXPECT_EQ(client.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01T00:00:00Z").body.size(), 40U);
        const Ran status = hub.command({"exchange", "status", "--json"});
        ASSERT_EQ(status.code, 0) << status.err;
        EXPECT_EQ(json::parse(status.out).at("working"), true);
        EXPECT_EQ(json::parse(status.out).at("last_in").at("file"), "acks-last.csv");
        EXPECT_EQ(hub.command({"exchange", "run"}).code, 0);
        EXPECT_NE(client.get("/metrics").text.find("crossdock_exchange_working 1"), std::string::npos);
        // What is seen in the folder is written down a moment later.
        EXPECT_TRUE(eventually(kPatience, [&] {
            return ask_database(folder / "crossdock.db",
                                "SELECT (SELECT count(*) FROM exchange_files_out WHERE written_at_ms IS NULL) + (SELECT "
                                "count(*) FROM exchange_files_in WHERE state <> 'done' OR answered_at_ms IS NULL)") == "0";
        }));
    }
    fetch();  // an order may have changed meanwhile: its lines found their items
    std::int64_t expected = 1;
    for (const auto& [number, content] : fetched) EXPECT_EQ(number, expected++) << "numbers have a gap";
    std::cout << kills << " kills, " << fetched.size() << " files\n";
}

TEST_F(FileExchangeOfTheBinary, AFolderThatFailsIsTriedAgainAndTold) {
    write_text(folder / "crossdock.toml", config(""));
    const Ran check = run({"check"}, RunningHub::options(folder.path()));
    EXPECT_EQ(check.code, 0);
    EXPECT_NE(check.err.find("crossdock.toml:6:10: warning: folder of [exchange]: cannot list"), std::string::npos)
        << check.err;
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    EXPECT_TRUE(eventually(
        kPatience, [&] { return client.get("/api/v1/health").text.find("exchange_failed") != std::string::npos; }));
    fs::create_directory(folder / "share");
    EXPECT_TRUE(eventually(kPatience, [&] { return has("in"); }));
    EXPECT_TRUE(eventually(
        kPatience, [&] { return client.get("/api/v1/health").text.find("exchange_failed") == std::string::npos; }));
    send("stock-1.csv", "channel;sku;quantity\r\nshop-x;A1;10,5\r\n");
    ASSERT_TRUE(eventually(kPatience, [&] { return has("in/stock-1.csv.err"); }));
    EXPECT_EQ(text("in/stock-1.csv.err"),
              "row,column,reason\r\n,,\"0 rows were taken, 1 row was not\"\r\n"
              "2,quantity,\"quantity \"\"10,5\"\" has a comma; send a whole number in digits alone, such as 10\"\r\n");
    EXPECT_TRUE(eventually(kPatience, [&] {
        return client.get("/api/v1/health").text.find("exchange_files_refused") != std::string::npos;
    }));
}

TEST_F(FileExchangeOfTheBinary, AFileThatGrowsAfterItWasTakenIsTold) {
    fs::create_directories(folder / "share/in");
    write_text(folder / "crossdock.toml", config(""));
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    send("acks-1.csv", "id\n1\n2\n");
    ASSERT_TRUE(eventually(kPatience, [&] { return !names("archive").empty(); }));
    EXPECT_TRUE(has("in/acks-1.csv.ok"));
    const std::string archived = names("archive").front();
    std::ofstream(folder / ("share/archive/" + archived), std::ios::binary | std::ios::app) << "3\n";
    std::string health;
    EXPECT_TRUE(eventually(kPatience, [&] {
        health = client.get("/api/v1/health").text;
        return health.find("exchange_file_grew") != std::string::npos;
    })) << health;
    EXPECT_TRUE(has("in/acks-1.csv.err"));
    EXPECT_NE(text("in/acks-1.csv.err").find("from 7 to 9 bytes"), std::string::npos)
        << text("in/acks-1.csv.err");
    EXPECT_FALSE(has("in/acks-1.csv.ok"));
}

TEST_F(FileExchangeOfTheBinary, WhatNobodyFetchesAndWhatIsNoFileIsTold) {
    fs::create_directories(folder / "share/in/a folder");
    fs::create_directories(folder / "share/out");
    for (int number = 1001; number <= 1100; ++number)
        write_text(folder / ("share/out/orders-00" + std::to_string(number) + "-20261130T032000Z.jsonl"), "{}\n");
    write_text(folder / "crossdock.toml", config(""));
    RunningHub hub(folder.path());
    Client client(hub.url(), hub.make_key());
    std::string health;
    EXPECT_TRUE(eventually(kPatience, [&] {
        health = client.get("/api/v1/health").text;
        return health.find("exchange_not_fetched") != std::string::npos &&
               health.find("exchange_file_passed_over") != std::string::npos;
    })) << health;
    EXPECT_NE(health.find("100 files lie in out/ and are not fetched"), std::string::npos) << health;
    EXPECT_NE(health.find("in/a folder is a folder"), std::string::npos) << health;
}

TEST_F(FileExchangeOfTheBinary, TheFolderOfTheDatabaseIsRefused) {
    write_text(folder / "crossdock.toml", "[exchange]\nfolder = \".\"\nevery = \"off\"\n");
    const Ran check = run({"check"}, RunningHub::options(folder.path()));
    EXPECT_EQ(check.code, 2);
    EXPECT_NE(check.err.find("crossdock.toml:2:10: folder holds the database"), std::string::npos) << check.err;
    EXPECT_NE(check.err.find("crossdock.toml:3:9: every may not be off"), std::string::npos) << check.err;
}

}  // namespace
}  // namespace crossdock::testing
