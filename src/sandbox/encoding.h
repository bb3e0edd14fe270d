// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

/// Encodings that simulated marketplaces share. Written apart from crypto/ on purpose: what the hub signs and what the
/// sandbox checks must not come from the same lines.
namespace crossdock::sandbox {

std::string base64_encode(std::string_view bytes);
/// Empty for a text that is not base64.
std::string base64_decode(std::string_view text);
std::string sha256_hex(std::string_view text);
/// The 32 bytes of HMAC-SHA256.
std::string hmac_sha256(std::string_view secret, std::string_view body);

/// "a%20b" is "a b"; with `plus`, "+" is a blank too. What is no escape stays as it is.
std::string percent_decode(std::string_view text, bool plus);
/// Everything but unreserved characters escaped (RFC 3986).
std::string percent_encode(std::string_view text);
/// The fields of an application/x-www-form-urlencoded body; the first of a repeated name counts.
std::map<std::string, std::string> form_fields(std::string_view body);

}  // namespace crossdock::sandbox
