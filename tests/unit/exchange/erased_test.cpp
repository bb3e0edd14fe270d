// SPDX-License-Identifier: Apache-2.0
// A buyer is erased while a file with an order of hers waits to be given out: whatever of her was in it is in no byte
// of the database and of what comes into the folder from then on.
#include <functional>

#include "crypto/hash.h"
#include "store/erasure_repo.h"
#include "store/meta.h"
#include "unit/exchange/exchange_fixture.h"

namespace crossdock::exchange {
namespace {

using testing::Fixture;
using testing::json;
using namespace std::chrono_literals;

const std::string kName = "Jürgen Groß";

void erase(Fixture& fix, OrderId id, const std::string& external_id) {
    const store::OrderToErase order{id, fix.db.channel.account_id, fix.db.channel.id, external_id, fix.db.clock.now()};
    fix.db->write([&](db::Session& session) {
        const auto before = store::get_meta(session, store::kErasures).value_or("0");
        store::set_meta(session, store::kErasures, std::to_string(std::stoll(before) + 1));
        EXPECT_EQ(store::ErasureRepo(session).erase(order).orders, 1);
    });
}

/// What waits stays: the folder takes no file.
void refuse_files(Fixture& fix) {
    fix.shared->refuse = [](const std::string& call, const std::string& file) -> std::optional<Error> {
        if (call != "write" || file != "work/out.tmp") return std::nullopt;
        return Error{ErrorKind::unavailable, "file_failed", "the share is full"};
    };
}

std::vector<std::string> files_in_out(const Fixture& fix) {
    auto names = fix.names("out");
    std::erase_if(names, [](const std::string& name) { return name.ends_with(".manifest.json"); });
    return names;
}

/// Nowhere in the folder, in neither charset.
bool is_in_folder(const Fixture& fix, const std::string& utf8) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(fix.folder.path()))
        if (entry.is_regular_file()) {
            const std::string text = fix.text(std::filesystem::relative(entry.path(), fix.folder.path()).string());
            if (text.find(utf8) != std::string::npos || text.find("J\xfcrgen Gro\xdf") != std::string::npos)
                return true;
        }
    return false;
}

struct Form {
    const char* name;
    Format format;
    Charset charset;
};
class ErasedWhileItWaits : public ::testing::TestWithParam<Form> {};

