// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/fulfillment_book.h"

#include <algorithm>

#include "connectors/shipstation/client.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::chrono::hours kBookLasts{24};
constexpr std::chrono::minutes kReadTwice{10};
constexpr const char* kFulfillmentPage = "500";
constexpr int kMostFulfillmentPages = 2000;

Result<Answer> ask_for_fulfillments(Client& client, Query query, bool push) {
    query.emplace_back("page_size", kFulfillmentPage);
    Call call{"list_fulfillments", "/v2/fulfillments", std::move(query)};
    call.api = Api::v2;
    call.push = push;
    auto answer = client.call(call);
    if (answer && !answer->root["fulfillments"].is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of fulfillments"};
    return answer;
}

}  // namespace

Status FulfillmentBook::read_since(Client& client, Timestamp since) {
    const std::scoped_lock lock(mutex_);
    if (!from_ || since < *from_ || clock_.steady() - begun_at_ > kBookLasts) {
        rows_.clear();
        from_ = read_to_ = since;
        begun_at_ = clock_.steady();
    }
    Timestamp from = *read_to_ == *from_ ? *from_ : std::max(*from_, *read_to_ - kReadTwice);
    for (int pages = 0, page = 1; pages < kMostFulfillmentPages; ++pages) {
        const auto answer = ask_for_fulfillments(client,
                                                 {{"create_date_start", format_rfc3339(from)},
                                                  {"sort_by", "created_at"},
                                                  {"sort_dir", "asc"},
                                                  {"page", std::to_string(page)}},
                                                 false);
        if (!answer) return answer.error();
        bool is_news = false;
        for (const JsonView row : answer->root["fulfillments"]) {
            const auto shipment = row["shipment_id"].filled_text(), id = row["fulfillment_id"].filled_text();
            if (!shipment || !id) continue;
            std::string& known = rows_[*shipment][*id];
            is_news = is_news || known.empty();
            known = row.raw();
            const auto made = parse_iso8601(row["created_at"].word(), ZoneRule::utc);
            if (made && *made > *read_to_) read_to_ = *made;
        }
        const auto count = static_cast<std::int64_t>(answer->root["fulfillments"].size());
        const std::int64_t all = answer->root["pages"].integer().value_or(0);
        // A page that comes again, or an empty one, leads nowhere.
        if (count == 0 || page >= all || (page > 1 && !is_news)) return ok();
        ++page;
    }
    return Error{ErrorKind::unavailable, "shipstation_short_page", "ShipStation's pages of fulfillments do not end"};
}

std::vector<std::string> FulfillmentBook::of(std::string_view shipment_id) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> out;
    if (const auto found = rows_.find(shipment_id); found != rows_.end())
        for (const auto& [id, row] : found->second) out.push_back(row);
    return out;
}

Result<std::vector<std::string>> fulfillments_of(Client& client, const std::string& shipment_id, bool push) {
    const auto answer = ask_for_fulfillments(client, {{"shipment_id", shipment_id}, {"page", "1"}}, push);
    if (!answer) return answer.error();
    std::vector<std::string> out;
    for (const JsonView row : answer->root["fulfillments"])
        if (row["shipment_id"].text() == shipment_id) out.emplace_back(row.raw());
    return out;
}

}  // namespace crossdock::connectors::shipstation
