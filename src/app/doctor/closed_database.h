// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "app/overview.h"
#include "config/config.h"
#include "db/copy.h"

namespace crossdock::app::doctor {

/// What the config file says about rows, without a hub. The session is for the lifetime of the view.
RowView view_of(const config::Config& config, db::Session& session);

/// `findings` as a hub gives them, `last_backup` (a file name or empty), `sealing_keys`. Throws db::Failure.
nlohmann::json look_at_closed(db::ClosedFile& file, const config::Config& config, Timestamp now);

}  // namespace crossdock::app::doctor
