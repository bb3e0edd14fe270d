// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "http/message.h"

/// Requests of scripts in web pages (CORS). Off unless the config file lists origins.
namespace crossdock::api {

/// Whether a request comes from a web page of another site that is not among `allowed`.
bool is_foreign_page(const http::Request& request, const std::vector<std::string>& allowed);

/// Tells the browser what a page may read and send: for those of `allowed` origins, and for nobody when there are none.
/// A preflight's 204 becomes its full answer.
void add_cors_headers(const http::Request& request, const std::vector<std::string>& allowed, http::Response& response);

}  // namespace crossdock::api
