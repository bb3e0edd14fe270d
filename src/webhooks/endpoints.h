// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/audit_repo.h"
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
    std::optional<std::string> after = {};  // … behind this event
};

struct ReplayReport {
    std::int64_t queued = 0;
    std::vector<std::string> unknown;  // ids that are not there
    std::optional<std::string> next;   // of one step: the event it came to, when there may be more behind it
};

/// So many events are queued by one transaction; a longer one would hold up every other writer.
inline constexpr std::int64_t kReplayedAtOnce = 200;

/// A test message that is kept and not sent yet.
struct TestMessage {
    store::WebhookEndpoint endpoint;
    store::Delivery delivery;
};

struct TestReport {
    std::string event_id;
    Sent sent;
};

/// A change that has been checked, its secrets sealed. It is made by running it in one transaction, with its entry in
/// the audit trail; after the commit the engine is told: Endpoints::changed(). An error means that nothing was written.
template <class T>
using EndpointChange = std::function<Result<T>(db::Session&)>;

/// Everything that can be done with endpoints, for the command line and the API alike. Another account's endpoint is
/// like none: not_found `endpoint_unknown`. Every change is written down with who made it. Any thread. What begins with
/// prepare_ is for transactions of the caller's (an Idempotency-Key's); the others make their own, not inside another.
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
    Result<NewEndpoint> create(AccountId account, const EndpointDraft& draft, const store::Actor& by = {});
    Result<EndpointChange<NewEndpoint>> prepare_create(AccountId account, const EndpointDraft& draft,
                                                       const store::Actor& by);
    std::vector<store::WebhookEndpoint> list(AccountId account);
    Result<store::WebhookEndpoint> show(AccountId account, std::string_view id);
    Result<store::WebhookEndpoint> update(AccountId account, std::string_view id, const EndpointChanges& changes,
                                          const store::Actor& by = {});
    Result<EndpointChange<store::WebhookEndpoint>> prepare_update(AccountId account, std::string_view id,
                                                                  const EndpointChanges& changes,
                                                                  const store::Actor& by);
    /// What happens meanwhile is queued. Errors: conflict `endpoint_disabled`.
    Result<store::WebhookEndpoint> pause(AccountId account, std::string_view id, const store::Actor& by = {});
    EndpointChange<store::WebhookEndpoint> prepare_pause(AccountId account, std::string_view id,
                                                         const store::Actor& by);
    /// Also after it was disabled: then what waited before goes out now, and what happened while it was disabled is not
    /// sent by itself: replay() with `since`.
    Result<store::WebhookEndpoint> resume(AccountId account, std::string_view id, const store::Actor& by = {});
    EndpointChange<store::WebhookEndpoint> prepare_resume(AccountId account, std::string_view id,
                                                          const store::Actor& by);
    Status remove(AccountId account, std::string_view id, const store::Actor& by = {});
    EndpointChange<std::monostate> prepare_remove(AccountId account, std::string_view id, const store::Actor& by);
    /// A new secret. The one before is good for `overlap` more; one that was rotated away earlier ends now.
    Result<Secret> rotate(AccountId account, std::string_view id,
                          std::chrono::milliseconds overlap = std::chrono::hours{24}, const store::Actor& by = {});
    Result<EndpointChange<Secret>> prepare_rotate(AccountId account, std::string_view id,
                                                  std::chrono::milliseconds overlap, const store::Actor& by);
    /// Sends a test message now and tells how it went.
    Result<TestReport> test(AccountId account, std::string_view id, const store::Actor& by = {});
    EndpointChange<TestMessage> prepare_test(AccountId account, std::string_view id, const store::Actor& by);
    /// The one attempt of a test message, over the network, after the commit. When it is never made (the process ends),
    /// the engine makes it.
    Sent send_test(const TestMessage& message);
    /// Queues events again, with the ids they had. Errors: invalid `replay_empty`, `events_invalid`, `after_unknown`;
    /// conflict `endpoint_disabled`.
    Result<ReplayReport> replay(AccountId account, std::string_view id, const ReplayRequest& request,
                                const store::Actor& by = {});
    /// One step of it: the first kReplayedAtOnce events, and where the next step goes on. More `event_ids` than that
    /// are invalid: `replay_too_much`.
    Result<EndpointChange<ReplayReport>> prepare_replay(AccountId account, std::string_view id,
                                                        const ReplayRequest& request, const store::Actor& by);
    /// The same for what an endpoint missed: everything it wants since then that it did not take.
    Result<ReplayReport> recover_since(AccountId account, std::string_view id, Timestamp since,
                                       const store::Actor& by = {});

    /// A prepared change has been committed.
    void changed() { env_.engine.endpoints_changed(); }

private:
    Result<store::WebhookEndpoint> find(db::Session& session, AccountId account, std::string_view id);
    Result<std::optional<store::SealedSecret>> seal_headers(const std::string& id, const net::Headers& headers);
    EndpointChange<store::WebhookEndpoint> to_state(AccountId account, std::string_view id, store::EndpointState state,
                                                    const store::Actor& by);
    /// `upto` is the newest event that belongs to it: set by the first step, kept by those that follow.
    Result<ReplayReport> replay_step(db::Session& session, const store::WebhookEndpoint& endpoint,
                                     const ReplayRequest& request, std::optional<std::int64_t>& upto);
    template <class T>
    Result<T> commit(const Result<EndpointChange<T>>& change) {
        if (!change) return change.error();
        auto made = env_.db.write([&](db::Session& session) { return (*change)(session); });
        if (made) changed();
        return made;
    }

    Env env_;
};

}  // namespace crossdock::webhooks
