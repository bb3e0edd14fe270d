// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/json/requests.h"
#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"
#include "api/routes/v2_push_json.h"
#include "store/channel_repo.h"
#include "store/inventory_repo.h"
#include "store/listings.h"

namespace crossdock::api::routes {
namespace {

using nlohmann::json;

/// GET /v2/inventory_updates: newest first.
http::Response list_v2_inventory_updates(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    store::PushListing wanted;
    wanted.account = caller.account;
    wanted.created_from = parameters.instant("created_after");
    wanted.created_upto = parameters.instant("created_before");
    if (const auto id = parameters.id("item_id", prefix::kItem)) wanted.item = ItemId{*id};
    wanted.status = parameters.one_of("status", {"pending", "processing", "succeeded", "failed", "superseded"});
    if (!faults.empty()) return faults.refuse(request);
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>& channels) {
            store::PushListing narrowed = wanted;
            narrowed.channels = channels;
            return store::list_inventory_updates(narrowed);
        },
        [&](JsonWriter& writer, std::int64_t id, db::Session& session, const ChannelBook& channels) {
            if (const auto update = store::InventoryRepo(session).get(caller.account, InventoryUpdateId{id}))
                write_v2_inventory_update(writer, *update, channels);
        });
}

/// GET /v2/inventory_updates/{id}
http::Response show_v2_inventory_update(const Context& context, const Caller& caller, const http::Request& request) {
    const auto id = parse_v2_id(prefix::kInventoryUpdate, request.path_parameter("id"));
    return context.db.read([&](db::Session& session) {
        const auto update =
            id ? store::InventoryRepo(session).get(caller.account, InventoryUpdateId{*id}) : std::nullopt;
        if (!update) return v2_not_found(request, "inventory update");
        std::string body;
        JsonWriter writer(body);
        write_v2_inventory_update(writer, *update, ChannelBook(session, caller.account));
        return v2_object(std::move(body));
    });
}

struct StockRequest {
    std::string channel;
    std::vector<services::StockFigure> figures;
};

services::StockFigure read_figure(const json& element, std::size_t index, V2Faults& faults) {
    V2Object item(element, "items[" + std::to_string(index) + "]", faults);
    services::StockFigure figure;
    figure.index = index;
    figure.item_master_id = item.id("item_id", prefix::kItem);
    figure.sku = item.text("sku");
    figure.location_id = item.text("location_id");
    figure.quantity = item.needed_number("quantity", 0);
    if (!item.has("item_id") && !item.has("sku")) item.fault("item_id", "or sku must be given");
    item.finish();
    return figure;
}

/// {"channel":…,"items":[{"item_id" or "sku","location_id","quantity"}]}, or the refusal.
std::variant<StockRequest, http::Response> read_stock_request(const http::Request& request) {
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    StockRequest stock{object.needed_text("channel"), {}};
    const json* items = object.any("items");
    if (items == nullptr || !items->is_array() || items->empty()) {
        object.fault("items", "must be an array of at least one figure");
    } else if (items->size() > kMostStockItems) {
        object.fault("items", "has " + std::to_string(items->size()) + " entries; at most " +
                                  std::to_string(kMostStockItems) + " are accepted in one request");
    } else {
        for (std::size_t i = 0; i < items->size(); ++i) {
            if ((*items)[i].is_object())
                stock.figures.push_back(read_figure((*items)[i], i, faults));
            else
                faults.add("items[" + std::to_string(i) + "]", "is not an object");
        }
    }
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    return stock;
}

/// POST /v2/inventory_updates: accepts stock figures, all or none, and answers what they became.
Prepared create_v2_inventory_updates(const Context& context, const Caller& caller, const http::Request& request) {
    auto read = read_stock_request(request);
    if (auto* refusal = std::get_if<http::Response>(&read)) return std::move(*refusal);
    auto& stock = std::get<StockRequest>(read);
    auto channel = context.db.read(
        [&](db::Session& session) { return store::ChannelRepo(session).find(caller.account, stock.channel); });
    if (!channel) return v2_not_found(request, "channel");
    return Effect{
        [&, settings = context.stock_settings(*channel), channel = std::move(*channel),
         figures = std::move(stock.figures)](db::Session& session) {
            const auto accepted =
                services::accept_stock(session, channel, settings, figures, context.clock.now(), kV2Wording);
            if (const auto* refusal = std::get_if<services::Refusal>(&accepted)) return v2_refusal(request, *refusal);
            const ChannelBook channels(session, caller.account);
            std::string body;
            JsonWriter writer(body);
            writer.begin_array();
            for (const std::int64_t id : std::get<std::vector<std::int64_t>>(accepted))
                if (const auto update = store::InventoryRepo(session).get(caller.account, InventoryUpdateId{id}))
                    write_v2_inventory_update(writer, *update, channels);
            writer.end_array();
            return v2_object(std::move(body), 201);
        },
        true};
}

}  // namespace

void add_v2_inventory_updates(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/inventory_updates", scope::kInventoryRead,
               {"limit", "cursor", "channel", "status", "item_id", "created_after", "created_before"},
               list_v2_inventory_updates);
    routes.get("/v2/inventory_updates/{id}", scope::kInventoryRead, {}, show_v2_inventory_update);
    routes.post("/v2/inventory_updates", scope::kInventoryWrite, create_v2_inventory_updates);
}

}  // namespace crossdock::api::routes
