// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/closed_database.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "app/from_config.h"
#include "store/backup_stamp.h"
#include "store/channel_repo.h"

namespace crossdock::app::doctor {

using nlohmann::json;

RowView view_of(const config::Config& config, db::Session& session) {
    auto options = std::make_shared<HubOptions>(hub_options(config, ""));
    RowView view;
    view.plans = options->plans;
    view.backup = options->backup;
    view.wants_webhooks = !options->public_url.empty();
    view.schedule_of = [options, &session](const store::Channel& channel) -> const sync::Schedule* {
        const std::string account = store::account_code(session, channel.account_id);
        for (const HubChannel& one : options->channels)
            if (one.setup.code == channel.code && one.account == account) return &one.schedule;
        return nullptr;
    };
    return view;
}

json look_at_closed(db::ClosedFile& file, const config::Config& config, Timestamp now) {
    return file.read([&](db::Session& session) {
        json findings = json::array();
        for (const api::HealthFinding& finding : look_without_hub(session, view_of(config, session), now))
            findings.push_back(app::to_json(app::with_account(session, finding)));
        const auto made = store::BackupRepo(session).last_made();
        return json{{"findings", findings},
                    {"last_backup", made ? made->file : ""},
                    {"sealing_keys", store::sealing_keys(session)}};
    });
}

}  // namespace crossdock::app::doctor
