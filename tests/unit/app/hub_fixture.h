// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/commands.h"
#include "app/database_check.h"
#include "app/from_config.h"
#include "app/health.h"
#include "app/hub.h"
#include "base/clock.h"
#include "observability/log.h"
#include "store/job_repo.h"
#include "support/real_process.h"

namespace crossdock::app {

using namespace std::chrono_literals;
using crossdock::testing::eventually;
using crossdock::testing::TemporaryFolder;
using domain::Job;
using domain::JobState;
using domain::Lane;

/// A network where nobody answers.
class NoNetwork final : public net::HttpClient {
public:
    Result<net::HttpResponse> send(const net::HttpRequest&) override {
        return Error{ErrorKind::unavailable, "net_not_sent", "there is no network here"};
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}
};

/// A whole hub with one Shopify channel, "shop", that cannot be reached. `Time` is ManualClock or SystemClock.
template <class Time>
class HubTest : public ::testing::Test {
protected:
    HubOptions options() const {
        HubOptions options;
        options.database.path = (folder / "hub.db").string();
        options.database.longest_read = 1min;  // wherever this machine sleeps meanwhile
        HubChannel channel;
        channel.setup.code = "shop";
        channel.setup.provider = domain::Provider::shopify;
        channel.setup.credentials = {{"shop", Secret{"demo-shop.myshopify.com"}},
                                     {"access_token", Secret{"shpat_demo"}}};
        channel.schedule = {std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
        options.channels = {channel};
        return options;
    }
    void open(HubOptions with) {
        hub.reset();
        auto opened = Hub::open(std::move(with), {clock, random, network, connector_factories()});
        if (!opened) throw std::runtime_error(opened.error().message);
        hub = std::move(*opened);
    }
    template <class Work>
    auto with_jobs(Work&& work) {
        return hub->database().write([&](db::Session& session) {
            store::JobRepo repo(session);
            return work(repo);
        });
    }
    std::int64_t count(const std::string& sql) {
        return hub->database().read([&](db::Session& session) {
            db::Statement statement(session, "SELECT count(*) FROM " + sql);
            statement.step();
            return statement.integer(0);
        });
    }
    [[nodiscard]] bool was_logged(const std::string& text) const {
        const auto lines = quiet.lines();
        return std::any_of(lines.begin(), lines.end(),
                           [&](const auto& line) { return line.find(text) != std::string::npos; });
    }
    static const api::HealthFinding* find(const api::HealthReport& report, const std::string& code) {
        for (const auto& finding : report.findings)
            if (finding.code == code) return &finding;
        return nullptr;
    }

    TemporaryFolder folder;
    Time clock = make_clock();
    SeededRandom random{3};
    NoNetwork network;
    log::Capture quiet{log::Level::info};
    std::unique_ptr<Hub> hub;

private:
    static Time make_clock() {
        if constexpr (std::is_constructible_v<Time, Timestamp>)
            return Time(*parse_iso8601("2026-11-20T12:00:00Z", ZoneRule::required));
        else
            return Time();
    }
};

}  // namespace crossdock::app
