// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/provider.h"

namespace crossdock::store {

/// Finds or creates the business that owns channels.
AccountId ensure_account(db::Session& session, std::string_view code, Random& random, Timestamp now);
std::optional<AccountId> find_account(db::Session& session, std::string_view code);
/// What the contract calls account_id. Empty for an account that does not exist.
std::string account_uuid(db::Session& session, AccountId account);
/// What the config file calls it. Empty for an account that does not exist.
std::string account_code(db::Session& session, AccountId account);
/// All accounts, by id.
std::vector<AccountId> accounts(db::Session& session);

enum class ChannelState {
    new_,      // never reached yet
    ok,
    degraded,  // works, but something is wrong: see the message
    stopped    // needs a person: credentials, permissions, closed store
};
std::string_view to_string(ChannelState state);

/// One store at one provider, as the database knows it. Credentials are never here: they live in the config file.
struct Channel {
    ChannelId id;
    AccountId account_id;
    std::string code;
    domain::Provider provider = domain::Provider::shopify;
    bool enabled = true;
    std::string profile = "{}";  // JSON: what the channel told about itself
    ChannelState state = ChannelState::new_;
    std::optional<std::string> state_code, state_message;
    Timestamp state_since{};
};

/// Error conflict `channel_provider_changed`: a code stays with its provider.
Error provider_changed(const Channel& held, domain::Provider wanted);

class ChannelRepo {
public:
    explicit ChannelRepo(db::Session& session) : session_(session) {}

    /// Makes the row say what the config file says. A code that changed its provider is refused: Error conflict.
    Result<ChannelId> ensure(AccountId account, std::string_view code, domain::Provider provider, bool enabled, Timestamp now);
    /// Channels that the config file no longer names are kept and disabled.
    void disable_others(const std::vector<ChannelId>& named);
    std::optional<Channel> find(AccountId account, std::string_view code);
    std::optional<Channel> get(ChannelId id);
    /// Channels of all accounts with that code: for webhooks, whose address has no account.
    std::vector<Channel> with_code(std::string_view code);
    std::vector<Channel> list(AccountId account);
    std::vector<Channel> list_all();
    /// Whether an order of it is in the database.
    bool holds_orders(ChannelId id);
    void set_profile(ChannelId id, std::string_view profile);
    /// Returns true when state or code really changed.
    bool set_state(ChannelId id, ChannelState state, std::string_view code, std::string_view message, Timestamp now);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
