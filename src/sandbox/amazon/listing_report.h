// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "sandbox/amazon/world.h"

namespace crossdock::sandbox::amazon {

/// The rows of GET_MERCHANT_LISTINGS_ALL_DATA for one store, in the store's character set; empty when there are none.
std::string listing_report(const World& world, const Store& store);

/// UTF-8 in another character set; what that set lacks becomes "?", as it does at Amazon. Of CP932 the sandbox knows
/// ASCII, kana, and the few ideographs that its own goods use.
std::string in_charset(const std::string& text, const std::string& charset);

}  // namespace crossdock::sandbox::amazon
