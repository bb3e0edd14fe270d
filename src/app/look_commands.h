// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/command_call.h"

namespace crossdock::app {

/// What only a running hub knows of itself, for `crossdock doctor`, `status` and `support-bundle`: `hub.look`
/// (findings, the database, its last backup, work under way), `hub.overview` (the first screen) and `hub.figures`
/// (metrics, row counts, schema, given-up jobs without what they carried). They change nothing.
const CommandTable& look_commands();

/// The parts that the rows alone tell, for a database that nobody has open.
nlohmann::json figures_of_rows(db::Session& session);
nlohmann::json dead_letters_of(db::Session& session);
/// What buyers of the newest orders are called: names, addresses, phone numbers, as they stand in the rows.
std::vector<std::string> buyers_words(db::Session& session);

}  // namespace crossdock::app
