// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "app/doctor/checks.h"
#include "app/from_config.h"
#include "connectors/connector.h"
#include "domain/provider.h"
#include "platform/process.h"

namespace crossdock::app::doctor {
namespace {

constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::seconds kNoticeable{30};  // of the clock: orders' times begin to look odd
constexpr std::chrono::minutes kRefused{4};      // providers refuse signatures and tokens about there
constexpr std::size_t kMostHosts = 4;            // of one channel

struct Host {
    std::string scheme, name;
    int port = 0;
    friend auto operator<=>(const Host&, const Host&) = default;
    [[nodiscard]] std::string url() const {
        return scheme + "://" + (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" +
               std::to_string(port) + "/";
    }
    [[nodiscard]] std::string text() const { return name + " port " + std::to_string(port); }
};

/// Learns where a connector sends its first requests, and sends nothing. It answers as a token endpoint would, because
/// with some providers the real call comes after that one.
class WhereTo final : public net::HttpClient {
public:
    Result<net::HttpResponse> send(const net::HttpRequest& request) override {
        if (const auto url = net::parse_url(request.url); url && hosts.size() < kMostHosts)
            hosts.insert({url->scheme, url->host, url->port});
        if (++asked > 6) return Error{ErrorKind::unavailable, "net_not_sent", "nothing is sent"};
        return net::HttpResponse{200,
                                 {{"Content-Type", "application/json"}},
                                 R"({"access_token":"none","token_type":"bearer","expires_in":3600})"};
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}

