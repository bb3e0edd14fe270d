// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json/error.h"
#include "api/routes/routes.h"
#include "crypto/hash.h"

namespace crossdock::embedded {
extern const std::vector<std::pair<std::string_view, std::string_view>> api_document;  // docs/api/openapi.json
extern const std::vector<std::pair<std::string_view, std::string_view>> api_pages;     // src/api/pages
}  // namespace crossdock::embedded

namespace crossdock::api::routes {
namespace {

/// The page is drawn by its own script from its own document: nothing from elsewhere, nothing inline.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct Leaf {
    std::string_view name, content;
    std::string type, etag;
};

std::string media_type_of(std::string_view name) {
    if (name.ends_with(".json")) return "application/json";
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    return "text/javascript; charset=utf-8";
}

const std::vector<Leaf>& leaves() {
    static const auto made = [] {
        std::vector<Leaf> all;
        for (const auto* files : {&embedded::api_document, &embedded::api_pages})
            for (const auto& [name, content] : *files)
                all.push_back(
                    {name, content, media_type_of(name), '"' + crypto::sha256_hex(content).substr(0, 16) + '"'});
        return all;
    }();
    return made;
}

/// 200, or 304 when the client has it already; 404 for a name that there is not. Asked for anew each time, so that a
/// new version of the program is seen at once.
http::Response show_leaf(const http::Request& request, std::string_view name) {
    const auto leaf = std::find_if(leaves().begin(), leaves().end(), [&](const Leaf& one) { return one.name == name; });
    if (leaf == leaves().end()) return refuse(request, {404, "there is nothing at " + request.path});
    const bool held = request.header("if-none-match").value_or("").find(leaf->etag) != std::string_view::npos;
    http::Response response{held ? 304 : 200, held ? std::string{} : std::string{leaf->content}, leaf->type, {}};
    response.headers.emplace_back("ETag", leaf->etag);
    response.headers.emplace_back("Cache-Control", "no-cache");
    if (leaf->type.starts_with("text/html")) {
        response.headers.emplace_back("Content-Security-Policy", kPolicy);
        response.headers.emplace_back("Referrer-Policy", "no-referrer");
    }
    return response;
}

}  // namespace

void add_docs(http::Router& router, Context&) {
    router.add(
        {"GET", "/openapi.json", [](const http::Request& request) { return show_leaf(request, "openapi.json"); }});
    router.add({"GET", "/docs", [](const http::Request& request) { return show_leaf(request, "docs.html"); }});
    router.add({"GET", "/docs/{file}", [](const http::Request& request) {
                    const auto name = request.path_parameter("file");
                    return show_leaf(request, name.ends_with(".html") || name.ends_with(".json") ? "" : name);
                }});
}

}  // namespace crossdock::api::routes
