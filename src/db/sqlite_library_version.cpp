// SPDX-License-Identifier: Apache-2.0
#include <SQLiteCpp/SQLiteCpp.h>

#include "db/library_version.h"

namespace crossdock::db {

// Before 3.3 a savepoint that was undone stayed open. SQLite itself is asked as the database is opened (sqlite_open.cpp).
static_assert(SQLITECPP_VERSION_NUMBER >= 3'003'000, "SQLiteCpp before 3.3 is unfit");

std::string library_version() {
    constexpr int kNumber = SQLITECPP_VERSION_NUMBER;
    return std::to_string(kNumber / 1'000'000) + '.' + std::to_string(kNumber / 1'000 % 1'000) + '.' + std::to_string(kNumber % 1'000);
}

}  // namespace crossdock::db
