// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/record_fba.h"
#include "store/event_repo.h"
#include "store/fba_repo.h"
#include "store/job_repo.h"
#include "store/problem_repo.h"
#include "support/temporary_database.h"

namespace crossdock::services {

using namespace std::chrono_literals;

inline domain::FbaShipment fba_facts(const std::string& id, const std::string& status = "WORKING") {
    domain::FbaShipment facts;
    facts.shipment_id = id;
    facts.marketplace_id = "ATVPDKIKX0DER";
    facts.shipment_status = status;
    return facts;
}

/// A database with an account's channel, and what use cases about FBA leave behind in it.
class FbaRows : public ::testing::Test {
protected:
    template <class Work>
    auto write(Work work) {
        return database->write([&](db::Session& session) { return work(session); });
    }
    std::optional<RecordedFbaShipment> record(const domain::FbaShipment& facts, const std::string& payload = "{}") {
        return write([&](db::Session& session) {
            return record_fba_shipment(session, database.channel,
                                       {facts.shipment_id, payload, facts, "uuid-" + facts.shipment_id}, now());
        });
    }
    store::FbaInboundShipment row(const std::string& id) {
        return *database->read(
            [&](db::Session& session) { return store::FbaRepo(session).find(database.channel.id, id); });
    }
    std::vector<std::string> events() {
        return database->read([&](db::Session& session) {
            std::vector<std::string> types;
            for (const auto& event : store::EventRepo(session).after(database.channel.account_id, 0, 100))
                types.push_back(event.type);
            return types;
        });
    }
    std::vector<domain::Job> jobs() {
        return database->read([](db::Session& session) { return store::JobRepo(session).list({}); });
    }
    std::string problems(const std::string& id) {
        return database->read([&](db::Session& session) {
            std::string codes;
            for (const auto& one : store::ProblemRepo(session).about(database.channel.account_id, database.channel.id,
                                                                     "fba_shipment", id))
                codes += one.code + ";";
            return codes;
        });
    }
    [[nodiscard]] Timestamp now() { return database.clock.now(); }

    testing::TemporaryDatabase database;
};

}  // namespace crossdock::services
