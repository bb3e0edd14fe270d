// SPDX-License-Identifier: Apache-2.0
#include "services/accept_cartons.h"

#include "services/fba_jobs.h"
#include "unit/services/fba_rows.h"

namespace crossdock::services {
namespace {

using Items = std::vector<CartonRequest::Item>;

class AcceptCartons : public FbaRows {
protected:
    AcceptCartons() { record(fba_facts("FBA1")); }
    Answer<AcceptedCarton> ask(const Items& items, const std::optional<std::string>& key = std::nullopt,
                               const std::string& shipment = "uuid-FBA1") {
        return write([&](db::Session& session) {
            return accept_carton(session, database.channel, {shipment, items, key}, "push-" + std::to_string(++asked),
                                 now());
        });
    }
    AcceptedCarton accept(const Items& items, const std::optional<std::string>& key = std::nullopt,
                          const std::string& shipment = "uuid-FBA1") {
        auto answer = ask(items, key, shipment);
        if (const auto* refused = std::get_if<Refusal>(&answer)) throw std::runtime_error(refused->messages.at(0));
        return std::get<AcceptedCarton>(answer);
    }
    Refusal refuse(const Items& items, const std::optional<std::string>& key = std::nullopt,
                   const std::string& shipment = "uuid-FBA1") {
        return std::get<Refusal>(ask(items, key, shipment));
    }
    void finish(const store::CartonPush& push, const std::string& status) {
        write([&](db::Session& session) {
            const bool bad = status == "failed";
            store::CartonRepo(session).finish(push.id, status,
                                              bad ? std::optional<std::string>{"refused"} : std::nullopt,
                                              bad ? std::optional<std::string>{"words"} : std::nullopt, now());
        });
    }
    int asked = 0;
};

TEST_F(AcceptCartons, MakeAPushWithItsEventAndItsJobAtOnce) {
    const auto made = accept({{"B", 2, 1}, {"A", 4, 0}});
    EXPECT_EQ(made.push.status, "pending");
    EXPECT_EQ(made.push.shipment_uuid, "uuid-FBA1");
    EXPECT_EQ(made.push.items, R"([{"sku":"B","quantity_shipped":2,"quantity_in_case":1},)"
                               R"({"sku":"A","quantity_shipped":4,"quantity_in_case":0}])")
        << "as the ERP wrote them";
    EXPECT_EQ(made.warning, "");
    EXPECT_EQ(events().back(), "carton_push.created");
    ASSERT_EQ(jobs().size(), 1U);
    EXPECT_EQ(jobs()[0].kind, kPushCartons);
    EXPECT_EQ(jobs()[0].lane, domain::Lane::push);
}

struct Repeat {
    const char* name;
    Items items;
    std::optional<std::string> key;
    bool is_same;  // as the push of {A 4/1, B 2/1} without a key
};
class AcceptCartonsRepeats : public AcceptCartons, public ::testing::WithParamInterface<Repeat> {};

TEST_P(AcceptCartonsRepeats, AreKnownByWhatIsInThem) {
    const auto first = accept({{"A", 4, 1}, {"B", 2, 1}});
    const auto second = accept(GetParam().items, GetParam().key);
    EXPECT_EQ(second.push.uuid == first.push.uuid, GetParam().is_same);
    EXPECT_EQ(second.warning.empty(), !GetParam().is_same) << second.warning;
    EXPECT_EQ(jobs().size(), 1U);
    std::size_t told = 0;
    for (const std::string& type : events()) told += type == "carton_push.created" ? 1 : 0;
    EXPECT_EQ(told, GetParam().is_same ? 1U : 2U);
}

INSTANTIATE_TEST_SUITE_P(Table, AcceptCartonsRepeats,
                         ::testing::Values(Repeat{"Equal", {{"A", 4, 1}, {"B", 2, 1}}, std::nullopt, true},
                                           Repeat{"InAnotherOrder", {{"B", 2, 1}, {"A", 4, 1}}, std::nullopt, true},
                                           Repeat{"OtherUnits", {{"A", 4, 1}, {"B", 3, 1}}, std::nullopt, false},
                                           Repeat{"OtherCase", {{"A", 4, 0}, {"B", 2, 1}}, std::nullopt, false},
                                           Repeat{"OtherSku", {{"A", 4, 1}, {"b", 2, 1}}, std::nullopt, false},
                                           Repeat{"OneLess", {{"A", 4, 1}}, std::nullopt, false},
                                           Repeat{"AKeyOfItsOwn", {{"A", 4, 1}, {"B", 2, 1}}, "carton-2", false}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST_F(AcceptCartons, WhatFailedIsNoRepeatAndWhatSucceededIs) {
    const auto first = accept({{"A", 4, 1}});
    finish(first.push, "failed");
    const auto second = accept({{"A", 4, 1}});
    EXPECT_NE(second.push.uuid, first.push.uuid);
    finish(second.push, "succeeded");
    const auto third = accept({{"A", 4, 1}});
    EXPECT_EQ(third.push.uuid, second.push.uuid);
    EXPECT_NE(third.warning.find("succeeded"), std::string::npos) << third.warning;
    // Also when Amazon has closed the shipment since: the answer to a lost answer.
    record(fba_facts("FBA1", "CLOSED"));
    EXPECT_EQ(accept({{"A", 4, 1}}).push.uuid, second.push.uuid);
}

TEST_F(AcceptCartons, TheSameContentsForAnotherShipmentIsAnotherCarton) {
    record(fba_facts("FBA2"));
    EXPECT_NE(accept({{"A", 4, 1}}).push.uuid, accept({{"A", 4, 1}}, std::nullopt, "uuid-FBA2").push.uuid);
}

TEST_F(AcceptCartons, AKeyIsForOneCarton) {
    const auto first = accept({{"A", 4, 1}}, "k1");
    EXPECT_EQ(accept({{"A", 4, 1}}, "k1").push.uuid, first.push.uuid);
    const Refusal refusal = refuse({{"A", 5, 1}}, "k1");
    EXPECT_EQ(refusal.kind, ErrorKind::invalid);
    EXPECT_NE(refusal.messages[0].find(first.push.uuid), std::string::npos);
    EXPECT_EQ(accept({{"A", 4, 1}}).push.uuid, first.push.uuid) << "without a key the contents tell";
}

struct CartonRefusal {
    const char* name;
    const char* status;
    bool cases;
    Items items;
    const char* shipment;
    ErrorKind kind;
    std::vector<std::string> says;
};
class AcceptCartonsRefusals : public AcceptCartons, public ::testing::WithParamInterface<CartonRefusal> {};

TEST_P(AcceptCartonsRefusals, SayWhatIsWrongAndLeaveNothingBehind) {
    auto facts = fba_facts("FBA1", GetParam().status);
    facts.are_cases_required = GetParam().cases;
    record(facts);
    const Refusal refusal = refuse(GetParam().items, std::nullopt, GetParam().shipment);
    EXPECT_EQ(refusal.kind, GetParam().kind);
    EXPECT_EQ(refusal.messages, GetParam().says);
    EXPECT_TRUE(jobs().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, AcceptCartonsRefusals,
    ::testing::Values(CartonRefusal{"Unknown",
                                    "WORKING",
                                    false,
                                    {{"A", 1, 1}},
                                    "nothing",
                                    ErrorKind::not_found,
                                    {"fba inbound shipment not found"}},
                      CartonRefusal{"Closed",
                                    "CLOSED",
                                    false,
                                    {{"A", 1, 1}},
                                    "uuid-FBA1",
                                    ErrorKind::invalid,
                                    {"shipment FBA1 is CLOSED at Amazon; its cartons cannot be told any more"}},
                      CartonRefusal{"CasesOfAnIndividuallyPackedShipment",
                                    "WORKING",
                                    false,
                                    {{"A", 6, 1}, {"B", 6, 6}, {"C", 6, 2}},
                                    "uuid-FBA1",
                                    ErrorKind::invalid,
                                    {"items[1].quantity_in_case is 6, but shipment FBA1 is individually packed "
                                     "(are_cases_required is false): send 1",
                                     "items[2].quantity_in_case is 2, but shipment FBA1 is individually packed "
                                     "(are_cases_required is false): send 1"}}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(AcceptCartons, OfACasePackedShipmentMayComeInCases) {
    auto facts = fba_facts("FBA1");
    facts.are_cases_required = true;
    record(facts);
    EXPECT_EQ(accept({{"A", 24, 6}}).push.status, "pending");
}

TEST_F(AcceptCartons, AWarningIsGivenWhereNoFeedIsTaken) {
    for (const auto& [source, warned] :
         {std::pair{"FEED", false}, std::pair{"INTERACTIVE", true}, std::pair{"NONE", true}}) {
        auto facts = fba_facts(std::string{"FBA9"} + source);
        facts.box_contents_source = source;
        record(facts);
        const auto made = accept({{"A", 1, 1}}, std::nullopt, "uuid-" + facts.shipment_id);
        EXPECT_EQ(!made.warning.empty(), warned) << made.warning;
    }
}

}  // namespace
}  // namespace crossdock::services
