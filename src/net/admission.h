// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ip.h"
#include "net/http_client.h"

namespace crossdock::net {

/// Who may be connected to, and how names become addresses: for a client of addresses that others choose. A name is
/// looked up anew for every connection, each of its addresses is judged, and the connection goes to the very address
/// that was judged: a name that changes its mind in between (DNS rebinding) gains nothing.
struct Admission {
    /// Asked before any connection, for every address that the host stands for. One that is refused refuses the
    /// request, with this Error. None: every address will do.
    std::function<Status(const std::string& host, int port, const IpAddress& address)> admit;
    /// Instead of the system's resolver. Errors are passed on. Never asked for an address.
    std::function<Result<std::vector<IpAddress>>(const std::string& host)> look_up;
};

/// As make_http_client, with these rules.
std::unique_ptr<HttpClient> make_guarded_client(std::string user_agent, Admission admission);

/// Whether the address is one of this machine's own. Sends nothing.
bool is_own_address(const IpAddress& address);

}  // namespace crossdock::net
