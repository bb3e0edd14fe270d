// SPDX-License-Identifier: Apache-2.0
// What a provider answers, whatever it was asked: a line names the shop, one the question, one a cursor; then answers,
// each with a line "status", lines of headers, an empty line and a body, with lines "---" between them.
//
// Promised: every answer leads to a result or to an error that says what is wrong; what is taken for an order, a refund
// or an item is a JSON object with an id; a walk asks no more than a bounded number of times.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.h"
#include "connectors/json_view.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_answer {

void run(std::string_view input);

namespace {

using namespace connectors;

constexpr std::array<std::string_view, 22> kQuestions{
    "orders",     "order",       "order_ids",     "refunds", "items",     "news",    "locations", "carriers",
    "push_stock", "check_stock", "read_stock",    "ship",    "ack",       "unacked", "fba",       "fba_items",
    "plans",      "cartons",     "check_cartons", "access",  "subscribe", "bulk"};

void check_text(std::string_view text, const char* what) {
    check(is_valid_utf8(text) && text.find('\0') == std::string_view::npos, what);
}
void check_payload(std::string_view payload) {
    const auto index = JsonIndex::parse(payload);
    check(index && index->root().is_object(), "a payload is a JSON object");
}

void give(Network& network, std::string_view rest) {
    while (!rest.empty() && network.answers.size() < 12) {
        const auto end = rest.find("\n---\n");
        Input in(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 5);
        net::HttpResponse response;
        response.status = 200;
        const auto status = in.line();
        if (status.size() == 3 && status[0] >= '1' && status[0] <= '5')
            response.status = (status[0] - '0') * 100 + (status[1] & 0x0F) % 10 * 10 + (status[2] & 0x0F) % 10;
        while (!in.rest().empty()) {
            const auto line = in.line();
            if (line.empty()) break;
            const auto colon = std::min(line.find(": "), line.size());
            response.headers.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
        }
        response.body = in.rest();
        network.answers.push_back(std::move(response));
    }
}

template <class Page>
std::string next_of(const Result<Page>& page) {
    if (!page) {
        check_fault(page.error());
        return {};
    }
    check(page->next_cursor.size() < 100'000, "a cursor is bounded");
    return page->next_cursor;
}

void check_outcome(const PushOutcome& outcome) {
    if (outcome.state == PushOutcome::State::failed) check(!outcome.message.empty(), "a failed push says why");
    check_text(outcome.message, "a push's message is text");
    if (outcome.state == PushOutcome::State::accepted)
        check(!outcome.provider_id.empty(), "an accepted push has a ticket");
}

void ask_orders(Connector& connector, std::string cursor) {
    auto& source = *connector.order_source();
    const PullWindow window{from_ms(1'794'900'000'000), std::nullopt, {}};
    for (int pages = 0; pages < 4; ++pages) {
        const auto page = source.fetch_orders(window, cursor);
        cursor = next_of(page);
        if (!page) return;
        check_problems(page->problems);
        for (const auto& raw : page->orders) {
            check(!raw.external_order_id.empty(), "an order of a page has an id");
            check_payload(raw.payload);
            const auto mapped = source.map_order(raw.payload);
            if (!mapped) {
                check_fault(mapped.error());
                continue;
            }
            check_order(mapped->order);
            check_same(mapped->order.external_order_id, raw.external_order_id, "an order has one id");
        }
        if (cursor.empty()) return;
    }
}

void ask_refunds(Connector& connector, std::string cursor) {
    const auto look = [](const RefundMapper& mapper, const std::vector<RawRefund>& refunds) {
        for (const auto& raw : refunds) {
            check(!raw.external_refund_id.empty() && !raw.external_order_id.empty(), "a refund has an id and an order");
            check_payload(raw.payload);
            check_payload(raw.context);
            std::vector<domain::Problem> problems;
            const auto mapped = mapper.map_refund(raw, problems);
            if (!mapped) {
                check_fault(mapped.error());
                continue;
            }
            check_refund(*mapped);
            check_same(mapped->external_refund_id, raw.external_refund_id, "a refund has one id");
        }
    };
    if (auto* source = connector.order_refund_source()) {
        const auto refunds = source->fetch_refunds("1001");
        if (!refunds) return check_fault(refunds.error());
        return look(*source, *refunds);
    }
    auto* source = connector.refund_source();
    for (int pages = 0; source != nullptr && pages < 4; ++pages) {
        const auto page = source->fetch_refunds({from_ms(1'794'900'000'000), std::nullopt, {}}, cursor);
        cursor = next_of(page);
        if (!page) return;
        check_problems(page->problems);
        look(*source, page->refunds);
        if (cursor.empty()) return;
    }
}

void ask_items(Connector& connector, std::optional<Timestamp> since, std::string cursor) {
    auto* source = connector.catalog_source();
    for (int pages = 0; source != nullptr && pages < 4; ++pages) {
        const auto page = source->fetch_items(since, cursor);
        cursor = next_of(page);
        if (!page) return;
        for (const auto& raw : page->items) {
            check(!raw.variant_id.empty(), "an item of a page has a key");
            check_payload(raw.payload);
            const auto items = source->map_item(raw.payload);
            if (!items) {
                check_fault(items.error());
                continue;
            }
            for (const auto& item : *items) {
                check_item(item);
                check_same(item.variant_id, raw.variant_id, "an item has one key");
            }
        }
        if (cursor.empty()) return;
    }
}

void ask_stock(Connector& connector, std::string_view what, const std::string& ticket) {
    auto* sink = connector.stock_sink();
    if (sink == nullptr) return;
    if (what == "check_stock" && ticket.empty()) return;  // what was accepted had one
    const std::vector<StockLine> lines{
        {1, "k1", "SKU-1", R"({"inventory_item_id":"11","item_id":"110","kind":"trading"})", "17", 5},
        {2, "k2", "SKU-2", "{}", std::nullopt, 0}};
    if (what == "read_stock") {
        const auto read = sink->read_stock(lines);
        if (!read) return check_fault(read.error());
        check(read->size() == lines.size(), "there is a figure for each line");
        return;
    }
    const auto outcomes = what == "push_stock" ? sink->push_stock(lines, "batch-1") : sink->check_stock(lines, ticket);
    check(outcomes.size() == lines.size(), "there is an outcome for each line");
    for (const auto& outcome : outcomes) check_outcome(outcome);
}

void ask_fba(Connector& connector, std::string_view what, const std::string& cursor) {
    if (auto* source = connector.fba_source(); source != nullptr && what == "fba") {
        const auto page = source->fetch_fba_shipments({from_ms(1'794'900'000'000), std::nullopt, {}}, cursor);
        next_of(page);
        if (page)
            for (const auto& raw : page->shipments) {
                check_payload(raw.payload);
                const auto mapped = source->map_fba_shipment(raw);
                if (mapped) check_text(mapped->shipment_status, "a state is text");
            }
    } else if (source != nullptr && what == "fba_items") {
        const auto page = source->fetch_fba_items("FBA15DJ8K6NZ", "ATVPDKIKX0DER", cursor, cursor.size() % 2 == 1);
        if (!page) return check_fault(page.error());
        for (const auto& item : page->items) check_payload(item);
    }
    if (auto* source = connector.fba_plan_source(); source != nullptr && what == "plans") {
        const auto step =
            source->walk_fba_plans(from_ms(1'794'900'000'000), cursor, [](const std::string&) { return false; });
        next_of(step);
    }
    if (auto* sink = connector.carton_sink()) {
        CartonShipment to;
        to.shipment = {"FBA15DJ8K6NZ", "ATVPDKIKX0DER", {}, {}, {}, "WORKING", false, cursor};
        to.plan = domain::FbaPlan{"wf1", "sh1"};
        const std::vector<CartonToPush> cartons{{"00000000-0000-4000-8000-000000000001", {{"SKU-1", 5, 5}}}};
        if (what == "cartons") check_outcome(sink->push_cartons(to, cartons));
        if (what == "check_cartons" && !cursor.empty()) check_outcome(sink->check_cartons(cursor));
    }
}

void ask_bulk(Connector& connector, const std::string& url) {
    auto* source = connector.bulk_order_source();
    if (source == nullptr) return;
    if (const auto id = source->start_bulk(from_ms(1'794'900'000'000)); !id) check_fault(id.error());
    if (const auto progress = source->poll_bulk("gid://shopify/BulkOperation/1"); !progress)
        check_fault(progress.error());
    const auto read = source->read_bulk(url, 0, [](std::string_view, std::int64_t) { return true; });
    if (!read) check_fault(read.error());
}

void ask(Connector& connector, std::string_view what, const std::string& cursor) {
    if (what == "orders") return ask_orders(connector, cursor);
    if (what == "refunds") return ask_refunds(connector, cursor);
    if (what == "items") return ask_items(connector, std::nullopt, cursor);
    if (what == "news") return ask_items(connector, from_ms(1'794'900'000'000), cursor);
    if (what.ends_with("_stock")) return ask_stock(connector, what, cursor);
    if (what.starts_with("fba") || what == "plans" || what.ends_with("cartons"))
        return ask_fba(connector, what, cursor);
    if (what == "bulk") return ask_bulk(connector, cursor);
    if (what == "order") {
        const auto raw = connector.order_source()->fetch_order("1001");
        if (!raw) return check_fault(raw.error());
        check_payload(raw->payload);
    } else if (what == "order_ids") {
        const auto page = connector.order_source()->list_order_ids(
            {from_ms(1'794'900'000'000), from_ms(1'795'000'000'000), {}}, cursor);
        next_of(page);
        if (page)
            for (const auto& id : page->external_ids) check(!id.empty(), "an id is something");
    } else if (what == "locations" && connector.catalog_source() != nullptr) {
        const auto places = connector.catalog_source()->fetch_locations();
        if (!places) return check_fault(places.error());
        for (const auto& place : *places) {
            check(!place.external_id.empty(), "a place has an id");
            check_text(place.name, "a place's name is text");
        }
    } else if (what == "carriers" && connector.carrier_source() != nullptr) {
        const auto codes = connector.carrier_source()->carrier_codes();
        if (!codes) return check_fault(codes.error());
        for (const auto& code : *codes) check_text(code.code, "a carrier's code is text");
    } else if (what == "ship" && connector.shipment_sink() != nullptr) {
        ShipmentToPush shipment;
        shipment.shipment_id = 7;
        shipment.external_order_id = "1001";
        shipment.carrier = "UPS";
        shipment.tracking_number = "1Z999";
        if (cursor == "lines") shipment.lines = {{"1", 1}, {"2", 2}};
        check_outcome(connector.shipment_sink()->push_shipment(shipment));
    } else if (what == "ack" && connector.order_acknowledger() != nullptr) {
        check_outcome(connector.order_acknowledger()->acknowledge_order("1001"));
    } else if (what == "unacked" && connector.order_acknowledger() != nullptr) {
        next_of(connector.order_acknowledger()->list_unacknowledged(cursor));
    } else if (what == "access") {
        std::vector<domain::Problem> problems;
        const auto profile = connector.check_access(problems);
        check_problems(problems);
        if (!profile) return check_fault(profile.error());
        check_payload(*profile);
    } else if (what == "subscribe" && connector.webhook_source() != nullptr) {
        const auto done = connector.webhook_source()->ensure_subscriptions("https://hub.example.com/hooks/shop-us");
        if (!done) return check_fault(done.error());
        for (const auto& line : *done) check_text(line, "what was done is text");
    }
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    auto shop = open_shop(in.choice(shop_names()));
    const auto question = kQuestions[in.choice(kQuestions)];
    // A cursor or a ticket is what the hub kept of an earlier answer, so it is text.
    std::string cursor = to_valid_utf8(in.line());
    std::erase(cursor, '\0');
    give(shop->network, in.rest());
    ask(*shop->connector, question, cursor);
    check(shop->network.asked < 500, "a question is asked a bounded number of times");
}

}  // namespace crossdock::fuzz::on_answer
