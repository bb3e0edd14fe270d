// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "sandbox/marketplace.h"
#include "sandbox/shopify/shop.h"

namespace crossdock::testing {

/// For ShopOptions::recorder, from a recorder of the kind that the other marketplaces have: the request is
/// {"query", "operationName", "variables"}.
inline std::function<void(const sandbox::shopify::Recording&)> as_exchanges(sandbox::ExchangeRecorder record) {
    return [record = std::move(record)](const sandbox::shopify::Recording& seen) {
        const nlohmann::json query = seen.query, name = seen.operation_name;
        sandbox::Exchange exchange;
        exchange.request.method = "POST";
        exchange.request.path = "/shopify/graphql";
        exchange.request.body = R"({"query":)" + query.dump() + R"(,"operationName":)" + name.dump() +
                                R"(,"variables":)" + (seen.variables.empty() ? "null" : seen.variables) + "}";
        exchange.response = http::Response::json(200, seen.response);
        record(exchange);
    };
}

}  // namespace crossdock::testing
