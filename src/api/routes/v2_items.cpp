// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"
#include "api/routes/v2_list.h"
#include "api/routes/v2_order_json.h"
#include "store/item_repo.h"
#include "store/listings.h"

namespace crossdock::api::routes {
namespace {

constexpr const char* kItemStatuses = "active, inactive, archived, retired, unpublished, draft";

/// GET /v2/items: what the channels sell, newest first; by a time of change, oldest change first.
http::Response list_v2_items(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    store::ItemListing wanted;
    wanted.account = caller.account;
    wanted.sku = parameters.text("sku");
    wanted.updated_from = parameters.instant("updated_after");
    wanted.updated_upto = parameters.instant("updated_before");
    if (const auto word = parameters.text("status")) {
        wanted.status = domain::parse_item_status(*word);
        if (!wanted.status) parameters.unknown_word("status", *word, kItemStatuses);
    }
    if (!faults.empty()) return faults.refuse(request);
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>& channels) {
            store::ItemListing narrowed = wanted;
            narrowed.channels = channels;
            return store::list_items(narrowed);
        },
        [&](JsonWriter& json, std::int64_t id, db::Session& session, const ChannelBook&) {
            if (const auto members = store::ItemRepo(session).show(caller.account, ItemId{id}))
                write_v2_item(json, id, *members);
        });
}

/// GET /v2/items/{id}
http::Response show_v2_item(const Context& context, const Caller& caller, const http::Request& request) {
    const auto id = parse_v2_id(prefix::kItem, request.path_parameter("id"));
    return context.db.read([&](db::Session& session) {
        const auto members = id ? store::ItemRepo(session).show(caller.account, ItemId{*id}) : std::nullopt;
        if (!members) return v2_not_found(request, "item");
        std::string body;
        JsonWriter json(body);
        write_v2_item(json, *id, *members);
        return v2_object(std::move(body));
    });
}

}  // namespace

void add_v2_items(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/items", scope::kCatalogRead,
               {"limit", "cursor", "channel", "status", "sku", "updated_after", "updated_before"}, list_v2_items);
    routes.get("/v2/items/{id}", scope::kCatalogRead, {}, show_v2_item);
}

}  // namespace crossdock::api::routes
