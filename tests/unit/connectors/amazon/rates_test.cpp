// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/rates.h"

#include <regex>

#include "unit/connectors/amazon/seller.h"

namespace crossdock::connectors::amazon::tests {
namespace {

/// "Rate | Burst" of each operation's usage plan, by operation id and version, out of the models' prose.
std::map<std::string, std::pair<double, double>> published_rates() {
    std::map<std::string, std::pair<double, double>> rates;
    const std::regex table(R"(\|[ -]+\|[ -]+\|\s*\n\|\s*([0-9.]+)\s*\|\s*([0-9]+)\s*\|)");
    for (const char* name : {"orders_2026-01-01", "financesV0", "finances_2024-06-19", "listingsItems_2021-08-01",
                             "feeds_2021-06-30", "reports_2021-06-30", "fulfillmentInboundV0",
                             "fulfillmentInbound_2024-03-20", "sellers", "tokens_2021-03-01", "ordersV0"}) {
        std::ifstream file(std::string{CROSSDOCK_SHARED_DIR} + "/specs/amazon/" + name + ".json", std::ios::binary);
        if (!file) return {};
        const Json model = Json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
        for (const Json& path : model["paths"])
            for (const Json& operation : path) {
                if (!operation.is_object() || !operation.contains("operationId")) continue;
                std::string id = operation["operationId"];
                if (std::string_view{name} == "ordersV0" && id == "getOrder") id = "getOrder (v0)";
                const std::string text = operation.value("description", "");
                std::smatch found;
                if (std::regex_search(text, found, table)) rates[id] = {std::stod(found[1]), std::stod(found[2])};
            }
    }
    return rates;
}

TEST(AmazonRates, AreThoseOfTheModelsForEveryOperation) {
    const auto published = published_rates();
    if (published.empty()) GTEST_SKIP() << "Amazon's models are not here";
    const ManualClock clock{at("2026-11-20T10:00:00Z")};
    Budgets budgets(clock);
    for (std::size_t i = 0; i < kOperations; ++i) {
        const auto operation = static_cast<Operation>(i);
        const std::string name{to_string(operation)};
        ASSERT_TRUE(published.contains(name)) << name;
        const auto state = budgets.of(operation).state();
        EXPECT_DOUBLE_EQ(state.restore_per_second, published.at(name).first) << name;
        EXPECT_DOUBLE_EQ(state.capacity, published.at(name).second) << name;
    }
}

}  // namespace
}  // namespace crossdock::connectors::amazon::tests
