// SPDX-License-Identifier: Apache-2.0
#include "exchange/in_files.h"

#include "unit/exchange/exchange_fixture.h"

namespace crossdock::exchange {
namespace {

using testing::Fixture;
using namespace std::chrono_literals;

// ---- what is taken

TEST(InFiles, StockIsTakenAnsweredAndArchived) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel;sku;quantity\r\nshop-us;A1;10\r\nshop-us;B2;0\r\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/stock-1.csv.ok"), "rows,taken,refused,updated,repeated\r\n2,2,0,2,no\r\n");
    EXPECT_EQ(fix.names("in"), (std::vector<std::string>{"stock-1.csv.ok"}));
    ASSERT_EQ(fix.names("archive").size(), 1U);
    EXPECT_TRUE(fix.names("archive")[0].ends_with("-1-stock-1.csv")) << fix.names("archive")[0];
    EXPECT_TRUE(fix.names("work/in").empty());
    EXPECT_EQ(fix.number("SELECT sum(quantity) FROM inventory_updates WHERE status = 'pending'"), 10);
    EXPECT_EQ(fix.number("SELECT count(*) FROM jobs WHERE kind = 'push_stock'"), 1);
    EXPECT_GT(fix.woken, 0);
}

TEST(InFiles, AcksAreTakenAndTheSameFileAgainIsAnsweredAsBefore) {
    Fixture fix;
    const auto first = fix.add_order("1001").value;
    const auto second = fix.add_order("1002").value;
    ASSERT_TRUE(fix.settle());
    const std::string acks = "id\n" + std::to_string(first) + "\n" + std::to_string(second) + "\n99999\n";
    fix.put("acks.csv", acks);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/acks.csv.ok"), "rows,taken,refused,updated,repeated\r\n3,3,0,2,no\r\n");
    EXPECT_EQ(fix.number("SELECT count(*) FROM orders WHERE imported_at_ms IS NOT NULL"), 2);
    fix.put("acks.csv", acks);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/acks.csv.ok"), "rows,taken,refused,updated,repeated\r\n3,3,0,2,yes\r\n");
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_in"), 1);
    EXPECT_EQ(fix.names("archive").size(), 2U);
}

TEST(InFiles, AReplayedStockFileDoesNotBringItsOldFigureBack) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    const std::string old = "channel,sku,quantity\nshop-us,A1,10\n";
    fix.put("stock-1.csv", old);
    ASSERT_TRUE(fix.settle());
    fix.put("stock-2.csv", "channel,sku,quantity\nshop-us,A1,3\n");
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", old);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/stock-1.csv.ok"), "rows,taken,refused,updated,repeated\r\n1,1,0,1,yes\r\n");
    EXPECT_EQ(fix.number("SELECT quantity FROM inventory_updates ORDER BY id DESC LIMIT 1"), 3);
    // Other content under the same name is another file.
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,4\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.number("SELECT quantity FROM inventory_updates ORDER BY id DESC LIMIT 1"), 4);
}

TEST(InFiles, RowsOfOneParcelAreOneShipment) {
    Fixture fix;
    const auto order = std::to_string(fix.add_order("1001").value);
    fix.add_order("1002");
    ASSERT_TRUE(fix.settle());
    fix.put("shipments-1.csv",
            "remote_order_id,channel,external_order_id,carrier,service,tracking_number,ship_date,external_line_id,"
            "quantity\n" +
                order + ",,,ups,Ground,1Z1,2026-11-18T10:00:00Z,l1,2\n" + order +
                ",,,ups,Ground,1Z1,2026-11-18T10:00:00Z,l2,1\n" + ",shop-us,1002,DHL,,JD2,,,\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/shipments-1.csv.ok"), "rows,taken,refused,updated,repeated\r\n3,3,0,2,no\r\n")
        << fix.text("in/shipments-1.csv.err");
    EXPECT_EQ(fix.number("SELECT count(*) FROM shipments"), 2);
    EXPECT_EQ(
        fix.number("SELECT count(*) FROM shipments WHERE lines = "
                   "'[{\"external_line_id\":\"l1\",\"quantity\":2},{\"external_line_id\":\"l2\",\"quantity\":1}]'"),
        1);
    EXPECT_EQ(fix.number("SELECT count(*) FROM jobs WHERE kind = 'push_shipment'"), 2);
}

