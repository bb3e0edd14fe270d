// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "jobs/runner.h"
#include "jobs/timers.h"
#include "services/record_fba.h"
#include "store/carton_repo.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "support/temporary_database.h"
#include "sync/fetch_fba_items.h"
#include "sync/find_fba_plans.h"
#include "sync/push_cartons.h"
#include "sync/sync_fba.h"

namespace crossdock::sync {

using namespace std::chrono_literals;
using nlohmann::json;

inline Error throttled() {
    return {ErrorKind::rate_limited, "amazon_throttled", "QuotaExceeded: You exceeded your quota", {}};
}

/// Amazon's inbound side from a script: headers in pages, items in pages, and the odd ways they fail.
struct InboundProvider final : connectors::FbaSource, connectors::FbaPlanSource, connectors::CartonSink {
    explicit InboundProvider(const Clock& the_clock) : clock(the_clock) {}

    struct Call {
        std::string what;  // "headers", "ids", "items", "sibling", "plans", "push", "check"
        std::string subject, token;
        Timestamp at{};
    };
    enum class Pages {
        whole,        // one page and no token
        two,          // two pages, then the end
        fresh_token,  // page one for ever, each time with a freshly signed token
        same_token,   // a new item each time and one token for ever
        endless,      // new items and new tokens for ever
        repeating,    // page one for ever under fresh tokens, on the second time with one item more
        empty_token   // nothing but a token
    };

    // The script.
    std::vector<std::pair<std::string, std::string>> shipments;  // id, status
    std::size_t page_size = 50;
    std::map<std::string, Pages> pages;
    Pages usual_pages = Pages::whole;
    std::size_t items_per_page = 2;
    std::deque<Error> header_errors, id_errors;
    std::map<std::string, std::deque<Error>> item_errors;
    std::function<std::string(std::string)> next_header_token;  // instead of the honest one
    Pages sibling_pages = Pages::whole;
    std::size_t sibling_items = 0;
    std::deque<connectors::PushOutcome> push_outcomes, check_outcomes;
    std::vector<std::vector<std::string>> plan_pages;  // ids of shipments, by call
    std::deque<Error> plan_errors;
    bool wants_plans = true, plans_never_end = false;
    bool needs_plan = false;        // for cartons
    std::size_t needs_cartons = 0;  // so many of them, or nothing is sent

    // What happened.
    std::vector<Call> calls;
    std::vector<std::vector<std::string>> id_lists;
    std::vector<std::vector<std::string>> pushed_skus;  // by message: the first sku of each carton
    std::vector<std::string> marketplaces;              // of each page of items
    Timestamp asked_from{};

    const Clock& clock;

    void note(std::string what, std::string subject, std::string token) {
        calls.push_back({std::move(what), std::move(subject), std::move(token), clock.now()});
    }
    std::vector<Call> of(const std::string& what) const {
        std::vector<Call> some;
        for (const Call& call : calls)
            if (call.what == what) some.push_back(call);
        return some;
    }
    template <class T>
    static std::optional<T> next(std::deque<T>& queue) {
        if (queue.empty()) return std::nullopt;
        T first = queue.front();
        queue.pop_front();
        return first;
    }
    static std::string header(const std::string& id, const std::string& status) {
        return json{{"ShipmentId", id}, {"ShipmentStatus", status}, {"AreCasesRequired", false}}.dump();
    }

