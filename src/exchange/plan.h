// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

/// Files to and from an ERP that cannot speak HTTP. docs/ops/exchange.md is what people read about it.
namespace crossdock::exchange {

enum class Format { csv, jsonl, xml };
enum class Charset { utf8, windows_1252 };
/// When a file of the ERP counts as complete, beside that its name says so and that it does not change any more.
enum class Complete {
    quiet,     // nothing more is asked for
    done,      // NAME.done is there
    manifest,  // NAME.manifest.json is there, and agrees
};

/// [exchange] of the config file.
struct Plan {
    std::string folder;  // empty: there is no exchange
    std::string account = "default";
    Format format = Format::csv;
    Charset charset = Charset::utf8;
    std::chrono::milliseconds every = std::chrono::seconds{30};
    Complete complete = Complete::quiet;
    std::int64_t keep_days = 30;    // archive and answers
    std::int64_t max_orders = 500;  // in a file, refunds likewise
    bool orders = true, refunds = true, acks = true, stock = true, shipments = true;
    bool ack_on_write = false;  // what was given out counts as imported
};

std::string_view to_string(Format format);
std::string_view to_string(Charset charset);

}  // namespace crossdock::exchange
