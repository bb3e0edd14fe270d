// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "connectors/amazon/client.h"
#include "connectors/amazon/packing.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// What is in the cartons of an inbound shipment: by the feed POST_FBA_INBOUND_CARTON_CONTENTS for shipments whose box
/// contents come by feed, by packing information for the others, which ignore or refuse a feed (the setting carton_push
/// says otherwise). Whether a second feed replaces the first is not documented, so every feed describes the whole
/// shipment.
class Cartons final : public CartonSink {
public:
    explicit Cartons(Client& client) : client_(client), packing_(client) {}
    PushOutcome push_cartons(const CartonShipment& to, std::span<const CartonToPush> cartons) override;
    PushOutcome check_cartons(const std::string& ticket) override;

private:
    [[nodiscard]] bool by_feed(const domain::FbaShipment& shipment) const;
    PushOutcome feed(const domain::FbaShipment& shipment, std::span<const CartonToPush> cartons);

    Client& client_;
    Packing packing_;
};

/// The feed's document. Source: FBAInboundCartonContents.xsd; the elements' order is the schema's.
std::string carton_document(const std::string& seller_id, const std::string& shipment_id,
                            std::span<const CartonToPush> cartons);
/// What a processing report (XML) says. Warnings are failures: in the reported case of one, nothing had been stored.
PushOutcome read_carton_report(const std::string& report);

}  // namespace crossdock::connectors::amazon
