// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/hub.h"
#include "base/clock.h"
#include "base/random.h"
#include "http/message.h"
#include "observability/log.h"
#include "sandbox/shopify/shop.h"
#include "support/in_process_http.h"
#include "support/market.h"
#include "support/power_cut_vfs.h"
#include "support/temporary_folder.h"

namespace crossdock::testing {

struct WorldOptions {
    std::uint64_t seed = 1;
    sandbox::shopify::ShopOptions shop;  // its seed is the world's
    sync::Schedule schedule;
    bool webhooks = true;
    std::string settings = "{}";  // of the shop's channel, JSON
    bool with_shop = true;
    std::vector<MarketMaker> markets = {};  // beside the shop, each a channel of its own
    MarketOptions market;                   // of each; their seed is the world's
    std::vector<domain::Provider> deaf = {};  // whose calls do not find the way to the hub
    double webhooks_lost = 0, webhooks_doubled = 0;  // of a market's calls: the share that gets lost on the way, or comes twice
};

/// A whole hub, a whole shop and any other marketplaces in one process on a virtual clock: nothing listens, nothing sleeps, and all that
/// happens follows from the seed. The hub's disk loses its power, and with it the hub its life, in the middle of
/// whatever it does; the next moment of work starts it again from what the disk kept.
class SimulatedWorld {
public:
    explicit SimulatedWorld(WorldOptions options);
    ~SimulatedWorld();
    SimulatedWorld(const SimulatedWorld&) = delete;
    SimulatedWorld& operator=(const SimulatedWorld&) = delete;

    /// Lets this much time pass, everything due in it being done, in order.
    void run_for(std::chrono::milliseconds time);
    /// Runs until `done` says so, looking every `step`, at most for `limit`. False when it never did.
    bool run_until(const std::function<bool()>& done, std::chrono::milliseconds step, std::chrono::milliseconds limit);

    // -- the ERP's side. None: no answer came (the hub is down, or died of it), or 5xx.
    std::optional<http::Response> get(const std::string& path, http::Fields query = {});
    std::optional<http::Response> post(const std::string& path, const nlohmann::json& body);

    // -- ends of the hub's process. All but the clean one lose what the disk had not promised.
    void stop_cleanly();
    void cut_power();
    /// While it does something later: at the nth call of the disk from now.
    void cut_power_at_disk_call(std::uint64_t nth);
    /// As the nth request from now leaves: before it arrives, or after it had its effect.
    void cut_power_at_request(int nth, bool after_its_effect);
    /// Nothing that was armed and not met will happen.
    void disarm();

    /// From now on every answer to this query of the shop claims that another page follows, and every token leads to
    /// the first page: `tokens` different ones in turn (1: frozen, more: a circle), or 0: a new one each time. An empty
    /// name ends it.
    void never_end_pages_of(std::string operation, int tokens);

    /// After every moment in which anything was done.
    std::function<void()> on_moment;

    ManualClock clock;
    SeededRandom chance;  // of the simulation itself

    [[nodiscard]] sandbox::shopify::Shop& shop() { return *shop_; }
    [[nodiscard]] Market& market(std::size_t nth = 0) { return *markets_.at(nth); }
    [[nodiscard]] const std::vector<std::unique_ptr<Market>>& markets() const { return markets_; }
    /// Alive: started when it is not.
    app::Hub& hub();
    [[nodiscard]] bool is_up() const { return hub_ != nullptr; }
    /// A number out of the database: `SELECT count(*) …`.
    std::int64_t number(const std::string& sql);
    std::vector<std::vector<std::string>> rows(const std::string& sql, int columns);

    [[nodiscard]] std::int64_t crashes() const { return crashes_; }
    [[nodiscard]] std::int64_t stops() const { return stops_; }
    [[nodiscard]] std::int64_t requests() const { return http_.requests(); }
    [[nodiscard]] double hours() const;
    [[nodiscard]] std::int64_t steps() const { return steps_; }
    [[nodiscard]] std::int64_t webhooks_lost() const { return webhooks_lost_; }
    [[nodiscard]] std::int64_t webhooks_doubled() const { return webhooks_doubled_; }
    [[nodiscard]] std::int64_t webhooks_arrived() const { return webhooks_arrived_; }

private:
    void boot();
    bool work();
    using Answerer = std::function<http::Response(const http::Request&)>;
    http::Response carry(const http::Request& request, const Answerer& answer);
    http::Response answer_of_shop(const http::Request& request);
    void lead_to_first_page(http::Request& request) const;
    void claim_another_page(http::Response& answer);
    int deliver(const sandbox::WebhookCall& call);
    int deliver_from(Market& market, const sandbox::WebhookCall& call);
    std::optional<http::Response> dispatch(http::Request request);
    bool power_is_gone();
    void bury();

    WorldOptions options_;
    log::Capture quiet_{log::Level::error};  // a hub that dies says so each time
    Timestamp begin_;
    PowerCutDisk disk_;
    SeededRandom hub_random_;
    InProcessHttp http_;
    std::unique_ptr<sandbox::shopify::Shop> shop_;
    std::vector<std::unique_ptr<Market>> markets_;
    TemporaryFolder keys_;
    std::unique_ptr<app::Hub> hub_;
    std::string key_;
    Timestamp down_until_{};
    std::int64_t crashes_ = 0, stops_ = 0, steps_ = 0;
    std::int64_t webhooks_lost_ = 0, webhooks_doubled_ = 0, webhooks_arrived_ = 0;

    bool gone_ = false;
    std::optional<std::uint64_t> cut_when_calls_;
    std::string endless_;
    int tokens_ = 0, tokens_given_ = 0;
    int requests_until_cut_ = 0;
    bool after_its_effect_ = false;
};

}  // namespace crossdock::testing
