// SPDX-License-Identifier: Apache-2.0
#include "services/record_items.h"

#include <gtest/gtest.h>

#include "support/temporary_database.h"

namespace crossdock::services {
namespace {

using testing::TemporaryDatabase;

struct Gone {
    domain::Provider provider;
    const char* status;
};
class VanishedItems : public ::testing::TestWithParam<Gone> {};

TEST_P(VanishedItems, AreKeptUnderTheProvidersWord) {
    TemporaryDatabase database;
    database->write([&](db::Session& session) {
        store::ChannelRepo channels(session);
        const auto id = channels.ensure(database.channel.account_id, "other", GetParam().provider, true, database.clock.now());
        const store::Channel channel = *channels.get(*id);
        domain::Item item;
        item.variant_id = item.sku.emplace("A");
        item.status = domain::ItemStatus::active;
        record_variant(session, channel, {item}, 1, database.clock.now());
        EXPECT_EQ(retire_unseen_items(session, channel, 2, database.clock.now(), 10), 1);
        EXPECT_EQ(retire_unseen_items(session, channel, 3, database.clock.now(), 10), 0) << "once";
        db::Statement row(session, "SELECT status, body FROM items");
        ASSERT_TRUE(row.step());
        EXPECT_EQ(row.text(0), GetParam().status);
        EXPECT_NE(row.string(1).find(std::string{"\"status\":\""} + GetParam().status + "\",\"active\":false"), std::string::npos)
            << row.text(1);
    });
}

INSTANTIATE_TEST_SUITE_P(Every, VanishedItems,
                         ::testing::Values(Gone{domain::Provider::ebay, "archived"},
                                           Gone{domain::Provider::walmart, "retired"}),
                         [](const auto& row) { return std::string{domain::to_string(row.param.provider)}; });

}  // namespace
}  // namespace crossdock::services
