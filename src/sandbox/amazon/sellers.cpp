// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

const Store* SellerImpl::own_store(std::string_view id) const {
    for (const Store* store : world_.stores) {
        if (id == store->id) return store;
    }
    return nullptr;
}

http::Response SellerImpl::participations(Call& call) {
    const std::string_view region = region_of_host(call.request.header("host").value_or(""));
    json list = json::array();
    const auto add = [&](const char* id, const char* name, const char* country, const char* currency,
                         const char* language, const char* domain, bool participating) {
        list.push_back({{"marketplace",
                         {{"id", id},
                          {"name", name},
                          {"countryCode", country},
                          {"defaultCurrencyCode", currency},
                          {"defaultLanguageCode", language},
                          {"domainName", domain}}},
                        {"storeName", options_.store_name},
                        {"participation", {{"isParticipating", participating}, {"hasSuspendedListings", false}}}});
    };
    for (const Store* store : world_.stores) {
        if (!region.empty() && region != store->region) continue;
        add(store->id, store->name, store->country, store->currency, store->locale, store->domain, true);
    }
    // The list carries stores that are none, and some where the seller does not sell.
    if (own_store("ATVPDKIKX0DER") != nullptr) {
        if (own_store("A2EUQ1WTGCTBG2") == nullptr)
            add("A2EUQ1WTGCTBG2", "Amazon.ca", "CA", "CAD", "en_CA", "www.amazon.ca", false);
        add("A2ZV50J4W1RKNI", "Non-Amazon US", "US", "USD", "en_US", "sim1.stores.amazon.com", true);
    }
    return answer({{"payload", list}});
}

}  // namespace crossdock::sandbox::amazon
