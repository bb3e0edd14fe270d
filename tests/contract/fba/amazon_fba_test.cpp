// SPDX-License-Identifier: Apache-2.0
// The FBA jobs with the real connector against the simulated seller, whose list of items has Amazon's own fault: a
// freshly signed token for ever. Documented rates, a virtual clock, nothing scripted.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/amazon/factory.h"
#include "jobs/runner.h"
#include "sandbox/amazon/seller.h"
#include "services/accept_cartons.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "support/in_process_http.h"
#include "support/temporary_database.h"
#include "sync/fetch_fba_items.h"
#include "sync/push_cartons.h"
#include "sync/sync_fba.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using sandbox::amazon::ItemPaging;

constexpr const char* kDocuments = "https://tortuga-prod-na.s3-external-1.amazonaws.com";

class AmazonFba : public ::testing::Test {
protected:
    /// `large`: a shipment with so many different items, besides the others.
    void open(ItemPaging paging, int large = 0) {
        sandbox::amazon::SellerOptions options;
        options.public_url = kDocuments;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.items = 600;  // a large shipment has each of its items once
        options.inbound_shipments = 12;
        options.large_shipment_items = large;
        options.real_rates = true;
        options.item_paging = paging;
        seller = sandbox::amazon::make_seller(std::move(options), database.clock);
        for (const char* address : {"https://sellingpartnerapi-na.amazon.com", "https://api.amazon.com", kDocuments})
            http.mount(address, *seller);

        channel = database->write([&](db::Session& session) {
            store::ChannelRepo repo(session);
            const auto id = repo.ensure(database.channel.account_id, "amz-na", domain::Provider::amazon, true,
                                        database.clock.now());
            return *repo.get(*id);
        });
        sync::Channels::Entry entry;
        entry.id = channel.id;
        entry.account_id = channel.account_id;
        entry.factory = factory.get();
        entry.setup.code = "amz-na";
        entry.setup.provider = domain::Provider::amazon;
        entry.setup.credentials = {{"client_id", Secret{"amzn1.application-oa2-client.demo"}},
                                   {"client_secret", Secret{"demo-secret"}},
                                   {"refresh_token", Secret{"Atzr|demo"}}};
        entry.setup.settings_json =
            R"({"region":"na","seller_id":"A3SBXDEMO0SELL","marketplace_ids":["ATVPDKIKX0DER"]})";
        channels.add(std::move(entry));
        const auto add = [&](std::string_view kind, domain::Lane lane, std::unique_ptr<jobs::Handler> handler) {
            jobs::KindOptions kind_options;
            kind_options.lane = lane;
            kind_options.is_push = lane == domain::Lane::push;
            runner.add(std::string{kind}, kind_options, std::move(handler));
        };
        add(services::kSyncFbaShipments, domain::Lane::orders, std::make_unique<sync::SyncFbaShipments>(env));
        add(services::kRefreshFbaStatuses, domain::Lane::bulk, std::make_unique<sync::RefreshFbaStatuses>(env));
        add(services::kFetchFbaItems, domain::Lane::bulk, std::make_unique<sync::FetchFbaItems>(env));
        add(services::kPushCartons, domain::Lane::push, std::make_unique<sync::PushCartons>(env));
    }
    void run_for(std::chrono::milliseconds span) {
        const Timestamp end = database.clock.now() + span;
        for (;;) {
            while (runner.run_one()) {
            }
            const Timestamp next = runner.next_due().value_or(end);
            if (next >= end) return;
            database.clock.advance(std::max<std::chrono::milliseconds>(next - database.clock.now(), 1ms));
        }
    }
    void sync() {
        database->write(
            [&](db::Session& session) { services::ask_for_fba_sync(session, channel, 60, database.clock.now()); });
        run_for(30min);
    }
    std::optional<store::FbaInboundShipment> held(const std::string& id) {
        return database->read([&](db::Session& session) { return store::FbaRepo(session).find(channel.id, id); });
    }
    std::vector<std::string> items(const store::FbaInboundShipment& shipment) {
        return database->read(
            [&](db::Session& session) { return store::FbaRepo(session).items(shipment.id, shipment.items_walk); });
    }
    std::int64_t live_jobs() {
        return database->read(
            [&](db::Session& session) { return static_cast<std::int64_t>(store::JobRepo(session).list({}).size()); });
    }
    store::CartonPush push(const store::FbaInboundShipment& shipment, const std::string& sku, int shipped,
                           int in_case) {
        const std::string uuid = random.uuid();
        const auto answer = database->write([&](db::Session& session) {
            return services::accept_carton(session, channel, {shipment.uuid, {{sku, shipped, in_case}}, std::nullopt},
                                           uuid, database.clock.now());
        });
        EXPECT_TRUE(std::holds_alternative<services::AcceptedCarton>(answer));
        run_for(2h);
        return *database->read(
            [&](db::Session& session) { return store::CartonRepo(session).find(channel.account_id, uuid); });
    }
    void expect_everything_held() {
        int open_shipments = 0;
        for (const auto& shown : seller->inbound()) {
            if (domain::is_final_fba_state(shown.status) || shown.status == "ERROR") continue;
            ++open_shipments;
            const auto shipment = held(shown.id);
            ASSERT_TRUE(shipment) << shown.id << " " << shown.status;
            EXPECT_EQ(shipment->facts.shipment_status, shown.status);
            ASSERT_TRUE(shipment->items_at) << shown.id;
            int shipped = 0;
            int received = 0;
            for (const std::string& text : items(*shipment)) {
                const auto item = nlohmann::json::parse(text);
                shipped += item["QuantityShipped"].get<int>();
                received += item["QuantityReceived"].get<int>();
            }
            EXPECT_EQ(static_cast<int>(items(*shipment).size()), shown.items) << shown.id;
            EXPECT_EQ(shipped, shown.shipped) << shown.id;
            EXPECT_EQ(received, shown.received) << shown.id;
        }
        EXPECT_GT(open_shipments, 3);
        EXPECT_EQ(live_jobs(), 0);
    }

