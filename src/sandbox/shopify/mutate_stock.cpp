// SPDX-License-Identifier: Apache-2.0
// inventorySetQuantities, inventorySetOnHandQuantities, inventoryActivate: what they demand beyond the schema.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/encoding.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr std::array kReasons = {"correction",
                                 "cycle_count_available",
                                 "damaged",
                                 "movement_canceled",
                                 "movement_created",
                                 "movement_received",
                                 "movement_updated",
                                 "other",
                                 "promotion",
                                 "quality_control",
                                 "received",
                                 "reservation_created",
                                 "reservation_deleted",
                                 "reservation_updated",
                                 "restock",
                                 "safety_stock",
                                 "shrinkage"};

std::string idempotency_key(const Call& call) {
    const auto key = directive_argument(call, "idempotent", "key");
    if (!key) {
        throw FieldFailure{"The @idempotent directive is required for this mutation but was not provided.",
                           extensions_of("BAD_REQUEST")};
    }
    if (!key->is_string() || key->get<std::string>().empty() || key->get<std::string>().size() > 255) {
        throw FieldFailure{"The idempotency key must be a text of 1 to 255 characters.", extensions_of("BAD_REQUEST")};
    }
    return key->get<std::string>();
}

bool uri_like(const std::string& text) {
    const std::size_t colon = text.find("://");
    return colon != std::string::npos && colon > 0 && text.size() > colon + 3;
}

std::vector<Refusal> check_input(const std::string& name, const json& input) {
    std::vector<Refusal> refusals;
    if (name != "available" && name != "on_hand") {
        refusals.push_back(
            {{"input", "name"}, "The quantity name must be either 'available' or 'on_hand'.", "INVALID_NAME"});
    }
    const std::string reason = input.value("reason", "");
    if (std::find(kReasons.begin(), kReasons.end(), reason) == kReasons.end()) {
        std::string all;
        for (const char* known : kReasons) all += (all.empty() ? "" : ", ") + std::string(known);
        refusals.push_back(
            {{"input", "reason"}, "The specified reason is invalid. Valid values are: " + all + ".", "INVALID_REASON"});
    }
    if (const auto at = input.find("referenceDocumentUri");
        at != input.end() && at->is_string() && !uri_like(at->get<std::string>())) {
        refusals.push_back({{"input", "referenceDocumentUri"},
                            "The specified reference document is invalid.",
                            "INVALID_REFERENCE_DOCUMENT"});
    }
    return refusals;
}

}  // namespace

Resolved Api::set_stock(const Call& call, const std::string& name, const std::string& rows_field) {
    require_scope(call, "write_inventory");
    const std::string key = idempotency_key(call);
    const json& input = call.arguments["input"];
    const json& rows = input[rows_field];
    if (rows.size() > 250) {
        throw FieldFailure{
            "The input array size of " + std::to_string(rows.size()) + " is greater than the maximum allowed of 250.",
            extensions_of("MAX_INPUT_SIZE_EXCEEDED")};
    }
    for (const json& row : rows) {
        if (row.contains("changeFromQuantity")) continue;
        const std::string type = rows_field == "quantities" ? "InventoryQuantityInput" : "InventorySetQuantityInput";
        throw FieldFailure{type + " must include the following argument: changeFromQuantity.",
                           extensions_of("INVALID_FIELD_ARGUMENTS"), true};
    }
    if (stock_keys_purged_at_ + 1h < world_.now()) {
        std::erase_if(stock_keys_, [&](const auto& entry) { return entry.second.at + 24h < world_.now(); });
        stock_keys_purged_at_ = world_.now();
    }
    const std::string fingerprint = sha256_hex(call.field.name + input.dump());
    const auto answer = [&](std::int64_t group_id) {
        return payload(
            call, {{"inventoryAdjustmentGroup", view("InventoryAdjustmentGroup", world_.adjustments.at(group_id))}});
    };
    if (const auto at = stock_keys_.find(key); at != stock_keys_.end() && at->second.at + 24h >= world_.now()) {
        if (at->second.fingerprint != fingerprint) {
            return payload(call, {},
                           {{{},
                             "The idempotency key has already been used with different parameters.",
                             "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}});
        }
        if (at->second.failed) {
            return payload(
                call, {},
                {{{}, "A previous attempt with this idempotency key failed.", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"}});
        }
        ++world_.counters.stock_replays;
        return answer(at->second.group_id);
    }
    StockMemory memory{fingerprint, 0, true, world_.now()};
    std::vector<Refusal> refusals = check_input(name, input);
    if (refusals.empty()) {
        std::vector<StockRow> parsed;
        for (const json& row : rows) {
            StockRow& one = parsed.emplace_back();
            one.item_id = gid_number(row.value("inventoryItemId", ""), "InventoryItem").value_or(0);
            one.location_id = gid_number(row.value("locationId", ""), "Location").value_or(0);
            one.quantity = row["quantity"].get<std::int64_t>();
            if (row["changeFromQuantity"].is_number_integer())
                one.change_from = row["changeFromQuantity"].get<std::int64_t>();
        }
        std::optional<std::string> reference;
        if (const auto at = input.find("referenceDocumentUri"); at != input.end() && at->is_string())
            reference = at->get<std::string>();
        refusals = world_.set_stock(name, parsed, rows_field, input.value("reason", ""), reference, memory.group_id);
    }
    memory.failed = !refusals.empty();
    stock_keys_[key] = memory;
    return memory.failed ? payload(call, {}, refusals) : answer(memory.group_id);
}

void Api::bind_stock_mutations() {
    resolvers_.add("Mutation", "inventorySetQuantities", [this](const ObjectRef&, const Call& call) {
        return set_stock(call, call.arguments["input"].value("name", ""), "quantities");
    });
    resolvers_.add("Mutation", "inventorySetOnHandQuantities",
                   [this](const ObjectRef&, const Call& call) { return set_stock(call, "on_hand", "setQuantities"); });
    resolvers_.add("Mutation", "inventoryActivate", [this](const ObjectRef&, const Call& call) -> Resolved {
        require_scope(call, "write_inventory");
        idempotency_key(call);  // activating twice is the same as once, so nothing is remembered
        const InventoryItem* item =
            world_.item(gid_number(call.arguments.value("inventoryItemId", ""), "InventoryItem").value_or(0));
        const Location* place =
            world_.location(gid_number(call.arguments.value("locationId", ""), "Location").value_or(0));
        std::vector<Refusal> refusals;
        if (item == nullptr)
            refusals.push_back({{"inventoryItemId"}, "The product couldn't be stocked because it wasn't found.", ""});
        if (place == nullptr)
            refusals.push_back(
                {{"locationId"}, "The product couldn't be stocked because the location wasn't found.", ""});
        else if (!place->active)
            refusals.push_back(
                {{"locationId"}, "The product couldn't be stocked because the location is inactive.", ""});
        if (!refusals.empty()) return payload(call, {}, refusals);
        Level* level = world_.level(item->id, place->id);
        if (level == nullptr || !level->active) level = &world_.activate(item->id, place->id);
        return payload(call, {{"inventoryLevel", view("InventoryLevel", static_cast<const Level*>(level))}});
    });
}

}  // namespace crossdock::sandbox::shopify