TEST(InFiles, AShipmentWithAFaultyLineDoesNotGoWithoutIt) {
    Fixture fix;
    const auto order = std::to_string(fix.add_order("1001").value);
    fix.add_order("1002");
    ASSERT_TRUE(fix.settle());
    fix.put("shipments-1.csv",
            "channel,external_order_id,carrier,tracking_number,external_line_id,quantity\n"
            "shop-us,1001,UPS,1Z1,l1,2\nshop-us,1001,UPS,1Z1,l2,x\nshop-us,1002,UPS,1Z9,l1,2\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/shipments-1.csv.err"),
              "row,column,reason\r\n"
              ",,\"1 row was taken, 2 rows were not\"\r\n"
              "3,quantity,\"quantity \"\"x\"\" is not a whole number\"\r\n"
              "2,,\"rows 2 to 3 are one shipment; none of it was taken\"\r\n");
    EXPECT_EQ(fix.number("SELECT count(*) FROM shipments"), 1);
    EXPECT_EQ(fix.number("SELECT count(*) FROM shipments WHERE order_id = " + order), 0);
}

TEST(InFiles, JsonLinesAreTakenToo) {
    Fixture fix;
    const auto order = std::to_string(fix.add_order("1001").value);
    ASSERT_TRUE(fix.settle());
    fix.put("acks-1.jsonl", "{\"id\":" + order + "}\n\n" + order + "\n{\"id\":\"x\"}\n{]\n");
    fix.put("stock-1.jsonl", "{\"channel\":\"shop-us\",\"sku\":\"A1\",\"quantity\":7,\"remark\":\"ignored\"}\r\n");
    fix.put("shipments-1.jsonl", "{\"remote_order_id\":" + order +
                                     ",\"carrier\":\"UPS\",\"tracking_number\":\"1Z1\",\"line_items\":[{\"external_"
                                     "line_id\":\"l1\",\"quantity\":1}]}");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/acks-1.jsonl.err"),
              "{\"reason\":\"2 rows were taken, 2 rows were not\"}\n"
              "{\"row\":4,\"column\":\"id\",\"reason\":\"id is not an integer\"}\n"
              "{\"row\":5,\"reason\":\"the line is not JSON at column 2\"}\n");
    EXPECT_EQ(fix.text("in/stock-1.jsonl.ok"),
              "{\"rows\":1,\"taken\":1,\"refused\":0,\"updated\":1,\"repeated\":false}\n");
    EXPECT_EQ(fix.text("in/shipments-1.jsonl.ok"),
              "{\"rows\":1,\"taken\":1,\"refused\":0,\"updated\":1,\"repeated\":false}\n");
}

TEST(InFiles, NamesWithBlanksAndLettersOfAllKindsWork) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock 30.11. Lager Süd (2) 東京.csv", "channel,sku,quantity\nshop-us,A1,10\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock 30.11. Lager Süd (2) 東京.csv.ok"));
}

TEST(InFiles, Windows1252IsReadWhereItIsConfigured) {
    Fixture fix;
    fix.plan.charset = Charset::windows_1252;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv",
            "channel;sku;quantity\r\nshop-us;M\xfc"
            "3;5\r\n");
    fix.put("stock-2.csv",
            "\xef\xbb\xbf"
            "channel;sku;quantity\r\nshop-us;M\xc3\xbc"
            "3;6\r\n");  // says what it is
    fix.put("stock-3.jsonl",
            "\xef\xbb\xbf"
            "{\"channel\":\"shop-us\",\"sku\":\"M\xc3\xbc"
            "3\",\"quantity\":7}\n");  // so does this
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv.ok")) << fix.text("in/stock-1.csv.err");
    EXPECT_TRUE(fix.has("in/stock-2.csv.ok")) << fix.text("in/stock-2.csv.err");
    EXPECT_TRUE(fix.has("in/stock-3.jsonl.ok")) << fix.text("in/stock-3.jsonl.err");
    EXPECT_EQ(fix.number("SELECT quantity FROM inventory_updates ORDER BY id DESC LIMIT 1"), 7);
}

