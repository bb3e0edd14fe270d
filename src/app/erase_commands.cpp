// SPDX-License-Identifier: Apache-2.0
#include "app/erase_commands.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "app/hub.h"
#include "app/leftovers.h"
#include "app/order_story.h"
#include "db/copy.h"
#include "domain/deed.h"
#include "store/channel_repo.h"
#include "store/erasure_repo.h"

namespace crossdock::app {
namespace {

using nlohmann::json;

constexpr std::int64_t kIdsAtOnce = 2'000;

json tell_erased(const store::Erased& erased) {
    return {{"orders", erased.orders}, {"payloads", erased.versions},     {"refunds", erased.refunds},
            {"hints", erased.hints},   {"deliveries", erased.deliveries}, {"messages", erased.messages}};
}

/// How far the overwriting of what is left is: "running" with "doing", or "unfinished" with the reason.
json tell_leftovers(const Leftovers::State& state, json answer) {
    if (state.running) {
        answer["running"] = true;
        answer["doing"] = state.doing;
    } else if (state.error) {
        answer["unfinished"] = state.error->message;
    }
    return answer;
}

/// All orders of the account that this e-mail address placed.
std::vector<store::OrderToErase> orders_of(db::Database& database, AccountId account, const std::string& email) {
    std::vector<store::OrderToErase> found;
    const OrderId newest =
        database.read([](db::Session& session) { return store::ErasureRepo(session).newest_order(); });
    for (std::int64_t after = 0; after < newest.value; after += kIdsAtOnce) {
        auto some = database.read([&](db::Session& session) {
            db::take_time(session);
            return store::ErasureRepo(session).of_buyer(account, email, OrderId{after}, OrderId{after + kIdsAtOnce});
        });
        found.insert(found.end(), some.begin(), some.end());
    }
    return found;
}

Result<json> erase_person(const CommandCall& call) {
    const std::string email = call.text("email");
    const std::string name = call.text("order");
    if (email.empty() == name.empty())
        return Error{ErrorKind::invalid, "erase_whom",
                     "say whom: --email ADDRESS for all orders of a buyer, or --order NUMBER for one"};
    const auto account = call.db().read([&](db::Session& session) { return call.find_account(session); });
    if (!account) return account.error();
    std::vector<store::OrderToErase> orders;
    json which = nullptr;
    if (!email.empty()) {
        if (email.find('@') == std::string::npos)
            return Error{ErrorKind::invalid, "erase_whom", "--email wants a whole address, as in jane@example.com"};
        orders = orders_of(call.db(), *account, email);
        if (orders.empty())
            return Error{ErrorKind::not_found, "buyer_unknown",
                         "no order of this account is of that e-mail address (any more)"};
    } else {
        const auto order = call.db().read([&](db::Session& session) -> Result<store::OrderDetails> {
            auto found = find_order(session, *account, name);
            if (!found && tell_unread_order(session, *account, name))
                return Error{ErrorKind::conflict, "order_unread",
                             "order " + name +
                                 " could not be understood, and what its channel sent is kept as it came until an "
                                 "update can read it: erased now, the order would be lost. crossdock order why " +
                                 name + " tells more"};
            if (found) {
                const auto channel = store::ChannelRepo(session).get(found->channel_id);
                which = {{"id", found->id.value},
                         {"channel", channel ? channel->code : ""},
                         {"number", found->order_number},
                         {"external_id", found->external_order_id}};
            }
            return found;
        });
        if (!order) return order.error();
        orders.push_back(
            {order->id, order->account_id, order->channel_id, order->external_order_id, order->ordered_at});
    }
    store::Erased erased;
    // Order by order: other writers wait for no more than one.
    for (const store::OrderToErase& order : orders)
        erased += call.db().write([&](db::Session& session) {
            Leftovers::want(session);
            return store::ErasureRepo(session).erase(order);
        });
    const auto told = tell_erased(erased);
    // Who did it and how much it was; never whom.
    call.db().write([&](db::Session& session) {
        call.audit(session, *account, domain::deed::kPersonErased, "orders", std::to_string(erased.orders), told);
    });
    json answer = told;
    if (!which.is_null()) answer["order"] = std::move(which);
    return tell_leftovers(call.hub.leftovers().clear(), std::move(answer));
}

Result<json> ask_leftovers(const CommandCall& call) {
    return tell_leftovers(call.hub.leftovers().state(), json::object());
}

}  // namespace

const CommandTable& erase_commands() {
    static const CommandTable table{{"person.erase", erase_person}, {"person.leftovers", ask_leftovers}};
    return table;
}

}  // namespace crossdock::app
