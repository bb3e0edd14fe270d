// SPDX-License-Identifier: Apache-2.0
#include "app/watch.h"

#include <algorithm>

#include "base/json_writer.h"
#include "services/tell_key.h"
#include "store/channel_repo.h"
#include "store/event_repo.h"
#include "store/stream_repo.h"
#include "sync/pull_orders.h"

namespace crossdock::app {
namespace {

constexpr auto kKeyEndsSoon = std::chrono::hours{24 * 14};
constexpr int kLateAfterTimes = 5;
constexpr auto kNeverLateBefore = std::chrono::minutes{10};

}  // namespace

void tell_expiring_keys(db::Database& database, Timestamp now) {
    const auto told = [](db::Session& session, const store::ApiKey& key) {
        return store::EventRepo(session)
            .last_about(key.account_id, "key.expiring", "api_key", key.id.value)
            .has_value();
    };
    const auto ending = database.read([&](db::Session& session) {
        std::vector<store::ApiKey> keys;
        for (const AccountId account : store::accounts(session))
            for (store::ApiKey& key : store::ApiKeyRepo(session).list(account))
                if (!key.revoked_at && key.expires_at && *key.expires_at > now &&
                    *key.expires_at - now <= kKeyEndsSoon && !told(session, key))
                    keys.push_back(std::move(key));
        return keys;
    });
    if (ending.empty()) return;
    database.write([&](db::Session& session) {
        for (const store::ApiKey& key : ending) services::tell_key(session, key, "key.expiring", now);
    });
}

std::chrono::milliseconds orders_late_after(std::chrono::milliseconds interval) {
    return std::max<std::chrono::milliseconds>(interval * kLateAfterTimes, kNeverLateBefore);
}

void tell_silent_channels(const sync::Env& env) {
    const Timestamp now = env.clock.now();
    struct Silent {
        store::Channel channel;
        std::string message;
    };
    const auto silent = env.db.read([&](db::Session& session) {
        std::vector<Silent> found;
        for (const store::Channel& channel : store::ChannelRepo(session).list_all()) {
            const sync::Channels::Entry* entry = env.channels.find(channel.id);
            if (entry == nullptr || !channel.enabled || !entry->schedule.orders) continue;
            const auto last = store::StreamRepo(session).load(channel.id, sync::kOrdersStream).last_success_at;
            if (!last || now - *last <= orders_late_after(*entry->schedule.orders)) continue;
            // Once for each time it falls silent.
            const auto told =
                store::EventRepo(session).last_about(channel.account_id, "channel.silent", "channel", channel.id.value);
            if (told && told->created_at >= *last) continue;
            const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - *last).count();
            found.push_back({channel, "orders were pulled last " + std::to_string(minutes) + " minutes ago"});
        }
        return found;
    });
    if (silent.empty()) return;
    env.db.write([&](db::Session& session) {
        for (const Silent& one : silent) {
            std::string data;
            JsonWriter(data)
                .begin_object()
                .field("channel", one.channel.code)
                .field("code", "orders_late")
                .field("message", one.message)
                .end_object();
            store::EventRepo(session).append(
                {one.channel.account_id, one.channel.id, "channel.silent", "channel", one.channel.id.value, data}, now);
        }
    });
}

}  // namespace crossdock::app
