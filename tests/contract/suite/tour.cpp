// SPDX-License-Identifier: Apache-2.0
#include "contract/suite/tour.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "app/from_config.h"
#include "base/text.h"
#include "connectors/subscriptions.h"
#include "sandbox/ebay/seller.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;
using connectors::PushOutcome;
using connectors::StockLine;
using State = PushOutcome::State;

constexpr const char* kHook = "https://hub.example/hooks/tour";
constexpr const char* kOtherHook = "https://new.example/hooks/tour";
constexpr int kMostCalls = 400;  // of one list, or of one push that has to wait

/// Calls until the answer is another than "not now"; `pass` lets the time go by that it asks for.
template <class Call, class Pass>
auto patiently(Call call, Pass pass) {
    for (int calls = 1;; ++calls) {
        auto answer = call();
        if (answer || answer.error().kind != ErrorKind::rate_limited || calls >= kMostCalls) return answer;
        pass(answer.error().retry_after.value_or(1s));
    }
}

}  // namespace

Tour::Tour(MarketMaker make, const MarketOptions& options, const std::string& settings)
    : clock_(*parse_iso8601("2026-11-21T09:00:00Z", ZoneRule::required)), market_(make(options, clock_)) {
    for (const std::string& address : market_->addresses())
        http_.mount(
            address, [this](const http::Request& request) { return market_->carry(request); },
            market_->marketplace().path_prefix());
    setup_ = market_->setup();
    auto merged = nlohmann::json::parse(setup_.settings_json);
    merged.update(nlohmann::json::parse(settings));
    setup_.settings_json = merged.dump();
    for (const auto* one : app::connector_factories())
        if (one->provider() == market_->provider()) factory_ = one;
    EXPECT_EQ(factory_->check_setup(setup_), std::vector<std::string>{});
    restart();
}

void Tour::pass(std::chrono::milliseconds time) {
    clock_.advance(time);
    market_->marketplace().tick();
}

/// As after a restart of the hub: what was remembered in memory is gone.
void Tour::restart() {
    const connectors::Runtime runtime{http_, clock_, random_, &vault_};
    shared_ = factory_->share(setup_, runtime);
    connector_ = factory_->open(setup_, profile_, shared_, runtime);
}

std::string Tour::place() {
    const std::string id = market_->place();
    EXPECT_NE(id, "");
    pass(5min);
    return id;
}

void Tour::run() {
    look_at_access();
    hear_of_changes();
    read_orders();
    tell_that_orders_arrived();
    export_orders();
    read_catalogue();
    set_stock();
    ship();
    read_refunds();
    send_to_amazon();
    pack_for_amazon();
}

void Tour::look_at_access() {
    const auto checked = patiently(
        [&] {
            std::vector<domain::Problem> problems;
            return connector_->check_access(problems);
        },
        [&](auto time) { pass(time); });
    ASSERT_TRUE(checked) << checked.error().message;
    profile_ = *checked;
    restart();
    if (auto* carriers = connector_->carrier_source(); carriers != nullptr) {
        const auto codes = patiently([&] { return carriers->carrier_codes(); }, [&](auto time) { pass(time); });
        ASSERT_TRUE(codes) << codes.error().message;
        ASSERT_FALSE(codes->empty());
        carrier_ = codes->front().code;
    }
}

void Tour::read_orders() {
    auto& source = *connector_->order_source();
    const std::string placed = place();
    std::string cursor;
    for (int calls = 0;; ++calls) {
        ASSERT_LT(calls, kMostCalls);
        const auto page = patiently(
            [&] {
                return source.fetch_orders({clock_.now() - 240h, std::nullopt, {}}, cursor);
            },
            [&](auto time) { pass(time); });
        ASSERT_TRUE(page) << page.error().message;
        for (const auto& raw : page->orders) {
            const auto mapped = source.map_order(raw.payload);
            ASSERT_TRUE(mapped) << mapped.error().message;
            if (mapped->refunds.empty() || connector_->order_refund_source() == nullptr) continue;
            const auto refunds =
                patiently([&] { return connector_->order_refund_source()->fetch_refunds(raw.external_order_id); },
                          [&](auto time) { pass(time); });
            EXPECT_TRUE(refunds) << refunds.error().message;
        }
        cursor = page->next_cursor;
        if (cursor.empty()) break;
    }
    const auto one = patiently([&] { return source.fetch_order(placed); }, [&](auto time) { pass(time); });
    EXPECT_TRUE(one) << one.error().message;
    const auto ids = patiently(
        [&] {
            return source.list_order_ids({clock_.now() - 48h, clock_.now(), {}}, "");
        },
        [&](auto time) { pass(time); });
    EXPECT_TRUE(ids) << ids.error().message;
}

