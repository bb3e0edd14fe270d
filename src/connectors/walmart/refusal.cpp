// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/refusal.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/answers.h"

namespace crossdock::connectors::walmart {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{60'000};
constexpr std::int64_t kFirstInMilliseconds = 100'000'000'000;  // as seconds that would be the year 5138

void add_error(Refusal& out, JsonView one) {
    const auto code = one["code"].filled_text();
    const auto field = one["field"].filled_text();
    auto said = one["description"].filled_text();
    if (!said) said = one["message"].filled_text();
    if (!said) said = one["info"].filled_text();
    if (out.code.empty() && code) out.code = *code;
    if (out.field.empty() && field) out.field = *field;
    std::string words = code.value_or("");
    if (field) words += (words.empty() ? "field " : " (field ") + *field + (words.empty() ? "" : ")");
    if (said) words += (words.empty() ? "" : ": ") + *said;
    if (!words.empty()) out.words += (out.words.empty() ? "" : "; ") + words;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    if (text.empty() || text.size() > 16) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::vector<JsonView> elements(JsonView list) {
    if (list.is_object()) return {list};
    if (!list.is_array()) return {};
    return {list.begin(), list.end()};
}

Refusal read_refusal(JsonView errors) {
    Refusal out;
    if (errors.is_object() && errors["error"]) errors = errors["error"];
    for (const JsonView one : elements(errors)) add_error(out, one);
    out.words = in_quotes(out.words);
    return out;
}

Refusal read_refusal(std::string_view body) {
    const auto index = JsonIndex::parse(body);
    if (!index) return {};
    const JsonView root = index->root();
    if (root["errors"]) return read_refusal(root["errors"]);
    if (root["error"].is_array() || root["error"].is_object()) return read_refusal(root["error"]);
    Refusal out;  // {"error":"invalid_client","error_description":…}, as gateways have it
    out.code = root["error"].text().value_or("");
    out.words =
        in_quotes(out.code + (root["error_description"] ? ": " : "") + root["error_description"].text().value_or(""));
    return out;
}

std::optional<milliseconds> replenished_in(const net::HttpResponse& response, Timestamp now) {
    std::string_view text = trim(response.header("X-Next-Replenishment-Time"));
    if (text.empty()) text = trim(response.header("x-next-replenish-time"));
    std::optional<Timestamp> at;
    if (const auto number = whole_number(text)) {
        at = from_ms(*number < kFirstInMilliseconds ? *number * 1000 : *number);
    } else if (const auto parsed = parse_iso8601(text, ZoneRule::utc)) {
        at = *parsed;
    }
    // The other side's clock counts, where it shows it.
    if (at)
        return std::clamp<milliseconds>(*at - provider_now(response).value_or(now), milliseconds{1000}, kLongestWait);
    const auto after = retry_after(response, now);
    return after ? std::optional{std::min(*after, kLongestWait)} : std::nullopt;
}

std::optional<std::int64_t> calls_left(const net::HttpResponse& response) {
    return whole_number(trim(response.header("X-Current-Token-Count")));
}

}  // namespace crossdock::connectors::walmart
