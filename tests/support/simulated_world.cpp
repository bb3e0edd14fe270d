// SPDX-License-Identifier: Apache-2.0
#include "support/simulated_world.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/keys.h"
#include "app/from_config.h"

namespace crossdock::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* kShopAddress = "https://demo-shop.myshopify.com";
constexpr const char* kStorageAddress = "https://storage.googleapis.com";
constexpr const char* kHubAddress = "https://hub.example";
constexpr int kMostStepsAtOnce = 200'000;  // more at one instant is a hub that spins

Timestamp beginning() { return *parse_iso8601("2026-09-01T00:00:00Z", ZoneRule::required); }

}  // namespace

SimulatedWorld::SimulatedWorld(WorldOptions options)
    : clock(beginning()),
      chance(options.seed * 7919 + 1),
      options_(std::move(options)),
      begin_(clock.now()),
      disk_(options_.seed),
      hub_random_(options_.seed * 104729 + 2) {
    if (options_.with_shop) {
        options_.shop.seed = options_.seed;
        options_.shop.storage_url = kStorageAddress;
        shop_ = sandbox::shopify::make_shop(options_.shop, clock);
        shop_->set_webhook_sender([this](const sandbox::WebhookCall& call) { return deliver(call); });
        const auto answer = [this](const http::Request& request) {
            return carry(request, [this](const http::Request& asked) { return answer_of_shop(asked); });
        };
        for (const char* address : {kShopAddress, kStorageAddress}) http_.mount(address, answer, shop_->path_prefix());
    }
    options_.market.seed = options_.seed;
    for (const MarketMaker make : options_.markets) {
        markets_.push_back(make(options_.market, clock));
        Market& market = *markets_.back();
        market.marketplace().set_webhook_sender(
            [this, &market](const sandbox::WebhookCall& call) { return deliver_from(market, call); });
        for (const std::string& address : market.addresses())
            http_.mount(
                address,
                [this, &market](const http::Request& request) {
                    return carry(request, [&market](const http::Request& asked) { return market.carry(asked); });
                },
                market.marketplace().path_prefix());
    }
}

SimulatedWorld::~SimulatedWorld() = default;

double SimulatedWorld::hours() const { return static_cast<double>((clock.now() - begin_).count()) / 3'600'000.0; }

void SimulatedWorld::boot() {
    app::HubOptions options;
    options.database.path = "hub.db";
    options.database.engine_layer = disk_.name();
    options.database.longest_read = std::chrono::minutes{10};  // by this machine's clock, not by the world's
    if (options_.webhooks) options.public_url = kHubAddress;
    options.key_file = keys_.path() / "crossdock.key";
    if (options_.with_shop) {
        app::HubChannel channel;
        channel.setup.code = "shop";
        channel.setup.provider = domain::Provider::shopify;
        channel.setup.credentials = {{"shop", Secret{"demo-shop.myshopify.com"}},
                                     {"client_id", Secret{"demo-client"}},
                                     {"client_secret", Secret{"demo-secret"}}};
        channel.setup.settings_json = options_.settings;
        channel.schedule = options_.schedule;
        options.channels.push_back(channel);
    }
    for (const auto& market : markets_) {
        app::HubChannel channel;
        channel.setup = market->setup();
        channel.schedule = options_.schedule;
        options.channels.push_back(channel);
    }
    for (int tries = 0; tries < 100; ++tries) {
        auto opened = app::Hub::open(options, {clock, hub_random_, http_, app::connector_factories()});
        if (opened) {
            hub_ = std::move(*opened);
            try {
                if (key_.empty()) {
                    const auto key =
                        app::create_key(hub_->database(), hub_random_, "default", "erp", "erp", clock.now());
                    if (!key) throw std::runtime_error("no key: " + key.error().message);
                    key_ = key->text.reveal();
                }
                return;
            } catch (const db::Failure&) {
                if (!power_is_gone()) throw;
            }
        } else if (!power_is_gone()) {
            throw std::runtime_error("the hub does not open: " + opened.error().message);
        }
        bury();
        down_until_ = {};
    }
    throw std::runtime_error("the hub never came up");
}

app::Hub& SimulatedWorld::hub() {
    if (!hub_) boot();
    return *hub_;
}

bool SimulatedWorld::power_is_gone() {
    if (cut_when_calls_ && disk_.calls() >= *cut_when_calls_) gone_ = true;
    return gone_;
}

