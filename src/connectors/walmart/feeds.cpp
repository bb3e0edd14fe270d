// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/feeds.h"

#include <algorithm>

#include "base/json_writer.h"

namespace crossdock::connectors::walmart {
namespace {

constexpr int kReportPage = 50;  // the most that one call shows
constexpr int kMaxReportPages = 250;
constexpr std::chrono::minutes kFirstLook{2}, kLongestPause{60};

/// By ship node: lower-case names, version 1.5; without: capital ones, version 1.4.
std::string node_document(const std::vector<StockFigure>& figures) {
    std::map<std::string, std::vector<const StockFigure*>, std::less<>> by_sku;
    for (const StockFigure& figure : figures) by_sku[figure.sku].push_back(&figure);
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("inventoryHeader").begin_object().field("version", "1.5").end_object();
    writer.key("inventory").begin_array();
    for (const auto& [sku, nodes] : by_sku) {
        writer.begin_object().field("sku", sku).key("shipNodes").begin_array();
        for (const StockFigure* figure : nodes) {
            writer.begin_object().field("shipNode", figure->node).key("quantity").begin_object();
            writer.field("unit", "EACH").field("amount", figure->quantity).end_object().end_object();
        }
        writer.end_array().end_object();
    }
    writer.end_array().end_object();
    return out;
}

std::string default_document(const std::vector<StockFigure>& figures) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().key("InventoryHeader").begin_object().field("version", "1.4").end_object();
    writer.key("Inventory").begin_array();
    for (const StockFigure& figure : figures) {
        writer.begin_object().field("sku", figure.sku).key("quantity").begin_object();
        writer.field("unit", "EACH").field("amount", figure.quantity).end_object().end_object();
    }
    writer.end_array().end_object();
    return out;
}

/// DATA_ERROR is ours, the others are Walmart's own trouble.
FeedReport::Item::State state_of_item(std::string_view word) {
    using State = FeedReport::Item::State;
    if (word == "SUCCESS") return State::succeeded;
    if (word == "DATA_ERROR") return State::refused;
    if (word == "SYSTEM_ERROR" || word == "TIMEOUT_ERROR") return State::failed;
    return State::working;
}

struct Trouble {
    std::string words;
    bool by_data = false;
};

Trouble trouble_in(JsonView ingestion_errors) {
    Trouble out;
    for (const JsonView one : elements(ingestion_errors["ingestionError"])) {
        std::string words = one["code"].text().value_or("");
        if (const auto said = one["description"].filled_text()) words += (words.empty() ? "" : ": ") + *said;
        if (!words.empty()) out.words += (out.words.empty() ? "" : "; ") + words;
        out.by_data = out.by_data || one["type"].word() == "DATA_ERROR";
    }
    out.words = in_quotes(out.words);
    return out;
}

/// Walmart advises to look after 15 minutes and ever more rarely. Nothing newer leaves before a feed is done, so the
/// first looks come sooner; a call costs next to nothing of its budget.
std::chrono::milliseconds pause_for_feed(JsonView submitted, Timestamp now) {
    const auto at = read_epoch(submitted);
    const std::chrono::milliseconds age = at ? now - *at : std::chrono::milliseconds{0};
    return std::clamp<std::chrono::milliseconds>(age / 2, kFirstLook, kLongestPause);
}

}  // namespace

Result<std::string> submit_stock_feed(Client& client, const std::vector<StockFigure>& figures) {
    const bool by_node = !figures.front().node.empty();
    const std::string boundary = "crossdock-" + client.runtime().random.uuid();
    Call call{by_node ? Operation::post_node_inventory_feed : Operation::post_inventory_feed, "/v3/feeds"};
    call.query = {{"feedType", by_node ? "MP_INVENTORY" : "inventory"}};
    call.method = "POST";
    call.push = true;
    call.content_type = "multipart/form-data; boundary=" + boundary;
    call.body = "--" + boundary +
                "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"inventory.json\"\r\n"
                "Content-Type: application/json\r\n\r\n" +
                (by_node ? node_document(figures) : default_document(figures)) + "\r\n--" + boundary + "--\r\n";
    const auto answer = client.call(call);
    if (!answer) return answer.error();
    if (auto id = answer->root["feedId"].filled_text()) return std::move(*id);
    const Refusal refusal = read_refusal(answer->root["errors"]);
    if (!refusal.words.empty())
        return Error{ErrorKind::rejected, "walmart_feed_refused", "Walmart refused the feed: " + refusal.words};
    return Error{ErrorKind::unavailable, "walmart_bad_answer", "Walmart took the feed and gave no id"};
}

Result<FeedReport> read_feed_report(Client& client, const std::string& feed_id) {
    FeedReport report;
    std::int64_t offset = 0;
    for (int pages = 0; pages < kMaxReportPages; ++pages) {
        Call call{Operation::get_feed, "/v3/feeds/" + net::percent_encode(feed_id)};
        call.query = {
            {"includeDetails", "true"}, {"offset", std::to_string(offset)}, {"limit", std::to_string(kReportPage)}};
        call.push = true;
        const auto answer = client.call(call);
        if (!answer) return answer.error();
        const JsonView root = answer->root;
        const std::string_view status = root["feedStatus"].word();
        report.look_again = pause_for_feed(root["feedSubmissionDate"], client.now());
        if (status == "ERROR") {
            report.stage = FeedReport::Stage::broken;
            Trouble trouble = trouble_in(root["ingestionErrors"]);
            if (trouble.words.empty()) trouble.words = read_refusal(root["errors"]).words;
            report.words = trouble.words;
            report.broken_by_us = trouble.by_data;
            return report;
        }
        if (status != "PROCESSED") return report;  // RECEIVED, INPROGRESS
        const auto items = elements(root["itemDetails"]["itemIngestionStatus"]);
        for (const JsonView item : items) {
            const auto sku = item["sku"].text();
            if (!sku) continue;
            report.items[*sku] = {state_of_item(item["ingestionStatus"].word()),
                                  trouble_in(item["ingestionErrors"]).words};
        }
        offset += static_cast<std::int64_t>(items.size());
        const auto received = root["itemsReceived"].integer();
        if (items.empty() || (received && offset >= *received)) break;
    }
    report.stage = FeedReport::Stage::done;
    return report;
}

}  // namespace crossdock::connectors::walmart
