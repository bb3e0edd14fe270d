// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "net/http_client.h"

namespace crossdock::net {

/// As make_http_client, but over TLS it trusts the first certificate of this PEM text and no other, whatever names and
/// dates that has: to ask a program whose certificate's file we hold.
std::unique_ptr<HttpClient> make_client_trusting(std::string certificate, std::string user_agent = "crossdock");

}  // namespace crossdock::net
