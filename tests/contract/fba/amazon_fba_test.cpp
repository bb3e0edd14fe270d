// SPDX-License-Identifier: Apache-2.0
// The FBA jobs with the real connector against the simulated seller, whose list of items has Amazon's own fault: a
// freshly signed token for ever. Documented rates, a virtual clock, nothing scripted.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
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
#include "sync/find_fba_plans.h"
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
    void open(ItemPaging paging, int large = 0, const std::string& more_settings = "", int shipments_per_plan = 1) {
        sandbox::amazon::SellerOptions options;
        options.shipments_per_plan = shipments_per_plan;
        options.public_url = kDocuments;
        options.orders = 0;
        options.orders_per_hour = 0;
        options.items = 600;  // a large shipment has each of its items once
        options.inbound_shipments = 12;
        options.large_shipment_items = large;
        options.life_cycle = life_cycle;
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
            R"({"region":"na","seller_id":"A3SBXDEMO0SELL","marketplace_ids":["ATVPDKIKX0DER"])" + more_settings + "}";
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
        add(services::kFindFbaPlans, domain::Lane::bulk, std::make_unique<sync::FindFbaPlans>(env));
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
    /// Each call is a carton of its own.
    std::string send(const store::FbaInboundShipment& shipment, const std::string& sku, int shipped, int in_case) {
        const std::string uuid = random.uuid();
        const auto answer = database->write([&](db::Session& session) {
            return services::accept_carton(session, channel, {shipment.uuid, {{sku, shipped, in_case}}, uuid}, uuid,
                                           database.clock.now());
        });
        EXPECT_TRUE(std::holds_alternative<services::AcceptedCarton>(answer));
        return uuid;
    }
    store::CartonPush state(const std::string& uuid) {
        return *database->read(
            [&](db::Session& session) { return store::CartonRepo(session).find(channel.account_id, uuid); });
    }
    store::CartonPush push(const store::FbaInboundShipment& shipment, const std::string& sku, int shipped,
                           int in_case) {
        const std::string uuid = send(shipment, sku, shipped, in_case);
        run_for(2h);
        return state(uuid);
    }
    sandbox::amazon::InboundView shown(const std::string& id) {
        for (const auto& one : seller->inbound())
            if (one.id == id) return one;
        return {};
    }
    /// A shipment of that kind which is still being packed.
    std::string working(const std::function<bool(const sandbox::amazon::InboundView&)>& wanted) {
        for (const auto& one : seller->inbound())
            if (held(one.id) && one.status == "WORKING" && !one.cases_required && wanted(one)) return one.id;
        return "";
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

    bool life_cycle = true;
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

constexpr const char* kBox = R"(,"carton_size":"24x16x16 in","carton_weight":"27.5 lb")";

class AmazonPackingWay : public AmazonFba {
protected:
    /// Nothing moves on while cartons are packed.
    void still(const std::string& settings, int shipments_per_plan = 1) {
        life_cycle = false;
        open(ItemPaging::frozen, 0, settings, shipments_per_plan);
        sync();
    }
    /// A carton for each item, but the last one in two halves.
    std::vector<std::string> send_all(const std::string& id, int cartons_of_last = 2) {
        std::vector<std::string> pushes;
        const auto all = items(*held(id));
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto item = nlohmann::json::parse(all[i]);
            int units = item["QuantityShipped"].get<int>();
            if (i + 1 == all.size() && cartons_of_last == 2) {
                pushes.push_back(send(*held(id), item["SellerSKU"], 1, 1));
                --units;
            }
            pushes.push_back(send(*held(id), item["SellerSKU"], units, 1));
        }
        return pushes;
    }
    static bool is_not_fed(const sandbox::amazon::InboundView& one) { return one.contents_source != "FEED"; }
};

TEST_F(AmazonPackingWay, AShipmentThatTakesNoFeedIsPackedOnceAllItsCartonsAreThere) {
    still(kBox);
    const std::string id = working(is_not_fed);
    ASSERT_NE(id, "");
    const auto first = nlohmann::json::parse(items(*held(id)).at(0));
    const auto pushes = send_all(id);
    run_for(2h);
    for (const auto& push : pushes)
        EXPECT_EQ(state(push).status, "succeeded") << state(push).error_message.value_or("");
    EXPECT_EQ(shown(id).cartons, static_cast<int>(pushes.size()));
    EXPECT_EQ(shown(id).carton_units, shown(id).shipped);
    ASSERT_TRUE(held(id)->plan);
    EXPECT_EQ(held(id)->plan->inbound_plan_id, shown(id).plan_id);
    EXPECT_EQ(held(id)->plan->shipment_id, shown(id).shipment_id);
    // One carton more than the shipment holds.
    const auto more = push(*held(id), first["SellerSKU"], 1, 1);
    EXPECT_EQ(more.status, "failed");
    EXPECT_NE(more.error_message.value_or("").find("units of"), std::string::npos) << more.error_message.value_or("");
    EXPECT_EQ(shown(id).cartons, static_cast<int>(pushes.size()));
    EXPECT_EQ(live_jobs(), 0);
}

TEST_F(AmazonPackingWay, HalfAShipmentWaitsAndAStrangeSkuFailsAlone) {
    still(kBox);
    const std::string id = working(is_not_fed);
    ASSERT_NE(id, "");
    const auto item = nlohmann::json::parse(items(*held(id)).at(0));
    const auto strange = send(*held(id), "NO-SUCH-SKU", 1, 1);
    const auto half = send(*held(id), item["SellerSKU"], 1, 1);
    run_for(2h);
    EXPECT_EQ(state(strange).status, "failed");
    EXPECT_EQ(state(half).status, "processing");
    EXPECT_EQ(shown(id).cartons, 0);
    const auto problems = database->read([&](db::Session& session) {
        return store::ProblemRepo(session).about(channel.account_id, channel.id, "fba_shipment", id);
    });
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code, "cartons_wait");
    EXPECT_NE(problems[0].message.find(" of " + item["SellerSKU"].get<std::string>()), std::string::npos)
        << problems[0].message;
}

