// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/secret.h"
#include "base/time.h"
#include "net/http_client.h"

namespace crossdock::webhooks {

/// A new secret: "whsec_" and 32 random bytes in Base64. Source: Standard Webhooks 1.0, "Signature scheme".
Secret make_signing_secret(Random& random);

/// What proves to the receiver that the request is ours, whole, and new. `secrets` are those that live, oldest first;
/// more than one during a rotation.
///  - webhook-id, webhook-timestamp, webhook-signature: Standard Webhooks 1.0: "v1," and base64(HMAC-SHA256(the
///  secret's
///    bytes, "id.timestamp.body")), one for each secret, blank-separated.
///  - SM-Signature: hex(HMAC-SHA256(the secret's text, body)), for receivers that compare one value. During a rotation
///  it is
///    made with the older secret, so that nothing breaks before the receiver has taken the new one.
net::Headers signature_headers(std::string_view event_id, Timestamp at, std::string_view body,
                               const std::vector<Secret>& secrets);

}  // namespace crossdock::webhooks
