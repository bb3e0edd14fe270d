// SPDX-License-Identifier: Apache-2.0
#include "api/routes/v2_list.h"

#include "api/json/error.h"

namespace crossdock::api::routes {

V2ListParameters read_v2_list_parameters(V2Parameters& parameters) {
    return {parameters.limit(), parameters.text("cursor"), parameters.text("channel")};
}

ChannelBook::ChannelBook(db::Session& session, AccountId account) {
    for (store::Channel& channel : store::ChannelRepo(session).list(account)) {
        const ChannelId id = channel.id;
        channels_.emplace(id, std::move(channel));
    }
}

const store::Channel* ChannelBook::find(ChannelId id) const {
    const auto found = channels_.find(id);
    return found == channels_.end() ? nullptr : &found->second;
}

const store::Channel* ChannelBook::find(const std::string& code) const {
    for (const auto& [id, channel] : channels_)
        if (channel.code == code) return &channel;
    return nullptr;
}

std::optional<std::vector<ChannelId>> ChannelBook::ids(const std::optional<std::string>& code) const {
    std::vector<ChannelId> ids;
    for (const auto& [id, channel] : channels_)
        if (!code || channel.code == *code) ids.push_back(id);
    if (code && ids.empty()) return std::nullopt;
    return ids;
}

void ChannelBook::write_code(JsonWriter& json, std::string_view name, const std::optional<ChannelId>& id) const {
    const store::Channel* channel = id ? find(*id) : nullptr;
    json.key(name);
    if (channel == nullptr)
        json.null();
    else
        json.value(channel->code);
}

void end_v2_list(JsonWriter& json, const V2Meta& meta) {
    json.end_array().key("meta").begin_object();
    json.field("total", meta.total.rows)
        .field("total_is_exact", meta.total.exact)
        .field("limit", meta.limit)
        .field("next_cursor", meta.next_cursor)
        .end_object()
        .end_object();
}

http::Response v2_object(std::string object, int status) {
    return http::Response::json(status, "{\"data\":" + std::move(object) + "}");
}

http::Response refuse_v2_cursor(const http::Request& request) {
    return refuse(request, {400,
                            "the cursor is not valid here: it belongs to another list, to other filters or to nothing; "
                            "start again without cursor"});
}

http::Response answer_v2_list(const Context& context, const Caller& caller, const http::Request& request,
                              const V2ListParameters& asked, const V2Rows& rows, const V2RowWriter& write_row) {
    PageCursor here{caller.account, list_name(request), {}, {}};
    std::optional<store::Place> behind;
    if (asked.cursor) {
        const auto cursor = read_page_cursor(*asked.cursor, context.cursor_secret);
        if (!cursor || cursor->account != here.account || cursor->list != here.list) return refuse_v2_cursor(request);
        here = *cursor;
        behind = cursor->behind;
    }
    return context.db.read([&](db::Session& session) {
        const ChannelBook channels(session, caller.account);
        const auto ids = channels.ids(asked.channel);
        if (!ids) return v2_not_found(request, "channel");
        const store::RangeList list = rows(session, *ids);
        if (!behind) here.total = store::count_rows(session, list);
        const store::RangePage page = store::read_page(session, list, behind, asked.limit);
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("data").begin_array();
        for (const store::Place& row : page.rows) write_row(json, row.id, session, channels);
        V2Meta meta{here.total, asked.limit, {}};
        if (page.goes_on_behind) {
            here.behind = *page.goes_on_behind;
            meta.next_cursor = write_page_cursor(here, context.cursor_secret);
        }
        end_v2_list(json, meta);
        return http::Response::json(200, std::move(body));
    });
}

}  // namespace crossdock::api::routes
