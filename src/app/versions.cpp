// SPDX-License-Identifier: Apache-2.0
#include "app/versions.h"

#include "crypto/hash.h"
#include "db/database.h"
#include "db/library_version.h"
#include "db/migrator.h"
#include "http/server.h"

namespace crossdock::app {

std::vector<std::pair<std::string, std::string>> library_versions() {
    return {{"sqlite", db::Database::engine_version()},
            {"sqlitecpp", db::library_version()},
            {"cpp-httplib", http::library_version()},
            {"openssl", crypto::library_version()},
            {"schema", std::to_string(db::newest_schema())}};
}

}  // namespace crossdock::app