void Tour::tell_that_orders_arrived() {
    auto* acknowledger = connector_->order_acknowledger();
    if (acknowledger == nullptr) return;
    const std::string id = place();
    const auto waiting =
        patiently([&] { return acknowledger->list_unacknowledged(""); }, [&](auto time) { pass(time); });
    ASSERT_TRUE(waiting) << waiting.error().message;
    EXPECT_FALSE(waiting->external_ids.empty());
    EXPECT_EQ(acknowledger->acknowledge_order(id).state, State::succeeded);
}

void Tour::export_orders() {
    auto* bulk = connector_->bulk_order_source();
    if (bulk == nullptr) return;
    const auto started = bulk->start_bulk(clock_.now() - 240h);
    ASSERT_TRUE(started) << started.error().message;
    pass(10min);
    const auto progress = bulk->poll_bulk(*started);
    ASSERT_TRUE(progress) << progress.error().message;
    EXPECT_TRUE(progress->finished);
    EXPECT_TRUE(bulk->read_bulk(progress->result_url, 0, [](std::string_view, std::int64_t) { return true; }));
}

void Tour::read_catalogue() {
    const auto locations =
        patiently([&] { return connector_->catalog_source()->fetch_locations(); }, [&](auto time) { pass(time); });
    ASSERT_TRUE(locations) << locations.error().message;
    locations_ = *locations;
    for (const auto since : {std::optional<Timestamp>{}, std::optional{clock_.now() - 48h}}) {
        std::string cursor;
        for (int calls = 0;; ++calls) {
            ASSERT_LT(calls, kMostCalls);
            const auto page = patiently([&] { return connector_->catalog_source()->fetch_items(since, cursor); },
                                        [&](auto time) { pass(time); });
            ASSERT_TRUE(page) << page.error().message;
            for (const auto& raw : page->items) {
                const auto rows = connector_->catalog_source()->map_item(raw.payload);
                ASSERT_TRUE(rows) << rows.error().message;
                for (const domain::Item& item : *rows) {
                    if (since || !item.tracked || !item.sku || item.status != domain::ItemStatus::active) continue;
                    StockLine line;
                    line.update_id = static_cast<std::int64_t>(figures_.size()) + 1;
                    line.idempotency_key = "tour-" + std::to_string(line.update_id);
                    line.sku = item.sku;
                    line.item_attrs_json = item.attrs_json;
                    line.location_id = item.location_id;
                    line.quantity = 100 + line.update_id;
                    figures_.push_back(std::move(line));
                }
            }
            if (page->ask_again_after) pass(*page->ask_again_after);
            cursor = page->next_cursor;
            if (cursor.empty()) break;
            if (!since) restart();  // the cursor alone has to do
        }
    }
    EXPECT_GT(figures_.size(), 5U);
}

/// Sends the first figures in one batch, follows the ticket if there is one, and looks at what the channel shows then.
void Tour::push_figures(std::size_t most) {
    auto& sink = *connector_->stock_sink();
    std::vector<StockLine> lines(
        figures_.begin(),
        figures_.begin() + static_cast<std::ptrdiff_t>(std::min({most, figures_.size(), sink.max_batch()})));
    std::size_t succeeded = 0;
    std::string ticket;  // of what the channel works on: asked with it until it is done
    for (int calls = 0; calls < kMostCalls && !lines.empty(); ++calls) {
        const auto outcomes = ticket.empty() ? sink.push_stock(lines, random_.uuid()) : sink.check_stock(lines, ticket);
        ticket.clear();
        std::vector<StockLine> again;
        std::chrono::milliseconds wait = 1s;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            succeeded += outcomes[i].state == State::succeeded ? 1 : 0;
            if (outcomes[i].state != State::retry && outcomes[i].state != State::accepted) continue;
            if (outcomes[i].state == State::accepted) ticket = outcomes[i].provider_id;
            wait = std::max(wait, outcomes[i].retry_after.value_or(1s));
            again.push_back(lines[i]);
        }
        lines = std::move(again);
        if (!lines.empty()) pass(wait);
    }
    EXPECT_TRUE(lines.empty());
    EXPECT_GT(succeeded, 0U);
}

