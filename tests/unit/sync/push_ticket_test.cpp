// SPDX-License-Identifier: Apache-2.0
// Stock that a channel takes as a feed and answers later: the ticket, its reading line by line, and what may go wrong.
#include <functional>
#include <map>

#include "scripted_channel.h"
#include "store/inventory_repo.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using connectors::PushOutcome;
using connectors::StockLine;
using State = PushOutcome::State;
using Outcomes = std::vector<PushOutcome>;

PushOutcome accepted(std::optional<std::chrono::milliseconds> after = 2min) {
    return {State::accepted, "", "", "feed-1", after};
}
PushOutcome done() { return {}; }
PushOutcome refused(const std::string& words) { return {State::failed, "amazon_90111", words, "", {}}; }

struct Feed final : connectors::StockSink {
    Outcomes sent_answer, asked_answer;  // for all lines, when there is one; else line by line
    std::vector<std::vector<std::int64_t>> sent;
    std::vector<std::string> keys, tickets;
    std::function<void()> on_push;
    [[nodiscard]] std::size_t max_batch() const override { return 10; }
    Outcomes push_stock(std::span<const StockLine> lines, const std::string& key) override {
        std::vector<std::int64_t> figures;
        for (const StockLine& line : lines) figures.push_back(line.quantity);
        sent.push_back(figures);
        keys.push_back(key);
        if (on_push) on_push();
        return spread(sent_answer, lines.size());
    }
    Outcomes check_stock(std::span<const StockLine> lines, const std::string& ticket) override {
        tickets.push_back(ticket);
        return spread(asked_answer, lines.size());
    }
    static Outcomes spread(const Outcomes& answer, std::size_t lines) {
        return answer.size() == 1 ? Outcomes(lines, answer[0]) : answer;
    }
};

class Tickets : public SyncTest {
protected:
    Tickets() : SyncTest(domain::Provider::amazon) {
        script.stock = &feed;
        feed.sent_answer = {accepted()};
    }
    void want(const std::string& sku, std::int64_t quantity) {
        database->write([&](db::Session& session) {
            store::InventoryUpdate update;
            update.account_id = database.channel.account_id;
            update.channel_id = database.channel.id;
            update.sku = sku;
            update.target = sku;
            update.quantity = quantity;
            update.status = "pending";
            store::InventoryRepo(session).insert(update, database.clock.now());
        });
    }
    JobOutcome push() { return run<PushStock>(push_stock_job(database.channel, database.clock.now())); }
    /// Of all figures, as they were asked for: "MUG 5 succeeded".
    std::vector<std::string> figures() {
        return database->read([&](db::Session& session) {
            std::vector<std::string> rows;
            db::Statement statement(
                session, "SELECT sku || ' ' || quantity || ' ' || status FROM inventory_updates ORDER BY id");
            while (statement.step()) rows.push_back(statement.string(0));
            return rows;
        });
    }
    Feed feed;
};
using Rows = std::vector<std::string>;

TEST_F(Tickets, AreAskedWithUntilTheChannelTells) {
    want("MUG", 5);
    want("CUP", 7);
    auto outcome = push();
    EXPECT_EQ(outcome.kind, Kind::wait);
    EXPECT_EQ(outcome.delay, 2min) << "when the channel said";
    EXPECT_EQ(outcome.error->code, "channel_works_on_it");
    feed.asked_answer = {accepted(90s)};
    for (int looks = 0; looks < 3; ++looks) EXPECT_EQ(push().delay, 90s);
    EXPECT_EQ(figures(), (Rows{"MUG 5 processing", "CUP 7 processing"}));
    EXPECT_TRUE(problems().empty()) << "that a feed takes its time is no problem";
    feed.asked_answer = {done()};
    EXPECT_EQ(push().kind, Kind::again);
    EXPECT_EQ(push().kind, Kind::done);
    EXPECT_EQ(figures(), (Rows{"MUG 5 succeeded", "CUP 7 succeeded"}));
    EXPECT_EQ(feed.sent.size(), 1U) << "sent once";
    EXPECT_EQ(feed.tickets, std::vector<std::string>(4, "feed-1"));
    EXPECT_EQ(number("count(*) FROM stock_batches WHERE state = 'done' AND ticket IS NULL"), 1);
    EXPECT_EQ(number("count(*) FROM events WHERE type = 'inventory.pushed'"), 2);
}

