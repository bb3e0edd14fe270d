// SPDX-License-Identifier: Apache-2.0
// The figures the product promises, as ratios measured in one run:
//   hub_bench list [orders]     lists with 6 KB payloads against the same bytes as a constant body (default 10000 orders)
//   hub_bench ack [microseconds] durable acknowledgements, 1 and 32 clients, against bare SQLite commits on the same disk;
//                               with every sync, ours and the bare ones', that much longer
//   hub_bench ingest [pages]    pages of payloads to stored, versioned, evented orders, from one channel and from two at
//                               once, against bare batched inserts
//   hub_bench start             exec to first answer, idle memory and size of the binary
// CROSSDOCK_BENCH_DIR chooses the disk. The machine is shared and noisy: run it several times and quote medians.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "app/from_config.h"
#include "app/hub.h"
#include "app/keys.h"
#include "bench/load_client.h"
#include "bench/slow_disk.h"
#include "bench/synthetic_orders.h"
#include "connectors/shopify/factory.h"
#include "services/record_order.h"
#include "store/content_hash.h"
#include "sync/pull_orders.h"

namespace {

namespace fs = std::filesystem;
using namespace crossdock;
using bench::Load;
using bench::LoadFigures;
using BenchClock = std::chrono::steady_clock;

constexpr std::size_t kPayload = 6'000;

double seconds_since(BenchClock::time_point began) { return std::chrono::duration<double>(BenchClock::now() - began).count(); }

class Folder {
public:
    Folder() {
        const char* base = std::getenv("CROSSDOCK_BENCH_DIR");
        path_ = fs::path(base != nullptr ? base : fs::temp_directory_path().string()) / ("crossdock-bench-" + std::to_string(::getpid()));
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

/// A hub without channels to pull from, but with one in the database, and a key.
struct Bench {
    Bench() {
        app::HubOptions options;
        options.database.path = folder.file("bench.db");
        app::HubChannel channel;
        channel.setup.code = "bench";
        channel.setup.provider = domain::Provider::shopify;
        channel.setup.credentials = {{"shop", Secret{"bench.myshopify.com"}}, {"access_token", Secret{"shpat_x"}}};
        channel.schedule = {std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
        options.channels = {channel};
        hub = std::move(*app::Hub::open(std::move(options), {clock, random, *http, app::connector_factories()}));
        key = app::create_key(hub->database(), random, "default", "bench", "erp", clock.now())->text.reveal();
        stored = *hub->database().read([](db::Session& session) {
            return store::ChannelRepo(session).find(*store::find_account(session, "default"), "bench");
        });
    }
    Folder folder;
    SystemClock clock;
    SystemRandom random;
    std::unique_ptr<net::HttpClient> http = net::make_http_client();
    std::unique_ptr<app::Hub> hub;
    std::string key;
    store::Channel stored;
};

int bench_list(std::int64_t orders) {
    Bench bench;
    std::printf("filling %lld orders of %zu bytes payload ...\n", static_cast<long long>(orders), kPayload);
    const auto began = BenchClock::now();
    bench::fill(bench.hub->database(), bench.stored, 0, orders, kPayload);
    bench.hub->database().maintain();
    std::printf("filled at %.0f orders/s\n", static_cast<double>(orders) / seconds_since(began));
    const Timestamp middle = bench::kFirstOrder + std::chrono::seconds{orders / 2};
    std::string constant;
    bench.hub->router().add({"GET", "/constant", [&](const http::Request&) { return http::Response::json(200, constant); }});
    if (!bench.hub->listen()) return 1;
    for (const int limit : {100, 500}) {
        const std::string target = "/api/v1/orders?limit=" + std::to_string(limit) + "&since=" + format_rfc3339(middle);
        http::Request once;
        once.method = "GET";
        once.path = "/api/v1/orders";
        once.query = {{"limit", std::to_string(limit)}, {"since", format_rfc3339(middle)}};
        once.headers = {{"x-api-key", bench.key}, {"host", "localhost"}};
        once.remote_address = "127.0.0.1";
        constant = bench.hub->router().dispatch(once).body;
        Load load;
        load.port = bench.hub->port();
        load.connections = 8;
        load.headers = {"X-Api-Key: " + bench.key};
        std::vector<double> ratios;
        LoadFigures listed;
        LoadFigures plain;
        for (int round = 0; round < 5; ++round) {
            load.target = [&](int, long) { return std::string{"/constant"}; };
            plain = bench::run_load(load);
            load.target = [&](int, long) { return target; };
            listed = bench::run_load(load);
            ratios.push_back(listed.per_second / plain.per_second);
        }
        std::sort(ratios.begin(), ratios.end());
        std::printf("list %d of %lld: %zu bytes, %.0f/s (p50 %.2f ms, p99 %.2f ms, failed %ld), constant body %.0f/s (p50 %.2f ms), ratio median %.2f (%.2f .. %.2f)\n",
                    limit, static_cast<long long>(orders), constant.size(), listed.per_second, listed.p50_ms, listed.p99_ms, listed.failed,
                    plain.per_second, plain.p50_ms, ratios[2], ratios.front(), ratios.back());
    }
    bench.hub->stop(std::chrono::seconds{3});
    return 0;
}

/// Durable single commits of bare SQLite, a second. It moves its log as SQLite does by itself, every 1000 pages: a log
/// that only grows spares it that, but makes every sync write the file's new size, too, and that costs it more.
double bare_commits(const std::string& path) {
    sqlite3* handle = nullptr;
    sqlite3_open(path.c_str(), &handle);
    sqlite3_exec(handle, "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
                         "CREATE TABLE t (id INTEGER PRIMARY KEY, at INTEGER); INSERT INTO t (at) WITH RECURSIVE n(i) AS "
                         "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT i FROM n;",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* update = nullptr;
    sqlite3_prepare_v2(handle, "UPDATE t SET at = at + 1 WHERE id = ?", -1, &update, nullptr);
    long done = 0;
    const auto began = BenchClock::now();
    while (seconds_since(began) < 2) {
        sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
        sqlite3_bind_int64(update, 1, done % 10000 + 1);
        sqlite3_step(update);
        sqlite3_reset(update);
        sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
        ++done;
    }
    const double rate = static_cast<double>(done) / seconds_since(began);
    sqlite3_finalize(update);
    sqlite3_close(handle);
    return rate;
}

int bench_ack() {
    Bench bench;
    constexpr std::int64_t kOrders = 400'000;
    bench::fill(bench.hub->database(), bench.stored, 0, kOrders, 200);
    bench.hub->database().maintain();
    if (!bench.hub->listen()) return 1;
    Load load;
    load.port = bench.hub->port();
    load.method = "POST";
    load.headers = {"X-Api-Key: " + bench.key};
    load.target = [](int, long) { return std::string{"/api/v1/orders/ack"}; };
    std::vector<double> one_ratio;
    std::vector<double> many_ratio;
    long next = 1;
    for (int round = 0; round < 5; ++round) {
        const double bare = bare_commits(bench.folder.file(("bare" + std::to_string(round) + ".db").c_str()));
        load.connections = 1;
        long first = next;
        load.body = [first](int, long n) { return "{\"ids\":[" + std::to_string(first + n) + "]}"; };
        const LoadFigures one = bench::run_load(load);
        next += static_cast<long>(one.per_second * 2.5) + 100;
        load.connections = 32;
        first = next;
        load.body = [first](int i, long n) { return "{\"ids\":[" + std::to_string(first + n * 32 + i) + "]}"; };
        const LoadFigures many = bench::run_load(load);
        next += static_cast<long>(many.per_second * 2.5) + 4000;
        std::printf("bare %.0f/s, 1 client %.0f/s (p50 %.2f ms, p99 %.2f), 32 clients %.0f/s (p50 %.2f ms, p99 %.2f), failed %ld\n", bare,
                    one.per_second, one.p50_ms, one.p99_ms, many.per_second, many.p50_ms, many.p99_ms, one.failed + many.failed);
        one_ratio.push_back(one.per_second / bare);
        many_ratio.push_back(many.per_second / one.per_second);
    }
    std::sort(one_ratio.begin(), one_ratio.end());
    std::sort(many_ratio.begin(), many_ratio.end());
    std::printf("one client against bare commits: median %.2f (%.2f .. %.2f)\n32 clients against one: median %.1f (%.1f .. %.1f)\n", one_ratio[2],
                one_ratio.front(), one_ratio.back(), many_ratio[2], many_ratio.front(), many_ratio.back());
    bench.hub->stop(std::chrono::seconds{3});
    return 0;
}

std::string read_text(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

int pages = 200;
constexpr int kPerPage = 25;
using Payloads = std::vector<std::string>;

/// The same bytes, a page per durable transaction. Orders a second.
double bare_inserts(const std::string& path, const Payloads& payloads) {
    sqlite3* handle = nullptr;
    sqlite3_open(path.c_str(), &handle);
    sqlite3_exec(handle, "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000;"
                         "CREATE TABLE t (id INTEGER PRIMARY KEY, payload TEXT)",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(handle, "INSERT INTO t (payload) VALUES (?)", -1, &insert, nullptr);
    const auto began = BenchClock::now();
    for (int at = 0; at < pages * kPerPage; at += kPerPage) {
        sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
        for (int i = at; i < at + kPerPage; ++i) {
            const std::string& payload = payloads[static_cast<std::size_t>(i)];
            sqlite3_bind_text(insert, 1, payload.data(), static_cast<int>(payload.size()), nullptr);
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr);
    }
    const double rate = pages * kPerPage / seconds_since(began);
    sqlite3_finalize(insert);
    sqlite3_close(handle);
    return rate;
}

/// Ours: understood, versioned, with lines and events, a page per durable transaction.
void ingest(Bench& bench, connectors::Connector& connector, const Payloads& payloads, std::int64_t first_id) {
    for (int at = 0; at < pages * kPerPage; at += kPerPage) {
        std::vector<connectors::RawOrder> page;  // payloads are looked at where they are
        std::vector<sync::UnderstoodOrder> understood;
        page.reserve(kPerPage);
        for (int i = at; i < at + kPerPage; ++i) {
            page.push_back({std::to_string(first_id + i), bench.clock.now(), payloads[static_cast<std::size_t>(i)]});
            understood.push_back(sync::understand(connector, page.back()));
        }
        bench.hub->database().write([&](db::Session& session) {
            for (const sync::UnderstoodOrder& one : understood) sync::record(session, bench.stored, one, bench.clock.now());
        });
    }
}

int bench_ingest() {
    // A recorded page's first order, under many ids.
    const auto page = nlohmann::json::parse(read_text(CROSSDOCK_SOURCE_DIR "/tests/fixtures/shopify/composed_orders_page.json"));
    auto node = page["data"]["orders"]["nodes"][0];
    std::int64_t next_id = 5'500'000'000'000;
    const auto make = [&] {
        Payloads payloads;
        for (int i = 0; i < pages * kPerPage; ++i) {
            const std::string id = std::to_string(next_id++);
            node["id"] = "gid://shopify/Order/" + id;
            node["legacyResourceId"] = id;
            payloads.push_back(node.dump());
        }
        return payloads;
    };
    Bench bench;
    const auto connector = bench.hub->env().channels.open(bench.stored);
    std::vector<double> one_ratio;
    std::vector<double> two_ratio;
    for (int round = 0; round < 5; ++round) {
        const std::int64_t first = next_id;
        const Payloads payloads = make();
        const double bare = bare_inserts(bench.folder.file(("bare" + std::to_string(round) + ".db").c_str()), payloads);
        auto began = BenchClock::now();
        ingest(bench, *connector, payloads, first);
        const double one = pages * kPerPage / seconds_since(began);

        // Two streams at once, as a hub with two channels runs them: one maps while the other waits for the disk.
        const std::int64_t second = next_id;
        const Payloads left = make();
        const std::int64_t third = next_id;
        const Payloads right = make();
        began = BenchClock::now();
        std::thread other([&] { ingest(bench, *connector, left, second); });
        ingest(bench, *connector, right, third);
        other.join();
        const double two = 2 * pages * kPerPage / seconds_since(began);
        std::printf("payload %zu bytes: bare inserts %.0f/s, ours from one channel %.0f/s, from two %.0f/s\n", payloads[0].size(), bare, one,
                    two);
        one_ratio.push_back(one / bare);
        two_ratio.push_back(two / bare);
    }
    std::sort(one_ratio.begin(), one_ratio.end());
    std::sort(two_ratio.begin(), two_ratio.end());
    std::printf("ingest against bare batched inserts: one channel median %.2f (%.2f .. %.2f), two channels %.2f (%.2f .. %.2f)\n", one_ratio[2],
                one_ratio.front(), one_ratio.back(), two_ratio[2], two_ratio.front(), two_ratio.back());
    return 0;
}

int bench_start() {
    Folder folder;
    const std::string config = folder.file("crossdock.toml");
    std::ofstream(config) << "[server]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"info\"\n";
    std::vector<double> times;
    double resident_mb = 0;
    for (int round = 0; round < 7; ++round) {
        int ends[2];
        if (::pipe(ends) != 0) return 1;
        const auto began = BenchClock::now();
        const pid_t child = ::fork();
        if (child == 0) {
            ::dup2(ends[1], 2);
            ::execl(CROSSDOCK_BINARY, "crossdock", "serve", "--config", config.c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[1]);
        std::string line;
        char c = 0;
        while (line.find("address=127.0.0.1:") == std::string::npos && ::read(ends[0], &c, 1) == 1) line += c;
        while (::read(ends[0], &c, 1) == 1 && c != ' ') line += c;
        const int port = std::atoi(line.substr(line.find("address=127.0.0.1:") + 18).c_str());
        const auto http = net::make_http_client();
        net::HttpRequest request;
        request.url = "http://127.0.0.1:" + std::to_string(port) + "/api/v1/health";
        const auto answer = http->send(request);
        times.push_back(seconds_since(began) * 1000);
        if (!answer) std::printf("no answer: %s\n", answer.error().message.c_str());
        std::this_thread::sleep_for(std::chrono::milliseconds{300});
        std::ifstream status("/proc/" + std::to_string(child) + "/status");
        for (std::string row; std::getline(status, row);)
            if (row.starts_with("VmRSS:")) resident_mb = std::atof(row.c_str() + 6) / 1024;
        ::kill(child, SIGTERM);
        ::waitpid(child, nullptr, 0);
        ::close(ends[0]);
    }
    std::printf("exec to first answer: first (makes the database) %.0f ms, then median ", times.front());
    std::sort(times.begin() + 1, times.end());
    std::printf("%.0f ms\nidle memory: %.1f MB resident\nbinary: %.1f MB\n", times[4], resident_mb,
                static_cast<double>(fs::file_size(CROSSDOCK_BINARY)) / 1048576);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    if (what == "list") return bench_list(argc > 2 ? std::atoll(argv[2]) : 10'000);
    if (what == "ack") {
        if (argc > 2) bench::make_syncs_slower(std::chrono::microseconds{std::atoi(argv[2])});
        return bench_ack();
    }
    if (what == "ingest") {
        if (argc > 2) pages = std::max(1, std::atoi(argv[2]));
        return bench_ingest();
    }
    if (what == "start") return bench_start();
    std::fprintf(stderr, "usage: hub_bench list [orders] | ack [microseconds] | ingest [pages] | start\n");
    return 2;
}
