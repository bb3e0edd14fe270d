// SPDX-License-Identifier: Apache-2.0
// Shipments to Amazon's own warehouses: made before the start, on their way from then on.
#include <algorithm>
#include <array>
#include <cstdio>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {
namespace {

constexpr std::array<std::string_view, 8> kWay{"WORKING",   "READY_TO_SHIP", "SHIPPED",   "IN_TRANSIT",
                                               "DELIVERED", "CHECKED_IN",    "RECEIVING", "CLOSED"};

/// Thirty-eight characters, as the ids of the 2024 API have.
std::string long_id(const char* prefix, std::uint64_t value) {
    char text[48];
    std::snprintf(text, sizeof text, "%s%08llx-%04llx-4%03llx-8%03llx-%012llx", prefix,
                  static_cast<unsigned long long>(mix(value) & 0xffffffffULL),
                  static_cast<unsigned long long>(mix(value + 1) & 0xffffULL),
                  static_cast<unsigned long long>(mix(value + 2) & 0xfffULL),
                  static_cast<unsigned long long>(mix(value + 3) & 0xfffULL),
                  static_cast<unsigned long long>(mix(value + 4) & 0xffffffffffffULL));
    return text;
}

}  // namespace

void World::build_inbound() {
    constexpr std::array kCentres = {"MKC6", "ONT8", "PHX7", "BFI3"};
    const int count = options_.inbound_shipments + (options_.large_shipment_items > 0 ? 1 : 0);
    for (int i = 0; i < count; ++i) {
        const std::uint64_t h = mix(options_.seed * 31 + static_cast<std::uint64_t>(i));
        InboundShipment& shipment = inbounds.emplace_back();
        char id[24];
        std::snprintf(id, sizeof id, "FBA15%07X", static_cast<unsigned>((h & 0xFFF0000U) + static_cast<unsigned>(i)));
        shipment.id = id;
        shipment.created_at = shipment.updated_at =
            from_ms(to_ms(born_) / 1000 * 1000) - std::chrono::hours(6 * (count - i) + 1);
        shipment.name = "FBA STA (" + format_rfc3339(shipment.created_at).substr(0, 10) + ")-" +
                        kCentres[static_cast<std::size_t>(i) % 4];
        shipment.centre = kCentres[static_cast<std::size_t>(i) % 4];
        shipment.store = stores[static_cast<std::size_t>(i / std::max(options_.shipments_per_plan, 1)) % stores.size()];
        shipment.status = "WORKING";
        shipment.cases_required = i % 4 == 2;
        shipment.contents_source = i % 4 == 3 ? "2D_BARCODE" : i % 5 == 4 ? "NONE" : "FEED";
        shipment.label_prep = i % 3 == 1 ? "AMAZON_LABEL" : i % 3 == 2 ? "NO_LABEL" : "SELLER_LABEL";
        const int first = i - i % std::max(options_.shipments_per_plan, 1);
        shipment.plan_id = first == i ? long_id("wf", h) : inbounds[static_cast<std::size_t>(first)].plan_id;
        shipment.shipment_id = long_id("sh", h + 10);
        shipment.placement_id = long_id("pl", h + 20);
        const bool large = i == options_.inbound_shipments;
        const int lines = large ? options_.large_shipment_items : 1 + static_cast<int>((h >> 20U) % 5);
        for (int line = 0; line < lines && listings_ > 0; ++line) {
            InboundItem& item = shipment.items.emplace_back();
            // Only what Amazon ships is sent there: every third item of the catalogue.
            const std::uint32_t fba_items = (listings_ + 2) / 3;
            const auto start = static_cast<std::uint32_t>(large ? 0 : (h >> 8U) % fba_items);
            item.listing = (start + static_cast<std::uint32_t>(line)) % fba_items * 3;
            item.in_case = shipment.cases_required ? 6 : 0;
            item.shipped = shipment.cases_required ? 12 : 4 + static_cast<int>((h >> 4U) % 20) + line % 3;
        }
        if (options_.life_cycle) {
            // The older ones are further on their way; each fifth ends early.
            const int steps = std::max(0, std::min<int>(7, count - 1 - i));
            for (int step = 0; step < steps; ++step) advance(shipment);
            if (i % 5 == 3) end(shipment, i % 2 == 0 ? "DELETED" : "CANCELLED");
            shipment.updated_at = shipment.created_at + std::chrono::hours(steps);
            schedule_inbound(shipment);
        }
    }
}

void World::schedule_inbound(InboundShipment& shipment) {
    if (shipment.over) return;
    const auto wait = std::chrono::minutes(90 + random_.below(120));
    at(std::max(now_, born_) + wait, [this, id = shipment.id] {
        InboundShipment* it = inbound(id);
        if (it == nullptr || it->over) return;
        int missing = 0;
        for (const InboundItem& item : it->items) missing += item.shipped - item.received;
        if (it->status == "RECEIVING" && missing > 0 && random_.unit() < 0.8)
            receive(*it, 1 + missing / 2);
        else
            advance(*it);
        schedule_inbound(*it);
    });
}

InboundShipment* World::inbound(std::string_view id) {
    const auto at = std::find_if(inbounds.begin(), inbounds.end(),
                                 [&](const InboundShipment& it) { return it.id == id || it.shipment_id == id; });
    return at == inbounds.end() ? nullptr : &*at;
}

bool World::advance(InboundShipment& shipment) {
    if (shipment.over) return false;
    const auto at = std::find(kWay.begin(), kWay.end(), shipment.status);
    if (at == kWay.end()) return false;
    auto next = at + 1;
    if (*next == "READY_TO_SHIP" && !options_.ready_to_ship) ++next;
    shipment.status = *next;
    shipment.updated_at = std::max(shipment.updated_at, from_ms(to_ms(now_) / 1000 * 1000));
    shipment.over = shipment.status == "CLOSED";
    if (shipment.status == "RECEIVING") receive(shipment, 1);
    return true;
}

bool World::receive(InboundShipment& shipment, int units) {
    bool any = false;
    for (InboundItem& item : shipment.items) {
        const int taken = std::min(units, item.shipped - item.received);
        item.received += taken;
        units -= taken;
        any = any || taken > 0;
    }
    if (any) shipment.updated_at = std::max(shipment.updated_at, from_ms(to_ms(now_) / 1000 * 1000));
    return any;
}

bool World::end(InboundShipment& shipment, const std::string& status) {
    if (shipment.over || (status != "CANCELLED" && status != "DELETED" && status != "ERROR")) return false;
    shipment.status = status;
    shipment.over = status != "ERROR";
    shipment.updated_at = std::max(shipment.updated_at, from_ms(to_ms(now_) / 1000 * 1000));
    return true;
}

}  // namespace crossdock::sandbox::amazon
