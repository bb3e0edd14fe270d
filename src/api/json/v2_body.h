// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/json/v2_faults.h"
#include "base/time.h"
#include "http/message.h"

namespace crossdock::api {

/// The body as a JSON object, or the refusal: 415, 400, 422.
std::variant<nlohmann::json, http::Response> read_v2_object(const http::Request& request);

/// Reads the members of an object one by one. finish() adds a fault for every member that nobody asked for: on this
/// surface a misspelt name is told, not passed over. Absent and null are the same.
class V2Object {
public:
    /// `path` is "" for the body itself, else "items[2]".
    V2Object(const nlohmann::json& object, std::string path, V2Faults& faults);

    /// Whether there is such a member, whatever it is.
    [[nodiscard]] bool has(const char* name) const;
    /// The member, for what none of the others reads; null when it is absent.
    const nlohmann::json* any(const char* name);
    /// Text without blanks around it; an empty one is none.
    std::optional<std::string> text(const char* name);
    /// The same where it must not be missing; "" then, and a fault.
    std::string needed_text(const char* name);
    std::optional<bool> flag(const char* name);
    /// A whole number from `least` up.
    std::optional<std::int64_t> number(const char* name, std::int64_t least);
    std::int64_t needed_number(const char* name, std::int64_t least);
    std::optional<Timestamp> instant(const char* name);
    /// "itm_17". A text that is no such id is a fault.
    std::optional<std::int64_t> id(const char* name, std::string_view prefix);
    std::vector<std::string> texts(const char* name);
    void finish();

    /// "items[2].qty", for a fault of the caller's own.
    [[nodiscard]] std::string place(const char* name) const;
    void fault(const char* name, std::string message) { faults_.add(place(name), std::move(message)); }

private:
    const nlohmann::json& object_;
    std::string path_;
    V2Faults& faults_;
    std::vector<std::string> known_;
};

/// A request whose body says nothing: it must be empty, or an object without members. The refusal otherwise.
std::optional<http::Response> refuse_v2_body(const http::Request& request);

/// {"ids":["ord_1",…]}: at most 10 000.
std::variant<std::vector<std::int64_t>, http::Response> read_v2_ids(const http::Request& request,
                                                                    std::string_view prefix);

}  // namespace crossdock::api
