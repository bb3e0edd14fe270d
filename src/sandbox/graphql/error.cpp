// SPDX-License-Identifier: Apache-2.0
#include "sandbox/graphql/error.h"

#include "base/json_writer.h"

namespace crossdock::sandbox::graphql {

void append_errors(std::string& out, const std::vector<GraphqlError>& errors) {
    JsonWriter json(out);
    json.begin_array();
    for (const GraphqlError& error : errors) {
        json.begin_object().field("message", std::string_view{error.message});
        if (!error.locations.empty()) {
            json.key("locations").begin_array();
            for (const Position& at : error.locations) {
                json.begin_object();
                json.field("line", std::int64_t{at.line}).field("column", std::int64_t{at.column});
                json.end_object();
            }
            json.end_array();
        }
        if (!error.path.empty()) {
            json.key("path").begin_array();
            for (const PathStep& step : error.path) {
                if (const auto* name = std::get_if<std::string>(&step))
                    json.value(std::string_view{*name});
                else
                    json.value(std::get<std::int64_t>(step));
            }
            json.end_array();
        }
        if (!error.extensions.empty()) json.key("extensions").raw(error.extensions);
        json.end_object();
    }
    json.end_array();
}

std::string extensions_of(std::string_view code, const std::vector<std::pair<std::string, std::string>>& more) {
    std::string out;
    JsonWriter json(out);
    json.begin_object().field("code", code);
    for (const auto& [name, value] : more) json.field(name, std::string_view{value});
    json.end_object();
    return out;
}

}  // namespace crossdock::sandbox::graphql
