// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

namespace crossdock::http {
namespace {

std::optional<std::string_view> first(const Fields& fields, std::string_view name) {
    for (const auto& [key, value] : fields) {
        if (key == name) return value;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const { return first(headers, name); }

std::optional<std::string_view> Request::parameter(std::string_view name) const { return first(query, name); }

std::vector<std::string_view> Request::parameters(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : query) {
        if (key == name) values.emplace_back(value);
    }
    return values;
}

std::string_view Request::path_parameter(std::string_view name) const {
    return first(path_parameters, name).value_or(std::string_view{});
}

}  // namespace crossdock::http
