// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "exchange/plan.h"
#include "store/exchange_repo.h"

namespace crossdock::exchange {

constexpr std::int64_t kFormatVersion = 1;  // of the files that are given out

/// The text of a file's manifest: number, count, bytes, hash and where in the hub's commit order its rows stand.
std::string manifest_text(const store::FileOut& file, Format format, std::int64_t bytes, std::string_view sha256);

/// What a manifest of the ERP says about another file than this one; nothing when they agree. Of `bytes`, `rows` and
/// `sha256` it names what it wants to have compared.
std::optional<std::string> manifest_objection(std::string_view manifest, std::int64_t bytes, std::int64_t rows,
                                              std::string_view sha256);

/// The numbers that were ever given to files in this folder, by kind: what a database that was put back from a backup
/// does not know.
using Numbers = std::map<std::string, std::int64_t, std::less<>>;
std::string numbers_text(const Numbers& numbers);
/// What cannot be read counts as none.
Numbers read_numbers(std::string_view text);

/// Who works in the folder.
struct Owner {
    std::string installation, host;
    std::int64_t pid = 0, beat = 0;
    friend bool operator==(const Owner&, const Owner&) = default;
};
std::string owner_text(const Owner& owner);
std::optional<Owner> read_owner(std::string_view text);

}  // namespace crossdock::exchange
