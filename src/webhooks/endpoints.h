// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "webhooks/engine.h"
#include "webhooks/target_rules.h"

namespace crossdock::webhooks {

/// What a person says of an endpoint.
struct EndpointDraft {
    std::string url, name;
    std::vector<std::string> events;  // a filter: domain::parse_event_filter
    net::Headers headers;             // sent along with every request, such as an Authorization of the receiver's own
};

/// What is to change; the rest stays.
struct EndpointChanges {
    std::optional<std::string> url, name;
    std::optional<std::vector<std::string>> events;
    std::optional<net::Headers> headers;
};

struct NewEndpoint {
    store::WebhookEndpoint endpoint;
    Secret secret;  // shown this once
};

/// Which events are sent once more.
struct ReplayRequest {
    std::vector<std::string> event_ids;     // these, whatever the endpoint's filter says
    std::optional<Timestamp> since, until;  // or what happened then …
    std::vector<std::string> types;         // … of these types (a filter); empty: what the endpoint wants
    bool only_undelivered = false;          // … and that it did not take yet
};

struct ReplayReport {
    std::int64_t queued = 0;
    std::vector<std::string> unknown;  // ids that are not there
};

struct TestReport {
    std::string event_id;
    Sent sent;
};

/// Everything that can be done with endpoints, for the command line and the API alike. Another account's endpoint is
/// like none: not_found `endpoint_unknown`. Any thread; not inside a transaction.
class Endpoints {
public:
    struct Env {
        db::Database& db;
        const Clock& clock;
        Random& random;
        SecretKeeper& keeper;
        const TargetRules& rules;
        Engine& engine;
        std::function<std::string(db::Session&, const store::EventRow&)> render;
    };
    explicit Endpoints(Env env) : env_(std::move(env)) {}

    /// Told of everything that happens from now on. Errors: invalid `url_invalid`, `url_refused`, `events_invalid`,
    /// `headers_invalid`, `name_invalid`; conflict `endpoints_full` (50 an account).
    Result<NewEndpoint> create(AccountId account, const EndpointDraft& draft);
    std::vector<store::WebhookEndpoint> list(AccountId account);
    Result<store::WebhookEndpoint> show(AccountId account, std::string_view id);
    Result<store::WebhookEndpoint> update(AccountId account, std::string_view id, const EndpointChanges& changes);
    /// What happens meanwhile is queued. Errors: conflict `endpoint_disabled`.
    Result<store::WebhookEndpoint> pause(AccountId account, std::string_view id);
    /// Also after it was disabled: then what waited before goes out now, and what happened while it was disabled is not
    /// sent by itself: replay() with `since`.
    Result<store::WebhookEndpoint> resume(AccountId account, std::string_view id);
    Status remove(AccountId account, std::string_view id);
    /// A new secret. The one before is good for `overlap` more; one that was rotated away earlier ends now.
    Result<Secret> rotate(AccountId account, std::string_view id,
                          std::chrono::milliseconds overlap = std::chrono::hours{24});
    /// Sends a test message now and tells how it went.
    Result<TestReport> test(AccountId account, std::string_view id);
    /// Queues events again, with the ids they had. Errors: invalid `replay_empty`, `events_invalid`; conflict
    /// `endpoint_disabled`.
    Result<ReplayReport> replay(AccountId account, std::string_view id, const ReplayRequest& request);
    /// The same for what an endpoint missed: everything it wants since then that it did not take.
    Result<ReplayReport> recover_since(AccountId account, std::string_view id, Timestamp since);

private:
    Result<store::WebhookEndpoint> find(db::Session& session, AccountId account, std::string_view id);
    Status keep_headers(db::Session& session, const store::WebhookEndpoint& endpoint, const net::Headers& headers);
    Result<store::WebhookEndpoint> in_state(AccountId account, std::string_view id, store::EndpointState state);

    Env env_;
};

}  // namespace crossdock::webhooks
