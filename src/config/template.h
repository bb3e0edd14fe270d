// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace crossdock::config {

/// The commented crossdock.toml that `crossdock init` writes: every option with its standard value, a channel as an
/// example in comments. Loads without a finding. `database_path` stands in place of the standard one, as in the file that
/// the Debian package brings (packaging/deb/crossdock.toml, which a test keeps equal to this).
std::string template_text(std::string_view database_path = {});

/// The same table as a page in Markdown: docs/ops/configuration.md, which a test keeps equal to this.
std::string reference_markdown();

}  // namespace crossdock::config
