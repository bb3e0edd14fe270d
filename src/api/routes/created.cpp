// SPDX-License-Identifier: Apache-2.0
#include "api/routes/created.h"

#include "api/json/error.h"
#include "base/json_writer.h"

namespace crossdock::api::routes {

http::Response created(const Context& context, const services::Answer<std::vector<std::int64_t>>& answer) {
    if (const auto* refusal = std::get_if<services::Refusal>(&answer)) return v1_refusal(*refusal, ErrorShape::list);
    if (context.wake_jobs) context.wake_jobs();
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("created_ids").begin_array();
    for (const std::int64_t id : std::get<std::vector<std::int64_t>>(answer)) json.value(id);
    json.end_array().end_object();
    return http::Response::json(201, std::move(body));
}

}  // namespace crossdock::api::routes
