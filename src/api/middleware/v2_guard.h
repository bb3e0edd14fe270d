// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/middleware/effect.h"
#include "api/middleware/guard.h"
#include "http/router.h"

namespace crossdock::api {

/// Adds the routes of a resource of `/v2`. Each needs a key with its scope; a version that does not exist is refused
/// (400), a web page of another site with a key that is not for web pages, too (403), and query parameters that a route
/// does not know (422). Answers are not for caches, since they hold buyers' data.
class V2Routes {
public:
    V2Routes(http::Router& router, Context& context) : router_(router), context_(context) {}

    using Handler = http::Response (*)(const Context&, const Caller&, const http::Request&);
    void get(const char* pattern, std::string_view scope, std::vector<std::string_view> known, Handler handler) const;
    /// What changes something takes an Idempotency-Key and no query.
    using Change = Prepared (*)(const Context&, const Caller&, const http::Request&);
    void post(const char* pattern, std::string_view scope, Change change) const { add("POST", pattern, scope, change); }
    void patch(const char* pattern, std::string_view scope, Change change) const {
        add("PATCH", pattern, scope, change);
    }
    void remove(const char* pattern, std::string_view scope, Change change) const {
        add("DELETE", pattern, scope, change);
    }

private:
    void add(const char* method, const char* pattern, std::string_view scope, Change change) const;

    http::Router& router_;
    Context& context_;
};

/// What every answer of `/v2` has, whoever made it: the version, and what a web page may read of it.
void finish_v2(const Context& context, const http::Request& request, http::Response& response);
/// For what no handler saw (http::ErrorRenderer): the form of the surface, and under `/v2` the newest version, since
/// the server refuses some requests before finish_v2() could see them.
http::Response render_unrouted(const std::string& path, int status, const std::string& message,
                               const std::string& request_id);

}  // namespace crossdock::api
