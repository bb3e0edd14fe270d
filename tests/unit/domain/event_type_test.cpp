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

namespace crossdock::domain {
namespace {

namespace fs = std::filesystem;

/// Everything in src/ between quotes that looks like an event type, without the catalogue itself and the command names.
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
            path.find("/src/connectors/") != std::string::npos || path.find("domain/event_type") != std::string::npos)
            continue;
        std::ifstream file(entry.path());
        std::ostringstream text;
        text << file.rdbuf();
        const std::string code = text.str();
        for (std::sregex_iterator it(code.begin(), code.end(), kType), end; it != end; ++it) found.insert((*it)[1]);
    }
    return found;
}

TEST(EventTypes, TheCodeRaisesThoseOfTheCatalogueAndNoOthers) {
    auto raised = types_in_the_code();
    raised.insert(std::string{kTestEvent});  // named by its constant
    raised.insert("key.revoked");            // by a command
    // Deeds in the audit trail that are no events.
    for (const char* deed : {"channel.added", "channel.removed", "channel.enabled", "channel.disabled", "key.rotated"})
        EXPECT_EQ(raised.erase(deed), 1U) << deed << " is recorded nowhere any more";
    for (const std::string& type : raised)
        EXPECT_NE(find_event_type(type), nullptr) << type << " is not in the catalogue";
    for (const EventType& type : event_types()) {
        if (type.reserved)
            EXPECT_FALSE(raised.contains(std::string{type.type})) << type.type << " is raised: no longer reserved";
        else
            EXPECT_TRUE(raised.contains(std::string{type.type})) << type.type << " is raised nowhere";
    }
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
