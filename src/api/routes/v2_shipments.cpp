// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/json/printable.h"
#include "api/json/v2_body.h"
#include "api/json/v2_words.h"
#include "api/middleware/audit.h"
#include "api/middleware/scopes.h"
#include "api/middleware/v2_guard.h"
#include "api/routes/routes.h"
#include "api/routes/v2_push_json.h"
#include "domain/deed.h"
#include "services/accept_shipments.h"
#include "services/retry_shipment.h"
#include "services/tracking_number.h"
#include "store/listings.h"
#include "store/shipment_repo.h"

namespace crossdock::api::routes {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestShipmentWord = 100;

/// GET /v2/shipments: newest first.
http::Response list_v2_shipments(const Context& context, const Caller& caller, const http::Request& request) {
    V2Faults faults;
    V2Parameters parameters(request, faults);
    const auto asked = read_v2_list_parameters(parameters);
    store::PushListing wanted;
    wanted.account = caller.account;
    wanted.created_from = parameters.instant("created_after");
    wanted.created_upto = parameters.instant("created_before");
    if (const auto id = parameters.id("order_id", prefix::kOrder)) wanted.order = OrderId{*id};
    wanted.status = parameters.one_of("status", {"pending", "processing", "succeeded", "failed"});
    if (!faults.empty()) return faults.refuse(request);
    return answer_v2_list(
        context, caller, request, asked,
        [&](db::Session&, const std::vector<ChannelId>& channels) {
            store::PushListing narrowed = wanted;
            narrowed.channels = channels;
            return store::list_shipments(narrowed);
        },
        [&](JsonWriter& writer, std::int64_t id, db::Session& session, const ChannelBook& channels) {
            if (const auto shipment = store::ShipmentRepo(session).get(caller.account, ShipmentId{id}))
                write_v2_shipment(writer, *shipment, channels);
        });
}

std::optional<store::Shipment> shipment_in_path(db::Session& session, const Caller& caller,
                                                const http::Request& request) {
    const auto id = parse_v2_id(prefix::kShipment, request.path_parameter("id"));
    return id ? store::ShipmentRepo(session).get(caller.account, ShipmentId{*id}) : std::nullopt;
}

http::Response shipment_answer(db::Session& session, const store::Shipment& shipment, int status = 200) {
    std::string body;
    JsonWriter writer(body);
    write_v2_shipment(writer, shipment, ChannelBook(session, shipment.account_id));
    return v2_object(std::move(body), status);
}

/// GET /v2/shipments/{id}
http::Response show_v2_shipment(const Context& context, const Caller& caller, const http::Request& request) {
    return context.db.read([&](db::Session& session) {
        const auto shipment = shipment_in_path(session, caller, request);
        return shipment ? shipment_answer(session, *shipment) : v2_not_found(request, "shipment");
    });
}

/// A short printable text.
std::string plain_text(V2Object& object, const char* name, bool needed) {
    const std::string text = needed ? object.needed_text(name) : object.text(name).value_or("");
    if (!is_plain_text(text)) object.fault(name, "holds a line end, control character or symbol");
    if (count_characters(text) > kLongestShipmentWord)
        object.fault(name, "is longer than " + std::to_string(kLongestShipmentWord) + " characters");
    return text;
}

void read_lines(V2Object& object, services::ShipmentRequest& shipment, V2Faults& faults) {
    const json* items = object.any("items");
    if (items == nullptr) return;
    // An empty list may mean "nothing" as well as "everything": shipping everything by mistake cannot be undone.
    if (!items->is_array() || items->empty())
        return object.fault("items",
                            "must be an array of at least one line; leave it out to ship everything that remains");
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string place = "items[" + std::to_string(i) + "]";
        if (!(*items)[i].is_object()) {
            faults.add(place, "is not an object");
            continue;
        }
        V2Object line((*items)[i], place, faults);
        services::ShipmentRequest::Line read{line.needed_text("line_id"), line.needed_number("qty", 1)};
        line.finish();
        for (const auto& other : shipment.lines)
            if (other.external_line_id == read.external_line_id)
                line.fault("line_id", "names a line that is named before");
        shipment.lines.push_back(std::move(read));
    }
}

