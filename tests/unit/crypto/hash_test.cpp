// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace crossdock::crypto {
namespace {

struct DigestCase {
    const char* name;
    std::string text;
    const char* hex;
};
class Sha256Of : public testing::TestWithParam<DigestCase> {};

TEST_P(Sha256Of, IsThePublishedDigest) {
    EXPECT_EQ(sha256_hex(GetParam().text), GetParam().hex);
    EXPECT_EQ(to_hex(sha256(GetParam().text)), GetParam().hex);
}

// FIPS 180-2, appendix B, and the digest of nothing.
INSTANTIATE_TEST_SUITE_P(
    Published, Sha256Of,
    testing::Values(DigestCase{"Empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                    DigestCase{"Abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
                    DigestCase{"TwoBlocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
                    DigestCase{"AMillion", std::string(1'000'000, 'a'),
                               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Sha256InPieces, EqualsTheDigestOfTheWhole) {
    Sha256 hash;
    for (int i = 0; i < 1000; ++i) hash.update(std::string(1000, 'a'));
    EXPECT_EQ(to_hex(hash.finish()), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

struct HmacCase {
    const char* name;
    std::string key, message;
    const char* hex;
    std::size_t compared = 64;  // hex digits; the fifth vector is published truncated
};
class HmacSha256Of : public testing::TestWithParam<HmacCase> {};

TEST_P(HmacSha256Of, IsThePublishedCode) {
    EXPECT_EQ(to_hex(hmac_sha256(GetParam().key, GetParam().message)).substr(0, GetParam().compared), GetParam().hex);
}

std::string counting(int first, int last) {
    std::string bytes;
    for (int i = first; i <= last; ++i) bytes += static_cast<char>(i);
    return bytes;
}

// RFC 4231, section 4.
INSTANTIATE_TEST_SUITE_P(
    Rfc4231, HmacSha256Of,
    testing::Values(HmacCase{"One", std::string(20, '\x0b'), "Hi There",
                             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
                    HmacCase{"Two", "Jefe", "what do ya want for nothing?",
                             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
                    HmacCase{"Three", std::string(20, '\xaa'), std::string(50, '\xdd'),
                             "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
                    HmacCase{"Four", counting(0x01, 0x19), std::string(50, '\xcd'),
                             "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
                    HmacCase{"Five", std::string(20, '\x0c'), "Test With Truncation",
                             "a3b6167473100ee06e0c796c2955552b", 32},
                    HmacCase{"KeyLongerThanABlock", std::string(131, '\xaa'),
                             "Test Using Larger Than Block-Size Key - Hash Key First",
                             "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
                    HmacCase{"BothLong", std::string(131, '\xaa'),
                             "This is a test using a larger than block-size key and a larger than block-size data. The "
                             "key needs to be hashed before being used by the HMAC algorithm.",
                             "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(HmacSha256, TakesAnEmptyKeyAndAnEmptyMessage) {
    EXPECT_EQ(to_hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    EXPECT_EQ(to_hex(hmac_sha256("", "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(HmacSha256, SignsAShopifyWebhookBody) {
    EXPECT_EQ(base64_encode(hmac_sha256("crossdock-test-secret", "{}")),
              "E0ehrC8Z3Gjci99VQAbEy/Df82U4RdUrn2f8VEkwPFw=");
    EXPECT_EQ(base64_encode(hmac_sha256("crossdock-test-secret", "{\"id\":1,\"name\":\"\xC3\x9C\x62\x65r\"}")),
              "VPAZUPBVpVIRRQQLvgn/90uetblUmUZ9Dcrht8AIMok=");
}

struct Base64Case {
    const char* bytes;
    const char* text;
    const char* url;
};
class Base64 : public testing::TestWithParam<Base64Case> {};

TEST_P(Base64, GoesThereAndBack) {
    EXPECT_EQ(base64_encode(GetParam().bytes), GetParam().text);
    EXPECT_EQ(base64_decode(GetParam().text), GetParam().bytes);
    EXPECT_EQ(base64url_encode(GetParam().bytes), GetParam().url);
    EXPECT_EQ(base64url_decode(GetParam().url), GetParam().bytes);
}

// RFC 4648, section 10; the last row uses the two characters in which the alphabets differ.
INSTANTIATE_TEST_SUITE_P(Rfc4648, Base64,
                         testing::Values(Base64Case{"", "", ""}, Base64Case{"f", "Zg==", "Zg"},
                                         Base64Case{"fo", "Zm8=", "Zm8"}, Base64Case{"foo", "Zm9v", "Zm9v"},
                                         Base64Case{"foob", "Zm9vYg==", "Zm9vYg"},
                                         Base64Case{"fooba", "Zm9vYmE=", "Zm9vYmE"},
                                         Base64Case{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                                         Base64Case{"\xfb\xff\xfe", "+//+", "-__-"}));

TEST(Base64Decode, RefusesEveryOtherSpelling) {
    for (const char* text : {"Zg", "Zg=", "Zg===", "Zm8", "Zm9v\n", " Zm9v", "Zm9v====", "=",
                             "====", "Z===", "Zh==", "Zm9=", "-__-", "Zm\x39=v", "Zg==Zg==", "\xc3\x9c=="}) {
        EXPECT_EQ(base64_decode(text), std::nullopt) << text;
    }
    for (const char* text : {"Z", "Zg==", "Zh", "Zm9", "+//+", "Zm9v "}) {
        EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
    }
}

TEST(Base64, CarriesEveryByte) {
    const std::string bytes = counting(0, 255);
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
}

TEST(Crc32, IsThePublishedCheckValue) {
    EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
    EXPECT_EQ(crc32(""), 0U);
}

}  // namespace
}  // namespace crossdock::crypto
