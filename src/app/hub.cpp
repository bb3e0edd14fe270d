// SPDX-License-Identifier: Apache-2.0
#include "app/hub.h"

#include <algorithm>
#include <atomic>

#include "api/middleware/key_ring.h"
#include "api/register.h"
#include "app/backups.h"
#include "app/channel_names.h"
#include "app/database_check.h"
#include "app/figures.h"
#include "app/file_exchange.h"
#include "app/hooks.h"
#include "app/keys.h"
#include "app/leftovers.h"
#include "app/recurring.h"
#include "app/storage.h"
#include "app/upkeep.h"
#include "app/vault.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "db/migrator.h"
#include "domain/deed.h"
#include "jobs/timers.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "platform/process.h"
#include "store/audit_repo.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "store/restored.h"
#include "sync/acknowledge_order.h"
#include "sync/check_channel.h"
#include "sync/ensure_webhooks.h"
#include "sync/fetch_fba_items.h"
#include "sync/find_fba_plans.h"
#include "sync/find_person.h"
#include "sync/pull_catalog.h"
#include "sync/pull_orders.h"
#include "sync/pull_refunds.h"
#include "sync/push_cartons.h"
#include "sync/push_shipment.h"
#include "sync/push_stock.h"
#include "sync/reconcile.h"
#include "sync/reconcile_first.h"
#include "sync/reread_orders.h"
#include "sync/stopped_channel.h"
#include "sync/sync_fba.h"
#include "sync/thin_versions.h"
#include "sync/verify_stock.h"

