// SPDX-License-Identifier: Apache-2.0
#include "domain/event_type.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace crossdock::domain {
namespace {

constexpr std::string_view kOrderFacts =
    R"({"external_order_id":"5500000000001","order_number":"#1001","status":"open","payment_status":"paid"})";
constexpr std::string_view kRefundFacts = R"({"external_order_id":"5500000000001","external_refund_id":"880001"})";
constexpr std::string_view kShipmentFacts =
    R"({"order_id":1,"carrier":"UPS","tracking_number":"1Z999AA10123456784","message":""})";
constexpr std::string_view kStockFacts = R"({"sku":"MUG-01","quantity":12,"message":""})";
constexpr std::string_view kFbaFacts = R"({"shipment_id":"FBA15DJ8K2Q1","shipment_status":"WORKING"})";
constexpr std::string_view kCartonFacts =
    R"({"id":"0f8f2a52-54f5-4f0c-9b52-1f6b2f0f1b11","fba_inbound_shipment_id":"7c0b5f0e-6a0f-4c1e-9a51-2f0f5f9b8d22"})";
constexpr std::string_view kCartonAnswerFacts =
    R"({"id":"0f8f2a52-54f5-4f0c-9b52-1f6b2f0f1b11","fba_inbound_shipment_id":"7c0b5f0e-6a0f-4c1e-9a51-2f0f5f9b8d22","message":""})";
constexpr std::string_view kLevelFacts = R"({"sku":"MUG-01","quantity":3,"quantity_before":9,"low_stock":5})";
constexpr std::string_view kGapFacts =
    R"({"from":"2026-11-19T00:00:00Z","upto":"2026-11-20T00:00:00Z","reported":120,"held":119,"missing":1})";
constexpr std::string_view kJobFacts =
    R"({"kind":"push_shipment","code":"denied","message":"the shop refused the access token"})";
constexpr std::string_view kKeyFacts = R"({"key_id":"k7Qm2xT1","name":"erp"})";

std::vector<EventType> make_types() {
    return {
        {"order.created", "order", "A new order was stored, from whichever channel.", kOrderFacts},
        {"order.updated", "order",
         "Something that an order says has changed: status, payment, addresses, lines, notes.", kOrderFacts},
        {"order.paid", "order", "The payment status of an order became paid (or it was paid when it came).",
         kOrderFacts},
        {"order.fulfilled", "order", "All items of an order are fulfilled.", kOrderFacts},
        {"order.partially_fulfilled", "order", "Some items of an order are fulfilled and others are not.", kOrderFacts},
        {"order.shipped", "order",
         "The first goods of an order are on their way: the channel took its first shipment from here, or said itself "
         "that "
         "goods have left. Once an order.",
         kOrderFacts},
        {"order.cancelled", "order", "An order was cancelled at its channel.", kOrderFacts},
        {"order.closed", "order", "An order was closed (archived) at its channel.", kOrderFacts},
        {"order.edited_after_ack", "order", "An order that the ERP had acknowledged has changed since.", kOrderFacts},
        {"order.problem", "order",
         "An order could not be understood. It is kept and tried again after an upgrade; `data` is null when no "
         "version of it was "
         "ever understood.",
         R"({"external_order_id":"5500000000001","code":"unmappable","message":"currency is missing"})"},
        {"order.acknowledged", "order", "The ERP said that it has imported an order.", "{}"},

        {"shipment.created", "shipment", "The ERP sent a shipment, to be told to the channel.",
         R"({"order_id":1,"carrier":"UPS","tracking_number":"1Z999AA10123456784"})"},
        {"shipment.pushed", "shipment", "The channel took a shipment.", kShipmentFacts},
        {"shipment.failed", "shipment", "The channel refused a shipment for good; `message` has its words.",
         kShipmentFacts},

        {"refund.created", "refund", "A new refund or return was stored.", kRefundFacts},
        {"refund.updated", "refund", "Something that a refund says has changed.", kRefundFacts},
        {"refund.acknowledged", "refund", "The ERP said that it has imported a refund.", "{}"},

        {"item.created", "item", "A new item was found in a channel's catalogue.", R"({"sku":"MUG-01"})"},
        {"item.updated", "item", "Something that the catalogue says of an item has changed.", R"({"sku":"MUG-01"})"},
        {"item.removed", "item", "An item is gone from the channel's catalogue. It is kept as retired.",
         R"({"sku":null})"},

        {"inventory.updated", "inventory_update", "The ERP sent a stock figure, to be told to the channel.",
         R"({"sku":"MUG-01","quantity":12})"},
        {"inventory.pushed", "inventory_update", "The channel took a stock figure.", kStockFacts},
        {"inventory.failed", "inventory_update",
         "The channel refused a stock figure for good; `message` has its words.", kStockFacts},
        {"inventory.low", "item",
         "The stock that a channel shows of a sku, over all its locations, fell to [events] low_stock or below "
         "(standard: 5), and is not zero.",
         kLevelFacts},
        {"inventory.stockout", "item", "The stock that a channel shows of a sku, over all its locations, reached zero.",
         R"({"sku":"MUG-01","quantity":0,"quantity_before":9,"low_stock":5})"},
        {"inventory.restocked", "item",
         "The stock that a channel shows of a sku was low or zero and rose above [events] low_stock.",
         R"({"sku":"MUG-01","quantity":40,"quantity_before":0,"low_stock":5})"},

        {"fba_shipment.created", "fba_shipment", "A shipment into Amazon's warehouses was found.", kFbaFacts},
        {"fba_shipment.updated", "fba_shipment", "A shipment into Amazon's warehouses has changed.", kFbaFacts},
        {"fba_shipment.items_updated", "fba_shipment",
         "The items of a shipment into Amazon's warehouses were fetched anew, and differ.", kFbaFacts},
        {"carton_push.created", "carton_push", "The ERP sent the contents of a carton, to be told to Amazon.",
         kCartonFacts},
        {"carton_push.succeeded", "carton_push", "Amazon took the contents of a carton.", kCartonAnswerFacts},
        {"carton_push.failed", "carton_push",
         "Amazon refused the contents of a carton for good; `message` has its words.", kCartonAnswerFacts},

        {"channel.connected", "channel", "A channel answered for the first time.",
         R"({"channel":"shop-us","code":"","message":""})"},
        {"channel.error", "channel", "A channel does not work, or not well; `message` says what to do.",
         R"({"channel":"shop-us","code":"denied","message":"the shop refused the access token"})"},
        {"channel.recovered", "channel", "A channel works again.", R"({"channel":"shop-us","code":"","message":""})"},
        {"channel.credential_expiring", "channel",
         "A channel's credential ends soon and does not renew itself; raised when it is first seen.",
         R"({"channel":"ebay-de","code":"consent_ending","message":"the seller's consent ends on 2027-01-31"})"},
        {"channel.silent", "channel",
         "A channel's orders have not been pulled for far longer than they should have been.",
         R"({"channel":"shop-us","code":"orders_late","message":"orders were pulled last 31 minutes ago"})"},

        {"sync.completed", "channel",
         "A long piece of synchronisation came to its end: a back-fill of orders, a full walk through the catalogue, a "
         "reconciliation.",
         R"({"stream":"reconcile","seen":120})"},
        {"sync.gap_found", "channel",
         "Reconciliation found orders at the channel that were missing here; they are being fetched.", kGapFacts},
        {"sync.gap_healed", "order", "An order that was missing has come.", R"({"external_order_id":"5500000000001"})"},

        {"job.dead_lettered", "job", "A piece of work was given up. It is kept, and can be retried by hand.",
         kJobFacts},
        {"job.parked", "job", "A piece of work ended the program again and again and rests.", kJobFacts},

        {"key.created", "api_key", "An API key was made.", kKeyFacts},
        {"key.revoked", "api_key", "An API key was revoked.", kKeyFacts},
        {"key.expiring", "api_key", "An API key ends within 14 days.",
         R"({"key_id":"k7Qm2xT1","name":"erp","expires_at":"2027-01-31T00:00:00Z"})"},

        {"webhook.failing", "webhook_endpoint",
         "Nothing but failures at an endpoint for a day, and again for three days; after five it is disabled. Goes to "
         "the other endpoints.",
         R"({"since":"2026-11-20T09:15:30Z","days":1,"message":"answered 500"})"},
        {"webhook.disabled", "webhook_endpoint",
         "An endpoint was disabled: nothing but failures for five days, or it answered 410 Gone. Goes to the other "
         "endpoints.",
         R"({"reason":"nothing but failures since 2026-11-20T09:15:30Z; the last one: answered 500"})"},
        {kTestEvent, "webhook_endpoint",
         "Somebody asked for a test message. Goes to the endpoint asked for and no other, whatever its filter.",
         R"({"message":"This is a test."})"},

        {"backup.completed", "backup", "A backup was made, and every page and row of it checked.",
         R"({"bytes":73400320,"rows":182340,"took_ms":2100,"schema":9,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"})"},
        {"backup.failed", "backup", "A backup could not be made. The last good one is kept.",
         R"({"message":"the backup could not be made; the hub's log and its health say why"})"},
        {"shipment.in_transit", "shipment", "The carrier scanned the parcel.", "{}", true},
        {"shipment.delivered", "shipment", "The carrier delivered the parcel.", "{}", true},
        {"shipment.exception", "shipment", "The carrier reports a delay, hold or failed delivery.", "{}", true},
        {"return.initiated", "return", "A buyer asked to return something.", "{}", true},
        {"return.received", "return", "The warehouse received a return.", "{}", true},
        {"return.refunded", "return", "A return was refunded.", "{}", true},
        {"payment.failed", "order", "A payment was declined.", "{}", true},
        {"fraud.flagged", "order", "An order looks like fraud.", "{}", true},
        {"purchase_order.created", "purchase_order", "A purchase order was made.", "{}", true},
        {"purchase_order.received", "purchase_order", "The goods of a purchase order have come.", "{}", true},
        {"listing.error", "item", "A listing cannot be sold at its channel.", "{}", true},
    };
}

std::string family_of(std::string_view type) { return std::string{type.substr(0, type.find('.'))}; }

Error bad_filter(std::string message) { return {ErrorKind::invalid, "events_invalid", std::move(message)}; }

}  // namespace

const std::vector<EventType>& event_types() {
    static const std::vector<EventType> types = make_types();
    return types;
}

const EventType* find_event_type(std::string_view type) {
    static const auto index = [] {
        std::unordered_map<std::string_view, const EventType*> by_name;
        for (const EventType& one : event_types()) by_name.emplace(one.type, &one);
        return by_name;
    }();
    const auto found = index.find(type);
    return found == index.end() ? nullptr : found->second;
}

bool takes(const std::vector<std::string>& filter, std::string_view type) {
    return std::any_of(filter.begin(), filter.end(), [&](const std::string& entry) {
        if (entry == "*" || entry == type) return true;
        // "order.*" takes what begins with "order.".
        return entry.ends_with(".*") && type.starts_with(std::string_view{entry}.substr(0, entry.size() - 1));
    });
}

Result<std::vector<std::string>> parse_event_filter(const std::vector<std::string>& entries) {
    std::vector<std::string> words{"*"};
    for (const EventType& one : event_types()) {
        words.emplace_back(one.type);
        if (std::string family = family_of(one.type) + ".*";
            std::find(words.begin(), words.end(), family) == words.end())
            words.push_back(std::move(family));
    }
    std::vector<std::string> filter;
    for (const std::string& entry : entries) {
        const std::string word{trim(entry)};
        if (std::find(words.begin(), words.end(), word) == words.end()) {
            const std::string meant = nearest(to_lower(word), words);
            return bad_filter("\"" + to_valid_utf8(word.substr(0, 60)) + "\" is not an event type" +
                              (meant.empty()
                                   ? "; use names such as order.created, families such as order.*, or * for all"
                                   : ": did you mean \"" + meant + "\"?"));
        }
        if (std::find(filter.begin(), filter.end(), word) == filter.end()) filter.push_back(word);
    }
    if (filter.empty()) return bad_filter("name at least one event type, such as order.created, order.* or * for all");
    return filter;
}

}  // namespace crossdock::domain
