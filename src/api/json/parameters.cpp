// SPDX-License-Identifier: Apache-2.0
#include "api/json/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "domain/order.h"

namespace crossdock::api {
namespace {

constexpr std::int64_t kDefaultLimit = 100;
constexpr std::int64_t kLargestLimit = 500;
constexpr std::size_t kMostStatuses = 50;

// What the channels' payment words are after mapping. `canceled` is not here: it is an order's `cancelled`.
constexpr std::array<std::string_view, 10> kPaymentStatuses{
    "authorized",         "expired", "failed",   "paid",   "partially_paid",
    "partially_refunded", "pending", "refunded", "unpaid", "voided"};
constexpr std::array kLifecycleStatuses{domain::OrderStatus::open, domain::OrderStatus::partially_fulfilled,
                                        domain::OrderStatus::fulfilled, domain::OrderStatus::closed,
                                        domain::OrderStatus::cancelled};

bool is_status(std::string_view word) {
    return word == "canceled" || domain::parse_order_status(word).has_value() ||
           std::find(kPaymentStatuses.begin(), kPaymentStatuses.end(), word) != kPaymentStatuses.end();
}

std::string valid_statuses() {
    std::string list;
    for (const auto status : kLifecycleStatuses) list += std::string{domain::to_string(status)} + ", ";
    for (const auto status : kPaymentStatuses) list += std::string{status} + ", ";
    list.resize(list.size() - 2);
    return list;
}

/// A whole number without sign games; a number too large for 64 bits is the largest there is. Nothing else: no number.
std::optional<std::int64_t> whole_parameter(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || fault == std::errc::invalid_argument) return std::nullopt;
    if (fault == std::errc::result_out_of_range)
        return text.front() == '-' ? std::numeric_limits<std::int64_t>::min()
                                   : std::numeric_limits<std::int64_t>::max();
    return value;
}

/// Fit for a message: what a client sent, but not a page of it.
std::string shown(std::string_view text) {
    return "\"" + std::string{text.substr(0, 60)} + (text.size() > 60 ? "…\"" : "\"");
}

}  // namespace

std::optional<std::string> Parameters::text(std::string_view name) {
    const auto values = request_.parameters(name);
    if (values.size() > 1) {
        faults_.add(std::string{name} + " is given " + std::to_string(values.size()) + " times; send it once");
        return std::nullopt;
    }
    if (values.empty()) return std::nullopt;
    const auto value = trim(values.front());
    if (value.empty()) return std::nullopt;
    return std::string{value};
}

std::int64_t Parameters::limit() {
    const auto value = text("limit");
    if (!value) return kDefaultLimit;
    const auto number = whole_parameter(*value);
    if (!number || *number < 1) {
        faults_.add("limit " + shown(*value) + " is not a number from 1 to " + std::to_string(kLargestLimit));
        return kDefaultLimit;
    }
    return std::min(*number, kLargestLimit);
}

std::int64_t Parameters::offset() {
    const auto value = text("offset");
    if (!value) return 0;
    const auto number = whole_parameter(*value);
    if (!number || *number < 0) {
        faults_.add("offset " + shown(*value) + " is not a number from 0 up");
        return 0;
    }
    return *number;
}

std::optional<bool> Parameters::flag(std::string_view name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const std::string word = to_lower(*value);
    if (word == "true" || word == "1") return true;
    if (word == "false" || word == "0") return false;
    faults_.add(std::string{name} + " " + shown(*value) + " is neither true nor false");
    return std::nullopt;
}

std::optional<Timestamp> Parameters::instant(std::string_view name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto at = parse_iso8601(*value, ZoneRule::utc);
    if (at) return *at;
    faults_.add(std::string{name} + ": " + at.error().message);
    return std::nullopt;
}

std::vector<std::string> Parameters::order_statuses() {
    std::vector<std::string> words;
    if (const auto one = text("status")) words.push_back(*one);
    for (const auto name : {"statuses", "statuses[]"})
        for (const auto value : request_.parameters(name))
            for (auto& word : split(value, ',')) words.push_back(std::move(word));
    if (words.size() > kMostStatuses) {
        faults_.add("statuses has " + std::to_string(words.size()) + " entries; at most " +
                    std::to_string(kMostStatuses) + " are accepted");
        return {};
    }
    std::vector<std::string> statuses;
    for (const std::string& given : words) {
        const std::string word = to_lower(trim(given));
        if (word.empty()) continue;
        if (!is_status(word)) {
            faults_.add("status " + shown(word) + " is not known; valid are " + valid_statuses());
            continue;
        }
        // Both spellings: a channel's own payment word may be the American one.
        if (word == "canceled" || word == "cancelled") {
            statuses.emplace_back("cancelled");
            statuses.emplace_back("canceled");
        } else {
            statuses.push_back(word);
        }
    }
    std::sort(statuses.begin(), statuses.end());
    statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
    return statuses;
}

std::optional<std::string> warn_of_unknown(const http::Request& request, const std::vector<std::string_view>& known) {
    constexpr std::size_t kMostNames = 5;
    std::vector<std::string> unknown;
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        std::string word;
        for (const char c : name.substr(0, 40)) {
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                               c == '-' || c == '.' || c == '[' || c == ']';
            word += plain ? c : '?';
        }
        if (std::find(unknown.begin(), unknown.end(), word) == unknown.end() && unknown.size() < kMostNames)
            unknown.push_back(word);
    }
    if (unknown.empty()) return std::nullopt;
    std::string names;
    for (const std::string& word : unknown) names += (names.empty() ? "" : ", ") + word;
    return "299 crossdock \"unknown query parameters were ignored: " + names + "\"";
}

}  // namespace crossdock::api
