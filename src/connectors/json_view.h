// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

/// Reading what the channel sent without building a tree: one pass writes a flat index over the text, and every value
/// knows which bytes it came from. So an order of a page is kept verbatim by cutting it out, and digits of money and
/// ids are read from the text itself, never through double.
namespace crossdock::connectors {

class JsonView;

/// The index of one JSON document. The text must outlive it, and views must not outlive it or see it move.
class JsonIndex {
public:
    /// Errors: invalid, code `json_syntax`, with the byte at which the text stops being JSON. Deeper than 64 levels is
    /// an error, too.
    static Result<JsonIndex> parse(std::string_view text);
    [[nodiscard]] JsonView root() const;

private:
    friend class JsonView;
    friend class JsonIndexer;
    enum class Kind : std::uint8_t { object, array, string, number, yes, no, null };
    struct Entry {
        std::uint32_t begin = 0, end = 0;  // bytes of the text
        std::uint32_t next = 0;            // entry after this value and all that is in it
        Kind kind = Kind::null;
        bool escaped = false;  // a string with backslashes
    };
    std::string_view text_;
    std::vector<Entry> entries_;
};

/// One value of a document, or nothing at all: a missing field reads like null, so that chains need no checks.
class JsonView {
public:
    JsonView() = default;

    /// There, and not null.
    explicit operator bool() const { return index_ != nullptr && entry().kind != Kind::null; }
    /// There, be it null.
    [[nodiscard]] bool exists() const { return index_ != nullptr; }
    [[nodiscard]] bool is_object() const { return is(Kind::object); }
    [[nodiscard]] bool is_array() const { return is(Kind::array); }
    [[nodiscard]] bool is_string() const { return is(Kind::string); }
    [[nodiscard]] bool is_number() const { return is(Kind::number); }
    [[nodiscard]] bool is_true() const { return is(Kind::yes); }
    [[nodiscard]] bool is_false() const { return is(Kind::no); }

    /// The field of an object; nothing when this is no object or has no such field.
    JsonView operator[](std::string_view key) const;
    /// The bytes this value was written in; empty when there is none.
    [[nodiscard]] std::string_view raw() const;
    /// A string as it is written between its quotes, or the token of a number: for ids, amounts, enum words and times,
    /// none of which hold escapes. Empty for anything else.
    [[nodiscard]] std::string_view word() const;
    /// A string's text in UTF-8; nullopt for anything that is no string. NUL and lone surrogates become U+FFFD.
    [[nodiscard]] std::optional<std::string> text() const;
    /// The same, but an empty or blank text is nullopt, too: channels send both for "none".
    [[nodiscard]] std::optional<std::string> filled_text() const;
    /// A whole number that fits, written as a number or as a string of digits. `10.0` is 10, `10.5` is nothing.
    [[nodiscard]] std::optional<std::int64_t> integer() const;
    /// For costs and rates only.
    [[nodiscard]] std::optional<double> real() const;

    /// Elements of an array; the values of an object. Empty for anything else.
    class Iterator;
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;
    [[nodiscard]] std::size_t size() const;

private:
    friend class JsonIndex;
    using Kind = JsonIndex::Kind;
    JsonView(const JsonIndex& index, std::uint32_t at) : index_(&index), at_(at) {}
    [[nodiscard]] const JsonIndex::Entry& entry() const { return index_->entries_[at_]; }
    [[nodiscard]] bool is(Kind kind) const { return index_ != nullptr && entry().kind == kind; }

    const JsonIndex* index_ = nullptr;
    std::uint32_t at_ = 0;
};

class JsonView::Iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = JsonView;
    using difference_type = std::ptrdiff_t;
    using pointer = const JsonView*;
    using reference = JsonView;

    Iterator() = default;
    JsonView operator*() const { return JsonView(*index_, at_ + (keyed_ ? 1U : 0U)); }
    /// The field's name, when walking an object.
    [[nodiscard]] std::string_view key() const { return keyed_ ? JsonView(*index_, at_).word() : std::string_view{}; }
    Iterator& operator++() {
        at_ = index_->entries_[at_ + (keyed_ ? 1U : 0U)].next;
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

private:
    friend class JsonView;
    Iterator(const JsonIndex* index, std::uint32_t at, bool keyed) : index_(index), at_(at), keyed_(keyed) {}
    const JsonIndex* index_ = nullptr;
    std::uint32_t at_ = 0;
    bool keyed_ = false;
};

/// `object` (the text of a JSON object) with the value of one field replaced, byte for byte the same elsewhere. `value`
/// must be a part of `object`, as raw() gives it.
std::string replace_value(std::string_view object, std::string_view value, std::string_view by);

}  // namespace crossdock::connectors
