// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/offers.h"

#include <set>

namespace crossdock::connectors::ebay {
namespace {

constexpr int kOfferPages = 20;
constexpr std::size_t kOffersPerPage = 100;

}  // namespace

Result<std::string> read_offers(Client& client, std::string_view sku, bool push) {
    std::string out = "[";
    std::set<std::string, std::less<>> seen;
    for (int page = 0; page < kOfferPages; ++page) {
        Call call{Api::inventory, "getOffers", "/offer"};
        // Here, too, the offset is the number of a page.
        call.query = {{"sku", std::string{sku}}, {"limit", std::to_string(kOffersPerPage)}};
        if (page > 0) call.query.emplace_back("offset", std::to_string(page));
        call.push = push;
        const auto answer = client.call(call);
        if (!answer && answer.error().kind == ErrorKind::not_found) return out + "]";
        if (!answer) return answer.error();
        const JsonView offers = answer->root["offers"];
        bool news = false;
        for (const JsonView offer : offers) {
            if (!seen.insert(std::string{offer["offerId"].word()}).second) continue;
            if (out.size() > 1) out += ',';
            out += offer.raw();
            news = true;
        }
        const auto total = answer->root["total"].integer();
        const bool all = total ? static_cast<std::int64_t>(seen.size()) >= *total : offers.size() < kOffersPerPage;
        if (all || !news) return out + "]";
    }
    return Error{ErrorKind::unavailable, "ebay_paging_stuck", "eBay's pages of a sku's offers do not end"};
}

}  // namespace crossdock::connectors::ebay