TEST(InFiles, AnswersAreInTheConfiguredCharset) {
    Fixture fix;
    fix.plan.charset = Charset::windows_1252;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv",
            "channel;sku;quantity\r\nshop-us;GR\xd6\xdf"
            "E;5\r\nshop-us;A1;1\r\n");
    fix.put("stock-2.jsonl", "{\"channel\":\"shop-us\",\"sku\":\"\xfc\\u0142\",\"quantity\":5}\n");
    fix.put("stock-3.csv",
            "\xef\xbb\xbf"
            "channel;sku;quantity\r\nshop-us;\xc3\xbc\xc5\x82;5\r\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/stock-1.csv.err"),
              "row,column,reason\r\n,,\"1 row was taken, 1 row was not\"\r\n"
              "2,sku,\"sku \"\"GR\xd6\xdf"
              "E\"\" is not known in channel shop-us; GET /api/v1/skus lists what is\"\r\n");
    // JSON has escapes for what the charset lacks; a table has none, and gets the letter without its stroke.
    EXPECT_EQ(fix.text("in/stock-2.jsonl.err"),
              "{\"reason\":\"0 rows were taken, 1 row was not\"}\n"
              "{\"row\":1,\"column\":\"sku\",\"reason\":\"sku \\\"\xfc\\u0142\\\" is not known in channel shop-us; "
              "GET /api/v1/skus lists what is\"}\n");
    EXPECT_EQ(fix.text("in/stock-3.csv.err"),
              "row,column,reason\r\n,,\"0 rows were taken, 1 row was not\"\r\n"
              "2,sku,\"sku \"\"\xfc"
              "l\"\" is not known in channel shop-us; GET /api/v1/skus lists what is\"\r\n");
}

// ---- what is refused, word by word

struct BadCase {
    const char* name;
    const char* file;
    std::string content;
    std::string answer;  // of NAME.err, behind the first line; a whole refusal: without its beginning
};
class BadFile : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadFile, IsAnsweredInTheseWords) {
    Fixture fix;
    fix.add_order("1001");
    ASSERT_TRUE(fix.settle());
    fix.put(GetParam().file, GetParam().content);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text(std::string{"in/"} + GetParam().file + ".err"), "row,column,reason\r\n" + GetParam().answer);
    EXPECT_FALSE(fix.has(std::string{"in/"} + GetParam().file + ".ok"));
    EXPECT_EQ(fix.names("archive").size(), 1U);
    EXPECT_TRUE(fix.names("work/in").empty());
}

std::string nothing(const std::string& why) { return ",,\"nothing was taken: " + why + "\"\r\n"; }
const std::string kOneOfTwo = ",,\"1 row was taken, 1 row was not\"\r\n";
const std::string kStockHead = "channel,sku,quantity\n";
const std::string kGood = "shop-us,B2,1\n";

