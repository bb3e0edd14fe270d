// SPDX-License-Identifier: Apache-2.0
#include "base/json_members.h"

#include <cstddef>

namespace crossdock {
namespace {

/// Walks over JSON that is known to be well formed; on anything else it ends early and never reads beyond the end.
class Walker {
public:
    explicit Walker(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    bool take(char c) {
        skip_blanks();
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    /// What stands between the quotes, as written; empty when there is no string here.
    std::string_view name() {
        const auto text = value();
        return text.size() < 2 || text.front() != '"' ? std::string_view{} : text.substr(1, text.size() - 2);
    }
    /// Up to the end of the value that begins here.
    std::string_view value() {
        skip_blanks();
        const std::size_t from = at_;
        std::size_t depth = 0;
        while (!at_end()) {
            const char c = text_[at_];
            if (c == '"') {
                skip_string();
                if (depth == 0) break;
                continue;
            }
            if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) break;
                if (--depth == 0) {
                    ++at_;
                    break;
                }
            } else if (depth == 0 && (c == ',' || c == ':' || is_blank(c))) {
                break;
            }
            ++at_;
        }
        return text_.substr(from, at_ - from);
    }

private:
    static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    void skip_blanks() {
        while (!at_end() && is_blank(text_[at_])) ++at_;
    }
    void skip_string() {
        for (++at_; !at_end(); ++at_) {
            if (text_[at_] == '\\') {
                if (at_ + 1 < text_.size()) ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return;
            }
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

JsonMembers::JsonMembers(std::string_view object) {
    Walker walker(object);
    walker.take('{');
    while (!walker.at_end()) {
        const auto name = walker.name();
        if (!walker.take(':')) return;
        const auto value = walker.value();
        if (value.empty()) return;
        members_.emplace_back(name, value);
        if (!walker.take(',')) return;
    }
}

std::string_view JsonMembers::operator[](std::string_view name) const {
    for (const auto& [held, value] : members_)
        if (held == name) return value;
    return "null";
}

std::vector<std::string_view> json_elements(std::string_view array) {
    std::vector<std::string_view> elements;
    Walker walker(array);
    if (!walker.take('[')) return elements;
    do {
        const auto value = walker.value();
        if (value.empty()) break;
        elements.push_back(value);
    } while (walker.take(','));
    return elements;
}

}  // namespace crossdock
