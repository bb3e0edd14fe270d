// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/catalog.h"

#include <algorithm>

#include "base/json_writer.h"
#include "connectors/amazon/item_mapping.h"
#include "connectors/amazon/order_facts.h"
#include "connectors/amazon/report_reader.h"

namespace crossdock::connectors::amazon {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kReportType = "GET_MERCHANT_LISTINGS_ALL_DATA";
constexpr std::string_view kReports = "/reports/2021-06-30/reports";
constexpr seconds kPoll{45};
constexpr minutes kAfterFailure{15};
constexpr std::int64_t kMaxTries = 3;
/// A report that young is as good as a new one, and one that is being made is not asked for twice.
constexpr std::chrono::hours kYoung{1};
constexpr std::size_t kRowsPerPage = 1000;
constexpr std::int64_t kMaxSearchable = 1000;  // items that one search shows, however many there are
constexpr std::int64_t kSearchPage = 20;

std::string item_payload(std::string_view marketplace_id, std::string_view key, std::string_view json) {
    std::string out;
    JsonWriter(out).begin_object().field("marketplace_id", marketplace_id).key(key).raw(json).end_object();
    return out;
}

Encoding usual_encoding(const Settings& settings, std::string_view marketplace_id) {
    const bool japan = settings.region == "fe" && marketplace_id == "A1VC38T7YXB528";
    return japan ? Encoding::cp932 : Encoding::cp1252;
}

/// Of this type and for this marketplace alone: a report of several would drop all but one.
bool is_ours(JsonView report, std::string_view marketplace_id) {
    const JsonView ids = report["marketplaceIds"];
    if (report["reportType"].word() != kReportType) return false;
    return ids.size() == 1 && (*ids.begin()).word() == marketplace_id;
}

bool is_under_way(std::string_view status) { return status == "IN_QUEUE" || status == "IN_PROGRESS"; }

}  // namespace

std::string Catalog::cursor_of(const Position& position) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("m", static_cast<std::int64_t>(position.marketplace));
    writer.field("s", static_cast<std::int64_t>(position.stage)).field("id", position.id).field("row", position.row);
    writer.field("tries", position.tries).field("polls", position.polls).field("since", position.since_ms).end_object();
    return out;
}

Result<Catalog::Position> Catalog::position_of(std::optional<Timestamp> changed_since,
                                               const std::string& cursor) const {
    Position out;
    if (changed_since) out.since_ms = to_ms(*changed_since);
    const bool searches = changed_since && !client_.settings().seller_id.empty();
    if (searches) out.stage = Position::Stage::search;
    if (cursor.empty()) return out;
    const auto index = JsonIndex::parse(cursor);
    const JsonView root = index ? index->root() : JsonView{};
    const auto number = [&](std::string_view key) { return root[key].integer().value_or(-1); };
    const std::int64_t marketplace = number("m"), stage = number("s");
    out = Position{static_cast<std::size_t>(std::max<std::int64_t>(marketplace, 0)),
                   static_cast<Position::Stage>(stage),
                   root["id"].text().value_or(""),
                   number("row"),
                   number("tries"),
                   number("polls"),
                   number("since")};
    if (marketplace < 0 || out.marketplace >= client_.settings().marketplace_ids.size() || stage < 0 || stage > 3 ||
        out.row < 0)
        return Error{ErrorKind::rejected, "cursor_refused", "the place in the catalogue is not readable (any more)"};
    return out;
}

const std::string& Catalog::marketplace_of(const Position& position) const {
    return client_.settings().marketplace_ids[position.marketplace];
}

void Catalog::to_next_marketplace(Position position, ItemPage& page, std::optional<Timestamp> changed_since) const {
    Position next;
    next.marketplace = position.marketplace + 1;
    if (next.marketplace >= client_.settings().marketplace_ids.size()) return;  // the walk is over
    if (changed_since) next.since_ms = to_ms(*changed_since);
    if (changed_since && !client_.settings().seller_id.empty()) next.stage = Position::Stage::search;
    page.next_cursor = cursor_of(next);
}

void Catalog::to_begin(ItemPage& page, Position position, milliseconds wait) const {
    position.stage = Position::Stage::begin;
    position.id.clear();
    position.row = 0;
    ++position.tries;
    page.next_cursor = cursor_of(position);
    page.ask_again_after = wait;
}

