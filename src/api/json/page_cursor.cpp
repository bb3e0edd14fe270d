// SPDX-License-Identifier: Apache-2.0
#include "api/json/page_cursor.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/json_writer.h"
#include "base/text.h"
#include "crypto/compare.h"
#include "crypto/hash.h"

namespace crossdock::api {
namespace {

constexpr std::string_view kPrefix = "cur_";
constexpr std::string_view kForm = "1";  // of the text; another one is for others to read
constexpr std::size_t kMac = 16;
constexpr std::size_t kLongest = 256;
constexpr std::size_t kListName = 16;

std::string sign(std::string_view secret, std::string_view payload) {
    // The label keeps it apart from what else the secret signs.
    return crypto::hmac_sha256(secret, "page-cursor\n" + std::string{payload}).substr(0, kMac);
}

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::string write_page_cursor(const PageCursor& cursor, std::string_view secret) {
    std::string payload{kForm};
    for (const std::string& part : {std::to_string(cursor.account.value), cursor.list,
                                    std::to_string(cursor.behind.time_ms), std::to_string(cursor.behind.id),
                                    std::to_string(cursor.total.rows), std::string{cursor.total.exact ? "e" : "m"}})
        payload += '.' + part;
    return std::string{kPrefix} + crypto::base64url_encode(payload + sign(secret, payload));
}

std::optional<PageCursor> read_page_cursor(std::string_view text, std::string_view secret) {
    if (text.size() > kLongest || !text.starts_with(kPrefix)) return std::nullopt;
    const auto bytes = crypto::base64url_decode(text.substr(kPrefix.size()));
    if (!bytes || bytes->size() <= kMac) return std::nullopt;
    const std::string payload = bytes->substr(0, bytes->size() - kMac);
    if (!crypto::equal_constant_time(sign(secret, payload), std::string_view{*bytes}.substr(payload.size())))
        return std::nullopt;
    const std::vector<std::string> parts = split(payload, '.');
    if (parts.size() != 7 || parts[0] != kForm) return std::nullopt;
    const auto account = whole(parts[1]), time = whole(parts[3]), id = whole(parts[4]), rows = whole(parts[5]);
    if (!account || !time || !id || !rows) return std::nullopt;
    return PageCursor{AccountId{*account}, parts[2], {*time, *id}, {*rows, parts[6] == "e"}};
}

std::string list_name(const http::Request& request) {
    http::Fields query;
    for (const auto& parameter : request.query)
        if (parameter.first != "cursor" && parameter.first != "limit") query.push_back(parameter);
    std::sort(query.begin(), query.end());
    std::string text;
    JsonWriter json(text);
    json.begin_array().value(to_valid_utf8(request.path));
    for (const auto& [name, value] : query) json.value(to_valid_utf8(name)).value(to_valid_utf8(value));
    json.end_array();
    return crypto::sha256_hex(text).substr(0, kListName);
}

}  // namespace crossdock::api
