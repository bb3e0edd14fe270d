// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/cartons.h"

#include <algorithm>
#include <functional>
#include <pugixml.hpp>

#include "base/text.h"
#include "connectors/amazon/feeds.h"
#include "connectors/amazon/outcome.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::amazon {
namespace {

using State = PushOutcome::State;

constexpr std::size_t kMaxItems = 200;  // of one carton
/// Tickets of packing information begin with it; those of feeds are the feed's bare id.
constexpr std::string_view kOperationTicket = "operation:";
constexpr std::size_t kMaxCartons = 999'999;

/// Text of an element: what XML gives a meaning is escaped, what it cannot hold is left out.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : to_valid_utf8(text)) switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&apos;"; break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') out += c;
        }
    return out;
}

void element(std::string& out, std::string_view name, std::string_view text) {
    out.append("<").append(name).append(">").append(escaped(text)).append("</").append(name).append(">");
}

bool is_shipment_id(std::string_view id) {
    return id.starts_with("FBA") && id.size() > 3 &&
           std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

/// "FBA15DJ8K6NZU000001": the number by which Amazon's own labels count a shipment's cartons.
std::string carton_id(const std::string& shipment_id, std::size_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return shipment_id + "U" + digits;
}

std::optional<PushOutcome> fault_of(const domain::FbaShipment& shipment, std::span<const CartonToPush> cartons) {
    const auto fail_all = [](std::string code, std::string message) {
        PushOutcome out = outcome(State::failed, std::move(code), std::move(message));
        out.whole = true;
        return out;
    };
    if (!is_shipment_id(shipment.shipment_id))
        return fail_all("shipment_unknown",
                        "\"" + in_quotes(shipment.shipment_id.substr(0, 40)) + "\" is no FBA shipment id");
    if (cartons.empty() || cartons.size() > kMaxCartons)
        return fail_all("carton_invalid", "there are no cartons to describe");
    for (const CartonToPush& carton : cartons) {
        const auto fail = [&](std::string code, std::string message) {
            PushOutcome out = outcome(State::failed, std::move(code), std::move(message));
            out.at_fault = {carton.push_id};
            return out;
        };
        if (carton.items.empty() || carton.items.size() > kMaxItems)
            return fail("carton_invalid", "a carton holds between 1 and 200 different skus, this one " +
                                              std::to_string(carton.items.size()));
        for (const auto& item : carton.items) {
            if (trim(item.sku).empty() || item.quantity_shipped <= 0 || item.quantity_in_case < 0)
                return fail("carton_invalid", "an item of a carton needs a sku and a quantity above 0");
            if (!shipment.are_cases_required && item.quantity_in_case > 1)
                return fail("case_packed_mismatch",
                            "shipment " + shipment.shipment_id +
                                " is individually packed at Amazon, so quantity_in_case must be 1 (sku " +
                                in_quotes(item.sku.substr(0, 40)) + " has " + std::to_string(item.quantity_in_case) +
                                ")");
        }
    }
    return std::nullopt;
}

/// Elements with or without a namespace's prefix, anywhere below.
void each(const pugi::xml_node& node, std::string_view name, const std::function<void(const pugi::xml_node&)>& found) {
    for (const pugi::xml_node child : node.children()) {
        std::string_view own = child.name();
        if (const auto colon = own.rfind(':'); colon != std::string_view::npos) own.remove_prefix(colon + 1);
        if (own == name)
            found(child);
        else
            each(child, name, found);
    }
}

}  // namespace

std::string carton_document(const std::string& seller_id, const std::string& shipment_id,
                            std::span<const CartonToPush> cartons) {
    std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    out += R"(<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" )"
           R"(xsi:noNamespaceSchemaLocation="amzn-envelope.xsd"><Header><DocumentVersion>1.01</DocumentVersion>)";
    element(out, "MerchantIdentifier", seller_id);
    out +=
        "</Header><MessageType>CartonContentsRequest</MessageType><Message><MessageID>1</MessageID>"
        "<CartonContentsRequest>";
    element(out, "ShipmentId", shipment_id);
    element(out, "NumCartons", std::to_string(cartons.size()));
    std::size_t number = 0;
    for (const CartonToPush& carton : cartons) {
        out += "<Carton>";
        element(out, "CartonId", carton_id(shipment_id, ++number));
        for (const auto& item : carton.items) {
            out += "<Item>";
            element(out, "SKU", item.sku);
            element(out, "QuantityShipped", std::to_string(item.quantity_shipped));
            element(out, "QuantityInCase", std::to_string(std::max<std::int64_t>(item.quantity_in_case, 1)));
            out += "</Item>";
        }
        out += "</Carton>";
    }
    return out + "</CartonContentsRequest></Message></AmazonEnvelope>";
}

