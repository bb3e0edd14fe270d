// SPDX-License-Identifier: Apache-2.0
#include "webhooks/endpoints.h"

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "base/text.h"
#include "crypto/token.h"
#include "domain/deed.h"
#include "domain/event_type.h"
#include "store/meta.h"
#include "webhooks/audit.h"
#include "webhooks/signing.h"

namespace crossdock::webhooks {
namespace {

namespace deed = domain::deed;
using store::EndpointState;
using store::WebhookEndpoint;
using store::WebhookEndpointRepo;

constexpr std::int64_t kMostEndpoints = 50;
constexpr std::size_t kMostHeaders = 20;
constexpr std::size_t kLongestHeader = 1024;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kIdLength = 22;

Error unknown_endpoint(std::string_view id) {
    return {
        ErrorKind::not_found, "endpoint_unknown",
        "there is no webhook endpoint \"" + to_valid_utf8(id.substr(0, 60)) + "\"; crossdock webhook list shows them"};
}

Status check_headers(const net::Headers& headers) {
    static constexpr std::array<std::string_view, 12> kOurs{
        "host", "connection", "content-length", "content-type", "transfer-encoding", "expect",
        "te",   "trailer",    "upgrade",        "sm-signature", "user-agent",        "keep-alive"};
    const auto bad = [](std::string why) {
        return Error{ErrorKind::invalid, "headers_invalid", "headers: " + std::move(why)};
    };
    if (headers.size() > kMostHeaders) return bad("at most 20");
    for (const auto& [name, value] : headers) {
        const bool token = !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        });
        if (!token) return bad("a name may hold letters, digits, - and _");
        const std::string lower = to_lower(name);
        if (lower.starts_with("webhook-") || lower.starts_with("proxy-") ||
            std::find(kOurs.begin(), kOurs.end(), lower) != kOurs.end())
            return bad("\"" + name + "\" is set by the hub itself");
        if (value.size() > kLongestHeader) return bad("the value of \"" + name + "\" is longer than 1024 characters");
        if (std::any_of(value.begin(), value.end(), [](char c) { return c < ' ' || c > '~'; }))
            return bad("the value of \"" + name + "\" holds a control character or a letter beyond ASCII");
    }
    return ok();
}

Status check_name(const std::string& name) {
    if (name.size() <= kLongestName && is_valid_utf8(name) &&
        std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        return ok();
    return Error{ErrorKind::invalid, "name_invalid", "name: at most 200 bytes of text, without line ends"};
}

std::vector<std::string> names_of(const net::Headers& headers) {
    std::vector<std::string> names;
    for (const auto& header : headers) names.push_back(header.first);
    return names;
}

void keep_headers(db::Session& session, WebhookEndpointId id, const std::optional<store::SealedSecret>& sealed,
                  Timestamp now) {
    WebhookEndpointRepo endpoints(session);
    endpoints.drop_secrets(id, "headers");
    if (sealed) endpoints.add_secret(id, "headers", *sealed, now);
}

/// What an endpoint is now, for the audit trail; `changed` names what of it was changed.
std::string in_words(const WebhookEndpoint& endpoint, const std::vector<std::string>& changed) {
    std::string details;
    JsonWriter json(details);
    json.begin_object().field("name", endpoint.name).field("origin", origin_of(endpoint.url));
    const auto list = [&](const char* what, const std::vector<std::string>& words) {
        json.key(what).begin_array();
        for (const std::string& word : words) json.value(word);
        json.end_array();
    };
    list("events", endpoint.events);
    if (!endpoint.header_names.empty()) list("header_names", endpoint.header_names);
    if (!changed.empty()) list("changed", changed);
    json.end_object();
    return details;
}

/// Until now nobody of the account was told of anything: what happened before is nobody's.
void begin_feed(db::Session& session, AccountId account) {
    WebhookEndpointRepo endpoints(session);
    const auto all = endpoints.list(account);
    const bool told = std::any_of(all.begin(), all.end(),
                                  [](const WebhookEndpoint& e) { return e.state != EndpointState::disabled; });
    if (!told) endpoints.set_feed(account, store::current_sequence(session));
}

}  // namespace

Result<WebhookEndpoint> Endpoints::find(db::Session& session, AccountId account, std::string_view id) {
    auto endpoint = WebhookEndpointRepo(session).find(account, trim(id));
    if (!endpoint) return unknown_endpoint(id);
    return std::move(*endpoint);
}

Result<std::optional<store::SealedSecret>> Endpoints::seal_headers(const std::string& id, const net::Headers& headers) {
    if (headers.empty()) return std::optional<store::SealedSecret>{};
    const auto sealed = env_.keeper.seal(headers_to_text(headers), secret_place(id, "headers"));
    if (!sealed) return sealed.error();
    return std::optional{*sealed};
}