    TemporaryDatabase database;
    SeededRandom random{5};
    InProcessHttp http;
    std::unique_ptr<sandbox::amazon::Seller> seller;
    std::unique_ptr<connectors::ConnectorFactory> factory = connectors::amazon::make_amazon_factory();
    store::Channel channel;
    sync::Channels channels{{http, database.clock, random}};
    sync::Env env{*database, database.clock, random, channels, [] {}, ""};
    jobs::Runner runner{*database, database.clock, random};
};

class AmazonFbaTokens : public AmazonFba, public ::testing::WithParamInterface<ItemPaging> {};

TEST_P(AmazonFbaTokens, HoldsEveryOpenShipmentWithItsItemsWhateverTheTokensDo) {
    open(GetParam());
    sync();
    expect_everything_held();
}

INSTANTIATE_TEST_SUITE_P(Paging, AmazonFbaTokens,
                         ::testing::Values(ItemPaging::frozen, ItemPaging::same_token, ItemPaging::good));

TEST_F(AmazonFba, MoreThanTwoHundredItemsOfOneShipmentAreAllHeld) {
    open(ItemPaging::frozen, 450);
    sync();
    expect_everything_held();
}

TEST_F(AmazonFba, AShipmentThatEndsIsSeenToEnd) {
    open(ItemPaging::frozen);
    sync();
    std::string id;
    for (const auto& shown : seller->inbound())
        if (shown.status == "WORKING" || shown.status == "RECEIVING") id = shown.id;
    ASSERT_NE(id, "");
    seller->end_inbound(id, "CANCELLED");
    database.clock.advance(1h);
    sync();
    ASSERT_TRUE(held(id));
    EXPECT_EQ(held(id)->facts.shipment_status, "CANCELLED");
}

TEST_F(AmazonFba, CartonsArriveAndAmazonsErrorsComeBack) {
    open(ItemPaging::frozen);
    sync();
    std::string id;
    for (const auto& shown : seller->inbound())
        if (held(shown.id) && shown.contents_source == "FEED" && !shown.cases_required) id = shown.id;
    ASSERT_NE(id, "");
    const auto item = nlohmann::json::parse(items(*held(id)).at(0));
    const auto good = push(*held(id), item["SellerSKU"], 1, 1);
    EXPECT_EQ(good.status, "succeeded") << good.error_message.value_or("");
    const auto bad = push(*held(id), "NO-SUCH-SKU", 1, 1);
    EXPECT_EQ(bad.status, "failed");
    EXPECT_NE(bad.error_message.value_or("").find("NO-SUCH-SKU"), std::string::npos) << bad.error_message.value_or("");
    const auto second = push(*held(id), item["SellerSKU"], 1, 1);
    EXPECT_EQ(second.status, "succeeded") << second.error_message.value_or("");
    for (const auto& shown : seller->inbound())
        if (shown.id == id) {
            EXPECT_EQ(shown.cartons, 2) << "the whole shipment in one message, the refused one left out";
            EXPECT_EQ(shown.carton_units, 2);
        }
}

}  // namespace
}  // namespace crossdock::testing
