// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/backup.h"
#include "app/health.h"
#include "app/pace.h"

namespace crossdock::app {

/// What the config file says of what stands in the rows.
struct RowView {
    ScheduleOf schedule_of;
    api::Plans plans;
    BackupPlan backup;
    bool wants_webhooks = false;  // [server] public_url is set
};

/// The first screen as JSON, from the rows alone: orders waiting, last poll, channels, pushes, queue, backup
/// (docs/ops/doctor.md).
nlohmann::json overview_of(db::Session& session, const RowView& view, Timestamp now);

/// What doctor looks at beside the health of a hub: streams that are late, subscriptions at channels that do not serve,
/// keys that nobody uses, or none at all. Only rows.
std::vector<api::HealthFinding> look_closer(db::Session& session, const RowView& view, bool running, Timestamp now);
/// All that the rows tell when no hub runs: health's findings and those of look_closer.
std::vector<api::HealthFinding> look_without_hub(db::Session& session, const RowView& view, Timestamp now);

/// Walks through channels' lists that are under way.
std::vector<LongWork> walks_under_way(db::Session& session, const ScheduleOf& schedule_of);

/// For an operator, who sees all: where several accounts have a channel of that code, the finding says whose it is.
api::HealthFinding with_account(db::Session& session, api::HealthFinding finding);

nlohmann::json to_json(const LongWork& work);
/// `account` is left out: an operator sees all.
nlohmann::json to_json(const api::HealthFinding& finding);

}  // namespace crossdock::app
