// SPDX-License-Identifier: Apache-2.0
#include "base/json_canonical.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/json_writer.h"

namespace crossdock {
namespace {

// Each level copies what is inside of it once more.
constexpr std::size_t kDeepest = 64;

class Canonical final : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return add("null"); }
    bool boolean(bool value) override { return add(value ? "true" : "false"); }
    // Unsigned numbers come below: a zero here was written "-0".
    bool number_integer(number_integer_t value) override { return add(value == 0 ? "-0" : std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return add(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& written) override { return add(written); }
    bool string(string_t& value) override {
        std::string text;
        append_json_string(text, value);
        return add(text);
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(); }
    bool start_array(std::size_t) override { return open(); }
    bool key(string_t& name) override {
        levels_.back().members.emplace_back(std::move(name), std::string{});
        return true;
    }
    bool end_object() override {
        auto members = std::move(levels_.back().members);
        levels_.pop_back();
        // Stable: a name that stands twice keeps the order of its values.
        std::stable_sort(members.begin(), members.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        std::string text = "{";
        for (const auto& [name, value] : members) {
            if (text.size() > 1) text += ',';
            append_json_string(text, name);
            text += ':';
            text += value;
        }
        return add(text += '}');
    }
    bool end_array() override {
        const std::string text = "[" + levels_.back().elements + "]";
        levels_.pop_back();
        return add(text);
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

    std::string text_;

private:
    struct Level {
        std::vector<std::pair<std::string, std::string>> members;  // of an object; the last one waits for its value
        std::string elements;                                      // of an array, with commas
    };

    bool open() {
        if (levels_.size() >= kDeepest) return false;
        levels_.emplace_back();
        return true;
    }
    bool add(std::string_view value) {
        if (levels_.empty()) {
            text_ = value;
            return true;
        }
        Level& level = levels_.back();
        if (!level.members.empty()) {
            level.members.back().second = value;
        } else {
            if (!level.elements.empty()) level.elements += ',';
            level.elements += value;
        }
        return true;
    }

    std::vector<Level> levels_;
};

}  // namespace

std::optional<std::string> canonical_json(std::string_view text) {
    // nlohmann takes a NUL for the end of the text: two bodies that differ behind it would be the same.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    Canonical canonical;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &canonical)) return std::nullopt;
    return std::move(canonical.text_);
}

}  // namespace crossdock
