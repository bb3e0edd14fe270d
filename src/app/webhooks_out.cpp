// SPDX-License-Identifier: Apache-2.0
#include "app/webhooks_out.h"

#include <atomic>

#include "api/routes/event_json.h"
#include "net/admission.h"
#include "observability/log.h"

namespace crossdock::app {
namespace {

constexpr std::int64_t kForgottenPerTurn = 500;  // a longer delete would hold up every other writer
constexpr auto kForgetEvery = std::chrono::milliseconds{std::chrono::hours{1}};

/// Seals with the key file of the hub.
class FileKeeper final : public webhooks::SecretKeeper {
public:
    FileKeeper(KeyFile& keys, Random& random) : keys_(keys), random_(random) {}

    Result<store::SealedSecret> seal(const Secret& secret, std::string_view place) override {
        const auto key = keys_.get_or_make();
        if (!key) return key.error();
        return store::SealedSecret{key->id, crypto::seal(*key, secret, place, random_)};
    }
    Result<Secret> open(const store::SealedSecret& sealed, std::string_view place) override {
        const auto key = keys_.find();
        if (!key) return key.error();
        const auto lost = [&](const std::string& why) {
            return Error{ErrorKind::denied, "sealed_secret_unreadable", why};
        };
        if (!*key) return lost("the key file " + keys_.path().string() + " is gone");
        if ((*key)->id != sealed.key_id)
            return lost("it was sealed with key " + sealed.key_id + ", and " + keys_.path().string() + " holds key " +
                        (*key)->id);
        return crypto::open_sealed(**key, sealed.sealed, place);
    }

private:
    KeyFile& keys_;
    Random& random_;
};

}  // namespace

struct WebhooksOut::Impl {
    Impl(db::Database& db, const Clock& now, Random& random, KeyFile& keys, net::HttpClient* http,
         const std::string& version, WebhookOptions given)
        : database(db),
          clock(now),
          options(std::move(given)),
          rules({options.allow, [this] { return own_port.load(); }, net::is_own_address}),
          keeper(keys, random),
          own_http(http == nullptr ? net::make_guarded_client("crossdock/" + version, admission()) : nullptr),
          engine({db, now, random, http == nullptr ? *own_http : *http, keeper, api::routes::event_json}),
          endpoints({db, now, random, keeper, rules, engine, api::routes::event_json}) {}

    net::Admission admission() {
        return {[this](const std::string& host, int port, const IpAddress& address) {
                    return rules.admit(host, port, address);
                },
                {}};
    }

    db::Database& database;
    const Clock& clock;
    WebhookOptions options;
    std::atomic<int> own_port{0};
    webhooks::TargetRules rules;
    FileKeeper keeper;
    std::unique_ptr<net::HttpClient> own_http;
    webhooks::Engine engine;
    webhooks::Endpoints endpoints;
    std::chrono::milliseconds next_forgetting{0};  // of the upkeep thread; steady
};

WebhooksOut::WebhooksOut(db::Database& database, const Clock& clock, Random& random, KeyFile& keys,
                         net::HttpClient* http, const std::string& version, WebhookOptions options)
    : impl_(std::make_unique<Impl>(database, clock, random, keys, http, version, std::move(options))) {}

WebhooksOut::~WebhooksOut() { stop(std::chrono::seconds{5}); }

void WebhooksOut::set_own_port(int port) { impl_->own_port = port; }

void WebhooksOut::start() {
    impl_->database.on_change([this] { impl_->engine.wake(); });
    impl_->engine.start();
}

bool WebhooksOut::stop(std::chrono::milliseconds grace) {
    impl_->database.on_change({});
    return impl_->engine.stop(grace);
}

void WebhooksOut::look_after() {
    const auto steady = impl_->clock.steady();
    if (steady < impl_->next_forgetting) return;
    const Timestamp now = impl_->clock.now();
    const WebhookOptions& options = impl_->options;
    std::int64_t most = 0;
    const auto accounts = impl_->database.read([](db::Session& session) { return store::accounts(session); });
    impl_->database.write([&](db::Session& session) {
        store::DeliveryRepo deliveries(session);
        most = std::max(deliveries.forget_before(now - options.keep, kForgottenPerTurn),
                        deliveries.forget_bodies_before(now - options.keep, kForgottenPerTurn));
        for (const AccountId account : accounts)
            most = std::max(
                most, store::EventRepo(session).forget_before(account, now - options.keep_events, kForgottenPerTurn));
    });
    // Little by little until none is left, then in an hour again.
    impl_->next_forgetting = most == kForgottenPerTurn ? steady : steady + kForgetEvery;
}

void WebhooksOut::add_findings(api::HealthReport& report) {
    impl_->database.read([&](db::Session& session) { add_webhook_findings(session, report); });
}

void add_webhook_findings(db::Session& session, api::HealthReport& report) {
    for (const store::WebhookEndpoint& endpoint : store::WebhookEndpointRepo(session).list_all()) {
        const std::string name =
            "webhook endpoint " + endpoint.public_id + (endpoint.name.empty() ? "" : " (" + endpoint.name + ")");
        if (endpoint.state == store::EndpointState::disabled)
            report.findings.push_back({"error", endpoint.account_id, "", "webhook_disabled",
                                       name + " was disabled: " + endpoint.reason.value_or(""),
                                       "when its receiver works again: crossdock webhook resume " + endpoint.public_id +
                                           ", then crossdock webhook replay " + endpoint.public_id +
                                           " --missed --since " + format_rfc3339(endpoint.state_since)});
        else if (endpoint.health.failing_since && endpoint.health.notices > 0)
            report.findings.push_back(
                {"warning", endpoint.account_id, "", "webhook_failing",
                 name + " has answered with nothing but failures since " +
                     format_rfc3339(*endpoint.health.failing_since) +
                     "; the last one: " + endpoint.health.last_error.value_or(""),
                 "look at: crossdock webhook show " + endpoint.public_id + "; after five days it is disabled"});
    }
}

void WebhooksOut::add_figures(metrics::Registry& registry) {
    using Samples = std::vector<metrics::Registry::Sample>;
    registry.counter_from("crossdock_webhook_attempts_total",
                          "Requests to webhook endpoints since the start, by outcome.", [this] {
                              const auto figures = impl_->engine.figures();
                              return Samples{{{{"outcome", "succeeded"}}, static_cast<double>(figures.succeeded)},
                                             {{{"outcome", "failed"}}, static_cast<double>(figures.failed)}};
                          });
    registry.gauge_from("crossdock_webhook_in_flight", "Requests to webhook endpoints under way.", [this] {
        return Samples{{{}, static_cast<double>(impl_->engine.figures().in_flight)}};
    });
    registry.gauge_from("crossdock_webhook_due", "Deliveries that are due and in memory.", [this] {
        return Samples{{{}, static_cast<double>(impl_->engine.figures().queued)}};
    });
    registry.gauge_from("crossdock_webhook_endpoints", "Webhook endpoints, by state.", [this] {
        std::map<std::string, double> states;
        for (const auto& endpoint :
             impl_->database.read([](db::Session& session) { return store::WebhookEndpointRepo(session).list_all(); }))
            ++states[std::string{store::to_string(endpoint.state)}];
        Samples samples;
        for (const auto& [state, count] : states) samples.push_back({{{"state", state}}, count});
        return samples;
    });
}

webhooks::Engine& WebhooksOut::engine() { return impl_->engine; }
webhooks::Endpoints& WebhooksOut::endpoints() { return impl_->endpoints; }

}  // namespace crossdock::app
