// SPDX-License-Identifier: Apache-2.0
#include "contract/suite/channel_case.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "base/text.h"
#include "contract/suite/traffic.h"

namespace crossdock::testing {

using namespace std::chrono_literals;
using nlohmann::json;

void ChannelCase::open(int orders, bool webhooks) {
    WorldOptions options;
    options.seed = 11;
    options.with_shop = false;
    options.webhooks = webhooks;
    options.markets = {GetParam().second};
    options.market.orders = orders;
    options.market.recorder = [this, record = Traffic::of(*domain::parse_provider(to_lower(GetParam().first))).recorder()](
                                  const sandbox::Exchange& exchange) {
        if (!spoiled_) record(exchange);
    };
    options.schedule.orders = 5min;
    options.schedule.refunds = 1h;
    options.schedule.catalog = 2h;
    world_ = std::make_unique<SimulatedWorld>(std::move(options));
}

json ChannelCase::get(const std::string& path, http::Fields query) {
    const auto answer = world().get(path, std::move(query));
    if (!answer) throw std::runtime_error("no answer to GET " + path);
    return json::parse(answer->body);
}

json ChannelCase::post(const std::string& path, const json& body) {
    const auto answer = world().post(path, body);
    if (!answer) throw std::runtime_error("no answer to POST " + path);
    return json::parse(answer->body);
}

std::vector<json> ChannelCase::follow(const std::string& path, http::Fields query) {
    std::vector<json> all;
    std::string cursor;
    for (;;) {
        http::Fields asked = query;
        asked.emplace_back("cursor", cursor);
        asked.emplace_back("limit", "500");
        const auto answer = world().get(path, asked);
        if (!answer || answer->status != 200) throw std::runtime_error("GET " + path + ": " + (answer ? answer->body : "no answer"));
        json page = json::parse(answer->body);
        if (page.is_object()) page = page.at("items");
        for (json& row : page) all.push_back(std::move(row));
        std::string next;
        for (const auto& [name, value] : answer->headers)
            if (name == "X-Next-Cursor") next = value;
        if (page.empty() || next.empty() || next == cursor) return all;
        cursor = next;
    }
}

std::map<std::string, json> ChannelCase::orders() {
    std::map<std::string, json> all;
    for (json& row : follow("/api/v1/orders", {{"raw", "0"}})) {
        const std::string id = row.at("external_order_id");
        all[id] = std::move(row);
    }
    return all;
}

std::vector<json> ChannelCase::refunds() { return follow("/api/v1/refunds", {{"channel", market().setup().code}, {"raw", "0"}}); }
std::vector<json> ChannelCase::items() { return follow("/api/v1/skus", {{"raw", "0"}}); }

json ChannelCase::order(const std::string& external_id) {
    const auto all = orders();
    const auto found = all.find(external_id);
    return found == all.end() ? json{} : found->second;
}

std::string ChannelCase::what_is_missing() {
    const auto held = orders();
    for (const Market::Order& order : market().orders()) {
        if (!order.visible) return order.id + " is in no list yet";
        const auto found = held.find(order.id);
        if (found == held.end()) return order.id + " is not held";
        if ((found->second["status"] == "cancelled") != order.cancelled) return order.id + " is held as " + found->second["status"].dump();
        const auto& when = found->second["last_remote_update_at"];
        // Some channels' clocks have whole seconds.
        if (when.is_string() && *parse_iso8601(when.get<std::string>(), ZoneRule::required) + 1s < order.updated_at)
            return order.id + " changed at " + format_rfc3339(order.updated_at) + " and is held of " + when.get<std::string>() + ", " +
                   found->second["status"].dump();
    }
    return "";
}

bool ChannelCase::settle(std::chrono::hours limit) {
    world().run_for(1min);
    return world().run_until([&] { return what_is_missing().empty(); }, 1min, limit);
}

void ChannelCase::expect_all_held() {
    const auto held = orders();
    const auto shown = market().orders();
    EXPECT_EQ(held.size(), shown.size());
    for (const Market::Order& order : shown) {
        const auto found = held.find(order.id);
        ASSERT_NE(found, held.end()) << order.id << " is lost";
        EXPECT_EQ(found->second["status"] == "cancelled", order.cancelled) << order.id;
        if (!order.total) continue;
        ASSERT_TRUE(found->second["total_amount"].is_number()) << order.id << " has no amount";
        EXPECT_NEAR(found->second["total_amount"].get<double>(), std::stod(*order.total), 0.001) << order.id;
    }
    EXPECT_EQ(world().number("SELECT count(*) FROM (SELECT 1 FROM orders GROUP BY channel_id, external_order_id HAVING count(*) > 1)"), 0);
}

json ChannelCase::placed() {
    const std::string id = market().place();
    if (id.empty()) throw std::runtime_error("the marketplace takes no order");
    if (!settle()) throw std::runtime_error("order " + id + " never arrived");
    return order(id);
}

json ChannelCase::ended(const std::string& path) {
    json push;
    world().run_until(
        [&] {
            push = get(path);
            return push["status"] == "succeeded" || push["status"] == "failed";
        },
        1min, 12h);
    return push;
}

std::vector<std::string> ChannelCase::events_about(std::int64_t order_id) {
    std::vector<std::string> types;
    for (const auto& row : world().rows("SELECT type FROM events WHERE subject = 'order' AND subject_id = " + std::to_string(order_id) + " ORDER BY seq", 1))
        types.push_back(row[0]);
    return types;
}

std::vector<std::string> ChannelCase::open_problems() {
    std::vector<std::string> codes;
    for (const auto& row : world().rows("SELECT code || ': ' || message FROM problems WHERE resolved_at_ms IS NULL", 1)) codes.push_back(row[0]);
    return codes;
}

void ChannelCase::arm(const std::string& kind, int count, const std::string& operation, int param) {
    static const char* const harmless[] = {"throttle", "half_page", "repeat_cursor", "no_answer_after"};
    spoiled_ = spoiled_ || std::find(std::begin(harmless), std::end(harmless), kind) == std::end(harmless);
    sandbox::Fault fault;
    fault.kind = kind;
    fault.count = count;
    fault.operation = operation;
    fault.param = param;
    market().add_fault(fault);
}

}  // namespace crossdock::testing