    std::set<Host> hosts;
    int asked = 0;
};

std::set<Host> hosts_of(const World& world, const connectors::ChannelSetup& setup) {
    WhereTo transport;
    for (const connectors::ConnectorFactory* factory : connector_factories()) {
        if (factory->provider() != setup.provider) continue;
        const connectors::Runtime runtime{transport, world.clock, world.random};
        try {
            const auto connector = factory->open(setup, "{}", factory->share(setup, runtime), runtime);
            std::vector<domain::Problem> problems;
            if (connector) static_cast<void>(connector->check_access(problems));
        } catch (const std::exception&) {
            // Credentials that are not to be had here may be no key at all; where it goes was seen before.
        }
    }
    if (transport.hosts.empty())
        if (const auto url = net::parse_url(setup.base_url))
            transport.hosts.insert({url->scheme, url->host, url->port});
    return transport.hosts;
}

struct Seen {
    enum class Stage { answered, no_name, no_connection, no_tls, silent } stage = Stage::answered;
    std::string words;
    std::optional<std::chrono::milliseconds> skew;  // our clock ahead of theirs
    std::chrono::milliseconds took{0};
};

Seen ask(const World& world, const Host& host) {
    Seen seen;
    if (const auto named = world.resolve(host.name, host.port); !named)
        return {Seen::Stage::no_name, named.error().message, {}, {}};
    net::HttpRequest request;
    request.url = host.url();
    request.deadline = kPatience;
    request.max_answer_bytes = 4U * 1024 * 1024;
    const auto begun = world.clock.steady();
    const Timestamp before = world.clock.now();
    const auto answer = world.http.send(request);
    seen.took = world.clock.steady() - begun;
    if (!answer && answer.error().code == "net_not_sent") {
        const bool tls = answer.error().message.starts_with("TLS with ");
        return {tls ? Seen::Stage::no_tls : Seen::Stage::no_connection, answer.error().message, {}, seen.took};
    }
    // Too large an answer is one all the same.
    if (!answer) {
        if (answer.error().code != "net_too_large") return {Seen::Stage::silent, answer.error().message, {}, seen.took};
        return seen;
    }
    if (const auto date = parse_http_date(answer->header("date"))) {
        // Theirs has whole seconds, and was written between our two looks.
        const auto middle = before + seen.took / 2;
        seen.skew =
            std::chrono::duration_cast<std::chrono::milliseconds>(middle - (*date + std::chrono::milliseconds{500}));
    }
    return seen;
}

void tell(Visit& visit, const std::string& channels, const Host& host, const Seen& seen) {
    switch (seen.stage) {
        case Seen::Stage::no_name:
            return visit.add(Severity::error, "channel_dns", channels,
                             "the name " + host.name + " cannot be looked up: " + seen.words,
                             "is this machine on the network, and does it know a name server? " +
                                 platform::habits().look_up + host.name);
        case Seen::Stage::no_connection:
            return visit.add(Severity::error, "channel_unreachable", channels,
                             host.text() + " cannot be reached: " + seen.words,
                             "does a firewall or proxy let this machine out to it? curl -sv " + host.url());
        case Seen::Stage::no_tls:
            return visit.add(Severity::error, "channel_tls", channels, seen.words,
                             "is this machine's clock right, are its certificates new (" +
                                 platform::habits().renew_authorities +
                                 "), and does a proxy look into the traffic? curl -sv " + host.url());
        case Seen::Stage::silent:
            return visit.add(Severity::warning, "channel_silent", channels,
                             host.text() + " took the request and did not answer: " + seen.words,
                             "try again in a few minutes: crossdock doctor");
        case Seen::Stage::answered: break;
    }
    visit.ok("channel_reachable", channels,
             host.text() + " answers in " + std::to_string(seen.took.count()) + " ms" +
                 (host.scheme == "https" ? ", its certificate is valid" : ""));
}

void check_clock(Visit& visit, const std::map<Host, Seen>& all) {
    // The least of them: one provider's clock may be wrong, not all of them in the same way.
    std::optional<std::chrono::milliseconds> least;
    std::string whose;
    for (const auto& [host, seen] : all)
        if (seen.skew && (!least || std::chrono::abs(*seen.skew) < std::chrono::abs(*least))) {
            least = seen.skew;
            whose = host.name;
        }
    if (!least)
        return visit.add(Severity::info, "clock_not_compared", "",
                         "this machine's clock could not be compared with the channels': none said what time it is",
                         "to see whether it is set by the network: " + platform::habits().show_clock);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(*least)).count();
    const std::string words = "this machine's clock is " + std::to_string(seconds) + " s " +
                              (least->count() > 0 ? "ahead of" : "behind") + " that of " + whose;
    const std::string next_step = "let the network set it: " + platform::habits().set_clock;
    if (std::chrono::abs(*least) >= kRefused)
        return visit.add(Severity::error, "clock_wrong", "", words + "; channels refuse requests with such a time",
                         next_step);
    if (std::chrono::abs(*least) >= kNoticeable) return visit.add(Severity::warning, "clock_off", "", words, next_step);
    visit.ok("clock_ok", "", "this machine's clock agrees with the channels' (" + whose + ")");
}

}  // namespace

void check_address(Visit& visit) {
    const config::Listen& listen = visit.config->server.listen;
    if (visit.running != false) return;  // the hub has it, or waits for its turn; or may, as far as this user sees
    const std::string where = config::to_string(listen);
    const auto free = visit.world.address_free(listen.host, listen.port);
    if (free) return visit.ok("port_free", where, "the address is free for the hub");
    if (free.error().code != "port_taken")
        return visit.add(Severity::error, "address_unusable", where,
                         "the hub cannot listen there: " + free.error().message,
                         "write another address under [server] listen; those of this machine: ip -br address");
    const auto holder = visit.world.listener_of(listen.port);
    visit.add(Severity::error, "port_taken", where,
              "another program has the port" +
                  (holder ? ": " + holder->name + ", process " + std::to_string(holder->pid) : std::string{}),
              "stop that program (" + std::string{platform::listeners_command()} +
                  " shows it), or write another port under [server] listen");
}

void check_channels_network(Visit& visit) {
    const HubOptions options = hub_options(*visit.config, visit.world.version);
    std::map<Host, std::string> wanted;
    for (const HubChannel& channel : options.channels) {
        if (!channel.enabled) continue;
        for (const Host& host : hosts_of(visit.world, channel.setup)) {
            std::string& codes = wanted[host];
            codes += (codes.empty() ? "channel " : ", ") + channel.setup.code;
            const auto same = std::count_if(options.channels.begin(), options.channels.end(),
                                            [&](const HubChannel& one) { return one.setup.code == channel.setup.code; });
            if (same > 1) codes += " (account " + channel.account + ")";
        }
    }
    if (wanted.empty()) return;
    std::map<Host, Seen> seen;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (const auto& [host, codes] : wanted)
        threads.emplace_back([&, at = host] {
            Seen one;
            try {
                one = ask(visit.world, at);
            } catch (const std::exception& failure) {
                one = {Seen::Stage::silent, failure.what(), {}, {}};
            }
            const std::lock_guard lock(mutex);
            seen.emplace(at, std::move(one));
        });
    for (std::thread& thread : threads) thread.join();
    for (const auto& [host, one] : seen) tell(visit, wanted.at(host), host, one);
    check_clock(visit, seen);
}

}  // namespace crossdock::app::doctor
