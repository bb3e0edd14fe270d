// SPDX-License-Identifier: Apache-2.0
#include "store/fba_repo.h"

#include <gtest/gtest.h>

#include "support/temporary_database.h"

namespace crossdock::store {
namespace {

using namespace std::chrono_literals;
using Ids = std::vector<std::string>;

class FbaRepoTest : public ::testing::Test {
protected:
    template <class Work>
    auto write(Work work) {
        return database->write([&](db::Session& session) {
            FbaRepo repo(session);
            return work(repo);
        });
    }
    FbaShipmentId add(const std::string& id, const std::string& status = "WORKING") {
        domain::FbaShipment facts;
        facts.shipment_id = id;
        facts.marketplace_id = "ATVPDKIKX0DER";
        facts.shipment_status = status;
        return write([&](FbaRepo& repo) { return repo.insert(header(facts), "uuid-" + id); });
    }
    FbaRepo::Header header(const domain::FbaShipment& facts) {
        return {database.channel.account_id, database.channel.id, facts, "{}", database.clock.now()};
    }
    FbaInboundShipment row(FbaShipmentId id) {
        return *write([&](FbaRepo& repo) { return repo.get(id); });
    }
    std::int64_t stage(FbaShipmentId id, std::int64_t page, const Ids& keys) {
        std::vector<FbaRepo::Item> items;
        for (const std::string& key : keys) items.push_back({key, "{\"sku\":\"" + key + "\"}"});
        return write([&](FbaRepo& repo) { return repo.stage_items(id, page, items); });
    }
    bool show(FbaShipmentId id) {
        return write([&](FbaRepo& repo) { return repo.show_staged(id, database.clock.now()); });
    }
    Ids shown(FbaShipmentId id) {
        Ids skus;
        for (const std::string& item : write([&](FbaRepo& repo) { return repo.items(id, repo.get(id)->items_walk); }))
            skus.push_back(item.substr(8, item.size() - 10));
        return skus;
    }
    Ids listed(FbaListQuery query) {
        query.account = database.channel.account_id;
        Ids ids;
        write([&](FbaRepo& repo) {
            repo.list(query, [&](const FbaInboundShipment& shipment) {
                ids.push_back(shipment.facts.shipment_id);
                return true;
            });
            return true;
        });
        return ids;
    }
    testing::TemporaryDatabase database;
};

TEST_F(FbaRepoTest, KeepsEveryFieldOfAHeader) {
    domain::FbaShipment facts;
    facts.shipment_id = "FBA1";
    facts.marketplace_id = "A1F83G8C2ARO7P";
    facts.shipment_name = "a name that is longer than a string keeps inside itself";
    facts.destination_fulfillment_center_id = "PHX6";
    facts.label_prep_type = "SELLER_LABEL";
    facts.shipment_status = "RECEIVING";
    facts.are_cases_required = true;
    facts.box_contents_source = "2D_BARCODE";
    const auto id = write([&](FbaRepo& repo) { return repo.insert(header(facts), "uuid-1"); });
    EXPECT_EQ(row(id).facts, facts);
    EXPECT_EQ(row(id).uuid, "uuid-1");
    EXPECT_EQ(row(id).created_at, database.clock.now());
    facts.shipment_name.reset();
    facts.box_contents_source.reset();
    database.clock.advance(1h);
    write([&](FbaRepo& repo) { return repo.update(id, header(facts)), true; });
    EXPECT_EQ(row(id).facts, facts);
    EXPECT_EQ(row(id).updated_at - row(id).created_at, 1h);
    EXPECT_TRUE(write([&](FbaRepo& repo) { return repo.find(database.channel.account_id, "uuid-1").has_value(); }));
    EXPECT_FALSE(write([&](FbaRepo& repo) { return repo.find(AccountId{999}, "uuid-1").has_value(); })) << "a wall";
    EXPECT_FALSE(write([&](FbaRepo& repo) { return repo.find(ChannelId{999}, "FBA1").has_value(); }));
}

TEST_F(FbaRepoTest, ListsWhatIsLoadedInOrderAndTheRestOnlyWhenAsked) {
    const auto one = add("FBA1"), two = add("FBA2", "SHIPPED");
    add("FBA3");
    for (const auto id : {one, two}) stage(id, 1, {"A"}), show(id);
    EXPECT_EQ(listed({}), (Ids{"FBA1", "FBA2"}));
    FbaListQuery query;
    query.with_pending = true;
    EXPECT_EQ(listed(query), (Ids{"FBA1", "FBA2", "FBA3"}));
    query.status = "SHIPPED";
    EXPECT_EQ(listed(query), (Ids{"FBA2"}));
    query = {};
    query.after_id = one.value;
    EXPECT_EQ(listed(query), (Ids{"FBA2"}));
    query = {};
    query.limit = 1;
    EXPECT_EQ(listed(query), (Ids{"FBA1"}));
    // The feed: in order of change.
    query = {};
    query.after_seq = row(two).seq;
    EXPECT_EQ(listed(query), Ids{});
    write([&](FbaRepo& repo) { return repo.update(one, header(repo.get(one)->facts)), true; });
    EXPECT_EQ(listed(query), (Ids{"FBA1"}));
}

TEST_F(FbaRepoTest, AsksForOpenOnesThatWereNotSeen) {
    const auto open = add("FBA1");
    add("FBA2", "CLOSED");
    const auto mended = add("FBA3", "ERROR");
    database.clock.advance(1h);
    const auto unseen = [&](FbaShipmentId after = {}) {
        Ids ids;
        for (const auto& one : write([&](FbaRepo& repo) {
                 return repo.not_seen_since(database.channel.id, database.clock.now(), after, 10);
             }))
            ids.push_back(one.facts.shipment_id);
        return ids;
    };
    EXPECT_EQ(unseen(), (Ids{"FBA1", "FBA3"})) << "what is closed changes no more; ERROR may be mended";
    EXPECT_EQ(unseen(open), (Ids{"FBA3"}));
    write([&](FbaRepo& repo) { return repo.mark_seen(mended, database.clock.now()), true; });
    EXPECT_EQ(unseen(), (Ids{"FBA1"}));
}

// ---- items

TEST_F(FbaRepoTest, ItemsAreShownWholeOrNotAtAll) {
    const auto id = add("FBA1");
    EXPECT_EQ(stage(id, 1, {"A", "B"}), 2);
    EXPECT_EQ(shown(id), Ids{}) << "the fetch is under way";
    EXPECT_EQ(stage(id, 2, {"B", "C"}), 1) << "the same item twice is one";
    EXPECT_TRUE(show(id));
    EXPECT_EQ(shown(id), (Ids{"A", "B", "C"})) << "in Amazon's order";
    EXPECT_EQ(stage(id, 1, {"D"}), 1);
    EXPECT_EQ(shown(id), (Ids{"A", "B", "C"}));
    write([&](FbaRepo& repo) { return repo.drop_staged(id, database.clock.now() + 15min), true; });
    EXPECT_EQ(shown(id), (Ids{"A", "B", "C"}));
    EXPECT_EQ(row(id).item_failures, 1);
    EXPECT_EQ(stage(id, 1, {"A", "B", "C"}), 3);
    EXPECT_FALSE(show(id)) << "nothing new";
    EXPECT_EQ(row(id).item_failures, 0);
    EXPECT_FALSE(row(id).items_retry_at);
    EXPECT_EQ(stage(id, 1, {}), 0);
    EXPECT_TRUE(show(id));
    EXPECT_EQ(shown(id), Ids{}) << "an empty list is a list";
}

struct Served {
    const char* name;
    std::vector<std::pair<std::int64_t, Ids>> pages;
    std::vector<std::int64_t> fresh;
    Ids shown;
};
class FbaItemPages : public FbaRepoTest, public ::testing::WithParamInterface<Served> {};

TEST_P(FbaItemPages, CountTheSameTheSecondTime) {
    const auto id = add("FBA1");
    std::vector<std::int64_t> fresh;
    for (const auto& [page, keys] : GetParam().pages) fresh.push_back(stage(id, page, keys));
    show(id);
    EXPECT_EQ(fresh, GetParam().fresh);
    EXPECT_EQ(shown(id), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FbaItemPages,
    ::testing::Values(Served{"Plain", {{1, {"A"}}, {2, {"B"}}}, {1, 1}, {"A", "B"}},
                      Served{"Spinning", {{1, {"A", "B"}}, {2, {"A", "B"}}}, {2, 0}, {"A", "B"}},
                      Served{"AfterACrash", {{1, {"A"}}, {2, {"B"}}, {2, {"B"}}}, {1, 1, 1}, {"A", "B"}},
                      Served{"AfterACrashOnPageOne", {{1, {"A"}}, {1, {"A"}}, {2, {"B"}}}, {1, 1, 1}, {"A", "B"}},
                      Served{"StartedOver", {{1, {"A"}}, {2, {"B"}}, {1, {"C"}}}, {1, 1, 1}, {"C"}},
                      Served{"TwiceOnAPage", {{1, {"A", "A"}}}, {1}, {"A"}}),
    [](const auto& row) { return std::string(row.param.name); });

// ---- batches

TEST_F(FbaRepoTest, ABatchIsWorkedOffOneByOne) {
    const std::vector<FbaShipmentId> ids{add("FBA1"), add("FBA2")};
    const auto batch = write([&](FbaRepo& repo) {
        return repo.make_batch(database.channel.account_id, database.channel.id, ids, database.clock.now());
    });
    const auto next = [&] {
        const auto one = write([&](FbaRepo& repo) { return repo.next_in_batch(batch); });
        return one ? one->facts.shipment_id : "";
    };
    EXPECT_EQ(next(), "FBA1");
    write([&](FbaRepo& repo) { return repo.leave_batch(ids[0]), true; });
    EXPECT_EQ(next(), "FBA2");
    EXPECT_EQ(write([&](FbaRepo& repo) { return repo.batches(database.channel.id); }),
              std::vector<std::int64_t>{batch});
    write([&](FbaRepo& repo) { return repo.drop_batch(batch), true; });
    EXPECT_EQ(next(), "");
    EXPECT_FALSE(row(ids[1]).item_batch);
}

TEST_F(FbaRepoTest, FindsWhatIsStillWithoutItems) {
    const auto one = add("FBA1");
    add("FBA2", "CANCELLED");
    const auto loaded = add("FBA3");
    stage(loaded, 1, {"A"});
    show(loaded);
    const auto late = add("FBA4");
    write([&](FbaRepo& repo) { return repo.drop_staged(late, database.clock.now() + 1h), true; });
    const auto queued = add("FBA5");
    write([&](FbaRepo& repo) {
        return repo.make_batch(database.channel.account_id, database.channel.id, {queued}, database.clock.now());
    });
    const auto without = [&] {
        return write([&](FbaRepo& repo) { return repo.without_items(database.channel.id, database.clock.now(), 10); });
    };
    EXPECT_EQ(without(), (std::vector<FbaShipmentId>{one}));
    database.clock.advance(1h);
    EXPECT_EQ(without(), (std::vector<FbaShipmentId>{one, late}));
}

// ---- plans

TEST_F(FbaRepoTest, RemembersWhereAShipmentStandsInTheNewerApi) {
    const auto id = add("FBA1");
    add("FBA2", "CLOSED");
    const auto lacks = [&] { return write([&](FbaRepo& repo) { return repo.lacks_plans(database.channel.id); }); };
    const auto holds = [&](const std::string& plan_id) {
        return write([&](FbaRepo& repo) { return repo.holds_plan_shipment(database.channel.id, plan_id); });
    };
    EXPECT_TRUE(lacks());
    EXPECT_FALSE(row(id).plan);
    const domain::FbaPlan plan{"wf1", "sh1"};
    EXPECT_FALSE(write([&](FbaRepo& repo) { return repo.set_plan(database.channel.id, "FBA9", plan); })) << "not ours";
    EXPECT_FALSE(write([&](FbaRepo& repo) { return repo.set_plan(ChannelId{999}, "FBA1", plan); }));
    const auto seq = row(id).seq;
    EXPECT_TRUE(write([&](FbaRepo& repo) { return repo.set_plan(database.channel.id, "FBA1", plan); }));
    EXPECT_EQ(row(id).plan, plan);
    EXPECT_EQ(row(id).seq, seq) << "nothing that the ERP sees";
    EXPECT_TRUE(holds("sh1"));
    EXPECT_FALSE(holds("sh2"));
    EXPECT_FALSE(lacks()) << "what is closed needs none";
    write([&](FbaRepo& repo) { return repo.update(id, header(repo.get(id)->facts)), true; });
    EXPECT_EQ(row(id).plan, plan) << "whatever the next header says";
}

}  // namespace
}  // namespace crossdock::store