TEST_F(Tickets, AreReadLineByLine) {
    want("MUG", 5);
    want("CUP", 7);
    push();
    feed.asked_answer = {done(), refused("SKU does not exist")};
    push();
    EXPECT_EQ(figures(), (Rows{"MUG 5 succeeded", "CUP 7 failed"}));
    EXPECT_EQ(text("error_message FROM inventory_updates WHERE sku = 'CUP'"), "SKU does not exist");
    EXPECT_EQ(problems(), Rows{"stock CUP amazon_90111"});
}

TEST_F(Tickets, HoldBackNewerFiguresUntilTheOlderOnesHaveTheirEnd) {
    want("MUG", 5);
    push();
    want("MUG", 4);
    want("CUP", 1);
    feed.asked_answer = {accepted()};
    push();
    push();
    EXPECT_EQ(feed.sent.size(), 1U) << "an older figure could take effect after a newer one";
    feed.asked_answer = {done()};
    EXPECT_EQ(push().kind, Kind::again);
    push();
    EXPECT_EQ(feed.sent.back(), (std::vector<std::int64_t>{4, 1}));
}

TEST_F(Tickets, LieInTheDatabase) {
    want("MUG", 5);
    push();
    EXPECT_EQ(text("ticket FROM stock_batches WHERE state = 'accepted'"), "feed-1");
    // A fresh process knows nothing but the database: run() makes handler and connector anew each time.
    feed.asked_answer = {done()};
    push();
    EXPECT_EQ(feed.tickets, Rows{"feed-1"});
    EXPECT_EQ(figures(), Rows{"MUG 5 succeeded"});
}

TEST_F(Tickets, ThatTheChannelDoesNotKnowAnyMoreMakeTheBatchGoOutAgainUnderAnotherKey) {
    want("MUG", 5);
    push();
    feed.asked_answer = {{State::unknown, "no_such_feed", "unknown feed", "", {}}};
    EXPECT_EQ(push().kind, Kind::again);
    feed.sent_answer = {done()};
    EXPECT_EQ(push().kind, Kind::done);
    EXPECT_EQ(feed.sent.size(), 2U);
    EXPECT_NE(feed.keys[0], feed.keys[1]);
    EXPECT_EQ(figures(), Rows{"MUG 5 succeeded"});
}

TEST_F(Tickets, OfLinesThatWereToldInPartKeepWhatWasToldAndSendTheRestAgain) {
    want("MUG", 5);
    want("CUP", 7);
    push();
    feed.asked_answer = {done(), {State::unknown, "", "", "", {}}};
    push();
    EXPECT_EQ(figures(), (Rows{"MUG 5 succeeded", "CUP 7 processing"}));
    feed.sent_answer = {done()};
    push();
    EXPECT_EQ(feed.sent.back(), (std::vector<std::int64_t>{7}));
    EXPECT_EQ(figures(), (Rows{"MUG 5 succeeded", "CUP 7 succeeded"}));
}

TEST_F(Tickets, WithTooFewAnswersLoseNoLine) {
    want("MUG", 5);
    want("CUP", 7);
    push();
    feed.asked_answer = {};
    EXPECT_EQ(push().kind, Kind::again);
    EXPECT_EQ(figures(), (Rows{"MUG 5 processing", "CUP 7 processing"}));
    feed.sent_answer = {done()};
    push();
    EXPECT_EQ(figures(), (Rows{"MUG 5 succeeded", "CUP 7 succeeded"}));
}

TEST_F(Tickets, ThatAreNeverAnsweredAreGivenUpAfterADay) {
    want("MUG", 5);
    push();
    feed.asked_answer = {accepted()};
    for (auto waited = 0min; waited <= 24h; waited += 30min) {
        EXPECT_EQ(push().kind, Kind::wait) << waited.count();
        database.clock.advance(30min);
    }
    EXPECT_EQ(push().kind, Kind::again) << "a channel that has not told by now will not tell";
    feed.sent_answer = {done()};
    push();
    EXPECT_EQ(feed.sent.size(), 2U);
    EXPECT_NE(feed.keys[0], feed.keys[1]);
    EXPECT_EQ(figures(), Rows{"MUG 5 succeeded"});
}

