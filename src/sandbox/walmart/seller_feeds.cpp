// SPDX-License-Identifier: Apache-2.0
// Feeds: a file comes in, is looked at later, and each of its rows has an end of its own.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sandbox/encoding.h"
#include "sandbox/walmart/seller_impl.h"

namespace crossdock::sandbox::walmart {

using nlohmann::json;

namespace {

constexpr std::size_t kMegabyte = 1'048'576;
constexpr std::int64_t kMostUnits = 99'999'999;

/// The part called `file` of a multipart/form-data body.
std::optional<std::string> file_part(const http::Request& request) {
    const std::string type(request.header("content-type").value_or(""));
    const std::size_t mark = type.find("boundary=");
    if (!to_lower(type).starts_with("multipart/form-data") || mark == std::string::npos) return std::nullopt;
    std::string boundary = type.substr(mark + 9);
    if (const std::size_t end = boundary.find(';'); end != std::string::npos) boundary.resize(end);
    if (boundary.size() > 2 && boundary.front() == '"' && boundary.back() == '"')
        boundary = boundary.substr(1, boundary.size() - 2);
    const std::string fence = "--" + boundary;
    std::size_t at = request.body.find(fence);
    while (at != std::string::npos) {
        const std::size_t head = at + fence.size();
        if (request.body.compare(head, 2, "--") == 0) return std::nullopt;
        const std::size_t next = request.body.find("\r\n" + fence, head);
        const std::size_t blank = request.body.find("\r\n\r\n", head);
        if (next == std::string::npos || blank == std::string::npos || blank > next) return std::nullopt;
        const std::string headers = request.body.substr(head, blank - head);
        if (headers.find("name=\"file\"") != std::string::npos || headers.find("name=file") != std::string::npos)
            return request.body.substr(blank + 4, next - blank - 4);
        at = next + 2;
    }
    return std::nullopt;
}

/// What is wrong with a quantity object; "" when nothing is.
std::string fault_of(const json& value, std::int64_t& units) {
    if (!value.is_object() || value.value("unit", "") != "EACH") return "unit must be EACH";
    const auto amount = value.find("amount");
    if (amount == value.end() || !amount->is_number_integer()) return "amount must be a whole number";
    units = amount->get<std::int64_t>();
    return units < 0 || units > kMostUnits ? "amount must be between 0 and 99999999" : "";
}

Feed::Row read_row(const World& world, const json& entry, bool nodes, const std::string& default_node) {
    Feed::Row row;
    const auto blame = [&row](std::string text) {
        if (row.fault_code.empty()) row.fault_code = "ERR_EXT_DATA_0101119";
        if (row.fault_text.empty()) row.fault_text = std::move(text);
    };
    if (!entry.is_object() || !entry.contains("sku") || !entry["sku"].is_string()) {
        blame("sku is missing");
        return row;
    }
    row.sku = entry["sku"].get<std::string>();
    if (!world.goods.find(row.sku)) blame("The sku is not set up for this seller");
    const auto add = [&](const std::string& node, const json& quantity) {
        std::int64_t units = 0;
        if (const std::string fault = fault_of(quantity, units); !fault.empty()) blame(fault);
        const auto known = world.stock.node(node);
        if (!known || world.stock.nodes()[*known].status != "ACTIVE")
            blame("Ship node " + node + " is not an active one");
        row.quantities.emplace_back(node, units);
    };
    if (!nodes) {
        add(default_node, entry.contains("quantity") ? entry["quantity"] : json());
        return row;
    }
    if (!entry.contains("shipNodes") || !entry["shipNodes"].is_array() || entry["shipNodes"].empty()) {
        blame("shipNodes is missing");
        return row;
    }
    for (const json& node : entry["shipNodes"]) {
        if (!node.is_object() || !node.contains("shipNode") || !node["shipNode"].is_string()) {
            blame("shipNode is missing");
            continue;
        }
        add(node["shipNode"].get<std::string>(), node.contains("quantity") ? node["quantity"] : json());
    }
    return row;
}

int count_of(const Feed& feed, std::string_view status) {
    return static_cast<int>(
        std::count_if(feed.rows.begin(), feed.rows.end(), [&](const Feed::Row& row) { return row.status == status; }));
}

Json totals(const Feed& feed) {
    const int all = static_cast<int>(feed.rows.size());
    const int good = count_of(feed, "SUCCESS");
    const int open = feed.status == "ERROR" ? 0 : count_of(feed, "INPROGRESS");
    return {{"itemsReceived", all},
            {"itemsSucceeded", good},
            {"itemsFailed", all - good - open},
            {"itemsProcessing", open}};
}

}  // namespace

Answer SellerImpl::post_feed(const Call& call) {
    const std::string type = call.text("feedType");
    const bool nodes = type == "MP_INVENTORY";
    if (!nodes && type != "inventory") return Refusal::param("feedType", "feedType must be inventory or MP_INVENTORY");
    const auto file = file_part(call.request);
    if (!file) return Refusal::content("file", "A multipart/form-data body with a part called file is expected");
    if (file->size() > (nodes ? 1 : 10) * kMegabyte)
        return Refusal::content("file", "The file is larger than " + std::string(nodes ? "1 MB" : "10 MB"));
    std::string id = sha256_hex(world_.random.uuid()).substr(0, 32) + "@AUoBAQA";
    for (char& c : id)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 32);
    Feed feed;
    feed.id = id;
    feed.type = type;
    feed.submitted = feed.changed = world_.now();
    // The two formats differ in the case of one letter.
    const std::string header = nodes ? "inventoryHeader" : "InventoryHeader";
    const std::string list = nodes ? "inventory" : "Inventory";
    const json body = json::parse(*file, nullptr, false);
    if (!body.is_object() || !body.contains(header) || !body.contains(list) || !body[list].is_array() ||
        body[list].empty()) {
        feed.error_code = "ERR_EXT_DATA_0801001";
        feed.error_text =
            "The file does not match feed type " + type + ": " + header + " and " + list + " are expected";
    } else {
        for (const json& entry : body[list]) feed.rows.push_back(read_row(world_, entry, nodes, call.text("shipNode")));
        if (faults_.take({"row_error"}, call.operation)) {
            ++world_.counters.faults;
            feed.rows.front().fault_code = "SYSTEM_ERROR";
            feed.rows.front().fault_text = "Internal error, please submit the row again";
        }
    }
    if (faults_.take({"feed_error"}, call.operation)) {
        ++world_.counters.faults;
        feed.error_code = "ERR_INT_SYSTEM_0901001";
        feed.error_text = "The feed could not be processed";
    }
    ++world_.counters.feeds;
    world_.feeds.emplace(id, std::move(feed));
    world_.feed_ids.push_back(id);
    world_.agenda.at(world_.now() + options_.feed_delay / 10, [this, id] { world_.feeds[id].status = "INPROGRESS"; });
    world_.agenda.at(world_.now() + options_.feed_delay, [this, id] { world_.process(world_.feeds[id]); });
    return Json{{"feedId", id}};
}

