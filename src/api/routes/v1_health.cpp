// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/key_ring.h"
#include "api/routes/push_json.h"
#include "api/routes/routes.h"
#include "store/channel_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"

namespace crossdock::api::routes {
namespace {

void write_findings(JsonWriter& json, const HealthReport& report, AccountId account) {
    json.key("details").begin_array();
    for (const HealthFinding& finding : report.findings) {
        if (finding.account && *finding.account != account) continue;
        json.begin_object()
            .field("severity", finding.severity)
            .field("channel", finding.channel.empty() ? std::nullopt : std::optional{finding.channel})
            .field("code", finding.code)
            .field("message", finding.message)
            .field("next_step", finding.next_step)
            .end_object();
    }
    json.end_array();
}

void write_database_check(JsonWriter& json, const HealthReport& report) {
    json.key("database_check").begin_object();
    write_instant(json, "at", report.database_check ? std::optional{report.database_check->at} : std::nullopt);
    if (report.database_check) {
        json.field("took_ms", static_cast<std::int64_t>(report.database_check->took.count()));
        json.field("sound", report.database_check->sound);
    }
    json.end_object();
}

void write_certificate(JsonWriter& json, const HealthReport& report) {
    json.key("certificate").begin_object();
    write_instant(json, "not_after", report.certificate ? std::optional{report.certificate->not_after} : std::nullopt);
    if (report.certificate) {
        json.field("days_left", report.certificate->days_left);
        json.key("names").begin_array();
        for (const std::string& name : report.certificate->names) json.value(name);
        json.end_array();
        json.field("problem", report.certificate->problem);
    }
    json.end_object();
}

void write_channels(JsonWriter& json, db::Session& session, AccountId account) {
    store::StreamRepo streams(session);
    json.key("channels").begin_array();
    for (const store::Channel& channel : store::ChannelRepo(session).list(account)) {
        json.begin_object()
            .field("code", channel.code)
            .field("provider", domain::to_string(channel.provider))
            .field("enabled", channel.enabled)
            .field("state", store::to_string(channel.state))
            .field("state_code", channel.state_code)
            .field("state_message", channel.state_message);
        write_instant(json, "state_since", channel.state_since);
        json.key("streams").begin_array();
        for (const store::Stream& stream : streams.of_channel(channel.id)) {
            json.begin_object().field("name", stream.name);
            write_instant(json, "complete_until", stream.watermark);
            write_instant(json, "last_success_at", stream.last_success_at);
            write_instant(json, "last_error_at", stream.last_error_at);
            json.field("last_error", stream.last_error).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
    json.field("open_problems", store::ProblemRepo(session).count_open(account));
}

/// GET /api/v1/health: {"status":"ok","time":"…"} for anybody; with a valid key also what is late, stuck or broken in
/// its account, and how its channels are. Errors: 503 with status "unavailable" when no traffic should be sent here.
http::Response get_health(const Context& context, const http::Request& request) {
    const HealthReport report = context.health();
    const auto caller = context.keys.recognise(request);
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("status", report.ready ? "ok" : "unavailable");
    json.field("time", format_rfc3339(std::chrono::floor<std::chrono::seconds>(context.clock.now())));
    if (caller) {
        json.field("version", context.version);
        write_findings(json, report, caller->account);
        write_database_check(json, report);
        write_certificate(json, report);
        context.db.read([&](db::Session& session) { write_channels(json, session, caller->account); });
    }
    json.end_object();
    auto response = http::Response::json(report.ready ? 200 : 503, std::move(body));
    response.headers.emplace_back("Cache-Control", "no-store");
    if (!report.ready) response.headers.emplace_back("Retry-After", "5");
    return response;
}

}  // namespace

void add_v1_health(http::Router& router, Context& context) {
    router.add(
        {"GET", "/api/v1/health", [&context](const http::Request& request) { return get_health(context, request); }});
}

}  // namespace crossdock::api::routes