TEST_F(Tickets, ThatAreLostEachTimeAreGivenUpInWordsAndHoldUpNothingNewer) {
    want("MUG", 5);
    want("CUP", 7);
    feed.asked_answer = {{State::unknown, "amazon_feed_fatal", "Amazon broke the feed off", "", {}}};
    for (int times = 1; times <= 5; ++times) {
        EXPECT_EQ(push().kind, Kind::wait) << "sent, the " << times << ". time";
        EXPECT_EQ(push().kind, Kind::again) << "lost";
        if (times == 1) {
            EXPECT_EQ(problems(), Rows{"stream stock feed_lost"}) << "nobody may wait for it in silence";
            want("MUG", 4);
            feed.asked_answer = {done(), feed.asked_answer[0]};  // one line is told, the other is not
        } else if (times == 2) {
            feed.asked_answer.erase(feed.asked_answer.begin());
        }
    }
    EXPECT_EQ(figures(), (Rows{"MUG 5 succeeded", "CUP 7 failed", "MUG 4 pending"}));
    const std::string words = text("error_message FROM inventory_updates WHERE sku = 'CUP'");
    EXPECT_NE(words.find("Amazon broke the feed off; after 5 feeds it is given up"), std::string::npos) << words;
    EXPECT_EQ(problems(), Rows{"stock CUP amazon_feed_fatal"});
    EXPECT_EQ(feed.sent.size(), 5U);
    feed.sent_answer = {done()};
    push();
    EXPECT_EQ(feed.sent.back(), std::vector<std::int64_t>{4}) << "the newer figure leaves";
}

TEST_F(Tickets, BesideLinesThatWereAnsweredAtOnceAreForTheOthersOnly) {
    want("MUG", 5);
    want("CUP", 7);
    feed.sent_answer = {refused("SKU does not exist"), accepted()};
    EXPECT_EQ(push().kind, Kind::wait);
    EXPECT_EQ(figures(), (Rows{"MUG 5 failed", "CUP 7 processing"}));
    feed.asked_answer = {done()};
    push();
    EXPECT_EQ(figures(), (Rows{"MUG 5 failed", "CUP 7 succeeded"}));
}

// ---- what went out (sent_quantity)

class SentQuantity : public Tickets {
protected:
    static PushOutcome as_unsent(PushOutcome outcome) {
        outcome.unsent = true;
        return outcome;
    }
    static PushOutcome no_answer() { return {State::unknown, "net_timeout", "no answer came", "", {}}; }
    /// Of all figures: "MUG - failed", or with the figure that went out.
    Rows sent() {
        return database->read([&](db::Session& session) {
            Rows rows;
            db::Statement statement(session,
                                    "SELECT sku || ' ' || coalesce(sent_quantity, '-') || ' ' || status FROM "
                                    "inventory_updates ORDER BY id");
            while (statement.step()) rows.push_back(statement.string(0));
            return rows;
        });
    }
};

TEST_F(SentQuantity, IsEmptyForWhatTheConnectorRefusedByItselfAndNotForWhatTheChannelRefused) {
    want("MUG", 5);
    want("CUP", 7);
    want("JUG", 9);
    feed.sent_answer = {as_unsent(refused("no such location")), refused("SKU does not exist"), done()};
    push();
    EXPECT_EQ(sent(), (Rows{"MUG - failed", "CUP 7 failed", "JUG 9 succeeded"}));
}

TEST_F(SentQuantity, IsEmptyWhereThereWasNothingToDo) {
    want("MUG", 5);
    feed.sent_answer = {as_unsent({State::succeeded, "not_tracked", "nothing to set", "", {}})};
    push();
    EXPECT_EQ(sent(), Rows{"MUG - succeeded"});
}

TEST_F(SentQuantity, StaysWhenAnEarlierAttemptMayHaveHadItsEffect) {
    want("MUG", 5);
    feed.sent_answer = {no_answer()};
    push();
    EXPECT_EQ(sent(), Rows{"MUG 5 processing"});
    feed.sent_answer = {as_unsent(refused("no such location"))};
    push();
    EXPECT_EQ(sent(), Rows{"MUG 5 failed"});
}

TEST_F(SentQuantity, IsWrittenBeforeTheFigureLeavesSoThatACrashLeavesIt) {
    want("MUG", 5);
    struct Crash {};
    feed.on_push = [&] {
        EXPECT_EQ(sent(), Rows{"MUG 5 processing"});
        throw Crash{};
    };
    EXPECT_THROW(push(), Crash);
    feed.on_push = {};
    feed.sent_answer = {as_unsent(refused("no such location"))};
    push();
    EXPECT_EQ(sent(), Rows{"MUG 5 failed"}) << "what became of the first attempt is not known";
}

TEST_F(SentQuantity, IsEmptyWhileAFigureWaitsThatNoRequestLeftFor) {
    want("MUG", 5);
    feed.sent_answer = {as_unsent({State::retry, "feed_next", "after the feed before it", "", {}})};
    push();
    EXPECT_EQ(sent(), Rows{"MUG - pending"});
    feed.sent_answer = {as_unsent(refused("no such location"))};
    push();
    EXPECT_EQ(sent(), Rows{"MUG - failed"});
}

}  // namespace
}  // namespace crossdock::sync
