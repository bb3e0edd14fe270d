// SPDX-License-Identifier: Apache-2.0
#include "services/tracking_number.h"

namespace crossdock::services {

std::string normalised_tracking(std::string_view tracking_number) {
    std::string key;
    for (const char c : tracking_number) {
        if (c >= 'a' && c <= 'z') key += static_cast<char>(c - 'a' + 'A');
        else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) key += c;
    }
    return key;
}

}  // namespace crossdock::services
