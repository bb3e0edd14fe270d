// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/item_report.h"

#include <algorithm>
#include <utility>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/walmart/item_rows.h"

namespace crossdock::connectors::walmart {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kRequests = "/v3/reports/reportRequests";
/// A report that young is as good as a new one; Walmart makes one an hour at the most.
constexpr std::chrono::hours kYoungReport{1};
/// Looking costs one of twenty calls an hour.
constexpr seconds kFirstPoll{15};
constexpr minutes kSlowestPoll{4};
constexpr std::int64_t kMostPolls = 100;  // more than six hours
constexpr std::int64_t kMostReports = 2;
constexpr std::size_t kRowsAtOnce = 500;

/// The report with other rows or columns than all is somebody else's and no catalogue.
bool is_whole_catalogue(JsonView request) {
    const JsonView payload = request["payload"];
    return payload["rowFilters"].size() == 0 && payload["excludeColumns"].size() == 0;
}

milliseconds pause_before_poll(std::int64_t polls) {
    return std::min<milliseconds>(kSlowestPoll, kFirstPoll * (std::int64_t{1} << std::min<std::int64_t>(polls, 10)));
}

/// No permission, no such version, no such path: no report will come, however often it is asked for.
bool means_no_report(const Error& error) {
    return error.kind == ErrorKind::denied || error.kind == ErrorKind::rejected || error.code == "walmart_no_such_path";
}

Error no_report(const std::string& why) {
    return {ErrorKind::rejected, "walmart_no_report", "Walmart's item report cannot be had: " + why};
}

}  // namespace

std::string ItemReport::start(std::int64_t expected) {
    Position position;
    position.expected = expected;
    return cursor_of(position);
}

/// "report <stage> <row> <expected> <tries> <polls> <id>"
std::string ItemReport::cursor_of(const Position& position) {
    std::string out = "report " + std::to_string(static_cast<int>(position.stage));
    for (const std::int64_t number : {position.row, position.expected, position.tries, position.polls})
        out += ' ' + std::to_string(number);
    return out + ' ' + position.id;
}

Result<ItemReport::Position> ItemReport::position_of(const std::string& cursor) {
    const auto parts = split(cursor, ' ');
    std::int64_t numbers[5] = {};
    bool good = parts.size() == 7;
    for (std::size_t i = 0; good && i < 5; ++i) {
        const std::string& text = parts[i + 1];
        good = !text.empty() && text.size() <= 12 &&
               std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (good) numbers[i] = std::stoll(text);
    }
    const bool asks = numbers[0] == 0;
    if (!good || numbers[0] > 2 || parts[6].empty() != asks)
        return Error{ErrorKind::rejected, "cursor_refused", "the place in the item report is not readable (any more)"};
    return Position{static_cast<Position::Stage>(numbers[0]), numbers[1], numbers[2], numbers[3], numbers[4], parts[6]};
}

ItemPage ItemReport::waiting(Position position, milliseconds wait, std::optional<Timestamp> provider_now) {
    ItemPage page;
    ++position.polls;  // so that no two cursors are the same
    page.next_cursor = cursor_of(position);
    page.ask_again_after = wait;
    page.total = position.expected;
    page.provider_now = provider_now;
    return page;
}

Result<ItemPage> ItemReport::fetch(const std::string& cursor) {
    auto position = position_of(cursor);
    if (!position) return position.error();
    switch (position->stage) {
        case Position::Stage::ask: return ask(std::move(*position));
        case Position::Stage::wait: return poll(std::move(*position));
        case Position::Stage::rows: return rows(std::move(*position));
    }
    return ItemPage{};
}

/// Looks for a young report before asking for a new one: after a lost answer or a restart, too, it is there.
Result<ItemPage> ItemReport::ask(Position position) {
    if (position.tries > 0) return ask_for_new(std::move(position));
    Call call{Operation::get_report_requests, std::string{kRequests}};
    call.query = {{"reportType", "ITEM"},
                  {"reportVersion", "v4"},
                  {"requestSubmissionStartDate", whole_seconds(client_.now() - kYoungReport)}};
    const auto answer = client_.call(call);
    if (!answer) {
        if (answer.error().code == "walmart_not_found") return ask_for_new(std::move(position));
        return means_no_report(answer.error()) ? no_report(answer.error().message) : answer.error();
    }
    std::string newest, newest_at;
    for (const JsonView request : elements(answer->root["requests"])) {
        const auto id = request["requestId"].filled_text();
        if (!id || request["requestStatus"].word() == "ERROR" || !is_whole_catalogue(request)) continue;
        // The filters of the query are not to be relied on.
        if (const auto type = request["reportType"].filled_text(); type && *type != "ITEM") continue;
        if (const auto version = request["reportVersion"].filled_text(); version && *version != "v4") continue;
        const std::string at = request["requestSubmissionDate"].text().value_or("");
        const auto time = parse_iso8601(at, ZoneRule::utc);
        if (!time || *time < client_.now() - kYoungReport - minutes{5}) continue;
        if (!newest.empty() && at <= newest_at) continue;
        newest = *id;
        newest_at = at;
    }
    if (newest.empty()) return ask_for_new(std::move(position));
    position.stage = Position::Stage::wait;
    position.id = newest;
    return poll(std::move(position));
}