Result<ItemPage> Catalog::fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    const auto position = position_of(changed_since, cursor);
    if (!position) return position.error();
    switch (position->stage) {
        case Position::Stage::begin: return begin(*position, changed_since);
        case Position::Stage::report: return poll(*position, changed_since);
        case Position::Stage::rows: return rows(*position, changed_since);
        case Position::Stage::search: return search(*position, changed_since);
    }
    return ItemPage{};
}

/// Looks for a young report before asking for a new one: after a lost answer, too, it is there.
Result<ItemPage> Catalog::begin(Position position, std::optional<Timestamp> changed_since) {
    if (position.tries > 0) return ask_for_report(position);
    Call call{Operation::get_reports, std::string{kReports}};
    call.query = {{"reportTypes", std::string{kReportType}},
                  {"marketplaceIds", marketplace_of(position)},
                  {"processingStatuses", "DONE,IN_QUEUE,IN_PROGRESS"},
                  {"createdSince", whole_seconds(client_.now() - kYoung)},
                  {"pageSize", "20"}};
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    std::string newest, newest_at;
    for (const JsonView report : answer->payload["reports"]) {
        if (!is_ours(report, marketplace_of(position))) continue;
        const std::string_view created = report["createdTime"].word();
        if (newest.empty() || created > newest_at) {
            newest = report["reportId"].text().value_or("");
            newest_at = created;
        }
    }
    if (newest.empty()) return ask_for_report(position);
    position.stage = Position::Stage::report;
    position.id = newest;
    return poll(position, changed_since);
}

Result<ItemPage> Catalog::ask_for_report(Position position) {
    Call call{Operation::create_report, std::string{kReports}};
    call.method = "POST";
    JsonWriter writer(call.body);
    writer.begin_object().field("reportType", kReportType).key("marketplaceIds").begin_array();
    writer.value(std::string_view{marketplace_of(position)}).end_array().key("reportOptions").begin_object();
    // The columns' names then are English, whatever the seller's language.
    writer.field("preferredReportDocumentLocale", "en_US").end_object().end_object();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    ItemPage page;
    position.id = answer->payload["reportId"].text().value_or("");
    if (position.id.empty())
        return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon took the report's order and gave no id"};
    position.stage = Position::Stage::report;
    position.polls = 0;
    page.next_cursor = cursor_of(position);
    page.ask_again_after = kPoll;
    page.provider_now = answer->provider_now;
    return page;
}

Result<ItemPage> Catalog::poll(Position position, std::optional<Timestamp> changed_since) {
    const auto answer = client_.call({Operation::get_report, std::string{kReports} + "/" + path_part(position.id)});
    if (!answer) {
        if (answer.error().kind == ErrorKind::not_found || answer.error().code == "amazon_invalid_input")
            return Error{ErrorKind::rejected, "cursor_refused", "Amazon does not know the listing report any more"};
        return answer.error();
    }
    const std::string_view status = answer->payload["processingStatus"].word();
    ItemPage page;
    page.provider_now = answer->provider_now;
    if (is_under_way(status)) {
        position.stage = Position::Stage::report;
        ++position.polls;  // so that no two cursors are the same
        page.next_cursor = cursor_of(position);
        page.ask_again_after = kPoll;
        return page;
    }
    if (status == "DONE") {
        position.stage = Position::Stage::rows;
        position.id = answer->payload["reportDocumentId"].text().value_or("");
        position.row = 0;
        if (position.id.empty())
            return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon's report is done and names no document"};
        return rows(position, changed_since);
    }
    if (status == "CANCELLED" && position.tries > 0) {
        // No data, or asked for too often; twice in a row it is most likely the former, but nobody says so.
        page.partial = true;
        to_next_marketplace(position, page, changed_since);
        return page;
    }
    if (position.tries >= kMaxTries)
        return Error{ErrorKind::rejected, "cursor_refused",
                     "Amazon failed to make the listing report " + std::to_string(kMaxTries + 1) + " times (" +
                         in_quotes(status.substr(0, 20)) + "); the walk starts over"};
    to_begin(page, position, kAfterFailure);
    return page;
}

