// SPDX-License-Identifier: Apache-2.0
#include "connectors/fields.h"

namespace crossdock::connectors {

std::string Place::text() const {
    std::string out;
    if (!list.empty()) out.append(list).append("[").append(std::to_string(index)).append("].");
    return out.append(field);
}

std::string shown(std::string_view word) {
    std::string out = "\"";
    for (const char c : word.substr(0, 40)) out += c >= 0x20 && c < 0x7F ? c : '?';
    return out + "\"";
}

void Sum::add(std::int64_t minor, const Place& place) {
    if (__builtin_add_overflow(minor_, minor, &minor_)) throw FieldError(place, "makes a sum that is too large");
}

void Sum::subtract(std::int64_t minor, const Place& place) {
    if (__builtin_sub_overflow(minor_, minor, &minor_)) throw FieldError(place, "makes a sum that is too large");
}

std::int64_t times(std::int64_t a, std::int64_t b, const Place& place) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(a, b, &out)) throw FieldError(place, "is too large");
    return out;
}

std::optional<Timestamp> read_time(JsonView field, const Place& place) {
    if (!field) return std::nullopt;
    const auto at = parse_iso8601(field.word(), ZoneRule::required);
    if (!at) throw FieldError(place, "is no time like 2026-11-20T09:15:30Z: " + shown(field.word()));
    return *at;
}

std::string words(std::int64_t minor, const std::string& currency) {
    return domain::format(domain::Money{minor, currency}) + " " + currency;
}

}  // namespace crossdock::connectors