namespace crossdock::app {
namespace {

constexpr const char* kJobDead = "job_dead";
constexpr const char* kJobParked = "job_parked";

void tell_job(db::Session& session, const domain::Job& job, std::string_view type, const char* problem, const Error& error, Timestamp now) {
    std::string data;
    JsonWriter(data).begin_object().field("kind", job.kind).field("code", error.code).field("message", error.message).end_object();
    store::EventRepo(session).append({job.account_id, job.channel_id, type, "job", job.id.value, data}, now);
    if (!job.channel_id) return;
    store::ProblemRepo(session).record(job.account_id, *job.channel_id, "job", job.unique_key, {problem, error.message}, now);
}

/// A stream ended the process again and again and rests: what it carries waits for it.
void on_parked_job(db::Session& session, const sync::Env& env, const domain::Job& job, const Error& error) {
    tell_job(session, job, "job.parked", kJobParked, error, env.clock.now());
}

/// A job came through, or (not `done`) got on without ending the process: what was told about it is over.
void on_well_job(db::Session& session, const sync::Env& env, const domain::Job& job, bool done) {
    if (!job.channel_id) return;
    std::vector<domain::Problem> still;
    if (!done) still.push_back({kJobDead, ""});
    store::ProblemRepo(session).resolve(*job.channel_id, "job", job.unique_key, env.clock.now(), still);
}

/// A job was given up: what it carried has failed in words, and everybody who looks is told.
void on_dead_job(db::Session& session, const sync::Env& env, const domain::Job& job, const Error& error) {
    const Timestamp now = env.clock.now();
    tell_job(session, job, "job.dead_lettered", kJobDead, error, now);
    if (!job.channel_id) return;
    const auto channel = store::ChannelRepo(session).get(*job.channel_id);
    if (!channel) return;
    if (job.kind == sync::kPushStock) sync::give_up_stock(session, *channel, error, now);
    if (job.kind == sync::kPushShipment) sync::give_up_shipment(session, job, error, now);
    if (job.kind == services::kPushCartons) sync::give_up_cartons(session, job, error, now);
}

/// One line of the access log. Never a query, and of a path nothing that may name a person or hold a key.
void log_request(const http::AccessRecord& record) {
    std::string path;
    for (const std::string& segment : split(std::string_view{record.path}.substr(0, 200), '/')) {
        const bool hidden = segment.find('@') != std::string::npos || crypto::looks_like_api_key(segment);
        path += (hidden ? "(hidden)" : segment) + "/";
    }
    if (!path.empty()) path.pop_back();
    const auto colon = record.caller.find(':');
    const std::string_view caller = record.caller;
    log::info("request", {{"method", record.method}, {"path", path}, {"route", record.route.empty() ? "none" : record.route},
                          {"status", record.status}, {"us", static_cast<std::int64_t>(record.duration.count())},
                          {"in", record.request_bytes}, {"out", record.response_bytes}, {"from", record.remote_address},
                          {"account", colon == std::string::npos ? "-" : caller.substr(0, colon)},
                          {"key", colon == std::string::npos ? "-" : caller.substr(colon + 1)}, {"request_id", record.request_id}});
}

/// What the config file changed, for the audit trail.
void audit_channel(db::Session& session, AccountId account, const std::string& code, std::string_view deed, const std::string& provider,
                   Timestamp now) {
    store::AuditEntry entry{0, account, {}, {"config file", "local"}, std::string{deed}, "channel", code, {}};
    JsonWriter(entry.details).begin_object().field("provider", provider).end_object();
    store::AuditRepo(session).append(entry, now);
}

/// Makes the database's channels say what the config file says, and gathers what the jobs need to open them.
Result<std::vector<sync::Channels::Entry>> settle_channels(db::Session& session, const HubOptions& options, const Surroundings& around) {
    const Timestamp now = around.clock.now();
    store::ensure_account(session, "default", around.random, now);
    store::ChannelRepo channels(session);
    std::vector<sync::Channels::Entry> entries;
    std::vector<ChannelId> named;
    for (const HubChannel& configured : options.channels) {
        const AccountId account = store::ensure_account(session, configured.account, around.random, now);
        const auto held = channels.find(account, configured.setup.code);
        const auto id = channels.ensure(account, configured.setup.code, configured.setup.provider, configured.enabled, now);
        if (!id) return id.error();
        const std::string provider{domain::to_string(configured.setup.provider)};
        if (!held)
            audit_channel(session, account, configured.setup.code, domain::deed::kChannelAdded, provider, now);
        else if (held->enabled != configured.enabled)
            audit_channel(session, account, configured.setup.code, configured.enabled ? domain::deed::kChannelEnabled : domain::deed::kChannelDisabled, provider, now);
        named.push_back(*id);
        sync::Channels::Entry entry;
        entry.id = *id;
        entry.account_id = account;
        entry.setup = configured.setup;
        entry.schedule = configured.schedule;
        entry.settings = sync::read_hub_settings(configured.setup.settings_json);
        entry.enabled = configured.enabled;
        for (const connectors::ConnectorFactory* factory : around.factories)
            if (factory->provider() == configured.setup.provider) entry.factory = factory;
        if (const auto row = channels.get(*id)) sync::forget_what_is_off(session, *row, entry.schedule, now);
        if (entry.factory == nullptr)
            return Error{ErrorKind::invalid, "provider_unsupported",
                         "channel " + configured.setup.code + ": this version has no connector for " +
                             std::string{domain::to_string(configured.setup.provider)}};
        entries.push_back(std::move(entry));
    }
    for (const store::Channel& channel : channels.list_all())
        if (channel.enabled && std::find(named.begin(), named.end(), channel.id) == named.end())
            audit_channel(session, channel.account_id, channel.code, domain::deed::kChannelRemoved, std::string{domain::to_string(channel.provider)}, now);
    channels.disable_others(named);
    return entries;
}

/// An older version goes on with its database until somebody starts this one's hub. Whoever only gives a command keeps
/// that way back.
Status refuse_older(db::Database& database, const std::string& path) {
    const int schema = database.read([](db::Session& session) { return db::schema_of(session); });
    if (schema == 0 || schema >= db::newest_schema()) return ok();
    // It is closed cleanly now, and the next start would not know that it was not before.
    if (!database.was_stopped_cleanly()) database.write([](db::Session& session) { DatabaseCheck::ask_for(session); });
    return Error{ErrorKind::rejected, "db_older",
                 "the database " + path + " has schema " + std::to_string(schema) + ", and this crossdock works with " +
                     std::to_string(db::newest_schema()) + "; nothing was changed. Start the hub (" + platform::habits().start +
                     "), which brings it up to date and keeps a copy of it as it is, and give the command again; or go on with the "
                     "crossdock that made it"};
}

/// The first start on a database that was put back from a backup.
void heed_restore(db::Database& database, Timestamp now) {
    if (!database.read([](db::Session& session) { return store::is_marked_restored(session); })) return;
    const auto restored = database.write([&](db::Session& session) { return store::settle_restored(session, now); });
    if (!restored) return;
    log::warn("database_restored",
              {{"file", restored->mark.file}, {"made_at", format_rfc3339(restored->mark.made_at)}, {"stock", restored->stock_figures},
               {"shipments", restored->shipments}},
              "the database was put back from a backup: each channel's orders are read before anything is sent to it; the ERP "
              "should send its stock again");
}

}  // namespace

struct Hub::Impl {
    Impl(HubOptions hub_options, Surroundings surroundings, std::unique_ptr<db::Database> opened)
        : options(std::move(hub_options)),
          around(surroundings),
          database(std::move(opened)),
          key_file(options.key_file, around.random),
          channels({around.http, around.clock, around.random}, vaults()),
          env{*database, around.clock, around.random, channels, [this] { wake(); }, options.public_url, options.low_stock},
          runner(*database, around.clock, around.random, options.runner),
          timers(*database, around.clock),
          check(*database, around.clock),
          retention(*database, around.clock, options.retention,
                    [this](const store::Channel& channel, const std::vector<store::OrderToErase>& orders, Timestamp before) {
                        return sync::thin_versions(env, channel, orders, before);
                    },
                    [this] { leftovers.clear(); }),
          leftovers(*database, options.database.path),
          backups(*database, around.clock, options.database.path, options.version, options.backup),
          file_exchange({*database, around.clock, options.exchange,
                         [this](const store::Channel& channel) { return channels.stock_settings(channel); }, [this] { wake(); }}),
          keys(*database, around.clock),
          limits(*database, around.clock, options.plans),
          webhooks(*database, around.clock, around.random, key_file, around.webhook_http, options.version, options.webhooks),
          context{*database, around.clock, keys, "", options.version, {}, {}, {}, {}, {}, {}} {}

