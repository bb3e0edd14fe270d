// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace crossdock::sandbox {

/// The bytes as the only file of a ZIP archive (APPNOTE.TXT 4.3), stored as they are. Written apart from the hub's own
/// unpacking on purpose: both would make the same mistake.
std::string zipped(std::string_view name, std::string_view bytes);

}  // namespace crossdock::sandbox
