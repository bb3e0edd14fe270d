// SPDX-License-Identifier: Apache-2.0
#include "store/webhook_endpoint_repo.h"

#include "base/text.h"

namespace crossdock::store {
namespace {

constexpr EndpointState kEndpointStates[]{EndpointState::active, EndpointState::paused, EndpointState::disabled,
                                          EndpointState::removed};

#define CROSSDOCK_ENDPOINT_COLUMNS                                                                                 \
    "SELECT id, account_id, public_id, name, url, events, header_names, state, reason, state_since_ms, from_seq, " \
    "failed_at_ms, failing_since_ms, notices, last_error, succeeded_at_ms, created_at_ms, updated_at_ms "          \
    "FROM webhook_endpoints "

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    for (std::string& word : split(text, ' '))
        if (!word.empty()) out.push_back(std::move(word));
    return out;
}

WebhookEndpoint read_endpoint(const db::Statement& row) {
    WebhookEndpoint endpoint;
    endpoint.id = row.id<WebhookEndpointId>(0);
    endpoint.account_id = row.id<AccountId>(1);
    endpoint.public_id = row.string(2);
    endpoint.name = row.string(3);
    endpoint.url = row.string(4);
    endpoint.events = words_of(row.text(5));
    endpoint.header_names = words_of(row.text(6));
    for (const EndpointState state : kEndpointStates)
        if (to_string(state) == row.text(7)) endpoint.state = state;
    endpoint.reason = row.optional_string(8);
    endpoint.state_since = row.time(9);
    endpoint.from_seq = row.integer(10);
    endpoint.health = {row.optional_time(11), row.optional_time(12), row.integer(13), row.optional_string(14),
                       row.optional_time(15)};
    endpoint.created_at = row.time(16);
    endpoint.updated_at = row.time(17);
    return endpoint;
}

std::vector<WebhookEndpoint> read_endpoints(db::Statement& statement) {
    std::vector<WebhookEndpoint> rows;
    while (statement.step()) rows.push_back(read_endpoint(statement));
    return rows;
}

}  // namespace

std::string_view to_string(EndpointState state) {
    switch (state) {
        case EndpointState::active: return "active";
        case EndpointState::paused: return "paused";
        case EndpointState::disabled: return "disabled";
        case EndpointState::removed: return "removed";
    }
    return "";
}

WebhookEndpointId WebhookEndpointRepo::insert(const WebhookEndpoint& endpoint, Timestamp now) {
    const std::string events = joined(endpoint.events);
    const std::string headers = joined(endpoint.header_names);
    db::Statement statement(session_, R"sql(
        INSERT INTO webhook_endpoints (account_id, public_id, name, url, events, header_names, state, state_since_ms, from_seq,
                                       created_at_ms, updated_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?)
    )sql");
    statement.bind(endpoint.account_id, endpoint.public_id, endpoint.name, endpoint.url, events, headers, now,
                   endpoint.from_seq, now, now);
    return WebhookEndpointId{statement.insert()};
}

