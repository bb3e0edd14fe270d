// SPDX-License-Identifier: Apache-2.0
#include "store/carton_repo.h"

#include <gtest/gtest.h>

#include "store/fba_repo.h"
#include "support/temporary_database.h"

namespace crossdock::store {
namespace {

using namespace std::chrono_literals;
using Uuids = std::vector<std::string>;

class CartonRepoTest : public ::testing::Test {
protected:
    CartonRepoTest() : shipment(add_shipment("FBA1")) {}
    template <class Work>
    auto write(Work work) {
        return database->write([&](db::Session& session) {
            CartonRepo repo(session);
            return work(repo);
        });
    }
    FbaShipmentId add_shipment(const std::string& id) {
        domain::FbaShipment facts;
        facts.shipment_id = id;
        facts.marketplace_id = "ATVPDKIKX0DER";
        facts.shipment_status = "WORKING";
        return database->write([&](db::Session& session) {
            return FbaRepo(session).insert(
                {database.channel.account_id, database.channel.id, facts, "{}", database.clock.now()}, "uuid-" + id);
        });
    }
    CartonPushId add(const std::string& uuid, const std::string& hash = "hash",
                     const std::optional<std::string>& key = std::nullopt) {
        return write([&](CartonRepo& repo) {
            return repo.insert({database.channel.account_id, database.channel.id, shipment, uuid, key, hash, "[]"},
                               database.clock.now());
        });
    }
    CartonPush row(CartonPushId id) {
        return *write([&](CartonRepo& repo) { return repo.get(id); });
    }
    std::optional<CartonBatch> make_batch() {
        return write([&](CartonRepo& repo) {
            return repo.make_batch(database.channel.account_id, database.channel.id, shipment, database.clock.now());
        });
    }
    Uuids in_batch(std::int64_t batch) {
        return uuids(write([&](CartonRepo& repo) { return repo.in_batch(batch); }));
    }
    Uuids to_tell(std::int64_t batch) {
        return uuids(write([&](CartonRepo& repo) { return repo.to_tell(shipment, batch); }));
    }
    static Uuids uuids(const std::vector<CartonPush>& pushes) {
        Uuids all;
        for (const CartonPush& push : pushes) all.push_back(push.uuid);
        return all;
    }
    void finish(CartonPushId id, const std::string& status) {
        write([&](CartonRepo& repo) {
            const bool bad = status == "failed";
            repo.finish(id, status, bad ? std::optional<std::string>{"code"} : std::nullopt,
                        bad ? std::optional<std::string>{"words"} : std::nullopt, database.clock.now());
            return true;
        });
    }
    Uuids listed(CartonListQuery query) {
        query.account = database.channel.account_id;
        Uuids all;
        write([&](CartonRepo& repo) {
            repo.list(query, [&](const CartonPush& push) {
                all.push_back(push.uuid);
                return true;
            });
            return true;
        });
        return all;
    }

