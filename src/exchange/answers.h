// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "exchange/plan.h"
#include "store/exchange_repo.h"

namespace crossdock::exchange {

/// Whether something of the file was not taken: its answer is NAME.err.
bool has_faults(const store::FileIn& file);
/// The text of NAME.ok or NAME.err, in the form of the file itself and the charset of the plan. `faults` are the first
/// ones of `fault_count`.
std::string answer_text(const store::FileIn& file, Format format, Charset charset, bool repeated,
                        const std::vector<store::FileFault>& faults, std::int64_t fault_count);

}  // namespace crossdock::exchange
