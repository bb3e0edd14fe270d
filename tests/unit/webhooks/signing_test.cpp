// SPDX-License-Identifier: Apache-2.0
#include "webhooks/signing.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "crypto/hash.h"

namespace crossdock::webhooks {
namespace {

std::string value_of(const net::Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

// The example of the reference libraries of Standard Webhooks 1.0 (github.com/standard-webhooks, tests of every
// language).
TEST(Signing, IsThatOfStandardWebhooks) {
    const auto headers =
        signature_headers("msg_p5jXN8AQM9LWM0D4loKWxJek", Timestamp{std::chrono::seconds{1614265330}},
                          R"({"test": 2432232314})", {Secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
    EXPECT_EQ(value_of(headers, "webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
    EXPECT_EQ(value_of(headers, "webhook-timestamp"), "1614265330");
    EXPECT_EQ(value_of(headers, "webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

// The receiver's side of the older header: createHmac("sha256", secret).update(payload).digest("hex"), the secret as
// shown. The expected text is from: printf '{"a":1}' | openssl dgst -sha256 -hmac
// 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='
TEST(Signing, PlainHexIsOfTheBodyAloneWithTheSecretAsShown) {
    const auto headers = signature_headers("evt_1", Timestamp{std::chrono::seconds{1}}, R"({"a":1})",
                                           {Secret{"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}});
    EXPECT_EQ(value_of(headers, "SM-Signature"), "d3f1ea16147b8b8d0304fe2a9559b4b4b84d057af19b132191df3378cbd1234a");
}

TEST(Signing, TwoSecretsGiveTwoSignaturesAndThePlainOneIsOfTheOlder) {
    const Secret old_secret{"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="};
    const Secret new_secret{"whsec_/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="};
    const Timestamp at{std::chrono::seconds{1'700'000'000}};
    const auto both = signature_headers("evt_1", at, "{}", {old_secret, new_secret});
    const auto with_old = signature_headers("evt_1", at, "{}", {old_secret});
    const auto with_new = signature_headers("evt_1", at, "{}", {new_secret});
    EXPECT_EQ(value_of(both, "webhook-signature"),
              value_of(with_old, "webhook-signature") + " " + value_of(with_new, "webhook-signature"));
    EXPECT_EQ(value_of(both, "SM-Signature"), value_of(with_old, "SM-Signature"));
    EXPECT_NE(value_of(with_old, "SM-Signature"), value_of(with_new, "SM-Signature"));
}

TEST(Signing, ANewSecretHas32BytesAndIsNeverTheSame) {
    SystemRandom random;
    const Secret one = make_signing_secret(random);
    ASSERT_TRUE(one.reveal().starts_with("whsec_"));
    EXPECT_EQ(crypto::base64_decode(one.reveal().substr(6)).value().size(), 32U);
    EXPECT_NE(one.reveal(), make_signing_secret(random).reveal());
}

}  // namespace
}  // namespace crossdock::webhooks
