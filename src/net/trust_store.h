// SPDX-License-Identifier: Apache-2.0
#pragma once

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace crossdock::net {

/// Makes `context` trust what this system trusts; SSL_CERT_FILE and SSL_CERT_DIR take its place when they are set. A
/// system without certificates leaves it trusting nobody, which the handshake's error then says.
void load_trust_store(ssl_ctx_st* context);

}  // namespace crossdock::net
