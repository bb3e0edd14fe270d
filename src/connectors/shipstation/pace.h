// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <optional>

#include "base/clock.h"
#include "net/budget.h"
#include "net/http_client.h"

namespace crossdock::connectors::shipstation {

/// The calls that one key pair may make. V1 counts 40 in windows of a minute and says after every call what is left,
/// which other software of the seller with the same keys uses up, too. Reading leaves the last fifth to pushes. Any
/// thread; never sleeps.
class Pace {
public:
    Pace(const Clock& clock, double burst, double per_second);

    /// Errors: rate_limited, code `budget`, with retry_after.
    Status take(bool push);
    /// X-Rate-Limit-Limit, -Remaining and -Reset (seconds until the next window, no time of day). Without them the
    /// bucket goes on as it was.
    void learn(const net::HttpResponse& response);
    /// After a 429: nothing leaves before. Returns the delay.
    std::chrono::milliseconds pause(std::chrono::milliseconds delay);

private:
    net::Budget calls_;
    net::Budget reading_;  // only for its pause
};

/// How long a 429 asks to wait: until the window's end and a second, or what Retry-After says; a minute when neither is
/// there.
std::chrono::milliseconds asked_pause(const net::HttpResponse& response, Timestamp now);

}  // namespace crossdock::connectors::shipstation