/// The process is gone: what is left of it in memory goes, too, and the power comes back.
void SimulatedWorld::bury() {
    hub_.reset();
    disk_.power_on();
    gone_ = false;
    cut_when_calls_.reset();
    requests_until_cut_ = 0;
    ++crashes_;
    down_until_ = clock.now() + std::chrono::seconds(chance.below(4) == 0 ? chance.below(3600) : chance.below(20));
}

void SimulatedWorld::stop_cleanly() {
    if (!hub_) return;
    hub_->stop(1s);
    if (power_is_gone()) {
        bury();
        return;
    }
    hub_.reset();
    ++stops_;
}

void SimulatedWorld::cut_power() {
    if (!hub_) return;
    disk_.cut(chance.next());
    gone_ = true;
    bury();
}

void SimulatedWorld::cut_power_at_disk_call(std::uint64_t nth) {
    cut_when_calls_ = disk_.calls() + nth;
    disk_.cut_at(nth, chance.next());
}

void SimulatedWorld::cut_power_at_request(int nth, bool after_its_effect) {
    requests_until_cut_ = nth;
    after_its_effect_ = after_its_effect;
}

void SimulatedWorld::disarm() {
    if (power_is_gone()) bury();
    disk_.cut_at(0, 0);
    cut_when_calls_.reset();
    requests_until_cut_ = 0;
}

http::Response SimulatedWorld::answer_of_shop(const http::Request& asked) {
    if (endless_.empty() || asked.body.find(endless_) == std::string::npos) return shop_->handle(asked);
    http::Request request = asked;
    lead_to_first_page(request);
    http::Response answer = shop_->handle(request);
    claim_another_page(answer);
    return answer;
}

http::Response SimulatedWorld::carry(const http::Request& request, const Answerer& answer_of) {
    const bool last = requests_until_cut_ > 0 && --requests_until_cut_ == 0;
    const auto no_answer = [] {
        http::Response none{504, "", "text/plain", {}};
        none.headers.emplace_back(std::string{sandbox::kFaultHeader}, std::string{sandbox::kFaultNoAnswer});
        return none;
    };
    if (last && !after_its_effect_) {
        disk_.cut(chance.next());
        gone_ = true;
        return no_answer();
    }
    http::Response answer = answer_of(request);
    if (last) {
        disk_.cut(chance.next());
        gone_ = true;
        return no_answer();
    }
    return answer;
}

void SimulatedWorld::never_end_pages_of(std::string operation, int tokens) {
    endless_ = std::move(operation);
    tokens_ = tokens;
}

void SimulatedWorld::lead_to_first_page(http::Request& request) const {
    auto body = nlohmann::json::parse(request.body);
    auto& after = body["variables"]["after"];
    if (after.is_string() && after.get<std::string>().starts_with("loop-")) after = nullptr;
    request.body = body.dump();
}

void SimulatedWorld::claim_another_page(http::Response& answer) {
    auto body = nlohmann::json::parse(answer.body, nullptr, false);
    if (!body.is_object() || !body.contains("data")) return;
    const int number = tokens_ == 0 ? tokens_given_ : tokens_given_ % tokens_;
    ++tokens_given_;
    for (auto& list : body["data"])
        if (list.is_object() && list.contains("pageInfo"))
            list["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "loop-" + std::to_string(number)}};
    answer.body = body.dump();
}

int SimulatedWorld::deliver(const sandbox::WebhookCall& call) {
    if (!hub_ || !call.url.starts_with(kHubAddress)) return 0;
    http::Request request;
    request.method = call.method;
    const std::string_view whole = std::string_view{call.url}.substr(std::string_view{kHubAddress}.size());
    const std::size_t mark = std::min(whole.find('?'), whole.size());
    request.path = whole.substr(0, mark);
    if (mark < whole.size())
        for (const std::string& pair : split(whole.substr(mark + 1), '&')) {
            const std::size_t equals = std::min(pair.find('='), pair.size());
            request.query.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
        }
    request.body = call.body;
    for (const auto& [name, value] : call.headers) request.headers.emplace_back(to_lower(name), value);
    const auto answer = dispatch(std::move(request));
    if (answer && call.answer_body != nullptr) *call.answer_body = answer->body;
    return answer ? answer->status : 0;
}

/// A lost call looks to its sender as if it had arrived: nobody repeats it.
int SimulatedWorld::deliver_from(Market& market, const sandbox::WebhookCall& call) {
    const auto& deaf = options_.deaf;
    if (std::find(deaf.begin(), deaf.end(), market.provider()) != deaf.end()) return 0;
    const bool tells = call.method == "POST";  // else it asks whether somebody is at home
    if (tells && options_.webhooks_lost > 0 && chance.unit() < options_.webhooks_lost) {
        ++webhooks_lost_;
        return 200;
    }
    const int status = deliver(call);
    webhooks_arrived_ += status >= 200 && status < 300 ? 1 : 0;
    if (tells && options_.webhooks_doubled > 0 && chance.unit() < options_.webhooks_doubled) {
        ++webhooks_doubled_;
        return deliver(call);
    }
    return status;
}

std::optional<http::Response> SimulatedWorld::dispatch(http::Request request) {
    if (!hub_) return std::nullopt;
    request.target = request.path;
    request.remote_address = "127.0.0.1";
    request.request_id = "simulated";
    std::string failure;
    http::Response answer =
        hub_->router().dispatch(request, [&](const http::Request&, const std::string& what) { failure = what; });
    if (power_is_gone()) {
        // A 2xx that was made before the power went still reaches its client; anything else looks like silence.
        bury();
        if (answer.status < 200 || answer.status > 299) return std::nullopt;
        return answer;
    }
    if (answer.status >= 500)
        throw std::runtime_error(request.method + " " + request.path + " answered " + answer.body + " " + failure);
    return answer;
}

std::optional<http::Response> SimulatedWorld::get(const std::string& path, http::Fields query) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    request.query = std::move(query);
    request.headers = {{"x-api-key", key_}};
    return dispatch(std::move(request));
}

