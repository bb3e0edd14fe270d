// SPDX-License-Identifier: Apache-2.0
// Webhooks out, to a sink on loopback in the same process, every attempt durable:
//   webhooks_bench [events]   deliveries a second to one endpoint and to eight, then commit to receipt when idle, alone
//   and
//                             beside targets that never answer
// CROSSDOCK_BENCH_DIR chooses the disk. The machine is shared and noisy: run it several times and quote medians.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/routes/event_json.h"
#include "bench/synthetic_orders.h"
#include "db/migrator.h"
#include "http/server.h"
#include "net/admission.h"
#include "webhooks/endpoints.h"

namespace {

namespace fs = std::filesystem;
using namespace crossdock;
using BenchClock = std::chrono::steady_clock;

constexpr std::int64_t kOrders = 1'000;
constexpr std::size_t kPayload = 6'000;

double seconds_since(BenchClock::time_point began) {
    return std::chrono::duration<double>(BenchClock::now() - began).count();
}

/// Keeps secrets as they are: sealing is done once an endpoint, not once a delivery.
class OpenKeeper final : public webhooks::SecretKeeper {
public:
    Result<store::SealedSecret> seal(const Secret& secret, std::string_view) override {
        return store::SealedSecret{"bench", secret.reveal()};
    }
    Result<Secret> open(const store::SealedSecret& sealed, std::string_view) override { return Secret{sealed.sealed}; }
};

/// Where everything arrives.
struct Sink {
    Sink() {
        router.add({"POST", "/hook", [this](const http::Request& request) {
                        ++received;
                        bytes += request.body.size();
                        last = BenchClock::now().time_since_epoch().count();
                        return http::Response::text(204, "");
                    }});
        server = std::make_unique<http::Server>(http::ServerOptions{}, router);
        if (!server->start()) std::abort();
    }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server->port()) + "/hook"; }

    http::Router router;
    std::atomic<long> received{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<BenchClock::rep> last{0};
    std::unique_ptr<http::Server> server;
};

struct Bench {
    explicit Bench(int endpoint_count) {
        const char* base = std::getenv("CROSSDOCK_BENCH_DIR");
        folder = fs::path(base != nullptr ? base : fs::temp_directory_path().string()) /
                 ("crossdock-webhooks-bench-" + std::to_string(::getpid()));
        fs::remove_all(folder);
        fs::create_directories(folder);
        db::Options options;
        options.path = (folder / "bench.db").string();
        database = std::move(*db::Database::open(options));
        if (!db::migrate(*database, clock)) std::abort();
        channel = database->write([&](db::Session& session) {
            const AccountId account = store::ensure_account(session, "default", random, clock.now());
            store::ChannelRepo channels(session);
            return *channels.get(*channels.ensure(account, "bench", domain::Provider::shopify, true, clock.now()));
        });
        bench::fill(*database, channel, 0, kOrders, kPayload);
        http = net::make_guarded_client("bench", {[this](const std::string& host, int port, const IpAddress& address) {
                                                      return rules.admit(host, port, address);
                                                  },
                                                  {}});
        engine = std::make_unique<webhooks::Engine>(
            webhooks::CourierEnv{*database, clock, random, *http, keeper, api::routes::event_json});
        endpoints = std::make_unique<webhooks::Endpoints>(
            webhooks::Endpoints::Env{*database, clock, random, keeper, rules, *engine, api::routes::event_json});
        for (int i = 0; i < endpoint_count; ++i) ids.push_back(add(sink.url()));
        database->on_change([this] { engine->wake(); });
        engine->start();
    }
    ~Bench() {
        database->on_change({});
        engine->stop(std::chrono::seconds{1});
        sink.server->stop(std::chrono::seconds{2});
        database->close();
        fs::remove_all(folder);
    }
    WebhookEndpointId add(const std::string& url) {
        return endpoints->create(channel.account_id, {url, "", {"order.updated"}, {}})->endpoint.id;
    }
    void raise(std::int64_t count) {
        database->write([&](db::Session& session) {
            store::EventRepo events(session);
            for (std::int64_t i = 0; i < count; ++i)
                events.append({channel.account_id, channel.id, "order.updated", "order", next++ % kOrders + 1,
                               R"({"external_order_id":"1"})"},
                              clock.now());
        });
    }
    /// Deliveries whose success is on disk.
    std::int64_t durable() {
        return database->read([&](db::Session& session) {
            std::int64_t sum = 0;
            for (const WebhookEndpointId id : ids)
                sum += store::DeliveryRepo(session).count(id, store::DeliveryState::succeeded);
            return sum;
        });
    }

