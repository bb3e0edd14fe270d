// SPDX-License-Identifier: Apache-2.0
#include "sandbox/walmart/model.h"

#include <algorithm>

namespace crossdock::sandbox::walmart {
namespace {

// Spelling and case count. As published for shipping updates.
constexpr std::array<std::string_view, 75> kCarriers{"UPS",
                                                     "USPS",
                                                     "FedEx",
                                                     "Airborne",
                                                     "OnTrac",
                                                     "DHL Ecommerce - US",
                                                     "DHL",
                                                     "LS",
                                                     "UDS",
                                                     "UPSMI",
                                                     "FDX",
                                                     "PILOT",
                                                     "ESTES",
                                                     "SAIA",
                                                     "FDS Express",
                                                     "Seko Worldwide",
                                                     "HIT Delivery",
                                                     "FEDEXSP",
                                                     "RL Carriers",
                                                     "Metropolitan Warehouse & Delivery",
                                                     "China Post",
                                                     "YunExpress",
                                                     "Yellow Freight Sys",
                                                     "AIT Worldwide Logistics",
                                                     "Chukou1",
                                                     "Sendle",
                                                     "Landmark Global",
                                                     "Sunyou",
                                                     "Yanwen",
                                                     "4PX",
                                                     "GLS",
                                                     "OSM Worldwide",
                                                     "FIRST MILE",
                                                     "AM Trucking",
                                                     "CEVA",
                                                     "India Post",
                                                     "SF Express",
                                                     "CNE",
                                                     "TForce Freight",
                                                     "AxleHire",
                                                     "LSO",
                                                     "Royal Mail",
                                                     "ABF Freight System",
                                                     "WanB",
                                                     "Roadrunner Freight",
                                                     "Meyer Distribution",
                                                     "AAA Cooper",
                                                     "Canada Post",
                                                     "Southeastern Freight Lines",
                                                     "Japan Post",
                                                     "Correos de Mexico",
                                                     "XPO Logistics",
                                                     "JD Logistics",
                                                     "YDH",
                                                     "JCEX",
                                                     "Flyt",
                                                     "Deutsche Post",
                                                     "Better Trucks",
                                                     "Asendia",
                                                     "SFC",
                                                     "UBI",
                                                     "ePost Global",
                                                     "YF Logistics",
                                                     "RXO",
                                                     "Estes Express",
                                                     "Shypmax",
                                                     "WIN.IT America",
                                                     "PITT OHIO",
                                                     "PostNord Sweden",
                                                     "Equick",
                                                     "Whistl",
                                                     "Tusou",
                                                     "Shiprocket",
                                                     "DTDC",
                                                     "PTS"};

}  // namespace

std::string_view wire(LineStatus status) {
    switch (status) {
        case LineStatus::created: return "Created";
        case LineStatus::acknowledged: return "Acknowledged";
        case LineStatus::shipped: return "Shipped";
        case LineStatus::delivered: return "Delivered";
        case LineStatus::cancelled: return "Cancelled";
    }
    return "";
}

bool is_carrier(std::string_view name) {
    return std::find(kCarriers.begin(), kCarriers.end(), name) != kCarriers.end();
}

int Line::in(LineStatus status) const {
    int total = 0;
    for (const Units& part : units) total += part.status == status ? part.quantity : 0;
    return total;
}

Line* Order::line(int number) {
    for (Line& each : lines) {
        if (each.number == number) return &each;
    }
    return nullptr;
}

bool Order::all_cancelled() const {
    return std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.all_cancelled(); });
}

int Return::quantity() const {
    int total = 0;
    for (const ReturnLine& line : lines) total += line.quantity;
    return total;
}

int Return::refunded() const {
    int total = 0;
    for (const ReturnLine& line : lines) total += line.refunded;
    return total;
}

std::int64_t Return::refund_cents() const {
    std::int64_t total = 0;
    for (const ReturnLine& line : lines) total += line.cents_of(line.refunded);
    return total;
}

}  // namespace crossdock::sandbox::walmart