Result<ItemPage> ItemReport::ask_for_new(Position position) {
    Call call{Operation::create_report_request, std::string{kRequests}};
    call.method = "POST";
    call.query = {{"reportType", "ITEM"}, {"reportVersion", "v4"}};
    call.body = "{}";  // no filter: the whole catalogue
    const auto answer = client_.call(call);
    if (!answer) return means_no_report(answer.error()) ? no_report(answer.error().message) : answer.error();
    position.id = answer->root["requestId"].filled_text().value_or("");
    if (position.id.empty() || position.id.find(' ') != std::string::npos)
        return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart took the report's order and gave no id"};
    position.stage = Position::Stage::wait;
    position.polls = 0;
    return waiting(std::move(position), kFirstPoll, answer->provider_now);
}

Result<ItemPage> ItemReport::another(Position position, const std::string& why) {
    if (position.tries + 1 >= kMostReports) return no_report(why);
    position.stage = Position::Stage::ask;
    position.id.clear();
    position.row = 0;
    ++position.tries;
    return waiting(std::move(position), milliseconds{0}, std::nullopt);
}

Result<ItemPage> ItemReport::poll(Position position) {
    const auto answer =
        client_.call({Operation::get_report_request, std::string{kRequests} + "/" + net::percent_encode(position.id)});
    if (!answer) {
        const Error& error = answer.error();
        if (error.code == "walmart_not_found" || error.code == "walmart_invalid_request")
            return another(std::move(position), "Walmart does not know the report that it was asked for");
        return means_no_report(error) ? no_report(error.message) : error;
    }
    const std::string_view status = answer->root["requestStatus"].word();
    if (status == "READY") {
        position.stage = Position::Stage::rows;
        position.row = 0;
        return rows(std::move(position));
    }
    if (status == "ERROR") return another(std::move(position), "Walmart failed to make it");
    if (position.polls >= kMostPolls) return another(std::move(position), "it is not ready after six hours");
    const milliseconds pause = pause_before_poll(position.polls);
    return waiting(std::move(position), pause, answer->provider_now);
}

Result<ItemPage> ItemReport::rows(Position position) {
    auto reader = client_.shared().take_item_rows();
    if (!reader || reader->report_id() != position.id || reader->row() > position.row) {
        Call call{Operation::download_report, "/v3/reports/downloadReport"};
        call.query = {{"requestId", position.id}};
        const auto answer = client_.call(call);
        if (!answer) {
            const Error& error = answer.error();
            if (error.code == "walmart_not_found" || error.code == "walmart_invalid_request")
                return another(std::move(position), "Walmart does not keep the report any more");
            return means_no_report(error) ? no_report(error.message) : error;
        }
        auto opened = ItemRows::open(client_, position.id, answer->root["downloadURL"].text().value_or(""));
        if (!opened)
            return opened.error().kind == ErrorKind::rejected ? no_report(opened.error().message) : opened.error();
        reader = std::move(*opened);
    }
    // A report that lacks much of what the list counts must not make the rest count as gone.
    if (reader->count() < position.expected - position.expected / 10 && position.tries == 0)
        return another(std::move(position), "it lacks a tenth of the items that the list counts");
    if (auto skipped = reader->skip_to(position.row); !skipped) return skipped.error();
    std::vector<std::string> lines;
    if (auto read = reader->read(kRowsAtOnce, lines); !read) return read.error();

    ItemPage page;
    page.total = reader->count();
    for (const std::string& line : lines) {
        const auto index = JsonIndex::parse(line);
        const auto sku = index ? index->root()["sku"].filled_text() : std::nullopt;
        if (!sku) continue;  // not an item: nothing can be said about it
        std::string payload;
        JsonWriter(payload).begin_object().key("report").raw(line).end_object();
        page.items.push_back({*sku, std::move(payload)});
    }
    if (reader->row() >= reader->count()) return page;
    position.row = reader->row();
    page.next_cursor = cursor_of(position);
    client_.shared().keep_item_rows(std::move(reader));
    return page;
}

}  // namespace crossdock::connectors::walmart
