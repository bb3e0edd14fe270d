// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/plans.h"

#include "base/json_writer.h"
#include "connectors/amazon/packing.h"
#include "connectors/fields.h"

namespace crossdock::connectors::amazon {
namespace {

Error plan_unread(std::string_view what) {
    return {ErrorKind::unavailable, "amazon_bad_answer", "Amazon answered without " + std::string{what}};
}

std::vector<std::string> texts_of(JsonView list) {
    std::vector<std::string> out;
    for (const JsonView one : list)
        if (auto text = one.filled_text()) out.push_back(std::move(*text));
    return out;
}

/// Shipments of these states are at their end and take no boxes.
bool is_over(std::string_view status) {
    return status == "CANCELLED" || status == "DELETED" || status == "CLOSED" || status == "ABANDONED";
}

}  // namespace

bool Plans::wants_fba_plans() const {
    return client_.settings().carton_box.has_value() && client_.settings().carton_way != CartonWay::feed;
}

std::optional<Plans::Todo> Plans::Todo::read(const std::string& cursor) {
    Todo todo;
    if (cursor.empty()) return todo;
    const auto index = JsonIndex::parse(cursor);
    if (!index || !index->root().is_object()) return std::nullopt;
    const JsonView root = index->root();
    todo.shipments = texts_of(root["shipments"]);
    todo.plan = root["plan"].text().value_or("");
    todo.plans = texts_of(root["plans"]);
    todo.token = root["token"].text().value_or("");
    todo.more = root["more"].is_true();
    return todo;
}

/// Empty at the end.
std::string Plans::Todo::text() const {
    if (shipments.empty() && plans.empty() && !more) return {};
    std::string out;
    JsonWriter json(out);
    const auto list = [&](std::string_view name, const std::vector<std::string>& all) {
        json.key(name).begin_array();
        for (const std::string& one : all) json.value(std::string_view{one});
        json.end_array();
    };
    json.begin_object();
    list("shipments", shipments);
    json.field("plan", std::string_view{plan});
    list("plans", plans);
    json.field("token", std::string_view{token}).field("more", more).end_object();
    return out;
}

Result<FbaPlanStep> Plans::walk_fba_plans(Timestamp since, const std::string& cursor,
                                          const std::function<bool(const std::string&)>& holds) {
    auto todo = Todo::read(cursor);
    if (!todo)
        return Error{ErrorKind::rejected, "cursor_refused",
                     "the place among the inbound plans is not readable (any more)"};
    if (!todo->shipments.empty()) return read_shipment(std::move(*todo));
    if (!todo->plans.empty()) return read_plan(std::move(*todo), holds);
    return list(since, std::move(*todo));
}

Result<FbaPlanStep> Plans::list(Timestamp since, Todo todo) {
    Call call{Operation::list_inbound_plans, std::string{kInboundPlans}};
    call.query = {{"pageSize", "30"}, {"sortBy", "LAST_UPDATED_TIME"}, {"sortOrder", "DESC"}};
    if (!todo.token.empty()) call.query.emplace_back("paginationToken", todo.token);
    call.has_token = !todo.token.empty();
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView plans = answer->root["inboundPlans"];
    if (!plans.is_array()) return plan_unread("the list of inbound plans");
    FbaPlanStep step;
    todo.token = answer->root["pagination"]["nextToken"].filled_text().value_or("");
    todo.more = !todo.token.empty();
    for (const JsonView one : plans) {
        const auto id = one["inboundPlanId"].filled_text();
        if (!id) continue;
        step.plans.push_back(*id);
        const auto updated = parse_iso8601(one["lastUpdatedAt"].word(), ZoneRule::utc);
        if (updated && *updated < since) {  // and so are all behind it
            todo.more = false;
            break;
        }
        const std::string_view status = one["status"].word();
        if (status != "VOIDED" && status != "ERRORED") todo.plans.push_back(*id);
    }
    step.next_cursor = todo.text();
    return step;
}

Result<FbaPlanStep> Plans::read_plan(Todo todo, const std::function<bool(const std::string&)>& holds) {
    todo.plan = todo.plans.front();
    todo.plans.erase(todo.plans.begin());
    FbaPlanStep step;
    const auto answer =
        client_.call({Operation::get_inbound_plan, std::string{kInboundPlans} + "/" + path_part(todo.plan)});
    if (answer) {
        for (const JsonView one : answer->root["shipments"])
            if (const auto id = one["shipmentId"].filled_text(); id && !is_over(one["status"].word()) && !holds(*id))
                todo.shipments.push_back(*id);
    } else if (answer.error().kind != ErrorKind::rejected && answer.error().kind != ErrorKind::not_found) {
        return answer.error();  // but some programmes' plans are refused by this API for good
    }
    step.next_cursor = todo.text();
    return step;
}

Result<FbaPlanStep> Plans::read_shipment(Todo todo) {
    const domain::FbaPlan plan{todo.plan, todo.shipments.front()};
    todo.shipments.erase(todo.shipments.begin());
    FbaPlanStep step;
    const auto answer = client_.call({Operation::get_plan_shipment, plan_shipment_path(plan)});
    if (answer) {
        // It has no familiar id before its placement is confirmed.
        if (const auto id = answer->root["shipmentConfirmationId"].filled_text()) step.found.push_back({*id, plan});
    } else if (answer.error().kind != ErrorKind::rejected && answer.error().kind != ErrorKind::not_found) {
        return answer.error();
    }
    step.next_cursor = todo.text();
    return step;
}

}  // namespace crossdock::connectors::amazon
