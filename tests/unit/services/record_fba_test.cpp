// SPDX-License-Identifier: Apache-2.0
#include "services/record_fba.h"

#include "unit/services/fba_rows.h"

namespace crossdock::services {
namespace {

using Names = std::vector<std::string>;
class RecordFba : public FbaRows {};

TEST_F(RecordFba, TellsNewsOnceAndMarksTheRestAsSeen) {
    const auto first = record(fba_facts("FBA1"));
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->changed);
    const store::FbaInboundShipment made = row("FBA1");
    EXPECT_EQ(made.uuid, "uuid-FBA1");
    EXPECT_FALSE(made.items_at) << "its items are pending";
    database.clock.advance(1h);
    const auto again = record(fba_facts("FBA1"));
    EXPECT_FALSE(again->changed);
    EXPECT_EQ(again->id, first->id);
    EXPECT_EQ(row("FBA1").updated_at, made.updated_at);
    EXPECT_EQ(row("FBA1").seq, made.seq);
    const auto unseen = database->read([&](db::Session& session) {
        return store::FbaRepo(session).not_seen_since(database.channel.id, now(), FbaShipmentId{0}, 10);
    });
    EXPECT_TRUE(unseen.empty()) << "it was seen just now";
    database.clock.advance(1h);
    const auto changed = record(fba_facts("FBA1", "SHIPPED"));
    EXPECT_TRUE(changed->changed);
    EXPECT_EQ(row("FBA1").uuid, "uuid-FBA1") << "for ever";
    EXPECT_EQ(row("FBA1").updated_at, now());
    EXPECT_GT(row("FBA1").seq, made.seq);
    EXPECT_EQ(events(), (Names{"fba_shipment.created", "fba_shipment.updated"}));
}

TEST_F(RecordFba, StaysWithTheMarketplaceThatShowedItFirst) {
    domain::FbaShipment facts = fba_facts("FBA1");
    facts.marketplace_id = "A1PA6795UKMFR9";
    record(facts);
    facts.marketplace_id = "A1F83G8C2ARO7P";
    EXPECT_FALSE(record(facts)->changed) << "the same header by another marketplace's list is no news";
    facts.shipment_status = "SHIPPED";
    EXPECT_TRUE(record(facts)->changed);
    EXPECT_EQ(row("FBA1").facts.marketplace_id, "A1PA6795UKMFR9");
}

TEST_F(RecordFba, AFieldThatNobodyMapsIsNewsToo) {
    record(fba_facts("FBA1"), R"({"a":1})");
    EXPECT_TRUE(record(fba_facts("FBA1"), R"({"a":2})")->changed);
    EXPECT_EQ(row("FBA1").payload, R"({"a":2})");
}

TEST_F(RecordFba, AHeaderThatCannotBeReadIsAProblemAndLeavesWhatIsHeld) {
    record(fba_facts("FBA1"));
    const auto none = write([&](db::Session& session) {
        return record_fba_shipment(session, database.channel,
                                   {"FBA1", "{}", Error{ErrorKind::invalid, "field", "ShipmentStatus is missing"}, "x"},
                                   now());
    });
    EXPECT_FALSE(none);
    EXPECT_EQ(problems("FBA1"), "unmappable;");
    EXPECT_EQ(row("FBA1").facts.shipment_status, "WORKING");
    record(fba_facts("FBA1"));
    EXPECT_EQ(problems("FBA1"), "");
}

TEST_F(RecordFba, WhatIsSaidOfItemsAndCartonsOutlivesTheNextHeader) {
    record(fba_facts("FBA1"));
    for (const char* code : {"items_failed", "items_incomplete", "cartons_wait", "not_answered"})
        write([&](db::Session& session) {
            store::ProblemRepo(session).record(database.channel.account_id, database.channel.id, "fba_shipment", "FBA1",
                                               {code, "words"}, now());
        });
    record(fba_facts("FBA1"));
    EXPECT_EQ(problems("FBA1"), "items_failed;items_incomplete;cartons_wait;");
}

TEST_F(RecordFba, ItemsAreToldOnlyWhenTheyDiffer) {
    record(fba_facts("FBA1"));
    const auto show = [&](const std::vector<store::FbaRepo::Item>& items) {
        write([&](db::Session& session) {
            store::FbaRepo repo(session);
            const auto held = *repo.find(database.channel.id, "FBA1");
            repo.stage_items(held.id, 1, items);
            show_fba_items(session, held, now());
        });
    };
    show({{"k1", "{\"n\":1}"}});
    const Timestamp told = row("FBA1").updated_at;
    database.clock.advance(1h);
    show({{"k1", "{\"n\":1}"}});
    EXPECT_EQ(row("FBA1").updated_at, told);
    EXPECT_EQ(row("FBA1").items_at, now()) << "looked at all the same";
    show({{"k1", "{\"n\":2}"}});
    EXPECT_EQ(row("FBA1").updated_at, now());
    EXPECT_EQ(events(), (Names{"fba_shipment.created", "fba_shipment.items_updated", "fba_shipment.items_updated"}));
}

struct Pause {
    int failures;
    std::chrono::minutes pause;
};
class RecordFbaFailures : public FbaRows, public ::testing::WithParamInterface<Pause> {};

TEST_P(RecordFbaFailures, AreTriedAgainLaterEachTime) {
    record(fba_facts("FBA1"));
    for (int i = 0; i < GetParam().failures; ++i)
        write([&](db::Session& session) {
            note_items_failed(session, *store::FbaRepo(session).find(database.channel.id, "FBA1"),
                              {ErrorKind::unavailable, "amazon_server_error", "InternalFailure"}, now());
        });
    EXPECT_EQ(row("FBA1").item_failures, GetParam().failures);
    EXPECT_EQ(row("FBA1").items_retry_at, now() + GetParam().pause);
    EXPECT_EQ(problems("FBA1"), "items_failed;");
}

INSTANTIATE_TEST_SUITE_P(Table, RecordFbaFailures,
                         ::testing::Values(Pause{1, 15min}, Pause{2, 30min}, Pause{3, 60min}, Pause{5, 240min},
                                           Pause{6, 360min}, Pause{40, 360min}),
                         [](const auto& row) { return "After" + std::to_string(row.param.failures); });

}  // namespace
}  // namespace crossdock::services
