// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <wincrypt.h>

// wincrypt.h takes names of OpenSSL's for macros of its own.
#undef X509_NAME
#undef X509_EXTENSIONS
#undef PKCS7_SIGNER_INFO
#undef OCSP_REQUEST
#undef OCSP_RESPONSE

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "net/trust_store.h"

namespace crossdock::net {
namespace {

struct CloseStore {
    void operator()(void* store) const { ::CertCloseStore(store, 0); }
};
struct FreeChain {
    void operator()(const CERT_CHAIN_CONTEXT* chain) const { ::CertFreeCertificateChain(chain); }
};
struct FreeCertificate {
    void operator()(const CERT_CONTEXT* certificate) const { ::CertFreeCertificateContext(certificate); }
    void operator()(X509* certificate) const { X509_free(certificate); }
};

void trust(X509_STORE* store, const CERT_CONTEXT& certificate) {
    const unsigned char* bytes = certificate.pbCertEncoded;
    const std::unique_ptr<X509, FreeCertificate> root{
        d2i_X509(nullptr, &bytes, static_cast<long>(certificate.cbCertEncoded))};
    // One that OpenSSL cannot read, or has already, is none that is missed.
    if (root) X509_STORE_add_cert(store, root.get());
}

void trust_system_roots(X509_STORE* store) {
    const std::unique_ptr<void, CloseStore> roots{::CertOpenSystemStoreW(0, L"ROOT")};
    if (!roots) return;
    for (const CERT_CONTEXT* at = nullptr; (at = ::CertEnumCertificatesInStore(roots.get(), at)) != nullptr;)
        trust(store, *at);
}

std::vector<unsigned char> bytes_of(X509* certificate) {
    const int size = i2d_X509(certificate, nullptr);
    if (size <= 0) return {};
    std::vector<unsigned char> bytes(static_cast<std::size_t>(size));
    unsigned char* into = bytes.data();
    i2d_X509(certificate, &into);
    return bytes;
}

using Certificate = std::unique_ptr<const CERT_CONTEXT, FreeCertificate>;

Certificate to_windows(X509* certificate) {
    const auto bytes = bytes_of(certificate);
    return Certificate{
        ::CertCreateCertificateContext(X509_ASN_ENCODING, bytes.data(), static_cast<DWORD>(bytes.size()))};
}

/// Windows holds only the roots that somebody has asked for; the others it fetches as it builds a chain. Lets it build
/// the one that was shown to us, and takes the root when Windows itself trusts it.
bool learn_root(X509_STORE_CTX* shown) {
    X509* const leaf = X509_STORE_CTX_get0_cert(shown);
    if (leaf == nullptr) return false;
    const Certificate first = to_windows(leaf);
    const std::unique_ptr<void, CloseStore> others{::CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, nullptr)};
    if (!first || !others) return false;
    STACK_OF(X509)* const sent = X509_STORE_CTX_get0_untrusted(shown);
    for (int i = 0; i < sk_X509_num(sent); ++i)
        if (const Certificate next = to_windows(sk_X509_value(sent, i)))
            ::CertAddCertificateContextToStore(others.get(), next.get(), CERT_STORE_ADD_USE_EXISTING, nullptr);
    CERT_CHAIN_PARA wanted{};
    wanted.cbSize = sizeof wanted;
    const CERT_CHAIN_CONTEXT* built = nullptr;
    if (!::CertGetCertificateChain(nullptr, first.get(), nullptr, others.get(), &wanted, 0, nullptr, &built))
        return false;
    const std::unique_ptr<const CERT_CHAIN_CONTEXT, FreeChain> chain{built};
    if (chain->TrustStatus.dwErrorStatus != CERT_TRUST_NO_ERROR || chain->cChain == 0) return false;
    const CERT_SIMPLE_CHAIN& simple = *chain->rgpChain[0];
    if (simple.cElement == 0) return false;
    trust(X509_STORE_CTX_get0_store(shown), *simple.rgpElement[simple.cElement - 1]->pCertContext);
    return true;
}

/// The same question once more, to the same store; a context answers only once.
bool verifies_now(X509_STORE_CTX* shown) {
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> again{X509_STORE_CTX_new(),
                                                                                &X509_STORE_CTX_free};
    if (!again || X509_STORE_CTX_init(again.get(), X509_STORE_CTX_get0_store(shown), X509_STORE_CTX_get0_cert(shown),
                                      X509_STORE_CTX_get0_untrusted(shown)) != 1)
        return false;
    // Host name, purpose, depth.
    X509_VERIFY_PARAM_set1(X509_STORE_CTX_get0_param(again.get()), X509_STORE_CTX_get0_param(shown));
    if (X509_verify_cert(again.get()) != 1) return false;
    X509_STORE_CTX_set0_verified_chain(shown, X509_STORE_CTX_get1_chain(again.get()));
    X509_STORE_CTX_set_error(shown, X509_V_OK);
    return true;
}

int verify(X509_STORE_CTX* shown, void*) {
    if (X509_verify_cert(shown) == 1) return 1;
    const int error = X509_STORE_CTX_get_error(shown);
    const bool no_root = error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ||
                         error == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT || error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
    return no_root && learn_root(shown) && verifies_now(shown) ? 1 : 0;
}

}  // namespace

void load_trust_store(SSL_CTX* context) {
    if (std::getenv("SSL_CERT_FILE") != nullptr || std::getenv("SSL_CERT_DIR") != nullptr) {
        SSL_CTX_set_default_verify_paths(context);
        return;
    }
    trust_system_roots(SSL_CTX_get_cert_store(context));
    SSL_CTX_set_cert_verify_callback(context, verify, nullptr);
}

}  // namespace crossdock::net
