// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>
#include <vector>

#include "api/json/error.h"
#include "http/message.h"
#include "services/accept_cartons.h"
#include "services/accept_shipments.h"
#include "services/accept_stock.h"

/// The bodies that the ERP sends, field by field. Nothing behind these looks at JSON; members nobody knows are ignored.
namespace crossdock::api {

constexpr std::size_t kMostAckIds = 10'000;
constexpr std::size_t kMostStockItems = 10'000;
constexpr std::size_t kMostShipments = 1'000;

/// {"ids":[…]}, or the refusal. Repeated ids are left in.
std::variant<std::vector<std::int64_t>, http::Response> read_ack(const http::Request& request);

struct StockBody {
    std::string channel;
    std::vector<services::StockFigure> figures;
    bool by_sku_alone = false;  // at least one item is named by its sku alone: deprecated
};
/// {"channel":…,"items":[…]}, or the refusal.
std::variant<StockBody, http::Response> read_stock(const http::Request& request);

/// One entry of `items`, for others who take the contract's figures. Faults name `items[index]`.
services::StockFigure read_stock_item(const nlohmann::json& item, std::size_t index, bool one_of_many, Faults& faults);
/// One entry of `shipments`, likewise.
services::ShipmentRequest read_shipment(const nlohmann::json& shipment, std::size_t index, bool one_of_many,
                                        Faults& faults);

/// {"shipments":[…]}, or the refusal.
std::variant<std::vector<services::ShipmentRequest>, http::Response> read_shipments(const http::Request& request);

struct CartonBody {
    std::string channel;
    services::CartonRequest carton;
};
/// {"channel":…,"fba_inbound_shipment_id":…,"items":[…]} and the header Idempotency-Key, or the refusal.
std::variant<CartonBody, http::Response> read_carton(const http::Request& request);

constexpr std::int64_t kMostFbaDays = 730;
struct FbaSyncBody {
    std::string channel;
    std::int64_t days = 0;  // 0: not given
};
/// {"channel":…,"days":…}, or the refusal.
std::variant<FbaSyncBody, http::Response> read_fba_sync(const http::Request& request);

}  // namespace crossdock::api
