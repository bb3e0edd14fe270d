// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crossdock {

/// Appends JSON to a string, one value after the other, without building a tree: the ERP's lists are written by it.
/// The caller opens and closes in order; commas are the writer's. Text must be UTF-8 (see to_valid_utf8).
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object();
    JsonWriter& end_object();
    JsonWriter& begin_array();
    JsonWriter& end_array();
    JsonWriter& key(std::string_view name);  // a literal name, written as is
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view{text}); }
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(bool flag);
    JsonWriter& null();
    /// Appends text that is JSON already.
    JsonWriter& raw(std::string_view json);

    JsonWriter& optional(const std::optional<std::string>& text) { return text ? value(std::string_view{*text}) : null(); }
    JsonWriter& optional(const std::optional<std::int64_t>& number) { return number ? value(*number) : null(); }
    JsonWriter& optional(const std::optional<bool>& flag) { return flag ? value(*flag) : null(); }

    template <class T>
    JsonWriter& field(std::string_view name, const T& v) {
        return key(name).value(v);
    }
    template <class T>
    JsonWriter& field(std::string_view name, const std::optional<T>& v) {
        return key(name).optional(v);
    }

private:
    void separate();

    std::string& out_;
    bool first_ = true;      // nothing written yet at this level
    bool after_key_ = false;
};

void append_json_string(std::string& out, std::string_view text);

}  // namespace crossdock
