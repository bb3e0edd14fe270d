// SPDX-License-Identifier: Apache-2.0
#include "exchange/out_files.h"

#include "crypto/hash.h"
#include "unit/exchange/exchange_fixture.h"

namespace crossdock::exchange {
namespace {

using testing::Fixture;
using testing::json;
using namespace std::chrono_literals;

std::vector<std::string> data_files(const Fixture& fix) {
    auto names = fix.names("out");
    std::erase_if(names, [](const std::string& name) { return name.ends_with(".manifest.json"); });
    return names;
}

/// External ids of the orders in a file of JSON lines.
std::vector<std::string> ids_in(const std::string& text) {
    std::vector<std::string> ids;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        ids.push_back(json::parse(line).at("external_order_id").get<std::string>());
    return ids;
}

TEST(OutFiles, OrdersComeOnceWithAManifestBehindThem) {
    Fixture fix;
    fix.add_order("1001");
    fix.add_order("1002");
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(fix.names("out").size(), 2U);
    const std::string name = data_files(fix)[0];
    EXPECT_TRUE(name.starts_with("orders-000001-") && name.ends_with("Z.jsonl")) << name;
    const std::string text = fix.text("out/" + name);
    EXPECT_EQ(ids_in(text), (std::vector<std::string>{"1001", "1002"}));
    const json first = json::parse(text.substr(0, text.find('\n')));
    EXPECT_EQ(first.at("channel_code"), "shop-us");
    EXPECT_EQ(first.at("raw_payload"), nullptr);
    EXPECT_EQ(first.at("imported_to_erp"), false);
    EXPECT_EQ(first.at("line_items").size(), 2U);
    const json manifest = json::parse(fix.text("out/" + manifest_name(name)));
    EXPECT_EQ(manifest.at("file"), name);
    EXPECT_EQ(manifest.at("number"), 1);
    EXPECT_EQ(manifest.at("count"), 2);
    EXPECT_EQ(manifest.at("bytes"), text.size());
    EXPECT_EQ(manifest.at("sha256"), crypto::sha256_hex(text));
    EXPECT_LE(manifest.at("first_cursor").get<std::int64_t>(), manifest.at("last_cursor").get<std::int64_t>());
    // Nothing more while nothing changes.
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.names("out").size(), 2U);
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content IS NOT NULL"), 0);
    EXPECT_EQ(fix.number("SELECT count(*) FROM orders WHERE imported_at_ms IS NOT NULL"), 0);  // the ERP says so itself
}

TEST(OutFiles, WhatChangesComesAgainInALaterFile) {
    Fixture fix;
    fix.add_order("1001");
    fix.add_order("1002");
    ASSERT_TRUE(fix.settle());
    fix.add_order("1001", 60, true);
    ASSERT_TRUE(fix.settle());
    const auto files = data_files(fix);
    ASSERT_EQ(files.size(), 2U);
    const json again = json::parse(fix.text("out/" + files[1]));
    EXPECT_EQ(again.at("external_order_id"), "1001");
    EXPECT_EQ(again.at("status"), "cancelled");
    EXPECT_EQ(fix.exchange->out().unfetched(), 2);
}

TEST(OutFiles, RefundsHaveNumbersOfTheirOwn) {
    Fixture fix;
    fix.add_order("1001");
    fix.add_refund("r1");
    ASSERT_TRUE(fix.settle());
    fix.add_refund("r2");
    ASSERT_TRUE(fix.settle());
    const auto files = data_files(fix);
    ASSERT_EQ(files.size(), 3U);
    EXPECT_TRUE(files[0].starts_with("orders-000001-"));
    EXPECT_TRUE(files[1].starts_with("refunds-shop-us-000001-"));
    EXPECT_TRUE(files[2].starts_with("refunds-shop-us-000002-"));
}

TEST(OutFiles, ManyOrdersComeInManyFiles) {
    Fixture fix;
    fix.plan.max_orders = 3;
    fix.restart();
    for (int i = 1; i <= 7; ++i) fix.add_order(std::to_string(1000 + i));
    ASSERT_TRUE(fix.settle());
    std::vector<std::string> all;
    for (const std::string& name : data_files(fix))
        for (const std::string& id : ids_in(fix.text("out/" + name))) all.push_back(id);
    EXPECT_EQ(data_files(fix).size(), 3U);
    EXPECT_EQ(all, (std::vector<std::string>{"1001", "1002", "1003", "1004", "1005", "1006", "1007"}));
}

TEST(OutFiles, WhatTheErpTookBeforeIsLeftOut) {
    Fixture fix;
    const auto old = fix.add_order("1001");
    fix.add_order("1002");
    fix.db->write([&](db::Session& session) {
        services::acknowledge_orders(session, fix.db.channel.account_id, {old.value}, fix.db.clock.now());
    });
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(data_files(fix).size(), 1U);
    EXPECT_EQ(ids_in(fix.text("out/" + data_files(fix)[0])), (std::vector<std::string>{"1002"}));
    // Not when it changes later.
    fix.add_order("1001", 60, true);
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(data_files(fix).size(), 2U);
    EXPECT_EQ(ids_in(fix.text("out/" + data_files(fix)[1])), (std::vector<std::string>{"1001"}));
}

TEST(OutFiles, NothingButTakenOrdersIsNoFile) {
    Fixture fix;
    const auto old = fix.add_order("1001");
    fix.db->write([&](db::Session& session) {
        services::acknowledge_orders(session, fix.db.channel.account_id, {old.value}, fix.db.clock.now());
    });
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(data_files(fix).empty());
    fix.add_order("1002");
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(data_files(fix).size(), 1U);
    EXPECT_TRUE(data_files(fix)[0].starts_with("orders-000001-"));
}

TEST(OutFiles, CountAsImportedWhereTheSettingSaysSo) {
    Fixture fix;
    fix.plan.ack_on_write = true;
    fix.restart();
    fix.add_order("1001");
    fix.add_refund("r1");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.number("SELECT count(*) FROM orders WHERE imported_at_ms IS NOT NULL"), 1);
    EXPECT_EQ(fix.number("SELECT count(*) FROM refunds WHERE imported_at_ms IS NOT NULL"), 1);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(data_files(fix).size(), 2U);  // being acknowledged is no change
}

