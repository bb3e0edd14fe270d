// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "http/message.h"
#include "sandbox/amazon/access.h"

namespace crossdock::sandbox::amazon {

/// One request to an operation of the API, let in and not throttled.
struct Call {
    const http::Request& request;
    std::string operation;           // operationId
    std::vector<std::string> parts;  // what stood in the places of the path, percent-decoded
    Access access;
    const RestrictedResource* restricted = nullptr;  // set when a restricted token was used
    std::string base_url;
    std::string page_fault;  // half_page, repeat_cursor, empty_page, or ""

    [[nodiscard]] std::string text(std::string_view name) const {
        return std::string(request.parameter(name).value_or(""));
    }
    [[nodiscard]] bool has(std::string_view name) const { return request.parameter(name).has_value(); }
    /// A comma-separated list; repeated parameters add up.
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
    /// All parameters but these, in a form that two requests share exactly when they ask for the same.
    [[nodiscard]] std::string parameters_but(std::string_view token_name) const;
    /// May this element of personal data be shown to an answer of v0?
    [[nodiscard]] bool shows(const std::string& element) const {
        return restricted != nullptr && restricted->data_elements.contains(element);
    }
};

/// A time in a query: absent, good, or unreadable.
struct AskedTime {
    bool given = false, bad = false;
    Timestamp at;
};
AskedTime time_parameter(const Call& call, std::string_view name);
/// 1..most, or nullopt for anything else.
std::optional<int> size_parameter(const Call& call, std::string_view name, int standard, int most);

// Answers. All error lists have the published shape {"errors":[{code, message, details}]}.
http::Response answer(const nlohmann::ordered_json& body, int status = 200);
http::Response error(int status, const std::string& code, const std::string& message, const std::string& details = "");
http::Response invalid_input(const std::string& message);
http::Response not_found(const std::string& message);
http::Response denied(const std::string& details);

}  // namespace crossdock::sandbox::amazon
