// SPDX-License-Identifier: Apache-2.0
// Which test shows which row of the catalogue, and which rows none shows. No row may be silently absent.
#include <map>
#include <set>

#include "integration/bad_input_rows.h"

namespace crossdock::testing {
namespace {

struct Elsewhere {
    const char* row;
    const char* test;  // of this program
};

/// Rows that need more than bytes and an answer. Rows of the tables are found by themselves.
const std::vector<Elsewhere> kElsewhere{
    {"B7", "Catalogue.EveryRowIsAnsweredAsWrittenAndMemoryStaysBounded"},
    {"B9", "Catalogue.WhatIsSilentOrDripsIsClosedInTime"},
    {"B15", "Catalogue.EveryRowIsAnsweredAsWrittenAndMemoryStaysBounded"},
    {"B24", "Catalogue.WhatIsSilentOrDripsIsClosedInTime"},
    {"B24", "Hostile.SixHundredSlowConnectionsLeaveTheCleanClientAlone"},
    {"B25", "Catalogue.EveryRowIsAnsweredAsWrittenAndMemoryStaysBounded"},
    {"B27", "Catalogue.TheAddressThatCountsIsTheConnectionsOwn"},
    {"B28", "Catalogue.FiveThousandQuickRequestsOfOneKeyHarmNobodyElse"},
    {"B28", "Catalogue.BeyondItsPlanAKeyIsToldToWaitAndOthersAreNot"},
    {"J14", "BadShipments.RowsThatShowInWhatIsKeptAndAtTheShop"},
    {"J16", "BadShipments.RowsThatShowInWhatIsKeptAndAtTheShop"},
    {"J17", "BadShipments.RowsThatShowInWhatIsKeptAndAtTheShop"},
    {"J18", "BadShipments.RowsThatShowInWhatIsKeptAndAtTheShop"},
    {"Q1", "BadOrders.OneTimeForAllOfThemLosesNone"},
    {"Q6", "Catalogue.ACursorOfAnotherAgeOrVersionIsRefusedThoughItIsSigned"},
    {"B18", "Tls.InitServeAndClientsThatTrustTheAuthorityAlone"},
    {"Q5", "OpenApiTour.WhatIsRefused"},
    {"I1", "OneEffect.ForEveryKeyFromManyClientsAtOnceAndOverKills"},
    {"W1", "WebhooksIn.AreKeptOnceOrRefusedWithoutAWord"},
    {"W2", "WebhooksIn.AreKeptOnceOrRefusedWithoutAWord"},
    {"W3", "WebhooksOut.NothingIsLostAndNobodyWaitsForOthersWhateverReceiversDo"},
    {"C1", "Nonsense.InPlaceOfAPageIsNamedRetriedAndMovesNothing"},
    {"C1", "Nonsense.AByteASecondEndsAtTheDeadline"},
    {"C2", "Nonsense.PagersThatDoNotEndAreStopped"},
    {"C3", "BadOrders.TimesThatCannotBeAreBounded"},
    {"C3", "BadOrders.OneTimeForAllOfThemLosesNone"},
    {"C4", "BadOrders.AreImportedOrListedWithTheirRawFormAndBlockNothing"},
    {"C5", "Nonsense.InPlaceOfAPageIsNamedRetriedAndMovesNothing"},
    {"C5", "Nonsense.RefusalsOfTheChannelAreTakenAtTheirWord"},
    {"F1", "Cli.CheckNamesPlaceFaultAndRemedy"},
    {"F1", "Cli.SecretsThatOthersCanReadAreAWarningThenAnError"},
    {"F2", "RefusedFile.Empty"},
    {"F2", "RefusedFile.Garbage"},
    {"F2", "RefusedFile.ANewerSchema"},
    {"F2", "RefusedFile.AReadOnlyDatabase"},
    {"F2", "RefusedFile.ANetworkDisk"},
    {"F2", "RefusedFile.ALogWithoutItsDatabase"},
    {"F2", "RefusedFile.ADatabaseThatIsRemovedWhileItIsUsed"},
    {"F2", "RefusedFile.AnotherProgramsDatabase"},
    {"F3", "RefusedFile.AnAddressThatIsTakenOrNotOurs"},
    {"F3", "RefusedFile.AClockIn1970"},
    {"F3", "Cli.OnlyOneHubForADataDirectoryAndAPort"},
    {"F3", "Tls.ARenewedCertificateIsShownWithoutCuttingAnybodyAndABrokenOneIsNot"},
    {"F3", "Tls.AKeyOfAnotherCertificateIsRefusedAndAnExpiredOneStartsWithAnAlarm"},
};

/// What nothing here shows, or not all of it, and why.
const std::multimap<std::string, const char*> kNotCovered{
    {"J16",
     "a second tracking number for an order that we shipped is no fault: it is a further parcel (tracking_added)"},
    {"J19", "no endpoint of /api/v1 takes an amount of money in; the reader of money has its table in unit/domain"},
    {"I1", "a repeat after 5xx: unit/api (Idempotency)"},
    {"W1", "the previous secret: unit/connectors/shopify (Webhooks)"},
    {"W2",
     "older than what is stored: unit/services (RecordOrder); unknown topics: unit/connectors/shopify (Webhooks)"},
    {"C2", "a wrong total: Shopify's lists state none"},
};

std::set<std::string> all_rows() {
    std::set<std::string> rows{"I1"};
    for (const auto& [letter, count] :
         std::map<char, int>{{'B', 28}, {'A', 3}, {'J', 19}, {'Q', 6}, {'W', 3}, {'C', 5}, {'F', 3}})
        for (int i = 1; i <= count; ++i) rows.insert(letter + std::to_string(i));
    return rows;
}

bool is_a_test_here(const std::string& name) {
    const auto* all = ::testing::UnitTest::GetInstance();
    for (int i = 0; i < all->total_test_suite_count(); ++i) {
        const auto* suite = all->GetTestSuite(i);
        for (int j = 0; j < suite->total_test_count(); ++j)
            if (std::string{suite->name()} + "." + suite->GetTestInfo(j)->name() == name) return true;
    }
    return false;
}

TEST(CatalogueIndex, EveryRowIsShownOrSaysWhyNot) {
    std::map<std::string, int> in_tables;
    for (const auto& rows : {framing_rows(), request_rows()})
        for (const BadInput& input : rows) ++in_tables[input.row];
    const std::set<std::string> known = all_rows();
    for (const auto& [row, count] : in_tables) EXPECT_TRUE(known.count(row)) << row << " is no row of the catalogue";
    for (const std::string& row : known) {
        bool told = false;
        if (const auto found = in_tables.find(row); found != in_tables.end()) {
            std::printf("%-4s %d variants in Catalogue.EveryRowIsAnsweredAsWrittenAndMemoryStaysBounded\n", row.c_str(),
                        found->second);
            told = true;
        }
        for (const Elsewhere& one : kElsewhere)
            if (one.row == row) {
                std::printf("%-4s in %s\n", row.c_str(), one.test);
                EXPECT_TRUE(is_a_test_here(one.test)) << row << ": there is no test " << one.test;
                told = true;
            }
        for (auto [at, end] = kNotCovered.equal_range(row); at != end; ++at) {
            std::printf("%-4s not covered: %s\n", row.c_str(), at->second);
            told = true;
        }
        EXPECT_TRUE(told) << row << " is neither shown nor said not to be";
    }
}

}  // namespace
}  // namespace crossdock::testing
