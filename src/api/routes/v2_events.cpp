// SPDX-License-Identifier: Apache-2.0
#include "api/routes/v2_events.h"

#include <algorithm>

#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/event_json.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "domain/event_type.h"
#include "store/event_repo.h"
#include "store/order_repo.h"

namespace crossdock::api::routes {
namespace {

/// How many events the query has behind its start, of which this is the first page.
store::RangeCount count_events(db::Session& session, store::EventQuery query, const store::EventPage& first) {
    const auto shown = static_cast<std::int64_t>(first.rows.size());
    if (!first.more) return {shown, true};
    query.limit = store::kMostCounted + 1;
    const auto count = store::EventRepo(session).count(query);
    return {std::clamp(count.events, shown, store::kMostCounted), !count.more && count.events <= store::kMostCounted};
}

/// GET /v2/events: the log of everything that happened, in the hub's commit order, without a gap. The end of the log
/// has no next_cursor: the next look names the last event seen in `after`.
http::Response list_v2_events(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto limit = parameters.limit();
    const auto cursor = parameters.text("cursor");
    const auto after = parameters.text("after");
    store::EventQuery query;
    query.account = caller.account;
    query.limit = limit;
    query.since = parameters.instant("created_after");
    query.until = parameters.instant("created_before");
    if (const auto types = parameters.words("type"); !types.empty()) {
        const auto filter = domain::parse_event_filter(types);
        if (filter)
            query.types = *filter;
        else
            faults.add("type", filter.error().message);
    }
    if (after && cursor) faults.add("after", "is for the first page; a cursor goes on behind it by itself");
    if (!faults.empty()) return faults.refuse(request);

    PageCursor here{caller.account, list_name(request), {}, {}};
    if (cursor) {
        const auto read = read_page_cursor(*cursor, context.cursor_secret);
        if (!read || read->account != here.account || read->list != here.list) return refuse_v2_cursor(request);
        here = *read;
        query.after_seq = here.behind.id;
    }
    return context.db.read([&](db::Session& session) {
        store::EventRepo events(session);
        if (after) {
            const auto seq = store::EventRepo::sequence_of(*after);
            // One that was removed since then names its place still; one from ahead of us comes from another history.
            if (!seq || *seq > events.newest(caller.account)) {
                V2Faults unknown;
                unknown.add("after", "is not the id of an event of this account; leave it out to begin at the oldest");
                return unknown.refuse(request);
            }
            query.after_seq = *seq;
        }
        const auto page = events.list(query);
        if (!cursor) here.total = count_events(session, query, page);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("data").begin_array();
        for (const store::EventRow& event : page.rows) json.raw(event_json(session, event));
        V2Meta meta{here.total, limit, {}};
        if (page.more) {
            here.behind = {0, page.next_seq};
            meta.next_cursor = write_page_cursor(here, context.cursor_secret);
        }
        end_v2_list(json, meta);
        return http::Response::json(200, std::move(body));
    });
}

/// GET /v2/events/{id}
http::Response show_v2_event(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) {
        const auto event = store::EventRepo(session).find(caller.account, request.path_parameter("id"));
        return event ? v2_object(event_json(session, *event)) : v2_not_found(request, "event");
    });
}

}  // namespace

http::Response list_v2_order_events(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    if (!faults.empty()) return faults.refuse(request);
    const auto id = parse_v2_id(prefix::kOrder, request.path_parameter("id"));
    const bool held = id && context.db.read([&](db::Session& session) {
        return store::OrderRepo(session).get(caller.account, OrderId{*id}).has_value();
    });
    if (!held) return v2_not_found(request, "order");
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>&) {
            store::RangeList list;
            list.table = "events";
            list.id = "seq";
            list.rising = true;
            list.ranges = {{"subject = 'order' AND subject_id = ? AND account_id = ?", {*id, caller.account.value}}};
            return list;
        },
        [&](JsonWriter& json, std::int64_t seq, db::Session& session, const ChannelBook&) {
            if (const auto event = store::EventRepo(session).at(caller.account, seq))
                json.raw(event_json(session, *event));
        });
}

void add_v2_events(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/events", scope::kEventsRead,
               {"limit", "cursor", "after", "type", "created_after", "created_before"}, list_v2_events);
    routes.get("/v2/events/{id}", scope::kEventsRead, {}, show_v2_event);
}

}  // namespace crossdock::api::routes
