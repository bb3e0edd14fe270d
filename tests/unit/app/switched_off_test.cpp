// SPDX-License-Identifier: Apache-2.0
// A channel that the config file switches off, or does not name any more: what is kept for it, who is told, and that it
// goes out when the channel is back.
#include <stdexcept>
#include <utility>
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
    /// The ERP has sent two cartons; one was taken.
    void send_cartons() {
        hub->database().write([](db::Session& session) {
            session.run_script(
                "INSERT INTO fba_inbound_shipments (id, uuid, account_id, channel_id, shipment_id, marketplace_id, "
                "shipment_status, is_final, are_cases_required, payload, seen_at_ms, seq, created_at_ms, "
                "updated_at_ms) "
                "VALUES (1, 'u', 1, 1, 'FBA1', 'ATVPDKIKX0DER', 'WORKING', 0, 0, '{}', 1, 1, 1, 1);"
                "INSERT INTO fba_carton_pushes (uuid, account_id, channel_id, shipment_id, status, items, seq, "
                "created_at_ms, updated_at_ms) VALUES ('c1', 1, 1, 1, 'pending', '[]', 2, 1, 1), "
                "('c2', 1, 1, 1, 'succeeded', '[]', 3, 1, 1);");
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
        ship(off.channels.empty() ? "1002" : "1001");
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

TEST_F(ASwitchedOffChannel, IsToldOfWhileSomethingWaitsForIt) {
    open(switched_off());
    run_all();
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "pushes_wait"), nullptr) << "nothing waits";
    ship("A");
    ship("B");
    hub->database().write([](db::Session& session) {
        session.run_script(
            "INSERT INTO inventory_updates (account_id, channel_id, sku, target, quantity, status, created_at_ms) "
            "VALUES (1, 1, 'x', 'x', 3, 'pending', 1), (1, 1, 'y', 'y', 3, 'succeeded', 1);");
    });
    auto health = look_at_health(hub->env(), hub->runner());
    const auto* finding = find(health, "pushes_wait");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->severity, "warning");
    EXPECT_EQ(finding->channel, "shop");
    EXPECT_EQ(finding->message,
              "2 shipments and 1 stock update wait for the channel, which is switched off: nothing goes to it");
    EXPECT_EQ(finding->next_step,
              "set enabled = true for it in the config file and start the hub again: they go out by themselves; if it "
              "never comes back, discard them with: crossdock channel discard-pushes shop");

    open(without_it());
    health = look_at_health(hub->env(), hub->runner());
    finding = find(health, "pushes_wait");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(
        finding->message,
        "2 shipments and 1 stock update wait for the channel, which is not in the config file (any more): nothing goes "
        "to it");
    EXPECT_EQ(finding->next_step,
              "put it back into the config file and start the hub again: they go out by themselves; if it never comes "
              "back, discard them with: crossdock channel discard-pushes shop");

    open(options());
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "pushes_wait"), nullptr) << "they are on their way";
}

TEST_F(ASwitchedOffChannel, CountsCartonsToo) {
    send_cartons();
    open(switched_off());
    const auto health = look_at_health(hub->env(), hub->runner());
    const auto* finding = find(health, "pushes_wait");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->message, "1 carton waits for the channel, which is switched off: nothing goes to it");
    EXPECT_NE(finding->next_step.find("it goes out by itself"), std::string::npos) << finding->next_step;
}

