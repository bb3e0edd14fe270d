// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_words.h"

#include <charconv>

namespace crossdock::api {

std::string v2_id(std::string_view prefix, std::int64_t id) { return std::string{prefix} + std::to_string(id); }

std::optional<std::int64_t> parse_v2_id(std::string_view prefix, std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    const auto digits = text.substr(prefix.size());
    // One spelling for each: "ord_017" is none.
    if (digits.empty() || digits.front() < '1' || digits.front() > '9') return std::nullopt;
    std::int64_t id = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (fault != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return id;
}

std::string_view v2_order_status(domain::OrderStatus status) {
    return status == domain::OrderStatus::open ? "pending" : domain::to_string(status);
}

std::optional<domain::OrderStatus> parse_v2_order_status(std::string_view word) {
    if (word == "pending") return domain::OrderStatus::open;
    if (word == "canceled") return domain::OrderStatus::cancelled;
    return domain::parse_order_status(word);
}

}  // namespace crossdock::api
