// SPDX-License-Identifier: Apache-2.0
// Events as they are told, and the page that documents them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/routes/event_json.h"
#include "domain/event_type.h"
#include "services/record_items.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/api_key_repo.h"
#include "store/carton_repo.h"
#include "store/content_hash.h"
#include "store/fba_repo.h"
#include "store/inventory_repo.h"
#include "store/job_repo.h"
#include "store/shipment_repo.h"
#include "store/webhook_endpoint_repo.h"
#include "support/temporary_database.h"

namespace crossdock::api::routes {
namespace {

using nlohmann::json;

constexpr const char* kPage = CROSSDOCK_SOURCE_DIR "/docs/api/webhooks.md";
constexpr std::string_view kBegin = "<!-- events: made by a test from here -->\n";
constexpr std::string_view kEnd = "<!-- events: made by a test to here -->\n";

/// One of everything that an event can be about.
class Events : public ::testing::Test {
protected:
    Events() {
        database->write([&](db::Session& session) { fill(session); });
    }

    void fill(db::Session& session) {
        const store::Channel& channel = database.channel;
        const AccountId account = channel.account_id;
        const Timestamp now = database.clock.now();

        domain::Item item;
        item.variant_id = "41002";
        item.location_id = "65432109";
        item.location_name = "Main warehouse";
        item.sku = "MUG-01";
        item.title = "Mug, blue";
        item.channel_product_id = "7001";
        item.channel_variant_id = "41002";
        item.currency = "USD";
        item.price = *domain::parse_decimal("12.50");
        item.channel_quantity = 9;
        services::record_variant(session, channel, {item}, 0, now);

        domain::Order order;
        order.external_order_id = "5500000000001";
        order.order_number_hint = "#1001";
        order.payment_status = "paid";
        order.currency = "USD";
        order.ordered_at = now - std::chrono::minutes{5};
        order.last_remote_update_at = now - std::chrono::minutes{1};
        order.buyer_name = "Jane Doe";
        order.buyer_email = "jane@example.com";
        order.subtotal_amount = *domain::parse_money("25.00", "USD");
        order.total_amount = *domain::parse_money("25.00", "USD");
        domain::OrderLine line;
        line.external_line_id = "1";
        line.sku = "MUG-01";
        line.title = "Mug, blue";
        line.variant_id = "41002";
        line.quantity = 2;
        line.shippable_quantity = 2;
        line.unit_price = *domain::parse_money("12.50", "USD");
        order.lines.push_back(line);
        const std::string payload = R"({"id":"5500000000001"})";
        const auto recorded = services::record_order(
            session, channel,
            {"5500000000001", *order.last_remote_update_at, payload, store::content_hash(payload), order, {}}, now);

        domain::Refund refund;
        refund.external_order_id = "5500000000001";
        refund.external_refund_id = "880001";
        refund.occurred_at = now;
        refund.currency = "USD";
        refund.total_amount = *domain::parse_money("12.50", "USD");
        services::record_refund(session, channel, {"880001", "5500000000001", std::nullopt, payload, "{}", refund, {}},
                                now);

        store::InventoryUpdate update;
        update.account_id = account;
        update.channel_id = channel.id;
        update.item_id = ItemId{1};
        update.sku = "MUG-01";
        update.location_id = "65432109";
        update.target = "41002@65432109";
        update.quantity = 12;
        store::InventoryRepo(session).insert(update, now);

        store::Shipment shipment;
        shipment.account_id = account;
        shipment.channel_id = channel.id;
        shipment.order_id = recorded.id;
        shipment.carrier = "UPS";
        shipment.tracking_number = "1Z999AA10123456784";
        shipment.tracking_key = "1Z999AA10123456784";
        store::ShipmentRepo(session).insert(shipment, now);

        domain::FbaShipment fba;
        fba.shipment_id = "FBA15DJ8K2Q1";
        fba.shipment_status = "WORKING";
        fba.shipment_name = "November";
        const FbaShipmentId fba_id = store::FbaRepo(session).insert({account, channel.id, fba, "{}", now},
                                                                    "7c0b5f0e-6a0f-4c1e-9a51-2f0f5f9b8d22");
        store::CartonRepo(session).insert(
            {account, channel.id, fba_id, "0f8f2a52-54f5-4f0c-9b52-1f6b2f0f1b11", std::nullopt, "",
             R"([{"sku":"MUG-01","quantity_shipped":24,"quantity_in_case":24}])"},
            now);

        store::JobRepo(session).enqueue(
            {account, channel.id, domain::Lane::push, "push_shipment", "push_shipment:1", "{}", now}, now);

        store::ApiKey key;
        key.account_id = account;
        key.key_id = "k7Qm2xT1";
        key.secret_hash = "x";
        key.name = "erp";
        key.scopes = "erp";
        store::ApiKeyRepo(session).insert(key, now);

        store::WebhookEndpoint endpoint;
        endpoint.account_id = account;
        endpoint.public_id = "whe_5mXoYtB0gQhW2kRz7LpNcV";
        endpoint.name = "warehouse";
        endpoint.url = "https://erp.example.com/hooks/very-secret";
        endpoint.events = {"order.*"};
        store::WebhookEndpointRepo(session).insert(endpoint, now);
    }

