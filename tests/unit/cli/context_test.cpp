// SPDX-License-Identifier: Apache-2.0
#include "cli/context.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/temporary_folder.h"

namespace crossdock::cli {
namespace {

/// The lines of a config file that are an error.
std::vector<int> wrong_lines(const std::string& text, Secrets secrets) {
    const crossdock::testing::TemporaryFolder folder;
    std::ofstream(folder / "crossdock.toml", std::ios::binary) << text;
    std::ostringstream printed;
    Output output(printed, printed, false);
    const Context context{output, folder.file("crossdock.toml")};
    const CheckedConfig checked = read_config(context, secrets);
    EXPECT_FALSE(checked.config);
    std::vector<int> lines;
    for (const config::Finding& finding : checked.findings)
        if (finding.severity == config::Severity::error) lines.push_back(finding.line);
    return lines;
}

std::string shop(const std::string& code, const std::string& credentials) {
    return "[[channel]]\ncode = \"" + code + "\"\nprovider = \"shopify\"\n[channel.credentials]\n" + credentials + "\n";
}

TEST(ErrorsOfAConfigFile, AreToldAtOnceAndNotWhatFollowsFromAnother) {
    const std::string text = shop("no-file", "shop = \"a.example\"\naccess_token = \"file:gone\"") +         // 5, 6
                             shop("no-shop", "access_token = \"shpat_1\"") +                                 // 10
                             shop("empty", "shop = \"c.myshopify.com\"\naccess_token = \"\"") +              // 17
                             shop("a-list", "shop = \"d.myshopify.com\"\naccess_token = [\"shpat_1\"]") +    // 23
                             shop("misspelled", "shop = \"e.myshopify.com\"\nacces_token = \"file:gone\"");  // 27, 29
    // No token is missed where there is one that cannot be read.
    EXPECT_EQ(wrong_lines(text, Secrets::needed), (std::vector<int>{5, 6, 10, 17, 23, 27, 29}));
    // Where it may be absent, the other credentials are looked at all the same.
    EXPECT_EQ(wrong_lines(text, Secrets::not_needed), (std::vector<int>{5, 10, 17, 23, 27}));
}

}  // namespace
}  // namespace crossdock::cli
