// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "sandbox/amazon/model.h"

namespace crossdock::sandbox::amazon {

/// Who bought, and where it goes: made up from the order's seed, in the manner of its country.
struct Person {
    std::string name, email, phone, company;
    std::string line1, line2, city, state, postal_code, country;
};
Person buyer_of(const Order& order);

}  // namespace crossdock::sandbox::amazon
