// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/config.h"

/// The values of the config file from their text. Errors: invalid; the message completes "listen …", as in
/// "must be host:port, such as \"127.0.0.1:8080\"", and never repeats a secret.
namespace crossdock::config {

/// The Error of a value that will not do; the message completes the key's name.
Error bad_value(std::string message);

/// "30s", "5m", "1h", "1d" (also "1500ms"), from one second to 30 days, or "off", which is none.
Result<Interval> parse_interval(std::string_view text);
/// "10MB": a whole number of KB, MB or GB (1024 based), in bytes.
Result<std::int64_t> parse_size(std::string_view text);
/// "127.0.0.1:8080", "[::1]:8080", "localhost:0".
Result<Listen> parse_listen(std::string_view text);
/// A channel's or account's code: [a-z0-9-], 2 to 32 characters.
Result<std::string> parse_code(std::string_view text);
/// An http or https address without user, query and fragment; a trailing slash is cut.
Result<std::string> parse_url(std::string_view text);
/// A host name or address as it stands in a Host header, without a port, in lower case.
Result<std::string> parse_host(std::string_view text);
/// An address, a network ("192.168.10.0/24") or a host name, in lower case.
Result<std::string> parse_target(std::string_view text);
/// Where a web page is from, as browsers name it: "https://shop.example.com", in lower case.
Result<std::string> parse_web_origin(std::string_view text);
/// The host of an address that parse_url accepted: "https://[::1]:80/x" gives "::1".
std::string host_of(std::string_view url);
/// Whether the address or name can only mean this machine.
bool is_loopback(std::string_view host);

/// Reads a file to its end, or as far as `most` bytes go. False when it cannot be.
bool read_at_most(std::istream& file, std::size_t most, std::string& text);

}  // namespace crossdock::config
