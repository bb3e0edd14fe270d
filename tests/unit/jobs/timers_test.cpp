// SPDX-License-Identifier: Apache-2.0
#include "jobs/timers.h"

#include <set>
#include <stdexcept>

#include "queue_fixture.h"

namespace crossdock::jobs {
namespace {

class TimersTest : public QueueTest {
protected:
    Timers::MakeSpecs makes(std::string key) {
        return [key](Timestamp) { return std::vector{spec(key)}; };
    }
    std::size_t tick() { return timers_->tick(clock_.now()); }
    /// How often the timers fired within so long, looking whenever something is due.
    std::size_t fired_within(std::chrono::milliseconds span) {
        const auto end = clock_.steady() + span;
        std::size_t fired = tick();
        while (true) {
            const auto wait = timers_->next_due().value() - clock_.now();
            if (clock_.steady() + wait > end) break;
            clock_.advance(wait);
            fired += tick();
        }
        clock_.advance(end - clock_.steady());
        return fired;
    }
    std::unique_ptr<Timers> timers_ = std::make_unique<Timers>(*database_, clock_);
};

TEST_F(TimersTest, FireAtStartAndThenAtTheirInterval) {
    EXPECT_FALSE(timers_->next_due());
    timers_->add("pull", 60s, makes("pull"));
    EXPECT_EQ(timers_->next_due(), kStart);
    EXPECT_EQ(tick(), 1U);
    EXPECT_EQ(tick(), 0U);
    const auto first = *timers_->next_due() - kStart;
    EXPECT_GT(first, 45s);
    EXPECT_LE(first, 60s) << "never later than the interval";
    clock_.advance(first);
    EXPECT_EQ(tick(), 1U);
    EXPECT_EQ(*timers_->next_due() - clock_.now(), 60s);
    EXPECT_EQ(rows(), 1) << "the queue joined them";
}

TEST_F(TimersTest, ManyOfOneIntervalDoNotFireTogether) {
    for (int i = 0; i < 20; ++i) timers_->add("pull:" + std::to_string(i), 60s, makes(std::to_string(i)));
    EXPECT_EQ(tick(), 20U);
    std::set<Timestamp> times;
    std::size_t most = 0;
    for (std::size_t fired = 0; fired < 20;) {
        clock_.advance(*timers_->next_due() - clock_.now());
        const std::size_t now = tick();
        most = std::max(most, now);
        fired += now;
        times.insert(clock_.now());
    }
    EXPECT_LE(most, 2U);
    EXPECT_GE(*times.rbegin() - *times.begin(), 5s);
    EXPECT_EQ(offset_of("pull:1", 1h), offset_of("pull:1", 1h));
    EXPECT_EQ(offset_of("x", 0s), 0s);
}

TEST_F(TimersTest, AreSteadyWhateverTheWallClockDoes) {
    timers_->add("pull", 60s, makes("pull"));
    tick();
    clock_.jump_to(kStart + 24h * 365);
    EXPECT_EQ(tick(), 0U);
    clock_.jump_to(kStart - 24h * 365);
    clock_.advance(60s);
    EXPECT_EQ(tick(), 1U);
    EXPECT_EQ(fired_within(1h), 60U);
}

TEST_F(TimersTest, ALateTickFiresOnce) {
    timers_->add("pull", 60s, makes("pull"));
    tick();
    clock_.advance(24h);
    EXPECT_EQ(tick(), 1U);
    EXPECT_EQ(tick(), 0U);
}

TEST_F(TimersTest, OneThatThrowsDoesNotHoldTheOthersAndIsTriedAgain) {
    bool broken = true;
    timers_->add("bad", 1h, [&](Timestamp) -> std::vector<JobSpec> {
        if (broken) throw std::runtime_error("cannot list the channels");
        return {spec("bad")};
    });
    timers_->add("good", 1h, makes("good"));
    EXPECT_THROW(tick(), std::runtime_error);
    EXPECT_EQ(rows(), 1);
    EXPECT_EQ(timers_->next_due(), kStart + 60s);
    broken = false;
    clock_.advance(60s);
    EXPECT_EQ(tick(), 1U);
}

TEST_F(TimersTest, ReplaceAndRemoveByName) {
    timers_->add("pull", 60s, makes("old"));
    timers_->add("pull", 60s, makes("new"));
    EXPECT_EQ(tick(), 1U);
    EXPECT_EQ(rows("unique_key = 'new'"), 1);
    timers_->remove("pull");
    EXPECT_FALSE(timers_->next_due());
}

TEST_F(TimersTest, GiveTheTimeAndEnqueueAllTheySay) {
    timers_->add("many", 60s, [](Timestamp now) {
        EXPECT_EQ(now, kStart);
        return std::vector{spec("a"), spec("b", Lane::bulk), spec("c", Lane::orders)};
    });
    timers_->add("none", 60s, [](Timestamp) { return std::vector<JobSpec>{}; });
    EXPECT_EQ(tick(), 3U);
    EXPECT_EQ(rows(), 3);
}

}  // namespace
}  // namespace crossdock::jobs
