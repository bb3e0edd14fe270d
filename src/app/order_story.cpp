// SPDX-License-Identifier: Apache-2.0
#include "app/order_story.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_parse.h"
#include "services/explain_order.h"
#include "store/channel_repo.h"
#include "store/event_repo.h"
#include "store/problem_repo.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::string_view kById = "id:";
constexpr std::string_view kOfV2 = "ord_";  // as the API and its events have it

/// What a channel sent under that id and nobody could understand.
struct UnreadOrder {
    std::string channel, external_order_id;
    store::ProblemRow problem;
};

/// All that a text may mean.
struct Meanings {
    std::vector<store::OrderDetails> orders;
    std::vector<UnreadOrder> unread;
};

std::optional<OrderId> read_hub_id(const std::string& text) {
    if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos)
        return std::nullopt;
    return OrderId{std::stoll(text)};
}

Meanings meanings_of(db::Session& session, AccountId account, const std::string& name) {
    store::OrderRepo orders(session);
    Meanings found;
    const auto add = [&](std::optional<store::OrderDetails> order) {
        if (order && std::none_of(found.orders.begin(), found.orders.end(),
                                  [&](const store::OrderDetails& other) { return other.id == order->id; }))
            found.orders.push_back(std::move(*order));
    };
    const auto add_sent = [&](const store::Channel& channel, const std::string& external_order_id) {
        if (auto order = orders.find(account, channel.id, external_order_id)) return add(std::move(order));
        auto problems = store::ProblemRepo(session).about(account, channel.id, "order", external_order_id);
        if (!problems.empty()) found.unread.push_back({channel.code, external_order_id, std::move(problems.front())});
    };
    if (name.starts_with(kById)) {
        if (const auto id = read_hub_id(name.substr(kById.size()))) add(orders.get(account, *id));
        return found;
    }
    if (name.starts_with(kOfV2))
        if (const auto id = read_hub_id(name.substr(kOfV2.size()))) add(orders.get(account, *id));
    const auto channels = store::ChannelRepo(session).list(account);
    for (const store::Channel& channel : channels)
        if (name.starts_with(channel.code + ':')) add_sent(channel, name.substr(channel.code.size() + 1));
    const std::string number = name.starts_with('#') ? name.substr(1) : name;
    if (!found.orders.empty() || !found.unread.empty() || number.empty()) return found;

    if (const auto id = read_hub_id(name)) add(orders.get(account, *id));
    for (const store::Channel& channel : channels) {
        add_sent(channel, name);
        for (const std::string& written : {number, '#' + number})
            for (const OrderId id : orders.with_number(account, channel.id, written)) add(orders.get(account, id));
    }
    return found;
}

/// What tells it from others, and says nothing of its buyer.
std::string describe(db::Session& session, const store::OrderDetails& order) {
    const auto channel = store::ChannelRepo(session).get(order.channel_id);
    return std::string{kById} + std::to_string(order.id.value) + " (channel " + (channel ? channel->code : "") +
           (order.order_number.empty() ? ", the channel's id " + order.external_order_id
                                       : ", order number " + order.order_number) +
           ", of " + format_rfc3339(order.ordered_at).substr(0, 10) + ")";
}

}  // namespace

Result<store::OrderDetails> find_order(db::Session& session, AccountId account, const std::string& name) {
    const Meanings found = meanings_of(session, account, name);
    if (found.orders.empty())
        return Error{ErrorKind::not_found, "order_unknown",
                     "there is no order \"" + name +
                         "\"; give the order number, the channel's id, or the hub's id as in id:816"};
    if (found.orders.size() == 1 && found.unread.empty()) return found.orders.front();
    std::string all;
    for (const store::OrderDetails& order : found.orders) all += (all.empty() ? "" : ", ") + describe(session, order);
    for (const UnreadOrder& order : found.unread)
        all += ", " + order.channel + ':' + order.external_order_id +
               " (came from the channel and could not be understood)";
    return Error{ErrorKind::conflict, "order_ambiguous",
                 "\"" + name + "\" may mean several orders: " + all + "; say which, as in " + std::string{kById} +
                     std::to_string(found.orders.front().id.value)};
}

std::string exact_name(db::Session& session, AccountId account, const store::Channel& channel,
                       const std::string& external_order_id) {
    if (const auto order = store::OrderRepo(session).find(account, channel.id, external_order_id))
        return std::string{kById} + std::to_string(order->id.value);
    return channel.code + ':' + external_order_id;
}

std::optional<json> tell_unread_order(db::Session& session, AccountId account, const std::string& name) {
    const Meanings found = meanings_of(session, account, name);
    if (!found.orders.empty() || found.unread.empty()) return std::nullopt;
    const auto& [channel, id, problem] = found.unread.front();
    const char* next = "nothing by itself: it is read again after an update of crossdock; enter it by hand until then";
    return json{{"why", "Order " + id + " of channel " + channel +
                            " could not be understood, so the ERP is not shown it: " + problem.message +
                            ". It is kept as it came and read again after an update of crossdock; " +
                            "until then enter it by hand, and report it."},
                {"id", nullptr},
                {"held_by", services::to_string(services::Holder::operator_)},
                {"next", next},
                {"next_at", nullptr},
                {"channel", channel},
                {"external_order_id", id},
                {"problems", json::array({{{"code", problem.code}, {"message", problem.message}}})}};
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
    for (const store::ProblemRow& problem : told.problems)
        noted.push_back({{"code", problem.code}, {"message", problem.message}});
    story["problems"] = noted;
    json history = json::array();
    for (const store::EventRow& event : store::EventRepo(session).about(order.account_id, "order", order.id.value, 100))
        history.push_back({{"at", format_rfc3339(event.created_at)}, {"event", event.type}});
    story["history"] = history;
    return story;
}

}  // namespace crossdock::app