    fs::path folder;
    SystemClock clock;
    SystemRandom random;
    OpenKeeper keeper;
    webhooks::TargetRules rules{{{"127.0.0.1"}, [] { return 0; }, net::is_own_address}};
    Sink sink;
    std::unique_ptr<db::Database> database;
    store::Channel channel;
    std::unique_ptr<net::HttpClient> http;
    std::unique_ptr<webhooks::Engine> engine;
    std::unique_ptr<webhooks::Endpoints> endpoints;
    std::vector<WebhookEndpointId> ids;
    std::int64_t next = 0;
};

/// Events come in pages of 25, as an ingest brings them, as fast as they are taken.
void throughput(int endpoint_count, std::int64_t events) {
    Bench bench(endpoint_count);
    const std::int64_t wanted = events * endpoint_count;
    const auto began = BenchClock::now();
    for (std::int64_t sent = 0; sent < events; sent += 25) bench.raise(std::min<std::int64_t>(25, events - sent));
    const double raised = seconds_since(began);
    while (bench.sink.received < wanted) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    while (bench.durable() < wanted) std::this_thread::sleep_for(std::chrono::milliseconds{5});
    const double all = seconds_since(began);
    std::printf(
        "%d endpoint%s: %lld deliveries of %.1f KB in %.2f s: %.0f/s durable (events raised within %.2f s; received "
        "%ld, %.2f each)\n",
        endpoint_count, endpoint_count == 1 ? "" : "s", static_cast<long long>(wanted),
        static_cast<double>(bench.sink.bytes) / static_cast<double>(bench.sink.received) / 1024, all,
        static_cast<double>(wanted) / all, raised, bench.sink.received.load(),
        static_cast<double>(bench.sink.received) / static_cast<double>(wanted));
}

/// Takes connections and never answers.
class BlackHole {
public:
    BlackHole() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* at = reinterpret_cast<sockaddr*>(&address);
        if (::bind(handle_, at, size) != 0 || ::listen(handle_, 64) != 0 || ::getsockname(handle_, at, &size) != 0)
            std::abort();
        url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/hook";
    }
    ~BlackHole() { ::close(handle_); }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    int handle_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string url_;
};

void latency(int black_holes) {
    Bench bench(1);
    std::vector<std::unique_ptr<BlackHole>> holes;
    for (int i = 0; i < black_holes; ++i) {
        holes.push_back(std::make_unique<BlackHole>());
        bench.add(holes.back()->url());
    }
    std::vector<double> times;
    for (int i = 0; i < 320; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        const long before = bench.sink.received;
        bench.raise(1);
        const auto committed = BenchClock::now();
        while (bench.sink.received == before) std::this_thread::yield();
        const auto at = BenchClock::time_point(BenchClock::duration(bench.sink.last.load()));
        if (i >= 20) times.push_back(std::chrono::duration<double, std::milli>(at - committed).count());
    }
    std::sort(times.begin(), times.end());
    std::printf(
        "commit to receipt when idle, beside %d targets that never answer: median %.2f ms, p90 %.2f, p99 %.2f, longest "
        "%.2f (of %zu)\n",
        black_holes, times[times.size() / 2], times[times.size() * 9 / 10], times[times.size() * 99 / 100],
        times.back(), times.size());
}

}  // namespace

int main(int argc, char** argv) {
    const std::int64_t events = argc > 1 ? std::max(1LL, std::atoll(argv[1])) : 10'000;
    throughput(1, events);
    throughput(8, events / 4);
    for (const int black_holes : {0, 1, 12, 0}) latency(black_holes);
    return 0;
}
