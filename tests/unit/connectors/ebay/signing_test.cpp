// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/signing.h"

#include "connectors/ebay/client.h"
#include "crypto/sign.h"
#include "unit/connectors/ebay/account.h"

namespace crossdock::connectors::ebay::tests {
namespace {

using namespace std::chrono_literals;

/// The test key of RFC 9421 (appendix B.1.4); never one of a seller.
constexpr const char* kPrivate = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";

SigningKey a_key() { return {"key-1", "jwe-1", Secret{*crypto::der_of(kPrivate)}, std::nullopt}; }

TEST(EbaySignature, EveryPublishedVector) {
    const auto file = published_json("signature_vectors.json");
    if (!file) GTEST_SKIP() << "eBay's vectors are not here";
    const Json& outgoing = (*file)["outgoing_message_signature"];
    SigningKey key{"k", "", Secret{*crypto::der_of(outgoing["private_key_pem"].get<std::string>())}, std::nullopt};
    ASSERT_EQ(outgoing["vectors"].size(), 4U);
    for (const Json& vector : outgoing["vectors"]) {
        const Json& request = vector["request"];
        const std::string body = request["body"].is_null() ? "" : request["body"].get<std::string>();
        const Json& wanted = vector["headers"];
        key.jwe = wanted["x-ebay-signature-key"];
        const auto made =
            signature_headers(key, request["method"].get<std::string>(), request["url"].get<std::string>(), body,
                              Timestamp{std::chrono::seconds{vector["created"].get<std::int64_t>()}});
        ASSERT_TRUE(made) << vector["name"];
        Json headers = Json::object();
        for (const auto& [name, value] : *made) headers[name] = value;
        EXPECT_EQ(headers, wanted) << vector["name"];
        const std::string input = wanted["Signature-Input"];
        EXPECT_EQ(signature_base(key.jwe, wanted.value("Content-Digest", ""), request["method"].get<std::string>(),
                                 request["url"].get<std::string>(), input.substr(5)),
                  vector["signature_base"]);
    }
}

TEST(EbaySignature, AuthorityAndPathAreNormalised) {
    const auto base = [](const char* url) { return signature_base("j", "", "get", url, "p"); };
    EXPECT_EQ(base("https://APIZ.ebay.com:443/sell/x?a=b"),
              "\"x-ebay-signature-key\": j\n\"@method\": GET\n\"@path\": /sell/x\n\"@authority\": apiz.ebay.com\n"
              "\"@signature-params\": p");
    EXPECT_NE(base("http://127.0.0.1:9100/ebay/x").find("\"@authority\": 127.0.0.1:9100\n"), std::string::npos);
    EXPECT_NE(base("https://apiz.ebay.com").find("\"@path\": /\n"), std::string::npos);
}

TEST(EbaySignature, KeyThatIsNoneIsADenial) {
    SigningKey key = a_key();
    key.private_key = Secret{"nonsense"};
    const auto made = signature_headers(key, "GET", "https://apiz.ebay.com/x", "", at("2026-11-20T10:00:00Z"));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, "ebay_signing_key");
}

TEST(EbaySigningKey, SurvivesTheVault) {
    SigningKey key = a_key();
    key.expires_at = at("2029-11-20T10:00:00Z");
    const auto read = parse_key(to_text(key));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, key.id);
    EXPECT_EQ(read->jwe, key.jwe);
    EXPECT_EQ(read->private_key.reveal(), key.private_key.reveal());
    EXPECT_EQ(read->expires_at, key.expires_at);
    EXPECT_FALSE(parse_key("{}"));
    EXPECT_FALSE(parse_key("rubbish"));
}

// ---- where calls are signed ---------------------------------------------------------------------------------------

constexpr const char* kTransactions =
    "GET apiz/sell/finances/v1/transaction?filter=transactionType%3A%7BREFUND%7D&filter=transactionDate%3A%5B2026-11-20"
    "T00%3A00%3A00.000Z..%5D&sort=transactionDate&limit=200&offset=0";
const PullWindow kWindow{at("2026-11-20T00:00:00Z"), std::nullopt, {}};

std::string new_key(const std::string& jwe, const std::string& expires = "1858500000") {
    return R"({"signingKeyId":"k1","jwe":")" + jwe + R"(","privateKey":")" + kPrivate +
           R"(","publicKey":"p","creationTime":1763632800,"expirationTime":)" + expires + "}";
}

