// SPDX-License-Identifier: Apache-2.0
// Reading shipping updates and cancellations: strict, one level too many or too few is a refusal.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using nlohmann::json;

namespace {

int read_quantity(StrictBody& strict, const json& status, const std::string& path) {
    const json* quantity = strict.object(status["statusQuantity"], path, {"!unitOfMeasurement", "!amount"});
    if (quantity == nullptr) return 0;
    const std::string unit = strict.text(*quantity, "unitOfMeasurement", path);
    if (unit != "EACH" && unit != "EA")
        strict.refuse("unitOfMeasurement", path + ".unitOfMeasurement must be EACH or EA");
    const int units = whole_units(strict.text(*quantity, "amount", path));
    if (units == 0) strict.refuse("amount", path + ".amount must be the text of a whole number above 0");
    return units;
}

ShipEntry read_entry(StrictBody& strict, const json& value, const std::string& path) {
    ShipEntry entry;
    const json* status = strict.object(
        value, path,
        {"!status", "asn", "!statusQuantity", "!trackingInfo", "returnCenterAddress", "currentTrackingInfo"});
    if (status == nullptr) return entry;
    if (strict.text(*status, "status", path) != "Shipped") strict.refuse("status", path + ".status must be Shipped");
    entry.quantity = read_quantity(strict, *status, path + ".statusQuantity");
    const std::string where = path + ".trackingInfo";
    const json* tracking =
        strict.object((*status)["trackingInfo"], where,
                      {"!shipDateTime", "!carrierName", "!methodCode", "!trackingNumber", "trackingURL"});
    if (tracking == nullptr) return entry;
    const json& date = (*tracking)["shipDateTime"];
    if (!date.is_number_integer()) {
        strict.refuse("shipDateTime", where + ".shipDateTime must be milliseconds since 1970");
        return entry;
    }
    entry.tracking.ship_date_ms = date.get<std::int64_t>();
    if (const json* carrier =
            strict.object((*tracking)["carrierName"], where + ".carrierName", {"otherCarrier", "carrier"})) {
        entry.tracking.carrier = strict.text(*carrier, "carrier", where);
        entry.tracking.other_carrier = strict.text(*carrier, "otherCarrier", where);
    }
    entry.tracking.method_code = strict.text(*tracking, "methodCode", where);
    if (std::find(kMethodCodes.begin(), kMethodCodes.end(), entry.tracking.method_code) == kMethodCodes.end())
        strict.refuse("methodCode", where + ".methodCode: no enum constant \"" + entry.tracking.method_code + "\"");
    entry.tracking.number = strict.text(*tracking, "trackingNumber", where);
    entry.tracking.url = strict.text(*tracking, "trackingURL", where);
    if (status->contains("currentTrackingInfo")) {
        if (const json* current =
                strict.object((*status)["currentTrackingInfo"], path + ".currentTrackingInfo", {"!trackingNumber"}))
            entry.current_number = strict.text(*current, "trackingNumber", path);
    }
    if (status->contains("returnCenterAddress") && !(*status)["returnCenterAddress"].is_null())
        strict.object(
            (*status)["returnCenterAddress"], path + ".returnCenterAddress",
            {"name", "!address1", "address2", "!city", "!state", "!postalCode", "!country", "dayPhone", "emailId"});
    return entry;
}

/// The orderLine entries of a body {root: {orderLines: {orderLine: […]}}}; null after a refusal.
const json* lines_of(StrictBody& strict, const json& body, const std::string& root, bool process_mode) {
    const std::string marked = "!" + root;
    const json* whole = strict.object(body, "body", {marked});
    if (whole == nullptr) return nullptr;
    const json* update = process_mode ? strict.object((*whole)[root], root, {"processMode", "!orderLines"})
                                      : strict.object((*whole)[root], root, {"!orderLines"});
    if (update == nullptr) return nullptr;
    const json* lines = strict.object((*update)["orderLines"], root + ".orderLines", {"!orderLine"});
    return lines == nullptr ? nullptr : strict.array(*lines, "orderLine", root + ".orderLines");
}

const json* statuses_of(StrictBody& strict, const json& line, const std::string& path) {
    const json* statuses = strict.object(line["orderLineStatuses"], path + ".orderLineStatuses", {"!orderLineStatus"});
    return statuses == nullptr ? nullptr : strict.array(*statuses, "orderLineStatus", path + ".orderLineStatuses");
}

int read_line_number(StrictBody& strict, const json& line, const std::string& path) {
    const int number = whole_units(strict.text(line, "lineNumber", path));
    if (number == 0) strict.refuse("lineNumber", path + ".lineNumber must be the text of a line number");
    return number;
}

std::vector<ShipLine> read_shipping(StrictBody& strict, const json& body) {
    std::vector<ShipLine> out;
    const json* lines = lines_of(strict, body, "orderShipment", true);
    for (std::size_t i = 0; lines != nullptr && i < lines->size() && !strict.refusal; ++i) {
        const std::string path = "orderShipment.orderLines.orderLine[" + std::to_string(i) + "]";
        const json* line = strict.object((*lines)[i], path,
                                         {"!lineNumber", "intentToCancelOverride", "sellerOrderId",
                                          "!orderLineStatuses", "sellerOrderNo", "shipFromAddress"});
        if (line == nullptr) break;
        ShipLine& wanted = out.emplace_back();
        wanted.number = read_line_number(strict, *line, path);
        wanted.seller_order_id = strict.text(*line, "sellerOrderId", path);
        const auto override_flag = line->find("intentToCancelOverride");
        if (override_flag != line->end() && !override_flag->is_null()) {
            if (override_flag->is_boolean())
                wanted.intent_to_cancel_override = override_flag->get<bool>();
            else
                strict.refuse("intentToCancelOverride", path + ".intentToCancelOverride must be true or false");
        }
        const json* statuses = statuses_of(strict, *line, path);
        for (std::size_t s = 0; statuses != nullptr && s < statuses->size() && !strict.refusal; ++s)
            wanted.entries.push_back(read_entry(
                strict, (*statuses)[s], path + ".orderLineStatuses.orderLineStatus[" + std::to_string(s) + "]"));
    }
    return out;
}

std::vector<CancelLine> read_cancellation(StrictBody& strict, const json& body) {
    std::vector<CancelLine> out;
    const json* lines = lines_of(strict, body, "orderCancellation", false);
    for (std::size_t i = 0; lines != nullptr && i < lines->size() && !strict.refusal; ++i) {
        const std::string path = "orderCancellation.orderLines.orderLine[" + std::to_string(i) + "]";
        const json* line = strict.object((*lines)[i], path, {"!lineNumber", "!orderLineStatuses"});
        if (line == nullptr) break;
        const int number = read_line_number(strict, *line, path);
        const json* statuses = statuses_of(strict, *line, path);
        for (std::size_t s = 0; statuses != nullptr && s < statuses->size() && !strict.refusal; ++s) {
            const std::string where = path + ".orderLineStatuses.orderLineStatus[" + std::to_string(s) + "]";
            const json* status =
                strict.object((*statuses)[s], where, {"!status", "!cancellationReason", "!statusQuantity"});
            if (status == nullptr) break;
            if (strict.text(*status, "status", where) != "Cancelled")
                strict.refuse("status", where + ".status must be Cancelled");
            const std::string reason = strict.text(*status, "cancellationReason", where);
            if (std::find(kCancelReasons.begin(), kCancelReasons.end(), reason) == kCancelReasons.end())
                strict.refuse("cancellationReason", where + ": no enum constant \"" + reason + "\"");
            out.push_back({number, read_quantity(strict, *status, where + ".statusQuantity"), reason});
        }
    }
    return out;
}

}  // namespace

