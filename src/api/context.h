// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/middleware/rate_limits.h"
#include "api/middleware/running_keys.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "db/database.h"
#include "domain/problem.h"
#include "http/message.h"
#include "services/accept_stock.h"
#include "store/channel_repo.h"

namespace crossdock::webhooks {
class Endpoints;
}

namespace crossdock::api {

class KeyRing;

/// Which part of the hub a finding is of, as far as somebody looks at that part anew. Never sent.
enum class HealthPart { other, backups, disk_room };

/// Something late, stuck, expiring or broken, and what to do about it.
struct HealthFinding {
    std::string severity;              // "error", "warning", "info"
    std::optional<AccountId> account;  // whose it is; none: the hub's own, shown to every key
    std::string channel;               // code; empty when it concerns no channel
    std::string code, message, next_step;
    HealthPart part = HealthPart::other;
};

/// What the last check of the whole database file found.
struct DatabaseCheckReport {
    Timestamp at{};
    std::chrono::milliseconds took{0};
    bool sound = true;
    friend bool operator==(const DatabaseCheckReport&, const DatabaseCheckReport&) = default;
};

/// The certificate that the hub shows over TLS.
struct CertificateReport {
    Timestamp not_after{};
    std::int64_t days_left = 0;  // whole ones; negative once it has expired
    std::vector<std::string> names;
    std::optional<std::string> problem;  // why a new one on disk is not taken
    friend bool operator==(const CertificateReport&, const CertificateReport&) = default;
};

struct HealthReport {
    bool ready = true;  // may traffic be sent here?
    std::vector<HealthFinding> findings;
    std::optional<DatabaseCheckReport> database_check;  // none: not checked yet
    std::optional<CertificateReport> certificate;       // none: plain HTTP
};

/// What the routes need, supplied by the app. Outlives the router; every function may be called from any thread.
struct Context {
    db::Database& db;
    const Clock& clock;
    KeyRing& keys;
    std::string cursor_secret;  // signs list cursors: store::Installation::cursor_secret
    std::string version;        // of the program
    std::function<services::StockSettings(const store::Channel&)> stock_settings;
    std::function<void()> wake_jobs;                                      // after a commit that enqueued work
    std::function<http::Response(const http::Request&)> receive_webhook;  // GET and POST /hooks/{channel_code}
    std::function<std::string()> metrics_text;                            // Prometheus text
    std::function<HealthReport()> health;  // asked by anyone at any rate: cheap, or cached
    /// Hears of a failure of the database that a client was told of as 503; `what` is for the log alone. May be empty.
    std::function<void(const http::Request&, const std::string& what)> note_failure = {};
    std::function<std::string()> make_uuid = {};  // for rows that the contract knows by a UUID
    RateLimits* limits = nullptr;                 // none: no key is limited
    std::unique_ptr<RunningKeys> running_keys = std::make_unique<RunningKeys>();
    std::vector<std::string> cors_origins = {};  // web pages that may call /v2; empty: none
    /// Asks a channel what we may do there: the problems found, or why nothing was answered. None: it cannot be asked.
    std::function<Result<std::vector<domain::Problem>>(const store::Channel&)> check_channel = {};
    Random* random = nullptr;                    // makes keys; none: they cannot be made here
    webhooks::Endpoints* endpoints = nullptr;    // none: webhook endpoints can be looked at and not be changed
};

}  // namespace crossdock::api
