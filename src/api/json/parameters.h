// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/error.h"
#include "base/time.h"
#include "http/message.h"

namespace crossdock::api {

/// Reads the query string of `/api/v1`. An empty value counts as not given: FoxPro programs send every field they have.
/// What cannot be read is added to the faults, and the value returned then means nothing.
class Parameters {
public:
    Parameters(const http::Request& request, Faults& faults) : request_(request), faults_(faults) {}

    /// A value that may stand once, without blanks around it.
    std::optional<std::string> text(std::string_view name);
    /// Was the parameter sent, even with an empty value?
    [[nodiscard]] bool sent(std::string_view name) const { return request_.parameter(name).has_value(); }
    /// 1 to 500; more than 500 is 500, absent is 100.
    std::int64_t limit();
    /// 0 or more; absent is 0.
    std::int64_t offset();
    std::optional<bool> flag(std::string_view name);
    /// An ISO 8601 instant; without a zone it is UTC.
    std::optional<Timestamp> instant(std::string_view name);
    /// `status`, `statuses` (commas, repeats) and `statuses[]`, in lower case, without empty ones; at most 50.
    std::vector<std::string> order_statuses();

private:
    const http::Request& request_;
    Faults& faults_;
};

/// A `Warning` header's value for query parameters that are not in `known`; nothing when there are none.
std::optional<std::string> warn_of_unknown(const http::Request& request, const std::vector<std::string_view>& known);

}  // namespace crossdock::api