TEST_F(AmazonPackingWay, ThePackingOfThePlansOtherShipmentIsKept) {
    still(std::string{kBox} + R"(,"carton_push":"packing_information")", 2);
    std::string one, two;
    working([&](const auto& first) {
        two = working([&](const auto& other) { return other.plan_id == first.plan_id && other.id != first.id; });
        if (!two.empty()) one = first.id;
        return !two.empty();
    });
    ASSERT_NE(one, "") << "the world has no two open shipments in a plan";
    for (const std::string& id : {one, two}) {
        const auto pushes = send_all(id);
        run_for(2h);
        for (const auto& push : pushes)
            EXPECT_EQ(state(push).status, "succeeded") << state(push).error_message.value_or("");
    }
    EXPECT_EQ(shown(one).carton_units, shown(one).shipped) << "told first, and still there";
    EXPECT_EQ(shown(two).carton_units, shown(two).shipped);
}

TEST_F(AmazonPackingWay, AmazonsRefusalComesBackInItsWords) {
    still(kBox);
    const std::string id = working(is_not_fed);
    ASSERT_NE(id, "");
    seller->advance_inbound(id);  // the carrier is confirmed
    const auto pushes = send_all(id);
    run_for(2h);
    for (const auto& push : pushes) {
        EXPECT_EQ(state(push).status, "failed");
        EXPECT_NE(state(push).error_message.value_or("").find("is confirmed"), std::string::npos);
    }
}

TEST_F(AmazonPackingWay, WithoutABoxInTheSettingsItFailsAndSaysWhatToSet) {
    still("");
    const std::string id = working(is_not_fed);
    ASSERT_NE(id, "");
    const auto item = nlohmann::json::parse(items(*held(id)).at(0));
    const auto refused = push(*held(id), item["SellerSKU"], 1, 1);
    EXPECT_EQ(refused.status, "failed");
    EXPECT_NE(refused.error_message.value_or("").find("carton_size"), std::string::npos);
}

}  // namespace
}  // namespace crossdock::testing
