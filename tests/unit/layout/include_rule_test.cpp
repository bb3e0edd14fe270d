// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "include_rule.h"

namespace crossdock::layout {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot{CROSSDOCK_SOURCE_DIR};
const fs::path kPage = kRoot / "docs/decisions/001-layout.md";

TEST(IncludeRule, IsKeptByEveryFile) {
    const auto found = breaches(kRoot / "src", read_rules(kPage));
    std::string list;
    for (const std::string& line : found) list += "\n  src/" + line;
    EXPECT_TRUE(found.empty()) << found.size() << " breaches of docs/decisions/001-layout.md:" << list;
    EXPECT_GT(count_sources(kRoot / "src"), 50U) << "the sources were not found";
}

TEST(IncludeRule, EveryRowNamesFoldersThatHaveOne) {
    const Rules rules = read_rules(kPage);
    std::vector<std::string> names;
    for (const Folder& folder : rules.folders) names.push_back(folder.name);
    for (const Folder& folder : rules.folders) {
        for (const std::string& word : folder.allowed) EXPECT_THAT(names, testing::Contains(word)) << folder.name;
        for (const std::string& word : folder.except) EXPECT_THAT(names, testing::Contains(word)) << folder.name;
    }
}

/// One file planted in an empty tree, and what must be said about it ("" for nothing).
struct PlantedCase {
    const char* name;
    const char* path;
    const char* line;
    const char* breach;
};
std::ostream& operator<<(std::ostream& out, const PlantedCase& row) { return out << row.name; }

/// An empty tree of its own, removed at the end.
class PlantedTree : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "crossdock-layout-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        root_ = pattern;
    }
    void TearDown() override { fs::remove_all(root_); }

    fs::path root_;
};
class PlantedFile : public PlantedTree, public testing::WithParamInterface<PlantedCase> {};

