// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "http/message.h"

/// Signatures both ways: eBay checks those of EU and UK sellers, and signs its notifications.
namespace crossdock::sandbox::ebay {

struct KeyPair {
    std::string public_key, private_key;  // base64 of SPKI and PKCS#8, without a PEM frame
};
/// The Ed25519 key of these 32 bytes.
KeyPair ed25519_key(std::string_view secret);

/// eBay's error id (215001, 215114, 215120, 215122), or 0 when the request is signed well. `public_key_of` gives the
/// base64 SPKI that belongs to a JWE, "" for a JWE eBay did not issue. `path` and `authority` as the client sent them.
int check_signature(const http::Request& request, std::string_view path, std::string_view authority, Timestamp now,
                    const std::function<std::string(std::string_view)>& public_key_of);

/// A P-256 key that signs notifications.
class NotificationKey {
public:
    NotificationKey();
    ~NotificationKey();
    NotificationKey(const NotificationKey&) = delete;
    NotificationKey& operator=(const NotificationKey&) = delete;
    /// PEM as eBay sends it: marks and base64 in one line.
    [[nodiscard]] std::string public_pem() const;
    /// Value of X-EBAY-SIGNATURE over the raw body.
    [[nodiscard]] std::string sign(std::string_view body, std::string_view kid) const;

private:
    struct Key;
    std::unique_ptr<Key> key_;
};

}  // namespace crossdock::sandbox::ebay
