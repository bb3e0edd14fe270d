// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/middleware/key_ring.h"
#include "api/middleware/rate_limits.h"
#include "base/clock.h"
#include "base/random.h"
#include "crypto/api_key.h"
#include "db/database.h"
#include "db/migrator.h"
#include "domain/item.h"
#include "domain/order.h"
#include "domain/refund.h"
#include "http/router.h"
#include "store/channel_repo.h"
#include "support/temporary_folder.h"

namespace crossdock::api::testing {

using crossdock::testing::TemporaryFolder;

/// An answer, read.
struct Answer {
    http::Response raw;
    [[nodiscard]] int status() const { return raw.status; }
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(raw.body); }
    [[nodiscard]] std::optional<std::string> header(const std::string& name) const;
    /// The `error` member, an array's messages joined by " | ".
    [[nodiscard]] std::string error() const;
    [[nodiscard]] bool error_is_list() const { return json().at("error").is_array(); }
};

/// The API over a real database in a temporary file, without sockets. Account "acme" owns shop-us, shop-eu (Shopify)
/// wm-us (Walmart) and amz-na, amz-eu (Amazon); account "other" owns its own shop-us and amz-na. The clock stands at 2026-11-20T12:00:00Z.
class Hub {
public:
    Hub();
    /// With a schema from the past, whose repositories serve it as far as they can.
    explicit Hub(const std::vector<db::Migration>& schema);

    /// `target` is a path with an optional query string, percent-encoding decoded.
    Answer get(const std::string& target, const std::string& key);
    Answer get(const std::string& target) { return get(target, key_); }
    Answer post(const std::string& path, const std::string& body, const std::string& key,
                const std::string& content_type = "application/json");
    Answer post(const std::string& path, const std::string& body) { return post(path, body, key_); }
    Answer post_json(const std::string& path, const nlohmann::json& body) { return post(path, body.dump(), key_); }
    Answer send(http::Request request);

    /// A new key's text.
    std::string make_key(AccountId account, const std::string& scopes, std::optional<Timestamp> expires_at = {},
                         const std::string& plan = "", crypto::ApiKeyKind kind = crypto::ApiKeyKind::live);
    /// Keys that name one of these plans are limited from now on; counts begin where the database has them.
    void set_plans(const Plans& plans);
    void revoke(AccountId account, const std::string& key_text);

    OrderId add_order(const store::Channel& channel, const domain::Order& order,
                      const std::string& payload = "{\"raw\":1}");
    std::int64_t add_refund(const store::Channel& channel, const domain::Refund& refund,
                            const std::string& payload = "{\"raw\":2}");
    ItemId add_item(const store::Channel& channel, const domain::Item& item);

    TemporaryFolder folder;
    ManualClock clock;
    SeededRandom random{20261120};
    std::unique_ptr<db::Database> db;
    AccountId acme, other;
    store::Channel shop_us, shop_eu, wm_us, amz_na, amz_eu, others_shop, others_amazon;
    std::unique_ptr<KeyRing> keys;
    std::unique_ptr<RateLimits> limits;
    std::unique_ptr<Context> context;
    http::Router router;
    int woken = 0;
    HealthReport health;
    std::vector<std::string> noted_failures;
    std::string key_;        // of acme, scope erp
    std::string other_key_;  // of other, scope erp
};

/// An order of two lines; `minutes` after 2026-11-20T10:00:00Z it was changed.
domain::Order sample_order(const std::string& external_id, int minutes = 0);
domain::Refund sample_refund(const std::string& external_id, int minutes = 0);
domain::Item sample_item(const std::string& variant, const std::string& sku);

}  // namespace crossdock::api::testing