std::optional<http::Response> SimulatedWorld::post(const std::string& path, const nlohmann::json& body) {
    http::Request request;
    request.method = "POST";
    request.path = path;
    request.body = body.dump();
    request.headers = {{"x-api-key", key_}, {"content-type", "application/json"}};
    return dispatch(std::move(request));
}

/// What is due now. False when nothing was.
bool SimulatedWorld::work() {
    if (!hub_ && clock.now() < down_until_) return false;
    bool any = false;
    for (int steps = 0;; ++steps) {
        if (steps > kMostStepsAtOnce) throw std::runtime_error("the hub spins at " + format_rfc3339(clock.now()));
        bool did = false;
        try {
            did = hub().step();
        } catch (const db::Failure&) {
            if (!power_is_gone()) throw;
        }
        if (power_is_gone()) {
            bury();
            return true;
        }
        if (!did) break;
        any = true;
        ++steps_;
    }
    return any;
}

void SimulatedWorld::run_for(std::chrono::milliseconds time) {
    const Timestamp end = clock.now() + time;
    for (;;) {
        if (shop_) shop_->tick();
        for (const auto& market : markets_) market->marketplace().tick();
        const bool any = work();
        if (any && on_moment) on_moment();
        const Timestamp now = clock.now();
        if (now >= end) return;
        // Webhooks and the agenda of the shop are looked at every few minutes at least.
        Timestamp next = std::min(end, now + 5min);
        if (hub_) {
            try {
                if (const auto due = hub_->next_due()) next = std::min(next, *due);
            } catch (const db::Failure&) {
                if (!power_is_gone()) throw;
                bury();
            }
        } else {
            next = std::min(next, down_until_);
        }
        clock.advance(std::max<std::chrono::milliseconds>(next - now, 1ms));
    }
}

bool SimulatedWorld::run_until(const std::function<bool()>& done, std::chrono::milliseconds step,
                               std::chrono::milliseconds limit) {
    const Timestamp end = clock.now() + limit;
    while (!done()) {
        if (clock.now() >= end) return false;
        run_for(step);
    }
    return true;
}

std::int64_t SimulatedWorld::number(const std::string& sql) {
    return hub().database().read([&](db::Session& session) {
        db::Statement statement(session, sql);
        return statement.step() ? statement.integer(0) : 0;
    });
}

std::vector<std::vector<std::string>> SimulatedWorld::rows(const std::string& sql, int columns) {
    const auto read = [&] {
        return hub().database().read([&](db::Session& session) {
            db::Statement statement(session, sql);
            std::vector<std::vector<std::string>> all;
            while (statement.step()) {
                auto& row = all.emplace_back();
                for (int i = 0; i < columns; ++i) row.push_back(statement.is_null(i) ? "" : statement.string(i));
            }
            return all;
        });
    };
    try {
        return read();
    } catch (const db::Failure&) {
        // Looking is a call of the disk, too, and may be the one at which the power goes.
        if (!power_is_gone()) throw;
        bury();
        return read();
    }
}

}  // namespace crossdock::testing
