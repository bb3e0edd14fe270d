// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Digests and the text forms they travel in. Bytes are std::string throughout; a digest is "raw" unless its name says
/// hex. Nothing here fails on input, but for the decoders. Out of memory, or an OpenSSL without SHA-256, throws.
namespace crossdock::crypto {

/// SHA-256, 32 raw bytes.
std::string sha256(std::string_view bytes);
/// SHA-256, 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);
/// HMAC-SHA256 (RFC 2104), 32 raw bytes. Keys of any length, empty ones too.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// SHA-256 over pieces, for what does not fit into memory.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void update(std::string_view bytes);
    /// The digest of everything so far, 32 raw bytes. Nothing may be added afterwards.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Base64 (RFC 4648, section 4) with padding, no line breaks.
std::string base64_encode(std::string_view bytes);
/// Strict: the exact text that base64_encode gives, else nothing. No blanks, no missing padding, no stray bits.
std::optional<std::string> base64_decode(std::string_view text);
/// Base64url (RFC 4648, section 5) without padding.
std::string base64url_encode(std::string_view bytes);
/// Strict, as base64_decode; padding is refused.
std::optional<std::string> base64url_decode(std::string_view text);

/// CRC-32 (IEEE 802.3, as in zip and PNG). Finds slips of the pen, never forgeries.
std::uint32_t crc32(std::string_view bytes);

/// Of OpenSSL, which is inside.
std::string library_version();

}  // namespace crossdock::crypto