INSTANTIATE_TEST_SUITE_P(
    Words, BadFile,
    ::testing::Values(
        BadCase{"Empty", "stock-1.csv", "", ",,nothing was taken: the file is empty\r\n"},
        BadCase{"LineEndsAlone", "stock-1.csv", "\r\n\r\n", ",,nothing was taken: the file has no row\r\n"},
        BadCase{
            "UnknownKind", "orders-1.csv", "id\n1\n",
            nothing(
                "the name begins with none of acks, refund-acks, stock or shipments, such as stock-20261130-0315.csv")},
        BadCase{"NameOfStockWithoutNumber", "stock.csv", kStockHead + kGood,
                nothing("the name needs a number or a time, such as stock-20261130-0315.csv: the same name with the "
                        "same content counts as "
                        "a repetition and is not taken again")},
        BadCase{"Xml", "stock-1.xml", "<a/>",
                nothing("files of the kind .xml are not read; send a table (.csv) or JSON lines (.jsonl)")},
        BadCase{"MissingColumn", "stock-1.csv", "channel,sku\nshop-us,A1\n",
                nothing("row 1: the first row names the columns; missing: quantity; there are: channel, sku, "
                        "item_master_id, location_id, quantity")},
        BadCase{"UnknownColumn", "stock-1.csv", "channel,sku,quantitty\nshop-us,A1,1\n",
                nothing("row 1: column \"\"quantitty\"\" is not known, did you mean quantity?; there are: channel, "
                        "sku, item_master_id, "
                        "location_id, quantity")},
        BadCase{"ColumnTwice", "stock-1.csv", "channel,sku,quantity,SKU\nshop-us,A1,1,A1\n",
                ",,nothing was taken: row 1: there are two columns sku\r\n"},
        BadCase{"NotUtf8", "stock-1.csv",
                "channel,sku,quantity\nshop-us,A1,1\nshop-us,M\xfc"
                "3,1\n",
                nothing("row 3, column sku: the text is not UTF-8; save the file as CSV UTF-8, or set charset = "
                        "\"\"windows-1252\"\" under [exchange]")},
        BadCase{"DecimalComma", "stock-1.csv", "channel;sku;quantity\nshop-us;A1;10,5\nshop-us;B2;1\n",
                kOneOfTwo + "2,quantity,\"quantity \"\"10,5\"\" has a comma; send a whole number in digits alone, such "
                            "as 10\"\r\n"},
        BadCase{"ThousandsPoint", "stock-1.csv", kStockHead + "shop-us,A1,1.000\n" + kGood,
                kOneOfTwo + "2,quantity,\"quantity \"\"1.000\"\" has a point; send a whole number in digits alone, "
                            "such as 10\"\r\n"},
        BadCase{"Negative", "stock-1.csv", kStockHead + "shop-us,A1,-1\n" + kGood,
                kOneOfTwo + "2,quantity,quantity is not from 0 to 2147483647\r\n"},
        BadCase{"NoQuantity", "stock-1.csv", kStockHead + "shop-us,A1,\n" + kGood,
                kOneOfTwo + "2,quantity,quantity is not a number\r\n"},
        BadCase{"NoSku", "stock-1.csv", kStockHead + "shop-us,,3\n" + kGood,
                kOneOfTwo + "2,,either item_master_id or sku must be present\r\n"},
        BadCase{"UnknownSku", "stock-1.csv", kStockHead + "shop-us,NONE,3\n" + kGood,
                kOneOfTwo +
                    "2,sku,\"sku \"\"NONE\"\" is not known in channel shop-us; GET /api/v1/skus lists what is\"\r\n"},
        BadCase{"UnknownChannel", "stock-1.csv", kStockHead + "shop-de,A1,3\n" + kGood,
                kOneOfTwo + "2,channel,\"channel \"\"shop-de\"\" is not known\"\r\n"},
        BadCase{
            "TwoFigures", "stock-1.csv", kStockHead + "shop-us,A1,3\n" + kGood + "shop-us,A1,4\n",
            ",,\"1 row was taken, 2 rows were not\"\r\n"
            "2,quantity,\"rows 2 and 4 give the same item at the same location different quantities; send one\"\r\n"
            "4,quantity,\"rows 2 and 4 give the same item at the same location different quantities; send one\"\r\n"},
        BadCase{
            "TooManyCells", "stock-1.csv", kStockHead + "shop-us,A1,3,4\n" + kGood,
            kOneOfTwo +
                "2,,\"the row has 4 cells, the first row has 3; put text that holds the separator into quotes\"\r\n"},
        BadCase{
            "CutOff", "stock-1.csv", kStockHead + kGood + "shop-us,A",
            kOneOfTwo +
                "3,,\"the row has 2 cells, the first row has 3; put text that holds the separator into quotes\"\r\n"},
        BadCase{"OpenQuote", "stock-1.csv", kStockHead + kGood + "\"shop-us,A1,1\n",
                nothing("row 3 ends inside a cell's quotes; the closing quote is missing, or the file was cut off")},
        BadCase{
            "BadCarrier", "shipments-1.csv",
            "channel,external_order_id,carrier,tracking_number\nshop-us,1001,Pigeon,1Z1\n",
            ",,\"0 rows were taken, 1 row was not\"\r\n2,carrier,Carrier is not a valid carrier code for shopify\r\n"},
        BadCase{"NoTrackingNumber", "shipments-1.csv",
                "channel,external_order_id,carrier,tracking_number\nshop-us,1001,UPS,\n",
                ",,\"0 rows were taken, 1 row was not\"\r\n2,tracking_number,Tracking number can't be blank\r\n"},
        BadCase{"UnknownLine", "shipments-1.csv",
                "channel,external_order_id,carrier,tracking_number,external_line_id,quantity\nshop-us,1001,UPS,1Z1,l1,"
                "1\nshop-us,1001,UPS,1Z1,l9,1\n",
                ",,\"0 rows were taken, 2 rows were not\"\r\n"
                "3,external_line_id,\"external_line_id \"\"l9\"\" is not a line of order 1 (#1001)\"\r\n"
                "2,,\"rows 2 to 3 are one shipment; none of it was taken\"\r\n"},
        BadCase{
            "ShortRowOfAShipment", "shipments-1.csv",
            "channel,external_order_id,carrier,tracking_number\nshop-us,1001,UPS\n",
            nothing("row 2: the row has 3 cells, the first row has 4; put text that holds the separator into quotes")},
        BadCase{"AckOfText", "acks-1.csv", "id\nabc\n1\n",
                kOneOfTwo + "2,id,\"id \"\"abc\"\" is not a whole number\"\r\n"},
        BadCase{"AckOfZero", "acks-1.csv", "id\n0\n1\n", kOneOfTwo + "2,id,id is not an id: ids start at 1\r\n"}),
    [](const auto& row) { return std::string(row.param.name); });