Answer SellerImpl::list_feeds(const Call& call) {
    int limit = 50;
    if (const std::string text = call.text("limit"); !text.empty()) limit = whole_units(text);
    if (limit < 1 || limit > 50) return Refusal::param("limit", "limit must be between 1 and 50");
    const auto offset = static_cast<std::size_t>(whole_units(call.text("offset")));
    const std::string only = call.text("feedId");
    Json list = Json::array();
    std::size_t total = 0;
    for (auto id = world_.feed_ids.rbegin(); id != world_.feed_ids.rend(); ++id) {
        if (!only.empty() && *id != only) continue;
        if (total++ < offset || std::cmp_greater_equal(list.size(), limit)) continue;
        const Feed& feed = world_.feeds.at(*id);
        Json entry = {{"feedId", feed.id},
                      {"feedSource", "MARKETPLACE_PARTNER"},
                      {"feedType", feed.type},
                      {"partnerId", options_.partner_id}};
        entry.update(totals(feed));
        entry["feedStatus"] = feed.status;
        entry["feedDate"] = to_ms(feed.submitted);
        entry["batchId"] = "HP_REQUEST_BATCH";
        entry["modifiedDtm"] = to_ms(feed.changed);
        list.push_back(std::move(entry));
    }
    return Json{
        {"totalResults", total}, {"offset", offset}, {"limit", limit}, {"results", {{"feed", std::move(list)}}}};
}

Answer SellerImpl::one_feed(const Call& call) {
    const auto at = world_.feeds.find(call.values[0]);
    if (at == world_.feeds.end()) return Refusal::missing();
    const Feed& feed = at->second;
    int limit = 50;
    if (const std::string text = call.text("limit"); !text.empty()) limit = whole_units(text);
    if (limit < 1 || limit > 50) return Refusal::param("limit", "limit must be between 1 and 50");
    const auto offset = static_cast<std::size_t>(whole_units(call.text("offset")));
    Json body = {{"feedId", feed.id}, {"feedStatus", feed.status}};
    if (feed.status == "ERROR") {
        const bool by_walmart = feed.error_code.starts_with("ERR_INT");
        body["ingestionErrors"] = {
            {"ingestionError", Json::array({{{"type", by_walmart ? "SYSTEM_ERROR" : "DATA_ERROR"},
                                             {"code", feed.error_code},
                                             {"description", feed.error_text}}})}};
    }
    body.update(totals(feed));
    body["offset"] = offset;
    body["limit"] = limit;
    Json rows = Json::array();
    if (call.flag("includeDetails")) {
        for (std::size_t i = offset; i < feed.rows.size() && std::cmp_less(rows.size(), limit); ++i) {
            const Feed::Row& row = feed.rows[i];
            Json entry = {{"martId", 0}, {"sku", row.sku}, {"index", i}, {"ingestionStatus", row.status}};
            if (row.status == "DATA_ERROR" || row.status == "SYSTEM_ERROR")
                entry["ingestionErrors"] = {
                    {"ingestionError",
                     Json::array({{{"type", row.status}, {"code", row.fault_code}, {"description", row.fault_text}}})}};
            rows.push_back(std::move(entry));
        }
    }
    body["itemDetails"] = {{"itemIngestionStatus", std::move(rows)}};
    return body;
}

}  // namespace crossdock::sandbox::walmart
