// SPDX-License-Identifier: Apache-2.0
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <filesystem>

#include "net/trust_store.h"

namespace crossdock::net {

void load_trust_store(SSL_CTX* context) {
    SSL_CTX_set_default_verify_paths(context);
    if (std::getenv("SSL_CERT_FILE") != nullptr || std::getenv("SSL_CERT_DIR") != nullptr) return;
    std::error_code error;
    const std::filesystem::path folder{X509_get_default_cert_dir()};
    if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error)) return;
    // A statically linked OpenSSL looks where its builder kept certificates; other distributions keep them elsewhere.
    for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
        if (std::filesystem::exists(file, error) && SSL_CTX_load_verify_file(context, file) == 1) return;
    }
}

}  // namespace crossdock::net
