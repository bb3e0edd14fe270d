// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

namespace crossdock::webhooks {

/// Which addresses webhooks may go to. Anybody with a key may name an address here, and the hub stands inside the
/// house: it must not be the one who knocks at doors that only it can reach (server-side request forgery). Addresses on
/// this machine or in private networks are refused unless the config file allows them; a few (cloud metadata,
/// multicast, tunnels) always.
class TargetRules {
public:
    struct Options {
        std::vector<std::string> allow;  // addresses, networks "192.168.10.0/24", host names: [webhooks] allow
        std::function<int()> own_port = [] { return 0; };  // where this hub listens: it is never told of its own events
        std::function<bool(const IpAddress&)> is_own = [](const IpAddress&) { return false; };
    };
    explicit TargetRules(Options options);

    /// For an endpoint that is to be saved: form, scheme, port, and the address where the URL names one. Names are
    /// judged by what they stand for at each attempt. Errors: invalid `url_invalid`, `url_refused`.
    [[nodiscard]] Status check_url(std::string_view url) const;
    /// For the very address that is about to be connected to. Errors: rejected `target_refused`, with what to do.
    [[nodiscard]] Status admit(const std::string& host, int port, const IpAddress& address) const;

private:
    [[nodiscard]] std::string objection(std::string_view host, int port, const IpAddress& address) const;

    std::vector<IpRange> networks_;
    std::vector<std::string> names_;
    Options options_;
};

}  // namespace crossdock::webhooks
