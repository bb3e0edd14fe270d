// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "store/event_repo.h"
#include "store/job_repo.h"
#include "store/order_repo.h"
#include "store/problem_repo.h"
#include "store/stream_repo.h"
#include "support/temporary_database.h"
#include "sync/env.h"

/// What the jobs of `sync` are tried on: a channel that does what the test says.
namespace crossdock::sync::testing {

using namespace std::chrono_literals;
using jobs::JobOutcome;
using Kind = jobs::JobOutcome::Kind;

/// The abilities that a test gave it, and an access check that answers as told.
struct ScriptedChannel {
    connectors::OrderSource* orders = nullptr;
    connectors::OrderRefundSource* order_refunds = nullptr;
    connectors::RefundSource* refunds = nullptr;
    connectors::OrderAcknowledger* acknowledger = nullptr;
    connectors::CatalogSource* catalog = nullptr;
    connectors::BulkCatalogSource* bulk_catalog = nullptr;
    connectors::CarrierSource* carriers = nullptr;
    connectors::StockSink* stock = nullptr;
    connectors::ShipmentSink* shipments = nullptr;
    connectors::WebhookSource* webhooks = nullptr;
    std::optional<Error> access;         // none: granted
    std::vector<domain::Problem> found;  // when it is granted
    int access_checks = 0;
};

struct ScriptedConnector final : connectors::Connector {
    explicit ScriptedConnector(ScriptedChannel& script) : script_(script) {}
    Result<std::string> check_access(std::vector<domain::Problem>& problems) override {
        ++script_.access_checks;
        if (script_.access) return *script_.access;
        problems = script_.found;
        return std::string{R"({"known":true})"};
    }
    connectors::OrderSource* order_source() override { return script_.orders; }
    connectors::OrderRefundSource* order_refund_source() override { return script_.order_refunds; }
    connectors::RefundSource* refund_source() override { return script_.refunds; }
    connectors::OrderAcknowledger* order_acknowledger() override { return script_.acknowledger; }
    connectors::CatalogSource* catalog_source() override { return script_.catalog; }
    connectors::BulkCatalogSource* bulk_catalog_source() override { return script_.bulk_catalog; }
    connectors::CarrierSource* carrier_source() override { return script_.carriers; }
    connectors::StockSink* stock_sink() override { return script_.stock; }
    connectors::ShipmentSink* shipment_sink() override { return script_.shipments; }
    connectors::WebhookSource* webhook_source() override { return script_.webhooks; }
    ScriptedChannel& script_;
};

struct ScriptedFactory final : connectors::ConnectorFactory {
    explicit ScriptedFactory(ScriptedChannel& script) : script_(script) {}
    [[nodiscard]] domain::Provider provider() const override { return domain::Provider::shopify; }
    [[nodiscard]] std::vector<std::string> check_setup(const connectors::ChannelSetup&) const override { return {}; }
    [[nodiscard]] std::shared_ptr<connectors::SharedChannelState> share(const connectors::ChannelSetup&,
                                                                        connectors::Runtime) const override {
        return std::make_shared<connectors::SharedChannelState>();
    }
    [[nodiscard]] std::unique_ptr<connectors::Connector> open(const connectors::ChannelSetup&, const std::string&,
                                                              std::shared_ptr<connectors::SharedChannelState>,
                                                              connectors::Runtime) const override {
        return std::make_unique<ScriptedConnector>(script_);
    }
    ScriptedChannel& script_;
};

struct SilentHttp final : net::HttpClient {
    Result<net::HttpResponse> send(const net::HttpRequest&) override {
        return Error{ErrorKind::unavailable, "net_not_sent", "there is no network here"};
    }
    Result<net::HttpResponse> download(const net::HttpRequest& request,
                                       const std::function<bool(std::string_view)>&) override {
        return send(request);
    }
    void shut_down() override {}
};

/// A database with one channel, whose connector follows `script`.
class SyncTest : public ::testing::Test {
protected:
    explicit SyncTest(domain::Provider provider = domain::Provider::shopify) {
        if (provider != domain::Provider::shopify)
            database->write([&](db::Session& session) {
                store::ChannelRepo repo(session);
                const auto id = repo.ensure(database.channel.account_id, std::string{domain::to_string(provider)},
                                            provider, true, database.clock.now());
                database.channel = *repo.get(*id);
            });
        Channels::Entry entry;
        entry.id = database.channel.id;
        entry.account_id = database.channel.account_id;
        entry.factory = &factory;
        entry.settings.first_sync = 24h * 60;
        channels.add(std::move(entry));
    }

    /// Runs a job once, as a fresh process would: nothing is known but what is in the database.
    template <class Handler>
    JobOutcome run(const domain::JobSpec& spec) {
        domain::Job job;
        job.account_id = spec.account_id;
        job.channel_id = spec.channel_id;
        job.lane = spec.lane;
        job.kind = spec.kind;
        job.unique_key = spec.unique_key;
        job.args = spec.args;
        job.cursor = job_cursor;
        jobs::JobContext context{job};
        const auto outcome = Handler(env).run(context);
        job_cursor = outcome.kind == Kind::again ? outcome.cursor : "";
        return outcome;
    }
    std::int64_t number(const std::string& sql) {
        return database->read([&](db::Session& session) {
            db::Statement statement(session, "SELECT " + sql);
            return statement.step() ? statement.integer(0) : -1;
        });
    }
    std::string text(const std::string& sql) {
        return database->read([&](db::Session& session) {
            db::Statement statement(session, "SELECT " + sql);
            return statement.step() && !statement.is_null(0) ? statement.string(0) : std::string{};
        });
    }
    /// Codes of open problems, with the subject's key: "stream orders pager_stuck".
    std::vector<std::string> problems() {
        return database->read([&](db::Session& session) {
            std::vector<std::string> codes;
            for (const auto& row :
                 store::ProblemRepo(session).open(database.channel.account_id, database.channel.id, 50))
                codes.push_back(row.subject + ' ' + row.subject_key + ' ' + row.code);
            return codes;
        });
    }
    /// Jobs that wait or run, by kind.
    std::int64_t live(std::string_view kind) {
        return number("count(*) FROM jobs WHERE state IN ('ready', 'running', 'retry') AND kind = '" +
                      std::string{kind} + "'");
    }
    store::Channel stored_channel() {
        return database->read(
            [&](db::Session& session) { return *store::ChannelRepo(session).get(database.channel.id); });
    }

    crossdock::testing::TemporaryDatabase database;
    SeededRandom random{3};
    SilentHttp http;
    ScriptedChannel script;
    ScriptedFactory factory{script};
    Channels channels{{http, database.clock, random}};
    Env env{*database, database.clock, random, channels, [] {}, ""};
    std::string job_cursor;  // of the job that goes on
};

}  // namespace crossdock::sync::testing