void Tour::set_stock() {
    auto* sink = connector_->stock_sink();
    if (sink == nullptr) return;
    push_figures(8);
    push_figures(figures_.size());
    pass(1h);
    if (sink->can_read_stock()) {
        const std::vector<StockLine> few(figures_.begin(), figures_.begin() + 5);
        const auto shown = patiently([&] { return sink->read_stock(few); }, [&](auto time) { pass(time); });
        EXPECT_TRUE(shown) << shown.error().message;
    }
    // What the catalogue does not know, and another place than the usual one.
    StockLine unknown;
    unknown.update_id = 9001;
    unknown.sku = "nothing of ours";
    unknown.item_attrs_json = "{}";
    unknown.quantity = 1;
    EXPECT_EQ(sink->push_stock(std::span{&unknown, 1}, random_.uuid()).size(), 1U);
    for (const domain::Location& location : locations_) {
        StockLine elsewhere = figures_.front();
        elsewhere.update_id += 9001;
        elsewhere.location_id = location.external_id;
        EXPECT_EQ(sink->push_stock(std::span{&elsewhere, 1}, random_.uuid()).size(), 1U);
    }
}

PushOutcome Tour::push(const connectors::ShipmentToPush& what) {
    PushOutcome outcome;
    for (int calls = 0; calls < kMostCalls; ++calls) {
        outcome = connector_->shipment_sink()->push_shipment(what);
        if (outcome.state != State::retry && outcome.state != State::waiting) break;
        pass(outcome.retry_after.value_or(1s));
    }
    pass(2min);
    return outcome;
}

void Tour::ship() {
    auto& orders = *connector_->order_source();
    const std::string id = place();
    const auto raw = patiently([&] { return orders.fetch_order(id); }, [&](auto time) { pass(time); });
    ASSERT_TRUE(raw) << raw.error().message;
    const auto mapped = orders.map_order(raw->payload);
    ASSERT_TRUE(mapped) << mapped.error().message;
    connectors::ShipmentToPush parcel;
    parcel.shipment_id = 1;
    parcel.external_order_id = id;
    parcel.carrier = carrier_;
    parcel.tracking_number = "1Z999AA10123456784";
    parcel.ship_date = clock_.now();
    parcel.lines = {{mapped->order.lines.at(0).external_line_id, 1}};
    const PushOutcome first = push(parcel);
    EXPECT_EQ(first.state, State::succeeded) << first.message;
    parcel.attempt = 2;  // the answer was lost
    EXPECT_EQ(push(parcel).state, State::succeeded);
    parcel.attempt = 1;
    parcel.tracking_number = "1Z999AA10123456785";
    parcel.lines.clear();
    const PushOutcome rest = push(parcel);
    EXPECT_EQ(rest.state, market_->ships_in_parts() ? State::succeeded : State::failed) << rest.message;
    // With one parcel more than there are goods for.
    parcel.tracking_number = "1Z999AA10123456786";
    push(parcel);
}

void Tour::read_refunds() {
    const std::string id = place();
    market_->refund(id);
    pass(72h);
    if (auto* source = connector_->refund_source(); source != nullptr) {
        std::string cursor;
        bool found = false;
        for (int calls = 0;; ++calls) {
            ASSERT_LT(calls, kMostCalls);
            const auto page = patiently(
                [&] {
                    return source->fetch_refunds({clock_.now() - 100h, std::nullopt, {}}, cursor);
                },
                [&](auto time) { pass(time); });
            ASSERT_TRUE(page) << page.error().message;
            for (const auto& raw : page->refunds) found = found || raw.external_order_id == id;
            cursor = page->next_cursor;
            if (cursor.empty()) break;
        }
        EXPECT_TRUE(found) << "no refund of " << id;
    }
    if (auto* source = connector_->order_refund_source(); source != nullptr) {
        const auto refunds = patiently([&] { return source->fetch_refunds(id); }, [&](auto time) { pass(time); });
        ASSERT_TRUE(refunds) << refunds.error().message;
        EXPECT_FALSE(refunds->empty());
    }
}