// ---- when a file is taken

TEST(InFiles, AFileThatStillChangesIsLeftAlone) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    std::string text = "channel,sku,quantity\n";
    for (int i = 0; i < 5; ++i) {
        text += "shop-us,A1,1\n";
        fix.put("stock-1.csv", text);
        ASSERT_TRUE(fix.exchange->look());
        EXPECT_TRUE(fix.has("in/stock-1.csv")) << i;
        EXPECT_TRUE(fix.exchange->is_waiting());
        fix.db.clock.advance(4s);
        ASSERT_TRUE(fix.exchange->look());
        EXPECT_TRUE(fix.has("in/stock-1.csv")) << i;
    }
    fix.db.clock.advance(2s);
    ASSERT_TRUE(fix.exchange->look());
    EXPECT_EQ(fix.text("in/stock-1.csv.ok"), "rows,taken,refused,updated,repeated\r\n5,5,0,5,no\r\n");
}

TEST(InFiles, UnfinishedNamesAreNeverTaken) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv.tmp", "channel,sku,quantity\nshop-us,A1,1\n");
    fix.put("stock-2.csv.part", "channel,sku,quantity\nshop-us,A1,1\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.exchange->in().oddities().empty());
    fix.db.clock.advance(2h);
    ASSERT_TRUE(fix.exchange->look());
    EXPECT_EQ(fix.names("in").size(), 2U);
    ASSERT_EQ(fix.exchange->in().oddities().size(), 2U);  // somebody forgot to rename
    EXPECT_EQ(fix.exchange->in().oddities()[0].why,
              "has been unfinished for more than an hour; its writer renames it when it is complete");
}

TEST(InFiles, AMarkerIsWaitedForWhereConfigured) {
    Fixture fix;
    fix.plan.complete = Complete::done;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv"));
    fix.put("stock-1.csv.done", "");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.names("in"), (std::vector<std::string>{"stock-1.csv.ok"}));
    EXPECT_TRUE(fix.names("work/in").empty());
}

TEST(InFiles, AManifestIsComparedWithTheFile) {
    Fixture fix;
    fix.plan.complete = Complete::manifest;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    const std::string text = "channel,sku,quantity\nshop-us,A1,1\n";
    fix.put("stock-1.csv", text);
    fix.put("stock-2.csv", text);
    fix.put("stock-3.csv", text);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.names("in").size(), 3U);
    fix.put("stock-1.csv.manifest.json", "{\"bytes\":35,\"rows\":1}");
    fix.put("stock-2.csv.manifest.json", "{\"bytes\":36}");
    fix.put("stock-3.csv.manifest.json", "{\"rows\":2}");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(text.size(), 34U);
    EXPECT_EQ(fix.text("in/stock-2.csv.err"),
              "row,column,reason\r\n,,\"nothing was taken: its manifest says bytes 36, the file has 34\"\r\n");
    EXPECT_EQ(fix.text("in/stock-3.csv.err"),
              "row,column,reason\r\n,,\"nothing was taken: its manifest says rows 2, the file has 1\"\r\n");
    EXPECT_EQ(fix.text("in/stock-1.csv.err"),
              "row,column,reason\r\n,,\"nothing was taken: its manifest says bytes 35, the file has 34\"\r\n");
    // Nothing was taken: the same again with a right manifest.
    fix.put("stock-1.csv", text);
    fix.put("stock-1.csv.manifest.json", "{\"bytes\":34,\"rows\":1}");
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv.ok"));
    EXPECT_FALSE(fix.has("in/stock-1.csv.err"));
}

TEST(InFiles, WhatIsNoFileIsLeftAndTold) {
#ifdef _WIN32
    GTEST_SKIP() << "MinGW's standard library makes no links";
#endif
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    std::filesystem::create_directories(fix.folder / "in/stock-7.csv");
    std::filesystem::create_symlink("/etc/passwd", fix.folder / "in/stock-8.csv");
    fix.put("notes.docx", "x");
    fix.put("Thumbs.db", "x");
    fix.put(".hidden.csv", "x");
    ASSERT_TRUE(fix.settle());
    const auto& odd = fix.exchange->in().oddities();
    ASSERT_EQ(odd.size(), 3U);
    EXPECT_EQ(odd[0].name + ": " + odd[0].why, "notes.docx: has no ending of a table (.csv) or of JSON lines (.jsonl)");
    EXPECT_EQ(odd[1].name + ": " + odd[1].why, "stock-7.csv: is a folder");
    EXPECT_EQ(odd[2].name + ": " + odd[2].why, "stock-8.csv: is a link or device");
    EXPECT_TRUE(fix.names("archive").empty());
}