    Result<connectors::FbaShipmentPage> fetch_fba_shipments(const connectors::PullWindow& window,
                                                            const std::string& cursor) override {
        note("headers", "", cursor);
        asked_from = window.from;
        if (auto failure = next(header_errors)) return *failure;
        connectors::FbaShipmentPage page;
        page.provider_now = clock.now();
        const std::size_t from = cursor.empty() ? 0 : std::stoul(cursor);
        for (std::size_t i = from; i < std::min(shipments.size(), from + page_size); ++i)
            if (!domain::is_final_fba_state(shipments[i].second) && shipments[i].second != "ERROR")
                page.shipments.push_back(
                    {shipments[i].first, "ATVPDKIKX0DER", header(shipments[i].first, shipments[i].second)});
        if (from + page_size < shipments.size()) page.next_cursor = std::to_string(from + page_size);
        if (next_header_token) page.next_cursor = next_header_token(page.next_cursor);
        return page;
    }
    Result<std::vector<connectors::RawFbaShipment>> fetch_fba_shipments_by_id(
        std::span<const std::string> ids) override {
        note("ids", "", "");
        if (auto failure = next(id_errors)) return *failure;
        id_lists.emplace_back(ids.begin(), ids.end());
        std::vector<connectors::RawFbaShipment> found;
        for (const std::string& id : ids)
            for (const auto& [held, status] : shipments)
                if (held == id) found.push_back({id, "ATVPDKIKX0DER", header(id, status)});
        return found;
    }
    static std::string item(const std::string& shipment, std::size_t number) {
        return json{{"ShipmentId", shipment},
                    {"SellerSKU", "SKU-" + std::to_string(number)},
                    {"FulfillmentNetworkSKU", "X" + std::to_string(number)},
                    {"QuantityShipped", 4},
                    {"QuantityReceived", 0},
                    {"QuantityInCase", 0}}
            .dump();
    }
    Result<connectors::FbaItemPage> fetch_fba_items(const std::string& shipment_id, const std::string& marketplace_id,
                                                    const std::string& token, bool sibling) override {
        note(sibling ? "sibling" : "items", shipment_id, token);
        marketplaces.push_back(marketplace_id);
        EXPECT_EQ(marketplace_id, "ATVPDKIKX0DER") << "the first defence: on every page";
        if (auto failure = next(item_errors[shipment_id])) return *failure;
        connectors::FbaItemPage page;
        const std::size_t number = calls.size();  // fresh for each call
        const Pages how = sibling ? sibling_pages : pages.count(shipment_id) != 0 ? pages[shipment_id] : usual_pages;
        const bool first = token.empty();
        const auto add = [&](std::size_t from, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) page.items.push_back(item(shipment_id, from + i));
        };
        if (sibling) {
            add(10'000, sibling_items);
            if (how == Pages::fresh_token) page.next_token = "signed-" + std::to_string(number);
            return page;
        }
        switch (how) {
            case Pages::whole: add(1, items_per_page); break;
            case Pages::two:
                add(first ? 1 : 1 + items_per_page, items_per_page);
                if (first) page.next_token = "two";
                break;
            case Pages::fresh_token:
                add(1, items_per_page);
                page.next_token = "signed-" + std::to_string(number);
                break;
            case Pages::same_token:
                add(number * 1000, items_per_page);
                page.next_token = "frozen";
                break;
            case Pages::endless:
                add(number * 1000, items_per_page);
                page.next_token = "signed-" + std::to_string(number);
                break;
            case Pages::repeating:
                add(1, items_per_page + (of("items").size() > 1 ? 1 : 0));
                page.next_token = "signed-" + std::to_string(number);
                break;
            case Pages::empty_token: page.next_token = "signed-" + std::to_string(number); break;
        }
        return page;
    }
    [[nodiscard]] Result<domain::FbaShipment> map_fba_shipment(const connectors::RawFbaShipment& raw) const override {
        const json parsed = json::parse(raw.payload);
        if (parsed["ShipmentStatus"] == "BAD") return Error{ErrorKind::invalid, "field", "ShipmentStatus is missing"};
        domain::FbaShipment shipment;
        shipment.shipment_id = raw.shipment_id;
        shipment.marketplace_id = raw.marketplace_id;
        shipment.shipment_status = parsed["ShipmentStatus"];
        return shipment;
    }

    [[nodiscard]] bool wants_fba_plans() const override { return wants_plans; }
    /// A call shows the shipments of one plan.
    Result<connectors::FbaPlanStep> walk_fba_plans(Timestamp since, const std::string& cursor,
                                                   const std::function<bool(const std::string&)>& holds) override {
        note("plans", "", cursor);
        asked_from = since;
        if (auto failure = next(plan_errors)) return *failure;
        const std::size_t at = cursor.empty() ? 0 : std::stoul(cursor);
        connectors::FbaPlanStep step;
        step.plans = {"wf" + std::to_string(at)};
        if (at < plan_pages.size())
            for (const std::string& id : plan_pages[at])
                if (!holds("sh-" + id)) step.found.push_back({id, {step.plans[0], "sh-" + id}});
        if (at + 1 < plan_pages.size()) step.next_cursor = std::to_string(at + 1);
        if (plans_never_end) step.next_cursor = std::to_string(at);
        return step;
    }

