// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/command_call.h"

namespace crossdock::app {

/// `person.erase`: blanks the personal data of one buyer, by `email` or by `order`, in one account, and begins to overwrite what
/// is left of it. `person.leftovers`: how far that is.
const CommandTable& erase_commands();

}  // namespace crossdock::app