TEST(OutFiles, ATableHasARowForEveryLineOfAnOrder) {
    Fixture fix;
    fix.plan.format = Format::csv;
    fix.plan.charset = Charset::windows_1252;
    fix.restart();
    fix.add_order("1001");
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(data_files(fix).size(), 1U);
    const std::string text = fix.text("out/" + data_files(fix)[0]);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3) << text;
    EXPECT_NE(text.find("J\xfcrgen Gro\xdf"), std::string::npos);
    EXPECT_EQ(text.find("J\xc3\xbcrgen"), std::string::npos);
    const json manifest = json::parse(fix.text("out/" + manifest_name(data_files(fix)[0])));
    EXPECT_EQ(manifest.at("sha256"), crypto::sha256_hex(text));
    EXPECT_EQ(manifest.at("charset"), "windows-1252");
    EXPECT_EQ(manifest.at("count"), 1);
}

TEST(OutFiles, XmlIsOneDocument) {
    Fixture fix;
    fix.plan.format = Format::xml;
    fix.restart();
    fix.add_order("1001");
    fix.add_order("1002");
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(data_files(fix).size(), 1U);
    const std::string text = fix.text("out/" + data_files(fix)[0]);
    EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>")) << text.substr(0, 100);
    EXPECT_NE(text.find("<external_order_id>1001</external_order_id>"), std::string::npos);
    EXPECT_NE(text.find("<external_order_id>1002</external_order_id>"), std::string::npos);
    EXPECT_NE(text.find("Jürgen Groß"), std::string::npos);
}

TEST(OutFiles, ADatabaseFromABackupUsesNoNumberTwice) {
    Fixture fix;
    fix.add_order("1001");
    ASSERT_TRUE(fix.settle());
    // The database forgets what the folder has: as after a restore.
    fix.db->write([](db::Session& session) {
        session.run_script("DELETE FROM exchange_streams; DELETE FROM exchange_files_out;");
    });
    for (const std::string& name : fix.names("out"))
        std::filesystem::remove(fix.folder / ("out/" + name));  // the ERP fetched it
    fix.restart();
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(data_files(fix).size(), 1U);
    EXPECT_TRUE(data_files(fix)[0].starts_with("orders-000002-"));
    EXPECT_EQ(ids_in(fix.text("out/" + data_files(fix)[0])),
              (std::vector<std::string>{"1001"}));  // again, rather than never
}

