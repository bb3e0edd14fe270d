// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossdock {

/// The members of a JSON object, each with its value as it is written: an amount keeps its digits, and no tree is
/// built. For text that this program wrote itself: names are taken as written, and what is no object has no members.
class JsonMembers {
public:
    /// `object` with or without its braces. It must outlive this.
    explicit JsonMembers(std::string_view object);
    /// The text of a value; "null" when there is no member of that name.
    [[nodiscard]] std::string_view operator[](std::string_view name) const;
    /// Names and values in the order in which they are written.
    [[nodiscard]] auto begin() const { return members_.begin(); }
    [[nodiscard]] auto end() const { return members_.end(); }
    [[nodiscard]] std::size_t size() const { return members_.size(); }

private:
    std::vector<std::pair<std::string_view, std::string_view>> members_;
};

/// The elements of a JSON array, as they are written. What is no array has none.
std::vector<std::string_view> json_elements(std::string_view array);

/// The value that begins at `at`, as it is written.
std::string_view json_value(std::string_view text, std::size_t at);

/// The text of a string as it is written, quotes and all, in UTF-8. U+0000 and halves of surrogate pairs become U+FFFD.
std::string json_text(std::string_view token);

}  // namespace crossdock