Result<ItemPage> Catalog::rows(Position position, std::optional<Timestamp> changed_since) {
    auto reader = client_.shared().take_report();
    if (!reader || reader->document_id() != position.id || reader->row() > position.row) {
        auto opened =
            ReportReader::open(client_, position.id, usual_encoding(client_.settings(), marketplace_of(position)));
        if (!opened) {
            const Error& error = opened.error();
            if (error.code == "amazon_report_columns" && position.tries == 0) {
                ItemPage page;  // a young one in another language: a new one is English
                to_begin(page, position, milliseconds{0});
                return page;
            }
            if (error.kind == ErrorKind::not_found || error.code == "amazon_invalid_input")
                return Error{ErrorKind::rejected, "cursor_refused",
                             "Amazon does not know the report's document any more"};
            return error;
        }
        reader = std::move(*opened);
    }
    if (auto skipped = reader->skip_to(position.row); !skipped) return skipped.error();
    std::vector<std::string> lines;
    const auto more = reader->read(kRowsPerPage, lines);
    if (!more) return more.error();

    ItemPage page;
    const std::string& marketplace_id = marketplace_of(position);
    for (const std::string& line : lines) {
        const auto index = JsonIndex::parse(line);
        const auto sku = index ? index->root()["seller-sku"].filled_text() : std::nullopt;
        if (!sku) continue;  // not a listing: nothing can be said about it
        page.items.push_back({variant_key(marketplace_id, *sku), item_payload(marketplace_id, "row", line)});
    }
    if (!*more) {
        page.partial = position.row == 0 && page.items.empty();  // a report without rows proves nothing
        to_next_marketplace(position, page, changed_since);
        return page;
    }
    position.row = reader->row();
    page.next_cursor = cursor_of(position);
    client_.shared().keep_report(std::move(reader));
    return page;
}

Result<ItemPage> Catalog::search(Position position, std::optional<Timestamp> changed_since) {
    const std::string& marketplace_id = marketplace_of(position);
    Call call{Operation::search_listings_items,
              "/listings/2021-08-01/items/" + path_part(client_.settings().seller_id)};
    call.query = {{"marketplaceIds", marketplace_id},
                  {"includedData", "summaries,offers,fulfillmentAvailability,productTypes"},
                  {"lastUpdatedAfter", whole_seconds(from_ms(position.since_ms))},
                  {"sortBy", "lastUpdatedDate"},
                  {"sortOrder", "ASC"},
                  {"pageSize", std::to_string(kSearchPage)}};
    if (!position.id.empty()) call.query.emplace_back("pageToken", position.id);
    call.has_token = !position.id.empty();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView items = answer->payload["items"];
    if (!items.is_array())
        return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the list of listings"};
    ItemPage page;
    page.provider_now = answer->provider_now;
    page.total = answer->payload["numberOfResults"].integer().value_or(0);
    std::int64_t latest_ms = position.since_ms;
    for (const JsonView item : items) {
        const auto sku = item["sku"].filled_text();
        if (!sku) continue;
        for (const JsonView summary : item["summaries"])
            if (summary["marketplaceId"].word() == marketplace_id)
                if (const auto at = parse_iso8601(summary["lastUpdatedDate"].word(), ZoneRule::required))
                    latest_ms = std::max(latest_ms, to_ms(*at));
        page.items.push_back({variant_key(marketplace_id, *sku), item_payload(marketplace_id, "listing", item.raw())});
    }
    position.row += static_cast<std::int64_t>(items.size());
    const auto token = answer->payload["pagination"]["nextToken"].filled_text();
    const bool at_limit = position.row >= kMaxSearchable && page.total > position.row;
    if (token && !at_limit) {
        position.id = *token;
        page.next_cursor = cursor_of(position);
    } else if (at_limit) {
        // The rest is behind what one search shows: go on from the last item's time.
        const bool advances = latest_ms / 1000 > position.since_ms / 1000;
        position.id.clear();
        position.row = 0;
        position.since_ms = latest_ms;
        if (!advances) position.stage = Position::Stage::begin;  // a thousand in one second: the report has them
        page.next_cursor = cursor_of(position);
    } else {
        to_next_marketplace(position, page, changed_since);
    }
    return page;
}

Result<std::vector<domain::Item>> Catalog::map_item(std::string_view payload) const {
    return map_item_payload(payload, profile_);
}

}  // namespace crossdock::connectors::amazon
