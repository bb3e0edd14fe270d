// SPDX-License-Identifier: Apache-2.0
#include "connectors/json_view.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <limits>

#include "base/text.h"

namespace crossdock::connectors {
namespace {

constexpr int kMaxDepth = 64;

constexpr bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What ends the plain part of a string: quote, backslash, and the control characters JSON forbids.
constexpr std::array<bool, 256> make_stops() {
    std::array<bool, 256> stops{};
    for (std::size_t c = 0; c < 0x20; ++c) stops[c] = true;
    stops['"'] = stops['\\'] = true;
    return stops;
}
constexpr std::array<bool, 256> kStops = make_stops();

/// Four hex digits at `at`; -1 when they are not.
int hex4(std::string_view text, std::size_t at) {
    if (at + 4 > text.size()) return -1;
    int value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const int digit = hex_digit(text[at + i]);
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

constexpr std::uint32_t kReplacement = 0xFFFD;

std::string unescape(std::string_view inner) {
    std::string out;
    out.reserve(inner.size());
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\') {
            out += inner[i];
            continue;
        }
        switch (inner[++i]) {  // the indexer has seen that the escape is whole
            case 'b': out += '\b'; break;
            case 'f': out += '\f'; break;
            case 'n': out += '\n'; break;
            case 'r': out += '\r'; break;
            case 't': out += '\t'; break;
            case 'u': {
                auto code = static_cast<std::uint32_t>(hex4(inner, i + 1));
                i += 4;
                if (code >= 0xD800 && code <= 0xDBFF) {
                    const int low =
                        i + 2 < inner.size() && inner[i + 1] == '\\' && inner[i + 2] == 'u' ? hex4(inner, i + 3) : -1;
                    if (low >= 0xDC00 && low <= 0xDFFF) {
                        code = 0x10000 + ((code - 0xD800) << 10U) + (static_cast<std::uint32_t>(low) - 0xDC00);
                        i += 6;
                    } else {
                        code = kReplacement;
                    }
                } else if ((code >= 0xDC00 && code <= 0xDFFF) || code == 0) {
                    code = kReplacement;  // databases and C APIs end a text at NUL
                }
                append_utf8(out, code);
                break;
            }
            default: out += inner[i];  // quote, backslash, slash
        }
    }
    return out;
}

}  // namespace

/// Writes the index. Recursion is bounded by kMaxDepth. Each step takes where it begins and returns where it ends, null
/// when this is no JSON: so the place stays in a register, which a member would not, since an entry could overwrite it
/// as far as the compiler knows.
class JsonIndexer {
public:
    JsonIndexer(std::string_view text, std::vector<JsonIndex::Entry>& entries)
        : text_(text), end_(text.data() + text.size()), entries_(entries) {}

    bool run() {
        if (text_.size() >= std::numeric_limits<std::uint32_t>::max()) return false;
        const char* at = text_.data();
        if (text_.starts_with("\xEF\xBB\xBF")) at += 3;
        entries_.reserve(text_.size() / 10 + 8);
        at = value(skip_blanks(at), 0);
        if (at == nullptr) return false;
        at = skip_blanks(at);
        return at == end_ || fail(at) != nullptr;
    }
    /// Where it stopped being JSON.
    [[nodiscard]] std::size_t failed_at() const { return failed_at_; }

private:
    using Kind = JsonIndex::Kind;

