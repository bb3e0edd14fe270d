// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "connectors/amazon/client.h"

namespace crossdock::connectors::amazon {

struct FeedInput {
    std::string_view type;          // "JSON_LISTINGS_FEED"
    std::string_view content_type;  // "application/json; charset=UTF-8"
    std::string marketplace_id;
    std::string document;
};

/// Document, upload, feed. Returns the feed's id. Until the last of the three calls nothing has had an effect: only an
/// error of createFeed itself may be one of effect_unknown.
Result<std::string> submit_feed(Client& client, const FeedInput& input);

struct FeedState {
    enum class Stage { working, done, cancelled, fatal } stage = Stage::working;
    std::string report;  // of a feed that is done: the processing report's text; empty when there is none
};
/// Errors: not_found when Amazon does not know the feed, else those of a call.
Result<FeedState> read_feed(Client& client, const std::string& feed_id);

/// How long to leave a feed alone before asking again.
inline constexpr std::chrono::seconds kFeedPause{60};

}  // namespace crossdock::connectors::amazon
