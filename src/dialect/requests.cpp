// SPDX-License-Identifier: Apache-2.0
#include "dialect/requests.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "base/json_members.h"
#include "base/json_writer.h"
#include "base/text.h"

namespace crossdock::dialect {
namespace {

constexpr std::size_t kMostPairs = 100'000;
constexpr std::size_t kDeepest = 4;
constexpr std::size_t kMostElements = 100'000;

Error bad_form(const char* code, std::string message) { return {ErrorKind::invalid, code, std::move(message)}; }

std::string shown_name(std::string_view name) { return to_valid_utf8(name.substr(0, 60)); }

bool is_number_name(std::string_view name) {
    constexpr std::array<std::string_view, 7> kNames{"ids",  "item_master_id",   "remote_order_id", "quantity",
                                                     "days", "quantity_shipped", "quantity_in_case"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// Does JSON take it for a number as it is? "007", "+1" and "1." are none.
bool is_json_number(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        return at - from;
    };
    if (at < text.size() && text[at] == '-') ++at;
    const std::size_t first = at;
    const std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (digits() == 0) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == text.size();
}

std::optional<std::string> decode_form(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

/// A value of the form, on its way to JSON.
struct FormNode {
    enum class Kind { none, text, object, list } kind = Kind::none;
    std::string text;
    std::map<std::string, FormNode, std::less<>> members;
    std::map<std::size_t, FormNode> elements;
};

/// "items[0][sku]" in its parts; an empty part is [].
std::optional<std::vector<std::string_view>> parts_of(std::string_view name) {
    const auto open = name.find('[');
    std::vector<std::string_view> parts{name.substr(0, open)};
    if (parts.front().empty()) return std::nullopt;
    std::string_view rest = open == std::string_view::npos ? std::string_view{} : name.substr(open);
    while (!rest.empty()) {
        const auto close = rest.find(']');
        if (rest.front() != '[' || close == std::string_view::npos || parts.size() > kDeepest) return std::nullopt;
        parts.push_back(rest.substr(1, close - 1));
        rest.remove_prefix(close + 1);
    }
    return parts;
}

std::optional<std::size_t> index_of(std::string_view part) {
    std::size_t index = 0;
    const auto [end, fault] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (part.empty() || fault != std::errc{} || end != part.data() + part.size()) return std::nullopt;
    return index;
}

class FormReader {
public:
    explicit FormReader(const Dialect& dialect) : dialect_(dialect) { root_.kind = FormNode::Kind::object; }

    Status take(std::string_view raw_name, std::string_view raw_value) {
        const auto name = decode_form(raw_name);
        const auto value = decode_form(raw_value);
        if (!name || !value)
            return bad_form("form_syntax", "the body is not a form: in \"" + shown_name(raw_name) +
                                               "\" a % stands without two hexadecimal digits; a % itself is %25");
        const std::string name_text = body_text(dialect_, *name, false);
        std::string text = body_text(dialect_, *value, false);
        if (!is_valid_utf8(name_text) || !is_valid_utf8(text))
            return bad_form("form_syntax",
                            "the form's \"" + shown_name(name_text) +
                                "\" is not UTF-8; encode it so, or give the key a dialect with charset=windows-1252");
        const auto parts = parts_of(name_text);
        if (!parts)
            return bad_form("form_syntax", "the form's name \"" + shown_name(name_text) +
                                               "\" cannot be read; names look like channel, ids[] or items[0][sku]");
        return put(name_text, *parts, std::move(text));
    }

    Result<std::string> finish() {
        std::string out;
        JsonWriter json(out);
        if (const auto written = write(json, root_, "", ""); !written) return written.error();
        return out;
    }

private:
    Status put(std::string_view name, const std::vector<std::string_view>& parts, std::string text) {
        // ids=1,2 and ids=1&ids=2 are what a hand-made client sends first.
        if (parts.size() == 1 && parts.front() == "ids") {
            FormNode& ids = root_.members["ids"];
            if (ids.kind == FormNode::Kind::none) ids.kind = FormNode::Kind::list;
            for (const std::string& one : split(text, ','))
                if (!trim(one).empty())
                    if (const auto added = add(name, {"ids", ""}, one); !added) return added;
            return ok();
        }
        return add(name, parts, std::move(text));
    }

    Status add(std::string_view name, const std::vector<std::string_view>& parts, std::string text) {
        FormNode* node = &root_;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const std::string_view part = parts[i];
            const auto index = i == 0 ? std::nullopt : index_of(part);
            const bool is_element = i > 0 && (part.empty() || index);
            const auto kind = is_element ? FormNode::Kind::list : FormNode::Kind::object;
            if (node->kind != FormNode::Kind::none && node->kind != kind) return contradiction(name);
            node->kind = kind;
            if (!is_element) {
                node = &node->members[std::string{part}];
                continue;
            }
            if (part.empty() && i + 1 < parts.size())
                return bad_form("form_shape", shown_name(name) + " leaves open which entry it belongs to; number the " +
                                                  "entries from 0: items[0][sku]=A&items[0][quantity]=1");
            if (index && *index >= kMostElements)
                return bad_form("form_shape", shown_name(name) + " has a number that is too large; number from 0");
            node = &node->elements[index ? *index : node->elements.empty() ? 0 : node->elements.rbegin()->first + 1];
        }
        if (node->kind == FormNode::Kind::text)
            return bad_form("form_shape", shown_name(name) + " stands twice in the form; send it once");
        if (node->kind != FormNode::Kind::none) return contradiction(name);
        node->kind = FormNode::Kind::text;
        node->text = std::move(text);
        return ok();
    }

    static Error contradiction(std::string_view name) {
        return bad_form("form_shape", shown_name(name) +
                                          " contradicts another name of the form: one has it as a value, " +
                                          "the other as a list or an object");
    }

    static Status write(JsonWriter& json, const FormNode& node, const std::string& path, std::string_view name) {
        switch (node.kind) {
            case FormNode::Kind::none: break;
            case FormNode::Kind::text: write_text(json, node.text, name); return ok();
            case FormNode::Kind::object:
                json.begin_object();
                for (const auto& [member, value] : node.members) {
                    std::string key;
                    append_json_string(key, member);
                    json.key(std::string_view{key}.substr(1, key.size() - 2));
                    if (const auto done = write(json, value, path.empty() ? member : path + "." + member, member);
                        !done)
                        return done;
                }
                json.end_object();
                return ok();
            case FormNode::Kind::list: {
                json.begin_array();
                std::size_t expected = 0;
                for (const auto& [index, value] : node.elements) {
                    const std::string place = path + "[" + std::to_string(expected) + "]";
                    if (index != expected)
                        return bad_form("form_shape",
                                        shown_name(place) + " is missing; number the entries from 0 " + "without gaps");
                    if (const auto done = write(json, value, place, name); !done) return done;
                    ++expected;
                }
                json.end_array();
                return ok();
            }
        }
        json.null();
        return ok();
    }

    static void write_text(JsonWriter& json, const std::string& text, std::string_view name) {
        if (!is_number_name(name)) {
            json.value(text);
            return;
        }
        const auto number = trim(text);
        if (number.empty())
            json.null();
        else if (is_json_number(number))
            json.raw(number);
        else
            json.value(text);  // whoever reads it says that it is no number
    }

    const Dialect& dialect_;
    FormNode root_;
};

}  // namespace

Result<std::string> form_to_json(const Dialect& dialect, std::string_view form) {
    form = trim(form);
    if (form.starts_with('{') || form.starts_with('['))
        return bad_form("form_syntax", "the body looks like JSON; send it with Content-Type: application/json");
    FormReader reader(dialect);
    std::size_t pairs = 0;
    while (!form.empty()) {
        const auto pair = form.substr(0, form.find('&'));
        form.remove_prefix(std::min(form.size(), pair.size() + 1));
        if (pair.empty()) continue;
        if (++pairs > kMostPairs)
            return bad_form("form_shape", "the form has more than " + std::to_string(kMostPairs) + " values");
        const auto equals = pair.find('=');
        const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
        if (const auto taken = reader.take(pair.substr(0, equals), value); !taken) return taken.error();
    }
    return reader.finish();
}

std::string body_text(const Dialect& dialect, std::string_view bytes, bool sure) {
    const bool is_1252 = sure || (dialect.charset == Charset::windows_1252 && !is_valid_utf8(bytes));
    return is_1252 ? from_windows_1252(bytes) : std::string{bytes};
}

std::string read_local_times(const Dialect& dialect, std::string json) {
    constexpr std::string_view kName = "\"ship_date\"";
    if (!dialect.has_local_times()) return json;
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = json.find('"'); at != std::string::npos; at = json.find('"', at)) {
        const auto token = json_value(json, at);
        at += std::max<std::size_t>(token.size(), 1);
        if (token != kName) continue;
        const auto colon = json.find_first_not_of(" \t\r\n", at);
        if (colon == std::string::npos || json[colon] != ':') continue;
        const auto value_at = json.find_first_not_of(" \t\r\n", colon + 1);
        if (value_at == std::string::npos || json[value_at] != '"') continue;
        const auto value = json_value(json, value_at);
        if (value.size() < 2 || value.back() != '"') continue;
        out.append(json, from, value_at - from);
        append_json_string(out, read_local_time(dialect, json_text(value)));
        from = at = value_at + value.size();
    }
    if (from == 0) return json;
    out.append(json, from);
    return out;
}

}  // namespace crossdock::dialect
