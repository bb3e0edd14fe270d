// SPDX-License-Identifier: Apache-2.0
#include "sandbox/shopify/encoding.h"

#include <charconv>

#include "sandbox/encoding.h"

namespace crossdock::sandbox::shopify {
namespace {

constexpr std::string_view kScheme = "gid://shopify/";

}  // namespace

std::string sign_body(std::string_view secret, std::string_view body) {
    return base64_encode(hmac_sha256(secret, body));
}

std::string gid(std::string_view type, std::int64_t id) {
    return std::string(kScheme) + std::string(type) + "/" + std::to_string(id);
}

std::string_view gid_type(std::string_view text) {
    if (!text.starts_with(kScheme)) return {};
    text.remove_prefix(kScheme.size());
    return text.substr(0, text.find('/'));
}

std::optional<std::int64_t> gid_number(std::string_view text, std::string_view type) {
    if (gid_type(text) != type) return std::nullopt;
    text.remove_prefix(kScheme.size() + type.size());
    if (!text.starts_with('/')) return std::nullopt;
    text.remove_prefix(1);
    text = text.substr(0, text.find('?'));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string rest_time(Timestamp at, std::chrono::minutes offset) {
    std::string text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(at) + offset);
    text.pop_back();  // the Z
    const auto total = offset.count() < 0 ? -offset.count() : offset.count();
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return text + (offset.count() < 0 ? "-" : "+") + two(total / 60) + ":" + two(total % 60);
}

}  // namespace crossdock::sandbox::shopify