Answer SellerImpl::ship_order(const Call& call) {
    Order* order = world_.order(std::strtoll(call.values[0].c_str(), nullptr, 10));
    if (order == nullptr) return Refusal::missing();
    const json body = json::parse(call.request.body, nullptr, false);
    StrictBody strict;
    const std::vector<ShipLine> lines = read_shipping(strict, body);
    std::optional<Refusal> refusal = strict.refusal;
    if (!refusal) {
        const std::string mode = strict.text(body["orderShipment"], "processMode", "orderShipment");
        if (!mode.empty() && mode != "PARTIAL_UPDATE")
            refusal = Refusal::content("processMode", "processMode must be PARTIAL_UPDATE or absent");
        else
            refusal = mode.empty() ? world_.ship(*order, lines, false) : world_.correct_tracking(*order, lines);
    }
    if (refusal) {
        ++world_.counters.shipments_refused;
        return *refusal;
    }
    Json answer = wrapped(*order, call);
    if (faults_.take({"order_array"}, call.operation)) {
        ++world_.counters.faults;
        answer["order"] = Json::array({Json(answer["order"])});
    }
    return answer;
}

Answer SellerImpl::cancel_order(const Call& call) {
    Order* order = world_.order(std::strtoll(call.values[0].c_str(), nullptr, 10));
    if (order == nullptr) return Refusal::missing();
    StrictBody strict;
    const std::vector<CancelLine> lines = read_cancellation(strict, json::parse(call.request.body, nullptr, false));
    if (strict.refusal) return *strict.refusal;
    if (auto refusal = world_.cancel(*order, lines)) return *refusal;
    return wrapped(*order, call);
}

}  // namespace crossdock::sandbox::walmart
