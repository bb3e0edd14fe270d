// SPDX-License-Identifier: Apache-2.0
// JSON, as clients and channels send it: the reader with limits, the index over the text, the canonical form, and what
// this program writes itself.
//
// Promised: all readers agree with each other and with nlohmann's own reading on what is JSON and what it means; what
// is written is read as the same; the canonical form is one, and means what it was made of.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_canonical.h"
#include "base/json_members.h"
#include "base/json_parse.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/json_view.h"
#include "connectors/shopify/gid.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_json {

void run(std::string_view input);

namespace {

using connectors::JsonIndex;
using connectors::JsonView;
using nlohmann::json;

constexpr std::string_view kMark = "\xEF\xBB\xBF";

bool is_json(std::string_view text) {
    if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
    // It takes a NUL for the end of the text.
    return text.find('\0') == std::string_view::npos && json::accept(text.begin(), text.end());
}

bool is_about_form(const Error& error) { return error.code == "json_syntax" || error.code == "json_encoding"; }

bool names_differ(JsonView object) {
    std::vector<std::string> names;
    for (auto it = object.begin(); it != object.end(); ++it) names.emplace_back(it.key());
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) == names.end();
}

/// Whether a view shows what nlohmann read.
void check_view(JsonView view, const json& value) {
    check(view.exists(), "a value that is there is found");
    check(static_cast<bool>(view) == !value.is_null(), "null is null for both");
    switch (value.type()) {
        case json::value_t::object: {
            check(view.is_object(), "an object is one for both");
            if (!names_differ(view)) return;
            // A name with an escape may be the same as another one without.
            std::size_t escaped = 0;
            for (auto it = view.begin(); it != view.end(); ++it) escaped += it.key().find('\\') != std::string::npos;
            if (escaped > 0) return;
            check(view.size() == value.size(), "objects have as many fields");
            for (const auto& [name, child] : value.items()) check_view(view[name], child);
            return;
        }
        case json::value_t::array: {
            check(view.is_array() && view.size() == value.size(), "an array has as many elements");
            std::size_t i = 0;
            for (const JsonView child : view) check_view(child, value[i++]);
            return;
        }
        case json::value_t::string: {
            const auto text = view.text();
            check(text.has_value(), "a text is one for both");
            std::string expected = value.get<std::string>();
            // The index has no NUL: it shows U+FFFD.
            for (auto at = expected.find('\0'); at != std::string::npos; at = expected.find('\0', at))
                expected.replace(at, 1, "\xEF\xBF\xBD");
            check_same(*text, expected, "a text is the same for both");
            return;
        }
        case json::value_t::boolean:
            check(value.get<bool>() ? view.is_true() : view.is_false(), "true is true for both");
            return;
        case json::value_t::number_integer:
        case json::value_t::number_unsigned: {
            check(view.is_number(), "a number is one for both");
            const auto whole = view.integer();
            if (value.is_number_integer() && !value.is_number_unsigned())
                check(whole == value.get<std::int64_t>(), "a whole number is the same for both");
            else if (value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX))
                check(whole == static_cast<std::int64_t>(value.get<std::uint64_t>()),
                      "a whole number is the same for both");
            else
                check(!whole, "a number that does not fit is none");
            return;
        }
        case json::value_t::number_float: {
            const auto real = view.real();
            check(!real || *real == value.get<double>(), "a number with a fraction is the same for both");
            if (const auto whole = view.integer())
                check(static_cast<double>(*whole) == value.get<double>(), "a whole number is what is written");
            return;
        }
        default: return;
    }
}

