// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "services/refusal.h"

namespace crossdock::api {

/// Faults of one request, in the order found. Keeps the first hundred and counts the rest: a wrong list of 10 000 ids
/// is told in a page, not in a megabyte.
class Faults {
public:
    void add(std::string message);
    [[nodiscard]] bool empty() const { return messages_.empty(); }
    /// One sentence per fault; the last one tells how many more there were.
    [[nodiscard]] std::vector<std::string> messages() const;

private:
    std::vector<std::string> messages_;
    std::size_t left_out_ = 0;
};

/// How `error` is written where both forms are documented.
enum class ErrorShape {
    text_or_list,  // a string for one message, an array for several
    list           // always an array: validation of inventory_updates and shipments
};

/// {"error":"…"}
http::Response v1_error(int status, std::string_view message);
http::Response v1_errors(int status, const std::vector<std::string>& messages, ErrorShape shape);
/// The status of a use case's refusal, and its messages.
http::Response v1_refusal(const services::Refusal& refusal, ErrorShape shape);

/// Why a request is not carried out, before the surface that it came to puts it into its own form.
struct Refused {
    int status = 500;
    std::string message;
    std::string code = {};  // for programs, where the surface has codes; empty: the one of the status
    std::optional<std::chrono::seconds> retry_after = {};
    std::string details = {};  // members of a JSON object, for surfaces that have them
};
/// The answer in the form of the surface that the path belongs to, with Retry-After where a delay is named.
http::Response refuse(const http::Request& request, const Refused& refused);

/// For what no handler saw (http::ErrorRenderer).
http::Response render_error(const std::string& path, int status, const std::string& message,
                            const std::string& request_id = {});

/// Whether a path is of a surface that speaks as `/v2` does.
bool is_v2(std::string_view path);

}  // namespace crossdock::api
