// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace crossdock::services {

/// How a surface names the members of its requests and the things they are about, for what a use case says of them. As
/// it stands: in the words of the ERP's contract.
struct Wording {
    std::string_view order_id = "remote_order_id";
    std::string_view item_id = "item_master_id";
    std::string_view line_id = "external_line_id";
    std::string_view line_quantity = "quantity";  // of a line that ships
    std::string_view lines = "line_items";        // of a shipment
    std::string_view items_path = "/api/v1/skus";
    std::string_view order_prefix, shipment_prefix, item_prefix;  // what an id has before the hub's number
};

/// "ord_17"
inline std::string id_in_words(std::string_view prefix, std::int64_t id) {
    return std::string{prefix} + std::to_string(id);
}

}  // namespace crossdock::services
