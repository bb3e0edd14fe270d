// SPDX-License-Identifier: Apache-2.0
#include "app/order_story.h"

#include <nlohmann/json.hpp>

#include "base/json_parse.h"
#include "services/explain_order.h"
#include "store/channel_repo.h"
#include "store/event_repo.h"
#include "store/problem_repo.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

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

std::optional<json> tell_unread_order(db::Session& session, AccountId account, const std::string& name) {
    for (const store::Channel& channel : store::ChannelRepo(session).list(account))
        for (const store::ProblemRow& problem : store::ProblemRepo(session).about(account, channel.id, "order", name)) {
            const char* next =
                "nothing by itself: it is read again after an update of crossdock; enter it by hand until then";
            return json{{"why", "Order " + name + " of channel " + channel.code +
                                    " could not be understood, so the ERP is not shown it: " + problem.message +
                                    ". It is kept as it came and read again after an update of crossdock; " +
                                    "until then enter it by hand, and report it."},
                        {"id", nullptr},
                        {"held_by", services::to_string(services::Holder::operator_)},
                        {"next", next},
                        {"next_at", nullptr},
                        {"channel", channel.code},
                        {"external_order_id", name},
                        {"problems", json::array({{{"code", problem.code}, {"message", problem.message}}})}};
        }
    return std::nullopt;
}

nlohmann::json tell_order(db::Session& session, const store::OrderDetails& order, Timestamp) {
    const auto told = services::explain_order(session, order);
    store::OrderRepo orders(session);
    json story{{"why", told.sentence},
               {"id", order.id.value},
               {"held_by", services::to_string(told.holder)},
               {"next", told.next},
               {"next_at", told.next_at ? json(format_rfc3339(*told.next_at)) : json(nullptr)}};
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
    for (const store::Shipment& shipment : told.shipments)
        pushes.push_back({{"shipment", shipment.id.value},
                          {"carrier", shipment.carrier},
                          {"tracking_number", shipment.tracking_number},
                          {"status", shipment.status},
                          {"attempts", shipment.attempts},
                          {"error", shipment.error_message ? json(*shipment.error_message) : json(nullptr)}});
    story["shipments"] = pushes;
    json noted = json::array();
    for (const store::ProblemRow& problem : told.problems) noted.push_back({{"code", problem.code}, {"message", problem.message}});
    story["problems"] = noted;
    json history = json::array();
    for (const store::EventRow& event : store::EventRepo(session).about(order.account_id, "order", order.id.value, 100))
        history.push_back({{"at", format_rfc3339(event.created_at)}, {"event", event.type}});
    story["history"] = history;
    return story;
}

}  // namespace crossdock::app
