// SPDX-License-Identifier: Apache-2.0
#include "crypto/sign.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::crypto {
namespace {

std::string bytes_of_hex(std::string_view hex) {
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out += static_cast<char>(hex_digit(hex[i]) * 16 + hex_digit(hex[i + 1]));
    return out;
}

/// A private key as PKCS #8, from the 32 bytes that RFC 8032 prints.
std::string pkcs8(std::string_view seed_hex) {
    return bytes_of_hex("302e020100300506032b657004220420") + bytes_of_hex(seed_hex);
}

struct Rfc8032 {
    const char* seed;
    const char* message;
    const char* signature;
};
/// RFC 8032, section 7.1, tests 1 to 3.
constexpr Rfc8032 kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"},
};

TEST(Ed25519, GivesThePublishedSignatures) {
    for (const Rfc8032& one : kVectors) {
        const auto signature = ed25519_sign(pkcs8(one.seed), bytes_of_hex(one.message));
        ASSERT_TRUE(signature);
        EXPECT_EQ(to_hex(*signature), one.signature);
    }
}

TEST(Ed25519, IsNothingWithoutAKeyOfThatKind) {
    EXPECT_FALSE(ed25519_sign("", "message"));
    EXPECT_FALSE(ed25519_sign("no key", "message"));
    EXPECT_FALSE(ed25519_sign(pkcs8("00"), "message"));
    // A P-256 key (RFC 5915 in PKCS #8), which signs otherwise.
    const auto ec = der_of(
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2OF/"
        "2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMv"
        "dyHKcvjBeBSDZH2r1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G");
    ASSERT_TRUE(ec);
    EXPECT_FALSE(ed25519_sign(*ec, "message"));
}

TEST(Der, IsReadFromEveryFormAKeyComesIn) {
    const std::string der = "\x01\x02\x03\x04", text = base64_encode(der);
    EXPECT_EQ(der_of(text), der);
    EXPECT_EQ(der_of(" " + text + "\n"), der);
    EXPECT_EQ(der_of("-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n"), der);
    // As eBay sends it: without line breaks.
    EXPECT_EQ(der_of("-----BEGIN PUBLIC KEY-----" + text + "-----END PUBLIC KEY-----"), der);
    EXPECT_FALSE(der_of(""));
    EXPECT_FALSE(der_of("-----BEGIN PUBLIC KEY"));
    EXPECT_FALSE(der_of("not base64!"));
}

/// RFC 6979, A.2.5: P-256, message "sample", with SHA-1 and SHA-256. The signatures are r and s as DER.
constexpr const char* kPublicX = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
constexpr const char* kPublicY = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
const std::string kPublic = bytes_of_hex("3059301306072A8648CE3D020106082A8648CE3D03010703420004") +
                            bytes_of_hex(kPublicX) + bytes_of_hex(kPublicY);
const std::string kWithSha1 = bytes_of_hex(
    "3044022061340C88C3AAEBEB4F6D667F672CA9759A6CCAA9FA8811313039EE4A35471D3202206D7F147DAC089441BB2E2FE8F7A3FA264B9C47"
    "5098FDCF6E00D7C996E1B8B7EB");
const std::string kWithSha256 = bytes_of_hex(
    "3046022100EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716022100F7CB1C942D657C41D436C7A1B6E29F65F3"
    "E900DBB9AFF4064DC4AB2F843ACDA8");

TEST(Ecdsa, FitsThePublishedSignatures) {
    EXPECT_TRUE(ecdsa_fits(kPublic, MessageDigest::sha1, "sample", kWithSha1));
    EXPECT_TRUE(ecdsa_fits(kPublic, MessageDigest::sha256, "sample", kWithSha256));
}

TEST(Ecdsa, RefusesWhatWasChanged) {
    EXPECT_FALSE(ecdsa_fits(kPublic, MessageDigest::sha256, "Sample", kWithSha256));
    EXPECT_FALSE(ecdsa_fits(kPublic, MessageDigest::sha1, "sample", kWithSha256));
    EXPECT_FALSE(ecdsa_fits(kPublic, MessageDigest::sha256, "sample", ""));
    EXPECT_FALSE(ecdsa_fits(kPublic, MessageDigest::sha256, "sample", kWithSha256.substr(0, 40)));
    EXPECT_FALSE(ecdsa_fits("", MessageDigest::sha256, "sample", kWithSha256));
    std::string other = kPublic;
    other.back() = static_cast<char>(other.back() ^ 1);
    EXPECT_FALSE(ecdsa_fits(other, MessageDigest::sha256, "sample", kWithSha256));
}

}  // namespace
}  // namespace crossdock::crypto
