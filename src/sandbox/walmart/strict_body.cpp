// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <nlohmann/json.hpp>

#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using nlohmann::json;

const json* StrictBody::object(const json& value, const std::string& path,
                               std::initializer_list<std::string_view> members) {
    if (!value.is_object()) {
        refuse(path, "Cannot deserialize " + path + ": an object is expected");
        return nullptr;
    }
    for (const auto& [name, member] : value.items()) {
        bool known = false;
        for (std::string_view each : members) {
            if (each.starts_with('!')) each.remove_prefix(1);
            known = known || each == name;
        }
        if (known) continue;
        refuse(name,
               "Unrecognized field \"" + name + "\" (through reference chain: " + path + "), not marked as ignorable");
        return nullptr;
    }
    for (const std::string_view each : members) {
        if (!each.starts_with('!')) continue;
        const std::string name(each.substr(1));
        if (value.contains(name) && !value[name].is_null()) continue;
        refuse(name, "Mandatory field " + path + "." + name + " is missing");
        return nullptr;
    }
    return &value;
}

const json* StrictBody::array(const json& parent, const std::string& name, const std::string& path) {
    const json& value = parent[name];
    if (value.is_array() && !value.empty()) return &value;
    refuse(name, "Cannot deserialize " + path + "." + name + ": a list with at least one entry is expected");
    return nullptr;
}

std::string StrictBody::text(const json& parent, const std::string& name, const std::string& path) {
    const auto at = parent.find(name);
    if (at == parent.end() || at->is_null()) return {};
    if (at->is_string()) return at->get<std::string>();
    refuse(name, "Cannot deserialize " + path + "." + name + ": a text is expected");
    return {};
}

int whole_units(const std::string& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value > 0 ? value : 0;
}

}  // namespace crossdock::sandbox::walmart
