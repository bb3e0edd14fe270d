// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/json/body.h"
#include "api/json/requests.h"

namespace crossdock::api {

std::variant<std::vector<std::int64_t>, http::Response> read_ack(const http::Request& request) {
    constexpr auto kShape = ErrorShape::text_or_list;
    const auto body = read_object(request, kShape);
    if (const auto* refusal = std::get_if<http::Response>(&body)) return *refusal;
    const auto* ids = member(std::get<nlohmann::json>(body), "ids");
    if (ids == nullptr || !ids->is_array()) return v1_error(422, "ids must be an array of integers");
    if (ids->size() > kMostAckIds)
        return v1_error(422, "ids has " + std::to_string(ids->size()) + " entries; at most " +
                                 std::to_string(kMostAckIds) + " are accepted in one request");
    Faults faults;
    std::vector<std::int64_t> read;
    read.reserve(ids->size());
    for (std::size_t i = 0; i < ids->size(); ++i)
        if (const auto id = read_id((*ids)[i], "ids[" + std::to_string(i) + "]", faults)) read.push_back(*id);
    if (!faults.empty()) return v1_errors(422, faults.messages(), kShape);
    return read;
}

}  // namespace crossdock::api
