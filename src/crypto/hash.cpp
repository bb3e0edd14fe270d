// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <new>
#include <stdexcept>

#include "base/text.h"

namespace crossdock::crypto {
namespace {

constexpr std::size_t kDigestBytes = 32;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Fetched once: EVP_sha256() and the EVP_Q_ functions look the algorithm up on every call.
const EVP_MD* sha256_method() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> method{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                        &EVP_MD_free};
    if (!method) throw std::runtime_error("OpenSSL offers no SHA-256");
    return method.get();
}

EVP_MAC* hmac_method() {
    static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> method{EVP_MAC_fetch(nullptr, "HMAC", nullptr),
                                                                          &EVP_MAC_free};
    if (!method) throw std::runtime_error("OpenSSL offers no HMAC");
    return method.get();
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? (value >> 1U) ^ 0xEDB88320U : value >> 1U;
        table[i] = value;
    }
    return table;
}
constexpr auto kCrcTable = make_crc_table();

}  // namespace

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (!state_->context) throw std::bad_alloc();
    if (EVP_DigestInit_ex2(state_->context.get(), sha256_method(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 could not be started");
    }
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
    if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
}

std::string Sha256::finish() {
    std::string digest(kDigestBytes, '\0');
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(state_->context.get(), bytes_of(digest), &size) != 1 || size != kDigestBytes) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

std::string sha256(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

std::string hmac_sha256(std::string_view key, std::string_view message) {
    const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{EVP_MAC_CTX_new(hmac_method()),
                                                                            &EVP_MAC_CTX_free};
    if (!context) throw std::bad_alloc();
    std::array<char, 7> digest_name{"SHA256"};
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0), OSSL_PARAM_construct_end()};
    // A null key means "the key of before" to OpenSSL, so an empty one needs an address, too.
    const std::string_view key_or_empty = key.data() == nullptr ? std::string_view{""} : key;
    std::string digest(kDigestBytes, '\0');
    std::size_t size = 0;
    if (EVP_MAC_init(context.get(), bytes_of(key_or_empty), key.size(), parameters.data()) != 1 ||
        EVP_MAC_update(context.get(), bytes_of(message), message.size()) != 1 ||
        EVP_MAC_final(context.get(), bytes_of(digest), &size, digest.size()) != 1 || size != kDigestBytes) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
    return digest;
}

std::uint32_t crc32(std::string_view bytes) {
    std::uint32_t value = 0xFFFFFFFFU;
    for (const char c : bytes) value = kCrcTable[(value ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (value >> 8U);
    return value ^ 0xFFFFFFFFU;
}

std::string library_version() { return OPENSSL_VERSION_STR; }

}  // namespace crossdock::crypto
