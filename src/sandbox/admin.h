// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "http/message.h"
#include "sandbox/faults.h"

/// The sandbox's own surface under <marketplace>/_sandbox/, for people who rehearse: JSON in and out, no key. Every
/// marketplace has `faults`; the rest is its own.
namespace crossdock::sandbox {

/// Indented JSON, as a person reads it.
http::Response admin_answer(int status, const nlohmann::ordered_json& body);
http::Response admin_refuse(int status, const std::string& message);

/// Reads path and body of an admin request and hands them on. `path` starts with "/_sandbox"; `parts` are what follows
/// it. A body that is no JSON object is refused with 400; nlohmann's exceptions become 422 (a member is missing or has
/// the wrong type), std::invalid_argument 422 with its text. When `handle` returns none, the answer is 404.
http::Response admin_dispatch(const http::Request& request, const std::string& path,
                              const std::function<std::optional<http::Response>(const std::vector<std::string>& parts,
                                                                                const nlohmann::json& body)>& handle);

/// GET, POST and DELETE of `faults`: what is armed, arm one, clear all.
std::optional<http::Response> admin_faults(const std::string& method, const nlohmann::json& body, FaultDials& dials);

}  // namespace crossdock::sandbox
