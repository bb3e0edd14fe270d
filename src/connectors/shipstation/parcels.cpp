// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/parcels.h"

#include "connectors/shipstation/pacific.h"

namespace crossdock::connectors::shipstation {
namespace {

Result<std::vector<Parcel>> read_both(Client& client, const Query& query, bool push) {
    std::vector<Parcel> out;
    for (Call call : {Call{"List Fulfillments", "/fulfillments", query}, Call{"List Shipments", "/shipments", query}}) {
        call.push = push;
        const std::string list = call.path.substr(1);
        const auto answer = client.call(call);
        if (!answer) return answer.error();
        if (!answer->root[list].is_array())
            return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                         "ShipStation answered without the list of " + list};
        for (Parcel& parcel : read_parcels(answer->root)) out.push_back(std::move(parcel));
    }
    return out;
}

}  // namespace

std::vector<Parcel> read_parcels(JsonView answer) {
    std::vector<Parcel> out;
    for (const Parcel::Kind kind : {Parcel::Kind::shipment, Parcel::Kind::fulfillment}) {
        const bool label = kind == Parcel::Kind::shipment;
        for (const JsonView row : answer[label ? "shipments" : "fulfillments"])
            out.push_back({kind, std::string{row[label ? "shipmentId" : "fulfillmentId"].word()},
                           std::string{row["orderId"].word()}, row["orderNumber"].text().value_or(""),
                           row["trackingNumber"].text().value_or(""), row["carrierCode"].text().value_or(""),
                           row["voided"].is_true(), row["isReturnLabel"].is_true(),
                           row["marketplaceNotified"].is_true(), row["notifyErrorMessage"].filled_text().value_or("")});
    }
    return out;
}

Result<std::vector<Parcel>> v2_parcels_since(Client& client, Timestamp since) {
    Call call{"list_fulfillments",
              "/v2/fulfillments",
              {{"create_date_start", format_rfc3339(since)},
               {"sort_by", "created_at"},
               {"sort_dir", "desc"},
               {"page", "1"},
               {"page_size", "500"}}};
    call.api = Api::v2;
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    std::vector<Parcel> out;
    for (const JsonView row : answer->root["fulfillments"]) {
        Parcel parcel;
        parcel.kind = Parcel::Kind::fulfillment;
        parcel.id = row["fulfillment_id"].text().value_or("");
        parcel.order_id = row["shipment_id"].text().value_or("");
        parcel.order_number = row["shipment_number"].text().value_or("");
        parcel.tracking_number = row["tracking_number"].text().value_or("");
        parcel.voided = row["voided"].is_true();
        parcel.marketplace_notified = row["order_source_notified"].is_true();
        parcel.notify_error = row["notification_error_message"].filled_text().value_or("");
        out.push_back(std::move(parcel));
    }
    return out;
}

Result<std::vector<Parcel>> parcels_of_order(Client& client, const std::string& order_id, bool push) {
    return read_both(client, {{"orderId", order_id}, {"page", "1"}, {"pageSize", "500"}}, push);
}

Result<std::vector<Parcel>> parcels_since(Client& client, Timestamp since) {
    return read_both(client,
                     {{"createDateStart", window_start(since)},
                      {"sortBy", "CreateDate"},
                      {"sortDir", "DESC"},
                      {"page", "1"},
                      {"pageSize", "500"}},
                     false);
}

}  // namespace crossdock::connectors::shipstation
