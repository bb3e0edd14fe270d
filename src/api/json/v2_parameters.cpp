// SPDX-License-Identifier: Apache-2.0
#include "api/json/v2_parameters.h"

#include <algorithm>
#include <charconv>

#include "api/json/v2_words.h"
#include "base/text.h"

namespace crossdock::api {
namespace {

constexpr std::int64_t kStandardLimit = 100;
constexpr std::int64_t kHighestLimit = 500;
constexpr std::size_t kMostWords = 50;

/// Fit for a message: what a client sent, but not a page of it.
std::string in_quotes(std::string_view text) {
    return "\"" + std::string{text.substr(0, 60)} + (text.size() > 60 ? "…\"" : "\"");
}

}  // namespace

std::optional<std::string> V2Parameters::text(std::string_view name) {
    const auto values = request_.parameters(name);
    if (values.size() > 1) {
        faults_.add(std::string{name}, "is given " + std::to_string(values.size()) + " times; send it once");
        return std::nullopt;
    }
    if (values.empty()) return std::nullopt;
    const auto value = trim(values.front());
    return value.empty() ? std::nullopt : std::optional{std::string{value}};
}

std::int64_t V2Parameters::limit() {
    const auto value = text("limit");
    if (!value) return kStandardLimit;
    std::int64_t number = 0;
    const auto [end, fault] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (fault == std::errc{} && end == value->data() + value->size() && number >= 1 && number <= kHighestLimit)
        return number;
    faults_.add("limit", in_quotes(*value) + " is not a number from 1 to " + std::to_string(kHighestLimit));
    return kStandardLimit;
}

std::optional<bool> V2Parameters::flag(std::string_view name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const std::string word = to_lower(*value);
    if (word == "true" || word == "1") return true;
    if (word == "false" || word == "0") return false;
    faults_.add(std::string{name}, in_quotes(*value) + " is neither true nor false");
    return std::nullopt;
}

std::optional<Timestamp> V2Parameters::instant(std::string_view name) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto at = parse_iso8601(*value, ZoneRule::utc);
    if (at) return *at;
    faults_.add(std::string{name}, at.error().message);
    return std::nullopt;
}

std::vector<std::string> V2Parameters::words(std::string_view name) {
    std::vector<std::string> words;
    for (const auto value : request_.parameters(name))
        for (const std::string& part : split(value, ',')) {
            const std::string word = to_lower(trim(part));
            if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
        }
    if (words.size() <= kMostWords) return words;
    faults_.add(std::string{name}, "has " + std::to_string(words.size()) + " words; at most " +
                                       std::to_string(kMostWords) + " are accepted");
    return {};
}

std::optional<std::int64_t> V2Parameters::id(std::string_view name, std::string_view prefix) {
    const auto value = text(name);
    if (!value) return std::nullopt;
    const auto id = parse_v2_id(prefix, *value);
    if (!id)
        faults_.add(std::string{name},
                    in_quotes(*value) + " is not an id of that kind; it looks like " + std::string{prefix} + "17");
    return id;
}

std::optional<std::string> V2Parameters::one_of(std::string_view name, std::initializer_list<std::string_view> known) {
    auto word = text(name);
    if (!word || std::find(known.begin(), known.end(), *word) != known.end()) return word;
    std::string all;
    for (const std::string_view one : known) all.append(all.empty() ? "" : ", ").append(one);
    unknown_word(name, *word, all);
    return std::nullopt;
}

void V2Parameters::unknown_word(std::string_view name, const std::string& word, const std::string& known) {
    faults_.add(std::string{name}, in_quotes(word) + " is not known; there are " + known);
}

void refuse_unknown(const http::Request& request, const std::vector<std::string_view>& known, V2Faults& faults) {
    std::vector<std::string> told;
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        if (std::find(told.begin(), told.end(), name) != told.end()) continue;
        told.push_back(name);
        const std::string shown = name.substr(0, 60);
        const std::string near = nearest(shown, {known.begin(), known.end()});
        faults.add(shown, "is not a query parameter here" + (near.empty() ? "" : "; did you mean " + near + "?"));
    }
}

}  // namespace crossdock::api
