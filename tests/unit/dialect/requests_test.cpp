// SPDX-License-Identifier: Apache-2.0
#include "dialect/requests.h"

#include <gtest/gtest.h>

namespace crossdock::dialect {
namespace {

TEST(Forms, SayWhatTheirJsonTwinSays) {
    constexpr std::pair<const char*, const char*> kTwins[] = {
        {"", "{}"},
        {"ids[]=1&ids[]=2", R"({"ids":[1,2]})"},
        {"ids%5B%5D=1&ids%5B%5D=2", R"({"ids":[1,2]})"},
        {"ids=1,2, 3", R"({"ids":[1,2,3]})"},
        {"ids=1&ids=2", R"({"ids":[1,2]})"},
        {"ids[1]=2&ids[0]=1", R"({"ids":[1,2]})"},
        {"ids=", R"({"ids":[]})"},
        {"ids=1,,2,", R"({"ids":[1,2]})"},
        {"channel=shop-us&items[0][sku]=00123&items[0][quantity]=10&items[1][item_master_id]=4421&items[1][quantity]=+"
         "3",
         R"({"channel":"shop-us","items":[{"quantity":10,"sku":"00123"},{"item_master_id":4421,"quantity":3}]})"},
        {"shipments[0][tracking_number]=123&shipments[0][line_items][0][quantity]=1&"
         "shipments[0][line_items][0][external_line_id]=5",
         R"({"shipments":[{"line_items":[{"external_line_id":"5","quantity":1}],"tracking_number":"123"}]})"},
        {"quantity=007&days=x&a=%22%26%0A+b", R"({"a":"\"&\n b","days":"x","quantity":"007"})"},
        {"item_master_id=&service=&&x", R"({"item_master_id":null,"service":"","x":""})"},
        {"quantity=1e1&days=10.0&quantity_in_case=-2", R"({"days":10.0,"quantity":1e1,"quantity_in_case":-2})"},
        {"a=1=2", R"({"a":"1=2"})"},
        {"title=%C3%A9", R"({"title":"é"})"},
    };
    for (const auto& [form, json] : kTwins) {
        const auto read = form_to_json({}, form);
        ASSERT_TRUE(read) << form << ": " << read.error().message;
        EXPECT_EQ(*read, json) << form;
    }
}

TEST(Forms, ThatCannotBeReadAreToldWhy) {
    struct Case {
        const char* form;
        const char* code;
        const char* why;
    };
    constexpr Case kWrong[] = {
        {R"({"ids":[1]})", "form_syntax", "looks like JSON"},
        {"a=%4", "form_syntax", "hexadecimal"},
        {"a=%zz", "form_syntax", "hexadecimal"},
        {"a=%", "form_syntax", "%25"},
        {"[]=1", "form_syntax", "looks like JSON"},
        {"=1", "form_syntax", "cannot be read"},
        {"a[0=1", "form_syntax", "cannot be read"},
        {"a[0]x=1", "form_syntax", "cannot be read"},
        {"a[b][c][d][e][f]=1", "form_syntax", "cannot be read"},
        {"a=%E9", "form_syntax", "is not UTF-8"},
        {"a=1&a=2", "form_shape", "stands twice"},
        {"a=1&a[0]=2", "form_shape", "contradicts"},
        {"a[0]=1&a[b]=2", "form_shape", "contradicts"},
        {"a[0]=1&a[0][b]=2", "form_shape", "contradicts"},
        {"items[][sku]=A&items[][sku]=B", "form_shape", "number the entries from 0"},
        {"items[1][sku]=A", "form_shape", "items[0] is missing"},
        {"items[0][sku]=A&items[2][sku]=B", "form_shape", "items[1] is missing"},
        {"a[100000]=1", "form_shape", "too large"},
    };
    for (const auto& one : kWrong) {
        const auto read = form_to_json({}, one.form);
        ASSERT_FALSE(read) << one.form << " became " << *read;
        EXPECT_EQ(read.error().code, one.code) << one.form;
        EXPECT_NE(read.error().message.find(one.why), std::string::npos) << one.form << ": " << read.error().message;
    }
}

TEST(Forms, OfWindows1252AreReadByADialectThatHasIt) {
    const auto dialect = *read_dialect("charset=windows-1252");
    EXPECT_EQ(*form_to_json(dialect, "a=caf%E9+%80"), R"({"a":"café €"})");
    EXPECT_EQ(*form_to_json(dialect, "a=caf%C3%A9"), R"({"a":"café"})") << "UTF-8 is UTF-8";
    EXPECT_EQ(body_text(dialect, "\xE9", false), "é");
    EXPECT_EQ(body_text({}, "\xE9", false), "\xE9") << "refused by whoever reads it";
    EXPECT_EQ(body_text({}, "\xC3\xA9", true), "Ã©") << "the sender said so";
}

TEST(LocalTimesOfRequests, ArePutInUtc) {
    const auto berlin = *read_dialect("zone=Europe/Berlin");
    EXPECT_EQ(read_local_times(berlin, R"({"shipments":[{"ship_date" : "2026-07-01T10:00:00","x":"ship_date"}]})"),
              R"({"shipments":[{"ship_date" : "2026-07-01T08:00:00Z","x":"ship_date"}]})");
    for (const char* same : {R"({"ship_date":"2026-07-01T10:00:00Z"})", R"({"ship_date":null})", R"({"ship_date":5})",
                             R"({"a":"\"ship_date\":\"2026-07-01\""})", R"("ship_date")", R"({"ship_date":)",
                             R"({"ship_date":"2026-07-01T10:00:00)", "", "\"", R"({"ship_date":"soon"})"})
        EXPECT_EQ(read_local_times(berlin, same), same);
    EXPECT_EQ(read_local_times(*read_dialect("no-offset"), R"({"ship_date":"2026-07-01T10:00:00"})"),
              R"({"ship_date":"2026-07-01T10:00:00Z"})");
    EXPECT_EQ(read_local_times({}, R"({"ship_date":"2026-07-01T10:00:00"})"), R"({"ship_date":"2026-07-01T10:00:00"})");
}

}  // namespace
}  // namespace crossdock::dialect
