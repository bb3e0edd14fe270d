// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "crypto/hash.h"

namespace crossdock::crypto {
namespace {

// The bodies are Shopify's own samples, byte for byte; their codes are published beside them.
std::optional<std::string> webhook_body(const std::string& name) {
    for (const std::string& folder : {std::string{CROSSDOCK_SOURCE_DIR} + "/tests/fixtures/shopify/",
                                      std::string{CROSSDOCK_SHARED_DIR} + "/specs/shopify/examples/"}) {
        std::ifstream file(folder + name, std::ios::binary);
        if (file) return std::string{std::istreambuf_iterator<char>(file), {}};
    }
    return std::nullopt;
}

struct BodyCase {
    const char* file;
    std::size_t bytes;
    const char* code;
};
class WebhookBody : public testing::TestWithParam<BodyCase> {};

TEST_P(WebhookBody, HasThePublishedHmac) {
    const auto body = webhook_body(GetParam().file);
    if (!body) GTEST_SKIP() << GetParam().file << " is not in tests/fixtures/shopify";
    ASSERT_EQ(body->size(), GetParam().bytes);
    EXPECT_EQ(base64_encode(hmac_sha256("crossdock-test-secret", *body)), GetParam().code);
    EXPECT_NE(base64_encode(hmac_sha256("crossdock-test-secret", *body + "\n")), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Shopify, WebhookBody,
    testing::Values(BodyCase{"webhook_orders_create.json", 7523, "xRAod30b9h5Jy5Y1Youa/LAyb7uuu12x25qneIVwsQQ="},
                    BodyCase{"webhook_refunds_create.json", 4727, "3D1G3V294eR6acAn94VmrPJcDA9SE4OklkLS2jvWl0A="}),
    [](const auto& row) { return std::filesystem::path(row.param.file).stem().string(); });

}  // namespace
}  // namespace crossdock::crypto
