// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "net/http_client.h"

namespace crossdock::net {

std::string_view HttpResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (equals_ignoring_case(key, name)) return value;
    }
    return {};
}

}  // namespace crossdock::net
