// SPDX-License-Identifier: Apache-2.0
// After `crossdock erase` nothing of the buyer is in the database's files, by their bytes, nor in a backup made from
// then on; also in a database that an earlier version wrote, which left what it replaced in unused space.
#include <map>

#include "integration/running_hub.h"

namespace crossdock::testing {
namespace {

class ErasedBuyer : public ::testing::Test {
protected:
    ErasedBuyer() { write_text(folder_ / "crossdock.toml", config_text(sandbox_.url())); }

    /// How often the words are in the database, its log and every other file beside it.
    std::map<std::string, std::size_t> files_with(const std::vector<std::string>& words) const {
        std::map<std::string, std::size_t> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            if (!entry.is_regular_file()) continue;
            const std::string bytes = file_text(entry.path());
            for (const std::string& word : words)
                for (auto at = bytes.find(word); at != std::string::npos; at = bytes.find(word, at + 1))
                    ++found[entry.path().filename().string()];
        }
        return found;
    }
    void sql(const std::string& script) const {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open((folder_ / "crossdock.db").c_str(), &database), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(database, script.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
    }

    TemporaryFolder folder_;
    RunningSandbox sandbox_{{"--orders", "20", "--still"}};  // nobody whom it erases buys again meanwhile
};

TEST_F(ErasedBuyer, IsInNoFileAnyMore) {
    std::vector<std::string> words;
    std::string email;
    std::string key;
    {
        RunningHub hub(folder_.path());
        key = hub.make_key();
        Client client(hub.url(), key);
        ASSERT_TRUE(is_filled(client, 20));
        const json orders = client.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01T00:00:00Z").body;
        // Every simulated buyer has an address of his own; names and streets are shared.
        for (const json& order : orders)
            if (order["buyer_email"].is_string()) email = order["buyer_email"];
        ASSERT_FALSE(email.empty());
        words = {email};
        hub.process().terminate();
        ASSERT_EQ(hub.process().wait(), 0);
    }
    // What an earlier version did: what is replaced stays in pages that nobody uses.
    sql("PRAGMA secure_delete = OFF; DELETE FROM meta WHERE name = 'deleted_is_overwritten';"
        "CREATE TABLE once AS SELECT payload, payload AS again FROM order_versions; CREATE INDEX once_by ON once "
        "(payload);"
        "DROP TABLE once;");
    const auto before = files_with(words);
    const auto in_rows = [&](const std::string& column, const std::string& table) {
        const std::string without = "length(replace(" + column + ", '" + email + "', ''))";
        return std::stoul(ask_database(folder_ / "crossdock.db", "SELECT coalesce(sum((length(" + column + ") - " +
                                                                     without + ") / " + std::to_string(email.size()) +
                                                                     "), 0) FROM " + table));
    };
    const std::size_t live = in_rows("body", "orders") + in_rows("payload", "order_versions");
    ASSERT_GT(live, 0U);
    ASSERT_GT(before.at("crossdock.db"), live) << "or nothing is shown: copies that no row has any more";

    RunningHub hub(folder_.path());
    const Ran erased = hub.command({"erase", "--email", email, "--json"});
    ASSERT_EQ(erased.code, 0) << erased.err;
    const json told = json::parse(erased.out);
    EXPECT_GE(told.at("orders").get<int>(), 1);
    EXPECT_TRUE(told.at("unfinished").is_null()) << erased.out;
    EXPECT_EQ(files_with(words), (std::map<std::string, std::size_t>{}));
    ASSERT_EQ(hub.command({"backup", "after.db"}).code, 0);
    EXPECT_EQ(files_with(words), (std::map<std::string, std::size_t>{}));
    EXPECT_NE(hub.process().err().find("database_rewritten"), std::string::npos);

    // From now on the file need not be rewritten: the next buyer is gone at once, and while the hub works.
    Client client(hub.url(), key);
    const json orders = client.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01T00:00:00Z").body;
    ASSERT_GE(orders.size(), 20U) << "orders stay";
    std::string other;
    for (const json& order : orders)
        if (order["buyer_email"].is_string()) other = order["buyer_email"];
    EXPECT_NE(other, email);
    ASSERT_FALSE(other.empty());
    const Ran second = hub.command({"erase", "--email", other});
    ASSERT_EQ(second.code, 0) << second.err;
    EXPECT_NE(second.out.find("what earlier changes left in unused space of the database is overwritten"),
              std::string::npos)
        << second.out;
    std::filesystem::remove(folder_ / "after.db");
    EXPECT_EQ(files_with({other}), (std::map<std::string, std::size_t>{}));

    // One order by the hub's id of it: the answer says which it was.
    const Ran third = hub.command({"erase", "--order", "id:" + orders[0].at("id").dump(), "--json"});
    ASSERT_EQ(third.code, 0) << third.err;
    const json one = json::parse(third.out);
    EXPECT_EQ(one.at("order_id"), orders[0].at("id"));
    EXPECT_EQ(one.at("external_order_id"), orders[0].at("external_order_id"));
    EXPECT_FALSE(one.at("channel").get<std::string>().empty()) << third.out;
    const std::string log = hub.process().err();
    EXPECT_EQ(log.find("database_rewritten"), log.rfind("database_rewritten")) << "once";
    EXPECT_EQ(hub.command({"healthz"}).code, 0);
    hub.process().terminate();
    ASSERT_EQ(hub.process().wait(), 0);
    EXPECT_EQ(hub.command({"healthz"}).code, 1) << "a hub that does not run is not well";
}

}  // namespace
}  // namespace crossdock::testing