TEST(InFiles, AKindThatIsOffIsLeft) {
    Fixture fix;
    fix.plan.stock = false;
    fix.restart();
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv"));
    ASSERT_EQ(fix.exchange->in().oddities().size(), 1U);
    EXPECT_EQ(fix.exchange->in().oddities()[0].why, "stock are switched off under [exchange]");
}

TEST(InFiles, AFileThatItsWriterHoldsIsWaitedFor) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    fix.put("stock-2.csv", "channel,sku,quantity\nshop-us,B2,1\n");
    // As Windows answers for a file that is open elsewhere.
    fix.shared->refuse = [](const std::string& call, const std::string& file) -> std::optional<Error> {
        if (call != "move" || file != "in/stock-1.csv") return std::nullopt;
        return Error{ErrorKind::conflict, "file_busy",
                     "cannot move in/stock-1.csv: it is being used by another process (32)"};
    };
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv"));
    EXPECT_TRUE(fix.has("in/stock-2.csv.ok"));  // its neighbour is not held up
    ASSERT_EQ(fix.exchange->in().oddities().size(), 1U);
    fix.shared->refuse = {};
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv.ok"));
}

/// Written with a umask that keeps it to its writer: the folder lets the hub move it, and not read it.
TEST(InFiles, AFileThatTheHubMayNotReadHoldsUpNothingAndIsTold) {
    for (const char* call : {"open", "move"}) {
        Fixture fix;
        ASSERT_TRUE(fix.settle());
        fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
        fix.put("stock-2.csv", "channel,sku,quantity\nshop-us,B2,1\n");
        fix.put("stock-3.csv",
                "channel,sku,quantity\nshop-us,M\xc3\xbc"
                "3,1\n");
        fix.add_order("1001");
        const std::string refused = call == std::string{"open"} ? "work/in/stock-1.csv" : "in/stock-1.csv";
        fix.shared->refuse = [&](const std::string& made, const std::string& file) -> std::optional<Error> {
            if (made != call || file != refused) return std::nullopt;
            return Error{ErrorKind::denied, "file_denied", "cannot " + made + " " + file + ": permission denied"};
        };
        ASSERT_TRUE(fix.settle()) << call;
        EXPECT_TRUE(fix.has("in/stock-2.csv.ok"));
        EXPECT_TRUE(fix.has("in/stock-3.csv.ok"));
        EXPECT_EQ(fix.names("out").size(), 2U) << "orders go on being given out";
        ASSERT_EQ(fix.exchange->in().oddities().size(), 1U);
        EXPECT_EQ(fix.exchange->in().oddities()[0].name, "stock-1.csv");
        EXPECT_TRUE(fix.exchange->in().oddities()[0].denied);
        EXPECT_NE(fix.exchange->in().oddities()[0].why.find("permission denied"), std::string::npos);
        EXPECT_FALSE(fix.exchange->is_waiting()) << "a person has to mend it";
        fix.shared->refuse = {};
        ASSERT_TRUE(fix.settle());
        EXPECT_TRUE(fix.has("in/stock-1.csv.ok"));
        EXPECT_TRUE(fix.exchange->in().oddities().empty());
        EXPECT_EQ(fix.number("SELECT count(*) FROM inventory_updates"), 3);
    }
}

TEST(InFiles, AFileThatVanishesIsNoFault) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    fix.shared->refuse = [&](const std::string& call, const std::string& file) -> std::optional<Error> {
        if (call == "move" && file == "in/stock-1.csv") std::filesystem::remove(fix.folder / "in/stock-1.csv");
        return std::nullopt;
    };
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.names("in").empty());
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_files_in"), 0);
}

TEST(InFiles, AReadOnlyFileIsTaken) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    std::filesystem::permissions(fix.folder / "in/stock-1.csv", std::filesystem::perms::owner_read);
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/stock-1.csv.ok"));
    fix.db.clock.advance(31 * 24h);
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.names("archive").empty());
}

