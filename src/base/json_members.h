// SPDX-License-Identifier: Apache-2.0
#pragma once
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

private:
    std::vector<std::pair<std::string_view, std::string_view>> members_;
};

/// The elements of a JSON array, as they are written. What is no array has none.
std::vector<std::string_view> json_elements(std::string_view array);

}  // namespace crossdock
