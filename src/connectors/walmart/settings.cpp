// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/settings.h"

#include <algorithm>

#include "base/text.h"
#include "connectors/answers.h"
#include "connectors/json_view.h"
#include "connectors/setup_reader.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr std::string_view kKeysAdvice =
    "make a key for the Marketplace API in Walmart's Developer Portal, and copy it from there";

/// Canada and Mexico have keys of their own and another shape of orders, of items and of stock.
void check_market(SetupReader& reader) {
    const std::string market = reader.choice("market", {"us", "ca", "mx"});
    if (market == "us") return;
    reader.fault("settings.market", "is \"" + market + "\": Walmart " + (market == "ca" ? "Canada" : "Mexico") +
                                        " has an API of its own, which this version does not speak; only sellers on "
                                        "Walmart in the United States (market = \"us\") can be connected. Take this "
                                        "channel out of the config file, or set enabled = false");
}

bool is_header_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

void read_fulfillment_types(SetupReader& reader, Settings& out) {
    constexpr std::string_view kTypes[]{kSellerFulfilled, kWfsFulfilled, "3PLFulfilled"};
    for (const std::string& given : reader.texts("fulfillment_types")) {
        const auto known = std::find_if(std::begin(kTypes), std::end(kTypes),
                                        [&](std::string_view type) { return equals_ignoring_case(type, given); });
        if (known == std::end(kTypes))
            reader.fault("settings.fulfillment_types", "has \"" + in_quotes(given.substr(0, 40)) +
                                                           "\"; known are SellerFulfilled, WFSFulfilled, 3PLFulfilled");
        else if (std::find(out.fulfillment_types.begin(), out.fulfillment_types.end(), *known) ==
                 out.fulfillment_types.end())
            out.fulfillment_types.emplace_back(*known);
    }
    if (out.fulfillment_types.empty())
        out.fulfillment_types = {std::string{kSellerFulfilled}, std::string{kWfsFulfilled}};
}

void read_extra_carriers(SetupReader& reader, Settings& out) {
    const JsonView given = reader.value("extra_carriers");
    if (!given) return;
    if (!given.is_array()) {
        reader.fault("settings.extra_carriers", "must be a list like [{ code = \"…\", url = \"https://…/{number}\" }]");
        return;
    }
    for (const JsonView one : given) {
        ExtraCarrier carrier{one["code"].filled_text().value_or(""), one["url"].filled_text().value_or("")};
        if (carrier.code.empty())
            reader.fault("settings.extra_carriers", "has an entry without code");
        else if (!carrier.url.starts_with("https://") && !carrier.url.starts_with("http://"))
            reader.fault("settings.extra_carriers", "needs a url for \"" + in_quotes(carrier.code.substr(0, 40)) +
                                                        "\": Walmart takes a carrier outside its list only with an "
                                                        "address to follow the parcel at");
        else
            out.extra_carriers.push_back(std::move(carrier));
    }
}

}  // namespace

bool Settings::reads_wfs() const {
    return std::find(fulfillment_types.begin(), fulfillment_types.end(), kWfsFulfilled) != fulfillment_types.end();
}

ReadSetup read_setup(const ChannelSetup& setup) {
    SetupReader reader(setup);
    Settings out;
    out.url = reader.base_url("https://marketplace.walmartapis.com");
    out.client_id = reader.required_credential("client_id", kKeysAdvice).reveal();
    out.client_secret = reader.required_credential("client_secret", kKeysAdvice);
    if (out.client_id.find(':') != std::string::npos)
        reader.fault("credentials.client_id", "holds a colon; client id and client secret are two keys");
    out.webhook_password = reader.credential("webhook_password");
    check_market(reader);
    out.channel_type = reader.text("channel_type").value_or("");
    if (!is_header_text(out.channel_type)) {
        reader.fault("settings.channel_type", "must be the text that Walmart issued, without blanks");
        out.channel_type.clear();
    }
    out.ship_node = reader.text("ship_node").value_or("");
    if (!is_header_text(out.ship_node)) {
        reader.fault("settings.ship_node", "must be a Ship Node ID like 1000005050 (Seller Center: Fulfillment)");
        out.ship_node.clear();
    }
    read_fulfillment_types(reader, out);
    read_extra_carriers(reader, out);
    return {std::move(out), reader.faults()};
}

std::vector<std::string> shops_of(const ReadSetup& read) {
    if (read.settings.client_id.empty()) return {};
    std::vector<std::string> shops;
    for (const std::string& type : read.settings.fulfillment_types)
        shops.push_back(read.settings.url + ' ' + type + ' ' + read.settings.client_id);
    return shops;
}

}  // namespace crossdock::connectors::walmart