TEST(InFiles, ArchiveAndAnswersGoAfterTheirTime) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.csv", "channel,sku,quantity\nshop-us,A1,1\n");
    ASSERT_TRUE(fix.settle());
    fix.db.clock.advance(29 * 24h);
    fix.put("stock-2.csv", "channel,sku,quantity\nshop-us,A1,2\n");
    fix.put("stranger.ok", "not ours");
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.names("archive").size(), 2U);
    fix.db.clock.advance(2 * 24h);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.names("archive").size(), 1U);
    EXPECT_EQ(fix.names("in"), (std::vector<std::string>{"stock-2.csv.ok", "stranger.ok"}));
}

// ---- a writer that goes on after its file was taken

/// As on Linux a program does that has the file open still: its rest goes to where the file was moved.
void write_on(const Fixture& fix, const std::string& archived, const std::string& text) {
    std::ofstream(fix.folder / ("archive/" + archived), std::ios::binary | std::ios::app) << text;
}
std::string growth(const std::string& archived, const std::string& figures, const std::string& end) {
    return "its writer went on after the file was taken, from " + figures + " bytes. " + end +
           ". All of it is in archive/" + archived +
           "; send the rest in a new file, written as NAME.tmp and renamed when it is complete";
}

TEST(InFiles, AFileThatGrowsAfterItWasTakenIsToldOf) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("acks-401.csv", "id\n1\n2\n");
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(fix.text("in/acks-401.csv.ok"), "rows,taken,refused,updated,repeated\r\n2,2,0,0,no\r\n");
    ASSERT_EQ(fix.names("archive").size(), 1U);
    const std::string archived = fix.names("archive")[0];
    fix.db.clock.advance(20s);
    ASSERT_TRUE(fix.exchange->look());
    EXPECT_TRUE(fix.has("in/acks-401.csv.ok"));
    write_on(fix, archived, "3\n4\n5\n");
    fix.db.clock.advance(20s);
    ASSERT_TRUE(fix.exchange->look());
    const std::string told = "row,column,reason\r\n,,\"2 rows were taken, 0 rows were not\"\r\n,,\"" +
                             growth(archived, "7 to 13",
                                    "What is said here ends with row 3, which may have been cut short; nothing behind "
                                    "it was taken") +
                             "\"\r\n";
    EXPECT_EQ(fix.text("in/acks-401.csv.err"), told);
    EXPECT_FALSE(fix.has("in/acks-401.csv.ok"));
    // Once is enough, also for a process that begins now.
    write_on(fix, archived, "6\n");
    ASSERT_TRUE(fix.settle());
    fix.restart();
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/acks-401.csv.err"), told);
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_faults"), 1);
    const auto account = fix.db.channel.account_id;
    fix.db->read([&](db::Session& session) {
        store::ExchangeRepo repo(session, account);
        const auto grown = repo.grown_since(fix.db.clock.now() - 1h, 5);
        ASSERT_EQ(grown.size(), 1U);
        EXPECT_EQ(grown[0].name, "acks-401.csv");
        EXPECT_EQ(repo.count_refused_since(fix.db.clock.now() - 1h), 1);
        EXPECT_EQ(repo.refused_since(fix.db.clock.now() - 1h, 5).size(), 1U);
    });
}

TEST(InFiles, AFileThatGrewWhileTheHubWasAwayIsToldOf) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("stock-1.jsonl", "\n");
    fix.put("stock-2.csv", "channel,sku,quantity\nshop-us,NONE,1\nshop-us,A1,1\n");
    fix.put("stock-3.csv", "channel,sku,quantity\nshop-us,B2,1\n");
    ASSERT_TRUE(fix.settle());
    const auto archived = fix.names("archive");
    ASSERT_EQ(archived.size(), 3U);
    ASSERT_TRUE(fix.has("in/stock-1.jsonl.ok"));
    fix.exchange.reset();
    write_on(fix, archived[0], "{\"channel\":\"shop-us\",\"sku\":\"A1\",\"quantity\":7}\n");
    write_on(fix, archived[1], "0\n");
    fix.db.clock.advance(3h);
    fix.restart();
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/stock-1.jsonl.err"),
              "{\"reason\":\"0 rows were taken, 0 rows were not\"}\n{\"reason\":\"" +
                  growth(archived[0], "1 to 47", "No row was there then; none was taken") + "\"}\n");
    const std::string second = fix.text("in/stock-2.csv.err");
    // What is said of the file as a whole comes first.
    EXPECT_TRUE(
        second.starts_with("row,column,reason\r\n,,\"1 row was taken, 1 row was not\"\r\n,,\"its writer went on"))
        << second;
    EXPECT_NE(second.find("ends with row 3, which may have been cut short"), std::string::npos) << second;
    EXPECT_NE(second.find("\r\n2,sku,"), std::string::npos) << second;
    EXPECT_TRUE(fix.has("in/stock-3.csv.ok"));
    EXPECT_EQ(fix.number("SELECT quantity FROM inventory_updates ORDER BY id LIMIT 1"), 1) << "its rest is not taken";
}

