// SPDX-License-Identifier: Apache-2.0
#include "support/market.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace crossdock::testing {
namespace {

/// ShipStation's second version writes 1234 as "se-1234".
bool names(const nlohmann::json& value, const std::string& id) {
    if (value.is_number()) return value.dump() == id;
    return value.is_string() && (value.get<std::string>() == id || value.get<std::string>() == "se-" + id);
}

void spoil(nlohmann::json& value, const std::string& id, const std::string& id_member, const std::string& field) {
    if (value.is_object() && value.contains(id_member) && names(value[id_member], id) && value.contains(field))
        value[field] = {{"odd", {1, 2}}};
    if (value.is_structured())
        for (auto& member : value) spoil(member, id, id_member, field);
}

}  // namespace

http::Response Market::carry(const http::Request& request) {
    if (revoked_) {
        ++refused_;
        // A token service says so in OAuth's words (RFC 6749, 5.2), everybody else in a bare 401.
        if (request.path.find("token") != std::string::npos)
            return http::Response::json(400, R"({"error":"invalid_grant","error_description":"The grant was revoked"})");
        return http::Response::json(401, R"({"errors":[{"errorId":1001,"code":"Unauthorized","message":"Access is denied"}]})");
    }
    if (hook_ && lists_orders(request)) hook_(++pages_);
    http::Response answer = marketplace().handle(request);
    if (poisoned_.empty() || answer.body.find(poisoned_) == std::string::npos) return answer;
    auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (body.is_discarded()) return answer;
    const PoisonRule rule = poison_rule();
    spoil(body, poisoned_, rule.id, rule.field);
    answer.body = body.dump();
    return answer;
}

std::string money_text(std::int64_t cents) {
    char text[32];
    std::snprintf(text, sizeof text, "%s%lld.%02lld", cents < 0 ? "-" : "", static_cast<long long>(std::abs(cents) / 100),
                  static_cast<long long>(std::abs(cents) % 100));
    return text;
}

const std::vector<std::pair<std::string, MarketMaker>>& markets() {
    static const std::vector<std::pair<std::string, MarketMaker>> all{{"Shopify", make_shopify_market},
                                                                      {"Amazon", make_amazon_market},
                                                                      {"Walmart", make_walmart_market},
                                                                      {"Ebay", make_ebay_market},
                                                                      {"ShipStation", make_shipstation_market}};
    return all;
}

}  // namespace crossdock::testing
