// SPDX-License-Identifier: Apache-2.0
#include "fuzz/target.h"

#include <algorithm>
#include <array>

namespace crossdock::fuzz {

// One file each, named as the target.
namespace on_answer {
void run(std::string_view input);
}
namespace on_api {
void run(std::string_view input);
}
namespace on_body {
void run(std::string_view input);
}
namespace on_bulk {
void run(std::string_view input);
}
namespace on_config {
void run(std::string_view input);
}
namespace on_cursor {
void run(std::string_view input);
}
namespace on_form {
void run(std::string_view input);
}
namespace on_item {
void run(std::string_view input);
}
namespace on_json {
void run(std::string_view input);
}
namespace on_key {
void run(std::string_view input);
}
namespace on_money {
void run(std::string_view input);
}
namespace on_name {
void run(std::string_view input);
}
namespace on_order {
void run(std::string_view input);
}
namespace on_refund {
void run(std::string_view input);
}
namespace on_report {
void run(std::string_view input);
}
namespace on_request {
void run(std::string_view input);
}
namespace on_signature {
void run(std::string_view input);
}
namespace on_time {
void run(std::string_view input);
}
namespace on_xml {
void run(std::string_view input);
}

namespace {

#ifdef CROSSDOCK_FUZZ_ONLY_API  // the program that is built apart
constexpr std::array kTargets{Target{"api", on_api::run}};
#else
constexpr std::array kTargets{
#ifndef CROSSDOCK_FUZZ
    Target{"api", on_api::run},
#endif
    Target{"answer", on_answer::run}, Target{"body", on_body::run},       Target{"bulk", on_bulk::run},
    Target{"config", on_config::run}, Target{"cursor", on_cursor::run},       Target{"form", on_form::run},
    Target{"item", on_item::run},     Target{"json", on_json::run},           Target{"key", on_key::run},
    Target{"money", on_money::run},   Target{"name", on_name::run},           Target{"order", on_order::run},
    Target{"refund", on_refund::run}, Target{"report", on_report::run},       Target{"request", on_request::run},
    Target{"signature", on_signature::run}, Target{"time", on_time::run},     Target{"xml", on_xml::run}};
#endif

std::string excerpt(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 300)) out += c >= 0x20 && c < 0x7F ? c : '?';
    return out;
}

}  // namespace

std::span<const Target> targets() { return kTargets; }

const Target* find_target(std::string_view name) {
    const auto found = std::find_if(kTargets.begin(), kTargets.end(), [&](const Target& t) { return t.name == name; });
    return found == kTargets.end() ? nullptr : &*found;
}

void check_same(std::string_view one, std::string_view other, const char* promise) {
    if (one != other)
        throw BrokenPromise{std::string{promise} + ": \"" + excerpt(one) + "\" and \"" + excerpt(other) + "\""};
}

std::string_view Input::line() {
    const auto end = std::min(rest_.find('\n'), rest_.size());
    const auto found = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return found;
}

std::size_t Input::number(std::size_t most) {
    std::size_t value = 0;
    for (const char c : line().substr(0, 9)) value = value * 10 + (static_cast<unsigned char>(c) & 0x0FU);
    return value % (most + 1);
}

std::size_t Input::choice(std::span<const std::string_view> words) {
    const auto word = line();
    const auto found = std::find(words.begin(), words.end(), word);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    return word.empty() ? 0 : static_cast<unsigned char>(word.front()) % words.size();
}

}  // namespace crossdock::fuzz
