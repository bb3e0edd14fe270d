// SPDX-License-Identifier: Apache-2.0
// JSON_LISTINGS_FEED: many patches in one file, and its processing report.
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr std::size_t kMostMessages = 25'000;

}  // namespace

std::string SellerImpl::run_listings_feed(const Work& feed, const std::string& input) {
    json issues = json::array();
    int errors = 0, warnings = 0, processed = 0, accepted = 0, invalid = 0;
    const auto complain = [&](const std::string& code, const std::string& message) {  // about the whole feed
        issues.push_back({{"code", code}, {"severity", "ERROR"}, {"message", message}});
        ++errors;
    };
    const json document = json::parse(input, nullptr, false);
    const json header = document.is_object() ? document.value("header", json()) : json();
    const json messages = document.is_object() ? document.value("messages", json()) : json();
    if (document.is_discarded() || !document.is_object()) {
        complain("4000001", "The provided JSON could not be parsed.");
    } else if (!header.is_object() || header.value("version", json()) != "2.0") {
        complain("4000003", "'header' must be an object with the version '2.0'.");
    } else if (header.value("sellerId", json()) != options_.seller_id) {
        complain("4000003", "'header.sellerId' does not match the selling partner of this submission.");
    } else if (!messages.is_array() || messages.empty() || messages.size() > kMostMessages) {
        complain("4000003", "'messages' must be an array of 1 to 25000 messages.");
    } else {
        std::set<std::int64_t> ids;
        for (const json& message : messages) {
            ++processed;
            const json id = message.is_object() ? message.value("messageId", json()) : json();
            if (!id.is_number_integer() || id.get<std::int64_t>() < 1 || !ids.insert(id.get<std::int64_t>()).second) {
                complain("4000004", "'messageId' must be a positive integer that is unique in the feed.");
                ++invalid;
                continue;
            }
            const json sku = message.value("sku", json());
            bool failed = false;
            const auto about = [&](const std::string& code, const std::string& severity, const std::string& text,
                                   const std::string& attribute) {
                json issue = {{"messageId", id}};
                if (sku.is_string() && !sku.get<std::string>().empty()) issue["sku"] = sku;
                issue["code"] = code;
                issue["severity"] = severity;
                issue["message"] = text;
                if (!attribute.empty()) issue["attributeName"] = attribute;
                issues.push_back(issue);
                severity == "ERROR" ? ++errors : ++warnings;
                failed = failed || severity == "ERROR";
            };
            const auto index = sku.is_string() ? world_.listing_of(sku.get<std::string>()) : std::nullopt;
            if (!sku.is_string() || sku.get<std::string>().empty()) {
                about("4000002", "ERROR", "'sku' is required but not supplied.", "");
            } else if (message.value("operationType", json()) != "PATCH") {
                about("4000005", "ERROR", "This sandbox runs the operation type PATCH only.", "");
            } else if (!index) {
                about("8058", "ERROR", "The SKU does not exist in the catalog of this selling partner.", "");
            } else {
                for (const json& issue : apply_patches(*index, message, false))
                    about(issue["code"], issue["severity"], issue["message"],
                          issue.contains("attributeNames") ? issue["attributeNames"][0].get<std::string>() : "");
            }
            failed ? ++invalid : ++accepted;
        }
    }
    const json report = {{"header", {{"sellerId", options_.seller_id}, {"version", "2.0"}, {"feedId", feed.id}}},
                         {"issues", issues},
                         {"summary",
                          {{"errors", errors},
                           {"warnings", warnings},
                           {"messagesProcessed", processed},
                           {"messagesAccepted", accepted},
                           {"messagesInvalid", invalid}}}};
    return report.dump();
}

}  // namespace crossdock::sandbox::amazon
