// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "domain/order.h"
#include "domain/refund.h"

/// What of an order is about a person, and what the books need of it. Kept: ids, number, times, status, lines, amounts,
/// currency, country and region (taxes hang on them). Everything else that a buyer wrote or is called by goes.
namespace crossdock::domain {

Order without_person(Order order);
Refund without_person(Refund refund);

/// The same for the members of the ERP contract's rendition, without reading its numbers: those values become null.
std::string members_without_person(std::string members);
/// The same for an object of /v2 or an event that shows one.
std::string v2_without_person(std::string object);
/// What a channel said may quote an address: every text under "message" becomes "(erased)".
std::string without_words(std::string object);

}  // namespace crossdock::domain
