// SPDX-License-Identifier: Apache-2.0
#include "unit/connectors/ebay/against_sandbox.h"

namespace crossdock::connectors::ebay::tests {
namespace {

/// Each unit that the seller sells is one row, whichever door it came by.
void expect_whole_catalogue(EbayWorld& world, const std::map<std::string, domain::Item>& held) {
    std::map<std::string, std::int64_t> shown;
    std::size_t without_sku = 0;
    for (const auto& [key, item] : held) {
        if (item.sku)
            EXPECT_TRUE(shown.emplace(*item.sku, item.channel_quantity.value_or(-1)).second) << *item.sku << " twice";
        else
            ++without_sku;
    }
    std::size_t blank = 0;
    for (const auto& unit : world.seller->stock()) {
        if (unit.sku.empty()) {
            ++blank;
            continue;
        }
        ASSERT_TRUE(shown.contains(unit.sku)) << unit.sku << " is missing";
        EXPECT_EQ(shown[unit.sku], unit.available) << unit.sku;
    }
    EXPECT_EQ(without_sku, blank);
    EXPECT_EQ(held.size(), world.seller->stock().size());
}

TEST(EbayAgainstSandbox, CatalogueByBothDoors) {
    SellerOptions options = EbayWorld::quiet();
    options.items = 700;
    EbayWorld world(options);
    const auto held = pull_items(world);
    expect_whole_catalogue(world, held);
    std::set<domain::ItemStatus> states;
    for (const auto& [key, item] : held) states.insert(item.status);
    EXPECT_TRUE(states.contains(domain::ItemStatus::active));
    // Nothing changed: nothing comes, and few calls are made.
    const auto before = world.seller->counters().requests;
    EXPECT_TRUE(pull_items(world, world.clock.now()).empty());
    EXPECT_LT(world.seller->counters().requests - before, 12);
    // One quantity changed at each door.
    world.seller->set_stock(1, 77);
    world.seller->set_stock(4, 78);
    const auto news = pull_items(world, world.clock.now());
    EXPECT_GE(news.size(), 2U);
    EXPECT_LE(news.size(), 3U);  // the listing may have two variations
}

TEST(EbayAgainstSandbox, CatalogueSurvivesARestartAfterEveryPage) {
    SellerOptions options = EbayWorld::quiet();
    options.items = 300;
    EbayWorld world(options);
    expect_whole_catalogue(world, pull_items(world, std::nullopt, true));
}

TEST(EbayAgainstSandbox, StockArrivesByTheRightDoor) {
    EbayWorld world(EbayWorld::quiet(), R"({"ebay_inventory_location_key":"main-1"})");
    EXPECT_EQ(testing_support::codes(world.check_access()), "");
    std::vector<StockLine> lines;
    std::map<std::string, std::int64_t> wanted;
    std::int64_t quantity = 100;
    for (const auto& [key, item] : pull_items(world)) {
        if (!item.sku) continue;
        StockLine line;
        line.sku = item.sku;
        line.item_attrs_json = item.attrs_json;
        line.quantity = wanted[*item.sku] = ++quantity;
        lines.push_back(std::move(line));
    }
    const auto outcomes = world.connector->stock_sink()->push_stock(lines, "k");
    ASSERT_EQ(outcomes.size(), lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i)
        EXPECT_EQ(outcomes[i].state, State::succeeded) << *lines[i].sku << ": " << outcomes[i].message;
    for (const auto& unit : world.seller->stock())
        if (!unit.sku.empty()) {
            EXPECT_EQ(unit.available, wanted[unit.sku]) << unit.sku;
        }
    // What the channel shows of the very figure.
    const auto shown = world.connector->stock_sink()->read_stock(lines);
    ASSERT_TRUE(shown);
    std::size_t read = 0;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if ((*shown)[i]) {
            EXPECT_EQ(*(*shown)[i], lines[i].quantity);
            ++read;
        }
    EXPECT_GT(read, 20U);
    EXPECT_EQ(world.seller->counters().stock_refused, 0);
}

TEST(EbayAgainstSandbox, WrongLocationIsToldPerSku) {
    EbayWorld world(EbayWorld::quiet(), R"({"ebay_inventory_location_key":"nowhere"})");
    EXPECT_EQ(testing_support::codes(world.check_access()), "location_unknown");
    StockLine line;
    line.sku = "MUG-000000";
    line.item_attrs_json = R"({"ebay_api":"inventory","offers":[]})";
    line.quantity = 3;
    const auto outcomes = world.connector->stock_sink()->push_stock(std::vector{line}, "k");
    EXPECT_EQ(outcomes[0].state, State::failed);
    EXPECT_NE(outcomes[0].message.find("Invalid merchantLocationKey"), std::string::npos) << outcomes[0].message;
}

TEST(EbayAgainstSandbox, LostStockAnswerIsUnknownAndTheRepeatIsHarmless) {
    EbayWorld world;
    const auto items = pull_items(world);
    StockLine line;
    line.sku = items.begin()->second.sku;
    for (const auto& [key, item] : items)
        if (key.starts_with("sku:") && item.status == domain::ItemStatus::active) {
            line.sku = item.sku;
            line.item_attrs_json = item.attrs_json;
        }
    line.quantity = 9;
    arm(world, "no_answer_after", "bulkUpdatePriceQuantity");
    EXPECT_EQ(world.connector->stock_sink()->push_stock(std::vector{line}, "k")[0].state, State::unknown);
    EXPECT_EQ(world.connector->stock_sink()->push_stock(std::vector{line}, "k")[0].state, State::succeeded);
    for (const auto& unit : world.seller->stock())
        if (unit.sku == *line.sku) {
            EXPECT_EQ(unit.available, 9);
        }
}

std::string placed_order(EbayWorld& world) {
    PlaceOrder wish;
    wish.items = {{0, 2}, {1, 2}};
    return world.seller->place_order(wish);
}

TEST(EbayAgainstSandbox, ParcelsWholeAndInParts) {
    EbayWorld world;
    const std::string id = placed_order(world);
    const auto before = one_order(world, id);
    ASSERT_EQ(before.lines.size(), 2U);
    world.clock.advance(1h);
    // One unit of the first line, then everything that remains.
    auto done = world.connector->shipment_sink()->push_shipment(
        parcel(id, "1Z 999-AA1", {{before.lines[0].external_line_id, 1}}));
    EXPECT_EQ(done.state, State::succeeded) << done.message;
    EXPECT_EQ(done.provider_id, "1Z999AA1");
    EXPECT_EQ(one_order(world, id).status, domain::OrderStatus::partially_fulfilled);
    done = world.connector->shipment_sink()->push_shipment(parcel(id, "1Z999AA2"));
    EXPECT_EQ(done.state, State::succeeded) << done.message;
    EXPECT_EQ(one_order(world, id).status, domain::OrderStatus::fulfilled);
    const auto parcels = world.seller->shipments(id);
    ASSERT_EQ(parcels.size(), 2U);
    EXPECT_EQ(parcels[0].units, 1);
    EXPECT_EQ(parcels[1].units, 3);
    EXPECT_EQ(parcels[1].carrier, "UPS");
    // There is nothing left for a third.
    done = world.connector->shipment_sink()->push_shipment(parcel(id, "1Z999AA3"));
    EXPECT_EQ(done.code, "nothing_to_ship");
}

TEST(EbayAgainstSandbox, LostAnswerDoublesNoParcel) {
    EbayWorld world;
    const std::string id = placed_order(world);
    arm(world, "no_answer_after", "createShippingFulfillment");
    auto push = parcel(id, "1Z1");
    EXPECT_EQ(world.connector->shipment_sink()->push_shipment(push).state, State::unknown);
    push.attempt = 2;
    const auto again = world.connector->shipment_sink()->push_shipment(push);
    EXPECT_EQ(again.state, State::succeeded);
    EXPECT_EQ(again.code, "already_shipped");
    EXPECT_EQ(world.seller->counters().shipments_doubled, 0);
    EXPECT_EQ(world.seller->shipments(id).size(), 1U);
}

TEST(EbayAgainstSandbox, WhatIsNotToBeShippedSaysSo) {
    EbayWorld world;
    PlaceOrder by_ebay, unpaid;
    by_ebay.by_ebay = true;
    unpaid.paid = false;
    const std::string ebays = world.seller->place_order(by_ebay), owing = world.seller->place_order(unpaid);
    const std::string gone = placed_order(world);
    world.seller->cancel(gone);
    ShipmentSink& sink = *world.connector->shipment_sink();
    EXPECT_EQ(sink.push_shipment(parcel(ebays, "1Z1")).code, "fulfilled_by_ebay");
    EXPECT_EQ(sink.push_shipment(parcel(owing, "1Z1")).state, State::waiting);
    EXPECT_EQ(sink.push_shipment(parcel(gone, "1Z1")).code, "order_cancelled");
    EXPECT_EQ(sink.push_shipment(parcel("00-00000-00000", "1Z1")).code, "order_unknown");
    EXPECT_EQ(one_order(world, ebays).shipped_by, "eBay");
}

TEST(EbayAgainstSandbox, RefundsOfABritishSellerAreReadSigned) {
    SellerOptions options = EbayWorld::quiet();
    options.marketplace = "EBAY_GB";
    options.signatures_required = true;
    EbayWorld world(options, R"({"marketplace_id":"EBAY_GB"})");
    EXPECT_EQ(testing_support::codes(world.check_access()), "");
    const std::string id = placed_order(world);
    EXPECT_TRUE(world.seller->refund(id, false));
    world.clock.advance(1h);
    auto held = pull_refunds(world, world.clock.now() - 72h);
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held[0].external_order_id, id);
    const auto booked = world.seller->refunds();
    EXPECT_EQ(std::stod(domain::format(*held[0].total_amount)), std::stod(booked[0].amount));
    EXPECT_EQ(held[0].currency, "GBP");
    EXPECT_FALSE(held[0].settled);
    EXPECT_TRUE(held[0].lines.empty());
    EXPECT_FALSE(held[0].subtotal_amount || held[0].tax_amount || held[0].shipping_amount);
    // eBay takes it back: a second entry, negative.
    EXPECT_TRUE(world.seller->reverse_refund(booked[0].id));
    world.clock.advance(1h);
    held = pull_refunds(world, world.clock.now() - 72h);
    ASSERT_EQ(held.size(), 2U);
    std::int64_t sum = 0;
    for (const auto& one : held) sum += one.total_amount->minor;
    EXPECT_EQ(sum, 0);
    EXPECT_EQ(world.seller->counters().unsigned_refused, 0);
    // One key for all, also after a restart.
    world.restart();
    EXPECT_EQ(pull_refunds(world, world.clock.now() - 72h).size(), 2U);
    EXPECT_TRUE(world.vault.kept.contains("signing_key"));
}

TEST(EbayAgainstSandbox, SignsWhenEbayAsksAlthoughTheSettingsDidNotSay) {
    SellerOptions options = EbayWorld::quiet();
    options.signatures_required = true;  // registered in the US, and asked all the same
    EbayWorld world(options);
    EXPECT_TRUE(pull_refunds(world, world.clock.now() - 72h).empty());
    EXPECT_EQ(world.seller->counters().unsigned_refused, 1);
}

TEST(EbayAgainstSandbox, WithoutFinancesOnlyRefundsWait) {
    SellerOptions options = busy(3, 1);
    options.finances_access = false;
    EbayWorld world(options);
    EXPECT_EQ(testing_support::codes(world.check_access()), "finances_refused");
    expect_all_held(world, pull_orders(world, world.clock.now() - 48h));
    const auto page = world.connector->refund_source()->fetch_refunds({world.clock.now() - 72h, std::nullopt, {}}, "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::denied);
}

TEST(EbayAgainstSandbox, NotificationsFromTheChallengeToTheErasure) {
    EbayWorld world(EbayWorld::quiet(), R"({"alert_email":"admin@example.com"})");
    world.check_access();
    std::vector<Result<WebhookNotice>> received;
    world.receive_webhooks(received);
    const std::string hook = "https://hub.example.com/hooks/ebay";
    WebhookSource& source = *world.connector->webhook_source();
    auto done = source.ensure_subscriptions(hook);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done, (std::vector<std::string>{"set the address for eBay's alerts", "registered " + hook,
                                               "subscribed to MARKETPLACE_ACCOUNT_DELETION",
                                               "subscribed to AUTHORIZATION_REVOCATION",
                                               "subscribed to ITEM_MARKED_SHIPPED"}));
    EXPECT_TRUE(received.empty());  // the challenge was no notification
    done = source.ensure_subscriptions(hook);
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->empty());

    world.seller->delete_account("buyer_7");
    world.seller->revoke_consent();
    world.clock.advance(1min);
    world.seller->tick();
    ASSERT_EQ(received.size(), 2U);
    for (const auto& notice : received) ASSERT_TRUE(notice) << notice.error().message;
    EXPECT_EQ(received[0]->subject, WebhookNotice::Subject::erasure);
    EXPECT_EQ(received[0]->external_id, "buyer_7\nid_buyer_7");
    EXPECT_EQ(received[1]->subject, WebhookNotice::Subject::channel);
    EXPECT_EQ(world.seller->counters().notifications_failed, 0);
}

TEST(EbayAgainstSandbox, CarriersOfTheSite) {
    EbayWorld world;
    const auto codes = world.connector->carrier_source()->carrier_codes();
    ASSERT_TRUE(codes);
    EXPECT_GT(codes->size(), 100U);
    EXPECT_EQ(world.seller->counters().requests, 2);  // the token and GeteBayDetails
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
