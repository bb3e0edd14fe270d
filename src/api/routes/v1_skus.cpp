// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/list_page.h"
#include "api/routes/routes.h"
#include "base/text.h"
#include "store/item_repo.h"

namespace crossdock::api::routes {
namespace {

/// Which statuses to list: absent is the active ones, `all` is every one (none in the query).
std::optional<domain::ItemStatus> read_status(Parameters& parameters, Faults& faults) {
    const auto word = parameters.text("status");
    if (!word) return domain::ItemStatus::active;
    const std::string status = to_lower(*word);
    if (status == "all") return std::nullopt;
    if (const auto known = domain::parse_item_status(status)) return known;
    faults.add("status \"" + status.substr(0, 60) +
               "\" is not known; valid are all, active, inactive, archived, retired, unpublished, draft");
    return std::nullopt;
}

std::string head(std::int64_t total, std::int64_t limit, std::int64_t offset) {
    return "\"total\":" + std::to_string(total) + ",\"limit\":" + std::to_string(limit) +
           ",\"offset\":" + std::to_string(offset);
}

/// GET /api/v1/skus: the contract's page of the catalogue, in order of id, or of change when `since` is given. Errors:
/// 404 unknown channel, 400 cursor, 422 parameters.
http::Response get_skus(const Context& context, const Caller& caller, const http::Request& request) {
    Faults faults;
    Parameters parameters(request, faults);
    const ListParameters asked = read_list_parameters(caller, request, parameters);
    store::ItemListQuery query;
    query.account = caller.account;
    query.status = read_status(parameters, faults);
    query.with_payload = asked.with_payload;
    query.limit = asked.limit;
    // A cursor says where the page starts.
    query.offset = asked.cursor ? 0 : parameters.offset();
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);

    return context.db.read([&](db::Session& session) {
        std::optional<store::Channel> channel;
        if (!find_channel(session, caller.account, asked.channel, channel)) return channel_not_found();
        if (channel) query.channel = channel->id;
        const ListWalk walk(session, context, ListKind::skus, caller.account, query.channel, asked);
        if (!walk.valid()) return ListWalk::refuse_cursor();
        store::ItemRepo items(session);
        query.since = asked.since;
        const std::int64_t total = items.count(query);
        if (walk.is_feed()) {
            query.after_seq = walk.after_sequence();
        } else if (walk.continues()) {
            query.since = walk.after_time();
            query.after_id = walk.after_id();
        }

        const std::string beside = head(total, asked.limit, query.offset);
        std::string body = "{" + beside + ",\"items\":[";
        PageCap cap(caller, dialect::List::skus, beside);
        PageBody page(body, asked.limit, &cap);
        std::int64_t last_id = 0;
        std::optional<Timestamp> last_change;
        std::int64_t last_sequence = 0;
        items.list(query, [&](const store::ItemRow& row) {
            if (!page.add(row.id, row.members, row.payload)) return false;
            last_id = row.id;
            if (query.since) last_change = row.changed_at;
            last_sequence = row.seq;
            return !page.full();
        });
        body += "]}";
        auto response = http::Response::json(200, std::move(body));
        response.headers.emplace_back("X-Next-Cursor", walk.next(page.full(), last_id, last_change, last_sequence));
        return response;
    });
}

}  // namespace

void add_v1_skus(http::Router& router, Context& context) {
    router.add(v1_list_route(
        context, "/api/v1/skus", scope::kCatalogRead,
        {"channel", "since", "status", "limit", "offset", "raw", "cursor"},
        [&context](const Caller& caller, const http::Request& request) { return get_skus(context, caller, request); }));
}

}  // namespace crossdock::api::routes