void WebhookEndpointRepo::update(const WebhookEndpoint& endpoint, Timestamp now) {
    const std::string events = joined(endpoint.events);
    const std::string headers = joined(endpoint.header_names);
    db::Statement statement(session_, R"sql(
        UPDATE webhook_endpoints SET name = ?, url = ?, events = ?, header_names = ?, updated_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(endpoint.name, endpoint.url, events, headers, now, endpoint.id).exec();
}

void WebhookEndpointRepo::set_state(WebhookEndpointId id, EndpointState state, const std::optional<std::string>& reason,
                                    Timestamp now) {
    db::Statement statement(session_, R"sql(
        UPDATE webhook_endpoints SET state = ?, reason = ?, state_since_ms = ?, updated_at_ms = ? WHERE id = ?
    )sql");
    statement.bind(to_string(state), reason, now, now, id).exec();
}

void WebhookEndpointRepo::start_afresh(WebhookEndpointId id, std::int64_t from_seq) {
    db::Statement statement(session_, R"sql(
        UPDATE webhook_endpoints SET from_seq = ?, failed_at_ms = NULL, failing_since_ms = NULL, notices = 0 WHERE id = ?
    )sql");
    statement.bind(from_seq, id).exec();
}

void WebhookEndpointRepo::set_health(WebhookEndpointId id, const EndpointHealth& health) {
    db::Statement statement(session_, R"sql(
        UPDATE webhook_endpoints SET failed_at_ms = ?, failing_since_ms = ?, notices = ?, last_error = ?, succeeded_at_ms = ?
        WHERE id = ?
    )sql");
    statement.bind(health.failed_at, health.failing_since, health.notices, health.last_error, health.succeeded_at, id)
        .exec();
}

std::optional<WebhookEndpoint> WebhookEndpointRepo::find(AccountId account, std::string_view public_id) {
    db::Statement statement(session_,
                            CROSSDOCK_ENDPOINT_COLUMNS "WHERE account_id = ? AND public_id = ? AND state <> 'removed'");
    statement.bind(account, public_id);
    if (!statement.step()) return std::nullopt;
    return read_endpoint(statement);
}

std::optional<WebhookEndpoint> WebhookEndpointRepo::get(WebhookEndpointId id) {
    db::Statement statement(session_, CROSSDOCK_ENDPOINT_COLUMNS "WHERE id = ?");
    statement.bind(id);
    if (!statement.step()) return std::nullopt;
    return read_endpoint(statement);
}

std::vector<WebhookEndpoint> WebhookEndpointRepo::list(AccountId account) {
    db::Statement statement(session_,
                            CROSSDOCK_ENDPOINT_COLUMNS "WHERE account_id = ? AND state <> 'removed' ORDER BY id");
    statement.bind(account);
    return read_endpoints(statement);
}

std::vector<WebhookEndpoint> WebhookEndpointRepo::list_all() {
    db::Statement statement(session_, CROSSDOCK_ENDPOINT_COLUMNS "WHERE state <> 'removed' ORDER BY account_id, id");
    return read_endpoints(statement);
}

std::int64_t WebhookEndpointRepo::count(AccountId account) {
    db::Statement statement(session_,
                            "SELECT count(*) FROM webhook_endpoints WHERE account_id = ? AND state <> 'removed'");
    statement.bind(account);
    statement.step();
    return statement.integer(0);
}

void WebhookEndpointRepo::add_secret(WebhookEndpointId id, std::string_view purpose, const SealedSecret& secret,
                                     Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO webhook_secrets (endpoint_id, purpose, key_id, sealed, created_at_ms) VALUES (?, ?, ?, ?, ?)
    )sql");
    statement.bind(id, purpose, secret.key_id, secret.sealed, now).exec();
}

std::vector<EndpointSecret> WebhookEndpointRepo::secrets(WebhookEndpointId id, std::string_view purpose,
                                                         Timestamp now) {
    db::Statement statement(session_, R"sql(
        SELECT id, key_id, sealed, created_at_ms, expires_at_ms FROM webhook_secrets
        WHERE endpoint_id = ? AND purpose = ? AND (expires_at_ms IS NULL OR expires_at_ms > ?) ORDER BY id
    )sql");
    statement.bind(id, purpose, now);
    std::vector<EndpointSecret> rows;
    while (statement.step())
        rows.push_back({statement.integer(0),
                        id,
                        {statement.string(1), statement.string(2)},
                        statement.time(3),
                        statement.optional_time(4)});
    return rows;
}

void WebhookEndpointRepo::expire_secret(std::int64_t secret, Timestamp at) {
    db::Statement statement(session_, "UPDATE webhook_secrets SET expires_at_ms = ? WHERE id = ?");
    statement.bind(at, secret).exec();
}

void WebhookEndpointRepo::drop_secrets(WebhookEndpointId id, std::string_view purpose) {
    db::Statement statement(session_, "DELETE FROM webhook_secrets WHERE endpoint_id = ? AND purpose = ?");
    statement.bind(id, purpose).exec();
}

std::int64_t WebhookEndpointRepo::forget_expired(Timestamp now) {
    db::Statement statement(session_,
                            "DELETE FROM webhook_secrets WHERE expires_at_ms IS NOT NULL AND expires_at_ms <= ?");
    return statement.bind(now).exec();
}

std::optional<std::int64_t> WebhookEndpointRepo::feed(AccountId account) {
    db::Statement statement(session_, "SELECT seq FROM webhook_feeds WHERE account_id = ?");
    statement.bind(account);
    if (!statement.step()) return std::nullopt;
    return statement.integer(0);
}

void WebhookEndpointRepo::set_feed(AccountId account, std::int64_t seq) {
    db::Statement statement(session_, R"sql(
        INSERT INTO webhook_feeds (account_id, seq) VALUES (?, ?) ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq
    )sql");
    statement.bind(account, seq).exec();
}

}  // namespace crossdock::store
