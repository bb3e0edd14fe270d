// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "app/hub.h"
#include "base/result.h"
#include "net/http_client.h"

namespace crossdock::app {

/// How commands reach a hub that runs: a file beside the database, readable by its owner alone, holds its address on this
/// machine and a secret made at this start. Whoever can read the file could change the database anyway. A hub that speaks
/// TLS has a second, plain listener for it on loopback, so that commands need not ask whose certificate they trust.
class ControlDoor {
public:
    /// Before listen(). `apart`: with a listener of its own, else by the hub's router.
    ControlDoor(Hub& hub, Random& random, bool apart);
    /// Removes the file.
    ~ControlDoor();
    ControlDoor(const ControlDoor&) = delete;
    ControlDoor& operator=(const ControlDoor&) = delete;

    /// Writes the file. After listen(). `url`: the hub's own.
    Status open(const std::string& database, const std::string& url);
    /// Takes no more commands. Before the hub stops.
    void close();

private:
    std::string secret_;
    std::string file_;
    http::Router router_;
    std::unique_ptr<http::Server> server_;  // none: the hub's own serves
};

/// Sends a command to the hub that runs on that database. `who` is for its audit trail; the one who asks says so himself,
/// and could change the database anyway. Errors: unavailable `hub_not_reached`, or the command's own.
Result<nlohmann::json> call_running_hub(net::HttpClient& http, const std::string& database, std::string_view command,
                                        const nlohmann::json& arguments, const std::string& who);

}  // namespace crossdock::app
