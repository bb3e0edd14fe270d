// SPDX-License-Identifier: Apache-2.0
// Fulfilment orders and fulfilments as GraphQL shows them.
#include <nlohmann/json.hpp>

#include "sandbox/shopify/api.h"
#include "sandbox/shopify/bind.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

/// The link that the real shop builds for carriers it knows.
std::string tracking_url(const Tracking& tracking) {
    if (!tracking.url.empty() || tracking.number.empty()) return tracking.url;
    if (tracking.company == "UPS")
        return "https://www.ups.com/WebTracking?loc=en_US&requester=ST&trackNums=" + tracking.number;
    if (tracking.company == "FedEx") return "https://www.fedex.com/fedextrack/?trknbr=" + tracking.number;
    if (tracking.company == "USPS")
        return "https://tools.usps.com/go/TrackConfirmAction_input?qtc_tLabels1=" + tracking.number;
    return {};
}

}  // namespace

void Api::bind_shipping() {
    using Group = FulfillmentOrder;
    On<Group> group(resolvers_, "FulfillmentOrder");
    group("id", [](const Group& g) { return gid("FulfillmentOrder", g.id); });
    group("status", [](const Group& g) { return g.status; });
    group("requestStatus", [](const Group& g) { return g.request_status; });
    group("createdAt", [](const Group& g) { return g.created_at; });
    group("updatedAt", [](const Group& g) { return g.updated_at; });
    group("fulfillAt",
          [](const Group& g) { return g.fulfill_at ? g.fulfill_at : std::optional<Timestamp>(g.created_at); });
    group("order", [this](const Group& g) { return view("Order", *g.order); });
    group("orderId", [](const Group& g) { return gid("Order", g.order->id); });
    group("orderName", [](const Group& g) { return g.order->name; });
    group("assignedLocation", [this](const Group& g) { return view("FulfillmentOrderAssignedLocation", g); });
    group("deliveryMethod", [this](const Group& g) { return view("DeliveryMethod", g); });
    group("fulfillmentHolds", [this](const Group& g) { return listed(g.holds, "FulfillmentHold"); });
    group("supportedActions", [this](const Group& g) {
        List list;
        const auto add = [&](const char* action) {
            list.items.emplace_back(own("FulfillmentOrderSupportedAction", NameValue{action, ""}));
        };
        if (g.fulfillable()) {
            add("CREATE_FULFILLMENT");
            add("HOLD");
            add("MOVE");
            if (g.remaining() > 1) add("SPLIT");
        } else if (g.status == "ON_HOLD") {
            add("RELEASE_HOLD");
        } else if (g.status == "SCHEDULED") {
            add("MARK_AS_OPEN");
        }
        return list;
    });
    group("lineItems",
          [this](const Group& g, const Call& call) { return nested(g.lines, "FulfillmentOrderLineItem", call); });
    group("fulfillments", [this](const Group& g, const Call& call) {
        std::vector<Entry> entries;
        for (const Fulfillment& f : g.order->fulfillments) {
            bool mine = false;
            for (const FulfillmentLine& line : f.lines) mine = mine || line.fulfillment_order_id == g.id;
            if (mine) entries.push_back({{sort_number(f.id), f.id}, view("Fulfillment", f)});
        }
        return cut(std::move(entries), call);
    });
    On<Group>(resolvers_, "FulfillmentOrderAssignedLocation")("name", [](const Group& g) { return g.location_name; })(
        "location", [this](const Group& g) { return location_view(g.location_id); });
    On<Group>(resolvers_, "DeliveryMethod")("id", [](const Group& g) { return gid("DeliveryMethod", g.id); })(
        "methodType", [](const Group& g) { return g.order->source_name == "pos" ? std::string("RETAIL") : g.method; });
    On<NameValue>(resolvers_, "FulfillmentOrderSupportedAction")("action", [](const NameValue& a) { return a.name; });

    On<Hold> hold(resolvers_, "FulfillmentHold");
    hold("id", [](const Hold& h) { return gid("FulfillmentHold", h.id); });
    hold("reason", [](const Hold& h) { return h.reason; });
    hold("displayReason", [](const Hold& h) {
        std::string text = h.reason;
        for (std::size_t i = 1; i < text.size(); ++i) text[i] = text[i] == '_' ? ' ' : static_cast<char>(text[i] + 32);
        return text;
    });
    hold("reasonNotes", [](const Hold& h) { return or_null(h.notes); });

    using GroupLine = FulfillmentOrderLine;
    On<GroupLine> line(resolvers_, "FulfillmentOrderLineItem");
    line("id", [](const GroupLine& l) { return gid("FulfillmentOrderLineItem", l.id); });
    line("totalQuantity", [](const GroupLine& l) { return l.total; });
    line("remainingQuantity", [](const GroupLine& l) { return l.remaining; });
    line("lineItem", [this](const GroupLine& l) { return view("LineItem", *l.order->line(l.line_id)); });
    line("sku", [](const GroupLine& l) { return or_null(l.order->line(l.line_id)->sku); });
    line("productTitle", [](const GroupLine& l) { return l.order->line(l.line_id)->title; });
    line("requiresShipping", [](const GroupLine& l) { return l.order->line(l.line_id)->requires_shipping; });
    line("variant", [this](const GroupLine& l) {
        return view("ProductVariant", world_.variant(l.order->line(l.line_id)->variant_id));
    });
    line("inventoryItemId", [this](const GroupLine& l) -> Resolved {
        const Variant* variant = world_.variant(l.order->line(l.line_id)->variant_id);
        return variant == nullptr ? Resolved{} : Resolved(gid("InventoryItem", variant->item_id));
    });

    On<Fulfillment> shipment(resolvers_, "Fulfillment");
    shipment("id", [](const Fulfillment& f) { return gid("Fulfillment", f.id); });
    shipment("legacyResourceId", [](const Fulfillment& f) { return f.id; });
    shipment("name", [](const Fulfillment& f) { return f.name; });
    shipment("status", [](const Fulfillment& f) { return f.status; });
    shipment("displayStatus", [](const Fulfillment& f) { return f.display_status; });
    shipment("createdAt", [](const Fulfillment& f) { return f.created_at; });
    shipment("updatedAt", [](const Fulfillment& f) { return f.updated_at; });
    shipment("order", [this](const Fulfillment& f) { return view("Order", *f.order); });
    shipment("location", [this](const Fulfillment& f) { return location_view(f.location_id); });
    shipment("requiresShipping", [](const Fulfillment& f) {
        for (const FulfillmentLine& row : f.lines) {
            if (f.order->line(row.line_id)->requires_shipping) return true;
        }
        return false;
    });
    shipment("totalQuantity", [](const Fulfillment& f) {
        int sum = 0;
        for (const FulfillmentLine& row : f.lines) sum += row.quantity;
        return sum;
    });
    shipment("trackingInfo", [this](const Fulfillment& f, const Call& call) {
        return listed(f.tracking, "FulfillmentTrackingInfo", &call);
    });
    shipment("fulfillmentLineItems",
             [this](const Fulfillment& f, const Call& call) { return nested(f.lines, "FulfillmentLineItem", call); });

    On<Tracking> tracking(resolvers_, "FulfillmentTrackingInfo");
    tracking("company", [](const Tracking& t) { return or_null(t.company); });
    tracking("number", [](const Tracking& t) { return or_null(t.number); });
    tracking("url", [](const Tracking& t) { return or_null(tracking_url(t)); });

    On<FulfillmentLine> row(resolvers_, "FulfillmentLineItem");
    row("id", [](const FulfillmentLine& l) { return gid("FulfillmentLineItem", l.id); });
    row("quantity", [](const FulfillmentLine& l) { return l.quantity; });
    row("lineItem", [this](const FulfillmentLine& l) { return view("LineItem", *l.order->line(l.line_id)); });
}

}  // namespace crossdock::sandbox::shopify
