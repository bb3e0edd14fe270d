// SPDX-License-Identifier: Apache-2.0
// A channel that the config file switches off, or does not name any more: what is kept for it, who is told, and that it
// goes out when the channel is back.
#include <stdexcept>
#include <variant>

#include "hub_fixture.h"
#include "services/accept_shipments.h"
#include "services/record_order.h"
#include "store/channel_repo.h"
#include "store/content_hash.h"
#include "store/item_repo.h"

namespace crossdock::app {
namespace {

class ASwitchedOffChannel : public HubTest<ManualClock> {
protected:
    ASwitchedOffChannel() { open(options()); }

    HubOptions switched_off() const {
        HubOptions with = options();
        with.channels.front().enabled = false;
        return with;
    }
    HubOptions without_it() const {
        HubOptions with = options();
        with.channels.clear();
        return with;
    }
    /// The ERP ships a new order of the channel.
    void ship(const std::string& external_id) {
        hub->database().write([&](db::Session& session) {
            const auto shop = store::ChannelRepo(session).list_all().front();
            store::CarrierRepo(session).replace(shop.account_id, shop.id, {{"UPS", "UPS"}});
            domain::Order order;
            order.external_order_id = external_id;
            order.currency = "USD";
            order.ordered_at = clock.now();
            domain::OrderLine line;
            line.external_line_id = "L1";
            line.quantity = line.shippable_quantity = 1;
            order.lines.push_back(line);
            const std::string payload = R"({"id":")" + external_id + R"("})";
            services::record_order(session, shop,
                                   {external_id, clock.now(), payload, store::content_hash(payload), order, {}},
                                   clock.now());
            services::ShipmentRequest request;
            request.channel = shop.code;
            request.external_order_id = external_id;
            request.carrier = "UPS";
            request.tracking_number = "1Z" + external_id;
            const auto accepted = services::accept_shipments(session, shop.account_id, {request}, clock.now());
            if (std::holds_alternative<services::Refusal>(accepted))
                throw std::runtime_error(std::get<services::Refusal>(accepted).messages.front());
        });
    }
    void run_all() {
        for (int i = 0; i < 100 && hub->step(); ++i) {
        }
    }
    std::int64_t live_pushes() {
        return count("jobs WHERE kind = 'push_shipment' AND state IN ('ready', 'running', 'retry')");
    }
};

TEST_F(ASwitchedOffChannel, GetsItsShipmentsWhenItIsBack) {
    for (const HubOptions& off : {switched_off(), without_it()}) {
        open(off);
        ship(off.channels.empty() ? "B" : "A");
        run_all();
        const std::int64_t kept = off.channels.empty() ? 2 : 1;
        EXPECT_EQ(count("shipments WHERE status = 'pending' AND attempts = 0"), kept);
        EXPECT_EQ(live_pushes(), 0) << "their jobs came to nothing";
    }
    open(options());
    hub->step();
    EXPECT_EQ(count("shipments WHERE status IN ('pending', 'processing')"), 2) << "nobody answers here";
    EXPECT_EQ(live_pushes(), 2);
    clock.advance(2h);
    run_all();
    EXPECT_EQ(live_pushes(), 2) << "one for each, however often it is looked for";
}

}  // namespace
}  // namespace crossdock::app
