// SPDX-License-Identifier: Apache-2.0
#include "sync/fba_item_walk.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "store/content_hash.h"

namespace crossdock::sync {

using nlohmann::json;

FbaItemWalk FbaItemWalk::resume(std::string_view cursor, FbaShipmentId shipment) {
    FbaItemWalk walk;
    walk.shipment_ = shipment;
    const auto parsed = parse_json(cursor);
    if (!parsed || !parsed->is_object() || parsed->value("of", std::int64_t{0}) != shipment.value) return walk;
    walk.token_ = parsed->value("token", "");
    walk.first_token_ = parsed->value("first", "");
    walk.sibling_ = parsed->value("sibling", false);
    walk.full_ = parsed->value("full", false);
    walk.pages_ = parsed->value("pages", std::int64_t{0});
    walk.pages_of_list_ = parsed->value("of_list", 0);
    walk.tries_ = parsed->value("tries", 0);
    walk.seen_ = parsed->value("seen", std::vector<std::string>{});
    return walk;
}

std::string FbaItemWalk::cursor() const {
    return json{{"of", shipment_.value},     {"token", token_}, {"first", first_token_},
                {"sibling", sibling_},       {"full", full_},   {"pages", pages_},
                {"of_list", pages_of_list_}, {"tries", tries_}, {"seen", seen_}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

bool FbaItemWalk::came_before(const std::string& token) {
    std::string hash = store::content_hash(token);
    if (std::find(seen_.begin(), seen_.end(), hash) != seen_.end()) return true;
    seen_.push_back(std::move(hash));
    return false;
}

FbaItemWalk::Verdict FbaItemWalk::spin(const std::string& why) {
    if (sibling_) return {Step::incomplete, why + " on the list of all shipments' items, after a full page of 200"};
    if (!full_) return {Step::spinning, why};
    sibling_ = true;
    token_ = first_token_;
    pages_of_list_ = 0;
    seen_.clear();
    came_before(first_token_);
    return {Step::sibling, why + " after a full page of 200"};
}

FbaItemWalk::Verdict FbaItemWalk::look(std::size_t served, std::int64_t fresh, const std::string& next_token) {
    tries_ = 0;
    ++pages_;
    ++pages_of_list_;
    if (next_token.empty()) return {Step::whole, {}};
    if (pages_ == 1) {
        first_token_ = next_token;
        full_ = served >= kFullPage;
        // Nobody knows what is in it yet; a shipment without items has no token.
        if (served == 0) return {Step::broken, "Amazon answered a page without items and a token for more"};
    }
    if (came_before(next_token)) return spin("Amazon gave the same page token twice");
    if (fresh == 0) return spin("Amazon gave a token for more after a page without anything new");
    if (pages_of_list_ >= kMaxPages)
        return {Step::broken, "Amazon's list of items did not end within " + std::to_string(kMaxPages) + " pages"};
    token_ = next_token;
    return {Step::next_page, {}};
}

store::FbaRepo::Item to_item(std::string_view payload) {
    const auto parsed = parse_json(payload);
    std::string parts;
    if (parsed && parsed->is_object()) {
        for (const char* name : {"SellerSKU", "QuantityShipped", "QuantityReceived", "FulfillmentNetworkSKU"}) {
            const auto found = parsed->find(name);
            parts += (found == parsed->end() ? std::string{"null"}
                                             : found->dump(-1, ' ', false, json::error_handler_t::replace)) +
                     ",";
        }
    } else {
        parts = payload;
    }
    return {store::content_hash(parts), std::string{payload}};
}

bool is_item_of(std::string_view payload, std::string_view shipment_id) {
    const auto parsed = parse_json(payload);
    if (!parsed || !parsed->is_object()) return true;
    const auto found = parsed->find("ShipmentId");
    return found == parsed->end() || !found->is_string() || found->get_ref<const std::string&>() == shipment_id;
}

}  // namespace crossdock::sync
