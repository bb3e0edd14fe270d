// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// The walk from a shipment's familiar id (FBA…) to its place in Fulfillment Inbound 2024-03-20. There is no list of
/// shipments and no look-up: plans are listed, each is read, and each of its shipments.
class Plans final : public FbaPlanSource {
public:
    explicit Plans(Client& client) : client_(client) {}
    [[nodiscard]] bool wants_fba_plans() const override;
    Result<FbaPlanStep> walk_fba_plans(Timestamp since, const std::string& cursor,
                                       const std::function<bool(const std::string&)>& holds) override;

private:
    /// What the cursor says: what is still to be read, the nearest first.
    struct Todo {
        std::vector<std::string> shipments;  // of `plan`
        std::string plan;
        std::vector<std::string> plans;
        std::string token;  // of the page behind these plans
        bool more = true;   // such a page is to be read
        static std::optional<Todo> read(const std::string& cursor);
        [[nodiscard]] std::string text() const;
    };
    Result<FbaPlanStep> list(Timestamp since, Todo todo);
    Result<FbaPlanStep> read_plan(Todo todo, const std::function<bool(const std::string&)>& holds);
    Result<FbaPlanStep> read_shipment(Todo todo);

    Client& client_;
};

}  // namespace crossdock::connectors::amazon
