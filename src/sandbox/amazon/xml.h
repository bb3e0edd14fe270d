// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossdock::sandbox::amazon {

struct XmlElement {
    std::string name, text;  // text: of the element itself, trimmed, entities resolved
    std::vector<XmlElement> children;

    [[nodiscard]] const XmlElement* child(std::string_view wanted) const;
    [[nodiscard]] std::string text_of(std::string_view wanted) const;  // "" when there is no such child
};

/// Reads a small document: elements, text, attributes (skipped), comments, the five entities and character references.
/// No DTD, no CDATA. nullopt, with the reason in `problem`, for anything that is not well formed.
std::optional<XmlElement> read_xml(std::string_view text, std::string& problem);

std::string xml_escaped(std::string_view text);

}  // namespace crossdock::sandbox::amazon