void Tour::send_to_amazon() {
    auto* source = connector_->fba_source();
    if (source == nullptr) return;
    const auto page = patiently(
        [&] {
            return source->fetch_fba_shipments({clock_.now() - 2400h, std::nullopt, {}}, "");
        },
        [&](auto time) { pass(time); });
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_FALSE(page->shipments.empty());
    const connectors::RawFbaShipment raw = page->shipments.front();
    const auto again = patiently(
        [&] {
            return source->fetch_fba_shipments_by_id(std::span{&raw.shipment_id, 1});
        },
        [&](auto time) { pass(time); });
    ASSERT_TRUE(again) << again.error().message;
    std::string token, sku;
    for (const bool sibling : {false, true}) {
        const auto items =
            patiently([&] { return source->fetch_fba_items(raw.shipment_id, raw.marketplace_id, token, sibling); },
                      [&](auto time) { pass(time); });
        ASSERT_TRUE(items) << items.error().message;
        if (sku.empty()) sku = nlohmann::json::parse(items->items.at(0)).at("SellerSKU");
        token = items->next_token;
        if (token.empty()) break;
    }
    const auto shipment = source->map_fba_shipment(raw);
    ASSERT_TRUE(shipment) << shipment.error().message;
    const connectors::CartonShipment to{*shipment, std::nullopt, true};  // of no plan: the contents go as a feed
    const connectors::CartonToPush carton{random_.uuid(), {{sku, 1, 1}}};
    PushOutcome outcome;
    for (int calls = 0; calls < kMostCalls; ++calls) {
        outcome = outcome.state == State::accepted ? connector_->carton_sink()->check_cartons(outcome.provider_id)
                                                   : connector_->carton_sink()->push_cartons(to, std::span{&carton, 1});
        if (outcome.state != State::accepted && outcome.state != State::retry) break;
        pass(outcome.retry_after.value_or(1min));
    }
    EXPECT_NE(outcome.state, State::accepted);
}

/// The whole of a shipment that takes no feed, by packing information: its plan is walked to first.
void Tour::pack_for_amazon() {
    auto* source = connector_->fba_source();
    auto* plans = connector_->fba_plan_source();
    if (source == nullptr || plans == nullptr || !plans->wants_fba_plans()) return;
    std::map<std::string, domain::FbaPlan> plan_of;
    std::string cursor;
    for (int calls = 0; calls < kMostCalls; ++calls) {
        const auto step = patiently(
            [&] { return plans->walk_fba_plans(clock_.now() - 2400h, cursor, [](const std::string&) { return false; }); },
            [&](auto time) { pass(time); });
        ASSERT_TRUE(step) << step.error().message;
        for (const auto& one : step->found) plan_of.emplace(one.shipment_id, one.plan);
        cursor = step->next_cursor;
        if (cursor.empty()) break;
    }
    ASSERT_FALSE(plan_of.empty());
    const auto page = patiently(
        [&] { return source->fetch_fba_shipments({clock_.now() - 2400h, std::nullopt, {}}, ""); }, [&](auto time) { pass(time); });
    ASSERT_TRUE(page) << page.error().message;
    bool packed = false;
    for (const connectors::RawFbaShipment& raw : page->shipments) {
        const auto shipment = source->map_fba_shipment(raw);
        ASSERT_TRUE(shipment) << shipment.error().message;
        const auto plan = plan_of.find(raw.shipment_id);
        if (shipment->shipment_status != "WORKING" || plan == plan_of.end()) continue;
        const auto items = patiently([&] { return source->fetch_fba_items(raw.shipment_id, raw.marketplace_id, "", false); },
                                     [&](auto time) { pass(time); });
        ASSERT_TRUE(items) << items.error().message;
        std::vector<connectors::CartonToPush> cartons;
        for (const std::string& text : items->items) {
            const auto item = nlohmann::json::parse(text);
            cartons.push_back({random_.uuid(), {{item.at("SellerSKU"), item.at("QuantityShipped").get<std::int64_t>(), 1}}});
        }
        PushOutcome outcome;
        for (int calls = 0; calls < kMostCalls; ++calls) {
            outcome = outcome.state == State::accepted
                          ? connector_->carton_sink()->check_cartons(outcome.provider_id)
                          : connector_->carton_sink()->push_cartons({*shipment, plan->second, true}, cartons);
            if (outcome.state != State::accepted && outcome.state != State::retry) break;
            pass(outcome.retry_after.value_or(1min));
        }
        packed = packed || outcome.state == State::succeeded;
        if (packed) break;
    }
    EXPECT_TRUE(packed);
}