    connectors::PushOutcome push_cartons(const connectors::CartonShipment& to,
                                         std::span<const connectors::CartonToPush> cartons) override {
        using State = connectors::PushOutcome::State;
        note("push", to.shipment.shipment_id, to.plan ? to.plan->shipment_id : "");
        if (needs_plan && !to.plan)
            return {to.plan_sought ? State::failed : State::waiting,
                    std::string{connectors::kPlanUnknown},
                    "the plan is not known",
                    "",
                    {}};
        if (cartons.size() < needs_cartons) return {State::waiting, "cartons_incomplete", "missing are 4 of B", "", {}};
        std::vector<std::string> skus;
        for (const auto& carton : cartons) skus.push_back(carton.items.empty() ? "" : carton.items[0].sku);
        pushed_skus.push_back(skus);
        if (auto outcome = next(push_outcomes)) return *outcome;
        return {connectors::PushOutcome::State::accepted, "amazon_feed", "Amazon works on it",
                "F" + std::to_string(pushed_skus.size()), 120s};
    }
    connectors::PushOutcome check_cartons(const std::string& ticket) override {
        note("check", "", ticket);
        if (auto outcome = next(check_outcomes)) return *outcome;
        // A message with a bad sku is refused as a whole.
        for (const std::string& sku : pushed_skus.back())
            if (sku.starts_with("BAD"))
                return {connectors::PushOutcome::State::failed,
                        "amazon_cartons_refused",
                        "Amazon: Error 8026: " + sku + " is not in the shipment",
                        "",
                        {}};
        return {connectors::PushOutcome::State::succeeded, "", "", "", {}};
    }
};

struct InboundConnector final : connectors::Connector {
    explicit InboundConnector(InboundProvider& provider) : provider_(provider) {}
    Result<std::string> check_access(std::vector<domain::Problem>&) override { return std::string{"{}"}; }
    connectors::FbaSource* fba_source() override { return &provider_; }
    connectors::FbaPlanSource* fba_plan_source() override { return &provider_; }
    connectors::CartonSink* carton_sink() override { return &provider_; }
    InboundProvider& provider_;
};
struct InboundFactory final : connectors::ConnectorFactory {
    explicit InboundFactory(InboundProvider& provider) : provider_(provider) {}
    [[nodiscard]] domain::Provider provider() const override { return domain::Provider::shopify; }
    [[nodiscard]] std::vector<std::string> check_setup(const connectors::ChannelSetup&) const override { return {}; }
    [[nodiscard]] std::shared_ptr<connectors::SharedChannelState> share(const connectors::ChannelSetup&,
                                                                        connectors::Runtime) const override {
        return std::make_shared<connectors::SharedChannelState>();
    }
    [[nodiscard]] std::unique_ptr<connectors::Connector> open(const connectors::ChannelSetup&, const std::string&,
                                                              std::shared_ptr<connectors::SharedChannelState>,
                                                              connectors::Runtime) const override {
        return std::make_unique<InboundConnector>(provider_);
    }
    InboundProvider& provider_;
};
struct NoInboundHttp final : net::HttpClient {
    Result<net::HttpResponse> send(const net::HttpRequest&) override {
        return Error{ErrorKind::unavailable, "net_not_sent", "", {}};
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}
};

/// The FBA jobs on a real queue and a virtual clock, with the app's kinds and limits.
class Fba : public ::testing::Test {
protected:
    Fba() {
        Channels::Entry entry;
        entry.id = database.channel.id;
        entry.account_id = database.channel.account_id;
        entry.factory = &factory;
        channels.add(std::move(entry));
        start();
    }
    /// A new process over the same database.
    void start() {
        jobs::RunnerOptions options;
        options.boot_id = "boot " + std::to_string(++boots);
        runner = std::make_unique<jobs::Runner>(*database, database.clock, random, options);
        const auto add = [&](std::string_view kind, domain::Lane lane, bool stream, std::chrono::milliseconds limit,
                             std::unique_ptr<jobs::Handler> handler) {
            jobs::KindOptions kind_options;
            kind_options.lane = lane;
            kind_options.is_push = lane == domain::Lane::push;
            kind_options.is_stream = stream;
            kind_options.hard_limit = limit;
            runner->add(std::string{kind}, kind_options, std::move(handler));
        };
        add(services::kSyncFbaShipments, domain::Lane::orders, true, 5min, std::make_unique<SyncFbaShipments>(env));
        add(services::kRefreshFbaStatuses, domain::Lane::bulk, true, 5min, std::make_unique<RefreshFbaStatuses>(env));
        add(services::kFetchFbaItems, domain::Lane::bulk, false, kFbaItemsLimit, std::make_unique<FetchFbaItems>(env));
        add(services::kBackfillFbaItems, domain::Lane::bulk, true, 5min, std::make_unique<BackfillFbaItems>(env));
        add(services::kFindFbaPlans, domain::Lane::bulk, true, 5min, std::make_unique<FindFbaPlans>(env));
        add(services::kPushCartons, domain::Lane::push, false, 5min, std::make_unique<PushCartons>(env));
        runner->on_dead([this](db::Session& session, const domain::Job& job, const Error& error) {
            ++dead;
            if (job.kind == services::kPushCartons) give_up_cartons(session, job, error, database.clock.now());
        });
    }
    /// Until the queue is empty, or so long.
    void run_for(std::chrono::milliseconds span) {
        const Timestamp end = database.clock.now() + span;
        for (;;) {
            if (timers) timers->tick(database.clock.now());
            most_live = std::max(most_live, live_jobs());
            while (runner->run_one()) most_live = std::max(most_live, live_jobs());
            Timestamp next = runner->next_due().value_or(end);
            if (timers) next = std::min(next, timers->next_due().value_or(end));
            if (next >= end) break;
            database.clock.advance(std::max<std::chrono::milliseconds>(next - database.clock.now(), 1ms));
        }
        if (database.clock.now() < end && timers) database.clock.advance(end - database.clock.now());
    }
    void sync(std::int64_t days = services::kFbaSyncDays) {
        database->write([&](db::Session& session) {
            services::ask_for_fba_sync(session, database.channel, days, database.clock.now());
        });
    }
    void enqueue(const domain::JobSpec& spec) {
        database->write([&](db::Session& session) { store::JobRepo(session).enqueue(spec, database.clock.now()); });
    }
    std::int64_t number(const std::string& sql) {
        return database->read([&](db::Session& session) {
            db::Statement statement(session, sql);
            statement.step();
            return statement.integer(0);
        });
    }
    std::int64_t live_jobs() {
        return number("SELECT count(*) FROM jobs WHERE state IN ('ready', 'retry', 'running')");
    }
    std::int64_t live_jobs(std::string_view kind) {
        return number("SELECT count(*) FROM jobs WHERE state IN ('ready', 'retry', 'running') AND kind = '" +
                      std::string{kind} + "'");
    }
    std::optional<store::FbaInboundShipment> shipment(const std::string& id) {
        return database->read(
            [&](db::Session& session) { return store::FbaRepo(session).find(database.channel.id, id); });
    }
    std::vector<std::string> items(const std::string& id) {
        return database->read([&](db::Session& session) {
            store::FbaRepo repo(session);
            const auto held = repo.find(database.channel.id, id);
            return held ? repo.items(held->id, held->items_walk) : std::vector<std::string>{};
        });
    }
    std::string problems(const std::string& key, const char* subject = "fba_shipment") {
        return database->read([&](db::Session& session) {
            std::string codes;
            for (const auto& one :
                 store::ProblemRepo(session).about(database.channel.account_id, database.channel.id, subject, key))
                codes += one.code + ";";
            return codes;
        });
    }
    void add_shipments(int count, const std::string& status = "WORKING", const std::string& prefix = "FBA") {
        for (int i = 1; i <= count; ++i) provider.shipments.emplace_back(prefix + std::to_string(1000 + i), status);
    }

    crossdock::testing::TemporaryDatabase database;
    SeededRandom random{3};
    NoInboundHttp http;
    InboundProvider provider{database.clock};
    InboundFactory factory{provider};
    Channels channels{{http, database.clock, random}};
    Env env{*database, database.clock, random, channels, [] {}, ""};
    std::unique_ptr<jobs::Runner> runner;
    std::unique_ptr<jobs::Timers> timers;
    std::int64_t most_live = 0;
    int boots = 0, dead = 0;
};

}  // namespace crossdock::sync
