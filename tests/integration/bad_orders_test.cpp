// SPDX-License-Identifier: Apache-2.0
// Rows C3 and C4: orders whose times or contents no sane shop would send. The sane order of the simulated shop is
// spoilt on its way to the hub.
#include <atomic>
#include <cstdlib>
#include <set>

#include "base/clock.h"
#include "integration/bad_channel_hub.h"

namespace crossdock::testing {
namespace {

using Change = std::function<void(json& order)>;

json money(const std::string& amount, const std::string& currency) {
    const json one{{"amount", amount}, {"currencyCode", currency}};
    return {{"shopMoney", one}, {"presentmentMoney", one}};
}

class BadOrders : public BadChannel {
protected:
    /// From now on these orders come spoilt, in pages and alone.
    void spoil_orders(std::map<std::string, Change> changes) {
        proxy_->spoil("", [changes](ShopProxy::Exchange& exchange) {
            json answer = exchange.ask_shop();
            const auto spoil = [&](json& order) {
                if (!order.is_object() || !order.contains("legacyResourceId")) return;
                const auto change = changes.find(order["legacyResourceId"]);
                if (change != changes.end()) change->second(order);
            };
            if (exchange.operation == kPage && answer["data"]["orders"].is_object())
                for (json& order : answer["data"]["orders"]["nodes"]) spoil(order);
            if (exchange.operation == "HubOrderById" && answer["data"]["order"].is_object())
                spoil(answer["data"]["order"]);
            exchange.answer(answer.is_discarded() ? "" : answer.dump());
        });
    }
    json story(const std::string& external_id) {
        const Ran ran = hub_->command({"order", "show", external_id, "--json"});
        return json::parse(ran.out, nullptr, false);
    }
    /// Everything noted about an order, also about one that could not be read: "code: message; …".
    std::string noted(const std::string& external_id) {
        return ask_database(
            "SELECT coalesce(group_concat(code || ': ' || message, '; '), '') FROM problems WHERE subject = "
            "'order' AND subject_key = '" +
            external_id + "' AND resolved_at_ms IS NULL");
    }
    std::string ask_database(const std::string& query) {
        return testing::ask_database(folder_ / "crossdock.db", query);
    }
};

struct Odd {
    const char* what;
    Change change;
    const char* noted;                             // a piece of what is listed about it; "" nothing is odd about it
    std::function<bool(const json& order)> shows;  // what the API gives
    bool readable = true;                          // false: kept and listed, but no order comes of it
};

std::vector<Odd> odd_orders() {
    const auto lines = [](const json& order) -> const json& { return order["line_items"]; };
    std::string right_to_left = "\u202e\u05d0\u05d1 \U0001F600 \x01\x07\x1b[31m end";
    return {
        {"0 lines", [](json& order) { order["lineItems"]["nodes"] = json::array(); }, "totals_mismatch",
         [=](const json& order) { return lines(order).empty(); }},
        {"5,000 lines",
         [](json& order) {
             json& nodes = order["lineItems"]["nodes"];
             const json one = nodes[0];
             nodes = json::array();
             for (int i = 0; i < 5'000; ++i) {
                 nodes.push_back(one);
                 nodes.back()["id"] = "gid://shopify/LineItem/" + std::to_string(7'000'000 + i);
             }
         },
         "totals_mismatch", [=](const json& order) { return lines(order).size() == 5'000; }},
        {"a negative price",
         [](json& order) {
             json& line = order["lineItems"]["nodes"][0];
             line["originalUnitPriceSet"] = line["originalTotalSet"] = money("-5.00", order["currencyCode"]);
         },
         "totals_mismatch", [=](const json& order) { return !lines(order).empty(); }},
        {"no address", [](json& order) { order["shippingAddress"] = order["billingAddress"] = nullptr; }, "",
         [](const json&) { return true; }},
        {"a null buyer", [](json& order) { order["customer"] = order["email"] = order["phone"] = nullptr; }, "",
         [](const json&) { return true; }},
        {"no address and no buyer",
         [](json& order) {
             order["shippingAddress"] = order["billingAddress"] = order["customer"] = order["email"] = nullptr;
         },
         "pii_missing", [](const json&) { return true; }},
        {"a note of 10,000 characters", [](json& order) { order["note"] = std::string(10'000, 'n'); }, "",
         [](const json& order) { return order.dump().find(std::string(10'000, 'n')) != std::string::npos; }},
        {"right to left, emoji and control characters", [=](json& order) { order["note"] = right_to_left; }, "",
         [=](const json& order) { return order["notes"] == right_to_left; }},
        {"another currency in one line",
         [](json& order) {
             order["lineItems"]["nodes"][0]["originalTotalSet"] =
                 money("7.00", order["currencyCode"] == "EUR" ? "USD" : "EUR");
         },
         "currency_differs", [](const json&) { return true; }},
        {"quantity 0",
         [](json& order) {
             order["lineItems"]["nodes"][0]["quantity"] = order["lineItems"]["nodes"][0]["currentQuantity"] = 0;
         },
         "", [=](const json& order) { return lines(order)[0]["quantity"] == 0; }},
        {"two lines of one id",
         [](json& order) {
             json& nodes = order["lineItems"]["nodes"];
             json twin = nodes[0];
             twin["title"] = "The other one";
             nodes.push_back(twin);
         },
         "duplicate_line", [=](const json& order) { return lines(order).size() >= 2; }},
        {"local time without a zone",
         [](json& order) { order["createdAt"] = "2026-11-20T10:00:00"; },
         "unmappable",
         {},
         false},
        {"a quantity of -1",
         [](json& order) { order["lineItems"]["nodes"][0]["quantity"] = -1; },
         "unmappable",
         {},
         false},
        {"money that is no number",
         [](json& order) { order["totalPriceSet"] = money("twelve", order["currencyCode"]); },
         "unmappable",
         {},
         false},
    };
}

TEST_F(BadOrders, AreImportedOrListedWithTheirRawFormAndBlockNothing) {
    open(5);
    if (HasFatalFailure()) return;
    const auto odd = odd_orders();
    std::map<std::string, Change> changes;
    std::vector<std::string> ids;
    // The first look at an order must be the spoilt one: pages are held back until all are known.
    ASSERT_TRUE(hold_pages_back());
    for (const Odd& one : odd) {
        ids.push_back(place());
        changes[ids.back()] = one.change;
    }
    const std::string sane = place();
    spoil_orders(changes);
    EXPECT_TRUE(arrives(sane)) << hub_->process().err();
    Client asks = client();
    for (std::size_t i = 0; i < odd.size(); ++i) {
        Verdict verdict(std::string{odd[i].what}.starts_with("local") ? "C3" : "C4", odd[i].what);
        const std::string notes = noted(ids[i]);
        EXPECT_NE(notes.find(odd[i].noted), std::string::npos) << odd[i].what << ": " << notes;
        EXPECT_EQ(has(ids[i]), odd[i].readable) << odd[i].what;
        EXPECT_NE(ask_database("SELECT count(*) FROM order_versions WHERE external_order_id = '" + ids[i] + "'"), "0")
            << odd[i].what << ": its raw form is not kept";
        if (odd[i].readable) {
            const std::string id = ask_database("SELECT id FROM orders WHERE external_order_id = '" + ids[i] + "'");
            const Answer order = asks.get("/api/v1/orders/" + id);
            EXPECT_EQ(order.status, 200) << odd[i].what;
            EXPECT_TRUE(order.body["raw_payload"].is_object()) << odd[i].what;
            EXPECT_TRUE(odd[i].shows(order.body)) << odd[i].what << '\n' << order.text.substr(0, 2'000);
        }
        verdict.add(notes.empty() ? "nothing odd to list" : notes);
    }
    // Healed by their next change.
    proxy_->be_honest();
    for (std::size_t i = 0; i < odd.size(); ++i)
        if (!odd[i].readable) {
            Client(sandbox_->url(), "").post("/shopify/_sandbox/orders/" + ids[i] + "/note", {{"note", "sound again"}});
            EXPECT_TRUE(arrives(ids[i])) << odd[i].what;
        }
}

TEST_F(BadOrders, TimesThatCannotBeAreBounded) {
    open(5);
    if (HasFatalFailure()) return;
    {
        Verdict verdict("C3", "changed 30 days ahead: the watermark is bounded by the shop's now");
        ASSERT_TRUE(hold_pages_back());
        const std::string ahead = place();
        const std::string then = format_rfc3339(SystemClock().now() + std::chrono::hours{24 * 30});
        spoil_orders({{ahead, [=](json& order) { order["createdAt"] = order["updatedAt"] = then; }}});
        EXPECT_TRUE(arrives(ahead));
        const auto mark = parse_iso8601(watermark(), ZoneRule::required);
        ASSERT_TRUE(mark) << watermark();
        EXPECT_LE(*mark, SystemClock().now() + std::chrono::seconds{1});
        proxy_->be_honest();
        EXPECT_TRUE(arrives(place())) << "what comes later is not seen";
        verdict.add(watermark());
    }
    {
        const Verdict verdict("C3", "a version that goes back in time does not overwrite the newer one");
        const std::string id = place();
        ASSERT_TRUE(arrives(id));
        spoil_orders({{id, [](json& order) {
                           order["updatedAt"] = "2020-01-01T00:00:00Z";
                           order["note"] = "of long ago";
                       }}});
        Client(sandbox_->url(), "").post("/shopify/_sandbox/orders/" + id + "/note", {{"note", "newest"}});
        EXPECT_TRUE(eventually(std::chrono::seconds{60}, [&] {
            sync();
            return ask_database("SELECT count(*) >= 2 FROM order_versions WHERE external_order_id = '" + id + "'") == "1";
        }));
        EXPECT_NE(story(id)["order"]["notes"], "of long ago");
        proxy_->be_honest();
    }
}

TEST_F(BadOrders, OneTimeForAllOfThemLosesNone) {
    const int count = std::getenv("CROSSDOCK_SOAK") != nullptr ? 10'000 : 1'000;
    sandbox_ = std::make_unique<RunningSandbox>(count);
    proxy_ = std::make_unique<ShopProxy>(port_of(sandbox_->url()));
    proxy_->spoil(kPage, [](ShopProxy::Exchange& exchange) {
        json answer = exchange.ask_shop();
        if (answer["data"]["orders"].is_object())
            for (json& order : answer["data"]["orders"]["nodes"]) order["updatedAt"] = "2026-11-01T12:00:00Z";
        exchange.answer(answer.dump());
    });
    write_text(folder_ / "crossdock.toml", config_text(proxy_->url()));
    hub_ = std::make_unique<RunningHub>(folder_.path());
    key_ = hub_->make_key();
    Verdict verdict("C3", "one time for all orders");
    // The shop lives: an order may be placed meanwhile, so its own list is what must be held. One that changes in the
    // middle of a walk, as when its lines find their items, is listed again at its end, so the walk is repeated.
    std::vector<std::string> ids;
    std::set<std::string> at_the_shop;
    EXPECT_TRUE(eventually(std::chrono::seconds{count / 10 + 60}, [&] {
        ids = listed();
        at_the_shop.clear();
        const json ledger = sandbox_->get("/ledger")["orders"];
        for (const json& order : ledger) at_the_shop.insert(order["id"].get<std::string>());
        return ids.size() == at_the_shop.size() && std::set<std::string>(ids.begin(), ids.end()) == at_the_shop;
    })) << ids.size() << " listed, " << at_the_shop.size() << " at the shop: each once";
    EXPECT_GE(ids.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(client().get("/api/v1/orders?raw=0&limit=501&since=2020-01-01T00:00:00Z").body.size(), 500U) << "Q1: 501";
    verdict.add(std::to_string(ids.size()) + " of " + std::to_string(count) + ", each once");
    proxy_->be_honest();
}

}  // namespace
}  // namespace crossdock::testing
