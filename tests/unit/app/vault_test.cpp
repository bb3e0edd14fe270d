// SPDX-License-Identifier: Apache-2.0
// Secrets that a provider hands out while the hub runs: sealed in the database, the key beside it.
#include "app/vault.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "observability/log.h"
#include "store/problem_repo.h"
#include "store/secret_repo.h"
#include "support/real_process.h"
#include "support/temporary_database.h"

namespace crossdock::app {
namespace {

using crossdock::testing::TemporaryDatabase;
using crossdock::testing::TemporaryFolder;

class SealedSecrets : public ::testing::Test {
protected:
    SealedSecrets() { start(); }
    /// As a start of the program does: nothing is known but the files.
    void start() {
        keys = std::make_unique<KeyFile>(path(), random);
        vault = make_vault(*database, *keys, database.channel.id, database.clock, random);
    }
    [[nodiscard]] std::filesystem::path path() const { return folder / "crossdock.key"; }
    std::string loaded(const std::string& name = "refresh_token") {
        const auto secret = vault->load(name);
        return secret ? secret->reveal() : "(none)";
    }
    std::optional<store::SealedSecret> row() {
        return database->read([&](db::Session& session) {
            return store::SecretRepo(session).find(database.channel.id, "refresh_token");
        });
    }
    [[nodiscard]] bool was_logged(const std::string& words) const {
        const auto lines = quiet.lines();
        return std::any_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.find(words) != std::string::npos; });
    }
    /// Message of the open problem about secrets, if any.
    std::string problem() {
        return database->read([&](db::Session& session) -> std::string {
            for (const auto& row :
                 store::ProblemRepo(session).open(database.channel.account_id, database.channel.id, 10))
                if (row.code == "sealed_secret_unreadable") return row.subject_key + ": " + row.message;
            return "";
        });
    }
    void write_key(const std::string& text) { std::ofstream(path()) << text; }

    TemporaryFolder folder;
    TemporaryDatabase database;
    SeededRandom random{9};
    std::unique_ptr<KeyFile> keys;
    std::unique_ptr<connectors::Vault> vault;
    log::Capture quiet{log::Level::info};
};

TEST_F(SealedSecrets, ComeBackAfterARestart) {
    EXPECT_EQ(loaded(), "(none)");
    vault->keep("refresh_token", Secret{"Atzr|one"});
    EXPECT_EQ(loaded(), "Atzr|one");
    start();
    EXPECT_EQ(loaded(), "Atzr|one");
    vault->keep("refresh_token", Secret{"Atzr|two"});
    start();
    EXPECT_EQ(loaded(), "Atzr|two");
    EXPECT_EQ(loaded("signing_key"), "(none)");
    EXPECT_EQ(problem(), "");
}

