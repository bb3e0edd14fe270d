// SPDX-License-Identifier: Apache-2.0
#include "connectors/answers.h"

#include <algorithm>

#include "base/text.h"

namespace crossdock::connectors {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxQuoted = 300;

std::string joined(const Query& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        out += net::percent_encode(name) + '=' + net::percent_encode(value);
    }
    return out;
}

}  // namespace

std::optional<milliseconds> retry_after(const net::HttpResponse& response, Timestamp now) {
    const std::string_view text = trim(response.header("Retry-After"));
    if (text.empty()) return std::nullopt;
    double value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 9; ++digits)
        value = value * 10 + (text[digits] - '0');
    if (digits > 0) {
        // "2.0" is what Shopify sends; a started second counts as a whole one.
        if (text.find_first_of("123456789", digits) != std::string_view::npos) value += 1;
        return seconds{static_cast<std::int64_t>(std::min(value, 86'400.0))};
    }
    const auto at = parse_http_date(text);
    if (!at) return std::nullopt;
    // The other side's clock counts, where it shows it.
    const auto theirs = provider_now(response);
    return std::clamp<milliseconds>(*at - (theirs ? *theirs : now), seconds{1}, seconds{86'400});
}

std::optional<Timestamp> provider_now(const net::HttpResponse& response) {
    const auto date = parse_http_date(response.header("Date"));
    if (!date) return std::nullopt;
    return *date;
}

std::string in_quotes(std::string_view text) {
    std::string out = to_valid_utf8(text.substr(0, kMaxQuoted));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return out;
}

bool effect_unknown(const Error& error) {
    if (error.code == "net_no_answer" || error.code == "net_too_large") return true;
    return error.code.ends_with("_error") || error.code.ends_with("_bad_answer");
}

std::string with_query(std::string path, const Query& query) {
    if (query.empty()) return path;
    path += path.find('?') == std::string::npos ? '?' : '&';
    return path + joined(query);
}

std::string form_body(const Query& fields) { return joined(fields); }

}  // namespace crossdock::connectors