TEST_P(ErasedWhileItWaits, AFileIsMadeAnewUnderItsNameAndNumber) {
    Fixture fix;
    fix.plan.format = GetParam().format;
    fix.plan.charset = GetParam().charset;
    fix.restart();
    ASSERT_TRUE(fix.settle());  // the folder is ours
    const OrderId first = fix.add_order("1001");
    fix.add_order("1002");
    refuse_files(fix);
    ASSERT_FALSE(fix.settle());
    ASSERT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content <> ''"), 1);
    erase(fix, first, "1001");
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content = '' AND manifest = ''"), 1);
    // The settings of today do not change a name of yesterday.
    fix.plan.format = Format::csv;
    fix.plan.charset = Charset::utf8;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(files_in_out(fix).size(), 1U);
    const std::string name = files_in_out(fix)[0];
    EXPECT_TRUE(name.starts_with("orders-000001-") && name.ends_with("." + std::string{to_string(GetParam().format)}))
        << name;
    const std::string text = fix.text("out/" + name);
    const json manifest = json::parse(fix.text("out/" + manifest_name(name)));
    EXPECT_EQ(manifest.at("sha256"), crypto::sha256_hex(text));
    EXPECT_EQ(manifest.at("bytes"), text.size());
    EXPECT_EQ(manifest.at("count"), 2);
    EXPECT_EQ(manifest.at("number"), 1);
    EXPECT_EQ(manifest.at("format"), to_string(GetParam().format));
    EXPECT_EQ(manifest.at("charset"), to_string(GetParam().charset));
    EXPECT_NE(text.find("1001"), std::string::npos);
    EXPECT_NE(text.find("1002"), std::string::npos);
    // Once for a line of 1002 in a table: two; else one. None of 1001's.
    const std::string written = GetParam().charset == Charset::utf8 ? kName : "J\xfcrgen Gro\xdf";
    std::size_t times = 0;
    for (std::size_t at = text.find(written); at != std::string::npos; at = text.find(written, at + 1)) ++times;
    EXPECT_EQ(times, GetParam().format == Format::csv ? 2U : 1U) << text;
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content IS NOT NULL"), 0);
    // Nothing of it comes a second time.
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(files_in_out(fix).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Forms, ErasedWhileItWaits,
                         ::testing::Values(Form{"Csv", Format::csv, Charset::utf8},
                                           Form{"CsvAnsi", Format::csv, Charset::windows_1252},
                                           Form{"Jsonl", Format::jsonl, Charset::utf8},
                                           Form{"Xml", Format::xml, Charset::utf8},
                                           Form{"XmlAnsi", Format::xml, Charset::windows_1252}),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(ErasedWhileAFileWaits, OtherFilesKeepTheirBytes) {
    Fixture fix;
    fix.plan.max_orders = 1;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    const OrderId first = fix.add_order("1001");
    refuse_files(fix);
    ASSERT_FALSE(fix.settle());
    erase(fix, fix.add_order("11001"), "11001");  // its number ends alike, and it is in no file
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content <> ''"), 1);
    erase(fix, first, "1001");
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content <> ''"), 0);
}

TEST(ErasedWhileAFileWaits, ARefundsFileIsMadeAnewToo) {
    Fixture fix;
    fix.plan.orders = false;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    const OrderId order = fix.add_order("1001");
    fix.add_refund("r1");
    refuse_files(fix);
    ASSERT_FALSE(fix.settle());
    ASSERT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content <> ''"), 1);
    erase(fix, order, "1001");
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content <> ''"), 0);
    fix.shared->refuse = {};
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(files_in_out(fix).size(), 1U);
    const std::string name = files_in_out(fix)[0];
    EXPECT_EQ(json::parse(fix.text("out/" + name)).at("external_refund_id"), "r1");
    EXPECT_EQ(json::parse(fix.text("out/" + manifest_name(name))).at("count"), 1);
}

/// The hub died behind the file and before it knew that it is there: nobody fetched it, so it is replaced.
TEST(ErasedWhileAFileWaits, WhatACrashLeftInTheFolderIsReplaced) {
    for (int nth = 1; nth < 60; ++nth) {
        Fixture fix;
        ASSERT_TRUE(fix.settle());
        const OrderId order = fix.add_order("1001");
        fix.shared->crash_at(nth, testing::FaultyFolder::When::after);
        bool crashed = false;
        try {
            static_cast<void>(fix.settle());
        } catch (const testing::Crash&) {
            crashed = true;
        }
        const bool was_waiting = fix.number("SELECT count(*) FROM exchange_files_out WHERE content IS NOT NULL") == 1;
        const bool given = fix.number("SELECT count(*) FROM exchange_files_out WHERE content IS NULL") == 1;
        fix.crash(static_cast<std::uint64_t>(nth));
        erase(fix, order, "1001");
        ASSERT_TRUE(fix.settle());
        ASSERT_EQ(files_in_out(fix).size(), 1U) << nth;
        const std::string text = fix.text("out/" + files_in_out(fix)[0]);
        EXPECT_EQ(json::parse(fix.text("out/" + manifest_name(files_in_out(fix)[0]))).at("sha256"),
                  crypto::sha256_hex(text));
        if (was_waiting || !given) {
            EXPECT_FALSE(is_in_folder(fix, kName)) << nth;
        }
        if (!crashed) return;
    }
    FAIL() << "a look has no end";
}

TEST(ErasedWhileAFileWaits, WhileItIsWrittenItIsMadeAnewOverIt) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    const OrderId order = fix.add_order("1001");
    int moves = 0;
    fix.shared->refuse = [&](const std::string& call, const std::string& file) -> std::optional<Error> {
        // The numbers, the file; before its manifest she is erased.
        if (call == "move" && file == "work/out.tmp" && ++moves == 3) erase(fix, order, "1001");
        return std::nullopt;
    };
    ASSERT_TRUE(fix.settle());
    EXPECT_GT(moves, 3);
    EXPECT_FALSE(is_in_folder(fix, kName));
    ASSERT_EQ(files_in_out(fix).size(), 1U);
    EXPECT_EQ(json::parse(fix.text("out/" + files_in_out(fix)[0])).at("external_order_id"), "1001");
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_out WHERE content IS NOT NULL"), 0);
    EXPECT_EQ(fix.exchange->out().files(), 1);
}

/// Asked for the time, it first does something else.
class ClockWithAHook final : public Clock {
public:
    explicit ClockWithAHook(const Clock& real) : real_(real) {}
    [[nodiscard]] Timestamp now() const override {
        if (hook) hook();
        return real_.now();
    }
    [[nodiscard]] std::chrono::milliseconds steady() const override { return real_.steady(); }
    std::function<void()> hook;

private:
    const Clock& real_;
};

TEST(ErasedWhileAFileWaits, BetweenReadingAndKeepingItIsReadAgain) {
    Fixture fix;
    ClockWithAHook clock(fix.db.clock);
    fix.exchange = std::make_unique<Exchange>(
        Surroundings{*fix.db, clock, *fix.shared, [](const store::Channel&) { return services::StockSettings{}; },
                     [] {}, fix.installation},
        fix.plan, fix.db.channel.account_id);
    ASSERT_TRUE(fix.settle());
    const OrderId order = fix.add_order("1001");
    bool erased = false;
    clock.hook = [&] {
        // Between the rows and the number there is the name with its time.
        if (erased || fix.number("SELECT count(*) FROM exchange_files_out") != 0) return;
        erased = true;
        erase(fix, order, "1001");
    };
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(erased);
    EXPECT_FALSE(is_in_folder(fix, kName));
    ASSERT_EQ(files_in_out(fix).size(), 1U);
    EXPECT_TRUE(files_in_out(fix)[0].starts_with("orders-000001-"));
}

}  // namespace
}  // namespace crossdock::exchange
