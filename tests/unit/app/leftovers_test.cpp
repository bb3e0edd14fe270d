// SPDX-License-Identifier: Apache-2.0
// What an erased buyer leaves in unused space: cleared at once, or made up at the next start, and listed until then.
#include "app/leftovers.h"

#include "hub_fixture.h"
#include "store/meta.h"
#include "support/real_process.h"

namespace crossdock::app {
namespace {

constexpr const char* kWord = "CANARY-mail@example.com";

class LeftoversTest : public HubTest<ManualClock> {
protected:
    LeftoversTest() { open(options()); }

    /// Somebody's words, in a row and replaced again, as a version did that overwrote nothing.
    void leave_words() {
        for (const bool held : {true, false})
            hub->database().write([&](db::Session& session) {
                session.run_script("PRAGMA secure_delete = OFF");
                store::set_meta(session, "test", held ? std::string(9'000, 'x') + kWord : std::string{"blank"});
                session.run_script("PRAGMA secure_delete = ON");
            });
    }
    void pretend_earlier_version() {
        hub->database().write([](db::Session& session) { store::set_meta(session, "deleted_is_overwritten", "0"); });
    }
    void want() {
        hub->database().write([](db::Session& session) { Leftovers::want(session); });
    }
    bool in_files() const {
        for (const char* ending : {"", "-wal"})
            if (crossdock::testing::file_text(database_ + ending).find(kWord) != std::string::npos) return true;
        return false;
    }
    std::vector<std::string> findings(const Leftovers& leftovers) {
        api::HealthReport report;
        hub->database().read([&](db::Session& session) { leftovers.add_findings(session, report); });
        std::vector<std::string> codes;
        for (const api::HealthFinding& finding : report.findings) codes.push_back(finding.code);
        return codes;
    }

    const std::string database_ = options().database.path;
};

TEST_F(LeftoversTest, AreLeftAloneUntilSomebodyIsErased) {
    leave_words();
    pretend_earlier_version();
    Leftovers leftovers(hub->database(), database_);
    EXPECT_FALSE(leftovers.clear().error);
    EXPECT_TRUE(in_files());
    EXPECT_FALSE(was_logged("database_rewritten")) << "nobody waits for it without need";
    EXPECT_TRUE(findings(leftovers).empty());
}

TEST_F(LeftoversTest, OfAnEarlierVersionAreGoneAfterTheFirstErasureAndTheFileIsRewrittenOnce) {
    leave_words();
    pretend_earlier_version();
    want();
    Leftovers leftovers(hub->database(), database_);
    EXPECT_EQ(findings(leftovers), std::vector<std::string>{"erasure_under_way"});
    const auto state = leftovers.clear();
    EXPECT_FALSE(state.error) << state.error->message;
    EXPECT_FALSE(state.running);
    EXPECT_FALSE(in_files());
    EXPECT_TRUE(was_logged("database_rewritten"));
    EXPECT_TRUE(findings(leftovers).empty());
    want();
    const auto lines = quiet.lines().size();
    EXPECT_FALSE(leftovers.clear().error);
    EXPECT_EQ(quiet.lines().size(), lines) << "the file is not rewritten once more";
}

TEST_F(LeftoversTest, OfADatabaseThatThisVersionMadeNeedNoRewriting) {
    want();
    Leftovers leftovers(hub->database(), database_);
    EXPECT_FALSE(leftovers.clear().error);
    EXPECT_FALSE(was_logged("database_rewritten"));
}

TEST_F(LeftoversTest, WhatACrashCutOffIsMadeUpAtTheNextStart) {
    leave_words();
    pretend_earlier_version();
    want();  // and then the power went
    Leftovers leftovers(hub->database(), database_);
    leftovers.start();
    EXPECT_TRUE(crossdock::testing::eventually(std::chrono::seconds{60}, [&] { return findings(leftovers).empty(); }));
    EXPECT_FALSE(in_files());
    leftovers.stop();
    leftovers.stop();
}

TEST_F(LeftoversTest, WhatAStopCutOffStaysWanted) {
    leave_words();
    pretend_earlier_version();
    want();
    {
        Leftovers leftovers(hub->database(), database_);
        leftovers.stop();
        EXPECT_TRUE(leftovers.clear().error) << "it is told to stop before it begins";
        EXPECT_EQ(findings(leftovers), std::vector<std::string>{"erasure_unfinished"});
    }
    EXPECT_TRUE(in_files());
    Leftovers again(hub->database(), database_);
    EXPECT_FALSE(again.clear().error);
    EXPECT_FALSE(in_files());
}

}  // namespace
}  // namespace crossdock::app