TEST(Exchange, AFolderThatIsGoneIsTriedUntilItIsBack) {
    Fixture fix;
    fix.add_order("1001");
    ASSERT_TRUE(fix.settle());
    fix.shared->fail_all(Error{ErrorKind::unavailable, "file_failed", "cannot list /mnt/share: host is down"});
    fix.add_order("1002");
    for (int i = 0; i < 10; ++i) {
        const auto looked = fix.exchange->look();
        ASSERT_FALSE(looked);
        EXPECT_EQ(looked.error().code, "file_failed");
        fix.db.clock.advance(6min);
    }
    fix.shared->fail_all({});
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(data_files(fix).size(), 2U);
    EXPECT_TRUE(fix.has("in/stock-1.csv.ok"));
}

TEST(Exchange, AFolderThatIsNotThereIsNotMade) {
    Fixture fix;
    std::filesystem::remove_all(fix.folder.path());
    const auto looked = fix.exchange->look();
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().code, "file_missing");
    EXPECT_FALSE(std::filesystem::exists(fix.folder.path()));
    std::filesystem::create_directory(fix.folder.path());
}

TEST(Exchange, AFolderThatLeadsElsewhereIsRefused) {
#ifdef _WIN32
    GTEST_SKIP() << "MinGW's standard library makes no links";
#endif
    Fixture fix;
    std::filesystem::create_directory_symlink("/tmp", fix.folder / "archive");
    const auto looked = fix.exchange->look();
    ASSERT_FALSE(looked);
    EXPECT_NE(looked.error().message.find("archive must be a folder, not a link or file"), std::string::npos)
        << looked.error().message;
}

TEST(Exchange, TwoHubsDoNotWorkInOneFolder) {
    Fixture first;
    Fixture second;
    second.installation = "99999999-2222-3333-4444-555555555555";
    second.shared = std::make_unique<testing::FaultyFolder>(first.folder.path());
    const auto make = [&] {
        second.exchange = std::make_unique<Exchange>(
            Surroundings{*second.db, second.db.clock, *second.shared,
                         [](const store::Channel&) { return services::StockSettings{}; }, [] {}, second.installation},
            second.plan, second.db.channel.account_id);
    };
    make();
    first.add_order("1001");
    second.add_order("2001");
    ASSERT_TRUE(first.settle());
    const auto refused = second.exchange->look();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "exchange_taken");
    EXPECT_NE(refused.error().message.find("installation 11111111-2222-3333-4444-555555555555"), std::string::npos)
        << refused.error().message;
    // For as long as the first one gives a sign of life.
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(first.exchange->look());
        second.db.clock.advance(1min);
        EXPECT_FALSE(second.exchange->look());
    }
    EXPECT_EQ(data_files(first).size(), 1U);
    // It says that it goes: at once. It dies: after a while.
    second.db.clock.advance(3min);
    EXPECT_TRUE(second.exchange->look());
    EXPECT_FALSE(second.exchange->holds());
    EXPECT_TRUE(second.exchange->look());
    EXPECT_TRUE(second.exchange->holds());
    EXPECT_FALSE(first.exchange->look());
    EXPECT_FALSE(first.exchange->holds());
    second.exchange->let_go();
    EXPECT_TRUE(first.exchange->look());
    EXPECT_TRUE(first.exchange->look());
    EXPECT_TRUE(first.exchange->holds());
}

TEST(Exchange, OfTwoThatBeginTogetherOneHolds) {
    Fixture first;
    Fixture second;
    second.installation = "99999999-2222-3333-4444-555555555555";
    ASSERT_TRUE(first.shared->make_folder("work"));
    ASSERT_TRUE(first.exchange->look());
    // The second one had found no owner either, and writes last.
    ASSERT_TRUE(first.shared->write("work/hub.json", owner_text({second.installation, "elsewhere", 7, 1})));
    const auto looked = first.exchange->look();
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().code, "exchange_taken");
    EXPECT_FALSE(first.exchange->holds());
}

}  // namespace
}  // namespace crossdock::exchange
