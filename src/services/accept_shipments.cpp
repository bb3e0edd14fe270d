// SPDX-License-Identifier: Apache-2.0
#include "services/accept_shipments.h"

#include <algorithm>

#include "base/json_writer.h"
#include "services/tracking_number.h"
#include "store/channel_repo.h"
#include "store/event_repo.h"
#include "store/item_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/shipment_repo.h"

namespace crossdock::services {
namespace {

using store::OrderDetails;

constexpr auto kLatestShipDate = std::chrono::hours{48};

/// One accepted shipment: a new one, or the one that was there already.
struct Accepted {
    store::Shipment shipment;
    std::optional<ShipmentId> held;
    bool reopen = false;
    std::size_t index = 0;  // in the request
};

/// An earlier one of the same request that is the same shipment with other contents; null mostly.
const Accepted* contradicted(const std::vector<Accepted>& earlier, const Accepted& one) {
    const store::Shipment& shipment = one.shipment;
    const auto found = std::find_if(earlier.begin(), earlier.end(), [&](const Accepted& other) {
        const store::Shipment& held = other.shipment;
        return held.order_id == shipment.order_id && held.carrier == shipment.carrier &&
               held.tracking_key == shipment.tracking_key &&
               (held.lines != shipment.lines || held.ship_date != shipment.ship_date);
    });
    return found == earlier.end() ? nullptr : &*found;
}

class Acceptance {
public:
    Acceptance(db::Session& session, AccountId account, Timestamp now, const Wording& words)
        : session_(session), account_(account), now_(now), words_(words), orders_(session), channels_(session), shipments_(session) {}

    /// Fills in what is accepted, or adds to `refusal`.
    std::optional<Accepted> operator()(const ShipmentRequest& request, Refusal& refusal, bool one_of_many) {
        const std::string where = one_of_many ? "shipments[" + std::to_string(request.index) + "]" : "";
        const auto fault = [&](Fault one) {
            if (!where.empty()) {
                one.message = where + ": " + one.message;
                one.field = one.field.empty() ? where : where + "." + one.field;
            }
            refusal.add(std::move(one));
            return std::nullopt;
        };
        Fault problem;
        const auto order = find_order(request, problem);
        if (!order) return fault(problem);
        const auto channel = channels_.get(order->channel_id);
        if (!channel) return fault({"the order's channel is gone", ""});
        const auto carrier = canonical_carrier(*channel, request.carrier);
        // The contract's words; an ERP may look for them.
        if (!carrier) return fault({"Carrier is not a valid carrier code for " + std::string{domain::to_string(channel->provider)}, "carrier"});
        if (request.ship_date && *request.ship_date > now_ + kLatestShipDate)
            return fault({"ship_date " + format_rfc3339(*request.ship_date) + " is more than two days ahead", "ship_date"});

        Accepted accepted;
        store::Shipment& shipment = accepted.shipment;
        shipment.account_id = account_;
        shipment.channel_id = order->channel_id;
        shipment.order_id = order->id;
        shipment.carrier = *carrier;
        shipment.service = request.service;
        shipment.tracking_number = request.tracking_number;
        shipment.tracking_key = normalised_tracking(request.tracking_number);
        shipment.ship_date = request.ship_date;
        shipment.lines = lines_json(request);

        if (const auto held = shipments_.find(order->id, shipment.carrier, shipment.tracking_key)) {
            if (held->lines != shipment.lines || held->ship_date != shipment.ship_date)
                return fault({"tracking number " + shipment.tracking_number + " was already sent for order " + id_of(order->id) +
                                  " as shipment " + id_in_words(words_.shipment_prefix, held->id.value) + " with other " +
                                  std::string{words_.lines} +
                                  " or another ship_date; send the same again or use another tracking number",
                              ""});
            accepted.held = held->id;
            accepted.reopen = held->status == "failed";
            return accepted;
        }
        if (order->status == domain::OrderStatus::cancelled)
            return fault({name(*order) + " is cancelled at the channel; it cannot be shipped", ""});
        if (order->shipped_by)
            return fault({name(*order) + " is shipped by " + *order->shipped_by + "; there is nothing to send to the channel", ""});
        if (!check_lines(request, *order, problem)) return fault(problem);
        if (order->status == domain::OrderStatus::fulfilled && shipments_.of_order(order->id).empty())
            return fault({name(*order) + " is already fulfilled at the channel", ""});
        return accepted;
    }

private:
    [[nodiscard]] std::string id_of(OrderId id) const { return id_in_words(words_.order_prefix, id.value); }
    /// "remote_order_id 17"
    [[nodiscard]] std::string named(OrderId id) const { return std::string{words_.order_id} + " " + id_of(id); }
    [[nodiscard]] std::string name(const OrderDetails& order) const {
        return "order " + id_of(order.id) + (order.order_number.empty() ? "" : " (" + order.order_number + ")");
    }