Result<EndpointChange<NewEndpoint>> Endpoints::prepare_create(AccountId account, const EndpointDraft& draft,
                                                              const store::Actor& by) {
    if (const auto checked = env_.rules.check_url(draft.url); !checked) return checked.error();
    if (const auto checked = check_headers(draft.headers); !checked) return checked.error();
    if (const auto checked = check_name(draft.name); !checked) return checked.error();
    const auto filter = domain::parse_event_filter(draft.events);
    if (!filter) return filter.error();
    WebhookEndpoint endpoint;
    endpoint.account_id = account;
    endpoint.public_id = "whe_" + crypto::random_token(env_.random, kIdLength);
    endpoint.name = draft.name;
    endpoint.url = draft.url;
    endpoint.events = *filter;
    endpoint.header_names = names_of(draft.headers);
    const Secret secret = make_signing_secret(env_.random);
    const auto sealed = env_.keeper.seal(secret, secret_place(endpoint.public_id, "signing"));
    if (!sealed) return sealed.error();
    const auto headers = seal_headers(endpoint.public_id, draft.headers);
    if (!headers) return headers.error();
    return EndpointChange<NewEndpoint>{[this, by, secret, endpoint = std::move(endpoint), sealed = *sealed,
                                        headers = *headers](db::Session& session) -> Result<NewEndpoint> {
        WebhookEndpointRepo endpoints(session);
        if (endpoints.count(endpoint.account_id) >= kMostEndpoints)
            return Error{ErrorKind::conflict, "endpoints_full",
                         "an account has at most 50 webhook endpoints; remove one that is not needed"};
        const Timestamp now = env_.clock.now();
        begin_feed(session, endpoint.account_id);
        WebhookEndpoint row = endpoint;
        row.from_seq = store::current_sequence(session);
        row.id = endpoints.insert(row, now);
        endpoints.add_secret(row.id, "signing", sealed, now);
        keep_headers(session, row.id, headers, now);
        audit_endpoint(session, row, deed::kWebhookCreated, by, now, in_words(row, {}));
        return NewEndpoint{*endpoints.get(row.id), secret};
    }};
}

Result<NewEndpoint> Endpoints::create(AccountId account, const EndpointDraft& draft, const store::Actor& by) {
    return commit(prepare_create(account, draft, by));
}

std::vector<WebhookEndpoint> Endpoints::list(AccountId account) {
    return env_.db.read([&](db::Session& session) { return WebhookEndpointRepo(session).list(account); });
}

Result<WebhookEndpoint> Endpoints::show(AccountId account, std::string_view id) {
    return env_.db.read([&](db::Session& session) { return find(session, account, id); });
}

Result<EndpointChange<WebhookEndpoint>> Endpoints::prepare_update(AccountId account, std::string_view id,
                                                                  const EndpointChanges& changes,
                                                                  const store::Actor& by) {
    if (changes.url)
        if (const auto checked = env_.rules.check_url(*changes.url); !checked) return checked.error();
    if (changes.headers)
        if (const auto checked = check_headers(*changes.headers); !checked) return checked.error();
    if (changes.name)
        if (const auto checked = check_name(*changes.name); !checked) return checked.error();
    std::optional<std::vector<std::string>> filter;
    if (changes.events) {
        auto parsed = domain::parse_event_filter(*changes.events);
        if (!parsed) return parsed.error();
        filter = std::move(*parsed);
    }
    const std::string name{trim(id)};
    const auto headers = seal_headers(name, changes.headers.value_or(net::Headers{}));
    if (!headers) return headers.error();
    return EndpointChange<WebhookEndpoint>{[this, account, name, changes, filter = std::move(filter),
                                            headers = *headers, by](db::Session& session) -> Result<WebhookEndpoint> {
        auto endpoint = find(session, account, name);
        if (!endpoint) return endpoint.error();
        std::vector<std::string> changed;
        const auto set = [&](const char* what, auto& held, const auto& wanted) {
            if (!wanted || held == *wanted) return;
            held = *wanted;
            changed.emplace_back(what);
        };
        set("url", endpoint->url, changes.url);
        set("name", endpoint->name, changes.name);
        set("events", endpoint->events, filter);
        const Timestamp now = env_.clock.now();
        if (changes.headers) {
            changed.emplace_back("headers");  // their values cannot be compared
            endpoint->header_names = names_of(*changes.headers);
            keep_headers(session, endpoint->id, headers, now);
        }
        if (changed.empty()) return endpoint;
        WebhookEndpointRepo(session).update(*endpoint, now);
        audit_endpoint(session, *endpoint, deed::kWebhookUpdated, by, now, in_words(*endpoint, changed));
        return find(session, account, name);
    }};
}

