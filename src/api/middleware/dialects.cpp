// SPDX-License-Identifier: Apache-2.0
#include "api/middleware/dialects.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/json/error.h"
#include "base/json_members.h"
#include "base/text.h"
#include "dialect/requests.h"
#include "dialect/rows.h"

namespace crossdock::api {
namespace {

using dialect::Dialect;
using dialect::List;

/// What stands behind an address, for the words that a dialect needs.
struct Words {
    std::string_view route;
    std::optional<List> list;  // whose rows these are; none: some other object
    bool many = false;         // a list of them
    std::string_view name;     // of a row: the member it stands in. Of another object: its XML element
};
constexpr Words kWords[] = {
    {"/api/v1/orders", List::orders, true, ""},
    {"/api/v1/orders/{id}", List::orders, false, ""},
    {"/api/v1/refunds", List::refunds, true, ""},
    {"/api/v1/skus", List::skus, true, ""},
    {"/api/v1/carrier_codes", List::carrier_codes, true, ""},
    {"/api/v1/fba_inbound_shipments", List::fba_inbound_shipments, true, ""},
    {"/api/v1/fba_inbound_shipments/{id}", List::fba_inbound_shipments, false, "shipment"},
    {"/api/v1/fba_carton_pushes", List::fba_carton_pushes, true, ""},
    {"/api/v1/fba_carton_pushes/{id}", List::fba_carton_pushes, false, "fba_carton_push"},
    {"/api/v1/shipments/{id}", std::nullopt, false, "shipment"},
    {"/api/v1/inventory_updates/{id}", std::nullopt, false, "inventory_update"},
};
constexpr Words kOther{"", std::nullopt, false, "answer"};

bool is_post(const http::Request& request) { return request.method == "POST"; }

Words words_of(const http::Request& request) {
    // A carton push is answered as one of the list.
    if (is_post(request) && request.route == "/api/v1/fba_carton_pushes")
        return {request.route, List::fba_carton_pushes, false, "fba_carton_push"};
    if (is_post(request)) return kOther;
    const auto* found = std::find_if(std::begin(kWords), std::end(kWords),
                                     [&](const Words& one) { return one.route == request.route; });
    return found == std::end(kWords) ? kOther : *found;
}

/// `format=` of a list; it is taken out of the request, for the contract does not know it.
std::optional<http::Response> take_format(Dialect& dialect, http::Request& request) {
    std::optional<std::string> word;
    for (const auto& [name, value] : request.query)
        if (name == "format" && !trim(value).empty()) word = to_lower(trim(value));
    request.query.erase(std::remove_if(request.query.begin(), request.query.end(),
                                       [](const auto& one) { return one.first == "format"; }),
                        request.query.end());
    if (!word) return std::nullopt;
    const auto format = dialect::read_format(*word);
    if (!format) return v1_error(422, format.error().message);
    dialect.format = *format;
    return std::nullopt;
}

std::string charset_of(std::string_view content_type) {
    const auto parts = split(content_type, ';');
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::string parameter = to_lower(trim(parts[i]));
        if (!parameter.starts_with("charset=")) continue;
        std::string charset = parameter.substr(8);
        charset.erase(std::remove(charset.begin(), charset.end(), '"'), charset.end());
        return charset;
    }
    return {};
}

/// The body as JSON in UTF-8.
std::optional<http::Response> take_body(const Dialect& dialect, http::Request& request) {
    const std::string header{request.header("content-type").value_or("")};
    const std::string type = to_lower(trim(header.substr(0, header.find(';'))));
    const std::string charset = charset_of(header);
    const bool is_1252 = charset == "windows-1252" || charset == "cp1252";
    const bool is_form = type == "application/x-www-form-urlencoded";
    const bool known_charset = is_1252 || charset.empty() || charset == "utf-8" || charset == "utf8" ||
                               charset == "us-ascii" || charset == "ascii";
    if (is_form && !known_charset)
        return v1_error(415, "charset " + to_valid_utf8(charset.substr(0, 60)) +
                                 " is not accepted; send the form in UTF-8 or windows-1252");
    if (is_form) {
        Dialect sender = dialect;
        if (is_1252) sender.charset = dialect::Charset::windows_1252;
        auto json = dialect::form_to_json(sender, request.body);
        if (!json) return v1_error(json.error().code == "form_syntax" ? 400 : 422, json.error().message);
        request.body = std::move(*json);
    } else {
        request.body = dialect::body_text(dialect, request.body, is_1252);
    }
    request.body = dialect::read_local_times(dialect, std::move(request.body));
    if (is_form || is_1252)
        for (auto& [name, value] : request.headers)
            if (name == "content-type") value = is_form ? "application/json" : type;
    return std::nullopt;
}

}  // namespace

http::Response in_dialect(const Caller& caller, const http::Request& request,
                          const std::function<http::Response(const Caller&, const http::Request&)>& handle) {
    auto asked = std::make_shared<Dialect>(*caller.dialect);
    http::Request plain = request;
    std::optional<http::Response> refusal;
    if (is_post(request))
        refusal = take_body(*asked, plain);
    else if (words_of(request).many)
        refusal = take_format(*asked, plain);
    for (auto& [name, value] : plain.query)
        if (name == "since") value = dialect::read_local_time(*asked, value);
    Caller here = caller;
    here.dialect = asked;
    auto response = refusal ? std::move(*refusal) : handle(here, plain);
    speak(*asked, request, response);
    return response;
}

void speak(const Dialect& dialect, const http::Request& request, http::Response& response) {
    if (response.content_type != "application/json" || response.body.empty()) return;
    const Words words = words_of(request);
    std::string body;
    if (response.status >= 400) {
        body = dialect::respell_error(dialect, response.body);
    } else if (words.list && words.many) {
        // What stands beside the rows has no place in CSV.
        if (dialect.format == dialect::Format::csv && *words.list == List::skus)
            response.headers.emplace_back("X-Total-Count", std::string{JsonMembers(response.body)["total"]});
        body = dialect::respell_list(dialect, *words.list, response.body);
    } else if (words.list) {
        body = dialect::respell_row(dialect, *words.list, words.name, response.body);
    } else {
        body = dialect::respell_object(dialect, words.name, response.body);
    }
    response.body = std::move(body);
    response.content_type = dialect::content_type(dialect);
}

}  // namespace crossdock::api
