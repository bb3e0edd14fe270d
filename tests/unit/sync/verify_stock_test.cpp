// SPDX-License-Identifier: Apache-2.0
// Pushed figures read back, against a channel that shows whatever the test wants.
#include "sync/verify_stock.h"

#include <gtest/gtest.h>

#include "services/record_items.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "store/item_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "support/temporary_database.h"
#include "sync/pull_orders.h"
#include "sync/push_stock.h"

namespace crossdock::sync {
namespace {

using namespace std::chrono_literals;
using connectors::StockLine;

struct Shelf final : connectors::StockSink {
    std::optional<std::int64_t> shown = 10;  // of whatever is asked for
    std::optional<Error> failure;
    int reads = 0;
    std::size_t lines = 0;
    [[nodiscard]] std::size_t max_batch() const override { return 250; }
    std::vector<connectors::PushOutcome> push_stock(std::span<const StockLine> sent, const std::string&) override {
        return std::vector<connectors::PushOutcome>(sent.size());
    }
    [[nodiscard]] bool can_read_stock() const override { return true; }
    Result<std::vector<std::optional<std::int64_t>>> read_stock(std::span<const StockLine> asked) override {
        ++reads;
        lines += asked.size();
        if (failure) return *failure;
        return std::vector<std::optional<std::int64_t>>(asked.size(), shown);
    }
};
struct Connector final : connectors::Connector {
    explicit Connector(Shelf& shelf) : shelf_(shelf) {}
    Result<std::string> check_access(std::vector<domain::Problem>&) override { return std::string{"{}"}; }
    connectors::StockSink* stock_sink() override { return &shelf_; }
    Shelf& shelf_;
};
struct Factory final : connectors::ConnectorFactory {
    explicit Factory(Shelf& shelf) : shelf_(shelf) {}
    [[nodiscard]] domain::Provider provider() const override { return domain::Provider::shopify; }
    [[nodiscard]] std::vector<std::string> check_setup(const connectors::ChannelSetup&) const override { return {}; }
    [[nodiscard]] std::shared_ptr<connectors::SharedChannelState> share(const connectors::ChannelSetup&, connectors::Runtime) const override {
        return std::make_shared<connectors::SharedChannelState>();
    }
    [[nodiscard]] std::unique_ptr<connectors::Connector> open(const connectors::ChannelSetup&, const std::string&,
                                                              std::shared_ptr<connectors::SharedChannelState>,
                                                              connectors::Runtime) const override {
        return std::make_unique<Connector>(shelf_);
    }
    Shelf& shelf_;
};
struct NoHttp final : net::HttpClient {
    Result<net::HttpResponse> send(const net::HttpRequest&) override { return Error{ErrorKind::unavailable, "net_not_sent", ""}; }
    Result<net::HttpResponse> download(const net::HttpRequest& request, const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}
};

class ReadBack : public ::testing::Test {
protected:
    explicit ReadBack(bool verify = true) {
        Channels::Entry entry;
        entry.id = database.channel.id;
        entry.account_id = database.channel.account_id;
        entry.factory = &factory;
        entry.settings.verify_stock = verify;
        channels.add(std::move(entry));
        domain::Item item;
        item.variant_id = "41002";
        item.location_id = "70001";
        item.sku = "MUG-01";
        database->write([&](db::Session& session) {
            const std::string members = "{}";
            item_ = store::ItemRepo(session)
                        .upsert({database.channel.account_id, database.channel.id, item, members, "h", 0, database.clock.now()})
                        .first;
        });
    }

    /// The ERP sends a figure, and it is pushed.
    void push(std::int64_t quantity) {
        database->write([&](db::Session& session) {
            store::InventoryUpdate update;
            update.account_id = database.channel.account_id;
            update.channel_id = database.channel.id;
            update.item_id = item_;
            update.sku = "MUG-01";
            update.location_id = "70001";
            update.target = "41002@70001";
            update.quantity = quantity;
            update.status = "pending";
            store::InventoryRepo(session).insert(update, database.clock.now());
        });
        domain::Job job;
        job.channel_id = database.channel.id;
        jobs::JobContext context{job};
        EXPECT_EQ(PushStock(env).run(context).kind, jobs::JobOutcome::Kind::done);
    }
    std::optional<domain::Job> queued() {
        return database->read([&](db::Session& session) {
            return store::JobRepo(session).find_live("verify_stock:" + std::to_string(database.channel.id.value));
        });
    }
    jobs::JobOutcome look() {
        domain::Job job;
        job.channel_id = database.channel.id;
        jobs::JobContext context{job};
        return VerifyStock(env).run(context);
    }
    /// Orders have been pulled up to now.
    void orders_pulled() {
        database->write([&](db::Session& session) {
            store::Stream stream = store::StreamRepo(session).load(database.channel.id, kOrdersStream);
            stream.watermark = database.clock.now();
            store::StreamRepo(session).save(stream);
        });
    }
    void order_changed() {
        services::FetchedOrder fetched{"1001", database.clock.now(), "{}", store::content_hash("{}"), domain::Order{}, {}};
        domain::Order order;
        order.external_order_id = "1001";
        order.currency = "USD";
        order.ordered_at = order.last_remote_update_at.emplace(database.clock.now());
        domain::OrderLine line;
        line.external_line_id = "1";
        line.sku = "MUG-01";
        line.variant_id = "41002";
        line.quantity = line.shippable_quantity = 1;
        order.lines.push_back(line);
        fetched.order = order;
        database->write([&](db::Session& session) { services::record_order(session, database.channel, fetched, database.clock.now()); });
    }
    std::string problem() {
        return database->read([&](db::Session& session) -> std::string {
            const auto open = store::ProblemRepo(session).about(database.channel.account_id, database.channel.id, "stock", "41002@70001");
            return open.empty() ? "" : open.front().code + ": " + open.front().message;
        });
    }

