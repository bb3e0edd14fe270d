// SPDX-License-Identifier: Apache-2.0
// A key with a dialect, made by the program's own command, against the program's own server.
#include <fstream>
#include <set>

#include "base/text.h"
#include "integration/running_hub.h"
#include "support/temporary_folder.h"

namespace crossdock::testing {
namespace {

std::string header_of(const Answer& answer, const std::string& wanted) {
    for (const auto& [name, value] : answer.headers)
        if (equals_ignoring_case(name, wanted)) return value;
    return "";
}

TEST(Dialects, OfAKeyMadeByCommandAreSpokenByTheServer) {
    const RunningSandbox sandbox({"--orders", "12", "--still"});  // as many for all the while
    TemporaryFolder folder;
    std::ofstream(folder.path() / "crossdock.toml") << config_text(sandbox.url());
    RunningHub hub(folder.path());
    Client plain(hub.url(), hub.make_key());
    ASSERT_TRUE(is_filled(plain, 12));

    const Ran wrong = hub.command({"key", "create", "--dialect", "format=cvs"});
    EXPECT_EQ(wrong.code, 1) << wrong.err;
    EXPECT_NE(wrong.err.find("format=json|csv|xml"), std::string::npos) << wrong.err;
    const Ran made = hub.command(
        {"key", "create", "--json", "--name", "till", "--dialect", "foxpro,format=csv,max-page-bytes=4096"});
    ASSERT_EQ(made.code, 0) << made.err;
    const json key = json::parse(made.out);
    Client till(hub.url(), key.at("key"));

    // Every order, in pages that are small. One whose lines find their item meanwhile, since the catalogue came after
    // it, has changed and is listed again.
    std::set<std::string> orders;
    std::string query = "cursor=";
    for (int pages = 0; pages < 100; ++pages) {
        const Answer page = till.get("/api/v1/orders?" + query);
        ASSERT_EQ(page.status, 200) << page.text;
        EXPECT_EQ(header_of(page, "content-type"), "text/csv; charset=us-ascii; header=present");
        std::set<std::string> here;
        for (std::size_t at = page.text.find("\r\n"); at + 2 < page.text.size(); at = page.text.find("\r\n", at + 2)) {
            here.insert(page.text.substr(at + 2, page.text.find(',', at) - at - 2));
        }
        if (here.empty()) break;
        EXPECT_TRUE(page.text.size() <= 4096 || here.size() == 1) << page.text.size();
        orders.merge(here);
        query = "cursor=" + header_of(page, "x-next-cursor");
    }
    EXPECT_EQ(orders.size(), 12U);

    const std::string id = plain.get("/api/v1/orders?since=2020-01-01&limit=1").body.at(0).at("id").dump();
    net::HttpRequest ack;
    ack.method = "POST";
    ack.url = hub.url() + "/api/v1/orders/ack";
    ack.headers = {{"X-Api-Key", key.at("key").get<std::string>()},
                   {"Content-Type", "application/x-www-form-urlencoded"}};
    ack.body = "ids%5B%5D=" + id;
    ack.deadline = std::chrono::seconds{30};
    const auto acked = net::make_http_client("test")->send(ack);
    ASSERT_TRUE(acked);
    EXPECT_EQ(acked->body, "updated\r\n1\r\n");

    const Ran changed = hub.command({"key", "dialect", "--json", key.at("key_id"), "none"});
    EXPECT_EQ(changed.code, 0) << changed.err;
    EXPECT_TRUE(till.get("/api/v1/orders?cursor=").body.is_array()) << "as documented, at once";
}

}  // namespace
}  // namespace crossdock::testing
