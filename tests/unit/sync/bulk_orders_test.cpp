// SPDX-License-Identifier: Apache-2.0
// Long walks by a provider's export, against a provider from a script.
#include "sync/bulk_orders.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <nlohmann/json.hpp>

#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "support/temporary_database.h"
#include "sync/pull_orders.h"

namespace crossdock::sync {
namespace {

using connectors::BulkOrderSource;
using nlohmann::json;
using namespace std::chrono_literals;

Error error(ErrorKind kind, const char* code) { return {kind, code, "scripted"}; }

/// A shop with numbered orders. By pages it shows them ten at a time; its export holds a line for each order, one for its
/// only part and one for the part's part, all the orders first.
struct Provider final : connectors::OrderSource, BulkOrderSource {
    explicit Provider(const Clock& the_clock) : clock(the_clock) {}

    // The script.
    int orders = 45;
    int polls_until_done = 2;
    std::deque<Error> start_errors, poll_errors, read_errors;
    std::optional<std::size_t> cut_after;  // bytes the next reading brings before it ends in net_no_answer
    std::optional<std::size_t> hold_back;  // bytes that are missing at the end of every reading
    std::string garbage;                   // put in front of the last line
    std::function<void()> in_reading;

    // What happened.
    int starts = 0, polls = 0, pages = 0, readings = 0;
    std::vector<std::int64_t> read_from;
    std::map<std::string, int> fetched;

    const Clock& clock;

    static std::string payload(int number) { return json{{"id", std::to_string(number)}, {"parts", {{{"of", number}}}}}.dump(); }
    static Timestamp updated(int number) { return from_ms(1'794'000'000'000) + std::chrono::seconds{number}; }

    Result<connectors::OrderPage> fetch_orders(const connectors::PullWindow&, const std::string& cursor) override {
        ++pages;
        connectors::OrderPage page;
        page.provider_now = clock.now();
        const int from = cursor.empty() ? 0 : std::stoi(cursor);
        for (int i = from; i < std::min(orders, from + 10); ++i) {
            page.orders.push_back({std::to_string(i), updated(i), payload(i)});
            ++fetched["page"];
        }
        if (from + 10 < orders) page.next_cursor = std::to_string(from + 10);
        return page;
    }
    Result<connectors::RawOrder> fetch_order(const std::string&) override { return error(ErrorKind::not_found, "none"); }
    Result<connectors::IdPage> list_order_ids(const connectors::PullWindow&, const std::string&) override { return connectors::IdPage{}; }
    [[nodiscard]] Result<connectors::MappedOrder> map_order(std::string_view text) const override {
        const json parsed = json::parse(text);
        // One part, and that of this very order: nothing got mixed up on the way.
        EXPECT_EQ(parsed["parts"].size(), 1U);
        EXPECT_EQ(std::to_string(parsed["parts"][0]["of"].get<int>()), parsed["id"].get<std::string>());
        connectors::MappedOrder mapped;
        mapped.order.external_order_id = parsed["id"];
        mapped.order.currency = "USD";
        mapped.order.ordered_at = updated(0);
        mapped.order.last_remote_update_at = updated(std::stoi(parsed["id"].get<std::string>()));
        return mapped;
    }