    void wake() { runner.wake(); }

    sync::Channels::MakeVault vaults() {
        if (options.key_file.empty()) return {};
        return [this](ChannelId channel) { return make_vault(*database, key_file, channel, around.clock, around.random); };
    }

    void add_handlers() {
        using domain::Lane;
        const auto one_off = [](Lane lane) {
            jobs::KindOptions kind_options;
            kind_options.lane = lane;
            kind_options.is_push = lane == Lane::push;
            return kind_options;
        };
        // One key for all there will ever be of it.
        const auto stream = [&](Lane lane) {
            jobs::KindOptions kind_options = one_off(lane);
            kind_options.is_stream = true;
            return kind_options;
        };
        const auto add = [&](std::string_view name, jobs::KindOptions kind_options, std::unique_ptr<jobs::Handler> handler) {
            if (kind_options.channel_breaker && name != sync::kCheckChannel) handler = sync::unless_stopped(env, std::move(handler));
            runner.add(std::string{name}, kind_options, std::move(handler));
        };
        // After a restore they wait until their channel was read.
        const auto push = [&](std::unique_ptr<jobs::Handler> handler) { return sync::unless_unread(env, std::move(handler)); };
        add(sync::kPushStock, stream(Lane::push), push(std::make_unique<sync::PushStock>(env)));
        add(sync::kPushShipment, one_off(Lane::push), push(std::make_unique<sync::PushShipment>(env)));
        add(sync::kPullOrders, stream(Lane::orders), std::make_unique<sync::PullOrders>(env));
        add(sync::kPullRefunds, stream(Lane::orders), std::make_unique<sync::PullRefunds>(env));
        add(sync::kAcknowledgeOrder, one_off(Lane::push), push(std::make_unique<sync::AcknowledgeOrder>(env)));
        add(sync::kFindUnacknowledged, stream(Lane::orders), std::make_unique<sync::FindUnacknowledged>(env));
        add(sync::kRefreshOrder, one_off(Lane::orders), std::make_unique<sync::RefreshOrder>(env));
        add(sync::kPullOrderRefunds, one_off(Lane::orders), std::make_unique<sync::PullOrderRefunds>(env));
        add(sync::kCheckChannel, stream(Lane::orders), std::make_unique<sync::CheckChannel>(env));
        add(sync::kPullCatalog, stream(Lane::bulk), std::make_unique<sync::PullCatalog>(env));
        add(sync::kPullCarriers, stream(Lane::bulk), std::make_unique<sync::PullCarriers>(env));
        add(sync::kReconcile, stream(Lane::bulk), std::make_unique<sync::Reconcile>(env));
        add(sync::kRereadOrders, stream(Lane::bulk), std::make_unique<sync::RereadOrders>(env));
        add(sync::kVerifyStock, stream(Lane::bulk), std::make_unique<sync::VerifyStock>(env));
        add(sync::kEnsureWebhooks, stream(Lane::bulk), std::make_unique<sync::EnsureWebhooks>(env));
        add(services::kPushCartons, one_off(Lane::push), push(std::make_unique<sync::PushCartons>(env)));
        add(services::kSyncFbaShipments, stream(Lane::orders), std::make_unique<sync::SyncFbaShipments>(env));
        add(services::kRefreshFbaStatuses, stream(Lane::bulk), std::make_unique<sync::RefreshFbaStatuses>(env));
        add(services::kFindFbaPlans, stream(Lane::bulk), std::make_unique<sync::FindFbaPlans>(env));
        jobs::KindOptions fba_items = one_off(Lane::bulk);
        fba_items.hard_limit = sync::kFbaItemsLimit;
        add(services::kFetchFbaItems, fba_items, std::make_unique<sync::FetchFbaItems>(env));
        jobs::KindOptions fba_backfill = stream(Lane::bulk);
        fba_backfill.channel_breaker = false;  // only queues
        add(services::kBackfillFbaItems, fba_backfill, std::make_unique<sync::BackfillFbaItems>(env));
        jobs::KindOptions remap = stream(Lane::bulk);
        remap.channel_breaker = false;  // works on what is held
        add(sync::kRemapOrders, remap, std::make_unique<sync::RemapOrders>(env));
        jobs::KindOptions person = stream(Lane::bulk);
        person.channel_breaker = false;  // the same
        add(sync::kFindPerson, person, std::make_unique<sync::FindPerson>(env));
        runner.on_dead([this](db::Session& session, const domain::Job& job, const Error& error) { on_dead_job(session, env, job, error); });
        runner.on_parked([this](db::Session& session, const domain::Job& job, const Error& error) { on_parked_job(session, env, job, error); });
        runner.on_well([this](db::Session& session, const domain::Job& job, bool done) { on_well_job(session, env, job, done); });
        runner.on_overrun([this](JobId id) {
            log::warn("job_overrun", {{"job", id}}, "a job does not end; it is given up");
            if (stopped) options.interrupt();
        });
        runner.on_trouble([this](std::string_view text) { trouble.tell("jobs_trouble", text); });
    }