/// Whatever comes in is answered as the hub would answer it.
void Tour::receive(bool is_down) {
    market_->marketplace().set_webhook_sender([this, is_down](const sandbox::WebhookCall& call) {
        const std::size_t mark = std::min(call.url.find('?'), call.url.size());
        const std::size_t host = call.url.find('/', std::string_view{"https://"}.size());
        std::vector<std::pair<std::string, std::string>> query;
        if (mark < call.url.size())
            for (const std::string& pair : split(call.url.substr(mark + 1), '&'))
                query.emplace_back(pair.substr(0, pair.find('=')),
                                   pair.substr(std::min(pair.find('=') + 1, pair.size())));
        net::Headers headers(call.headers.begin(), call.headers.end());
        headers.emplace_back("Host", "hub.example");
        auto& source = *connector_->webhook_source();
        const std::string path = call.url.substr(host, mark - host);
        const connectors::WebhookCall inbound{call.method, path, query, headers, call.body};
        if (const auto answer = source.handshake(inbound)) {
            if (call.answer_body != nullptr) *call.answer_body = *answer;
            return 200;
        }
        if (is_down) return 503;
        const auto notice = source.verify(inbound);
        EXPECT_TRUE(notice) << call.body << ": " << notice.error().message;
        ++notices_;
        return notice ? 200 : source.refusal_status();
    });
}

void Tour::hear_of_changes() {
    auto* source = connector_->webhook_source();
    if (source == nullptr) return;
    const auto ensure = [&](const char* here = kHook, const std::vector<std::string>& former = {}) {
        const auto done = patiently(
            [&]() -> Result<std::vector<std::string>> {
                auto& hooks = dynamic_cast<connectors::SubscribedWebhooks&>(*connector_->webhook_source());
                const auto settled = connectors::settle_subscriptions(hooks, {here, former});
                if (!settled) return settled.error();
                if (settled->stopped_by) return *settled->stopped_by;
                return settled->done;
            },
            [&](auto time) { pass(std::max<std::chrono::milliseconds>(time, 1min)); });  // as the hub does
        EXPECT_TRUE(done) << done.error().message;
        return done ? *done : std::vector<std::string>{};
    };
    // Something of which the provider tells: eBay, whose orders have no notifications, of an account that is deleted.
    const auto stir = [&] {
        if (auto* ebay = dynamic_cast<sandbox::ebay::Seller*>(&market_->marketplace())) ebay->delete_account("buyer_7");
        connectors::ShipmentToPush parcel;
        parcel.shipment_id = 2;
        parcel.external_order_id = place();
        parcel.carrier = carrier_;
        parcel.tracking_number = "1Z999AA1012345678" + std::to_string(random_.below(10));
        parcel.ship_date = clock_.now();
        EXPECT_EQ(push(parcel).state, State::succeeded);
        pass(30min);
    };
    receive(false);
    EXPECT_FALSE(ensure().empty());
    EXPECT_TRUE(ensure().empty());
    stir();
    EXPECT_GT(notices_, 0);
    // The hub is down for half a day, and some providers give such an address up.
    receive(true);
    for (int i = 0; i < 6; ++i) {
        stir();
        pass(2h);
    }
    receive(false);
    ensure();
    // What the hub had sealed is lost: old subscriptions carry a password that nobody knows any more. From here on the
    // test does not listen: calls with the old one are still on their way.
    receive(true);
    vault_.kept.clear();
    restart();
    ensure();
    EXPECT_TRUE(ensure().empty());
    // One is deleted; the hub moves; another one at its old address has some of its own, which then are taken over.
    auto& hooks = dynamic_cast<connectors::SubscribedWebhooks&>(*connector_->webhook_source());
    const auto there = patiently([&] { return hooks.read_subscriptions({kHook, {}}); }, [&](auto time) { pass(time); });
    ASSERT_TRUE(there) << there.error().message;
    ASSERT_FALSE(there->held.empty());
    EXPECT_TRUE(patiently([&] { return hooks.remove_subscription(there->held.front()); },
                          [&](auto time) { pass(time); }));
    EXPECT_FALSE(ensure().empty());
    EXPECT_FALSE(ensure(kOtherHook, {kHook}).empty());
    EXPECT_FALSE(ensure().empty());
    EXPECT_FALSE(ensure(kHook, {kOtherHook}).empty());
    EXPECT_TRUE(ensure(kHook, {kOtherHook}).empty());
}

}  // namespace crossdock::testing
