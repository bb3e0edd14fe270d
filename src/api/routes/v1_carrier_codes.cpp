// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/guard.h"
#include "api/middleware/scopes.h"
#include "api/routes/list_page.h"
#include "api/routes/routes.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "domain/provider.h"
#include "store/item_repo.h"

namespace crossdock::api::routes {
namespace {

std::string valid_providers() {
    std::string list;
    for (const auto provider : domain::kProviders)
        list += (list.empty() ? "" : ", ") + std::string{domain::to_string(provider)};
    return list;
}

/// GET /api/v1/carrier_codes: the codes a shipment may name, of one provider or of all the account has. Errors: 404
/// unknown channel, 422 a provider that does not exist or is not the channel's.
http::Response get_carrier_codes(const Context& context, const Caller& caller, const http::Request& request) {
    Faults faults;
    Parameters parameters(request, faults);
    const auto code = parameters.text("channel");
    auto provider = parameters.text("provider");
    if (provider) provider = to_lower(*provider);
    if (provider && !domain::parse_provider(*provider))
        faults.add("provider \"" + provider->substr(0, 60) + "\" is not known; valid are " + valid_providers());
    if (!faults.empty()) return v1_errors(422, faults.messages(), ErrorShape::text_or_list);

    return context.db.read([&](db::Session& session) {
        std::optional<store::Channel> channel;
        if (!find_channel(session, caller.account, code, channel)) return channel_not_found();
        if (channel) {
            const std::string of_channel{domain::to_string(channel->provider)};
            if (provider && *provider != of_channel)
                return v1_error(
                    422, "channel " + channel->code + " is a " + of_channel + " channel, not a " + *provider + " one");
            provider = of_channel;
        }
        std::string body;
        JsonWriter json(body);
        json.begin_object().key("carrier_codes").begin_array();
        for (const auto& row : store::CarrierRepo(session).list(caller.account, provider))
            json.begin_object()
                .field("provider", row.provider)
                .field("code", row.code)
                .field("display_name", row.display_name)
                .end_object();
        json.end_array().end_object();
        return http::Response::json(200, std::move(body));
    });
}

}  // namespace

void add_v1_carrier_codes(http::Router& router, Context& context) {
    router.add(v1_list_route(context, "/api/v1/carrier_codes", scope::kCatalogRead, {"provider", "channel"},
                             [&context](const Caller& caller, const http::Request& request) {
                                 return get_carrier_codes(context, caller, request);
                             }));
}

}  // namespace crossdock::api::routes
