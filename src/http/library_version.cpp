// SPDX-License-Identifier: Apache-2.0
#include <httplib.h>

#include "http/server.h"

namespace crossdock::http {

std::string library_version() { return CPPHTTPLIB_VERSION; }

}  // namespace crossdock::http