TEST_F(SealedSecrets, AreNeverReadableInTheDatabaseNorInTheLog) {
    vault->keep("refresh_token", Secret{"Atzr|canary"});
    EXPECT_EQ(row()->sealed.find("canary"), std::string::npos);
    EXPECT_EQ(row()->sealed.find("Atzr"), std::string::npos);
    EXPECT_FALSE(was_logged("canary"));
    std::ifstream file(path());
    std::string key((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(key.find("canary"), std::string::npos);
    EXPECT_FALSE(was_logged(key.substr(16, 64))) << "nor is the key";
    EXPECT_TRUE(was_logged("key_file_made")) << "whoever backs up must know of it";
}

TEST_F(SealedSecrets, NeedAKeyFileThatOnlyItsOwnerReads) {
    EXPECT_FALSE(std::filesystem::exists(path())) << "none before there is something to seal";
    vault->keep("refresh_token", Secret{"x"});
    struct stat info {};
    ASSERT_EQ(::stat(path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(SealedSecrets, OfAnotherChannelOrNameDoNotOpenHere) {
    vault->keep("refresh_token", Secret{"mine"});
    const ChannelId other = database->write([&](db::Session& session) {
        return *store::ChannelRepo(session).ensure(database.channel.account_id, "other", domain::Provider::amazon, true,
                                                   database.clock.now());
    });
    EXPECT_FALSE(make_vault(*database, *keys, other, database.clock, random)->load("refresh_token"));
    // Moved there by hand in the database, it does not open either: where it belongs is sealed in.
    database->write([&](db::Session& session) {
        store::SecretRepo(session).keep(other, "refresh_token", *row(), database.clock.now());
        store::SecretRepo(session).keep(database.channel.id, "signing_key", *row(), database.clock.now());
    });
    EXPECT_FALSE(make_vault(*database, *keys, other, database.clock, random)->load("refresh_token"));
    EXPECT_EQ(loaded("signing_key"), "(none)");
    EXPECT_EQ(loaded(), "mine");
}

TEST_F(SealedSecrets, SayThatTheKeyFileIsGoneAndComeBackWithIt) {
    vault->keep("refresh_token", Secret{"Atzr|canary"});
    std::filesystem::rename(path(), folder / "moved");
    start();
    EXPECT_EQ(loaded(), "(none)") << "the channel goes on with what the config file says";
    EXPECT_TRUE(was_logged("sealed_secret_unreadable"));
    const std::string said = problem();
    for (const std::string& words :
         {std::string{"refresh_token: "}, std::string{"is gone"}, path().string(), std::string{"put the file back"}})
        EXPECT_NE(said.find(words), std::string::npos) << said;
    EXPECT_EQ(said.find("canary"), std::string::npos);
    std::filesystem::rename(folder / "moved", path());
    start();
    EXPECT_EQ(loaded(), "Atzr|canary");
    EXPECT_EQ(problem(), "") << "and what was said is over";
}

TEST_F(SealedSecrets, SayThatTheKeyFileHoldsAnotherKey) {
    vault->keep("refresh_token", Secret{"x"});
    const std::string right = row()->key_id;
    const auto wrong = crypto::generate_sealing_key(random);
    write_key(crypto::to_text(wrong));
    start();
    EXPECT_EQ(loaded(), "(none)");
    for (const std::string& words : {right, wrong.id, path().string()})
        EXPECT_NE(problem().find(words), std::string::npos) << problem();
    // A newer secret takes its place; then there is nothing to complain of.
    vault->keep("refresh_token", Secret{"y"});
    EXPECT_EQ(loaded(), "y");
    EXPECT_EQ(problem(), "");
}

TEST_F(SealedSecrets, SayThatTheKeyFileIsNoKeyFileAndNeverWriteOverIt) {
    vault->keep("refresh_token", Secret{"x"});
    write_key("not a key at all");
    start();
    EXPECT_EQ(loaded(), "(none)");
    EXPECT_NE(problem().find(path().string()), std::string::npos) << problem();
    EXPECT_EQ(problem().find("not a key at all"), std::string::npos) << "what stands there may be a key after all";
    EXPECT_THROW(vault->keep("refresh_token", Secret{"y"}), std::runtime_error);
    std::ifstream file(path());
    EXPECT_EQ(std::string((std::istreambuf_iterator<char>(file)), {}), "not a key at all");
}

TEST_F(SealedSecrets, ThatAreDamagedSaySo) {
    vault->keep("refresh_token", Secret{"x"});
    database->write([&](db::Session& session) {
        auto damaged = *row();
        damaged.sealed[damaged.sealed.size() / 2] ^= 1;
        store::SecretRepo(session).keep(database.channel.id, "refresh_token", damaged, database.clock.now());
    });
    EXPECT_EQ(loaded(), "(none)");
    EXPECT_NE(problem(), "");
}

TEST_F(SealedSecrets, HaveNoPlaceWithoutAFolderToWriteTo) {
    KeyFile nowhere(folder / "missing" / "crossdock.key", random);
    const auto none = make_vault(*database, nowhere, database.channel.id, database.clock, random);
    EXPECT_THROW(none->keep("refresh_token", Secret{"x"}), std::runtime_error);
    EXPECT_FALSE(row()) << "nothing is kept that could not be opened again";
}

}  // namespace
}  // namespace crossdock::app
