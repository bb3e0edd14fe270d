// SPDX-License-Identifier: Apache-2.0
#include "services/explain_order.h"

#include <algorithm>

#include "services/accept_shipments.h"
#include "store/job_repo.h"
#include "store/refund_repo.h"

namespace crossdock::services {
namespace {

using domain::OrderStatus;

const store::Shipment* with_status(const OrderStory& story, std::initializer_list<std::string_view> statuses) {
    // The newest: what an earlier one met is over once another went out.
    const auto found =
        std::find_if(story.shipments.rbegin(), story.shipments.rend(), [&](const store::Shipment& shipment) {
            return std::find(statuses.begin(), statuses.end(), shipment.status) != statuses.end();
        });
    return found == story.shipments.rend() ? nullptr : &*found;
}

void remember_error(OrderStory& story, const store::Shipment& shipment) {
    if (shipment.error_message)
        story.last_error = {shipment.error_code.value_or(""), *shipment.error_message, shipment.finished_at};
}

/// The call that lists an order which waits for the ERP. Without a time the list begins a day ago.
std::string listing_call(const store::OrderDetails& order) {
    return "GET /api/v1/orders?imported=false&since=" + format_rfc3339(order.listed_at) + " lists it";
}

/// It failed for good. Returns the part of the sentence behind the colon, as all of these do.
std::string tell_failed(OrderStory& story, const store::Shipment& shipment) {
    remember_error(story, shipment);
    story.holder = Holder::operator_;
    story.shipment = shipment.id;
    story.next = "nothing by itself: send the same shipment again, or ship it at the channel";
    return "shipment " + std::to_string(shipment.id.value) + " failed: " + shipment.error_message.value_or("") +
           "; send the same shipment again to retry it, or ship it at the channel";
}

std::string tell_moving(db::Session& session, OrderStory& story, const store::Shipment& shipment) {
    remember_error(story, shipment);
    const std::string tried = std::to_string(shipment.attempts) + " attempts" +
                              (shipment.error_message ? ", last: " + *shipment.error_message : "");
    if (!story.channel.enabled) {
        story.holder = Holder::operator_;
        story.next = "it goes on by itself when the channel is switched on again, or back in the config file";
        return "shipment " + std::to_string(shipment.id.value) + " is kept and waits for the channel (" + tried + ")";
    }
    story.holder = Holder::hub;
    std::string when = "it is retried by itself";
    if (const auto job = store::JobRepo(session).find_live(shipment_job_key(shipment.id))) {
        if (job->state == domain::JobState::quarantined && !job->comes_back()) {
            story.holder = Holder::operator_;
            story.job = job->id;
            story.next = "nothing by itself: its job " + std::to_string(job->id.value) + " waits for a person";
            when = story.next;
        } else if (job->state == domain::JobState::running) {
            story.next = "it is being sent now";
            when = story.next;
        } else {
            story.job = job->id;
            story.next_at = job->run_at;
            story.next = shipment.attempts == 0 ? "the hub sends it to the channel" : "the hub tries again";
            // Of one that was never tried the time is that of its arrival, which says nothing.
            if (shipment.attempts > 0) when += " at " + format_rfc3339(job->run_at);
            if (job->last_error && !story.last_error)
                story.last_error = {job->last_error_code.value_or(""), *job->last_error, {}};
        }
    } else {
        story.next = "the hub looks every hour for shipments that no job carries";
    }
    return "shipment " + std::to_string(shipment.id.value) + " is on its way to the channel (" +
           tried + "); " + when;
}

/// Of the order and of its refunds.
std::vector<store::ProblemRow> problems_about(db::Session& session, const store::OrderDetails& order) {
    store::ProblemRepo repo(session);
    auto problems = repo.about(order.account_id, order.channel_id, "order", order.external_order_id);
    for (const std::string& id :
         store::RefundRepo(session).ids_of_order(order.channel_id, order.external_order_id))
        for (store::ProblemRow& problem : repo.about(order.account_id, order.channel_id, "refund", id)) {
            problem.message = (problem.code == "unmappable"
                                   ? "refund " + id + " could not be understood, and is kept as it came: "
                                   : "refund " + id + ": ") +
                              problem.message;
            problems.push_back(std::move(problem));
        }
    return problems;
}

/// All money went back, and the channel wants nothing shipped any more.
bool was_given_back(db::Session& session, const store::OrderDetails& order) {
    if (order.payment_status != "refunded") return false;
    const auto lines = store::OrderRepo(session).lines(order.id);
    return std::all_of(lines.begin(), lines.end(),
                       [](const store::OrderLineRow& line) { return line.shippable_quantity == 0; });
}

std::string tell(db::Session& session, const store::OrderDetails& order, OrderStory& story) {
    if (order.status == OrderStatus::cancelled) {
        story.next = "nothing";
        return "it is cancelled at the channel; nothing is left to do";
    }
    const auto* failed = with_status(story, {"failed"});
    const auto* moving = with_status(story, {"pending", "processing"});
    // What failed does not matter any more where the channel has it shipped.
    if (moving == nullptr && (order.status == OrderStatus::fulfilled || order.status == OrderStatus::closed)) {
        const std::string over =
            order.status == OrderStatus::fulfilled ? "it is fulfilled at the channel" : "it is closed at the channel";
        story.next = "nothing";
        if (order.imported_at) return over;
        // Sold goods are in the ERP's books though somebody else sent them.
        story.holder = Holder::erp;
        story.next = "the ERP fetches and acknowledges it";
        return over + ", and the ERP has not acknowledged it; " + listing_call(order);
    }
    const bool is_given_back = moving == nullptr && was_given_back(session, order);
    if (failed != nullptr && !is_given_back) return tell_failed(story, *failed);
    if (moving != nullptr) return tell_moving(session, story, *moving);
    if (is_given_back && order.imported_at) {
        story.next = "nothing";
        return "it was refunded, and nothing of it is left to ship";
    }
    story.holder = Holder::erp;
    if (!order.imported_at) {
        story.next = "the ERP fetches and acknowledges it";
        return "it waits for the ERP, which has not acknowledged it; " + listing_call(order);
    }
    const std::string taken = "the ERP took it at " + format_rfc3339(*order.imported_at);
    if (order.shipped_by) {
        story.holder = Holder::channel;
        story.next = *order.shipped_by + " ships it";
        return taken + "; " + *order.shipped_by + " ships it";
    }
    story.next = "the ERP sends its shipment";
    return taken + "; the channel waits for its shipment";
}

}  // namespace

OrderStory explain_order(db::Session& session, const store::OrderDetails& order) {
    OrderStory story;
    story.channel = store::ChannelRepo(session).get(order.channel_id).value_or(store::Channel{});
    story.shipments = store::ShipmentRepo(session).of_order(order.id);
    story.problems = problems_about(session, order);
    const std::string where = tell(session, order, story);
    story.sentence = "Order " + std::to_string(order.id.value) +
                     (order.order_number.empty() ? "" : " (" + order.order_number + ")") + " of channel " +
                     story.channel.code + " is " + std::string{domain::to_string(order.status)} + ": " + where + ".";
    if (!story.channel.enabled) {
        story.sentence +=
            " The channel is switched off in the config file, or not in it any more: nothing goes to it or comes from "
            "it.";
    } else if (story.channel.state == store::ChannelState::stopped) {
        const std::string why = story.channel.state_message.value_or("see crossdock channel list");
        story.sentence += " The channel itself is stopped: " + why + ".";
        if (story.holder == Holder::hub) {
            // Whatever is on its way waits for the channel, whatever its own time says.
            story.holder = Holder::operator_;
            story.next = "it goes on by itself when the channel works again";
            story.next_at.reset();
            story.job.reset();
            story.test_channel = true;
            if (!story.last_error)
                story.last_error = {story.channel.state_code.value_or("stopped"), why, story.channel.state_since};
        }
    }
    if (!story.problems.empty()) story.sentence += " Noted: " + story.problems.front().message + ".";
    return story;
}

}  // namespace crossdock::services
