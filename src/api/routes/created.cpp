// SPDX-License-Identifier: Apache-2.0
#include "api/routes/created.h"

#include "api/json/error.h"
#include "base/json_writer.h"

namespace crossdock::api::routes {

http::Response created(const services::Answer<std::vector<std::int64_t>>& answer) {
    if (const auto* refusal = std::get_if<services::Refusal>(&answer)) return v1_refusal(*refusal, ErrorShape::list);
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("created_ids").begin_array();
    for (const std::int64_t id : std::get<std::vector<std::int64_t>>(answer)) json.value(id);
    json.end_array().end_object();
    return http::Response::json(201, std::move(body));
}

Effect acknowledge(const Context& context, const Caller& caller, std::vector<std::int64_t> ids,
                   Acknowledge acknowledge) {
    return Effect{[&context, account = caller.account, ids = std::move(ids), acknowledge](db::Session& session) {
        const auto updated = acknowledge(session, account, ids, context.clock.now());
        return http::Response::json(200, "{\"updated\":" + std::to_string(updated) + "}");
    }};
}

}  // namespace crossdock::api::routes
