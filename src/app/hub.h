// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "app/backup.h"
#include "app/own_certificate.h"
#include "app/pace.h"
#include "app/retention.h"
#include "app/upgrade.h"
#include "app/webhooks_out.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "connectors/connector.h"
#include "db/database.h"
#include "exchange/plan.h"
#include "http/router.h"
#include "http/server.h"
#include "jobs/runner.h"
#include "net/http_client.h"
#include "observability/metrics.h"
#include "store/meta.h"
#include "sync/channels.h"
#include "sync/env.h"

/// The whole program, put together: who reads this folder sees what talks to what.
namespace crossdock::app {

class Backups;
class FileExchange;
class Leftovers;

/// One [[channel]] of the config file.
struct HubChannel {
    std::string account = "default";
    connectors::ChannelSetup setup;
    sync::Schedule schedule;
    bool enabled = true;
    std::vector<std::string> another_shop_than;  // codes of channels that are gone, which it does not go on with
};

struct HubOptions {
    db::Options database;
    std::vector<HubChannel> channels;
    std::string public_url;    // where channels can reach /hooks; empty: nowhere
    jobs::RunnerOptions runner;
    http::ServerOptions server;
    std::shared_ptr<OwnCertificate> certificate = nullptr;  // behind server.tls; none: plain HTTP
    std::string version = "0";
    api::Plans plans;          // how much keys may ask that name one
    std::vector<std::string> cors_origins = {};  // web pages that may call /v2
    bool log_requests = false;  // a line in the log for every one
    std::filesystem::path key_file;  // seals secrets in the database; made when first needed. Empty: none can be kept
    WebhookOptions webhooks;
    std::int64_t low_stock = 5;       // [events] low_stock
    BackupPlan backup;
    RetentionPlan retention;
    exchange::Plan exchange = {};
    std::function<void(const UpgradeProgress&)> on_upgrade = {};  // the database gets a newer schema: how far it is
    bool may_upgrade = true;  // false: a database of an older schema is refused, `db_older`; a command must not take the way back
    std::function<void()> interrupt = [] {};  // a job outlives its limit or the stop: cut the requests under way
};

/// What the hub takes from the outside world. Outlives it.
struct Surroundings {
    const Clock& clock;
    Random& random;
    net::HttpClient& http;
    const std::vector<const connectors::ConnectorFactory*>& factories;
    net::HttpClient* webhook_http = nullptr;  // for webhooks out, in simulations; null: the real network, with its rules
};

/// Opened, it can answer requests through router() and run jobs one at a time (a simulation); started, it listens and works
/// by itself.
class Hub {
public:
    /// Opens and migrates the database and makes its channels say what the options say. Errors: those of
    /// db::Database::open and upgrade(), and `db_older`.
    static Result<std::unique_ptr<Hub>> open(HubOptions options, Surroundings surroundings);
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Binds and answers. Errors as of http::Server::start.
    Status listen();
    /// Workers, timers, upkeep.
    void start();
    /// Stops taking requests, lets running work end, closes the database. Idempotent. True when everything ended in time.
    bool stop(std::chrono::milliseconds grace);
    /// Simulation: enqueues what the timers say and runs one due job. False when there is nothing to do now.
    bool step();
    /// Simulation: when step() will find something.
    [[nodiscard]] std::optional<Timestamp> next_due();

    [[nodiscard]] http::Router& router();
    [[nodiscard]] db::Database& database();
    [[nodiscard]] jobs::Runner& runner();
    [[nodiscard]] const sync::Env& env() const;
    [[nodiscard]] webhooks::Endpoints& webhook_endpoints();
    [[nodiscard]] Backups& backups();
    [[nodiscard]] FileExchange& file_exchange();
    [[nodiscard]] Leftovers& leftovers();
    [[nodiscard]] const store::Installation& installation() const;
    [[nodiscard]] int port() const;
    [[nodiscard]] bool usable() const;
    /// Did the hub's own upkeep, which reads and writes the database, come round lately? For a watchdog: a disk that
    /// takes seconds does not count, one that hangs does.
    [[nodiscard]] bool keeps_up() const;
    /// A key was made or revoked: forget what is cached.
    void keys_changed();
    [[nodiscard]] const api::Plans& plans() const;
    [[nodiscard]] api::HealthReport health() const;
    /// What it was opened with, and when.
    [[nodiscard]] const HubOptions& options() const;
    [[nodiscard]] Timestamp opened_at() const;
    /// What takes long and is under way, with an estimate where there is one.
    [[nodiscard]] std::vector<LongWork> long_work() const;
    [[nodiscard]] std::string metrics_text() const;

private:
    struct Impl;
    explicit Hub(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace crossdock::app