void check_index(std::string_view text, const json* read) {
    const auto index = JsonIndex::parse(text);
    if (!index) {
        if (read == nullptr || text.starts_with(kMark)) return;
        throw BrokenPromise{"what the reader with limits takes, the index takes: " + index.error().message};
    }
    const JsonView root = index->root();
    check(!root.raw().empty(), "a document is something");
    const std::string again{root.raw()};
    const auto second = JsonIndex::parse(again);
    check(second && second->root().raw() == again, "the text of a value is a document again");
    check_same(connectors::replace_value(text, root.raw(), again), text, "a value replaced by itself changes nothing");
    if (read != nullptr) return check_view(root, *read);
    // Lone surrogates and bytes that are not UTF-8 are borne here and refused there; so are numbers beyond a double.
    if (is_valid_utf8(text) && text.find("\\u") == std::string_view::npos &&
        text.find_first_of("eE") == std::string_view::npos && text.size() < 300)
        check(is_json(text), "what the index takes is JSON");
}

void check_canonical(std::string_view text, const json* read) {
    const auto canonical = canonical_json(text);
    if (!canonical) {
        check(read == nullptr, "what the reader with limits takes has a canonical form");
        return;
    }
    const auto again = canonical_json(*canonical);
    check(again.has_value(), "a canonical form is JSON");
    check_same(*again, *canonical, "a canonical form is its own");
    if (read == nullptr) return;
    const auto parsed = parse_json(*canonical);
    check(parsed && *parsed == *read, "a canonical form means what it was made of");
    const JsonMembers members(*canonical);
    if (read->is_object())
        for (const auto& [name, value] : read->items()) {
            std::string written;
            append_json_string(written, name);
            const auto found = parse_json(members[std::string_view{written}.substr(1, written.size() - 2)]);
            check(found && *found == value, "a member of what we wrote is found as it was written");
        }
    const auto elements = json_elements(*canonical);
    check(elements.size() == (read->is_array() ? read->size() : 0), "an array of ours has its elements");
    for (std::size_t i = 0; i < elements.size(); ++i) {
        const auto found = parse_json(elements[i]);
        check(found && *found == (*read)[i], "an element of what we wrote is found as it was written");
    }
}

void check_text(std::string_view bytes) {
    const std::string text = to_valid_utf8(bytes);
    check(is_valid_utf8(text), "what was mended is UTF-8");
    if (is_valid_utf8(bytes)) check_same(text, bytes, "what is UTF-8 needs no mending");
    std::string written;
    append_json_string(written, text);
    check(json::accept(written), "a text that we write is JSON");
    check(json::parse(written).get<std::string>() == text, "a text that we write is read as the same");
    check((json(std::string{bytes}).dump(-1, ' ', false, json::error_handler_t::ignore).size() ==
           json(text).dump().size()) == (text == bytes),
          "nlohmann takes for UTF-8 what we take for it");
}

}  // namespace

void run(std::string_view input) {
    const auto parsed = parse_json(input);
    if (parsed) {
        check(is_json(input), "what is read is JSON");
        const std::string written = parsed->dump();
        const auto again = parse_json(written);
        check(again && *again == *parsed, "what was read and is written again is the same");
    } else if (is_about_form(parsed.error())) {
        check(!is_json(input) || (input.starts_with(kMark) && input.substr(3).starts_with(kMark)),
              "JSON is not refused as none");
    }
    JsonLimits narrow;
    narrow.max_depth = 3;
    narrow.max_elements = 20;
    narrow.max_string = 16;
    const auto small = parse_json(input, narrow);
    check(!small || (parsed && *parsed == *small), "narrower limits only refuse more");
    const json* read = parsed ? &*parsed : nullptr;
    check_index(input, read);
    if (!input.starts_with(kMark)) check_canonical(input, read);
    if (input.size() < 400) check_text(input);
    const std::string plain = connectors::shopify::with_plain_slashes(std::string{input});
    if (read != nullptr) {
        const auto same = parse_json(plain);
        check(same && *same == *read, "plain slashes mean the same");
    }
    static_cast<void>(JsonMembers(input)["id"]);
    static_cast<void>(json_elements(input));
    static_cast<void>(parse_json(input, channel_json_limits()));
}

}  // namespace crossdock::fuzz::on_json
