// SPDX-License-Identifier: Apache-2.0
#include "store/refund_repo.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "support/temporary_database.h"

namespace crossdock::store {
namespace {

TEST(RefundRepoTest, AListWithoutAChannelIsAFaultAndNoEmptyAnswer) {
    testing::TemporaryDatabase database;
    ListQuery query;
    query.account = database.channel.account_id;
    const auto list = [&] {
        database->read(
            [&](db::Session& session) { RefundRepo(session).list(query, [](const RefundRow&) { return true; }); });
    };
    EXPECT_THROW(list(), std::logic_error);
    query.channel = database.channel.id;
    EXPECT_NO_THROW(list());
}

}  // namespace
}  // namespace crossdock::store
