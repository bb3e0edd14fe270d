// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/access.h"

#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "connectors/amazon/marketplaces.h"

namespace crossdock::connectors::amazon {
namespace {

struct Participation {
    std::string country, currency, name;
    bool suspended = false;
};

std::map<std::string, Participation> read_participations(JsonView list) {
    std::map<std::string, Participation> out;
    for (const JsonView one : list) {
        const JsonView marketplace = one["marketplace"], participation = one["participation"];
        const auto id = marketplace["id"].filled_text();
        // The list also names pseudo marketplaces; they are in no table and are never sent.
        if (!id || !participation["isParticipating"].is_true() || find_marketplace(*id) == nullptr) continue;
        const Marketplace& known = *find_marketplace(*id);
        out[*id] = {marketplace["countryCode"].filled_text().value_or(std::string{known.country}),
                    marketplace["defaultCurrencyCode"].filled_text().value_or(std::string{known.currency}),
                    marketplace["name"].filled_text().value_or(std::string{known.name}),
                    participation["hasSuspendedListings"].is_true()};
    }
    return out;
}

void check_marketplaces(const Settings& settings, const std::map<std::string, Participation>& sold,
                        std::vector<domain::Problem>& problems) {
    for (const auto& id : settings.marketplace_ids) {
        const auto found = sold.find(id);
        const std::string name = find_marketplace(id) == nullptr ? id : std::string{find_marketplace(id)->name};
        if (found == sold.end())
            problems.push_back({"marketplace_not_sold", "the seller does not sell on " + name + " (" + id +
                                                            "); correct the channel's setting marketplace_ids"});
        else if (found->second.suspended)
            problems.push_back({"listings_suspended", "Amazon has suspended listings of the seller on " + name});
    }
    if (!settings.default_marketplaces) return;
    std::string others;
    for (const auto& [id, one] : sold)
        if (std::find(settings.marketplace_ids.begin(), settings.marketplace_ids.end(), id) ==
            settings.marketplace_ids.end())
            others += (others.empty() ? "" : ", ") + id + " (" + one.name + ")";
    if (!others.empty())
        problems.push_back(
            {"marketplaces_left_out", "the seller also sells in marketplaces this channel does not read: " + others +
                                          "; name those wanted in the setting marketplace_ids"});
}

void check_versions(const Settings& settings, Timestamp now, std::vector<domain::Problem>& problems) {
    struct Ending {
        bool used;
        std::string_view what, setting, replacement, day;
    };
    const Ending endings[] = {
        {settings.orders_api == OrdersApi::v0, "Orders v0", "orders_api", "2026-01-01", "2027-03-27"},
        {settings.finances_api == FinancesApi::v0, "Finances v0", "finances_api", "2024-06-19", "2027-08-27"}};
    for (const Ending& one : endings) {
        const auto end = parse_iso8601(one.day, ZoneRule::utc);
        if (!one.used || !end || now < *end - std::chrono::hours{24 * 90}) continue;
        problems.push_back({"api_version_ending", "Amazon serves " + std::string{one.what} + " until " +
                                                      std::string{one.day} + " only; set " + std::string{one.setting} +
                                                      " to \"" + std::string{one.replacement} + "\" before then"});
    }
}

}  // namespace

Result<std::string> read_seller_profile(Client& client, std::vector<domain::Problem>& problems) {
    const auto answer =
        client.call({Operation::get_marketplace_participations, "/sellers/v1/marketplaceParticipations"});
    if (!answer) return answer.error();
    if (!answer->payload.is_array())
        return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without the seller's marketplaces"};
    const auto sold = read_participations(answer->payload);
    const Settings& settings = client.settings();
    check_marketplaces(settings, sold, problems);
    check_versions(settings, client.now(), problems);
    if (settings.seller_id.empty())
        problems.push_back({"seller_id_missing",
                            "the setting seller_id (merchant token) is not given: stock and cartons "
                            "cannot be pushed, and the catalogue comes by report only"});

    std::string out;
    JsonWriter writer(out);
    const auto first = sold.find(settings.marketplace_ids.front());
    writer.begin_object();
    writer.field("currency", first == sold.end()
                                 ? std::string{find_marketplace(settings.marketplace_ids.front())->currency}
                                 : first->second.currency);
    writer.key("marketplaces").begin_array();
    const auto write = [&](const std::string& id, const Participation& one) {
        writer.begin_object().field("id", id).field("country", one.country).field("currency", one.currency);
        writer.field("name", one.name).end_object();
    };
    for (const auto& id : settings.marketplace_ids)
        if (const auto found = sold.find(id); found != sold.end()) write(id, found->second);
    for (const auto& [id, one] : sold)
        if (std::find(settings.marketplace_ids.begin(), settings.marketplace_ids.end(), id) ==
            settings.marketplace_ids.end())
            write(id, one);
    writer.end_array().end_object();
    return out;
}

}  // namespace crossdock::connectors::amazon
