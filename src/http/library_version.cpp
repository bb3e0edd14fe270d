// SPDX-License-Identifier: Apache-2.0
#include <httplib.h>

#include <string_view>

#include "http/server.h"

namespace crossdock::http {

static_assert(std::string_view{CPPHTTPLIB_VERSION_NUM} >= "0x002900", "cpp-httplib before 0.41 is unfit");

std::string library_version() { return CPPHTTPLIB_VERSION; }

}  // namespace crossdock::http
