// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace crossdock::sandbox::shopify {

/// One `field:value` of a search query, or bare words when the field is empty.
struct SearchTerm {
    std::string field;
    std::string comparison;  // "", "<", "<=", ">", ">="
    std::string value;       // after the trap: an unquoted time is cut to its date
};

/// A query in Shopify's search syntax: terms side by side mean AND, besides OR, NOT, `-`, parentheses and quotes.
class SearchQuery {
public:
    struct Node {
        enum class Kind { all, any, negation, term };
        Kind kind = Kind::all;
        std::vector<Node> below;
        SearchTerm term;
    };
    /// Never fails: what cannot be understood is taken as words, as the real search does.
    static SearchQuery parse(std::string_view text);

    /// Does it match, given what the terms say? Unknown fields are the caller's: it answers true for them.
    bool matches(const std::function<bool(const SearchTerm&)>& test) const { return matches(root_, test); }
    /// The terms that every match must meet, for using an index.
    [[nodiscard]] std::vector<const SearchTerm*> required() const;
    [[nodiscard]] std::vector<const SearchTerm*> terms() const;
    /// The "parsed" member of extensions.search, as JSON text.
    [[nodiscard]] std::string parsed_json() const;
    [[nodiscard]] bool empty() const { return root_.below.empty(); }

private:
    static bool matches(const Node& node, const std::function<bool(const SearchTerm&)>& test);
    Node root_;
};

/// Compares as the search does: a date alone stands for its whole day.
bool time_matches(const SearchTerm& term, Timestamp at);
/// The start of what a time term means; nullopt when it is no time.
std::optional<Timestamp> term_time(const SearchTerm& term);
/// Value lists "a,b", `*` for any, prefixes "abc*", case-blind.
bool text_matches(const SearchTerm& term, std::string_view value);

}  // namespace crossdock::sandbox::shopify