    crossdock::testing::TemporaryDatabase database;
    SeededRandom random{3};
    NoHttp http;
    Shelf shelf;
    Factory factory{shelf};
    Channels channels{{http, database.clock, random}};
    Env env{*database, database.clock, random, channels, [] {}, ""};
    ItemId item_;
};

TEST_F(ReadBack, WhatIsShownIsWell) {
    push(10);
    ASSERT_TRUE(queued());
    EXPECT_EQ(queued()->run_at, database.clock.now() + 5min) << "not before the channel shows it";
    database.clock.advance(5min);
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::done);
    EXPECT_EQ(shelf.lines, 1U);
    EXPECT_EQ(problem(), "");
    look();
    EXPECT_EQ(shelf.lines, 1U) << "each sample once";
}

TEST_F(ReadBack, NamesWhatDiffersAtTheSecondLook) {
    push(10);
    shelf.shown = 7;
    database.clock.advance(5min);
    const auto first = look();
    EXPECT_EQ(first.kind, jobs::JobOutcome::Kind::again);
    EXPECT_EQ(first.delay, 10min);
    EXPECT_EQ(problem(), "") << "it may be on its way";
    database.clock.advance(10min);
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::again) << "an order that has not been pulled yet may explain it";
    EXPECT_EQ(problem(), "");
    orders_pulled();
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::done);
    EXPECT_EQ(problem().substr(0, 80), "stock_differs: item MUG-01 at location 70001: sent 10, the channel shows 7, and ");
    push(10);
    EXPECT_EQ(problem(), "") << "the next push of the item closes it";
}

TEST_F(ReadBack, AnOrderExplainsIt) {
    push(10);
    shelf.shown = 9;
    database.clock.advance(5min);
    look();
    order_changed();
    database.clock.advance(10min);
    orders_pulled();
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::done);
    EXPECT_EQ(problem(), "");
}

TEST_F(ReadBack, ANewerFigureMakesItMoot) {
    push(10);
    shelf.shown = 7;
    database.clock.advance(5min);
    look();
    push(7);
    database.clock.advance(10min);
    orders_pulled();
    look();
    EXPECT_EQ(problem(), "");
}

TEST_F(ReadBack, IsBoundedHoweverOftenThePushesCome) {
    push(10);
    database.clock.advance(5min);
    look();
    push(10'000);
    ASSERT_TRUE(queued());
    EXPECT_EQ(queued()->run_at, database.clock.now()) << "the job that waits keeps its time";
    database->write([&](db::Session& session) {
        const auto job = store::JobRepo(session).find_live("verify_stock:" + std::to_string(database.channel.id.value));
        EXPECT_TRUE(store::JobRepo(session).discard(job->id, database.clock.now()));
    });
    push(10'001);
    EXPECT_EQ(queued()->run_at, database.clock.now() + 20min) << "three looks an hour";
}

TEST_F(ReadBack, AChannelThatDoesNotAnswerIsNotCalledUnwellForIt) {
    push(10);
    shelf.failure = Error{ErrorKind::unavailable, "net_no_answer", ""};
    database.clock.advance(5min);
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::again);
    shelf.failure = Error{ErrorKind::rate_limited, "slow", "", 30s};
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::wait);
    EXPECT_EQ(problem(), "");
    database.clock.advance(7h);
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::done) << "too old to say anything";
}

TEST_F(ReadBack, WhatIsNotCountedThereIsLeftAlone) {
    push(10);
    shelf.shown.reset();
    database.clock.advance(5min);
    EXPECT_EQ(look().kind, jobs::JobOutcome::Kind::done);
    EXPECT_EQ(problem(), "");
}

class SwitchedOff : public ReadBack {
protected:
    SwitchedOff() : ReadBack(false) {}
};
TEST_F(SwitchedOff, NothingIsAsked) {
    push(10);
    EXPECT_FALSE(queued());
    look();
    EXPECT_EQ(shelf.reads, 0);
}

}  // namespace
}  // namespace crossdock::sync
