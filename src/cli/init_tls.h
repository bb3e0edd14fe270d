// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/context.h"
#include "cli/output.h"

namespace crossdock::cli {

/// A config file's text with the hub's own certificate in force: in place of the commented example when it holds one.
std::string with_tls(std::string text);

/// Makes or renews the certificate beside the config file, which exists, and adds the lines that name it there unless
/// the file speaks of TLS already. `runs_as`: a file or folder of the user that the hub runs as. What was made goes
/// into `record`.
Status make_tls(Context& context, const std::vector<std::string>& names, const std::string& runs_as, Record& record);

/// What a person does next with a hub that will listen there.
std::string how_to_trust(const std::string& config_file, const config::Listen& listen);

}  // namespace crossdock::cli