    Result<std::string> start_bulk(Timestamp) override {
        ++starts;
        if (auto failure = next(start_errors)) return *failure;
        return "operation-" + std::to_string(starts);
    }
    Result<Progress> poll_bulk(const std::string& id) override {
        ++polls;
        EXPECT_EQ(id, "operation-" + std::to_string(starts));
        if (auto failure = next(poll_errors)) return *failure;
        if (polls <= polls_until_done) return Progress{false, polls, ""};
        return Progress{true, orders * 3, orders == 0 ? "" : "https://storage/result"};
    }
    [[nodiscard]] std::string result() const {
        std::string out;
        for (int i = 0; i < orders; ++i) out += json{{"order", std::to_string(i)}, {"id", "o" + std::to_string(i)}}.dump() + "\n";
        for (int i = orders; i-- > 0;)
            out += json{{"order", std::to_string(i)}, {"parent", "o" + std::to_string(i)}, {"id", "p" + std::to_string(i)}}.dump() + "\n";
        for (int i = 0; i < orders; ++i)
            out += (i + 1 == orders ? garbage : "") +
                   json{{"parent", "p" + std::to_string(i)}, {"id", "q" + std::to_string(i)}, {"of", i}}.dump() + "\n";
        return out;
    }
    Status read_bulk(const std::string& url, std::int64_t from_byte, const LineSink& line) override {
        ++readings;
        read_from.push_back(from_byte);
        EXPECT_EQ(url, "https://storage/result");
        if (auto failure = next(read_errors)) return *failure;
        const std::string all = result();
        const std::size_t end = all.size() - hold_back.value_or(0);
        const auto limit = cut_after ? std::min(end, static_cast<std::size_t>(from_byte) + *cut_after) : end;
        const bool cut = std::exchange(cut_after, std::nullopt).has_value();
        for (std::size_t at = static_cast<std::size_t>(from_byte); at < limit;) {
            const std::size_t newline = all.find('\n', at);
            if (newline >= limit) break;
            if (in_reading) in_reading();
            if (!line(std::string_view{all}.substr(at, newline - at), static_cast<std::int64_t>(newline) + 1)) return ok();
            at = newline + 1;
        }
        if (cut) return error(ErrorKind::unavailable, "net_no_answer");
        return ok();
    }
    [[nodiscard]] Result<Line> classify_bulk_line(std::string_view text) const override {
        const json parsed = json::parse(text, nullptr, false);
        if (!parsed.is_object()) return error(ErrorKind::invalid, "bulk_line_invalid");
        return Line{parsed.value("order", ""), parsed.value("parent", ""), parsed.value("id", "")};
    }
    [[nodiscard]] Result<connectors::RawOrder> assemble_bulk(std::span<const std::string> lines) const override {
        EXPECT_EQ(lines.size(), 3U);
        const int number = std::stoi(json::parse(lines[0])["order"].get<std::string>());
        connectors::RawOrder raw{std::to_string(number), updated(number), ""};
        json parts = json::array();
        for (const std::string& text : lines)
            if (const json one = json::parse(text); one.contains("of")) parts.push_back({{"of", one["of"]}});
        raw.payload = json{{"id", std::to_string(number)}, {"parts", parts}}.dump();
        return raw;
    }
    static std::optional<Error> next(std::deque<Error>& errors) {
        if (errors.empty()) return std::nullopt;
        Error first = errors.front();
        errors.pop_front();
        return first;
    }
};

struct ConnectorToIt final : connectors::Connector {
    explicit ConnectorToIt(Provider& provider) : provider_(provider) {}
    Result<std::string> check_access(std::vector<domain::Problem>&) override { return std::string{R"({"known":true})"}; }
    connectors::OrderSource* order_source() override { return &provider_; }
    BulkOrderSource* bulk_order_source() override { return &provider_; }
    Provider& provider_;
};
struct Factory final : connectors::ConnectorFactory {
    explicit Factory(Provider& provider) : provider_(provider) {}
    [[nodiscard]] domain::Provider provider() const override { return domain::Provider::shopify; }
    [[nodiscard]] std::vector<std::string> check_setup(const connectors::ChannelSetup&) const override { return {}; }
    [[nodiscard]] std::shared_ptr<connectors::SharedChannelState> share(const connectors::ChannelSetup&, connectors::Runtime) const override {
        return std::make_shared<connectors::SharedChannelState>();
    }
    [[nodiscard]] std::unique_ptr<connectors::Connector> open(const connectors::ChannelSetup&, const std::string&,
                                                              std::shared_ptr<connectors::SharedChannelState>,
                                                              connectors::Runtime) const override {
        return std::make_unique<ConnectorToIt>(provider_);
    }
    Provider& provider_;
};
struct NoHttp final : net::HttpClient {
    Result<net::HttpResponse> send(const net::HttpRequest&) override { return error(ErrorKind::unavailable, "net_not_sent"); }
    Result<net::HttpResponse> download(const net::HttpRequest& request, const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}
};

class Export : public ::testing::Test {
protected:
    explicit Export(BulkExport word = BulkExport::always) {
        Channels::Entry entry;
        entry.id = database.channel.id;
        entry.account_id = database.channel.account_id;
        entry.factory = &factory;
        entry.settings.bulk_export = word;
        entry.settings.first_sync = 24h * 60;
        channels.add(std::move(entry));
    }

