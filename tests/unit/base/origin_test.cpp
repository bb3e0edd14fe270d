// SPDX-License-Identifier: Apache-2.0
#include "base/origin.h"

#include <gtest/gtest.h>

namespace crossdock {
namespace {

TEST(Origin, IsReadExactly) {
    EXPECT_EQ(parse_origin("https://Shop.Example.com"), "https://shop.example.com");
    EXPECT_EQ(parse_origin("http://127.0.0.1:3000"), "http://127.0.0.1:3000");
    for (const char* text :
         {"*", "shop.example.com", "https://", "https://a/b", "https://a/", "ftp://a", "https://a:", "null"})
        EXPECT_FALSE(parse_origin(text)) << text;
}

}  // namespace
}  // namespace crossdock
