// SPDX-License-Identifier: Apache-2.0
#include "app/order_story.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "store/channel_repo.h"
#include "store/event_repo.h"
#include "store/problem_repo.h"
#include "store/refund_repo.h"
#include "store/shipment_repo.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

std::string stands(const store::OrderDetails& order, const std::vector<store::Shipment>& shipments,
                   const std::vector<store::ProblemRow>& problems, const store::Channel& channel) {
    const auto with = [&](const char* status) {
        return std::find_if(shipments.begin(), shipments.end(), [&](const auto& s) { return s.status == status; });
    };
    std::string where;
    if (order.status == domain::OrderStatus::cancelled) {
        where = "it is cancelled at the channel; nothing is left to do";
    } else if (const auto failed = with("failed"); failed != shipments.end()) {
        where = "shipment " + std::to_string(failed->id.value) + " failed: " + failed->error_message.value_or("") +
                "; send the same shipment again to retry it, or ship it at the channel";
    } else if (const auto moving = std::find_if(shipments.begin(), shipments.end(),
                                                [](const auto& s) { return s.status == "pending" || s.status == "processing"; });
               moving != shipments.end()) {
        where = "shipment " + std::to_string(moving->id.value) + " is on its way to the channel (" + std::to_string(moving->attempts) +
                " attempts" + (moving->error_message ? ", last: " + *moving->error_message : "") + "); it is retried by itself";
    } else if (order.status == domain::OrderStatus::fulfilled) {
        where = "it is fulfilled at the channel";
    } else if (!order.imported_at) {
        where = "it waits for the ERP, which has not acknowledged it; GET /api/v1/orders?imported=false lists it";
    } else {
        where = "the ERP took it at " + format_rfc3339(*order.imported_at) + "; the channel waits for its shipment";
    }
    std::string sentence = "Order " + std::to_string(order.id.value) + (order.order_number.empty() ? "" : " (" + order.order_number + ")") +
                           " of channel " + channel.code + " is " + std::string{domain::to_string(order.status)} + ": " + where + ".";
    if (channel.state == store::ChannelState::stopped)
        sentence += " The channel itself is stopped: " + channel.state_message.value_or("see crossdock channel list") + ".";
    if (!problems.empty()) sentence += " Noted: " + problems.front().message + ".";
    return sentence;
}

/// Of the order and of its refunds.
std::vector<store::ProblemRow> problems_about(db::Session& session, const store::OrderDetails& order) {
    store::ProblemRepo repo(session);
    auto problems = repo.about(order.account_id, order.channel_id, "order", order.external_order_id);
    for (const std::string& id : store::RefundRepo(session).ids_of_order(order.channel_id, order.external_order_id))
        for (store::ProblemRow& problem : repo.about(order.account_id, order.channel_id, "refund", id)) {
            problem.message = (problem.code == "unmappable" ? "refund " + id + " could not be understood, and is kept as it came: "
                                                            : "refund " + id + ": ") +
                              problem.message;
            problems.push_back(std::move(problem));
        }
    return problems;
}

}  // namespace

Result<store::OrderDetails> find_order(db::Session& session, AccountId account, const std::string& name) {
    store::OrderRepo orders(session);
    const bool digits = !name.empty() && name.size() <= 18 && name.find_first_not_of("0123456789") == std::string::npos;
    if (digits)
        if (auto order = orders.get(account, OrderId{std::stoll(name)})) return *order;
    std::vector<store::OrderDetails> found;
    for (const store::Channel& channel : store::ChannelRepo(session).list(account)) {
        if (auto order = orders.find(account, channel.id, name)) found.push_back(*order);
        for (const OrderId id : orders.with_number(account, channel.id, name))
            if (auto order = orders.get(account, id)) found.push_back(*order);
    }
    if (found.size() == 1) return found.front();
    if (found.empty())
        return Error{ErrorKind::not_found, "order_unknown",
                     "there is no order \"" + name + "\"; give the hub's id, the channel's id or the order number"};
    std::string ids;
    for (const auto& order : found) ids += (ids.empty() ? "" : ", ") + std::to_string(order.id.value);
    return Error{ErrorKind::conflict, "order_ambiguous", "several orders are called \"" + name + "\": give one of the ids " + ids};
}

nlohmann::json tell_order(db::Session& session, const store::OrderDetails& order, Timestamp) {
    const auto channel = store::ChannelRepo(session).get(order.channel_id).value_or(store::Channel{});
    store::OrderRepo orders(session);
    const auto shipments = store::ShipmentRepo(session).of_order(order.id);
    const auto problems = problems_about(session, order);
    json story{{"why", stands(order, shipments, problems, channel)}, {"id", order.id.value}};
    if (auto contract = parse_json("{" + order.members + "}")) story["order"] = std::move(*contract);
    story["imported_at"] = order.imported_at ? json(format_rfc3339(*order.imported_at)) : json(nullptr);
    json versions = json::array();
    for (const store::OrderVersion& version : orders.versions(order.channel_id, order.external_order_id))
        versions.push_back({{"version", version.id},
                            {"remote_updated_at", format_rfc3339(version.remote_updated_at)},
                            {"fetched_at", format_rfc3339(version.fetched_at)},
                            {"shown", version.id == order.version_id}});
    story["versions"] = versions;
    json pushes = json::array();
    for (const store::Shipment& shipment : shipments)
        pushes.push_back({{"shipment", shipment.id.value},
                          {"carrier", shipment.carrier},
                          {"tracking_number", shipment.tracking_number},
                          {"status", shipment.status},
                          {"attempts", shipment.attempts},
                          {"error", shipment.error_message ? json(*shipment.error_message) : json(nullptr)}});
    story["shipments"] = pushes;
    json noted = json::array();
    for (const store::ProblemRow& problem : problems) noted.push_back({{"code", problem.code}, {"message", problem.message}});
    story["problems"] = noted;
    json history = json::array();
    for (const store::EventRow& event : store::EventRepo(session).about(order.account_id, "order", order.id.value, 100))
        history.push_back({{"at", format_rfc3339(event.created_at)}, {"event", event.type}});
    story["history"] = history;
    return story;
}

}  // namespace crossdock::app
