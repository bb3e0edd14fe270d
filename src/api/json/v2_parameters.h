// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/v2_faults.h"
#include "base/time.h"
#include "http/message.h"

namespace crossdock::api {

/// Reads the query string of `/v2`: what is not understood is a fault, never passed over. An empty value counts as not
/// given. What could not be read is added to the faults, and the value returned then means nothing.
class V2Parameters {
public:
    V2Parameters(const http::Request& request, V2Faults& faults) : request_(request), faults_(faults) {}

    /// A value that may stand once, without blanks around it.
    std::optional<std::string> text(std::string_view name);
    /// 1 to 500; absent is 100.
    std::int64_t limit();
    std::optional<bool> flag(std::string_view name);
    /// An ISO 8601 instant or day; without a zone it is UTC.
    std::optional<Timestamp> instant(std::string_view name);
    /// Words parted by commas or repeats, in lower case, each once; at most 50.
    std::vector<std::string> words(std::string_view name);
    /// "ord_17", as a number. A text that is no such id ("17" of /api/v1) is a fault.
    std::optional<std::int64_t> id(std::string_view name, std::string_view prefix);
    /// One of these words, as it is written.
    std::optional<std::string> one_of(std::string_view name, std::initializer_list<std::string_view> known);
    /// Adds a fault for a word that is none of `known`.
    void unknown_word(std::string_view name, const std::string& word, const std::string& known);

private:
    const http::Request& request_;
    V2Faults& faults_;
};

/// Adds a fault for every query parameter that is not `known`, with the nearest that is.
void refuse_unknown(const http::Request& request, const std::vector<std::string_view>& known, V2Faults& faults);

}  // namespace crossdock::api