    const char* fail(const char* at) {
        failed_at_ = offset(at);
        return nullptr;
    }
    [[nodiscard]] std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - text_.data()); }
    const char* add(Kind kind, const char* from, const char* to, bool escaped = false) {
        entries_.push_back({offset(from), offset(to), static_cast<std::uint32_t>(entries_.size() + 1), kind, escaped});
        return to;
    }

    const char* skip_blanks(const char* at) const {
        while (at != end_ && is_blank(*at)) ++at;
        return at;
    }
    [[nodiscard]] bool is_at(const char* at, char c) const { return at != end_ && *at == c; }

    /// `at` is behind blanks, as everywhere below.
    const char* value(const char* at, int depth) {
        if (at == end_) return fail(at);
        switch (*at) {
            case '"': return string(at);
            case '{': return depth < kMaxDepth ? container(at, Kind::object, '}', depth) : fail(at);
            case '[': return depth < kMaxDepth ? container(at, Kind::array, ']', depth) : fail(at);
            case 't': return literal(at, Kind::yes, "true");
            case 'f': return literal(at, Kind::no, "false");
            case 'n': return literal(at, Kind::null, "null");
            default: return number(at);
        }
    }

    const char* container(const char* at, Kind kind, char last, int depth) {
        const std::size_t entry = entries_.size();
        add(kind, at, at);
        at = skip_blanks(at + 1);
        if (!is_at(at, last)) {
            for (;;) {
                if (kind == Kind::object) {
                    at = is_at(at, '"') ? string(at) : fail(at);
                    if (at == nullptr) return nullptr;
                    at = skip_blanks(at);
                    if (!is_at(at, ':')) return fail(at);
                    at = skip_blanks(at + 1);
                }
                at = value(at, depth + 1);
                if (at == nullptr) return nullptr;
                at = skip_blanks(at);
                if (!is_at(at, ',')) break;
                at = skip_blanks(at + 1);
            }
            if (!is_at(at, last)) return fail(at);
        }
        ++at;
        entries_[entry].end = offset(at);
        entries_[entry].next = static_cast<std::uint32_t>(entries_.size());
        return at;
    }

    /// The first byte from `at` on that is not plain text of a string; the end when there is none. Eight at a time.
    const char* stop_after(const char* at) const {
        constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U, kTops = 0x8080'8080'8080'8080U;
        while (static_cast<std::size_t>(end_ - at) >= sizeof(std::uint64_t)) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, at, sizeof eight);
            const std::uint64_t quote = eight ^ (kOnes * '"'), backslash = eight ^ (kOnes * '\\');
            // "Has a byte below n" by subtraction: of the text below 0x20, of the other two below 1.
            const std::uint64_t found =
                ((eight - kOnes * 0x20U) & ~eight) | ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash);
            if ((found & kTops) != 0) {
                // The lowest mark is true; those above it may be borrowed from it.
                if constexpr (std::endian::native == std::endian::little)
                    return at + static_cast<std::size_t>(std::countr_zero(found & kTops)) / 8;
                break;
            }
            at += sizeof eight;
        }
        while (at != end_ && !kStops[static_cast<unsigned char>(*at)]) ++at;
        return at;
    }

    const char* string(const char* at) {
        const char* const from = at;
        bool escaped = false;
        for (at = stop_after(at + 1); !is_at(at, '"'); at = stop_after(at)) {
            if (end_ - at < 2 || *at != '\\') return fail(at);
            escaped = true;
            const char escape = at[1];
            if (escape == 'u') {
                if (hex4(text_, offset(at) + 2) < 0) return fail(at);
                at += 6;
            } else if (std::string_view{"\"\\/bfnrt"}.find(escape) != std::string_view::npos) {
                at += 2;
            } else {
                return fail(at);
            }
        }
        return add(Kind::string, from, at + 1, escaped);
    }

    const char* literal(const char* at, Kind kind, std::string_view word) {
        if (!text_.substr(offset(at)).starts_with(word)) return fail(at);
        return add(kind, at, at + word.size());
    }

    /// Behind the digits at `at`; null when there is none.
    const char* digits(const char* at) {
        const char* const from = at;
        while (at != end_ && is_digit(*at)) ++at;
        return at != from ? at : fail(at);
    }

    const char* number(const char* at) {
        const char* const from = at;
        if (is_at(at, '-')) ++at;
        if (is_at(at, '0')) {
            ++at;
            if (at != end_ && is_digit(*at)) return fail(at);
        } else if ((at = digits(at)) == nullptr) {
            return nullptr;
        }
        if (is_at(at, '.') && (at = digits(at + 1)) == nullptr) return nullptr;
        if (is_at(at, 'e') || is_at(at, 'E')) {
            ++at;
            if (is_at(at, '+') || is_at(at, '-')) ++at;
            if ((at = digits(at)) == nullptr) return nullptr;
        }
        return add(Kind::number, from, at);
    }

    const std::string_view text_;
    const char* const end_;
    std::vector<JsonIndex::Entry>& entries_;
    std::size_t failed_at_ = 0;
};

Result<JsonIndex> JsonIndex::parse(std::string_view text) {
    JsonIndex index;
    index.text_ = text;
    JsonIndexer indexer(text, index.entries_);
    if (!indexer.run())
        return Error{ErrorKind::invalid, "json_syntax",
                     "not JSON (or nested deeper than " + std::to_string(kMaxDepth) + " levels) at byte " +
                         std::to_string(indexer.failed_at()) + " of " + std::to_string(text.size())};
    return index;
}

JsonView JsonIndex::root() const { return JsonView(*this, 0); }

JsonView JsonView::operator[](std::string_view key) const {
    if (!is_object()) return {};
    const auto& entries = index_->entries_;
    for (std::uint32_t at = at_ + 1; at < entry().next; at = entries[at + 1].next) {
        const auto& name = entries[at];
        if (name.end - name.begin == key.size() + 2 && index_->text_.substr(name.begin + 1, key.size()) == key)
            return JsonView(*index_, at + 1);
    }
    return {};
}

std::string_view JsonView::raw() const {
    if (index_ == nullptr) return {};
    return index_->text_.substr(entry().begin, entry().end - entry().begin);
}

std::string_view JsonView::word() const {
    if (is_string()) return index_->text_.substr(entry().begin + 1, entry().end - entry().begin - 2);
    return is_number() ? raw() : std::string_view{};
}

std::optional<std::string> JsonView::text() const {
    if (!is_string()) return std::nullopt;
    return entry().escaped ? unescape(word()) : std::string{word()};
}

std::optional<std::string> JsonView::filled_text() const {
    auto out = text();
    if (out && trim(*out).empty()) return std::nullopt;
    return out;
}

std::optional<std::int64_t> JsonView::integer() const {
    std::string_view digits = word();
    const auto point = digits.find('.');
    if (point != std::string_view::npos) {
        if (digits.find_first_not_of('0', point + 1) != std::string_view::npos || point + 1 == digits.size())
            return std::nullopt;
        digits = digits.substr(0, point);
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

std::optional<double> JsonView::real() const {
    const std::string_view digits = word();
    double value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    return value;
}

JsonView::Iterator JsonView::begin() const {
    if (!is_object() && !is_array()) return {};
    return {index_, at_ + 1, is_object()};
}

JsonView::Iterator JsonView::end() const {
    if (!is_object() && !is_array()) return {};
    return {index_, entry().next, is_object()};
}

std::size_t JsonView::size() const {
    std::size_t count = 0;
    for (auto it = begin(); it != end(); ++it) ++count;
    return count;
}

std::string replace_value(std::string_view object, std::string_view value, std::string_view by) {
    const auto at = static_cast<std::size_t>(value.data() - object.data());
    std::string out;
    out.reserve(object.size() - value.size() + by.size());
    out.append(object.substr(0, at)).append(by).append(object.substr(at + value.size()));
    return out;
}

}  // namespace crossdock::connectors
