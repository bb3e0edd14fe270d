// SPDX-License-Identifier: Apache-2.0
// The whole API over a database: requests, each "METHOD /target", lines of headers, an empty line and a body, with
// lines
// "---" between them. A request without a key gets one that may do everything.
//
// Promised: nothing is thrown, whatever is asked; an error has the form of its surface; what is refused, and what only
// reads, leaves no row; an Idempotency-Key is taken when it is one, and the second time brings the first answer.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "db/database.h"
#include "fuzz/target.h"
#include "http/fields.h"
#include "http/target.h"
#include "unit/api/hub.h"

namespace crossdock::fuzz::on_api {

void run(std::string_view input);

namespace {

using api::testing::Answer;
using api::testing::Hub;
using nlohmann::json;

struct Served {
    Served() {
        key = hub.make_key(hub.acme,
                           "erp channels:write jobs:read jobs:write webhooks:admin keys:admin audit:read metrics:read");
        hub.add_order(hub.shop_us, api::testing::sample_order("1001"));
        hub.add_order(hub.shop_us, api::testing::sample_order("1002", 5));
        hub.add_order(hub.others_shop, api::testing::sample_order("2001"));
        hub.add_refund(hub.shop_us, api::testing::sample_refund("R-1"));
        hub.add_item(hub.shop_us, api::testing::sample_item("110", "SKU-1"));
        hub.context->cors_origins = {"https://shop.example.com"};
    }
    Hub hub;
    std::string key;
};

/// Fresh after whatever has written: a finding must not hang on what came before it.
std::unique_ptr<Served>& served() {
    static std::unique_ptr<Served> one;
    if (!one) one = std::make_unique<Served>();
    return one;
}

/// How many rows each table has, but for the answers that are kept for repeats.
std::string rows_in(db::Database& database) {
    return database.read([](db::Session& session) {
        std::string counts;
        std::vector<std::string> tables;
        db::Statement names(session, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        while (names.step()) tables.push_back(names.string(0));
        for (const auto& table : tables) {
            if (table.starts_with("idempotency") || table.starts_with("sqlite_")) continue;
            db::Statement count(session, "SELECT COUNT(*) FROM " + table);
            if (count.step()) counts += table + "=" + std::to_string(count.integer(0)) + "\n";
        }
        return counts;
    });
}

std::optional<http::Request> read_request(std::string_view text) {
    Input in(text);
    const auto first = in.line();
    const auto blank = std::min(first.find(' '), first.size());
    http::Request request;
    request.method = std::string{first.substr(0, blank)};
    constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    if (std::find(kMethods.begin(), kMethods.end(), request.method) == kMethods.end()) return std::nullopt;
    const auto target = http::parse_target(first.substr(std::min(blank + 1, first.size())));
    if (!target) return std::nullopt;
    request.path = target->path;
    request.query = target->query;
    while (!in.rest().empty()) {
        const auto line = in.line();
        if (line.empty()) break;
        const auto field = http::parse_field_line(line);
        if (field.fault != nullptr) return std::nullopt;
        request.headers.emplace_back(to_lower(field.name), std::string{field.value});
    }
    if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") request.body = in.rest();
    return request;
}

std::optional<std::string_view> single_header(const http::Request& request, std::string_view name) {
    std::optional<std::string_view> found;
    for (const auto& [key, value] : request.headers)
        if (key == name) {
            if (found && *found != value) return std::nullopt;
            found = value;
        }
    return found;
}

void check_form(const http::Request& request, const Answer& answer) {
    constexpr std::array kStatuses{200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 501, 503};
    check(std::find(kStatuses.begin(), kStatuses.end(), answer.status()) != kStatuses.end(),
          "an answer has a documented status");
    for (const auto& [name, value] : answer.raw.headers)
        check(http::is_token(name) && http::is_field_value(value), "a header is fit to be sent");
    if (answer.raw.body.empty() || answer.raw.content_type != "application/json") return;
    const auto body = json::parse(answer.raw.body, nullptr, false);
    check(!body.is_discarded(), "an answer is JSON");
    if (answer.status() < 400) return;
    check(body.is_object() && body.contains("error"), "a refusal says why");
    const auto& error = body["error"];
    if (request.path.starts_with("/v2/")) {
        check(error.is_object() && error.value("code", "") != "" && error.value("message", "") != "" &&
                  error.contains("request_id"),
              "a refusal of /v2 has its form");
    } else if (request.path.starts_with("/api/v1/")) {
        check(error.is_string() || (error.is_array() && !error.empty() && error[0].is_string()),
              "a refusal of /api/v1 has its form");
    }
}

void serve(http::Request request) {
    auto& world = *served();
    bool has_key = false;
    for (const auto& [name, value] : request.headers)
        has_key = has_key || name == "x-api-key" || name == "authorization";
    if (!has_key) request.headers.emplace_back("x-api-key", world.key);
    const auto commits = world.hub.db->figures().commits;
    const std::string before = rows_in(*world.hub.db);
    const auto answer = world.hub.send(request);
    check(world.hub.noted_failures.empty(), "the database takes what it is given");
    check_form(request, answer);
    const bool wrote = world.hub.db->figures().commits != commits;
    const bool reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
    if (wrote) {
        check(!reads, "who only reads writes nothing");
        if (answer.status() >= 300) check_same(rows_in(*world.hub.db), before, "what is refused leaves no row");
    }
    const auto key = single_header(request, "idempotency-key");
    if (key && (request.method == "POST" || request.method == "PATCH") && answer.status() < 300) {
        const bool visible = std::all_of(key->begin(), key->end(), [](char c) { return c > ' ' && c < 0x7F; });
        check(visible && !key->empty() && key->size() <= 255, "an Idempotency-Key that is none is refused");
        const std::string after = rows_in(*world.hub.db);
        const auto again = world.hub.send(request);
        // A secret is shown once, and not to whoever repeats the request.
        const bool shows_secret =
            request.path.starts_with("/v2/keys") || request.path.starts_with("/v2/webhook_endpoints");
        check(again.status() == answer.status() && (shows_secret || again.raw.body == answer.raw.body),
              "the second time brings the first answer");
        check(again.header("Idempotent-Replayed") == "true", "and says so");
        check_same(rows_in(*world.hub.db), after, "and does nothing");
    }
}

}  // namespace

void run(std::string_view input) {
    bool wrote = false;
    const auto commits = served()->hub.db->figures().commits;
    for (int requests = 0; requests < 3 && !input.empty(); ++requests) {
        const auto end = input.find("\n---\n");
        if (auto request = read_request(input.substr(0, end))) serve(std::move(*request));
        input = end == std::string_view::npos ? std::string_view{} : input.substr(end + 5);
    }
    wrote = served()->hub.db->figures().commits != commits;
    if (wrote) served().reset();
}

}  // namespace crossdock::fuzz::on_api
