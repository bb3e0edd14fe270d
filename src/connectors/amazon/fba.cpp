// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/fba.h"

#include <algorithm>
#include <set>

#include "connectors/fields.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr int kMaxIdPages = 5;

std::string active_states() {
    std::string out;
    for (const std::string_view state : domain::kActiveFbaStates) out.append(out.empty() ? "" : ",").append(state);
    return out;
}

bool is_active(std::string_view state) {
    return std::find(domain::kActiveFbaStates.begin(), domain::kActiveFbaStates.end(), state) !=
           domain::kActiveFbaStates.end();
}

Error no_shipment_list() {
    return {ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the list of inbound shipments"};
}

}  // namespace

Result<Answer> FbaShipments::ask(const std::string& marketplace_id, Query query, const std::string& token) {
    Call call{Operation::get_shipments, "/fba/inbound/v0/shipments"};
    if (token.empty())
        call.query = std::move(query);
    else
        call.query = {{"QueryType", "NEXT_TOKEN"}, {"NextToken", token}};
    call.query.emplace_back("MarketplaceId", marketplace_id);  // required on every page
    call.has_token = !token.empty();
    return client_.call(call);
}

/// The cursor: "<which marketplace> <token>".
Result<FbaShipmentPage> FbaShipments::fetch_fba_shipments(const PullWindow& window, const std::string& cursor) {
    const auto& marketplaces = client_.settings().marketplace_ids;
    std::size_t which = 0;
    std::string token;
    if (!cursor.empty()) {
        const auto blank = cursor.find(' ');
        const std::string number = cursor.substr(0, blank);
        const bool readable = blank != std::string::npos && !number.empty() && number.size() < 4 &&
                              number.find_first_not_of("0123456789") == std::string::npos;
        which = readable ? static_cast<std::size_t>(std::stoul(number)) : marketplaces.size();
        if (which >= marketplaces.size())
            return Error{ErrorKind::rejected, "cursor_refused",
                         "the place in the list of shipments is not readable (any more)"};
        token = cursor.substr(blank + 1);
    }
    const std::string& marketplace_id = marketplaces[which];
    const Timestamp upto = std::max(std::min(window.upto.value_or(client_.now()), client_.now()), window.from);
    const auto answer = ask(marketplace_id,
                            {{"QueryType", "DATE_RANGE"},
                             {"ShipmentStatusList", active_states()},
                             {"LastUpdatedAfter", whole_seconds(window.from)},
                             {"LastUpdatedBefore", whole_seconds(upto)}},
                            token);
    if (!answer) return answer.error();
    const JsonView data = answer->payload["ShipmentData"];
    if (!data.is_array()) return no_shipment_list();
    FbaShipmentPage page;
    page.provider_now = answer->provider_now;
    for (const JsonView one : data) {
        const auto id = one["ShipmentId"].filled_text();
        // Whether Amazon honours the states beside a range of dates is not certain.
        if (!id || !is_active(one["ShipmentStatus"].word())) continue;
        page.shipments.push_back({*id, marketplace_id, std::string{one.raw()}});
    }
    if (const auto next = answer->payload["NextToken"].filled_text())
        page.next_cursor = std::to_string(which) + ' ' + *next;
    else if (which + 1 < marketplaces.size())
        page.next_cursor = std::to_string(which + 1) + ' ';
    return page;
}

Result<std::vector<RawFbaShipment>> FbaShipments::fetch_fba_shipments_by_id(std::span<const std::string> shipment_ids) {
    std::set<std::string> wanted(shipment_ids.begin(), shipment_ids.end());
    std::vector<RawFbaShipment> out;
    for (const std::string& marketplace_id : client_.settings().marketplace_ids) {
        if (wanted.empty()) break;
        std::string list;
        for (const auto& id : wanted) list += (list.empty() ? "" : ",") + id;
        std::string token;
        for (int pages = 0; pages < kMaxIdPages; ++pages) {
            const auto answer = ask(marketplace_id, {{"QueryType", "SHIPMENT"}, {"ShipmentIdList", list}}, token);
            if (!answer) return answer.error();
            const JsonView data = answer->payload["ShipmentData"];
            if (!data.is_array()) return no_shipment_list();
            bool news = false;
            for (const JsonView one : data) {
                const auto id = one["ShipmentId"].filled_text();
                if (!id || wanted.erase(*id) == 0) continue;  // not asked for, or there already
                out.push_back({*id, marketplace_id, std::string{one.raw()}});
                news = true;
            }
            const std::string next = answer->payload["NextToken"].filled_text().value_or("");
            if (next.empty() || next == token || !news || wanted.empty()) break;
            token = next;
        }
    }
    return out;
}

/// One page. The list by shipment takes no token (one that is sent is ignored, and page one comes again); the token
/// belongs to the sibling list. The hub decides how long to follow it.
Result<FbaItemPage> FbaShipments::fetch_fba_items(const std::string& shipment_id, const std::string& marketplace_id,
                                                  const std::string& token, bool sibling) {
    Call call{sibling ? Operation::get_shipment_items : Operation::get_shipment_items_by_id,
              sibling ? std::string{"/fba/inbound/v0/shipmentItems"}
                      : "/fba/inbound/v0/shipments/" + path_part(shipment_id) + "/items"};
    if (sibling) call.query = {{"QueryType", "NEXT_TOKEN"}};
    if (!token.empty()) call.query.emplace_back("NextToken", token);
    call.query.emplace_back("MarketplaceId", marketplace_id);
    call.has_token = !token.empty();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView items = answer->payload["ItemData"];
    if (!items.is_array())
        return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the items of a shipment"};
    FbaItemPage page;
    for (const JsonView item : items) page.items.emplace_back(item.raw());
    page.next_token = answer->payload["NextToken"].filled_text().value_or("");
    return page;
}

Result<domain::FbaShipment> FbaShipments::map_fba_shipment(const RawFbaShipment& raw) const {
    const auto index = JsonIndex::parse(raw.payload);
    if (!index) return index.error();
    const JsonView root = index->root();
    domain::FbaShipment out;
    out.shipment_id = root["ShipmentId"].filled_text().value_or("");
    if (out.shipment_id.empty()) return FieldError({"ShipmentId"}, "is missing").as_error();
    out.marketplace_id = raw.marketplace_id;
    out.shipment_name = root["ShipmentName"].filled_text();
    out.destination_fulfillment_center_id = root["DestinationFulfillmentCenterId"].filled_text();
    out.label_prep_type = root["LabelPrepType"].filled_text();
    out.shipment_status = root["ShipmentStatus"].filled_text().value_or("");
    if (out.shipment_status.empty()) return FieldError({"ShipmentStatus"}, "is missing").as_error();
    out.are_cases_required = root["AreCasesRequired"].is_true();  // may be missing, although the model requires it
    out.box_contents_source = root["BoxContentsSource"].filled_text();
    return out;
}

}  // namespace crossdock::connectors::amazon
