// SPDX-License-Identifier: Apache-2.0
#include "webhooks/endpoints.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/token.h"
#include "domain/event_type.h"
#include "store/meta.h"
#include "webhooks/signing.h"

namespace crossdock::webhooks {
namespace {

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

Status Endpoints::keep_headers(db::Session& session, const WebhookEndpoint& endpoint, const net::Headers& headers) {
    WebhookEndpointRepo endpoints(session);
    endpoints.drop_secrets(endpoint.id, "headers");
    if (headers.empty()) return ok();
    const auto sealed = env_.keeper.seal(headers_to_text(headers), secret_place(endpoint.public_id, "headers"));
    if (!sealed) return sealed.error();
    endpoints.add_secret(endpoint.id, "headers", *sealed, env_.clock.now());
    return ok();
}

Result<NewEndpoint> Endpoints::create(AccountId account, const EndpointDraft& draft) {
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
    auto made = env_.db.write([&](db::Session& session) -> Result<NewEndpoint> {
        WebhookEndpointRepo endpoints(session);
        if (endpoints.count(account) >= kMostEndpoints)
            return Error{ErrorKind::conflict, "endpoints_full",
                         "an account has at most 50 webhook endpoints; remove one that is not needed"};
        const Timestamp now = env_.clock.now();
        begin_feed(session, account);
        WebhookEndpoint row = endpoint;
        row.from_seq = store::current_sequence(session);
        row.id = endpoints.insert(row, now);
        endpoints.add_secret(row.id, "signing", *sealed, now);
        if (const auto kept = keep_headers(session, row, draft.headers); !kept)
            throw std::runtime_error(kept.error().message);
        return NewEndpoint{*endpoints.get(row.id), secret};
    });
    if (made) env_.engine.endpoints_changed();
    return made;
}

std::vector<WebhookEndpoint> Endpoints::list(AccountId account) {
    return env_.db.read([&](db::Session& session) { return WebhookEndpointRepo(session).list(account); });
}

Result<WebhookEndpoint> Endpoints::show(AccountId account, std::string_view id) {
    return env_.db.read([&](db::Session& session) { return find(session, account, id); });
}

Result<WebhookEndpoint> Endpoints::update(AccountId account, std::string_view id, const EndpointChanges& changes) {
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
    auto updated = env_.db.write([&](db::Session& session) -> Result<WebhookEndpoint> {
        auto endpoint = find(session, account, id);
        if (!endpoint) return endpoint.error();
        if (changes.url) endpoint->url = *changes.url;
        if (changes.name) endpoint->name = *changes.name;
        if (filter) endpoint->events = *filter;
        if (changes.headers) {
            endpoint->header_names = names_of(*changes.headers);
            if (const auto kept = keep_headers(session, *endpoint, *changes.headers); !kept)
                throw std::runtime_error(kept.error().message);
        }
        WebhookEndpointRepo(session).update(*endpoint, env_.clock.now());
        return find(session, account, id);
    });
    if (updated) env_.engine.endpoints_changed();
    return updated;
}

Result<WebhookEndpoint> Endpoints::in_state(AccountId account, std::string_view id, EndpointState state) {
    auto changed = env_.db.write([&](db::Session& session) -> Result<WebhookEndpoint> {
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
        return find(session, account, id);
    });
    if (changed) env_.engine.endpoints_changed();
    return changed;
}

Result<WebhookEndpoint> Endpoints::pause(AccountId account, std::string_view id) {
    return in_state(account, id, EndpointState::paused);
}
Result<WebhookEndpoint> Endpoints::resume(AccountId account, std::string_view id) {
    return in_state(account, id, EndpointState::active);
}

Status Endpoints::remove(AccountId account, std::string_view id) {
    const auto removed = env_.db.write([&](db::Session& session) -> Status {
        const auto endpoint = find(session, account, id);
        if (!endpoint) return endpoint.error();
        WebhookEndpointRepo endpoints(session);
        endpoints.set_state(endpoint->id, EndpointState::removed, std::nullopt, env_.clock.now());
        endpoints.drop_secrets(endpoint->id, "signing");
        endpoints.drop_secrets(endpoint->id, "headers");
        return ok();
    });
    if (removed) env_.engine.endpoints_changed();
    return removed;
}

Result<Secret> Endpoints::rotate(AccountId account, std::string_view id, std::chrono::milliseconds overlap) {
    const auto endpoint = show(account, id);
    if (!endpoint) return endpoint.error();
    const Secret secret = make_signing_secret(env_.random);
    const auto sealed = env_.keeper.seal(secret, secret_place(endpoint->public_id, "signing"));
    if (!sealed) return sealed.error();
    const auto rotated = env_.db.write([&](db::Session& session) -> Status {
        const auto held = find(session, account, id);
        if (!held) return held.error();
        WebhookEndpointRepo endpoints(session);
        const Timestamp now = env_.clock.now();
        endpoints.forget_expired(now);
        for (const store::EndpointSecret& old : endpoints.secrets(held->id, "signing", now))
            endpoints.expire_secret(old.id, old.expires_at ? now : now + overlap);  // two live at most
        endpoints.add_secret(held->id, "signing", *sealed, now);
        return ok();
    });
    if (!rotated) return rotated.error();
    env_.engine.endpoints_changed();
    return secret;
}

}  // namespace crossdock::webhooks
