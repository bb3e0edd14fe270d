// SPDX-License-Identifier: Apache-2.0
#include "app/channel_names.h"

#include <algorithm>
#include <string>
#include <vector>

#include "store/channel_repo.h"

namespace crossdock::app {
namespace {

std::string in_list(const std::vector<std::string>& codes, const char* last) {
    std::string list;
    for (std::size_t i = 0; i < codes.size(); ++i)
        list += (i == 0 ? "" : i + 1 == codes.size() ? last : ", ") + ('"' + codes[i] + '"');
    return list;
}

Error renamed(const std::vector<std::string>& gone, const HubChannel& fresh) {
    const bool one = gone.size() == 1;
    // What is written there already stays.
    std::vector<std::string> others = fresh.another_shop_than;
    others.insert(others.end(), gone.begin(), gone.end());
    return {
        ErrorKind::conflict, "channel_renamed",
        "channel \"" + fresh.setup.code + "\" is new in the config file and channel" + (one ? " " : "s ") +
            in_list(gone, " and ") + ", whose orders are in the database, " + (one ? "is" : "are") +
            " gone from it. A channel's code is its name for good: under another one every order comes again. If it "
            "is the same shop" +
            (one ? "" : " as one of them") + ", put the code " + in_list(gone, " or ") +
            " back; if it is another shop, write another_shop_than = [" + in_list(others, ", ") +
            "] into the block of \"" + fresh.setup.code + "\""};
}

}  // namespace

Status check_names(db::Session& session, const std::vector<HubChannel>& channels) {
    store::ChannelRepo repo(session);
    std::vector<ChannelId> named;
    struct Fresh {
        AccountId account;
        const HubChannel* configured;
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
            fresh.push_back({*account, &configured});
    }
    if (fresh.empty()) return ok();
    std::vector<store::Channel> gone = repo.list_all();
    std::erase_if(gone, [&](const store::Channel& channel) {
        return std::find(named.begin(), named.end(), channel.id) != named.end() || !repo.holds_orders(channel.id);
    });
    for (const Fresh& one : fresh) {
        const auto& others = one.configured->another_shop_than;
        std::vector<std::string> could_be;
        for (const store::Channel& channel : gone)
            if (channel.account_id == one.account && channel.provider == one.configured->setup.provider &&
                std::find(others.begin(), others.end(), channel.code) == others.end())
                could_be.push_back(channel.code);
        if (!could_be.empty()) return renamed(could_be, *one.configured);
    }
    return ok();
}

}  // namespace crossdock::app