    /// Runs the pull once, as a fresh process would: nothing is known but what is in the database.
    jobs::JobOutcome run(const domain::JobSpec& spec) {
        domain::Job job;
        job.account_id = spec.account_id;
        job.channel_id = spec.channel_id;
        job.kind = spec.kind;
        job.args = spec.args;
        jobs::JobContext context{job};
        const auto outcome = PullOrders(env).run(context);
        database.clock.advance(std::max<std::chrono::milliseconds>(outcome.delay, 1s));
        return outcome;
    }
    jobs::JobOutcome run() { return run(pull_orders_job(database.channel, database.clock.now())); }
    /// Until it is done, or gives in to a failure.
    int run_to_the_end(int most = 100) {
        int runs = 0;
        while (runs < most && run().kind == jobs::JobOutcome::Kind::again) ++runs;
        return runs;
    }
    std::optional<ExportState> state(std::string_view stream = kOrdersStream) {
        return database->read([&](db::Session& session) { return read_export(store::StreamRepo(session).load(database.channel.id, stream)); });
    }
    store::Stream stream(std::string_view name = kOrdersStream) {
        return database->read([&](db::Session& session) { return store::StreamRepo(session).load(database.channel.id, name); });
    }
    std::int64_t orders() {
        return database->read([&](db::Session& session) { return store::OrderRepo(session).count(database.channel.account_id); });
    }
    std::int64_t aside() {
        return database->read([&](db::Session& session) {
            db::Statement statement(session, "SELECT count(*) FROM bulk_lines");
            statement.step();
            return statement.integer(0);
        });
    }
    std::int64_t events(std::string_view type) {
        return database->read([&](db::Session& session) {
            std::int64_t count = 0;
            for (const auto& event : store::EventRepo(session).after(database.channel.account_id, 0, 1000)) count += event.type == type ? 1 : 0;
            return count;
        });
    }
    std::string problem() {
        return database->read([&](db::Session& session) {
            std::string codes;
            for (const auto& one : store::ProblemRepo(session).about(database.channel.account_id, database.channel.id, "stream", kOrdersStream))
                codes += one.code;
            return codes;
        });
    }
    void expect_all_once() {
        EXPECT_EQ(orders(), provider.orders);
        EXPECT_EQ(events("order.created"), provider.orders);
        EXPECT_EQ(events("order.updated"), 0) << "the page and the export say the same";
        EXPECT_EQ(aside(), 0);
    }

