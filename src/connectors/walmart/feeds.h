// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// A figure to set; `node` is empty for the default node.
struct StockFigure {
    std::string sku, node;
    std::int64_t quantity = 0;
};

/// Hands over a file of figures: all with a node, or all without. Returns the feed's id.
Result<std::string> submit_stock_feed(Client& client, const std::vector<StockFigure>& figures);

/// What Walmart says of a feed.
struct FeedReport {
    enum class Stage { working, done, broken } stage = Stage::working;
    std::string words;          // of a feed that is broken as a whole
    bool broken_by_us = false;  // by its data: it would break again
    std::chrono::milliseconds look_again{0};
    struct Item {
        enum class State { working, succeeded, refused, failed } state = State::working;
        std::string words;
    };
    std::map<std::string, Item, std::less<>> items;  // by sku
};
/// Reads all pages of a feed's report. Errors: not_found when Walmart does not know the feed, else those of a call.
Result<FeedReport> read_feed_report(Client& client, const std::string& feed_id);

}  // namespace crossdock::connectors::walmart
