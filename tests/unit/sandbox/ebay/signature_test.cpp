// SPDX-License-Identifier: Apache-2.0
#include "sandbox/ebay/signature.h"

#include <filesystem>
#include <fstream>

#include "seller_fixture.h"

namespace crossdock::sandbox::ebay {

TEST(Signature, verifies_the_published_vectors) {
    const std::filesystem::path path =
        std::filesystem::path(CROSSDOCK_SHARED_DIR) / "specs" / "ebay" / "signature_vectors.json";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "the published vectors are not here";
    std::ifstream file(path);
    const json vectors = json::parse(file)["outgoing_message_signature"];
    std::string key = vectors["public_key_pem"];
    key = key.substr(27, key.find("\n-----END") - 27);
    int checked = 0;
    for (const json& vector : vectors["vectors"]) {
        http::Request request;
        request.method = vector["request"]["method"];
        if (vector["request"]["body"].is_string()) request.body = vector["request"]["body"];
        for (const auto& [name, value] : vector["headers"].items()) request.headers.emplace_back(to_lower(name), value);
        const std::string url = vector["request"]["url"];
        const std::size_t slash = url.find('/', 8);
        const std::string authority = url.substr(8, slash - 8), path_only = url.substr(slash, url.find('?') - slash);
        const Timestamp now = from_ms(vector["created"].get<std::int64_t>() * 1000);
        const auto key_of = [&](std::string_view) { return key; };
        EXPECT_EQ(check_signature(request, path_only, authority, now, key_of), 0) << vector["name"];
        EXPECT_EQ(check_signature(request, path_only + "/x", authority, now, key_of), 215122);
        EXPECT_EQ(check_signature(request, path_only, authority, now + 1h, key_of), 215114);
        EXPECT_EQ(check_signature(request, path_only, authority, now, [](std::string_view) { return ""; }), 215122);
        if (!request.body.empty()) {
            request.body += " ";
            EXPECT_EQ(check_signature(request, path_only, authority, now, key_of), 215120);
        }
        ++checked;
    }
    EXPECT_EQ(checked, 4);
}

}  // namespace crossdock::sandbox::ebay
