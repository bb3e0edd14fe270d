// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace crossdock::config {

/// The commented crossdock.toml that `crossdock init` writes: every option with its standard value, a channel as an
/// example in comments. Loads without a finding.
std::string template_text();

/// The same table as a page in Markdown: docs/ops/configuration.md, which a test keeps equal to this.
std::string reference_markdown();

}  // namespace crossdock::config
