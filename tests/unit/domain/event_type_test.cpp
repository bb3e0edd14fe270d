// SPDX-License-Identifier: Apache-2.0
#include "domain/event_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "domain/deed.h"

namespace crossdock::domain {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    const std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Everything in src/ between quotes that looks like an event type, without the catalogue itself, the command names,
/// and what the audit trail tells of (deed.h).
std::set<std::string> types_in_the_code() {
    static const std::regex kType(
        "\"((?:order|shipment|refund|item|inventory|fba_shipment|carton_push|channel|sync|job|key|webhook|backup|"
        "return|payment|fraud|"
        "purchase_order|listing)\\.[a-z_]+)\"");
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(CROSSDOCK_SOURCE_DIR "/src")) {
        const std::string path = entry.path().generic_string();
        if (!entry.is_regular_file() || (!path.ends_with(".cpp") && !path.ends_with(".h"))) continue;
        if (path.find("/src/cli/") != std::string::npos || path.find("commands.cpp") != std::string::npos ||
            path.find("/src/sandbox/") != std::string::npos || path.find("/src/config/") != std::string::npos ||
            path.find("/src/connectors/") != std::string::npos || path.find("domain/event_type") != std::string::npos ||
            path.find("/src/app/doctor/") != std::string::npos || path.ends_with("domain/deed.h"))
            continue;
        const std::string code = text_of(entry.path());
        for (std::sregex_iterator it(code.begin(), code.end(), kType), end; it != end; ++it) found.insert((*it)[1]);
    }
    return found;
}

TEST(EventTypes, TheCodeRaisesThoseOfTheCatalogueAndNoOthers) {
    auto raised = types_in_the_code();
    raised.insert(std::string{kTestEvent});  // named by its constant
    for (const std::string& type : raised)
        EXPECT_NE(find_event_type(type), nullptr) << type << " is not in the catalogue";
    for (const EventType& type : event_types()) {
        if (type.reserved)
            EXPECT_FALSE(raised.contains(std::string{type.type})) << type.type << " is raised: no longer reserved";
        else
            EXPECT_TRUE(raised.contains(std::string{type.type})) << type.type << " is raised nowhere";
    }
}

/// The families of the seeds that need what later versions bring: an endpoint may ask for them, nothing tells them.
TEST(EventTypes, TheSeedsFamiliesOfLaterVersionsAreReserved) {
    for (const char* name :
         {"shipment.in_transit", "shipment.delivered", "shipment.exception", "return.initiated", "return.received",
          "return.refunded", "payment.failed", "fraud.flagged", "purchase_order.received", "listing.error"}) {
        const EventType* type = find_event_type(name);
        ASSERT_NE(type, nullptr) << name;
        EXPECT_TRUE(type->reserved) << name;
        EXPECT_TRUE(parse_event_filter({name})) << name;
    }
    for (const char* family : {"return.*", "purchase_order.*", "listing.*", "fraud.*", "payment.*"})
        EXPECT_TRUE(parse_event_filter({family})) << family;
    const std::string page = text_of(CROSSDOCK_SOURCE_DIR "/docs/api/webhooks.md");
    const std::string list = page.substr(page.find("Reserved for later versions"));
    for (const EventType& type : event_types())
        EXPECT_EQ(list.substr(0, list.find('\n')).find("`" + std::string{type.type} + "`") != std::string::npos,
                  type.reserved)
            << type.type;
}

/// Every name in deed.h is written into the audit trail somewhere, and each is there once.
TEST(Deeds, AreAllDone) {
    const std::string names = text_of(CROSSDOCK_SOURCE_DIR "/src/domain/deed.h");
    std::string code;
    for (const auto& entry : fs::recursive_directory_iterator(CROSSDOCK_SOURCE_DIR "/src"))
        if (entry.is_regular_file() && entry.path().extension() == ".cpp") code += text_of(entry.path());
    static const std::regex kConstant("string_view (k[A-Za-z]+) = \"([a-z_.]+)\"");
    std::set<std::string> found;
    for (std::sregex_iterator it(names.begin(), names.end(), kConstant), end; it != end; ++it) {
        EXPECT_NE(code.find("deed::" + (*it)[1].str()), std::string::npos) << (*it)[1] << " is done nowhere";
        found.insert((*it)[2]);
    }
    EXPECT_EQ(found, (std::set<std::string>(deed::kAll.begin(), deed::kAll.end())));
    EXPECT_EQ(found.size(), deed::kAll.size());
}

TEST(EventTypes, EachIsThereOnceWithWordsAndAnExample) {
    std::set<std::string_view> seen;
    for (const EventType& type : event_types()) {
        EXPECT_TRUE(seen.insert(type.type).second) << type.type;
        EXPECT_FALSE(type.meaning.empty()) << type.type;
        EXPECT_FALSE(type.subject.empty()) << type.type;
        const auto example = nlohmann::json::parse(type.details, nullptr, false);
        EXPECT_TRUE(example.is_object()) << type.type;
    }
    EXPECT_GE(std::count_if(seen.begin(), seen.end(), [](auto) { return true; }), 45);
}

TEST(EventFilter, TakesNamesFamiliesAndEverything) {
    const auto filter = parse_event_filter({" order.created ", "inventory.*", "order.created"});
    ASSERT_TRUE(filter);
    EXPECT_EQ(*filter, (std::vector<std::string>{"order.created", "inventory.*"}));
    EXPECT_TRUE(takes(*filter, "order.created"));
    EXPECT_FALSE(takes(*filter, "order.updated"));
    EXPECT_TRUE(takes(*filter, "inventory.low"));
    EXPECT_TRUE(takes({"*"}, "anything.else"));
    EXPECT_FALSE(takes({"order.*"}, "orders.created"));
    EXPECT_FALSE(takes({}, "order.created"));
    EXPECT_TRUE(parse_event_filter({"shipment.delivered"})) << "a reserved name may be waited for";
    for (const char* bad : {"", "order", "order.", "*.*", "order.create", "ORDER.CREATED", "order.*.x", "backups.*"})
        EXPECT_EQ(parse_event_filter({bad}).error().code, "events_invalid") << bad;
    EXPECT_FALSE(parse_event_filter({}));
}

}  // namespace
}  // namespace crossdock::domain
