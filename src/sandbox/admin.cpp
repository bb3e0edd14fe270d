// SPDX-License-Identifier: Apache-2.0
#include "sandbox/admin.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "base/text.h"

namespace crossdock::sandbox {

using nlohmann::json;

http::Response admin_answer(int status, const nlohmann::ordered_json& body) {
    return http::Response::json(status, body.dump(2) + "\n");
}

http::Response admin_refuse(int status, const std::string& message) {
    return admin_answer(status, {{"error", message}});
}

http::Response admin_dispatch(
    const http::Request& request, const std::string& path,
    const std::function<std::optional<http::Response>(const std::vector<std::string>&, const json&)>& handle) {
    std::vector<std::string> parts = split(path, '/');  // "", "_sandbox", …
    parts.erase(parts.begin(), parts.begin() + 2);
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    json body = json::object();
    if (!request.body.empty()) {
        body = json::parse(request.body, nullptr, false);
        if (!body.is_object()) return admin_refuse(400, "the body is not a JSON object");
    }
    try {
        if (auto answer = handle(parts, body)) return *answer;
    } catch (const json::exception&) {
        return admin_refuse(422, "a member of the body is missing or has the wrong type");
    } catch (const std::invalid_argument& error) {
        return admin_refuse(422, error.what());
    }
    return admin_refuse(404, "there is no " + request.method + " " + path + "; GET /_sandbox lists what there is");
}

std::optional<http::Response> admin_faults(const std::string& method, const json& body, FaultDials& dials) {
    if (method == "GET") {
        auto list = nlohmann::ordered_json::array();
        for (const Fault& fault : dials.armed())
            list.push_back({{"kind", fault.kind},
                            {"count", fault.count},
                            {"operation", fault.operation},
                            {"param", fault.param},
                            {"skip", fault.skip}});
        return admin_answer(200, {{"faults", list}});
    }
    if (method == "POST") {
        dials.add({body.value("kind", ""), body.value("count", 1), body.value("operation", ""), body.value("param", 0),
                   body.value("skip", 0)});
        return admin_answer(201, {{"ok", true}});
    }
    if (method == "DELETE") {
        dials.clear();
        return admin_answer(200, {{"ok", true}});
    }
    return std::nullopt;
}

}  // namespace crossdock::sandbox