TEST_P(PlantedFile, IsJudgedByItsRow) {
    const fs::path file = root_ / GetParam().path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "// SPDX-License-Identifier: Apache-2.0\n" << GetParam().line << "\n";
    std::string found;
    for (const std::string& line : breaches(root_, read_rules(kPage))) found += line;
    if (std::string_view{GetParam().breach}.empty()) {
        EXPECT_EQ(found, "");
    } else {
        EXPECT_EQ(found, std::string{GetParam().path} + GetParam().breach);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, PlantedFile,
    testing::Values(
        PlantedCase{"Upwards", "domain/order.h", "#include \"db/database.h\"",
                    ":2: may not include db/database.h: domain/ may include base/ and nothing"},
        PlantedCase{"Downwards", "store/order_repo.h", "#include \"domain/order.h\"", ""},
        PlantedCase{"Itself", "store/order_repo.h", "#include \"store/meta.h\"", ""},
        PlantedCase{"Base", "crypto/hash.h", "#include \"base/text.h\"", ""},
        PlantedCase{"BlanksInTheDirective", "domain/order.h", "  #  include   \"db/database.h\"",
                    ":2: may not include db/database.h: domain/ may include base/ and nothing"},
        PlantedCase{"OneProviderKnowsTheRoot", "connectors/ebay/orders.cpp", "#include \"connectors/connector.h\"", ""},
        PlantedCase{"OneProviderKnowsItself", "connectors/ebay/orders.cpp", "#include \"connectors/ebay/auth.h\"", ""},
        PlantedCase{"ConnectorsRootKnowsNoProvider", "connectors/registry.cpp",
                    "#include \"connectors/shopify/auth.h\"",
                    ":2: may not include connectors/shopify/auth.h: connectors/ may include base/ and domain/ net/"},
        PlantedCase{"SandboxSharesNothingWithConnectors", "sandbox/shopify/world.h",
                    "#include \"connectors/shopify/gid.h\"",
                    ":2: may not include connectors/shopify/gid.h: sandbox/<provider>/ may include base/ and sandbox/ "
                    "sandbox/graphql/ http/"},
        PlantedCase{"GraphqlIsNoProvider", "sandbox/graphql/ast.h", "#include \"http/message.h\"",
                    ":2: may not include http/message.h: sandbox/graphql/ may include base/ and nothing"},
        PlantedCase{"SubfoldersWithoutARowBelongToTheirParent", "api/routes/orders.cpp",
                    "#include \"api/json/error.h\"", ""},
        PlantedCase{"AppKnowsAll", "app/hub.cpp", "#include \"connectors/shopify/auth.h\"", ""},
        PlantedCase{"AppDoesNotKnowCli", "app/hub.cpp", "#include \"cli/output.h\"",
                    ":2: may not include cli/output.h: app/ may include base/ and everything but cli/"},
        PlantedCase{"MainKnowsCli", "main.cpp", "#include \"cli/commands.h\"", ""},
        PlantedCase{"MainKnowsNothingElse", "main.cpp", "#include \"app/hub.h\"",
                    ":2: may not include app/hub.h: main.cpp may include base/ and cli/"},
        PlantedCase{"FolderWithoutARow", "utils/misc.h", "", ": its folder has no row in the table"},
        PlantedCase{
            "QuotesForANeighbour", "domain/order.h", "#include \"money.h\"",
            ":2: may not include money.h: no folder of the table: quotes are for headers below src/, spelled from "
            "there"}),
    [](const auto& row) { return std::string(row.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Libraries, PlantedFile,
    testing::Values(
        PlantedCase{"HttplibAtHome", "net/client.cpp", "#include <httplib.h>", ""},
        PlantedCase{"HttplibInAHeader", "net/client.h", "#include <httplib.h>",
                    ":2: may not include httplib.h: only http/*.cpp net/*.cpp may"},
        PlantedCase{"HttplibInQuotes", "api/server.cpp", "#include \"httplib.h\"",
                    ":2: may not include httplib.h: only http/*.cpp net/*.cpp may"},
        PlantedCase{"SqliteInStore", "store/meta.cpp", "#include <sqlite3.h>",
                    ":2: may not include sqlite3.h: only db/*.cpp may"},
        PlantedCase{"SqliteCppInDb", "db/statement.cpp", "#include <SQLiteCpp/SQLiteCpp.h>", ""},
        PlantedCase{"TomlInASecondUnit", "config/config.cpp", "#include <toml++/toml.h>",
                    ":2: may not include toml++/toml.h: only config/read_toml.cpp may"},
        PlantedCase{"TomlAtHome", "config/read_toml.cpp", "#include <toml++/toml.h>", ""},
        PlantedCase{"CommandLineInApp", "app/hub.cpp", "#include <CLI/CLI.hpp>",
                    ":2: may not include CLI/CLI.hpp: only cli/*.cpp main.cpp may"},
        PlantedCase{"JsonInAHeader", "api/json/order.h", "#include <nlohmann/json.hpp>",
                    ":2: may not include nlohmann/json.hpp: only *.cpp may"},
        PlantedCase{"JsonInAUnit", "api/json/order.cpp", "#include <nlohmann/json.hpp>", ""},
        PlantedCase{"JsonForwardInAHeader", "api/json/order.h", "#include <nlohmann/json_fwd.hpp>", ""},
        PlantedCase{
            "OpensslInAConnector", "connectors/ebay/auth.cpp", "#include <openssl/evp.h>",
            ":2: may not include openssl/evp.h: only crypto/*.cpp net/*.cpp http/*.cpp sandbox/*.cpp sandbox/<provider>/*.cpp may"},
        PlantedCase{"StandardLibrary", "domain/order.h", "#include <string>", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(PlantedTree, WithoutALicenseLineIsListed) {
    fs::create_directories(root_ / "base");
    std::ofstream(root_ / "base/text.h") << "#pragma once\n";
    EXPECT_THAT(breaches(root_, read_rules(kPage)),
                testing::ElementsAre("base/text.h: has no line \"// SPDX-License-Identifier: Apache-2.0\""));
}

TEST_F(PlantedTree, APageWithoutTheTablesIsAnError) {
    const fs::path page = root_ / "page.md";
    std::ofstream(page) << "# Nothing here\n";
    EXPECT_THROW(read_rules(page), std::runtime_error);
    EXPECT_THROW(read_rules(root_ / "missing.md"), std::runtime_error);
}

}  // namespace
}  // namespace crossdock::layout
