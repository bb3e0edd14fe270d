// SPDX-License-Identifier: Apache-2.0
#include "crypto/seal.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"

namespace crossdock::crypto {
namespace {

SealingKey some_key(std::uint64_t seed = 1) {
    SeededRandom random{seed};
    return generate_sealing_key(random);
}

TEST(Seal, OpensWithItsKeyAtItsPlaceOnly) {
    SystemRandom random;
    const SealingKey key = some_key();
    for (const char* text : {"", "x", "Atzr|IwEBIJ… with UTF-8 ü"}) {
        const std::string sealed = seal(key, Secret{text}, "channel 3: refresh_token", random);
        EXPECT_EQ(sealed.find("Atzr"), std::string::npos);
        const auto opened = open_sealed(key, sealed, "channel 3: refresh_token");
        ASSERT_TRUE(opened) << opened.error().message;
        EXPECT_EQ(opened->reveal(), text);
        EXPECT_EQ(open_sealed(key, sealed, "channel 4: refresh_token").error().code, "seal_broken");
        EXPECT_EQ(open_sealed(some_key(2), sealed, "channel 3: refresh_token").error().code, "seal_broken");
    }
}

TEST(Seal, IsNeverTheSameTwice) {
    SystemRandom random;
    const SealingKey key = some_key();
    EXPECT_NE(seal(key, Secret{"same"}, "p", random), seal(key, Secret{"same"}, "p", random));
}

TEST(Seal, NoticesEveryFlippedBit) {
    SystemRandom random;
    const SealingKey key = some_key();
    const std::string bytes = *base64_decode(seal(key, Secret{"a secret"}, "p", random));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string bad = bytes;
        bad[i] = static_cast<char>(bad[i] ^ 1);
        EXPECT_FALSE(open_sealed(key, base64_encode(bad), "p")) << "byte " << i;
    }
    for (const char* junk : {"", "AAAA", "not base64!"}) EXPECT_FALSE(open_sealed(key, junk, "p"));
}

// Worked out with Node.js (crypto, aes-256-gcm): key 00..1f, nonce of 12 zero bytes, associated data "p", plain "hello".
TEST(Seal, SpeaksStandardAesGcm) {
    const auto key = parse_sealing_key("crossdock-key-1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    ASSERT_TRUE(key);
    const auto opened = open_sealed(*key, "AAAAAAAAAAAAAAAAZtnZstqDEKp2NLV/FXStPSG7oe6R", "p");
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->reveal(), "hello");
}

TEST(SealingKeyFile, ComesBackAndRefusesAnythingElse) {
    const SealingKey key = some_key();
    const auto read = parse_sealing_key("  " + to_text(key) + "\r\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, key.id);
    EXPECT_EQ(read->bytes.reveal(), key.bytes.reveal());
    EXPECT_EQ(key.id.size(), 16U);
    for (const char* bad : {"", "crossdock-key-1:", "crossdock-key-1:00", "crossdock-key-2:00",
                            "crossdock-key-1:zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"})
        EXPECT_EQ(parse_sealing_key(bad).error().code, "key_file_unreadable") << bad;
}

}  // namespace
}  // namespace crossdock::crypto
