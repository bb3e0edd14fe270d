// SPDX-License-Identifier: Apache-2.0
#include "crypto/sign.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

#include "crypto/hash.h"

namespace crossdock::crypto {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using SigningContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr std::size_t kEd25519Bytes = 64;

const unsigned char* start_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

SigningContext new_signing_context() {
    SigningContext context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    if (!context) throw std::bad_alloc();
    return context;
}

const char* name_of(MessageDigest digest) {
    switch (digest) {
        case MessageDigest::sha1: return "SHA1";
        case MessageDigest::sha256: return "SHA256";
        case MessageDigest::sha384: return "SHA384";
        case MessageDigest::sha512: return "SHA512";
    }
    return "";
}

}  // namespace

std::optional<std::string> der_of(std::string_view text) {
    constexpr std::string_view frame = "-----";
    if (const auto begin = text.find(frame); begin != std::string_view::npos) {
        // -----BEGIN … KEY-----body-----END … KEY-----
        const auto body = text.find(frame, begin + frame.size());
        if (body == std::string_view::npos) return std::nullopt;
        text.remove_prefix(body + frame.size());
        text = text.substr(0, text.find(frame));
    }
    std::string packed;
    for (const char c : text)
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') packed += c;
    if (packed.empty()) return std::nullopt;
    return base64_decode(packed);
}

std::optional<std::string> ed25519_sign(std::string_view pkcs8, std::string_view message) {
    const unsigned char* at = start_of(pkcs8);
    const Key key{d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())), &EVP_PKEY_free};
    std::optional<std::string> signature;
    if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) {
        const SigningContext context = new_signing_context();
        std::string out(kEd25519Bytes, '\0');
        std::size_t size = out.size();
        if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, start_of(message),
                           message.size()) == 1 &&
            size == kEd25519Bytes)
            signature = std::move(out);
    }
    ERR_clear_error();
    return signature;
}

bool ecdsa_fits(std::string_view public_key, MessageDigest digest, std::string_view message,
                std::string_view signature) {
    const unsigned char* at = start_of(public_key);
    const Key key{d2i_PUBKEY(nullptr, &at, static_cast<long>(public_key.size())), &EVP_PKEY_free};
    bool fits = false;
    if (key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC) {
        const SigningContext context = new_signing_context();
        fits = EVP_DigestVerifyInit_ex(context.get(), nullptr, name_of(digest), nullptr, nullptr, key.get(), nullptr) ==
                   1 &&
               EVP_DigestVerify(context.get(), start_of(signature), signature.size(), start_of(message),
                                message.size()) == 1;
    }
    ERR_clear_error();
    return fits;
}

}  // namespace crossdock::crypto
