// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dialect/charset.h"
#include "dialect/zone.h"

/// How old programs want `/api/v1` to speak to them: the same values in other words. Pure functions on the contract's
/// JSON; docs/decisions/017-dialects.md says why, docs/api/dialects.md what.
namespace crossdock::dialect {

enum class Format { json, csv, xml };

/// What is bound to a key. The standard of every setting is what the contract says.
struct Dialect {
    Format format = Format::json;
    bool flat = false;  // lists without anything nested: a row for every line of an order. CSV is always so
    Charset charset = Charset::utf8;
    bool fractions = true;             // of seconds
    std::shared_ptr<const Zone> zone;  // none: UTC
    bool offset = true;                // times end in Z or an offset; false: in nothing, they are the zone's clock
    bool raw_payload = true;           // without `raw` in a request, does raw_payload come along?
    std::size_t max_page_bytes = 0;    // of the body of a page; 0: no limit of its own

    [[nodiscard]] bool is_flat() const { return flat || format == Format::csv; }
    /// Are times written otherwise than the contract has them?
    [[nodiscard]] bool respells_times() const { return !fractions || zone || !offset; }
    /// Does a time without a zone have a meaning here, whatever the contract says of it?
    [[nodiscard]] bool has_local_times() const { return zone || !offset; }
};

constexpr std::size_t kSmallestPage = 1'024;
constexpr std::size_t kLargestPage = 32U * 1024 * 1024;

/// Reads settings as `crossdock key create --dialect` takes them: words with commas between, a ready name (`foxpro`,
/// `delphi`) first if wanted, which later words refine. Errors: invalid `dialect_invalid`, naming the word and what
/// there is; `zone_unknown`.
Result<Dialect> read_dialect(std::string_view settings);
/// What a key keeps of settings that somebody wrote: to_text() of them, or nothing for "none", which is as documented.
/// Errors: those of read_dialect.
Result<std::string> dialect_to_keep(std::string_view settings);
/// All settings in one order, without ready names: what a name means to a key does not change when a later program
/// means something else by it. read_dialect reads it again.
std::string to_text(const Dialect& dialect);

/// "json", "csv", "xml"; nothing else.
Result<Format> read_format(std::string_view word);
/// For Content-Type.
std::string content_type(const Dialect& dialect);

/// Times of the contract as the dialect has them; anything that is none is given back as it is. Fractions are cut off,
/// never rounded up: a program that asks "since" what it read misses nothing.
std::string respell_time(const Dialect& dialect, std::string_view time);
/// A time in a request that has no zone is the zone's clock, as those that the dialect writes; UTC where it writes them
/// without an offset and has no zone. Gives it back in UTC, or as it is.
std::string read_local_time(const Dialect& dialect, std::string_view time);

}  // namespace crossdock::dialect
