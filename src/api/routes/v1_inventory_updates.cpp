// SPDX-License-Identifier: Apache-2.0
#include "api/json/requests.h"
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/created.h"
#include "api/routes/list_page.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "store/inventory_repo.h"

namespace crossdock::api::routes {
namespace {

// 2025-12-03, the day item_master_id came and the sku alone became the old way (RFC 9745: seconds since 1970).
constexpr const char* kSkuAloneDeprecated = "@1764720000";

/// Says that the request is of an old form.
http::Response deprecated(http::Response response) {
    response.headers.emplace_back("Deprecation", kSkuAloneDeprecated);
    response.headers.emplace_back("Link", "</docs#deprecations>; rel=\"deprecation\"");
    return response;
}

/// POST /api/v1/inventory_updates: accepts stock figures, all or none. Errors: 404 unknown channel, 422 one sentence
/// per fault.
Prepared post_inventory_updates(const Context& context, const Caller& caller, const http::Request& request) {
    auto body = read_stock(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    auto& stock = std::get<StockBody>(body);
    const auto channel = context.db.read(
        [&](db::Session& session) { return store::ChannelRepo(session).find(caller.account, stock.channel); });
    if (!channel) return stock.by_sku_alone ? deprecated(channel_not_found()) : channel_not_found();
    return Effect{[&context, channel = *channel, settings = context.stock_settings(*channel),
                   stock = std::move(stock)](db::Session& session) {
                      auto response = created(
                          services::accept_stock(session, channel, settings, stock.figures, context.clock.now()));
                      return stock.by_sku_alone ? deprecated(std::move(response)) : response;
                  },
                  true};
}

/// GET /api/v1/inventory_updates/{id}: what became of a figure. Errors: 404, also for those of other accounts.
http::Response get_inventory_update(const Context& context, const Caller& caller, const http::Request& request) {
    const auto id = id_in_path(request);
    return context.db.read([&](db::Session& session) {
        const auto update =
            id ? store::InventoryRepo(session).get(caller.account, InventoryUpdateId{*id}) : std::nullopt;
        if (!update) return v1_error(404, "inventory update not found");
        const auto channel = store::ChannelRepo(session).get(update->channel_id);
        std::string body;
        JsonWriter json(body);
        write_inventory_update(json, *update, channel ? channel->code : std::string{});
        return http::Response::json(200, std::move(body));
    });
}

}  // namespace

void add_v1_inventory_updates(http::Router& router, Context& context) {
    router.add(v1_write_route(context, "POST", "/api/v1/inventory_updates", scope::kInventoryWrite,
                              [&context](const Caller& caller, const http::Request& request) {
                                  return post_inventory_updates(context, caller, request);
                              }));
    router.add(v1_route(context, "GET", "/api/v1/inventory_updates/{id}", scope::kInventoryRead, {},
                        [&context](const Caller& caller, const http::Request& request) {
                            return get_inventory_update(context, caller, request);
                        }));
}

}  // namespace crossdock::api::routes
