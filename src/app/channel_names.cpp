// SPDX-License-Identifier: Apache-2.0
#include "app/channel_names.h"

#include <algorithm>
#include <string>

#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

Error renamed(const store::Channel& gone, const std::string& code) {
    return {ErrorKind::conflict, "channel_renamed",
            "channel \"" + code + "\" is new in the config file and channel \"" + gone.code +
                "\", whose orders are in the database, is gone from it. A channel's code is its name for good: under "
                "another "
                "one every order comes again. If it is the same shop, put the code \"" +
                gone.code + "\" back; if it is another shop, keep the block of \"" + gone.code +
                "\", with enabled = false"};
}

}  // namespace

Status check_names(db::Session& session, const std::vector<HubChannel>& channels) {
    store::ChannelRepo repo(session);
    std::vector<ChannelId> named;
    struct Fresh {
        AccountId account;
        const connectors::ChannelSetup* setup;
    };
    std::vector<Fresh> fresh;
    for (const HubChannel& configured : channels) {
        const auto account = store::find_account(session, configured.account);
        if (!account) continue;
        const auto held = repo.find(*account, configured.setup.code);
        if (held && held->provider != configured.setup.provider)
            return store::provider_changed(*held, configured.setup.provider);
        if (held)
            named.push_back(held->id);
        else
            fresh.push_back({*account, &configured.setup});
    }
    if (fresh.empty()) return ok();
    for (const store::Channel& channel : repo.list_all()) {
        if (std::find(named.begin(), named.end(), channel.id) != named.end()) continue;
        const auto heir = std::find_if(fresh.begin(), fresh.end(), [&](const Fresh& one) {
            return one.account == channel.account_id && one.setup->provider == channel.provider;
        });
        if (heir != fresh.end() && repo.holds_orders(channel.id)) return renamed(channel, heir->setup->code);
    }
    return ok();
}

}  // namespace crossdock::app
