// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/settings.h"

#include <algorithm>

#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "connectors/setup_reader.h"
#include "domain/money.h"

namespace crossdock::connectors::shipstation {
namespace {

constexpr std::int64_t kLargestPage = 500;  // of GET /orders and GET /products
constexpr std::size_t kShortestSecret = 16;

bool is_currency(std::string_view code) {
    return code.size() == 3 && domain::currency_digits(code).has_value() &&
           std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_number(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_currencies(SetupReader& reader, Settings& out) {
    constexpr std::string_view kWanted = "is no currency code like USD, in capital letters";
    out.currency = reader.text("currency").value_or("USD");
    if (!is_currency(out.currency)) {
        reader.fault("settings.currency", kWanted);
        out.currency = "USD";
    }
    const JsonView by_store = reader.value("store_currencies");
    if (by_store && !by_store.is_object())
        reader.fault("settings.store_currencies", "must be a table of store ids, as { \"12345\" = \"CAD\" }");
    if (!by_store.is_object()) return;
    for (auto it = by_store.begin(); it != by_store.end(); ++it) {
        const std::string path = "settings.store_currencies." + std::string{it.key()};
        const std::string code = (*it).text().value_or("");
        if (!is_number(it.key()))
            reader.fault(path, "does not begin with a store id, a number like 12345");
        else if (!is_currency(code))
            reader.fault(path, kWanted);
        else
            out.store_currencies[std::string{it.key()}] = code;
    }
}

void read_credentials(SetupReader& reader, Settings& out) {
    constexpr std::string_view kAdvice =
        "ShipStation shows it under Settings, Account, API Settings (the pair of version 1)";
    if (out.api == Api::v1) {
        out.api_key = reader.required_credential("api_key", kAdvice);
        out.api_secret = reader.required_credential("api_secret", kAdvice);
        out.v2_api_key = reader.credential("v2_api_key");
    } else {
        // The pair may stay in the file, for the way back.
        out.api_key = reader.credential("api_key");
        out.api_secret = reader.credential("api_secret");
        out.v2_api_key = reader.required_credential(
            "v2_api_key",
            "settings.api_version is v2; ShipStation makes the key under Settings, Account, API Settings");
    }
    if (out.api_key.reveal().find(':') != std::string::npos)
        reader.fault("credentials.api_key", "holds a colon; key and secret are two credentials");
    out.partner_key = reader.credential("partner_key");
    out.webhook_secret = reader.credential("webhook_secret");
    if (!out.webhook_secret.empty() && out.webhook_secret.reveal().size() < kShortestSecret)
        reader.fault("credentials.webhook_secret", "is shorter than 16 characters; leave it out and the hub makes one");
}

/// Version 2 lists no stores: it names them by number only.
void read_skipped(SetupReader& reader, Settings& out) {
    out.names_skip_marketplaces = reader.value("skip_marketplaces").exists();
    out.skip_marketplaces = reader.texts("skip_marketplaces");
    for (const std::string& given : reader.texts("skip_stores")) {
        const std::string_view id =
            given.starts_with("se-") ? std::string_view{given}.substr(3) : std::string_view{given};
        if (is_number(id))
            out.skip_stores.emplace_back(id);
        else
            reader.fault("settings.skip_stores", "has \"" + in_quotes(given.substr(0, 40)) +
                                                     "\", which is no store id: a number like \"12345\"");
    }
    if (out.api == Api::v2 && !out.skip_marketplaces.empty())
        reader.fault("settings.skip_marketplaces",
                     "needs api_version = \"v1\": version 2 does not say which marketplace a store is of; name the "
                     "stores by their ids in skip_stores instead");
}

}  // namespace

const std::string& Settings::currency_of(std::string_view store_id) const {
    const auto found = store_currencies.find(store_id);
    return found == store_currencies.end() ? currency : found->second;
}

bool Settings::names_store(std::string_view store_id) const {
    return std::find(skip_stores.begin(), skip_stores.end(), store_id) != skip_stores.end();
}

ReadSetup read_setup(const ChannelSetup& setup) {
    SetupReader reader(setup);
    Settings out;
    out.own_base_url = reader.has_own_base_url();
    out.v1_url = reader.base_url("https://ssapi.shipstation.com");
    out.v2_url = out.own_base_url ? out.v1_url : "https://api.shipstation.com";
    out.api = reader.choice("api_version", {"v1", "v2"}) == "v2" ? Api::v2 : Api::v1;
    read_credentials(reader, out);
    read_currencies(reader, out);
    read_skipped(reader, out);
    out.notify_sales_channel = reader.flag("notify_sales_channel", true);
    out.notify_customer = reader.flag("notify_customer", false);
    out.extra_carriers = reader.texts("extra_carriers");
    out.inventory_location_id = reader.text("shipstation_inventory_location_id").value_or("");
    out.page_size = reader.whole("page_size", kLargestPage, 1, kLargestPage);
    if (!out.inventory_location_id.empty() && out.v2_api_key.empty())
        reader.fault("settings.shipstation_inventory_location_id",
                     "needs credentials.v2_api_key: version 1 knows no stock");
    return {std::move(out), reader.faults()};
}

std::vector<std::string> shops_of(const ReadSetup& read) {
    std::string less;
    for (const auto* skipped : {&read.settings.skip_stores, &read.settings.skip_marketplaces})
        for (const std::string& one : *skipped) less += ' ' + one;
    std::vector<std::string> shops;
    for (const Secret* key : {&read.settings.api_key, &read.settings.v2_api_key})
        if (!key->empty()) shops.push_back(read.settings.v1_url + ' ' + key->reveal() + less);
    return shops;
}

Profile read_profile(std::string_view json) {
    Profile out;
    const auto index = JsonIndex::parse(json);
    if (index) out.stores = read_stores(index->root()["stores"]);
    return out;
}

}  // namespace crossdock::connectors::shipstation
