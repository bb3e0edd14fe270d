// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/access.h"

#include <algorithm>

#include "base/json_writer.h"
#include "connectors/ebay/catalog.h"
#include "connectors/ebay/refunds.h"

namespace crossdock::connectors::ebay {
namespace {

constexpr std::chrono::hours kWarnBefore{24 * 30};

struct Seller {
    std::string user_id, username, marketplace, account_type;
};

/// Without the scope the seller stays unnamed; everything else works.
Result<Seller> read_seller(Client& client, std::vector<domain::Problem>& problems) {
    const auto answer = client.call({Api::identity, "getUser", "/user/"});
    if (!answer) {
        if (answer.error().code != "ebay_scope_missing" && answer.error().code != "ebay_denied") return answer.error();
        problems.push_back({"identity_unread", "eBay does not say who the seller is: " + answer.error().message});
        return Seller{};
    }
    return Seller{answer->root["userId"].text().value_or(""), answer->root["username"].text().value_or(""),
                  answer->root["registrationMarketplaceId"].text().value_or(""),
                  answer->root["accountType"].text().value_or("")};
}

Status check_privileges(Client& client, std::vector<domain::Problem>& problems) {
    const auto answer = client.call({Api::account, "getPrivileges", "/privilege"});
    if (!answer) {
        if (answer.error().code != "ebay_scope_missing" && answer.error().code != "ebay_denied") return answer.error();
        problems.push_back(
            {"privileges_unread", "eBay does not say what the seller may do: " + answer.error().message});
        return ok();
    }
    if (answer->root["sellerRegistrationCompleted"].is_false())
        problems.push_back({"registration_incomplete",
                            "the seller's registration at eBay is not complete; finish it in Seller Hub, or orders "
                            "end in failed payments"});
    return ok();
}

Status check_location(Client& client, std::vector<domain::Problem>& problems) {
    const std::string& key = client.settings().location_key;
    if (key.empty()) return ok();
    const auto locations = read_locations(client);
    if (!locations) {
        if (locations.error().kind != ErrorKind::denied) return locations.error();
        problems.push_back({"inventory_refused", locations.error().message});
        return ok();
    }
    const auto found = std::find_if(locations->begin(), locations->end(),
                                    [&](const domain::Location& one) { return one.external_id == key; });
    if (found == locations->end()) {
        std::string known;
        for (const auto& one : *locations) known += (known.empty() ? "" : ", ") + one.external_id;
        problems.push_back({"location_unknown", "eBay has no inventory location \"" + key +
                                                    "\": correct the setting ebay_inventory_location_key; eBay has " +
                                                    (known.empty() ? std::string{"none"} : known)});
    } else if (!found->active) {
        problems.push_back({"location_disabled", "the inventory location \"" + key + "\" is disabled at eBay"});
    }
    return ok();
}

Status check_refunds(Client& client, std::vector<domain::Problem>& problems) {
    const auto finances = check_finances(client);
    if (finances) return ok();
    const Error& error = finances.error();
    if (error.kind != ErrorKind::denied) return error;
    problems.push_back(
        {"finances_refused", "eBay shows no refunds of this seller: " + error.message +
                                 ". New sellers get access after a while; until then no refunds come in"});
    return ok();
}

void check_consent(Client& client, std::vector<domain::Problem>& problems) {
    const auto ends = client.shared().tokens.consent_ends(client.settings(), client.runtime());
    if (!ends || *ends - client.now() > kWarnBefore) return;
    problems.push_back({"consent_ending", "the seller's consent ends on " + format_rfc3339(*ends).substr(0, 10) +
                                              "; let the seller consent again before then (docs/channels/ebay.md, "
                                              "section 2) and put the new refresh_token into the config file"});
}

}  // namespace

Result<std::string> read_seller_profile(Client& client, std::vector<domain::Problem>& problems) {
    const auto seller = read_seller(client, problems);
    if (!seller) return seller.error();
    if (auto done = check_privileges(client, problems); !done) return done.error();
    if (auto done = check_location(client, problems); !done) return done.error();
    if (auto done = check_refunds(client, problems); !done) return done.error();
    check_consent(client, problems);
    client.read_quotas();

    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("currency", client.settings().marketplace->currency);
    writer.key("ebay").begin_object().field("user_id", seller->user_id).field("username", seller->username);
    writer.field("registration_marketplace", seller->marketplace).field("account_type", seller->account_type);
    writer.end_object().end_object();
    return out;
}

}  // namespace crossdock::connectors::ebay
