// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"

namespace crossdock::http {

/// The request target, taken apart and decoded.
struct Target {
    std::string path;       // decoded: valid UTF-8 without control characters, "\\", "." or ".." segments; or "*"
    std::string raw_path;   // as sent, without the query
    std::string raw_query;  // as sent, without "?"
    Fields query;           // decoded: valid UTF-8 without NUL
    std::string authority;  // of an absolute-form target (http://host:port/path), else empty
};

/// What %2F in a path means. Refused where routes are matched by the decoded path; a segment's own where whoever answers
/// splits Request::target by itself.
enum class EncodedSlash { refused, part_of_segment };

/// Reads origin-form ("/a?b=c"), absolute-form ("http://host/a") and "*". Whatever two readers could understand in two
/// ways is refused, not repaired. Errors: invalid, `bad_target`, saying which part.
Result<Target> parse_target(std::string_view text, EncodedSlash slash = EncodedSlash::refused);

/// The path of a request line that is refused, cut off or not yet whole, as far as it can be told: of its second word what
/// stands before "?" and before any byte that no path has, not decoded, at most 200 bytes; "" where there is none. It says
/// which surface an error belongs to, no more.
std::string path_as_sent(std::string_view request_line);

/// The lower-case host of a Host header or an authority, without its port; IPv6 keeps its brackets. Errors: invalid,
/// `bad_host`, for user info, spaces, a port that is no number, and anything else that is not a host.
Result<std::string> parse_host(std::string_view text);

/// Which names a client may call us by. A page in a browser that was lured to our address by a name of its own (DNS
/// rebinding) sends that name in Host, so an unknown one is refused.
class AllowedHosts {
public:
    /// `bound`: the address from the configuration. localhost, 127.0.0.1 and [::1] are always allowed.
    AllowedHosts(std::string_view bound, const std::vector<std::string>& more);
    /// `host` as parse_host gives it; `local_address` is the one that the client connected to: with a wildcard address
    /// bound, a client that names the machine by that address is at the right door.
    [[nodiscard]] bool allows(std::string_view host, std::string_view local_address) const;

private:
    std::vector<std::string> hosts_;
};

}  // namespace crossdock::http
