// SPDX-License-Identifier: Apache-2.0
// A disk that takes nothing any more is seen in health and in the log, with what to do, and so is that it is over.
#include "app/storage.h"

#include "hub_fixture.h"
#include "store/meta.h"
#include "support/power_cut_vfs.h"

namespace crossdock::app {
namespace {

using Disk = crossdock::testing::PowerCutDisk;

template <class Time>
class StorageTest : public HubTest<Time> {
protected:
    StorageTest() {
        HubOptions with = this->options();
        with.database.path = "hub.db";
        with.database.engine_layer = disk.name();
        this->open(std::move(with));
    }
    ~StorageTest() override {
        disk.heal();
        this->hub.reset();  // before its disk
    }
    void write(const std::string& value) {
        this->hub->database().write([&](db::Session& session) { store::set_meta(session, "test", value); });
    }
    [[nodiscard]] std::size_t times_logged(const std::string& text) const {
        const auto lines = this->quiet.lines();
        return static_cast<std::size_t>(std::count_if(
            lines.begin(), lines.end(), [&](const auto& line) { return line.find(text) != std::string::npos; }));
    }

    Disk disk;
};

using Storage = StorageTest<ManualClock>;
using StorageOfARunningHub = StorageTest<SystemClock>;

TEST_F(Storage, ThatIsFullIsAFindingWithItsNextStepUntilSomethingWasWrittenAgain) {
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "writes_fail"), nullptr);
    disk.fail(Disk::Fault::full, 1, true);
    EXPECT_THROW(write("a"), db::Failure);
    const auto report = look_at_health(hub->env(), hub->runner());
    const auto* finding = find(report, "writes_fail");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->severity, "error");
    EXPECT_FALSE(finding->account) << "every key sees it";
    EXPECT_NE(finding->message.find("nothing can be stored: the disk is full"), std::string::npos) << finding->message;
    EXPECT_NE(finding->next_step.find("free space at "), std::string::npos) << finding->next_step;
    EXPECT_TRUE(report.ready) << "reads go on";
    EXPECT_NE(hub->metrics_text().find("crossdock_database_writes_fail 1"), std::string::npos);
    disk.heal();
    write("a");
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "writes_fail"), nullptr);
    EXPECT_NE(hub->metrics_text().find("crossdock_database_writes_fail 0"), std::string::npos);
}

TEST_F(StorageOfARunningHub, SaysSoByItselfAndGoesOnByItself) {
    hub->start();
    const auto tells = [&] { return find(hub->health(), "writes_fail") != nullptr; };
    disk.fail(Disk::Fault::full, 1, true);
    EXPECT_THROW(write("a"), db::Failure);
    EXPECT_TRUE(eventually(60s, tells));
    EXPECT_TRUE(eventually(60s, [&] { return was_logged("writes_fail"); }));
    EXPECT_TRUE(was_logged("free space at ")) << "the log says what to do";
    disk.heal();
    EXPECT_TRUE(eventually(60s, [&] { return !tells(); })) << "nobody else writes";
}

TEST_F(Storage, IsToldInTheLogOnceAMinuteAndOnceThatItIsOver) {
    StorageWatch watch(clock);
    const auto look_for = [&](std::chrono::seconds long_) {
        for (auto left = long_; left.count() > 0; --left) {
            watch.look(hub->database());
            clock.advance(1s);
        }
    };
    look_for(5s);
    EXPECT_EQ(times_logged("writes_"), 0U);
    disk.fail(Disk::Fault::full, 1, true);
    EXPECT_THROW(write("a"), db::Failure);
    look_for(59s);
    EXPECT_EQ(times_logged("writes_fail"), 1U);
    look_for(60s);
    EXPECT_EQ(times_logged("writes_fail"), 2U);
    EXPECT_EQ(times_logged("writes_again"), 0U);
    disk.heal();
    write("a");
    look_for(60s);
    EXPECT_EQ(times_logged("writes_fail"), 2U);
    EXPECT_EQ(times_logged("writes_again"), 1U);
}

TEST_F(Storage, ThatFailsEveryRequestDoesNotFloodTheLog) {
    hub->router().add({"GET", "/test", [](const http::Request&) -> http::Response {
                           throw db::Failure(db::Failure::Kind::full, "database or disk is full");
                       }});
    const auto ask = [&] {
        http::Request request;
        request.method = "GET";
        request.path = "/test";
        request.request_id = "ab12";
        EXPECT_EQ(hub->router().dispatch(request).status, 503) << "every client is told";
        clock.advance(500ms);
    };
    for (int i = 0; i < 120; ++i) ask();
    EXPECT_EQ(times_logged("database_failure"), 1U);
    EXPECT_EQ(times_logged("path=/test"), 1U) << "with one of the requests";
    EXPECT_EQ(times_logged("request_id=ab12"), 1U);
    ask();
    EXPECT_EQ(times_logged("database_failure"), 2U);
    EXPECT_EQ(times_logged("repeats=119"), 1U);
}

TEST(Room, ThatIsAlmostGoneIsSaidBeforeTheFirstWriteFails) {
    platform::DiskSpace space;
    space.free_bytes = 12ULL * 1024 * 1024;
    const auto finding = finding_of_room(space, "/var/lib/crossdock");
    ASSERT_TRUE(finding);
    EXPECT_EQ(finding->code, "disk_full");
    EXPECT_EQ(finding->part, api::HealthPart::disk_room) << "doctor looks at that itself";
    EXPECT_EQ(finding->severity, "error");
    EXPECT_NE(finding->message.find("12 MB are free"), std::string::npos) << finding->message;
    EXPECT_NE(finding->next_step.find("make room at /var/lib/crossdock"), std::string::npos) << finding->next_step;
    space.free_bytes = static_cast<std::uint64_t>(kAlmostNoRoom);
    EXPECT_FALSE(finding_of_room(space, "/var/lib/crossdock"));
}

TEST(Room, EveryReasonWhyNothingCanBeStoredHasItsOwnNextStep) {
    using Kind = db::Failure::Kind;
    const std::pair<Kind, const char*> expected[] = {{Kind::full, "free space at /data"},
                                                     {Kind::io, "failing, gone, or mounted read-only"},
                                                     {Kind::busy, "end the program"},
                                                     {Kind::corrupt, "crossdock restore FILE"}};
    for (const auto& [kind, step] : expected)
        EXPECT_NE(finding_of_failed_writes(kind, "/data").next_step.find(step), std::string::npos) << step;
}

}  // namespace
}  // namespace crossdock::app