PushOutcome read_carton_report(const std::string& report) {
    pugi::xml_document document;
    const auto parsed = document.load_buffer(report.data(), report.size());
    bool is_report = false;
    each(document, "ProcessingReport", [&](const pugi::xml_node&) { is_report = true; });
    if (!parsed || !is_report)
        return outcome(
            State::unknown, "amazon_bad_report",
            "Amazon's processing report of the carton feed is missing or unreadable; the cartons go out again");
    std::string words;
    std::int64_t bad = 0;
    bool none_taken = false;
    each(document, "Result", [&](const pugi::xml_node& result) {
        const std::string_view code = result.child_value("ResultCode");
        if (!equals_ignoring_case(code, "Error") && !equals_ignoring_case(code, "Warning")) return;
        ++bad;
        words += (words.empty() ? "" : "; ") + std::string{code} + " " + result.child_value("ResultMessageCode") +
                 ": " + result.child_value("ResultDescription");
    });
    each(document, "ProcessingSummary", [&](const pugi::xml_node& summary) {
        bad += summary.child("MessagesWithError").text().as_llong() +
               summary.child("MessagesWithWarning").text().as_llong();
        const pugi::xml_node taken = summary.child("MessagesSuccessful");
        none_taken = none_taken || (taken && taken.text().as_llong() == 0);
    });
    if (bad > 0)
        return outcome(State::failed, "amazon_cartons_refused",
                       words.empty() ? "Amazon reports errors or warnings for the cartons and does not say which"
                                     : "Amazon: " + in_quotes(words));
    if (none_taken)  // silence is no success
        return outcome(State::unknown, "amazon_bad_report",
                       "Amazon's processing report names neither a success nor an error; the cartons go out again");
    return outcome(State::succeeded, {}, {});
}

/// Whether the shipment's box contents come by feed, as far as Amazon says.
bool Cartons::by_feed(const domain::FbaShipment& shipment) const {
    switch (client_.settings().carton_way) {
        case CartonWay::feed: return true;
        case CartonWay::packing_information: return false;
        case CartonWay::automatic: break;
    }
    return !shipment.box_contents_source || *shipment.box_contents_source == "FEED";
}

PushOutcome Cartons::push_cartons(const CartonShipment& to, std::span<const CartonToPush> cartons) {
    if (auto fault = fault_of(to.shipment, cartons)) return *fault;
    if (by_feed(to.shipment)) return feed(to.shipment, cartons);
    PushOutcome out = packing_.push(to, cartons);
    if (out.state == State::accepted) out.provider_id.insert(0, kOperationTicket);
    return out;
}

PushOutcome Cartons::feed(const domain::FbaShipment& shipment, std::span<const CartonToPush> cartons) {
    if (client_.settings().seller_id.empty()) {
        PushOutcome out =
            outcome(State::failed, "seller_id_missing",
                    "the channel has no seller_id in the config file, and Amazon takes no carton feed without it");
        out.whole = true;
        return out;
    }
    const std::string marketplace_id =
        shipment.marketplace_id.empty() ? client_.settings().marketplace_ids.front() : shipment.marketplace_id;
    const auto feed_id =
        submit_feed(client_, {"POST_FBA_INBOUND_CARTON_CONTENTS", "text/xml; charset=UTF-8", marketplace_id,
                              carton_document(client_.settings().seller_id, shipment.shipment_id, cartons)});
    if (!feed_id) return outcome_of(feed_id.error());
    PushOutcome accepted = outcome(State::accepted, "amazon_feed", "Amazon works on the feed " + *feed_id);
    // The feed serves shipments whose box contents come by feed; for others Amazon may ignore it.
    if (shipment.box_contents_source && *shipment.box_contents_source != "FEED")
        accepted.message += "; the shipment's box contents come by " + in_quotes(*shipment.box_contents_source) +
                            ", not by feed, so Amazon may refuse or ignore it";
    accepted.provider_id = *feed_id;
    accepted.retry_after = kFeedPause;
    return accepted;
}

PushOutcome Cartons::check_cartons(const std::string& ticket) {
    if (ticket.starts_with(kOperationTicket)) {
        PushOutcome out = packing_.check(ticket.substr(kOperationTicket.size()));
        if (out.state == State::accepted) out.provider_id = ticket;
        return out;
    }
    const auto feed = read_feed(client_, ticket);
    PushOutcome working = outcome(State::accepted, "amazon_feed", "Amazon works on the feed " + ticket);
    working.provider_id = ticket;
    working.retry_after = kFeedPause;
    if (!feed) {
        if (feed.error().kind == ErrorKind::not_found)
            return outcome(State::unknown, "amazon_feed_unknown",
                           "Amazon does not know the feed " + ticket + " (any more)");
        working.code = feed.error().code;
        working.message = feed.error().message;
        working.retry_after = feed.error().retry_after.value_or(kFeedPause);
        return working;
    }
    switch (feed->stage) {
        case FeedState::Stage::working: return working;
        case FeedState::Stage::cancelled:
            return outcome(State::unknown, "amazon_feed_cancelled", "the feed " + ticket + " was cancelled at Amazon");
        case FeedState::Stage::fatal:
            return outcome(State::unknown, "amazon_feed_fatal",
                           "Amazon broke the feed " + ticket + " off; its effect is not known");
        case FeedState::Stage::done: return read_carton_report(feed->report);
    }
    return working;
}

}  // namespace crossdock::connectors::amazon