    testing::TemporaryDatabase database;
    FbaShipmentId shipment;
};

TEST_F(CartonRepoTest, ANewPushIsPendingAndFoundByItsIds) {
    const auto id = add("u1", "h1", "key-1");
    EXPECT_EQ(row(id).status, "pending");
    EXPECT_EQ(row(id).shipment_uuid, "uuid-FBA1");
    EXPECT_FALSE(row(id).error_message);
    const AccountId account = database.channel.account_id;
    EXPECT_TRUE(write([&](CartonRepo& repo) { return repo.find(account, "u1").has_value(); }));
    EXPECT_TRUE(write([&](CartonRepo& repo) { return repo.find_repeat(account, "key-1").has_value(); }));
    EXPECT_FALSE(write([&](CartonRepo& repo) { return repo.find(AccountId{999}, "u1").has_value(); })) << "a wall";
    EXPECT_FALSE(write([&](CartonRepo& repo) { return repo.find_repeat(AccountId{999}, "key-1").has_value(); }));
    EXPECT_THROW(add("u2", "h2", "key-1"), db::Failure) << "a key is for one push of the account";
}

struct EqualCarton {
    const char* name;
    std::vector<std::pair<const char*, const char*>> held;  // hash, status
    const char* found;                                      // uuid: u0, u1, …; "" none
};
class EqualCartons : public CartonRepoTest, public ::testing::WithParamInterface<EqualCarton> {};

TEST_P(EqualCartons, AreFoundUnlessTheyFailed) {
    int number = 0;
    for (const auto& [hash, status] : GetParam().held) {
        const auto id = add("u" + std::to_string(number++), hash);
        if (std::string_view{status} != "pending") finish(id, status);
    }
    const auto found = write([&](CartonRepo& repo) { return repo.find_equal(shipment, "h"); });
    EXPECT_EQ(found ? found->uuid : "", GetParam().found);
    const auto elsewhere = add_shipment("FBA2");
    EXPECT_FALSE(write([&](CartonRepo& repo) { return repo.find_equal(elsewhere, "h"); }));
}

INSTANTIATE_TEST_SUITE_P(Table, EqualCartons,
                         ::testing::Values(EqualCarton{"Pending", {{"h", "pending"}}, "u0"},
                                           EqualCarton{"Succeeded", {{"h", "succeeded"}}, "u0"},
                                           EqualCarton{"Failed", {{"h", "failed"}}, ""},
                                           EqualCarton{"FailedAndAgain", {{"h", "failed"}, {"h", "pending"}}, "u1"},
                                           EqualCarton{"TheOldest", {{"h", "succeeded"}, {"h", "pending"}}, "u0"},
                                           EqualCarton{"Others", {{"g", "pending"}, {"", "pending"}}, ""}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(CartonRepoTest, AMessageHoldsWhatWaitsAndTellsWhatSucceededToo) {
    EXPECT_FALSE(make_batch()) << "nothing to send";
    const auto one = add("u1");
    const auto first = make_batch();
    ASSERT_TRUE(first);
    EXPECT_EQ(row(one).status, "processing");
    finish(one, "succeeded");
    write([&](CartonRepo& repo) { return repo.set_batch_state(first->id, "done"), true; });
    const auto bad = add("u2");
    finish(bad, "failed");
    add("u3");
    add("u4");
    const auto second = make_batch();
    add("u5");
    EXPECT_EQ(in_batch(second->id), (Uuids{"u3", "u4"}));
    EXPECT_EQ(to_tell(second->id), (Uuids{"u1", "u3", "u4"})) << "neither what failed nor what came later";
    EXPECT_EQ(write([&](CartonRepo& repo) { return repo.waiting(shipment); }), 3);
}

TEST_F(CartonRepoTest, OneMessageOfAShipmentIsOpenAtATime) {
    add("u1");
    const auto batch = make_batch();
    add("u2");
    EXPECT_THROW(make_batch(), db::Failure);
    EXPECT_EQ(write([&](CartonRepo& repo) { return repo.open_batch(shipment)->id; }), batch->id);
}

TEST_F(CartonRepoTest, AMessageGoesItsWayWithItsTicket) {
    add("u1");
    const auto batch = make_batch()->id;
    const auto open = [&] { return *write([&](CartonRepo& repo) { return repo.open_batch(shipment); }); };
    EXPECT_EQ(open().state, "sending");
    write([&](CartonRepo& repo) {
        return repo.count_attempt(batch), repo.set_batch_accepted(batch, "T1", database.clock.now()), true;
    });
    EXPECT_EQ(open().state + " " + open().ticket.value_or(""), "accepted T1");
    EXPECT_EQ(open().accepted_at, database.clock.now());
    EXPECT_EQ(open().attempts, 1);
    write([&](CartonRepo& repo) { return repo.count_lost(batch), true; });
    EXPECT_EQ(open().state, "unknown");
    EXPECT_EQ(open().lost, 1);
    EXPECT_FALSE(open().ticket);
    write([&](CartonRepo& repo) { return repo.set_batch_state(batch, "done"), true; });
    EXPECT_FALSE(write([&](CartonRepo& repo) { return repo.open_batch(shipment); }));
}

TEST_F(CartonRepoTest, ThoseThatGoAloneComeAfterTheOthersOneByOne) {
    const auto a = add("u1"), b = add("u2");
    const auto batch = make_batch()->id;
    for (const auto id : {a, b})
        write([&](CartonRepo& repo) { return repo.send_alone(id, database.clock.now()), true; });
    write([&](CartonRepo& repo) { return repo.set_batch_state(batch, "done"), true; });
    add("u3");
    for (const Uuids& expected : {Uuids{"u3"}, Uuids{"u1"}, Uuids{"u2"}}) {
        const auto next = make_batch();
        ASSERT_TRUE(next);
        EXPECT_EQ(in_batch(next->id), expected);
        for (const CartonPush& push : write([&](CartonRepo& repo) { return repo.in_batch(next->id); }))
            finish(push.id, "succeeded");
        write([&](CartonRepo& repo) { return repo.set_batch_state(next->id, "done"), true; });
    }
    EXPECT_FALSE(make_batch());
}

TEST_F(CartonRepoTest, WhatIsPutBackGoesIntoALaterMessage) {
    const auto a = add("u1");
    const auto batch = make_batch()->id;
    write([&](CartonRepo& repo) { return repo.put_back(batch, database.clock.now()), true; });
    EXPECT_EQ(row(a).status, "processing") << "never back to pending";
    EXPECT_TRUE(in_batch(batch).empty());
    EXPECT_FALSE(write([&](CartonRepo& repo) { return repo.open_batch(shipment); }));
    add("u2");
    EXPECT_EQ(in_batch(make_batch()->id), (Uuids{"u1", "u2"}));
}

TEST_F(CartonRepoTest, AnEndIsAnEndInWords) {
    const auto id = add("u1");
    const auto seq = row(id).seq;
    finish(id, "failed");
    EXPECT_EQ(row(id).error_message, "words");
    EXPECT_GT(row(id).seq, seq) << "the feed tells it";
    EXPECT_THROW(write([&](CartonRepo& repo) {
                     return repo.finish(id, "failed", std::nullopt, std::nullopt, database.clock.now()), true;
                 }),
                 db::Failure)
        << "no failure without words";
    EXPECT_TRUE(write([&](CartonRepo& repo) { return repo.with_open_pushes(database.channel.id, 10); }).empty());
}

TEST_F(CartonRepoTest, ListsByStatusAndAsAFeed) {
    const auto a = add("u1");
    add("u2");
    CartonListQuery query;
    EXPECT_EQ(listed(query), (Uuids{"u1", "u2"}));
    query.after_id = a.value;
    EXPECT_EQ(listed(query), (Uuids{"u2"}));
    query = {};
    query.status = "pending";
    finish(a, "succeeded");
    EXPECT_EQ(listed(query), (Uuids{"u2"}));
    query = {};
    query.after_seq = 0;
    EXPECT_EQ(listed(query), (Uuids{"u2", "u1"})) << "in order of change";
    query.channel = ChannelId{999};
    EXPECT_EQ(listed(query), Uuids{});
    EXPECT_EQ(write([&](CartonRepo& repo) { return repo.with_open_pushes(database.channel.id, 10); }),
              (std::vector<FbaShipmentId>{shipment}));
}

}  // namespace
}  // namespace crossdock::store
