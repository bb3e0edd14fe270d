// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <nlohmann/json.hpp>

#include "sandbox/amazon/seller_impl.h"

namespace crossdock::sandbox::amazon {

using json = nlohmann::ordered_json;

namespace {

constexpr const char* kListingsFeed = "JSON_LISTINGS_FEED";
constexpr const char* kCartonFeed = "POST_FBA_INBOUND_CARTON_CONTENTS";
// Ended 2025-07-31: taken, and then fatal.
constexpr std::array<std::string_view, 5> kDead{"POST_INVENTORY_AVAILABILITY_DATA", "POST_PRODUCT_DATA",
                                                "POST_PRODUCT_PRICING_DATA", "POST_FLAT_FILE_INVLOADER_DATA",
                                                "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA"};

http::Response bad_feed(const std::string& details) { return error(400, "InvalidInput", "Invalid Input", details); }

}  // namespace

http::Response SellerImpl::create_feed_document(Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object() || !body.contains("contentType") || !body["contentType"].is_string() ||
        body["contentType"].get<std::string>().empty())
        return bad_feed("contentType is missing.");
    Document made;
    made.id = "amzn1.tortuga.4.na." + world_.random().uuid() + ".T" + world_.fresh_id(10);
    made.content_type = body["contentType"];
    made.for_upload = true;
    const std::string id = made.id;
    Document& kept = world_.documents[id] = std::move(made);
    return answer({{"feedDocumentId", id}, {"url", document_url(kept, call.base_url)}}, 201);
}

http::Response SellerImpl::create_feed(Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    const auto text = [&](const char* name) {
        return body.is_object() && body.contains(name) && body[name].is_string() ? body[name].get<std::string>()
                                                                                 : std::string();
    };
    Work work;
    work.type = text("feedType");
    if (work.type.empty()) return bad_feed("feedType is missing.");
    bool dead = false;
    for (const std::string_view type : kDead) dead = dead || type == work.type;
    if (!dead && work.type != kListingsFeed && work.type != kCartonFeed) return bad_feed("Invalid feedType: " + work.type);
    if (!body.contains("marketplaceIds") || !body["marketplaceIds"].is_array() || body["marketplaceIds"].empty())
        return bad_feed("marketplaceIds is missing.");
    for (const json& id : body["marketplaceIds"]) {
        if (!id.is_string() || find_store(id.get<std::string>()) == nullptr) return bad_feed("Invalid marketplaceId.");
        if (own_store(id.get<std::string>()) == nullptr) return denied("");
        work.stores.push_back(id);
    }
    work.input_document_id = text("inputFeedDocumentId");
    const auto input = world_.documents.find(work.input_document_id);
    if (input == world_.documents.end() || !input->second.for_upload) return bad_feed("Invalid inputFeedDocumentId.");
    // Amazon takes a feed whose file never came, and finds out when it gets to it.
    work.id = world_.fresh_id(11) + "021";
    work.created_at = world_.now();
    if (dead || !input->second.uploaded) work.forced_end = "FATAL";
    if (faults_.take({"feed_cancelled"}, work.type)) work.forced_end = "CANCELLED";
    if (faults_.take({"feed_fatal"}, work.type)) work.forced_end = "FATAL";
    ++world_.counters.feeds;
    world_.feed_order.push_back(work.id);
    const std::string id = work.id;
    world_.feeds[id] = std::move(work);
    schedule_work(id, true);
    return answer({{"feedId", id}}, 202);
}

void SellerImpl::finish_feed(Work& feed) {
    const Document& input = world_.documents.at(feed.input_document_id);
    const bool listings = feed.type == kListingsFeed;
    const std::string report = listings ? run_listings_feed(feed, input.content) : run_carton_feed(feed, input.content);
    feed.document_id =
        keep_document(report, listings ? "application/json; charset=UTF-8" : "text/xml; charset=UTF-8", listings);
    feed.status = WorkStatus::done;  // which says nothing about success
}

http::Response SellerImpl::get_feed(Call& call) {
    const auto at = world_.feeds.find(call.parts[0]);
    if (at == world_.feeds.end()) return not_found("Feed " + call.parts[0] + " was not found.");
    return answer(shown(at->second, true));
}

http::Response SellerImpl::get_feeds(Call& call) {
    return list_works(call, world_.feeds, world_.feed_order, "feedTypes", "feeds");
}

http::Response SellerImpl::cancel_feed(Call& call) {
    const auto at = world_.feeds.find(call.parts[0]);
    if (at == world_.feeds.end()) return not_found("Feed " + call.parts[0] + " was not found.");
    if (at->second.status != WorkStatus::in_queue) return bad_feed("Only a feed in the queue can be cancelled.");
    at->second.status = WorkStatus::cancelled;
    at->second.ended_at = world_.now();
    return http::Response{200, "", "application/json", {}};
}

http::Response SellerImpl::get_feed_document(Call& call) {
    const auto at = world_.documents.find(call.parts[0]);
    if (at == world_.documents.end() || at->second.for_upload) return not_found("Document was not found.");
    json body = {{"feedDocumentId", at->first}, {"url", document_url(at->second, call.base_url)}};
    if (at->second.gzip) body["compressionAlgorithm"] = "GZIP";
    return answer(body);
}

}  // namespace crossdock::sandbox::amazon
