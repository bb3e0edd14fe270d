// SPDX-License-Identifier: Apache-2.0
#include "store/stream_repo.h"

namespace crossdock::store {
namespace {

#define CROSSDOCK_STREAM_COLUMNS                                                                                        \
    "SELECT channel_id, stream, watermark_ms, window_from_ms, window_upto_ms, page_token, page_number, generation, seen, " \
    "state, last_success_at_ms, last_error_at_ms, last_error_code, last_error FROM sync_streams "

Stream read_stream(const db::Statement& row) {
    Stream stream;
    stream.channel_id = row.id<ChannelId>(0);
    stream.name = row.string(1);
    stream.watermark = row.optional_time(2);
    stream.window_from = row.optional_time(3);
    stream.window_upto = row.optional_time(4);
    stream.page_token = row.string(5);
    stream.page_number = row.integer(6);
    stream.generation = row.integer(7);
    stream.seen = row.integer(8);
    stream.state = row.string(9);
    stream.last_success_at = row.optional_time(10);
    stream.last_error_at = row.optional_time(11);
    stream.last_error_code = row.optional_string(12);
    stream.last_error = row.optional_string(13);
    return stream;
}

}  // namespace

Stream StreamRepo::load(ChannelId channel, std::string_view name) {
    db::Statement statement(session_, CROSSDOCK_STREAM_COLUMNS "WHERE channel_id = ? AND stream = ?");
    statement.bind(channel, name);
    if (statement.step()) return read_stream(statement);
    Stream fresh;
    fresh.channel_id = channel;
    fresh.name = std::string{name};
    return fresh;
}

void StreamRepo::save(const Stream& stream) {
    db::Statement statement(session_, R"sql(
        INSERT INTO sync_streams (channel_id, stream, watermark_ms, window_from_ms, window_upto_ms, page_token, page_number,
                                  generation, seen, state)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, stream) DO UPDATE SET watermark_ms = excluded.watermark_ms,
            window_from_ms = excluded.window_from_ms, window_upto_ms = excluded.window_upto_ms,
            page_token = excluded.page_token, page_number = excluded.page_number, generation = excluded.generation,
            seen = excluded.seen, state = excluded.state
    )sql");
    statement.bind(stream.channel_id, stream.name, stream.watermark, stream.window_from, stream.window_upto, stream.page_token,
                   stream.page_number, stream.generation, stream.seen, stream.state);
    statement.exec();
}

void StreamRepo::note_success(ChannelId channel, std::string_view name, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO sync_streams (channel_id, stream, last_success_at_ms) VALUES (?, ?, ?)
        ON CONFLICT (channel_id, stream) DO UPDATE SET last_success_at_ms = excluded.last_success_at_ms,
            last_error_code = NULL, last_error = NULL, last_error_at_ms = NULL
    )sql");
    statement.bind(channel, name, now).exec();
}

void StreamRepo::note_error(ChannelId channel, std::string_view name, std::string_view code, std::string_view message, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO sync_streams (channel_id, stream, last_error_code, last_error, last_error_at_ms) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, stream) DO UPDATE SET last_error_code = excluded.last_error_code,
            last_error = excluded.last_error, last_error_at_ms = excluded.last_error_at_ms
    )sql");
    statement.bind(channel, name, code, message, now).exec();
}

std::vector<Stream> StreamRepo::of_channel(ChannelId channel) {
    db::Statement statement(session_, CROSSDOCK_STREAM_COLUMNS "WHERE channel_id = ? ORDER BY stream");
    statement.bind(channel);
    std::vector<Stream> streams;
    while (statement.step()) streams.push_back(read_stream(statement));
    return streams;
}

void ReconciliationRepo::add(const Reconciliation& figures) {
    db::Statement statement(session_, R"sql(
        INSERT INTO reconciliations (account_id, channel_id, from_ms, upto_ms, reported, held, missing, healed, finished_at_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    )sql");
    statement.bind(figures.account, figures.channel, figures.from, figures.upto, figures.reported, figures.held, figures.missing,
                   figures.healed, figures.finished_at);
    statement.exec();
}

std::optional<Reconciliation> ReconciliationRepo::last(ChannelId channel) {
    db::Statement statement(session_, R"sql(
        SELECT account_id, channel_id, from_ms, upto_ms, reported, held, missing, healed, finished_at_ms FROM reconciliations
        WHERE channel_id = ? ORDER BY id DESC LIMIT 1
    )sql");
    statement.bind(channel);
    if (!statement.step()) return std::nullopt;
    return Reconciliation{statement.id<AccountId>(0), statement.id<ChannelId>(1), statement.time(2), statement.time(3),
                          statement.integer(4),       statement.integer(5),       statement.integer(6), statement.integer(7),
                          statement.time(8)};
}

void BulkRepo::add(ChannelId channel, std::string_view key, std::string_view line) {
    db::Statement statement(session_, "INSERT INTO bulk_lines (channel_id, order_key, line) VALUES (?, ?, ?)");
    statement.bind(channel, key, line).exec();
}

std::vector<std::string> BulkRepo::keys(ChannelId channel, std::string_view prefix, std::int64_t limit) {
    // From the first key with the prefix on; the index has no other order, so the last of them ends it.
    db::Statement statement(session_, R"sql(
        SELECT DISTINCT order_key FROM bulk_lines WHERE channel_id = ? AND order_key >= ? ORDER BY order_key LIMIT ?
    )sql");
    statement.bind(channel, prefix, limit);
    std::vector<std::string> keys;
    while (statement.step()) {
        std::string key = statement.string(0);
        if (!key.starts_with(prefix)) break;
        keys.push_back(std::move(key));
    }
    return keys;
}

std::vector<std::string> BulkRepo::lines(ChannelId channel, std::string_view key) {
    db::Statement statement(session_, "SELECT line FROM bulk_lines WHERE channel_id = ? AND order_key = ? ORDER BY id");
    statement.bind(channel, key);
    std::vector<std::string> lines;
    while (statement.step()) lines.push_back(statement.string(0));
    return lines;
}

void BulkRepo::drop(ChannelId channel, std::string_view key) {
    db::Statement statement(session_, "DELETE FROM bulk_lines WHERE channel_id = ? AND order_key = ?");
    statement.bind(channel, key).exec();
}

void BulkRepo::drop_all(ChannelId channel) {
    db::Statement statement(session_, "DELETE FROM bulk_lines WHERE channel_id = ?");
    statement.bind(channel).exec();
}

bool WebhookRepo::keep(AccountId account, ChannelId channel, std::string_view delivery_id, std::string_view topic,
                       std::string_view body, Timestamp now) {
    db::Statement statement(session_, R"sql(
        INSERT INTO webhooks_received (account_id, channel_id, delivery_id, topic, body, received_at_ms) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (channel_id, delivery_id) DO NOTHING
    )sql");
    return statement.bind(account, channel, delivery_id, topic, body, now).exec() == 1;
}

std::int64_t WebhookRepo::forget_before(Timestamp before, std::int64_t limit) {
    db::Statement statement(session_, R"sql(
        DELETE FROM webhooks_received WHERE id IN (SELECT id FROM webhooks_received WHERE received_at_ms < ? LIMIT ?)
    )sql");
    return statement.bind(before, limit).exec();
}

}  // namespace crossdock::store
