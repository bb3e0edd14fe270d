// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/json/parameters.h"
#include "api/routes/list_page.h"
#include "base/json_writer.h"
#include "store/carton_repo.h"
#include "store/fba_repo.h"

/// How FBA inbound shipments and carton pushes are shown, and what their lists share.
namespace crossdock::api::routes {

/// Codes of the account's channels, and its UUID: what a row does not say itself.
class FbaNames {
public:
    FbaNames(db::Session& session, AccountId account);
    [[nodiscard]] std::string channel(ChannelId id) const;
    [[nodiscard]] const std::string& account() const { return account_; }

private:
    std::map<ChannelId, std::string> codes_;
    std::string account_;
};

/// `items` are JSON objects in Amazon's own words. `with_raw`: raw_data, too.
void write_fba_shipment(JsonWriter& json, const store::FbaInboundShipment& shipment,
                        const std::vector<std::string>& items, const FbaNames& names, bool with_raw);
void write_carton_push(JsonWriter& json, const store::CartonPush& push, const FbaNames& names);

/// `channel`, `cursor` and `limit`. These lists are whole unless the caller asks for pages: the contract knows no
/// limit.
ListParameters read_fba_list_parameters(const http::Request& request, Parameters& parameters);
/// One of these words, in any casing; a fault names the others.
std::optional<std::string> fba_status(Parameters& parameters, const std::vector<std::string_view>& words,
                                      Faults& faults);

}  // namespace crossdock::api::routes
