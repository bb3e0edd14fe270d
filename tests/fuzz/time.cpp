// SPDX-License-Identifier: Apache-2.0
// Times: ISO 8601 as clients send it in `since`, HTTP dates, ShipStation's Pacific time, the config file's intervals.
// One to a line.
//
// Promised: what was read and is written is read as the same; the strict form means what the C library makes of it.
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/time.h"
#include "config/values.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "connectors/shipstation/pacific.h"
#include "connectors/walmart/client.h"
#include "connectors/walmart/refusal.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_time {

void run(std::string_view input);

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kDayMs = 86'400'000;
const Timestamp kFirst{}, kBehind = *parse_iso8601("9998-12-31T23:59:59.999Z", ZoneRule::required);

void check_iso(std::string_view text) {
    const auto strict = parse_iso8601(text, ZoneRule::required);
    const auto lenient = parse_iso8601(text, ZoneRule::utc);
    if (strict) check(lenient && *lenient == *strict, "a zone that is there counts in either case");
    if (!lenient) {
        check(is_valid_utf8(lenient.error().message) || !is_valid_utf8(text.substr(0, 40)), "a fault is told in text");
        return;
    }
    check(to_ms(*lenient) >= -kDayMs && to_ms(*lenient) <= to_ms(kBehind) + kDayMs,
          "a time is in the years that are read");
    const std::string written = format_rfc3339(*lenient);
    check(written.ends_with('Z') && (written.size() == 20 || written.size() == 24), "a time is written in one form");
    if (*lenient >= kFirst && *lenient <= kBehind) {
        const auto again = parse_iso8601(written, ZoneRule::required);
        check(again && *again == *lenient, "a time that was written is read as the same");
        const auto by_header = parse_http_date(format_http_date(*lenient));
        check(by_header && *by_header == std::chrono::floor<std::chrono::seconds>(*lenient),
              "a time in a header is read as the same, to the second");
    }
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, end = 0;
    const std::string copy{text};
    if (copy.size() == 20 &&
        std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &year, &month, &day, &hour, &minute, &second, &end) ==
            6 &&
        end == 20 && second < 60) {
        std::tm parts{};
        parts.tm_year = year - 1900;
        parts.tm_mon = month - 1;
        parts.tm_mday = day;
        parts.tm_hour = hour;
        parts.tm_min = minute;
        parts.tm_sec = second;
        check(timegm(&parts) * 1000 == to_ms(*lenient), "a time is what the C library makes of it");
    }
}

void check_pacific(std::string_view text) {
    using namespace connectors::shipstation;
    const auto at = parse_pacific(text);
    if (!at) return;
    check(at->earlier <= at->later && at->later - at->earlier <= 1h, "an hour happens twice at the most");
    if (at->earlier < kFirst + 24h || at->later > kBehind - 24h) return;
    for (const Timestamp one : {at->earlier, at->later}) {
        const auto again = parse_pacific(to_pacific(one));
        check(again.has_value(), "a Pacific time that was written can be read");
        const Timestamp whole = std::chrono::floor<std::chrono::seconds>(one);
        check(again->earlier == whole || again->later == whole, "a Pacific time that was written is read as the same");
        const auto start = parse_pacific(window_start(one)), end = parse_pacific(window_end(one));
        check(start && start->later < one, "a window begins before its start, whichever hour is meant");
        check(end && end->earlier >= one, "a window ends behind its end, whichever hour is meant");
        check(to_pacific(one).starts_with(pacific_date(one)), "a Pacific date is that of the time");
    }
}

void check_headers(std::string_view text) {
    if (const auto at = parse_http_date(text); at && to_ms(*at) % 60'000 < 59'000) {
        const auto again = parse_http_date(format_http_date(*at));
        check(again && *again == *at, "an HTTP date that was written is read as the same");
    }
    net::HttpResponse response;
    response.headers = {{"Retry-After", std::string{text}},
                        {"Date", std::string{text}},
                        {"X-Next-Replenishment-Time", std::string{text}},
                        {"X-Current-Token-Count", std::string{text}}};
    const Timestamp now = from_ms(1'795'000'000'000);
    if (const auto wait = connectors::retry_after(response, now))
        check(wait->count() >= 0, "nobody waits for the past");
    if (const auto wait = connectors::walmart::replenished_in(response, now))
        check(wait->count() >= 0, "nobody waits for the past");
    static_cast<void>(connectors::provider_now(response));
    static_cast<void>(connectors::walmart::calls_left(response));
    const std::string json = nlohmann::json{{"at", to_valid_utf8(text)}}.dump();
    const auto index = connectors::JsonIndex::parse(json);
    check(index.has_value(), "what we write is JSON");
    if (const auto at = connectors::walmart::read_epoch(index->root()["at"]))
        check(*at > kFirst, "an epoch of Walmart's is after 1970");
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    for (int lines = 0; lines < 8 && !in.rest().empty(); ++lines) {
        const auto text = in.line();
        check_iso(text);
        check_pacific(text);
        check_headers(text);
        if (const auto interval = config::parse_interval(text); interval && *interval)
            check(**interval >= 1s && **interval <= 24h * 30, "an interval is within its limits");
        if (const auto size = config::parse_size(text)) check(*size >= 65'536, "a size is within its limits");
    }
}

}  // namespace crossdock::fuzz::on_time
