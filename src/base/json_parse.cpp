// SPDX-License-Identifier: Apache-2.0
#include "base/json_parse.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/text.h"

namespace crossdock {
namespace {

using nlohmann::json;

/// " at line 3, column 7".
std::string place_of(std::string_view text, std::size_t at) {
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = 0; i < at && i < text.size(); ++i) {
        if (text[i] == '\n') {
            ++line;
            column = 1;
        } else {
            ++column;
        }
    }
    return " at line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// Builds the document and stops at the first limit that is passed, before memory is spent on what lies beyond.
class LimitedBuilder final : public nlohmann::json_sax<json> {
public:
    LimitedBuilder(const JsonLimits& limits, std::string_view text) : limits_(limits), text_(text) {}

    bool null() override { return add(json(nullptr)); }
    bool boolean(bool value) override { return add(json(value)); }
    bool number_integer(number_integer_t value) override { return add(json(value)); }
    bool number_unsigned(number_unsigned_t value) override { return add(json(value)); }
    bool number_float(number_float_t value, const string_t&) override { return add(json(value)); }
    bool string(string_t& value) override { return check_string(value) && add(json(std::move(value))); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (!check_string(name)) return false;
        json& object = *stack_.back();
        if (limits_.refuse_duplicate_keys && object.contains(name))
            return fail("json_duplicate_key", "the name \"" + name.substr(0, 60) + "\" stands twice in one object");
        key_ = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) override {
        if (error_) return false;
        // Position counts the bytes read, the offending one included.
        const std::size_t at = position == 0 ? 0 : position - 1;
        const bool encoding = std::string_view{e.what()}.find("UTF-8") != std::string_view::npos ||
                              std::string_view{e.what()}.find("surrogate") != std::string_view::npos;
        const bool number = e.id == 406;
        return fail(encoding ? "json_encoding" : "json_syntax",
                    std::string{encoding ? "the text is not UTF-8"
                                : number ? "a number is too large"
                                         : "this is not JSON"} +
                        place_of(text_, at));
    }

    std::optional<Error> error_;
    json root_;

private:
    bool fail(std::string code, std::string message) {
        error_ = Error{ErrorKind::invalid, std::move(code), std::move(message)};
        return false;
    }
    bool check_string(const std::string& text) {
        if (text.size() > limits_.max_string)
            return fail("json_string_too_long", "a string is longer than " + std::to_string(limits_.max_string) + " bytes");
        if (limits_.refuse_nul && text.find('\0') != std::string::npos)
            return fail("json_nul", "a string contains the character U+0000");
        return true;
    }
    json* place(json&& value) {
        if (stack_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        json& parent = *stack_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        json& slot = parent[std::move(key_)];
        slot = std::move(value);
        return &slot;
    }
    bool count() {
        if (++elements_ > limits_.max_elements)
            return fail("json_too_many_elements", "more than " + std::to_string(limits_.max_elements) + " values in one document");
        return true;
    }
    bool add(json&& value) {
        if (!count()) return false;
        place(std::move(value));
        return true;
    }
    bool open(json&& value) {
        if (!count()) return false;
        if (stack_.size() >= limits_.max_depth)
            return fail("json_depth", "nested deeper than " + std::to_string(limits_.max_depth) + " levels");
        stack_.push_back(place(std::move(value)));
        return true;
    }
    bool close() {
        stack_.pop_back();
        return true;
    }

    const JsonLimits& limits_;
    std::string_view text_;
    std::vector<json*> stack_;
    std::string key_;
    std::size_t elements_ = 0;
};

}  // namespace

JsonLimits channel_json_limits() {
    JsonLimits limits;
    limits.max_depth = 256;
    limits.max_elements = 5'000'000;
    limits.max_string = 16U * 1024 * 1024;
    limits.refuse_duplicate_keys = false;
    limits.refuse_nul = false;
    return limits;
}

Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    // nlohmann takes a NUL for the end of the text, and what stands behind it would go unseen.
    const std::string_view before_nul = text.substr(0, text.find('\0'));
    LimitedBuilder builder(limits, text);
    const bool done = json::sax_parse(before_nul.begin(), before_nul.end(), &builder);
    if (builder.error_) return *builder.error_;
    if (!done) return Error{ErrorKind::invalid, "json_syntax", "this is not JSON"};
    if (before_nul.size() < text.size())
        return Error{ErrorKind::invalid, "json_syntax", "this is not JSON" + place_of(text, before_nul.size())};
    return std::move(builder.root_);
}

}  // namespace crossdock
