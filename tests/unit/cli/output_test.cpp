// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace crossdock::cli {
namespace {

Table channels() {
    Table table({"code", "orders", "enabled", "note"});
    table.add({"shop-us", 1204, true, std::optional<std::string>{}});
    table.add(
        {"b\xc3\xbc"
         "cher",
         7, false, "late \"order\""});
    return table;
}

TEST(TableOutput, AlignsColumnsByCharactersAndNumbersToTheRight) {
    EXPECT_EQ(channels().to_text(),
              "CODE     ORDERS  ENABLED  NOTE\n"
              "shop-us    1204  yes      -\n"
              "b\xc3\xbc"
              "cher        7  no       late \"order\"\n");
    EXPECT_EQ(Table({"code"}).to_text(), "(none)\n");
}

TEST(TableOutput, IsAnArrayOfObjectsAsJson) {
    EXPECT_EQ(channels().to_json(),
              "[{\"code\":\"shop-us\",\"orders\":1204,\"enabled\":true,\"note\":null},"
              "{\"code\":\"b\xc3\xbc"
              "cher\",\"orders\":7,\"enabled\":false,\"note\":\"late \\\"order\\\"\"}]");
    EXPECT_EQ(Table({"code"}).to_json(), "[]");
}

TEST(TableOutput, RefusesARowOfAnotherShape) {
    Table table({"a", "b"});
    EXPECT_THROW(table.add({"x"}), std::logic_error);
}

TEST(TableOutput, KeepsControlCharactersFromTheTerminal) {
    Table table({"name"});
    table.add(
        {"a\x1b[2Jb\nc\x7f\xc2\x9b"
         "31md\xff"});
    EXPECT_EQ(table.to_text(), "NAME\na [2Jb c  31md\xef\xbf\xbd\n");
    EXPECT_EQ(nlohmann::json::parse(table.to_json())[0]["name"],
              "a\x1b[2Jb\nc\x7f\xc2\x9b"
              "31md\xef\xbf\xbd");
}

TEST(RecordOutput, IsLinesOrAnObject) {
    Record record;
    record.add("id", std::int64_t{5}).add("status", "open").add("raw", RawJson{"{\"a\":[1]}"}).add("due", Cell{});
    EXPECT_EQ(record.to_text(), "id:     5\nstatus: open\nraw:    {\"a\":[1]}\ndue:    -\n");
    EXPECT_EQ(record.to_json(), "{\"id\":5,\"status\":\"open\",\"raw\":{\"a\":[1]},\"due\":null}");
}

TEST(CommandOutput, SendsDataAndFailuresToTheirStreams) {
    const Error error{ErrorKind::not_found, "order_unknown", "there is no order 7"};
    for (const bool json : {false, true}) {
        std::ostringstream out;
        std::ostringstream err;
        Output output(out, err, json);
        output.say("one moment");
        output.print(Record{}.add("id", 7));
        EXPECT_EQ(output.fail(Exit::failed, error), Exit::failed);
        EXPECT_EQ(out.str(), json ? "{\"id\":7}\n" : "one moment\nid: 7\n");
        EXPECT_EQ(err.str(), json ? "{\"error\":{\"code\":\"order_unknown\",\"message\":\"there is no order 7\"}}\n"
                                  : "crossdock: there is no order 7\n");
    }
}

TEST(ExitCodes, AreThoseOfTheManual) {
    EXPECT_EQ(to_int(Exit::done), 0);
    EXPECT_EQ(to_int(Exit::failed), 1);
    EXPECT_EQ(to_int(Exit::usage), 2);
    EXPECT_EQ(to_int(Exit::taken), 3);
}

}  // namespace
}  // namespace crossdock::cli
