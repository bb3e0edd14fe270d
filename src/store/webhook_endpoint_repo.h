// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "db/database.h"
#include "domain/event_type.h"
#include "store/secret_repo.h"

namespace crossdock::store {

enum class EndpointState {
    active,
    paused,    // by a person: what happens is queued and waits
    disabled,  // by the hub: nothing is queued
    removed    // gone for everybody; kept while its deliveries are
};
std::string_view to_string(EndpointState state);

/// How an endpoint's attempts have gone lately.
struct EndpointHealth {
    std::optional<Timestamp> failed_at;      // the last failure; none: the last attempt came through
    std::optional<Timestamp> failing_since;  // the second failure within a day; nothing but failures since
    std::int64_t notices = 0;                // how often that was told
    std::optional<std::string> last_error;
    std::optional<Timestamp> succeeded_at;  // to the minute
    friend bool operator==(const EndpointHealth&, const EndpointHealth&) = default;
};

/// An address that wants to be told of events.
struct WebhookEndpoint {
    WebhookEndpointId id;
    AccountId account_id;
    std::string public_id;  // "whe_…"
    std::string name, url;
    std::vector<std::string> events;        // the filter: see domain::takes
    std::vector<std::string> header_names;  // of its own headers; their values are sealed
    EndpointState state = EndpointState::active;
    std::optional<std::string> reason;  // why it is disabled
    Timestamp state_since{};
    std::int64_t from_seq = 0;  // it is told of events behind this one
    EndpointHealth health;
    Timestamp created_at{}, updated_at{};
};

/// A secret of an endpoint as kept.
struct EndpointSecret {
    std::int64_t id = 0;
    WebhookEndpointId endpoint;
    SealedSecret sealed;
    Timestamp created_at{};
    std::optional<Timestamp> expires_at;
};

class WebhookEndpointRepo {
public:
    explicit WebhookEndpointRepo(db::Session& session) : session_(session) {}

    WebhookEndpointId insert(const WebhookEndpoint& endpoint, Timestamp now);
    /// Name, address, filter and header names.
    void update(const WebhookEndpoint& endpoint, Timestamp now);
    void set_state(WebhookEndpointId id, EndpointState state, const std::optional<std::string>& reason, Timestamp now);
    /// From now on it is told of what comes behind this number, and what went wrong before is forgotten.
    void start_afresh(WebhookEndpointId id, std::int64_t from_seq);
    void set_health(WebhookEndpointId id, const EndpointHealth& health);
    // Removed ones are found by get() alone.
    std::optional<WebhookEndpoint> find(AccountId account, std::string_view public_id);
    std::optional<WebhookEndpoint> get(WebhookEndpointId id);
    std::vector<WebhookEndpoint> list(AccountId account);
    std::vector<WebhookEndpoint> list_all();
    std::int64_t count(AccountId account);

    // -- secrets, oldest first
    void add_secret(WebhookEndpointId id, std::string_view purpose, const SealedSecret& secret, Timestamp now);
    /// Those of that purpose that have not ended.
    std::vector<EndpointSecret> secrets(WebhookEndpointId id, std::string_view purpose, Timestamp now);
    void expire_secret(std::int64_t secret, Timestamp at);
    void drop_secrets(WebhookEndpointId id, std::string_view purpose);
    /// Removes secrets that have ended. Returns how many.
    std::int64_t forget_expired(Timestamp now);

    // -- how far the events of an account have been handed out
    std::optional<std::int64_t> feed(AccountId account);
    void set_feed(AccountId account, std::int64_t seq);

private:
    db::Session& session_;
};

}  // namespace crossdock::store