    std::optional<OrderDetails> find_order(const ShipmentRequest& request, Fault& problem) {
        const std::string order_id{words_.order_id};
        std::optional<OrderDetails> by_id;
        if (request.remote_order_id) {
            by_id = orders_.get(account_, OrderId{*request.remote_order_id});
            if (!by_id) {
                problem = {named(OrderId{*request.remote_order_id}) + " is not an order of this account", order_id};
                return std::nullopt;
            }
        }
        if (request.channel) {
            const auto channel = channels_.find(account_, *request.channel);
            if (!channel) {
                problem = {"channel \"" + *request.channel + "\" is not known", "channel"};
                return std::nullopt;
            }
            if (by_id && by_id->channel_id != channel->id) {
                problem = {named(by_id->id) + " is not an order of channel " + channel->code, order_id};
                return std::nullopt;
            }
            if (!by_id && request.external_order_id) {
                by_id = orders_.find(account_, channel->id, *request.external_order_id);
                if (!by_id) {
                    problem = {"external_order_id \"" + *request.external_order_id + "\" is not an order of channel " + channel->code,
                               "external_order_id"};
                    return std::nullopt;
                }
            }
        }
        if (!by_id) {
            problem = {order_id + ", or channel and external_order_id, must be present", order_id};
            return std::nullopt;
        }
        if (request.external_order_id && by_id->external_order_id != *request.external_order_id) {
            problem = {named(by_id->id) + " has the external_order_id \"" + by_id->external_order_id + "\", not \"" +
                           *request.external_order_id + "\"",
                       "external_order_id"};
            return std::nullopt;
        }
        return by_id;
    }

    std::optional<std::string> canonical_carrier(const store::Channel& channel, const std::string& carrier) {
        return store::CarrierRepo(session_).canonical(channel.id, carrier);
    }

    bool check_lines(const ShipmentRequest& request, const OrderDetails& order, Fault& problem) {
        if (request.lines.empty()) return true;
        const auto lines = orders_.lines(order.id);
        for (std::size_t i = 0; i < request.lines.size(); ++i) {
            const auto& wanted = request.lines[i];
            const auto held = std::find_if(lines.begin(), lines.end(),
                                           [&](const auto& line) { return line.external_line_id == wanted.external_line_id; });
            const std::string where = std::string{words_.lines} + "[" + std::to_string(i) + "].";
            if (held == lines.end()) {
                problem.field = where + std::string{words_.line_id};
                problem.message = problem.field + " \"" + wanted.external_line_id + "\" is not a line of " + name(order);
                return false;
            }
            if (wanted.quantity > held->quantity) {
                problem.field = where + std::string{words_.line_quantity};
                problem.message = problem.field + " is " + std::to_string(wanted.quantity) + ", but only " +
                                  std::to_string(held->quantity) + " were ordered";
                return false;
            }
        }
        return true;
    }

    static std::string lines_json(const ShipmentRequest& request) {
        auto lines = request.lines;
        std::sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) { return a.external_line_id < b.external_line_id; });
        std::string text;
        JsonWriter json(text);
        json.begin_array();
        for (const auto& line : lines)
            json.begin_object().field("external_line_id", line.external_line_id).field("quantity", line.quantity).end_object();
        json.end_array();
        return text;
    }

    db::Session& session_;
    AccountId account_;
    Timestamp now_;
    const Wording& words_;
    store::OrderRepo orders_;
    store::ChannelRepo channels_;
    store::ShipmentRepo shipments_;
};

}  // namespace

std::string shipment_job_key(ShipmentId id) { return "push_shipment:" + std::to_string(id.value); }

domain::JobSpec shipment_job(AccountId account, ChannelId channel, ShipmentId id, Timestamp run_at) {
    return {account, channel, domain::Lane::push, "push_shipment", shipment_job_key(id),
            "{\"shipment_id\":" + std::to_string(id.value) + "}", run_at};
}

Answer<std::vector<std::int64_t>> accept_shipments(db::Session& session, AccountId account,
                                                   const std::vector<ShipmentRequest>& requests, Timestamp now,
                                                   const Wording& words) {
    Acceptance accept(session, account, now, words);
    Refusal refusal;
    std::vector<Accepted> accepted;
    for (const ShipmentRequest& request : requests) {
        auto one = accept(request, refusal, requests.size() > 1);
        if (!one) continue;
        one->index = request.index;
        if (const auto* other = contradicted(accepted, *one))
            refusal.add({"shipments[" + std::to_string(other->index) + "] and shipments[" + std::to_string(one->index) +
                             "] send tracking number " + one->shipment.tracking_number + " for order " +
                             id_in_words(words.order_prefix, one->shipment.order_id.value) + " with different " +
                             std::string{words.lines} + " or ship_date; send it once, or use another tracking number",
                         ""});
        accepted.push_back(std::move(*one));
    }
    if (!refusal.messages.empty()) return refusal;

    store::ShipmentRepo shipments(session);
    store::JobRepo jobs(session);
    std::vector<std::int64_t> ids;
    for (const Accepted& one : accepted) {
        const store::Shipment& shipment = one.shipment;
        ShipmentId id;
        if (one.held) {
            id = *one.held;
            if (one.reopen) shipments.reopen(id, now);
        } else if (const auto twice = shipments.find(shipment.order_id, shipment.carrier, shipment.tracking_key)) {
            id = twice->id;  // the same shipment twice in one request
        } else {
            id = shipments.insert(shipment, now);
            std::string data;
            JsonWriter(data)
                .begin_object()
                .field("order_id", shipment.order_id.value)
                .field("carrier", shipment.carrier)
                .field("tracking_number", shipment.tracking_number)
                .end_object();
            store::EventRepo(session).append({account, shipment.channel_id, "shipment.created", "shipment", id.value, data}, now);
        }
        if (!one.held || one.reopen) jobs.enqueue(shipment_job(account, shipment.channel_id, id, now), now);
        ids.push_back(id.value);
    }
    return ids;
}

}  // namespace crossdock::services