Check signed_with(const std::string& jwe) {
    return [jwe](const net::HttpRequest& request) {
        EXPECT_EQ(header_of(request, "x-ebay-signature-key"), jwe);
        EXPECT_EQ(
            header_of(request, "Signature-Input"),
            R"(sig1=("x-ebay-signature-key" "@method" "@path" "@authority");created=)" + std::to_string(1795168800));
        SigningKey key = a_key();
        key.jwe = jwe;
        const auto expected = signature_headers(key, "GET", request.url, "", at("2026-11-20T10:00:00Z"));
        EXPECT_EQ(header_of(request, "Signature"), expected->back().second);
        EXPECT_EQ(header_of(request, "Content-Digest"), "-");
    };
}

TEST(EbaySigning, BritishSellerSignsWithAKeyOfItsOwnThatIsKept) {
    Account account(R"({"marketplace_id":"EBAY_GB"})", kProfileGb);
    account.token();
    account.application_token();
    account.answer("POST apiz/developer/key_management/v1/signing_key", 200, new_key("jwe-9"),
                   [](const net::HttpRequest& request) {
                       EXPECT_EQ(request.body, R"({"signingKeyCipher":"ED25519"})");
                       EXPECT_EQ(header_of(request, "Authorization"), "Bearer app-1");
                       EXPECT_EQ(header_of(request, "Signature"), "-");
                   });
    account.answer(kTransactions, 204, "", signed_with("jwe-9"));
    EXPECT_TRUE(account.connector().refund_source()->fetch_refunds(kWindow, ""));
    ASSERT_TRUE(account.vault.kept.contains("signing_key"));
    // After a restart the kept key serves.
    account.reopen(true);
    account.token();
    account.answer(kTransactions, 204, "", signed_with("jwe-9"));
    EXPECT_TRUE(account.connector().refund_source()->fetch_refunds(kWindow, ""));
}

TEST(EbaySigning, KeyThatEndsSoonIsReplacedOrServesAWhileYet) {
    Account account(R"({"marketplace_id":"EBAY_GB"})", kProfileGb);
    SigningKey old = a_key();
    old.jwe = "jwe-old";
    old.expires_at = at("2026-12-01T00:00:00Z");
    account.vault.kept["signing_key"] = to_text(old);
    account.token();
    account.application_token();
    account.answer("POST apiz/developer/key_management/v1/signing_key", 500, "");
    account.answer(kTransactions, 204, "", signed_with("jwe-old"));
    EXPECT_TRUE(account.connector().refund_source()->fetch_refunds(kWindow, ""));
    account.answer("POST apiz/developer/key_management/v1/signing_key", 200, new_key("jwe-new"));
    account.answer(kTransactions, 204, "", signed_with("jwe-new"));
    EXPECT_TRUE(account.connector().refund_source()->fetch_refunds(kWindow, ""));
}

TEST(EbaySigning, AmericanSellerSignsOnlyWhenEbayAsks) {
    Account account;
    account.token();
    account.answer(kTransactions, 400, errors(215001, "Missing x-ebay-signature-key header"),
                   [](const net::HttpRequest& request) { EXPECT_EQ(header_of(request, "Signature"), "-"); });
    account.application_token();
    account.answer("POST apiz/developer/key_management/v1/signing_key", 200, new_key("jwe-9"));
    account.answer(kTransactions, 204, "", signed_with("jwe-9"));
    EXPECT_TRUE(account.connector().refund_source()->fetch_refunds(kWindow, ""));
    account.answer(kTransactions, 204, "", signed_with("jwe-9"));  // and then remembers
    EXPECT_TRUE(account.connector().refund_source()->fetch_refunds(kWindow, ""));
}

TEST(EbaySigning, WithoutAKeyTheCallIsNotSent) {
    Account account(R"({"marketplace_id":"EBAY_GB"})", kProfileGb);
    account.token();
    account.application_token();
    account.answer("POST apiz/developer/key_management/v1/signing_key", 200, "{}");
    const auto page = account.connector().refund_source()->fetch_refunds(kWindow, "");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
    EXPECT_FALSE(effect_unknown(page.error()));
    EXPECT_FALSE(account.vault.kept.contains("signing_key"));
}

TEST(EbaySigning, OtherCallsAreNotSigned) {
    Account account(R"({"marketplace_id":"EBAY_GB"})", kProfileGb);
    account.token();
    account.answer("GET /sell/fulfillment/v1/order/1-1?fieldGroups=TAX_BREAKDOWN", 200, R"({"orderId":"1-1"})",
                   [](const net::HttpRequest& request) { EXPECT_EQ(header_of(request, "Signature"), "-"); });
    EXPECT_TRUE(account.connector().order_source()->fetch_order("1-1"));
}

}  // namespace
}  // namespace crossdock::connectors::ebay::tests
