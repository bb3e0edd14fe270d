// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/doctor/doctor.h"

namespace crossdock::app::doctor {

/// The first screen, from the hub that runs, or from what its database tells when none does (docs/ops/doctor.md). What
/// could not be had is null, and `message` says why. Changes nothing.
nlohmann::json status_of(const World& world, const config::Config& config);

std::string status_text(const nlohmann::json& status, Timestamp now);

}  // namespace crossdock::app::doctor
