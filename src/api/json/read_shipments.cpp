// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>

#include "api/json/body.h"
#include "api/json/printable.h"
#include "api/json/requests.h"
#include "base/text.h"
#include "services/tracking_number.h"

namespace crossdock::api {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestWord = 100;

/// Blanks at both ends alone: a line end inside a tracking number is a fault of the sender, not a slip to be forgiven.
std::string trim_blanks(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

class ShipmentReader {
public:
    ShipmentReader(const json& object, std::size_t index, bool one_of_many, Faults& faults)
        : object_(object),
          path_("shipments[" + std::to_string(index) + "]"),
          one_of_many_(one_of_many),
          faults_(faults) {
        shipment_.index = index;
    }

    services::ShipmentRequest read() {
        if (const auto* id = member(object_, "remote_order_id"))
            shipment_.remote_order_id = read_id(*id, path_ + ".remote_order_id", faults_);
        shipment_.channel = not_blank(read_text(member(object_, "channel"), path_ + ".channel", faults_));
        shipment_.external_order_id =
            not_blank(read_text(member(object_, "external_order_id"), path_ + ".external_order_id", faults_));
        shipment_.carrier = word("carrier", "Carrier can't be blank").value_or("");
        shipment_.service = word("service", nullptr);
        shipment_.tracking_number = word("tracking_number", "Tracking number can't be blank").value_or("");
        if (!shipment_.tracking_number.empty() && services::normalised_tracking(shipment_.tracking_number).empty())
            faults_.add(path_ + ".tracking_number has neither a letter nor a digit");
        read_ship_date();
        read_lines();
        return std::move(shipment_);
    }

private:
    static std::optional<std::string> not_blank(std::optional<std::string> text) {
        return text && !trim(*text).empty() ? text : std::nullopt;
    }

    /// A short printable text. `when_blank` is the contract's sentence for a blank one that must not be.
    std::optional<std::string> word(const char* name, const char* when_blank) {
        const auto* value = member(object_, name);
        const std::string path = path_ + "." + name;
        if (value != nullptr && !value->is_string()) {
            faults_.add(path + " is not a string");
            return std::nullopt;
        }
        const std::string text = value == nullptr ? std::string{} : trim_blanks(value->get_ref<const std::string&>());
        if (text.empty()) {
            if (when_blank != nullptr) faults_.add((one_of_many_ ? path_ + ": " : "") + when_blank);
            return std::nullopt;
        }
        if (!is_plain_text(text)) {
            faults_.add(path +
                        " holds a line end, control character or symbol; send letters, digits and punctuation only");
            return std::nullopt;
        }
        if (count_characters(text) > kLongestWord) {
            faults_.add(path + " is longer than " + std::to_string(kLongestWord) + " characters");
            return std::nullopt;
        }
        return text;
    }

    void read_ship_date() {
        const auto text = not_blank(read_text(member(object_, "ship_date"), path_ + ".ship_date", faults_));
        if (!text) return;
        const auto at = parse_iso8601(trim(*text), ZoneRule::required);
        if (at)
            shipment_.ship_date = *at;
        else
            faults_.add(path_ + ".ship_date: " + at.error().message);
    }

    void read_lines() {
        const auto* lines = member(object_, "line_items");
        if (lines == nullptr) return;
        if (!lines->is_array()) return faults_.add(path_ + ".line_items is not an array");
        // An empty list may mean "nothing" as well as "everything": shipping everything by mistake cannot be undone.
        if (lines->empty())
            return faults_.add(path_ + ".line_items is empty; leave it out to ship everything that remains");
        std::map<std::string, std::size_t> seen;
        for (std::size_t i = 0; i < lines->size(); ++i) {
            const std::string path = path_ + ".line_items[" + std::to_string(i) + "]";
            const json& line = (*lines)[i];
            if (!line.is_object()) {
                faults_.add(path + " is not an object");
                continue;
            }
            const auto* id = member(line, "external_line_id");
            const auto external_line_id = read_text(id, path + ".external_line_id", faults_);
            if (id == nullptr) faults_.add(path + ".external_line_id must be present");
            const auto quantity = read_quantity(member(line, "quantity"), 1, path + ".quantity", faults_);
            if (!external_line_id || !quantity) continue;
            const auto [first, fresh] = seen.emplace(*external_line_id, i);
            if (!fresh)
                faults_.add(path_ + ".line_items[" + std::to_string(first->second) + "] and line_items[" +
                            std::to_string(i) + "] name the same line; send it once");
            shipment_.lines.push_back({*external_line_id, *quantity});
        }
    }

    const json& object_;
    std::string path_;
    bool one_of_many_;
    Faults& faults_;
    services::ShipmentRequest shipment_;
};

}  // namespace

services::ShipmentRequest read_shipment(const json& shipment, std::size_t index, bool one_of_many, Faults& faults) {
    return ShipmentReader(shipment, index, one_of_many, faults).read();
}

std::variant<std::vector<services::ShipmentRequest>, http::Response> read_shipments(const http::Request& request) {
    const auto parsed = read_object(request, ErrorShape::list);
    if (const auto* refusal = std::get_if<http::Response>(&parsed)) return *refusal;
    const auto* shipments = member(std::get<json>(parsed), "shipments");
    if (shipments == nullptr || !shipments->is_array()) return v1_error(422, "shipments must be an array");
    if (shipments->size() > kMostShipments)
        return v1_errors(422,
                         {"shipments has " + std::to_string(shipments->size()) + " entries; at most " +
                          std::to_string(kMostShipments) + " are accepted in one request"},
                         ErrorShape::list);
    Faults faults;
    std::vector<services::ShipmentRequest> read;
    read.reserve(shipments->size());
    for (std::size_t i = 0; i < shipments->size(); ++i) {
        if ((*shipments)[i].is_object())
            read.push_back(read_shipment((*shipments)[i], i, shipments->size() > 1, faults));
        else
            faults.add("shipments[" + std::to_string(i) + "] is not an object");
    }
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::list);
    return read;
}

}  // namespace crossdock::api
