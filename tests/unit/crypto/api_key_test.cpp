// SPDX-License-Identifier: Apache-2.0
#include "crypto/api_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crypto/token.h"

namespace crossdock::crypto {
namespace {

using testing::HasSubstr;

std::string some_key(ApiKeyKind kind = ApiKeyKind::live) {
    SeededRandom random{7};
    return to_text(generate_api_key(kind, random)).reveal();
}

TEST(ApiKey, ComesBackAsItWasMade) {
    SystemRandom random;
    for (const ApiKeyKind kind : {ApiKeyKind::live, ApiKeyKind::test, ApiKeyKind::publishable}) {
        const ApiKey key = generate_api_key(kind, random);
        const std::string text = to_text(key).reveal();
        EXPECT_TRUE(text.starts_with(prefix_of(kind)));
        EXPECT_EQ(text.size(), prefix_of(kind).size() + 57);
        const auto parsed = parse_api_key(text);
        ASSERT_TRUE(parsed) << parsed.error().message;
        EXPECT_EQ(parsed->kind, kind);
        EXPECT_EQ(parsed->id, key.id);
        EXPECT_EQ(parsed->secret.reveal(), key.secret.reveal());
        EXPECT_EQ(key.id.size(), 8U);
        EXPECT_EQ(key.secret.reveal().size(), 43U);
    }
}

TEST(ApiKey, ForgivesBlanksAndLineEndsAroundIt) {
    for (const std::string& text :
         {some_key() + "\r\n", "  " + some_key() + " ", some_key() + "\n", "\t" + some_key()}) {
        EXPECT_TRUE(parse_api_key(text)) << text;
    }
}

TEST(ApiKey, WithAnyOneCharacterChangedIsRefused) {
    const std::string key = some_key();
    for (std::size_t at = 0; at < key.size(); ++at) {
        for (const char replacement : std::string{"0Zq_"}) {
            std::string wrong = key;
            if (wrong[at] == replacement) continue;
            wrong[at] = replacement;
            const auto parsed = parse_api_key(wrong);
            ASSERT_FALSE(parsed) << wrong;
            EXPECT_EQ(parsed.error().kind, ErrorKind::denied);
            EXPECT_EQ(parsed.error().code, "api_key_malformed");
        }
    }
}

TEST(ApiKey, OfAnotherKindIsNotMadeByEditingThePrefix) {
    std::string key = some_key(ApiKeyKind::test);
    key.replace(0, 9, "cdk_live_");
    const auto parsed = parse_api_key(key);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().message, HasSubstr("checksum"));
}

struct BadKeyCase {
    const char* name;
    std::string text;
    const char* said;
};
class BadApiKey : public testing::TestWithParam<BadKeyCase> {};

TEST_P(BadApiKey, SaysWhatIsWrongAndNeverTheKey) {
    const auto parsed = parse_api_key(GetParam().text);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().message, HasSubstr(GetParam().said));
    EXPECT_EQ(parsed.error().message.find(some_key().substr(17, 10)), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, BadApiKey,
    testing::Values(BadKeyCase{"Empty", "", "empty"}, BadKeyCase{"Blank", " \r\n", "empty"},
                    BadKeyCase{"Quoted", '"' + some_key() + '"', "key has 68 characters, expected 66"},
                    BadKeyCase{"QuotedSingly", "'" + some_key() + "'", "without quotation marks"},
                    BadKeyCase{"QuoteInsteadOfALetter", some_key().substr(0, 65) + "\"", "quotation"},
                    BadKeyCase{"CutShort", some_key().substr(0, 60), "key has 60 characters, expected 66"},
                    BadKeyCase{"PublishableCutShort", some_key(ApiKeyKind::publishable).substr(0, 59),
                               "key has 59 characters, expected 60"},
                    BadKeyCase{"TooLong", some_key() + "0", "key has 67 characters, expected 66"},
                    BadKeyCase{"Huge", std::string(1'000'000, 'A'), "key has 1000000 characters, expected 66"},
                    BadKeyCase{"AnotherProduct", "shpat_" + std::string(60, 'a'), "begins with cdk_live_"},
                    BadKeyCase{"InnerBlank", some_key().substr(0, 30) + " " + some_key().substr(31),
                               "letters and digits"},
                    BadKeyCase{"NotAscii", some_key().substr(0, 64) + "\xC3\xA9", "letters and digits"},
                    BadKeyCase{"Checksum", some_key().substr(0, 60) + "000000", "checksum"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ApiKeySecret, MatchesItsOwnHashOnly) {
    SystemRandom random;
    const ApiKey one = generate_api_key(ApiKeyKind::live, random);
    const ApiKey other = generate_api_key(ApiKeyKind::live, random);
    EXPECT_EQ(secret_hash(one.secret).size(), 64U);
    EXPECT_TRUE(secret_matches(one.secret, secret_hash(one.secret)));
    EXPECT_FALSE(secret_matches(other.secret, secret_hash(one.secret)));
    EXPECT_FALSE(secret_matches(one.secret, kNoSuchKeyHash));
    EXPECT_FALSE(secret_matches(one.secret, ""));
}

}  // namespace
}  // namespace crossdock::crypto