    crossdock::testing::TemporaryDatabase database;
    SeededRandom random{3};
    NoHttp http;
    Provider provider{database.clock};
    Factory factory{provider};
    Channels channels{{http, database.clock, random}};
    Env env{*database, database.clock, random, channels, [] {}, ""};
};

TEST_F(Export, BringsTheFirstOrdersAndThenTheOrdinaryWindowFollows) {
    const Timestamp begin = database.clock.now();
    run_to_the_end();
    expect_all_once();
    EXPECT_EQ(provider.starts, 1);
    EXPECT_EQ(provider.readings, 1);
    EXPECT_EQ(provider.fetched["page"], 10 + provider.orders) << "one page before, all of them in the window behind";
    // The walk ended at the provider's now of its first page, less the lag of its lists.
    EXPECT_GE(*stream().watermark, begin - 60s);
    EXPECT_EQ(state(), std::nullopt);
    EXPECT_EQ(problem(), "");
    EXPECT_EQ(events("sync.completed"), 1);
}

TEST_F(Export, WaitsBetweenItsQuestions) {
    provider.polls_until_done = 3;
    run();  // the page
    run();  // the start
    for (int i = 0; i < 3; ++i) {
        const auto outcome = run();
        EXPECT_EQ(outcome.kind, jobs::JobOutcome::Kind::again);
        EXPECT_GE(outcome.delay, 5s);
        EXPECT_NE(outcome.cursor.find("operation-1"), std::string::npos);
    }
    EXPECT_EQ(state()->phase, ExportState::Phase::running);
    EXPECT_EQ(state()->objects, 3);
}

TEST_F(Export, AShopWithoutMoreThanAPageNeedsNone) {
    provider.orders = 10;
    run_to_the_end();
    EXPECT_EQ(provider.starts, 0);
    expect_all_once();
}

TEST_F(Export, GoesOnAtItsByteAfterACut) {
    provider.cut_after = 700;
    EXPECT_EQ(run_to_the_end(), 4);  // page, start, two polls; the cut is a failure of the job
    const auto come_to = state();
    EXPECT_EQ(come_to->phase, ExportState::Phase::reading);
    EXPECT_GT(come_to->byte, 0);
    EXPECT_EQ(aside(), come_to->lines);
    run_to_the_end();
    EXPECT_EQ(provider.starts, 1);
    EXPECT_EQ(provider.read_from, (std::vector<std::int64_t>{0, come_to->byte}));
    expect_all_once();
}

TEST_F(Export, ReadsHalfAFileAgainFromWhereItWasGood) {
    provider.hold_back = 50;
    while (provider.readings == 0) run();
    provider.hold_back.reset();
    run_to_the_end();
    EXPECT_EQ(provider.readings, 2);
    EXPECT_GT(provider.read_from[1], 0);
    expect_all_once();
}

struct Impossible {
    const char* name;
    std::function<void(Provider&)> script;
    const char* said;
};
class Fallback : public Export, public ::testing::WithParamInterface<Impossible> {};

/// Whatever the export cannot do is done by pages, and said.
TEST_P(Fallback, IsByPages) {
    GetParam().script(provider);
    int runs = 0;
    std::string said;
    while (!stream().watermark && runs < 200) {
        run();
        ++runs;
        if (const auto now = state(); now && now->phase == ExportState::Phase::given_up) {
            said = problem();
        }
    }
    ASSERT_LT(runs, 200) << "the channel is blocked";
    EXPECT_NE(said.find(GetParam().said), std::string::npos) << said;
    EXPECT_EQ(state(), std::nullopt);
    expect_all_once();
    EXPECT_GE(provider.fetched["page"], provider.orders);
    EXPECT_EQ(problem(), "") << "the note is closed when the walk is through";
}

INSTANTIATE_TEST_SUITE_P(
    Table, Fallback,
    ::testing::Values(
        Impossible{"ScopeMissing", [](Provider& p) { p.start_errors = {error(ErrorKind::denied, "scope")}; }, "export_failed"},
        Impossible{"AnotherOneRuns", [](Provider& p) { p.start_errors = {error(ErrorKind::conflict, "busy")}; }, "export_failed"},
        Impossible{"Refused", [](Provider& p) { p.start_errors = {error(ErrorKind::rejected, "no")}; }, "export_failed"},
        Impossible{"NeverStarts",
                   [](Provider& p) { p.start_errors = std::deque<Error>(50, error(ErrorKind::unavailable, "down")); },
                   "export_failed"},
        Impossible{"Failed", [](Provider& p) { p.poll_errors = {error(ErrorKind::rejected, "failed")}; }, "export_failed"},
        Impossible{"Forgotten", [](Provider& p) { p.poll_errors = {error(ErrorKind::not_found, "gone")}; }, "export_failed"},
        Impossible{"Expired", [](Provider& p) { p.read_errors = {error(ErrorKind::not_found, "expired")}; }, "export_failed"},
        Impossible{"StorageBehindAFirewall",
                   [](Provider& p) { p.read_errors = std::deque<Error>(50, error(ErrorKind::unavailable, "net_not_sent")); },
                   "export_failed"},
        Impossible{"Incomplete", [](Provider& p) { p.hold_back = 50; }, "export_failed"},
        Impossible{"Garbage", [](Provider& p) { p.garbage = "<html>\n"; }, "export_failed"}),
    [](const auto& tested) { return std::string{tested.param.name}; });

TEST_F(Export, GivesUpOneThatStandsStill) {
    provider.polls_until_done = 1'000'000;
    int runs = 0;
    while (!stream().watermark && ++runs < 2000) {
        provider.polls = 0;  // it says "1 object" for ever
        run();
    }
    ASSERT_LT(runs, 2000);
    expect_all_once();
    EXPECT_LT(runs, 400) << "two hours at two questions a minute, and the pages";
}

TEST_F(Export, IsNotStartedForEverByOneThatDiesInIt) {
    run();
    // The process ends between the start and its being written down: what is in the database is the state before.
    const store::Stream before = stream();
    ASSERT_EQ(state()->phase, ExportState::Phase::starting);
    for (int i = 0; i < 10; ++i) {
        run();
        const auto now = state();
        if (!now || now->phase == ExportState::Phase::given_up) break;
        auto died = *now;
        died.phase = ExportState::Phase::starting;
        died.operation.clear();
        died.failures = i + 1;
        store::Stream row = before;
        row.state = with_export(before.state, died);
        database->write([&](db::Session& session) { store::StreamRepo(session).save(row); });
    }
    EXPECT_EQ(provider.starts, 3);
    run_to_the_end();
    expect_all_once();
}

TEST_F(Export, LetsGoWhenSomebodyElseHasMovedTheStream) {
    while (state().value_or(ExportState{}).phase != ExportState::Phase::running) run();
    provider.polls_until_done = 0;
    int lines = 0;
    provider.in_reading = [&] {
        if (++lines != 10) return;
        database->write([&](db::Session& session) {
            store::Stream row = store::StreamRepo(session).load(database.channel.id, kOrdersStream);
            row.state = with_export(row.state, std::nullopt);
            store::StreamRepo(session).save(row);
        });
    };
    EXPECT_EQ(run().kind, jobs::JobOutcome::Kind::done);
    EXPECT_EQ(aside(), 0);
    EXPECT_EQ(state(), std::nullopt);
}

TEST_F(Export, ServesALongBackFillToo) {
    run_to_the_end();
    ASSERT_EQ(provider.starts, 1);
    provider.polls = 0;
    const auto spec = backfill_orders_job(database.channel, database.clock.now() - 24h * 30, database.clock.now());
    while (run(spec).kind == jobs::JobOutcome::Kind::again) {
    }
    EXPECT_EQ(provider.starts, 2);
    EXPECT_TRUE(stream(kBackfillStream).watermark);
    expect_all_once();
}

TEST_F(Export, AChannelHasOneAtATime) {
    while (state().value_or(ExportState{}).phase != ExportState::Phase::running) run();
    const auto spec = backfill_orders_job(database.channel, database.clock.now() - 24h * 30, database.clock.now());
    while (run(spec).kind == jobs::JobOutcome::Kind::again) {
    }
    EXPECT_EQ(provider.starts, 1) << "the back-fill went by pages";
    run_to_the_end();
    expect_all_once();
}

class Automatic : public Export {
protected:
    Automatic() : Export(BulkExport::automatic) {}
};
TEST_F(Automatic, LeavesAShortWalkToPagesAndALongOneToTheExport) {
    provider.orders = 990;
    run_to_the_end(1000);
    EXPECT_EQ(provider.starts, 0);
    expect_all_once();
}
TEST_F(Automatic, ExportsBeyondAThousandOrders) {
    provider.orders = 1200;
    int runs = 0;
    while (provider.starts == 0 && ++runs < 1000) run();
    EXPECT_EQ(orders(), 1000);
    while (!stream().watermark && ++runs < 1000) run();
    EXPECT_EQ(orders(), 1200);
    EXPECT_EQ(provider.pages, 100);
}

class Forbidden : public Export {
protected:
    Forbidden() : Export(BulkExport::never) {}
};
TEST_F(Forbidden, IsNeverAsked) {
    run_to_the_end();
    EXPECT_EQ(provider.starts, 0);
    expect_all_once();
}

}  // namespace
}  // namespace crossdock::sync
