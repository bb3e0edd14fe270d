// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "http/message.h"
#include "sandbox/goods.h"
#include "sandbox/walmart/model.h"

/// What goes over the wire: bodies of errors, orders, returns and items.
namespace crossdock::sandbox::walmart {

using Json = nlohmann::ordered_json;

enum class ErrorShape {
    nested,   // {"errors":{"error":[…]}}: orders, returns, feeds, the gateway
    flat,     // {"errors":[…]}: items, inventory, settings, webhooks
    singular  // {"error":[…]}
};

/// `api` is the suffix of the code: "GMP_ORDER_API".
http::Response error_answer(const Refusal& refusal, std::string_view api, ErrorShape shape);
Json error_entry(const Refusal& refusal, std::string_view api);
http::Response gateway_xml(int status);
/// The same content as XML, for clients that did not ask for JSON. Not every detail of Walmart's own XML, but XML.
std::string as_xml(const Json& body);

/// What of an order is asked for.
struct OrderExtras {
    bool replacement_info = false, product_info = false;
    bool null_fields = true;
};
Json order_json(const Order& order, const Goods& goods, const std::vector<ShipNode>& nodes, const OrderExtras& extras);
/// What its charges add up to now: products - discounts + shipping + taxes.
std::int64_t total_cents(const Order& order);
Json return_json(const Return& it, const Goods& goods, bool replacement_info);
Json item_json(const Good& good);

struct ItemState {
    std::string_view lifecycle, published;
};
ItemState item_state(std::int64_t index);

std::string iso_ms(Timestamp at);  // 2026-05-12T10:00:00.000Z

}  // namespace crossdock::sandbox::walmart