    /// What is told of a type, about row 1 of its subject.
    std::string told(const domain::EventType& type) {
        return database->read([&](db::Session& session) {
            store::EventRow row;
            row.seq = 42;
            row.event_id = "evt_01a1d1f4d800000000002a";
            row.type = std::string{type.type};
            row.subject = std::string{type.subject};
            row.subject_id = 1;
            row.data = std::string{type.details};
            row.created_at = database.clock.now();
            row.account = database.channel.account_id;
            if (type.subject != "api_key" && type.subject != "webhook_endpoint" && type.subject != "backup")
                row.channel = database.channel.id;
            return event_json(session, row);
        });
    }

    crossdock::testing::TemporaryDatabase database;
};

TEST_F(Events, EveryTypeShowsItsObjectInTheApisWords) {
    for (const domain::EventType& type : domain::event_types()) {
        if (type.reserved) continue;
        const json event = json::parse(told(type));
        EXPECT_EQ(event["type"], type.type);
        EXPECT_EQ(event["api_version"], "2026-04-01");
        EXPECT_EQ(event["account"], "default");
        EXPECT_EQ(event["sequence"], 42);
        EXPECT_TRUE(event["data"].is_object()) << type.type;
        EXPECT_EQ(event["details"], json::parse(type.details)) << type.type;
        EXPECT_EQ(told(type).find("very-secret"), std::string::npos)
            << "an endpoint's address is its receiver's secret";
        EXPECT_FALSE(event["data"].contains("raw_payload"));
    }
    const json order = json::parse(told(*domain::find_event_type("order.created")))["data"];
    EXPECT_EQ(order["id"], "ord_1");
    EXPECT_EQ(order["external_id"], "5500000000001");
    EXPECT_EQ(order["items"][0]["item_id"], "itm_1");
    EXPECT_EQ(order["acknowledged"], false);
}

TEST_F(Events, AnotherAccountsObjectIsNeverShown) {
    for (const domain::EventType& type : domain::event_types()) {
        if (type.reserved) continue;
        const std::string text = database->read([&](db::Session& session) {
            store::EventRow row;
            row.type = std::string{type.type};
            row.subject = std::string{type.subject};
            row.subject_id = 1;
            row.data = "{}";
            row.account = AccountId{99};
            return event_json(session, row);
        });
        EXPECT_TRUE(json::parse(text)["data"].is_null()) << type.type;
    }
}

std::string page_part(const std::function<std::string(const domain::EventType&)>& told) {
    std::string out{kBegin};
    out += "\n| type | raised when | example of `details` |\n|---|---|---|\n";
    for (const domain::EventType& type : domain::event_types())
        if (!type.reserved)
            out += "| `" + std::string{type.type} + "` | " + std::string{type.meaning} + " | `" +
                   std::string{type.details} + "` |\n";
    out += "\nReserved for later versions (an endpoint may ask for them already):";
    for (const domain::EventType& type : domain::event_types())
        if (type.reserved) out += " `" + std::string{type.type} + "`";
    out += "\n\n### What `data` holds\n";
    std::map<std::string_view, bool> shown;
    for (const domain::EventType& type : domain::event_types()) {
        if (type.reserved || shown[type.subject]) continue;
        shown[type.subject] = true;
        out += "\n#### " + std::string{type.subject} + "\n\n`" + std::string{type.type} + "`:\n\n```json\n" +
               nlohmann::ordered_json::parse(told(type)).dump(2) + "\n```\n";
    }
    return out + std::string{kEnd};
}

/// To write the page anew: CROSSDOCK_WRITE_DOCS=1 unit_api --gtest_filter='Events.*'
TEST_F(Events, PageSaysWhatTheCatalogueAndTheCodeSay) {
    const auto read = [] {
        std::ifstream file(kPage);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    };
    std::string page = read();
    const auto from = page.find(kBegin);
    const auto upto = page.find(kEnd);
    ASSERT_NE(from, std::string::npos);
    ASSERT_NE(upto, std::string::npos);
    const std::string part = page_part([&](const domain::EventType& type) { return told(type); });
    if (std::getenv("CROSSDOCK_WRITE_DOCS") != nullptr) {
        page.replace(from, upto + kEnd.size() - from, part);
        std::ofstream(kPage) << page;
        page = read();
    }
    EXPECT_NE(page.find(part), std::string::npos) << "write it anew as the comment above this test says";
}

}  // namespace
}  // namespace crossdock::api::routes