TEST(InFiles, TheAnswerOfALaterFileOfTheNameStaysWhenTheFirstOneGrows) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("acks.csv", "id\n1\n");
    ASSERT_TRUE(fix.settle());
    const auto first = fix.names("archive");
    ASSERT_EQ(first.size(), 1U);
    fix.put("acks.csv", "id\n1\n2\n");
    ASSERT_TRUE(fix.settle());
    write_on(fix, first[0], "2\n");
    fix.db.clock.advance(1min);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/acks.csv.ok"), "rows,taken,refused,updated,repeated\r\n2,2,0,0,no\r\n");
    EXPECT_FALSE(fix.has("in/acks.csv.err"));
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_faults WHERE line = 0 AND file_id = 1"), 1);
}

TEST(InFiles, AnAnswerThatIsHeldOpenIsReplacedLater) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("acks-1.csv", "id\n1\n");
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(fix.names("archive").size(), 1U);
    write_on(fix, fix.names("archive")[0], "2\n");
    fix.shared->refuse = [](const std::string& call, const std::string& file) -> std::optional<Error> {
        if (call != "remove" || file != "in/acks-1.csv.ok") return std::nullopt;
        return Error{ErrorKind::conflict, "file_busy", "cannot delete in/acks-1.csv.ok: it is being used"};
    };
    fix.db.clock.advance(1min);
    ASSERT_TRUE(fix.settle());
    ASSERT_EQ(fix.exchange->in().oddities().size(), 1U);
    EXPECT_EQ(fix.exchange->in().oddities()[0].name, "acks-1.csv");
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_faults"), 0);
    fix.shared->refuse = {};
    ASSERT_TRUE(fix.settle());
    EXPECT_TRUE(fix.has("in/acks-1.csv.err"));
    EXPECT_FALSE(fix.has("in/acks-1.csv.ok"));
    EXPECT_EQ(fix.number("SELECT count(*) FROM exchange_faults"), 1);
}

TEST(InFiles, AnArchivedFileIsLookedAtEverMoreRarelyForAnHour) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    fix.put("acks-1.csv", "id\n1\n");
    ASSERT_TRUE(fix.settle());
    int looks = 0;
    fix.shared->refuse = [&](const std::string& call, const std::string& file) -> std::optional<Error> {
        if (call == "look" && file.starts_with("archive/")) ++looks;
        return std::nullopt;
    };
    const auto pass = [&](std::chrono::minutes time) {
        looks = 0;
        for (auto gone = 0s; gone < time; gone += 30s) {
            fix.db.clock.advance(30s);
            EXPECT_TRUE(fix.exchange->look());
        }
        return looks;
    };
    EXPECT_GE(pass(10min), 6);
    const int later = pass(55min);
    EXPECT_GE(later, 3);
    EXPECT_LE(later, 15);
    EXPECT_EQ(pass(65min), 0);
}

TEST(InFiles, AHundredThousandRowsTakeLittleMemoryAtOnce) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    std::string text = "id\n";
    for (int i = 1; i <= 100'000; ++i) text += std::to_string(i) + "\n";
    fix.put("acks-1.csv", text);
    ASSERT_TRUE(fix.settle());
    EXPECT_EQ(fix.text("in/acks-1.csv.ok"), "rows,taken,refused,updated,repeated\r\n100000,100000,0,0,no\r\n");
    EXPECT_EQ(fix.number("SELECT last_row FROM exchange_files_in"), 100'001);
}

TEST(InFiles, OfManyFaultsTheFirstThousandAreTold) {
    Fixture fix;
    ASSERT_TRUE(fix.settle());
    std::string text = "id\n";
    for (int i = 1; i <= 1'500; ++i) text += "x\n";
    fix.put("acks-1.csv", text);
    ASSERT_TRUE(fix.settle());
    const std::string answer = fix.text("in/acks-1.csv.err");
    EXPECT_EQ(std::count(answer.begin(), answer.end(), '\n'), 1 + 1 + 1'000 + 1);
    EXPECT_TRUE(answer.ends_with(",,and 500 more\r\n")) << answer.substr(answer.size() - 60);
}

}  // namespace
}  // namespace crossdock::exchange
