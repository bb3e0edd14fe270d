// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/feeds.h"

#include "base/json_writer.h"
#include "connectors/amazon/documents.h"

namespace crossdock::connectors::amazon {
namespace {

constexpr std::string_view kFeeds = "/feeds/2021-06-30/feeds";
constexpr std::string_view kDocuments = "/feeds/2021-06-30/documents";
constexpr std::size_t kMaxReport = 64U * 1024 * 1024;

/// The feed does not exist yet, so that whatever went wrong has had no effect.
Error without_effect(Error error) {
    if (effect_unknown(error)) {
        error.kind = ErrorKind::unavailable;
        error.code = "amazon_feed_not_sent";
        error.message = "the feed was not handed over: " + error.message;
    }
    return error;
}

}  // namespace

Result<std::string> submit_feed(Client& client, const FeedInput& input) {
    Call place{Operation::create_feed_document, std::string{kDocuments}};
    place.method = "POST";
    place.push = true;
    JsonWriter(place.body).begin_object().field("contentType", input.content_type).end_object();
    const auto placed = client.call(place);
    if (!placed) return without_effect(placed.error());
    const auto document_id = placed->payload["feedDocumentId"].filled_text();
    const auto url = placed->payload["url"].filled_text();
    if (!document_id || !url)
        return without_effect({ErrorKind::unavailable, "amazon_bad_answer", "Amazon gave no place for the feed"});
    if (auto done = upload(client, *url, input.content_type, input.document); !done)
        return without_effect(done.error());

    Call create{Operation::create_feed, std::string{kFeeds}};
    create.method = "POST";
    create.push = true;
    JsonWriter writer(create.body);
    writer.begin_object().field("feedType", input.type).key("marketplaceIds").begin_array();
    writer.value(std::string_view{input.marketplace_id}).end_array();
    writer.field("inputFeedDocumentId", *document_id).end_object();
    const auto created = client.call(create);
    if (!created) return created.error();
    auto feed_id = created->payload["feedId"].filled_text();
    if (!feed_id) return Error{ErrorKind::unavailable, "amazon_bad_answer", "Amazon took the feed and gave no id"};
    return std::move(*feed_id);
}

Result<FeedState> read_feed(Client& client, const std::string& feed_id) {
    Call call{Operation::get_feed, std::string{kFeeds} + "/" + path_part(feed_id)};
    call.push = true;
    const auto answer = client.call(call);
    if (!answer) {
        Error error = answer.error();
        if (error.code == "amazon_invalid_input") error.kind = ErrorKind::not_found;
        return error;
    }
    const std::string_view status = answer->payload["processingStatus"].word();
    FeedState state;
    if (status == "CANCELLED") {
        state.stage = FeedState::Stage::cancelled;
    } else if (status == "FATAL") {
        state.stage = FeedState::Stage::fatal;
    } else if (status == "DONE") {
        state.stage = FeedState::Stage::done;
        const auto document_id = answer->payload["resultFeedDocumentId"].filled_text();
        if (!document_id) return state;
        Call ask{Operation::get_feed_document, std::string{kDocuments} + "/" + path_part(*document_id)};
        ask.push = true;
        const auto document = client.call(ask);
        if (!document) return document.error();
        const auto place = document_place(client, *document);
        if (!place) return place.error();
        auto text = download_text(client, *place, kMaxReport);
        if (!text) return text.error();
        state.report = std::move(*text);
    }
    return state;
}

}  // namespace crossdock::connectors::amazon
