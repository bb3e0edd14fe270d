// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::layout {

/// A row of the folder table: who may include whom. Folders are spelled "connectors/<provider>/".
struct Folder {
    std::string name;
    std::vector<std::string> allowed;
    bool everything = false;  // all but `except`
    std::vector<std::string> except;
};

/// A row of the header table: third-party headers and the files that may include them ("http/*.cpp").
struct Library {
    std::string prefix;
    std::vector<std::string> files;
};

struct Rules {
    std::vector<Folder> folders;
    std::vector<Library> libraries;
};

/// Reads both tables from the page. Throws std::runtime_error when they are not there: a rule that is not found must
/// not count as kept.
Rules read_rules(const std::filesystem::path& page);

/// Every breach in the tree, as "domain/order.h:7: may not include "db/database.h": …", sorted by file and line.
std::vector<std::string> breaches(const std::filesystem::path& source_root, const Rules& rules);

/// How many files were looked at, so that a test can tell "clean" from "nothing there".
std::size_t count_sources(const std::filesystem::path& source_root);

}  // namespace crossdock::layout