    void add_routes() {
        context.cursor_secret = installation.cursor_secret;
        context.stock_settings = [this](const store::Channel& channel) { return channels.stock_settings(channel); };
        context.wake_jobs = [this] { wake(); };
        context.receive_webhook = [this](const http::Request& request) { return hook_answer(env, metrics, request); };
        context.metrics_text = [this] { return metrics.render(); };
        context.health = [this] { return upkeep.health(); };
        context.limits = &limits;
        context.cors_origins = options.cors_origins;
        context.check_channel = [this](const store::Channel& channel) { return sync::check_channel(env, channel); };
        context.random = &around.random;
        context.endpoints = &webhooks.endpoints();
        context.make_uuid = [this] { return around.random.uuid(); };
        context.note_failure = [this](const http::Request& request, const std::string& what) {
            const log::Scope scope({{"path", request.path}, {"request_id", request.request_id}});
            trouble.tell("database_failure", what);
        };
        api::register_routes(router, context);
        add_figures(metrics, env, runner);
        webhooks.add_figures(metrics);
        file_exchange.add_figures(metrics);
        if (options.certificate) options.certificate->add_figures(metrics, around.clock);
    }

    void add_access_log() {
        options.server.on_access = [this](const http::AccessRecord& record) {
            const std::string route = record.route.empty() ? "none" : record.route;
            metrics.counter("crossdock_requests_total", "Requests answered, by route and status.",
                            {{"route", route}, {"status", std::to_string(record.status)}})
                .add();
            metrics.histogram("crossdock_request_seconds", "Time from the last byte of a request to its answer.", {{"route", route}})
                .observe(std::chrono::duration<double>(record.duration).count());
            if (options.log_requests) log_request(record);
        };
        options.server.on_tls_failure = [this](const std::string& remote_address, const std::string& why) {
            metrics.counter("crossdock_tls_failures_total", "Connections that did not come together over TLS.", {}).add();
            const auto steady = around.clock.steady();
            // From the server's one thread. A client that tries in a loop neither fills the disk nor hides the others.
            if (steady - tls_failure_told < std::chrono::seconds{1}) return;
            tls_failure_told = steady;
            log::info("tls_failed", {{"from", remote_address}}, why);
        };
        options.server.on_internal_error = [](const auto& request, const auto& what) {
            log::error("handler_failed", {{"path", request.path}, {"request_id", request.request_id}}, what);
        };
    }

