// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace crossdock::cli {

/// The program: reads the command line, runs the command, returns its exit code (cli/output.h).
int run(int argc, char** argv);

}  // namespace crossdock::cli
