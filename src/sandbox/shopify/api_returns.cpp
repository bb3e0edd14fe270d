// SPDX-License-Identifier: Apache-2.0
// Returns and their reasons as GraphQL shows them.
#include "sandbox/shopify/api.h"
#include "sandbox/shopify/bind.h"
#include "sandbox/shopify/encoding.h"

namespace crossdock::sandbox::shopify {

using namespace graphql;

namespace {

/// An excerpt of the catalogue of reasons, which is open: clients must not know it by heart.
struct Reason {
    std::int64_t id = 0;
    std::string handle, name;
};
const Reason& reason_of(std::int64_t number) {
    static const Reason reasons[] = {{31, "too-small", "Too small"},
                                     {32, "too-large", "Too large"},
                                     {33, "damaged-or-defective", "Damaged or defective"},
                                     {34, "changed-mind", "Changed mind"},
                                     {35, "wrong-item-received", "Wrong item received"}};
    return reasons[static_cast<std::size_t>(number) % std::size(reasons)];
}

}  // namespace

void Api::bind_returns() {
    On<Return> back(resolvers_, "Return");
    back("id", [](const Return& r) { return gid("Return", r.id); });
    back("name", [](const Return& r) { return r.name; });
    back("status", [](const Return& r) { return r.status; });
    back("returnLineItems",
         [this](const Return& r, const Call& call) { return nested(r.lines, "ReturnLineItem", call); });

    On<ReturnLine> line(resolvers_, "ReturnLineItem");
    line("id", [](const ReturnLine& l) { return gid("ReturnLineItem", l.id); });
    line("quantity", [](const ReturnLine& l) { return l.quantity; });
    line("customerNote", [](const ReturnLine& l) { return or_null(l.customer_note); });
    line("returnReasonNote", [](const ReturnLine& l) { return l.reason_note; });
    line("returnReasonDefinition",
         [this](const ReturnLine& l) { return own("ReturnReasonDefinition", reason_of(l.reason)); });
    line("fulfillmentLineItem", [this](const ReturnLine& l) -> Resolved {
        for (const Fulfillment& shipment : l.order->fulfillments) {
            for (const FulfillmentLine& sent : shipment.lines) {
                if (sent.id == l.fulfillment_line_id) return view("FulfillmentLineItem", sent);
            }
        }
        return {};
    });
    On<Reason> reason(resolvers_, "ReturnReasonDefinition");
    reason("id", [](const Reason& r) { return gid("ReturnReasonDefinition", r.id); });
    reason("handle", [](const Reason& r) { return r.handle; });
    reason("name", [](const Reason& r) { return r.name; });
}

}  // namespace crossdock::sandbox::shopify
