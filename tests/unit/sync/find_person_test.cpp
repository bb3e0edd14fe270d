// SPDX-License-Identifier: Apache-2.0
// A channel tells of a closed account: only where the hub holds orders of that person is anything to be done.
#include "sync/find_person.h"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "scripted_channel.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "store/erasure_repo.h"
#include "sync/receive_webhook.h"

namespace crossdock::sync {
namespace {

using namespace testing;
using Codes = std::vector<std::string>;

/// Tells of a person; genuine, whatever the call.
struct Closing final : connectors::WebhookSource {
    Result<connectors::WebhookNotice> verify(const connectors::WebhookCall&) override {
        connectors::WebhookNotice notice;
        notice.delivery_id = "n1";
        notice.topic = "MARKETPLACE_ACCOUNT_DELETION";
        notice.subject = connectors::WebhookNotice::Subject::erasure;
        notice.external_id = names;
        return notice;
    }
    Result<std::vector<std::string>> ensure_subscriptions(const std::string&) override {
        return std::vector<std::string>{};
    }
    std::string names = "kiln_fan\nu-77";
};

class FindPersonTest : public SyncTest {
protected:
    void hold(const std::string& id, const std::string& buyer) {
        const std::string payload = R"({"orderId":")" + id + R"(","buyer":{"username":")" + buyer + R"("}})";
        domain::Order order;
        order.external_order_id = id;
        order.currency = "USD";
        order.ordered_at = database.clock.now();
        services::OrderReader reader;
        reader.map = [order](std::string_view) -> Result<domain::Order> { return order; };
        database->write([&](db::Session& session) {
            services::record_order(session, database.channel,
                                   {id, database.clock.now(), payload, store::content_hash(payload), order, {}, reader},
                                   database.clock.now());
        });
    }
    void ask(const Codes& names) {
        database->write(
            [&](db::Session& session) { ask_for_person(session, database.channel, names, database.clock.now()); });
    }
    JobOutcome look() { return run<FindPerson>(find_person_job(database.channel, database.clock.now())); }
    JobOutcome look(const Codes& names) {
        ask(names);
        return look();
    }
    std::string waiting() { return text("value FROM meta WHERE name LIKE 'closed_accounts:%'"); }
    store::OrderToErase order_named(const std::string& name) {
        return database->read([&](db::Session& session) {
            return store::ErasureRepo(session)
                .naming(database.channel.id, {name}, OrderId{0}, OrderId{1'000'000})
                .at(0);
        });
    }
};

TEST_F(FindPersonTest, NamesTheOrdersOfThePersonAndNoOthers) {
    hold("1", "kiln_fan");
    hold("2", "somebody");
    hold("3", "u-77");
    hold("4", "kiln_fan_2");
    EXPECT_EQ(look({"kiln_fan", "u-77"}).kind, Kind::done);
    EXPECT_THAT(problems(), ::testing::UnorderedElementsAre("channel erasure 1 erasure_requested",
                                                            "channel erasure 3 erasure_requested"));
    const std::string id = std::to_string(order_named("kiln_fan").id.value);
    EXPECT_NE(text("message FROM problems WHERE subject_key = 'erasure 1'").find("crossdock erase --order id:" + id + ","),
              std::string::npos);
}

TEST_F(FindPersonTest, SaysNothingOfAPersonWhoNeverBoughtHere) {
    hold("1", "somebody");
    EXPECT_EQ(look({"kiln_fan"}).kind, Kind::done);
    EXPECT_EQ(problems(), Codes{});
}

TEST_F(FindPersonTest, IsOverOnceTheOrderIsErased) {
    hold("1", "kiln_fan");
    look({"kiln_fan"});
    const store::OrderToErase order = order_named("kiln_fan");
    database->write([&](db::Session& session) { store::ErasureRepo(session).erase(order); });
    EXPECT_EQ(problems(), Codes{});
    look({"kiln_fan"});
    EXPECT_EQ(problems(), Codes{}) << "nothing of the person is left to be found";
}

TEST_F(FindPersonTest, GoesThroughALargeStoreInPieces) {
    hold("1", "somebody");
    hold("2", "kiln_fan");
    database->write([&](db::Session& session) {
        db::Statement(session, "UPDATE orders SET id = 25000 WHERE external_order_id = '2'").exec();
    });
    EXPECT_EQ(look({"kiln_fan"}).kind, Kind::again);
    ask({"somebody"});  // while it looks: for the next walk
    EXPECT_EQ(look().kind, Kind::again);
    EXPECT_EQ(problems(), Codes{});
    EXPECT_EQ(look().kind, Kind::again) << "with a next walk";
    EXPECT_EQ(problems(), Codes{"channel erasure 2 erasure_requested"});
    EXPECT_EQ(waiting(), "somebody") << "the others are forgotten";
    job_cursor = "20000/2";  // as after an end of the process in the last moment
    EXPECT_EQ(look().kind, Kind::again);
    EXPECT_EQ(waiting(), "somebody") << "who came later is still to be looked for";
    // No other call comes: this job is the only one that looks.
    EXPECT_EQ(look().kind, Kind::again);
    EXPECT_EQ(look().kind, Kind::again);
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_THAT(problems(), ::testing::UnorderedElementsAre("channel erasure 1 erasure_requested",
                                                            "channel erasure 2 erasure_requested"));
    EXPECT_EQ(waiting(), "");
}

/// Tells that order 1 has changed; genuine, whatever the call.
struct Changing final : connectors::WebhookSource {
    Result<connectors::WebhookNotice> verify(const connectors::WebhookCall&) override {
        connectors::WebhookNotice notice;
        notice.delivery_id = "n" + std::to_string(++calls);
        notice.topic = "orders/updated";
        notice.subject = connectors::WebhookNotice::Subject::order;
        notice.external_id = "1";
        return notice;
    }
    Result<std::vector<std::string>> ensure_subscriptions(const std::string&) override {
        return std::vector<std::string>{};
    }
    int calls = 0;
};

TEST_F(FindPersonTest, ACallAboutAnErasedOrderIsKeptWithoutItsBuyer) {
    Changing changing;
    script.webhooks = &changing;
    hold("1", "kiln_fan");
    const std::vector<std::pair<std::string, std::string>> query;
    const net::Headers headers;
    const connectors::WebhookCall call{"POST", "/hooks/x", query, headers, R"({"id":"1","buyer":"kiln_fan"})"};
    const auto naming = [&] { return text("count(*) FROM webhooks_received WHERE instr(body, 'kiln_fan') > 0"); };
    EXPECT_EQ(receive_webhook(env, database.channel.code, call).verdict, WebhookVerdict::accepted);
    EXPECT_EQ(naming(), "1");
    const store::OrderToErase order = order_named("kiln_fan");
    database->write([&](db::Session& session) { store::ErasureRepo(session).erase(order); });
    EXPECT_EQ(receive_webhook(env, database.channel.code, call).verdict, WebhookVerdict::accepted);
    EXPECT_EQ(naming(), "0");
    EXPECT_EQ(text("count(*) FROM webhooks_received"), "2");
}

TEST_F(FindPersonTest, ACallAboutAClosedAccountIsLookedInto) {
    Closing closing;
    script.webhooks = &closing;
    const std::vector<std::pair<std::string, std::string>> query;
    const net::Headers headers;
    const connectors::WebhookCall call{"POST", "/hooks/x", query, headers, R"({"notification":{}})"};
    EXPECT_EQ(receive_webhook(env, database.channel.code, call).verdict, WebhookVerdict::accepted);
    EXPECT_EQ(live(kFindPerson), 1);
    EXPECT_EQ(waiting(), "kiln_fan\nu-77");
    EXPECT_EQ(text("body FROM webhooks_received"), store::kErasedPayload) << "the person is not kept a second time";
    EXPECT_EQ(problems(), Codes{}) << "most closed accounts never bought anything here";
    EXPECT_EQ(look().kind, Kind::done);
    EXPECT_EQ(waiting(), "");
}

}  // namespace
}  // namespace crossdock::sync
