// SPDX-License-Identifier: Apache-2.0
#include "domain/person.h"

#include <string_view>

namespace crossdock::domain {
namespace {

void forget_person(Address& address) {
    Address kept;
    kept.region = std::move(address.region);
    kept.country = std::move(address.country);
    address = std::move(kept);
}

/// Where the JSON text that begins at `at` ends. `at` is inside `json`.
std::size_t end_of_text(std::string_view json, std::size_t at) {
    for (std::size_t i = at + 1; i < json.size(); ++i) {
        if (json[i] == '\\')
            ++i;
        else if (json[i] == '"')
            return i + 1;
    }
    return json.size();
}

/// Every text under one of these names becomes this. A name inside a text has its quotes escaped, so it is never found
/// there.
template <std::size_t N>
std::string with(std::string_view instead, std::string json, const std::string_view (&names)[N]) {
    for (const std::string_view name : names) {
        const std::string key = "\"" + std::string{name} + "\":";
        for (std::size_t at = json.find(key); at != std::string::npos; at = json.find(key, at)) {
            at += key.size();
            if (at < json.size() && json[at] == '"') json.replace(at, end_of_text(json, at) - at, instead);
        }
    }
    return json;
}

}  // namespace

Order without_person(Order order) {
    order.buyer_name.reset();
    order.buyer_email.reset();
    forget_person(order.billing);
    forget_person(order.shipping);
    order.notes.reset();
    for (OrderLine& line : order.lines) line.notes.reset();
    return order;
}

Refund without_person(Refund refund) {
    refund.notes.reset();
    for (RefundLine& line : refund.lines) line.notes.reset();
    return refund;
}

std::string members_without_person(std::string members) {
    static constexpr std::string_view kNames[] = {"buyer_name",    "buyer_email",   "notes",         "bill_name",
                                                  "bill_address1", "bill_address2", "bill_city",     "bill_postal",
                                                  "bill_phone",    "ship_name",     "ship_address1", "ship_address2",
                                                  "ship_city",     "ship_postal",   "ship_phone"};
    return with("null", std::move(members), kNames);
}

std::string v2_without_person(std::string object) {
    static constexpr std::string_view kNames[] = {"name",     "email", "notes",  "address1",
                                                  "address2", "city",  "postal", "phone"};
    return with("null", std::move(object), kNames);
}

std::string without_words(std::string object) {
    static constexpr std::string_view kNames[] = {"message"};
    return with("\"(erased)\"", std::move(object), kNames);
}

}  // namespace crossdock::domain
