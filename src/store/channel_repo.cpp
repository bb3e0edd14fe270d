// SPDX-License-Identifier: Apache-2.0
#include "store/channel_repo.h"

#include <algorithm>
#include <array>

namespace crossdock::store {
namespace {

constexpr std::array kStates{ChannelState::new_, ChannelState::ok, ChannelState::degraded, ChannelState::stopped};

#define CROSSDOCK_CHANNEL_COLUMNS \
    "id, account_id, code, provider, enabled, profile, state, state_code, state_message, state_since_ms"

Channel read_channel(const db::Statement& row) {
    Channel channel;
    channel.id = row.id<ChannelId>(0);
    channel.account_id = row.id<AccountId>(1);
    channel.code = row.string(2);
    channel.provider = domain::parse_provider(row.text(3)).value_or(domain::Provider::shopify);  // a CHECK holds the words
    channel.enabled = row.flag(4);
    channel.profile = row.string(5);
    for (const ChannelState state : kStates)
        if (to_string(state) == row.text(6)) channel.state = state;
    channel.state_code = row.optional_string(7);
    channel.state_message = row.optional_string(8);
    channel.state_since = row.time(9);
    return channel;
}

std::vector<Channel> read_channels(db::Statement& statement) {
    std::vector<Channel> channels;
    while (statement.step()) channels.push_back(read_channel(statement));
    return channels;
}

}  // namespace

std::string_view to_string(ChannelState state) {
    switch (state) {
        case ChannelState::new_: return "new";
        case ChannelState::ok: return "ok";
        case ChannelState::degraded: return "degraded";
        case ChannelState::stopped: return "stopped";
    }
    return "";
}

std::optional<AccountId> find_account(db::Session& session, std::string_view code) {
    db::Statement statement(session, "SELECT id FROM accounts WHERE code = ?");
    statement.bind(code);
    if (!statement.step()) return std::nullopt;
    return statement.id<AccountId>(0);
}

std::string account_code(db::Session& session, AccountId account) {
    db::Statement statement(session, "SELECT code FROM accounts WHERE id = ?");
    statement.bind(account);
    return statement.step() ? statement.string(0) : std::string{};
}

std::vector<AccountId> accounts(db::Session& session) {
    db::Statement statement(session, "SELECT id FROM accounts ORDER BY id");
    std::vector<AccountId> ids;
    while (statement.step()) ids.push_back(statement.id<AccountId>(0));
    return ids;
}

std::string account_uuid(db::Session& session, AccountId account) {
    db::Statement statement(session, "SELECT uuid FROM accounts WHERE id = ?");
    statement.bind(account);
    return statement.step() ? statement.string(0) : std::string{};
}

AccountId ensure_account(db::Session& session, std::string_view code, Random& random, Timestamp now) {
    if (const auto id = find_account(session, code)) return *id;
    const std::string uuid = random.uuid();
    db::Statement statement(session, "INSERT INTO accounts (uuid, code, created_at_ms) VALUES (?, ?, ?) RETURNING id");
    statement.bind(uuid, code, now);
    statement.step();
    return statement.id<AccountId>(0);
}

Error provider_changed(const Channel& held, domain::Provider wanted) {
    return {ErrorKind::conflict, "channel_provider_changed",
            "channel \"" + held.code + "\" is a " + std::string{domain::to_string(held.provider)} +
                " channel in this database and a " + std::string{domain::to_string(wanted)} +
                " channel in the config file; give the new one another code"};
}

Result<ChannelId> ChannelRepo::ensure(AccountId account, std::string_view code, domain::Provider provider, bool enabled,
                                      Timestamp now) {
    if (const auto held = find(account, code)) {
        if (held->provider != provider) return provider_changed(*held, provider);
        db::Statement update(session_, "UPDATE channels SET enabled = ? WHERE id = ? AND enabled <> ?");
        update.bind(enabled, held->id, enabled).exec();
        return held->id;
    }
    db::Statement statement(session_,
                            "INSERT INTO channels (account_id, code, provider, enabled, state_since_ms, created_at_ms) "
                            "VALUES (?, ?, ?, ?, ?, ?) RETURNING id");
    statement.bind(account, code, domain::to_string(provider), enabled, now, now);
    statement.step();
    return statement.id<ChannelId>(0);
}

void ChannelRepo::disable_others(const std::vector<ChannelId>& named) {
    for (const Channel& channel : list_all()) {
        if (!channel.enabled || std::find(named.begin(), named.end(), channel.id) != named.end()) continue;
        db::Statement update(session_, "UPDATE channels SET enabled = 0 WHERE id = ?");
        update.bind(channel.id).exec();
    }
}

std::optional<Channel> ChannelRepo::find(AccountId account, std::string_view code) {
    db::Statement statement(session_, "SELECT " CROSSDOCK_CHANNEL_COLUMNS " FROM channels WHERE account_id = ? AND code = ?");
    statement.bind(account, code);
    if (!statement.step()) return std::nullopt;
    return read_channel(statement);
}

std::optional<Channel> ChannelRepo::get(ChannelId id) {
    db::Statement statement(session_, "SELECT " CROSSDOCK_CHANNEL_COLUMNS " FROM channels WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) return std::nullopt;
    return read_channel(statement);
}

std::vector<Channel> ChannelRepo::with_code(std::string_view code) {
    db::Statement statement(session_, "SELECT " CROSSDOCK_CHANNEL_COLUMNS " FROM channels WHERE code = ? ORDER BY id");
    statement.bind(code);
    return read_channels(statement);
}

std::vector<Channel> ChannelRepo::list(AccountId account) {
    db::Statement statement(session_, "SELECT " CROSSDOCK_CHANNEL_COLUMNS " FROM channels WHERE account_id = ? ORDER BY id");
    statement.bind(account);
    return read_channels(statement);
}

std::vector<Channel> ChannelRepo::list_all() {
    db::Statement statement(session_, "SELECT " CROSSDOCK_CHANNEL_COLUMNS " FROM channels ORDER BY id");
    return read_channels(statement);
}

bool ChannelRepo::holds_orders(ChannelId id) {
    db::Statement statement(session_, "SELECT 1 FROM orders WHERE channel_id = ? LIMIT 1");
    statement.bind(id);
    return statement.step();
}

void ChannelRepo::set_profile(ChannelId id, std::string_view profile) {
    db::Statement statement(session_, "UPDATE channels SET profile = ? WHERE id = ? AND profile <> ?");
    statement.bind(profile, id, profile).exec();
}

bool ChannelRepo::set_state(ChannelId id, ChannelState state, std::string_view code, std::string_view message, Timestamp now) {
    const auto held = get(id);
    if (!held) return false;
    const bool changed = held->state != state || held->state_code.value_or("") != code;
    if (!changed && held->state_message.value_or("") == message) return false;
    const std::optional<std::string> stored_code = code.empty() ? std::nullopt : std::optional<std::string>{code};
    const std::optional<std::string> stored_message = message.empty() ? std::nullopt : std::optional<std::string>{message};
    db::Statement statement(session_,
                            "UPDATE channels SET state = ?, state_code = ?, state_message = ?, state_since_ms = ? WHERE id = ?");
    statement.bind(to_string(state), stored_code, stored_message, changed ? now : held->state_since, id).exec();
    return changed;
}

}  // namespace crossdock::store