TEST_F(ASwitchedOffChannel, LosesWhatWaitsByHandAndNotInSilence) {
    open(switched_off());
    ship("A");
    ship("B");
    send_cartons();
    hub->database().write([](db::Session& session) {
        session.run_script(
            "INSERT INTO inventory_updates (account_id, channel_id, sku, target, quantity, status, created_at_ms) "
            "VALUES (1, 1, 'x', 'x', 3, 'pending', 1), (1, 1, 'x', 'x', 4, 'pending', 2), "
            "(1, 1, 'y', 'y', 3, 'succeeded', 1);");
    });
    run_all();
    const auto discard = [&] {
        return run_command(*hub, "channel.discard_pushes", {{"channel", "shop"}}, {"user jane", "local"});
    };
    const auto answer = discard();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, (nlohmann::json{{"channel", "shop"}, {"shipments", 2}, {"stock_updates", 2}, {"cartons", 1}}));
    const std::string said =
        "error_code = 'discarded' AND error_message = 'discarded by hand while channel shop was switched off or gone "
        "from the config file; it was never sent'";
    EXPECT_EQ(count("shipments WHERE status = 'failed' AND finished_at_ms > 0 AND " + said), 2);
    EXPECT_EQ(count("inventory_updates WHERE status = 'failed' AND quantity = 4 AND " + said), 1);
    EXPECT_EQ(count("inventory_updates WHERE status = 'superseded'"), 1);
    EXPECT_EQ(count("fba_carton_pushes WHERE status = 'failed' AND uuid = 'c1' AND " + said), 1);
    for (const auto& [type, times] :
         {std::pair{"shipment.failed", 2}, std::pair{"inventory.failed", 1}, std::pair{"carton_push.failed", 1}})
        EXPECT_EQ(count("events WHERE type = '" + std::string{type} + "' AND data LIKE '%discarded by hand%'"), times)
            << type;
    EXPECT_EQ(
        count("audit_log WHERE action = 'channel.pushes_discarded' AND subject_id = 'shop' AND actor = 'user jane' "
              "AND details = '{\"cartons\":1,\"shipments\":2,\"stock_updates\":2}'"),
        1);
    EXPECT_EQ(find(look_at_health(hub->env(), hub->runner()), "pushes_wait"), nullptr);
    EXPECT_EQ(count("problems WHERE resolved_at_ms IS NULL"), 0) << "a person has dealt with it";

    const auto again = discard();
    ASSERT_TRUE(again);
    EXPECT_EQ(again->at("shipments"), 0) << "nothing waits any more";
    EXPECT_EQ(count("audit_log WHERE action = 'channel.pushes_discarded'"), 1);

    open(options());
    clock.advance(2h);
    run_all();
    EXPECT_EQ(count("shipments WHERE status = 'failed' AND attempts = 0"), 2) << "it does not go out after all";
    EXPECT_EQ(live_pushes(), 0);
    ship("A");
    EXPECT_EQ(count("shipments WHERE status = 'pending'"), 1) << "unless the ERP sends it again";
}

TEST_F(ASwitchedOffChannel, IsSaidToHaveMaybeGotWhatHadLeft) {
    open(without_it());
    ship("A");
    hub->database().write([](db::Session& session) {
        session.run_script(
            "UPDATE shipments SET status = 'processing', outcome = 'unknown', attempts = 1;"
            "INSERT INTO stock_batches (id, channel_id, batch_key, state, attempts, created_at_ms) "
            "VALUES (1, 1, 'k', 'unknown', 1, 1);"
            "INSERT INTO inventory_updates (account_id, channel_id, sku, target, quantity, sent_quantity, status, "
            "batch_id, created_at_ms) VALUES (1, 1, 'x', 'x', 3, 3, 'processing', 1, 1);");
    });
    const auto answer = run_command(*hub, "channel.discard_pushes", {{"channel", "shop"}});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, (nlohmann::json{{"channel", "shop"}, {"shipments", 1}, {"stock_updates", 1}, {"cartons", 0}}));
    for (const char* table : {"shipments", "inventory_updates"})
        EXPECT_EQ(count(std::string{table} + " WHERE status = 'failed' AND error_message LIKE "
                                             "'%; an earlier attempt may have reached the channel'"),
                  1)
            << table;
    EXPECT_EQ(count("stock_batches WHERE state <> 'done'"), 0);
}

TEST_F(ASwitchedOffChannel, IsTheOnlyOneWhosePushesAreDiscarded) {
    open(options());
    ship("A");
    const auto refused = run_command(*hub, "channel.discard_pushes", {{"channel", "shop"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "channel_enabled");
    EXPECT_NE(refused.error().message.find("set enabled = false"), std::string::npos) << refused.error().message;
    EXPECT_EQ(count("shipments WHERE status = 'pending'"), 1);
    EXPECT_EQ(count("audit_log WHERE action = 'channel.pushes_discarded'"), 0);
}

TEST_F(ASwitchedOffChannel, IsNotSynced) {
    for (const HubOptions& off : {switched_off(), without_it()}) {
        open(off);
        const auto jobs = count("jobs");
        for (const char* command : {"channel.sync", "channel.test"}) {
            const auto answer = run_command(*hub, command, {{"channel", "shop"}, {"stream", "orders"}, {"since", ""}});
            ASSERT_FALSE(answer) << command;
            EXPECT_EQ(answer.error().code, "channel_not_configured");
            EXPECT_NE(answer.error().message.find("enabled = true"), std::string::npos) << answer.error().message;
        }
        EXPECT_EQ(count("jobs"), jobs);
        EXPECT_EQ(count("audit_log WHERE action = 'channel.synced'"), 0);
    }
}

}  // namespace
}  // namespace crossdock::app
