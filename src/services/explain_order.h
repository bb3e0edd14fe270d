// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "store/channel_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/shipment_repo.h"

namespace crossdock::services {

/// Whose turn it is with an order.
enum class Holder {
    hub,        // goes on by itself
    erp,        // must take it, or ship it
    channel,    // the other side does the rest
    operator_,  // a person must mend something
    nobody      // it is over
};
constexpr std::string_view to_string(Holder holder) {
    switch (holder) {
        case Holder::hub: return "hub";
        case Holder::erp: return "erp";
        case Holder::channel: return "channel";
        case Holder::operator_: return "operator";
        case Holder::nobody: return "nobody";
    }
    return "";
}

/// Where an order stands, for every surface that is asked.
struct OrderStory {
    std::string sentence;  // the whole of it, for people
    Holder holder = Holder::nobody;
    std::string next;                  // what happens next
    std::optional<Timestamp> next_at;  // when, where that is known
    struct Failure {
        std::string code, message;  // in the channel's words
        std::optional<Timestamp> at;
    };
    std::optional<Failure> last_error;
    /// What can be asked for once more, at most one of these.
    std::optional<JobId> job;            // run now: it waits for its next attempt
    std::optional<ShipmentId> shipment;  // sent again: it had failed
    bool test_channel = false;           // the channel is stopped: see whether it works again

    store::Channel channel;
    std::vector<store::Shipment> shipments;
    std::vector<store::ProblemRow> problems;
};

/// Reads, changes nothing.
OrderStory explain_order(db::Session& session, const store::OrderDetails& order);

}  // namespace crossdock::services
