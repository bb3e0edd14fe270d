// SPDX-License-Identifier: Apache-2.0
#include "exchange/take_rows.h"

#include "services/acknowledge.h"

namespace crossdock::exchange {
namespace {

template <class Ids>
TakenRow answer_of(const services::Answer<Ids>& answer, std::int64_t first_row) {
    TakenRow taken;
    if (const auto* refusal = std::get_if<services::Refusal>(&answer))
        for (const std::string& message : refusal->messages) taken.faults.push_back(fault_of(message, first_row));
    else
        taken.updated = static_cast<std::int64_t>(std::get<Ids>(answer).size());
    return taken;
}

}  // namespace

TakenRow take_row(db::Session& session, AccountId account, InKind kind, const ParsedRow& row,
                  const std::function<services::StockSettings(const store::Channel&)>& stock_settings, Timestamp now) {
    using Ids = std::vector<std::int64_t>;
    if (!row.faults.empty()) return {row.faults, 0};
    switch (kind) {
        case InKind::acks:
            return {{}, services::acknowledge_orders(session, account, {std::get<AckRow>(row.what).id}, now)};
        case InKind::refund_acks:
            return {{}, services::acknowledge_refunds(session, account, {std::get<AckRow>(row.what).id}, now)};
        case InKind::stock: {
            const StockRow& stock = std::get<StockRow>(row.what);
            const auto channel = store::ChannelRepo(session).find(account, stock.channel);
            if (!channel) return {{{row.first_row, "channel", "channel \"" + stock.channel + "\" is not known"}}, 0};
            return answer_of<Ids>(
                services::accept_stock(session, *channel, stock_settings(*channel), {stock.figure}, now),
                row.first_row);
        }
        case InKind::shipments:
            return answer_of<Ids>(
                services::accept_shipments(session, account, {std::get<services::ShipmentRequest>(row.what)}, now),
                row.first_row);
    }
    return {};
}

}  // namespace crossdock::exchange
