// SPDX-License-Identifier: Apache-2.0
// POST_FBA_INBOUND_CARTON_CONTENTS: what lies in which carton of an inbound shipment, and its processing report.
#include <algorithm>

#include "sandbox/amazon/seller_impl.h"
#include "sandbox/amazon/xml.h"

namespace crossdock::sandbox::amazon {
namespace {

struct Outcome {
    bool error = false, warning = false;
    std::string code, text, sku;
};

bool is_code(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

/// A whole number above zero; 0 for anything else.
int units_of(const std::string& text) {
    if (text.empty() || text.size() > 6 || text.find_first_not_of("0123456789") != std::string::npos) return 0;
    return std::stoi(text);
}

/// The first element that stands where the schema does not allow it; "" when all is in order.
std::string out_of_order(const XmlElement& element, std::initializer_list<std::string_view> order) {
    auto at = order.begin();
    for (const XmlElement& child : element.children) {
        const auto found = std::find(at, order.end(), child.name);
        if (found == order.end()) return child.name;
        at = found;
    }
    return "";
}

Outcome refused_cartons(const std::string& code, const std::string& text, const std::string& sku = "") {
    return {true, false, code, text, sku};
}

Outcome read_request(const XmlElement& request, std::string& shipment_id, std::vector<Carton>& cartons,
                     int& largest_case) {
    if (const std::string name = out_of_order(request, {"ShipmentId", "NumCartons", "Carton"}); !name.empty())
        return refused_cartons("25", "XML Validation Error: invalid content was found starting with element '" + name + "'.");
    shipment_id = request.text_of("ShipmentId");
    if (!shipment_id.starts_with("FBA") || !is_code(shipment_id))
        return refused_cartons("25", "ShipmentId '" + shipment_id + "' is not valid.");
    for (const XmlElement& child : request.children) {
        if (child.name != "Carton") continue;
        if (const std::string name = out_of_order(child, {"CartonId", "Item"}); !name.empty())
            return refused_cartons("25", "XML Validation Error: invalid content was found starting with element '" + name + "'.");
        Carton carton;
        carton.id = child.text_of("CartonId");
        if (!is_code(carton.id)) return refused_cartons("25", "CartonId '" + carton.id + "' is not valid.");
        for (const Carton& other : cartons) {
            if (other.id == carton.id) return refused_cartons("25", "CartonId '" + carton.id + "' is used twice.");
        }
        for (const XmlElement& item : child.children) {
            if (item.name != "Item") continue;
            if (const std::string name =
                    out_of_order(item, {"SKU", "QuantityShipped", "QuantityInCase", "ExpirationDate"});
                !name.empty())
                return refused_cartons("25",
                           "XML Validation Error: invalid content was found starting with element '" + name + "'.");
            const std::string sku = item.text_of("SKU");
            const int units = units_of(item.text_of("QuantityShipped"));
            const int in_case = item.child("QuantityInCase") == nullptr ? 1 : units_of(item.text_of("QuantityInCase"));
            if (sku.empty() || units == 0 || in_case == 0)
                return refused_cartons("25",
                           "XML Validation Error: SKU, QuantityShipped and QuantityInCase must be set and positive.",
                           sku);
            largest_case = std::max(largest_case, in_case);
            carton.items.emplace_back(sku, units);
        }
        if (carton.items.empty() || carton.items.size() > 200) return refused_cartons("25", "A carton must hold 1 to 200 items.");
        cartons.push_back(std::move(carton));
    }
    if (cartons.empty() || units_of(request.text_of("NumCartons")) != static_cast<int>(cartons.size()))
        return refused_cartons("25", "NumCartons does not match the number of cartons.");
    return {};
}

std::string report_of(const Work& feed, const std::string& merchant, const Outcome& outcome, int processed) {
    const bool said = outcome.error || outcome.warning;
    std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>)";
    out +=
        "\n<AmazonEnvelope xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
        "xsi:noNamespaceSchemaLocation=\"amzn-envelope.xsd\">\n  <Header>\n    "
        "<DocumentVersion>1.02</DocumentVersion>\n"
        "    <MerchantIdentifier>" +
        xml_escaped(merchant) +
        "</MerchantIdentifier>\n  </Header>\n"
        "  <MessageType>ProcessingReport</MessageType>\n  <Message>\n    <MessageID>1</MessageID>\n    "
        "<ProcessingReport>\n"
        "      <DocumentTransactionID>" +
        feed.id +
        "</DocumentTransactionID>\n      <StatusCode>Complete</StatusCode>\n"
        "      <ProcessingSummary>\n        <MessagesProcessed>" +
        std::to_string(processed) +
        "</MessagesProcessed>\n"
        // A warning counts as a success, although nothing was stored: so reported in selling-partner-api-docs#1719.
        "        <MessagesSuccessful>" +
        std::string(outcome.error || processed == 0 ? "0" : "1") +
        "</MessagesSuccessful>\n"
        "        <MessagesWithError>" +
        std::string(outcome.error ? "1" : "0") +
        "</MessagesWithError>\n"
        "        <MessagesWithWarning>" +
        std::string(outcome.warning ? "1" : "0") +
        "</MessagesWithWarning>\n"
        "      </ProcessingSummary>\n";
    if (said) {
        out += "      <Result>\n        <MessageID>" + std::string(processed == 0 ? "0" : "1") +
               "</MessageID>\n        <ResultCode>" + (outcome.error ? "Error" : "Warning") +
               "</ResultCode>\n        <ResultMessageCode>" + outcome.code +
               "</ResultMessageCode>\n        <ResultDescription>" + xml_escaped(outcome.text) +
               "</ResultDescription>\n";
        if (!outcome.sku.empty())
            out += "        <AdditionalInfo>\n          <SKU>" + xml_escaped(outcome.sku) +
                   "</SKU>\n        </AdditionalInfo>\n";
        out += "      </Result>\n";
    }
    return out + "    </ProcessingReport>\n  </Message>\n</AmazonEnvelope>\n";
}

/// How the cartons fit the shipment: each sku is in it, and its units add up to no more than were announced.
Outcome compare(const World& world, const InboundShipment& shipment, const std::vector<Carton>& cartons,
                int largest_case) {
    std::map<std::string, int> packed;
    for (const Carton& carton : cartons) {
        for (const auto& [sku, units] : carton.items) packed[sku] += units;
    }
    for (const auto& [sku, units] : packed) {
        int announced = 0;
        for (const InboundItem& item : shipment.items) {
            if (world.listing(item.listing).sku == sku) announced += item.shipped;
        }
        if (announced == 0) return refused_cartons("5002", "SKU " + sku + " is not part of shipment " + shipment.id + ".", sku);
        if (units > announced)
            return refused_cartons("5003", "The quantity of SKU " + sku + " in the cartons exceeds the quantity of the shipment.",
                       sku);
    }
    if (largest_case > 1 && !shipment.cases_required)
        return {false, true, "5001", "Case-packed products provided for an individually-packed shipment", ""};
    return {};
}

}  // namespace

std::string SellerImpl::run_carton_feed(const Work& feed, const std::string& input) {
    std::string problem;
    const auto root = read_xml(input, problem);
    const auto refuse = [&](const std::string& text) {
        return report_of(feed, options_.seller_id, refused_cartons("5000", text), 0);
    };
    if (!root) return refuse("XML Parsing Fatal Error: " + problem + ".");
    if (root->name != "AmazonEnvelope")
        return refuse("XML Parsing Fatal Error at Line 1: Cannot find the declaration of element '" + root->name +
                      "'.");
    const XmlElement* header = root->child("Header");
    if (header == nullptr || header->text_of("MerchantIdentifier") != options_.seller_id)
        return refuse("The MerchantIdentifier does not match the account of this submission.");
    if (root->text_of("MessageType") != "CartonContentsRequest")
        return refuse("The MessageType is not CartonContentsRequest.");
    const XmlElement* message = root->child("Message");
    const XmlElement* request = message == nullptr ? nullptr : message->child("CartonContentsRequest");
    if (request == nullptr || message->text_of("MessageID").empty()) return refuse("The envelope has no message.");

    std::string shipment_id;
    std::vector<Carton> cartons;
    int largest_case = 1;
    Outcome outcome = read_request(*request, shipment_id, cartons, largest_case);
    InboundShipment* shipment = outcome.error ? nullptr : world_.inbound(shipment_id);
    if (!outcome.error && shipment == nullptr) outcome = refused_cartons("5004", "Shipment " + shipment_id + " does not exist.");
    if (shipment != nullptr) {
        outcome = compare(world_, *shipment, cartons, largest_case);
        if (!outcome.error && shipment->contents_source != "FEED")
            outcome = {false, true, "5005",
                       "The box contents of shipment " + shipment_id + " are not provided by feed.", ""};
        if (!outcome.error && shipment->over) outcome = refused_cartons("5006", "Shipment " + shipment_id + " is closed.");
        if (!outcome.error && faults_.take({"carton_warning"}, feed.type))
            outcome = {false, true, "5007", "The carton contents could not be used.", ""};
        // The request is about the whole shipment: the last one counts.
        if (!outcome.error && !outcome.warning) shipment->cartons = std::move(cartons);
    }
    return report_of(feed, options_.seller_id, outcome, 1);
}

}  // namespace crossdock::sandbox::amazon