    HubOptions options;
    Surroundings around;
    log::TroubleLog trouble{around.clock};
    std::unique_ptr<db::Database> database;
    store::Installation installation;
    KeyFile key_file;
    sync::Channels channels;
    sync::Env env;
    jobs::Runner runner;
    jobs::Timers timers;
    DatabaseCheck check;
    Retention retention;
    Leftovers leftovers;
    Backups backups;
    FileExchange file_exchange;
    metrics::Registry metrics;
    api::KeyRing keys;
    api::RateLimits limits;
    WebhooksOut webhooks;
    api::Context context;
    http::Router router;
    std::unique_ptr<http::Server> server;

    Upkeep upkeep{{options, env, channels, runner, timers, keys, limits, webhooks, retention, leftovers, backups, file_exchange}};
    Timestamp opened_at = around.clock.now();
    std::atomic<bool> stopped{false};
    std::chrono::milliseconds tls_failure_told{-1000};  // of the server's thread; steady
};

Hub::Hub(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Hub::~Hub() { stop(std::chrono::seconds{5}); }

Result<std::unique_ptr<Hub>> Hub::open(HubOptions options, Surroundings surroundings) {
    auto opened = db::Database::open(options.database);
    if (!opened) return opened.error();
    if (!options.may_upgrade)
        if (const auto fit = refuse_older(**opened, options.database.path); !fit) return fit.error();
    const bool stopped_cleanly = (*opened)->was_stopped_cleanly();
    const auto migrated = upgrade(*opened, {options.database, options.version, {}, options.on_upgrade}, surroundings.clock);
    if (!migrated) return migrated.error();
    if (migrated->from != migrated->to && migrated->from > 0)
        log::info("database_migrated", {{"from", migrated->from}, {"to", migrated->to}}, "the database has the newest schema now");

    const auto names = (*opened)->read([&](db::Session& session) { return check_names(session, options.channels); });
    if (!names) return names.error();

    heed_restore(**opened, surroundings.clock.now());

    auto impl = std::make_unique<Impl>(std::move(options), surroundings, std::move(*opened));
    Impl& hub = *impl;
    auto entries = hub.database->write([&](db::Session& session) -> Result<std::vector<sync::Channels::Entry>> {
        hub.installation = store::count_boot(session, surroundings.random);
        // Remembered, because this run may end, cleanly, before the check came through. At opening it was a short one.
        if (!stopped_cleanly) DatabaseCheck::ask_for(session);
        if (migrated->from == 0) Leftovers::mark_fresh(session);
        auto settled = settle_channels(session, hub.options, surroundings);
        if (settled) sync::check_stopped_channels(session, surroundings.clock.now());
        return settled;
    });
    if (!entries) return entries.error();
    for (sync::Channels::Entry& entry : *entries) hub.channels.add(std::move(entry));
    hub.file_exchange.open(hub.installation.id);
    hub.add_handlers();
    hub.add_routes();
    hub.add_access_log();
    add_recurring_work(hub.timers, hub.env);
    hub.limits.load();
    hub.upkeep.look_at_health_first();
    return std::unique_ptr<Hub>(new Hub(std::move(impl)));
}

Status Hub::listen() {
    impl_->server = std::make_unique<http::Server>(impl_->options.server, impl_->router);
    const auto started = impl_->server->start();
    if (started) impl_->webhooks.set_own_port(impl_->server->port());
    return started;
}

void Hub::start() {
    impl_->runner.start();
    impl_->webhooks.start();
    impl_->upkeep.start();
    impl_->check.start();
    impl_->backups.start();
    impl_->file_exchange.start();
    impl_->leftovers.start();
}

bool Hub::stop(std::chrono::milliseconds grace) {
    Impl& hub = *impl_;
    if (hub.stopped) return true;
    hub.stopped = true;
    hub.upkeep.end_soon();
    // First nothing new comes in, then what runs may end, then the database closes.
    if (hub.server) hub.server->stop(grace / 3);
    hub.check.stop();
    hub.backups.stop();
    hub.file_exchange.stop();
    hub.leftovers.stop();
    hub.upkeep.stop();
    bool in_time = false;
    try {
        in_time = hub.runner.stop(grace / 3);
        hub.webhooks.stop(grace / 6);  // what is cut is sent again
    } catch (const std::exception& failure) {
        // The disk is gone, say. What ran stays leased to this boot and is taken up by the next one.
        log::error("stop_unclean", {}, failure.what());
    }
    try {
        hub.keys.flush_uses();
        hub.limits.flush();
    } catch (const std::exception&) {
        // Only when a key was used last, and how often; not worth a failed stop.
    }
    if (!in_time) return false;
    try {
        hub.database->close();
    } catch (const std::exception& failure) {
        log::error("stop_unclean", {}, failure.what());
        return false;
    }
    return true;
}

bool Hub::step() {
    impl_->timers.tick(impl_->around.clock.now());
    const bool sent = impl_->webhooks.engine().step();
    return impl_->runner.run_one() || sent;
}

std::optional<Timestamp> Hub::next_due() {
    const auto job = impl_->runner.next_due();
    std::optional<Timestamp> next = job;
    for (const auto& other : {impl_->timers.next_due(), impl_->webhooks.engine().next_due()})
        if (other && (!next || *other < *next)) next = other;
    return next;
}

http::Router& Hub::router() { return impl_->router; }
db::Database& Hub::database() { return *impl_->database; }
jobs::Runner& Hub::runner() { return impl_->runner; }
const sync::Env& Hub::env() const { return impl_->env; }
Backups& Hub::backups() { return impl_->backups; }
FileExchange& Hub::file_exchange() { return impl_->file_exchange; }
Leftovers& Hub::leftovers() { return impl_->leftovers; }
webhooks::Endpoints& Hub::webhook_endpoints() { return impl_->webhooks.endpoints(); }
const store::Installation& Hub::installation() const { return impl_->installation; }
int Hub::port() const { return impl_->server ? impl_->server->port() : 0; }
bool Hub::keeps_up() const { return impl_->upkeep.keeps_up(); }
bool Hub::usable() const { return impl_->database->usable(); }
void Hub::keys_changed() { impl_->keys.invalidate(); }
const api::Plans& Hub::plans() const { return impl_->limits.plans(); }
api::HealthReport Hub::health() const { return impl_->upkeep.health(); }
const HubOptions& Hub::options() const { return impl_->options; }
Timestamp Hub::opened_at() const { return impl_->opened_at; }
std::string Hub::metrics_text() const { return impl_->metrics.render(); }

std::vector<LongWork> Hub::long_work() const { return impl_->upkeep.long_work(); }

}  // namespace crossdock::app