/// {"order_id","carrier","service","tracking_number","ship_date","items"}, or the refusal.
std::variant<services::ShipmentRequest, http::Response> read_shipment_request(const http::Request& request) {
    auto body = read_v2_object(request);
    if (auto* refusal = std::get_if<http::Response>(&body)) return std::move(*refusal);
    V2Faults faults;
    V2Object object(std::get<json>(body), "", faults);
    services::ShipmentRequest shipment;
    shipment.remote_order_id = object.id("order_id", prefix::kOrder);
    shipment.channel = object.text("channel");
    shipment.external_order_id = object.text("external_order_id");
    if (!object.has("order_id") && (!object.has("channel") || !object.has("external_order_id")))
        object.fault("order_id", "must be given, or channel and external_order_id");
    shipment.carrier = plain_text(object, "carrier", true);
    if (auto service = plain_text(object, "service", false); !service.empty()) shipment.service = std::move(service);
    shipment.tracking_number = plain_text(object, "tracking_number", true);
    if (!shipment.tracking_number.empty() && services::normalised_tracking(shipment.tracking_number).empty())
        object.fault("tracking_number", "has neither a letter nor a digit");
    shipment.ship_date = object.instant("ship_date");
    read_lines(object, shipment, faults);
    object.finish();
    if (!faults.empty()) return faults.refuse(request);
    return shipment;
}

/// POST /v2/shipments: accepts a shipment, which the hub tells the channel of. The same one again answers the same id.
Prepared create_v2_shipment(const Context& context, const Caller& caller, const http::Request& request) {
    auto read = read_shipment_request(request);
    if (auto* refusal = std::get_if<http::Response>(&read)) return std::move(*refusal);
    return Effect{[&, shipment = std::get<services::ShipmentRequest>(std::move(read))](db::Session& session) {
                      const auto accepted =
                          services::accept_shipments(session, caller.account, {shipment}, context.clock.now(), kV2Wording);
                      if (const auto* refusal = std::get_if<services::Refusal>(&accepted))
                          return v2_refusal(request, *refusal);
                      const ShipmentId id{std::get<std::vector<std::int64_t>>(accepted).front()};
                      return shipment_answer(session, *store::ShipmentRepo(session).get(caller.account, id), 201);
                  },
                  true};
}

/// POST /v2/shipments/{id}/retry: one that failed is sent once more. Errors: 409 when it did not fail.
Prepared retry_v2_shipment(const Context& context, const Caller& caller, const http::Request& request) {
    if (auto refusal = refuse_v2_body(request)) return std::move(*refusal);
    return Effect{[&](db::Session& session) {
                      const auto shipment = shipment_in_path(session, caller, request);
                      if (!shipment) return v2_not_found(request, "shipment");
                      const Timestamp now = context.clock.now();
                      if (const auto retried = services::retry_shipment(session, *shipment, now); !retried)
                          return v2_error(request, retried.error());
                      audit(session, caller, request,
                            {domain::deed::kShipmentRetried, "shipment", std::string{request.path_parameter("id")}}, now);
                      return shipment_answer(session, *shipment_in_path(session, caller, request));
                  },
                  true};
}

}  // namespace

void add_v2_shipments(http::Router& router, Context& context) {
    const V2Routes routes(router, context);
    routes.get("/v2/shipments", scope::kShipmentsRead,
               {"limit", "cursor", "channel", "status", "order_id", "created_after", "created_before"},
               list_v2_shipments);
    routes.get("/v2/shipments/{id}", scope::kShipmentsRead, {}, show_v2_shipment);
    routes.post("/v2/shipments", scope::kShipmentsWrite, create_v2_shipment);
    routes.post("/v2/shipments/{id}/retry", scope::kShipmentsWrite, retry_v2_shipment);
}

}  // namespace crossdock::api::routes
