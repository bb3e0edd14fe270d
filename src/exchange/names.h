// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "exchange/plan.h"

/// What the names of exchanged files say.
namespace crossdock::exchange {

/// What the ERP sends.
enum class InKind { acks, refund_acks, stock, shipments };
std::string_view to_string(InKind kind);

/// A file in `in/`, by its name.
struct InName {
    InKind kind = InKind::acks;
    Format format = Format::csv;
};
/// Why a name is none of a file to take.
enum class NoFile {
    unfinished,  // its writer still writes: .tmp, .part and the like
    ours,        // an answer, a marker, a manifest
    litter,      // what systems leave in folders
    unknown,     // no ending of a table
};
/// What the name says; a text: it is meant for us, and why it cannot be taken.
std::variant<InName, NoFile, std::string> read_in_name(std::string_view name);

/// "20261130T032000Z"
std::string compact_time(Timestamp at);
/// "orders-000017-20261130T032000Z.csv"
std::string out_name(std::string_view kind, std::int64_t number, Timestamp at, Format format);
/// The number in such a name of that kind. Kinds may begin alike: "refunds-shop", "refunds-shop-7".
std::optional<std::int64_t> number_in(std::string_view name, std::string_view kind);
/// "orders-000017-20261130T032000Z.manifest.json" for "orders-000017-20261130T032000Z.csv"
std::string manifest_name(std::string_view out_name);
/// When the archive got a file of that name.
std::optional<Timestamp> archived_at(std::string_view archive_name);

constexpr std::size_t kLongestName = 180;  // bytes, so that .err and an archive's prefix still fit

}  // namespace crossdock::exchange
