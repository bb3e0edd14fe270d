// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace crossdock::db {

/// Of SQLiteCpp, by which SQLite is used.
std::string library_version();

}  // namespace crossdock::db
