// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Signatures with key pairs: making ours, checking others'. Nothing here fails on input: a key or a signature that
/// cannot be read is simply none. Out of memory throws.
namespace crossdock::crypto {

/// The DER bytes of a key written as Base64, with or without a PEM frame, with or without line breaks. Whether they are
/// a key is not looked at.
std::optional<std::string> der_of(std::string_view text);

/// An Ed25519 signature (RFC 8032), 64 raw bytes: the same key and message always give the same one. `pkcs8` is the
/// DER of a private key; nullopt when it is none, or of another kind.
std::optional<std::string> ed25519_sign(std::string_view pkcs8, std::string_view message);

enum class MessageDigest { sha1, sha256, sha384, sha512 };
/// Whether an ECDSA signature (DER) over the message fits the public key (DER, SubjectPublicKeyInfo). SHA-1 is here
/// because a provider signs with it; nothing of ours does.
bool ecdsa_fits(std::string_view public_key, MessageDigest digest, std::string_view message,
                std::string_view signature);

}  // namespace crossdock::crypto
