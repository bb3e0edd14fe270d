// SPDX-License-Identifier: Apache-2.0
#include "api/routes/v2_once.h"

#include <stdexcept>

#include "api/routes/v2_list.h"
#include "base/json_writer.h"

namespace crossdock::api::routes {

http::Response v2_object_without(std::string object, std::string_view member, std::string_view note, int status) {
    object.pop_back();
    object += ",\"" + std::string{member} + "\":null,\"note\":";
    append_json_string(object, note);
    object += '}';
    return v2_object(std::move(object), status);
}

void tell_member(http::Response& response, std::string_view member, std::string_view json) {
    // Inside of a text the quotes would be escaped, so this is the member and nothing else.
    const auto at = response.body.rfind(",\"" + std::string{member} + "\":null,\"note\":");
    if (at == std::string::npos) throw std::logic_error("the answer has no place for " + std::string{member});
    response.body.resize(at);
    response.body += ",\"" + std::string{member} + "\":";
    response.body += json;
    response.body += ",\"note\":null}}";
}

void tell_text(http::Response& response, std::string_view member, std::string_view text) {
    std::string json;
    append_json_string(json, text);
    tell_member(response, member, json);
}

}  // namespace crossdock::api::routes