Result<WebhookEndpoint> Endpoints::update(AccountId account, std::string_view id, const EndpointChanges& changes,
                                          const store::Actor& by) {
    return commit(prepare_update(account, id, changes, by));
}

EndpointChange<WebhookEndpoint> Endpoints::to_state(AccountId account, std::string_view id, EndpointState state,
                                                    const store::Actor& by) {
    return [this, account, id = std::string{id}, state, by](db::Session& session) -> Result<WebhookEndpoint> {
        const auto endpoint = find(session, account, id);
        if (!endpoint || endpoint->state == state) return endpoint;
        WebhookEndpointRepo endpoints(session);
        const Timestamp now = env_.clock.now();
        if (endpoint->state == EndpointState::disabled) {
            if (state == EndpointState::paused)
                return Error{ErrorKind::conflict, "endpoint_disabled",
                             "the endpoint is disabled already; resume it when its receiver works again"};
            begin_feed(session, account);
            endpoints.start_afresh(endpoint->id, store::current_sequence(session));
        }
        if (state == EndpointState::active) store::DeliveryRepo(session).hasten(endpoint->id, now);
        endpoints.set_state(endpoint->id, state, std::nullopt, now);
        std::string details;
        JsonWriter(details).begin_object().field("was", store::to_string(endpoint->state)).end_object();
        audit_endpoint(session, *endpoint,
                       state == EndpointState::active ? deed::kWebhookResumed : deed::kWebhookPaused, by, now,
                       std::move(details));
        return find(session, account, id);
    };
}

EndpointChange<WebhookEndpoint> Endpoints::prepare_pause(AccountId account, std::string_view id,
                                                         const store::Actor& by) {
    return to_state(account, id, EndpointState::paused, by);
}
EndpointChange<WebhookEndpoint> Endpoints::prepare_resume(AccountId account, std::string_view id,
                                                          const store::Actor& by) {
    return to_state(account, id, EndpointState::active, by);
}
Result<WebhookEndpoint> Endpoints::pause(AccountId account, std::string_view id, const store::Actor& by) {
    return commit<WebhookEndpoint>(prepare_pause(account, id, by));
}
Result<WebhookEndpoint> Endpoints::resume(AccountId account, std::string_view id, const store::Actor& by) {
    return commit<WebhookEndpoint>(prepare_resume(account, id, by));
}

EndpointChange<std::monostate> Endpoints::prepare_remove(AccountId account, std::string_view id,
                                                         const store::Actor& by) {
    return [this, account, id = std::string{id}, by](db::Session& session) -> Status {
        const auto endpoint = find(session, account, id);
        if (!endpoint) return endpoint.error();
        WebhookEndpointRepo endpoints(session);
        const Timestamp now = env_.clock.now();
        endpoints.set_state(endpoint->id, EndpointState::removed, std::nullopt, now);
        endpoints.drop_secrets(endpoint->id, "signing");
        endpoints.drop_secrets(endpoint->id, "headers");
        audit_endpoint(session, *endpoint, deed::kWebhookRemoved, by, now, in_words(*endpoint, {}));
        return ok();
    };
}

Status Endpoints::remove(AccountId account, std::string_view id, const store::Actor& by) {
    return commit<std::monostate>(prepare_remove(account, id, by));
}

Result<EndpointChange<Secret>> Endpoints::prepare_rotate(AccountId account, std::string_view id,
                                                         std::chrono::milliseconds overlap, const store::Actor& by) {
    const std::string name{trim(id)};
    const Secret secret = make_signing_secret(env_.random);
    const auto sealed = env_.keeper.seal(secret, secret_place(name, "signing"));
    if (!sealed) return sealed.error();
    return EndpointChange<Secret>{
        [this, account, name, overlap, by, secret, sealed = *sealed](db::Session& session) -> Result<Secret> {
            const auto held = find(session, account, name);
            if (!held) return held.error();
            WebhookEndpointRepo endpoints(session);
            const Timestamp now = env_.clock.now();
            endpoints.forget_expired(now);
            for (const store::EndpointSecret& old : endpoints.secrets(held->id, "signing", now))
                endpoints.expire_secret(old.id, old.expires_at ? now : now + overlap);  // two live at most
            endpoints.add_secret(held->id, "signing", sealed, now);
            std::string details;
            JsonWriter(details).begin_object().field("old_good_until", format_rfc3339(now + overlap)).end_object();
            audit_endpoint(session, *held, deed::kWebhookSecretRotated, by, now, std::move(details));
            return secret;
        }};
}

Result<Secret> Endpoints::rotate(AccountId account, std::string_view id, std::chrono::milliseconds overlap,
                                 const store::Actor& by) {
    return commit(prepare_rotate(account, id, overlap, by));
}

}  // namespace crossdock::webhooks
