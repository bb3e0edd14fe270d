// SPDX-License-Identifier: Apache-2.0
#include "connectors/amazon/stock.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/amazon/feeds.h"
#include "connectors/amazon/item_mapping.h"
#include "connectors/amazon/outcome.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::amazon {
namespace {

using State = PushOutcome::State;

/// Up to so many lines go one by one.
constexpr std::size_t kMaxPatches = 50;
constexpr std::int64_t kMaxQuantity = 1'000'000'000;
constexpr std::string_view kAnyProductType = "PRODUCT";  // accepted for changes of an offer alone

PushOutcome refused_fba() {
    return unsent(
        outcome(State::failed, "fulfilled_by_amazon",
                "the stock of this sku is in Amazon's warehouse and counted by Amazon; a quantity cannot be set"));
}

std::string listing_path(const Client& client, std::string_view sku) {
    return "/listings/2021-08-01/items/" + path_part(client.settings().seller_id) + "/" + path_part(sku);
}

struct Row {
    std::size_t line = 0;  // which of the caller's
    std::string sku, marketplace_id, product_type;
    std::int64_t quantity = 0;
    bool channel_known = false;  // whether the catalogue says who ships
};

void write_patches(JsonWriter& writer, const Row& row) {
    writer.field("productType", row.product_type).key("patches").begin_array().begin_object();
    writer.field("op", "merge").field("path", "/attributes/fulfillment_availability").key("value").begin_array();
    writer.begin_object().field("fulfillment_channel_code", "DEFAULT").field("quantity", row.quantity).end_object();
    writer.end_array().end_object().end_array();
}

/// "90220: 'size' is required but not supplied."; only what is an error. Empty when there is none.
std::string errors_of(JsonView issues) {
    std::string out;
    for (const JsonView issue : issues) {
        if (issue["severity"].word() != "ERROR") continue;
        std::string words = issue["code"].text().value_or("");
        if (const auto message = issue["message"].filled_text()) words += (words.empty() ? "" : ": ") + *message;
        out += (out.empty() ? "" : "; ") + words;
    }
    return in_quotes(out);
}

/// The work on one batch.
class Batch {
public:
    Batch(Client& client, std::span<const StockLine> lines) : client_(client), lines_(lines), outcomes_(lines.size()) {}

    std::vector<PushOutcome> push() {
        if (client_.settings().seller_id.empty()) {
            std::fill(outcomes_.begin(), outcomes_.end(),
                      unsent(outcome(State::failed, "seller_id_missing",
                                     "the channel has no seller_id in the config file, and Amazon's listings cannot be "
                                     "changed without it")));
            return std::move(outcomes_);
        }
        resolve();
        // Before the choice of the way: what the catalogue does not know is looked up one by one.
        look_up_unknown();
        if (rows_.size() <= kMaxPatches)
            patch_all();
        else
            feed();
        return std::move(outcomes_);
    }

private:
    void settle(const Row& row, PushOutcome what) { outcomes_[row.line] = std::move(what); }

    void resolve() {
        std::map<std::pair<std::string, std::string>, std::size_t> pairs;  // to the place in rows_
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            auto row = resolve_one(i);
            if (!row) continue;
            const auto [known, fresh] = pairs.try_emplace({row->marketplace_id, row->sku}, rows_.size());
            if (fresh) {
                rows_.push_back(std::move(*row));
                continue;
            }
            Row& earlier = rows_[known->second];
            settle(earlier, unsent(outcome(State::succeeded, "superseded",
                                           "a later line of the same call holds a newer figure")));
            earlier = std::move(*row);
        }
    }

    std::optional<Row> resolve_one(std::size_t i) {
        const StockLine& line = lines_[i];
        const auto fail = [&](std::string code, std::string message) {
            outcomes_[i] = unsent(outcome(State::failed, std::move(code), std::move(message)));
            return std::nullopt;
        };
        const auto index = JsonIndex::parse(line.item_attrs_json);
        const JsonView attrs = index ? index->root() : JsonView{};
        if (!line.sku || trim(*line.sku).empty())
            return fail("sku_missing", "the update has no sku, and Amazon knows listings by their sku only");
        const auto channel = attrs["fulfillment_channel"].filled_text();
        if (channel && is_fba_channel(*channel)) {
            outcomes_[i] = refused_fba();
            return std::nullopt;
        }
        if (line.quantity < 0 || line.quantity > kMaxQuantity)
            return fail("quantity_out_of_range", "a quantity must lie between 0 and 1,000,000,000");
        Row row;
        row.line = i;
        row.sku = *line.sku;
        row.quantity = line.quantity;
        row.channel_known = channel.has_value();
        row.marketplace_id = attrs["marketplace_id"].filled_text().value_or(client_.settings().marketplace_ids.front());
        row.product_type = attrs["product_type"].filled_text().value_or(std::string{kAnyProductType});
        return row;
    }

    void drop_settled(const std::set<std::size_t>& settled) {
        std::erase_if(rows_, [&](const Row& row) { return settled.contains(row.line); });
    }

    /// Whether Amazon ships a sku that the catalogue does not have (yet): a guess would open a second offer.
    void look_up_unknown() {
        std::set<std::size_t> settled;
        std::optional<PushOutcome> stop;  // when no more can be asked now
        for (const Row& row : rows_) {
            if (row.channel_known) continue;
            if (stop) {
                settle(row, unsent(*stop));
                settled.insert(row.line);
                continue;
            }
            Call call{Operation::get_listings_item, listing_path(client_, row.sku)};
            call.query = {{"marketplaceIds", row.marketplace_id},
                          {"includedData", "summaries,fulfillmentAvailability"}};
            call.push = true;
            const auto answer = client_.call(call);
            if (!answer) {
                PushOutcome failed = outcome_of(answer.error());
                if (failed.state == State::unknown) failed.state = State::retry;  // reading has no effect
                if (answer.error().kind == ErrorKind::not_found)
                    failed = outcome(State::failed, "sku_unknown",
                                     "Amazon has no listing of this sku in " + row.marketplace_id);
                else if (failed.state == State::retry)
                    stop = failed;
                settle(row, unsent(failed));
                settled.insert(row.line);
                continue;
            }
            for (const JsonView one : answer->payload["fulfillmentAvailability"])
                if (is_fba_channel(one["fulfillmentChannelCode"].word())) {
                    settle(row, refused_fba());
                    settled.insert(row.line);
                    break;
                }
        }
        drop_settled(settled);
    }

    void patch_all() {
        std::optional<PushOutcome> stop;
        for (const Row& row : rows_) {
            if (stop) {
                settle(row, unsent(*stop));
                continue;
            }
            PushOutcome what = patch(row);
            // Throttled or refused as a whole: the rest would meet the same.
            if (what.state == State::retry) stop = what;
            settle(row, std::move(what));
        }
    }

    PushOutcome patch(const Row& row) {
        Call call{Operation::patch_listings_item, listing_path(client_, row.sku)};
        call.method = "PATCH";
        call.query = {{"marketplaceIds", row.marketplace_id}, {"includedData", "issues"}};
        call.push = true;
        JsonWriter writer(call.body);
        writer.begin_object();
        write_patches(writer, row);
        writer.end_object();
        const auto answer = client_.call(call);
        if (!answer) {
            PushOutcome failed = outcome_of(answer.error());
            if (answer.error().kind == ErrorKind::not_found)
                failed =
                    outcome(State::failed, "sku_unknown", "Amazon has no listing of this sku in " + row.marketplace_id);
            return failed;
        }
        // HTTP 200 says nothing yet.
        const std::string errors = errors_of(answer->payload["issues"]);
        const std::string_view status = answer->payload["status"].word();
        if (status == "INVALID" || !errors.empty())
            return outcome(
                State::failed, "amazon_listing_refused",
                errors.empty() ? "Amazon calls the update invalid and does not say why" : "Amazon: " + errors);
        if (status != "ACCEPTED")
            return outcome(State::unknown, "amazon_bad_answer",
                           "Amazon answered with status \"" + in_quotes(status.substr(0, 20)) + "\"");
        PushOutcome done = outcome(State::succeeded, {}, {});
        done.provider_id = answer->payload["submissionId"].text().value_or("");
        return done;
    }

    /// One feed has one ticket, so it serves one marketplace; the others' lines come next.
    void feed() {
        const std::string marketplace_id = rows_.front().marketplace_id;
        std::string document;
        JsonWriter writer(document);
        writer.begin_object().key("header").begin_object();
        writer.field("sellerId", client_.settings().seller_id).field("version", "2.0").field("issueLocale", "en_US");
        writer.end_object().key("messages").begin_array();
        for (const Row& row : rows_) {
            if (row.marketplace_id != marketplace_id) continue;
            // Our own number, not the place: some lines may be finished when the report comes.
            writer.begin_object().field("messageId", lines_[row.line].update_id).field("sku", row.sku);
            writer.field("operationType", "PATCH");
            write_patches(writer, row);
            writer.end_object();
        }
        writer.end_array().end_object();
        const auto feed_id = submit_feed(
            client_, {"JSON_LISTINGS_FEED", "application/json; charset=UTF-8", marketplace_id, std::move(document)});
        PushOutcome what;
        if (feed_id) {
            what = outcome(State::accepted, "amazon_feed", "Amazon works on the feed " + *feed_id);
            what.provider_id = *feed_id;
            what.retry_after = kFeedPause;
        } else {
            what = outcome_of(feed_id.error());
        }
        PushOutcome later =
            unsent(outcome(State::retry, "amazon_feed_next", "goes out when the other marketplace's feed is done"));
        later.retry_after = kFeedPause;
        for (const Row& row : rows_) settle(row, row.marketplace_id == marketplace_id ? what : later);
    }

    Client& client_;
    std::span<const StockLine> lines_;
    std::vector<PushOutcome> outcomes_;
    std::vector<Row> rows_;
};

/// What a processing report says about each message.
std::vector<PushOutcome> read_report(std::span<const StockLine> lines, const std::string& report) {
    const auto all = [&](const PushOutcome& what) { return std::vector<PushOutcome>(lines.size(), what); };
    const auto index = JsonIndex::parse(report);
    if (report.empty() || !index || !index->root()["summary"].is_object())
        return all(
            outcome(State::unknown, "amazon_bad_report",
                    "Amazon's processing report of the feed is missing or unreadable; the figures go out again"));
    std::map<std::int64_t, std::string> refused;
    std::string of_feed;
    for (const JsonView issue : index->root()["issues"]) {
        if (issue["severity"].word() != "ERROR") continue;
        const std::string words =
            in_quotes(issue["code"].text().value_or("") + ": " + issue["message"].text().value_or(""));
        std::string& place = issue["messageId"].integer() ? refused[*issue["messageId"].integer()] : of_feed;
        place += (place.empty() ? "" : "; ") + words;
    }
    if (!of_feed.empty())
        return all(outcome(State::failed, "amazon_feed_refused", "Amazon refused the whole feed: " + of_feed));
    // Fewer processed than sent, and nothing said about the rest: silence is no success.
    const auto processed = index->root()["summary"]["messagesProcessed"].integer();
    const bool silent = processed && *processed < static_cast<std::int64_t>(lines.size());
    std::vector<PushOutcome> out;
    out.reserve(lines.size());
    for (const StockLine& line : lines) {
        const auto found = refused.find(line.update_id);
        if (found != refused.end())
            out.push_back(outcome(State::failed, "amazon_listing_refused", "Amazon: " + found->second));
        else if (silent)
            out.push_back(outcome(State::unknown, "amazon_bad_report",
                                  "Amazon's processing report says that " + std::to_string(*processed) +
                                      " figures of the feed were processed, fewer than were sent"));
        else
            out.push_back(outcome(State::succeeded, {}, {}));
    }
    return out;
}

}  // namespace

std::vector<PushOutcome> Stock::push_stock(std::span<const StockLine> lines, const std::string& batch_key) {
    (void)batch_key;  // quantities are absolute: once more is harmless
    return Batch(client_, lines).push();
}

Result<std::vector<std::optional<std::int64_t>>> Stock::read_stock(std::span<const StockLine> lines) {
    std::vector<std::optional<std::int64_t>> shown;
    for (const StockLine& line : lines) {
        shown.emplace_back();
        if (!line.sku || client_.settings().seller_id.empty()) continue;
        const auto index = JsonIndex::parse(line.item_attrs_json);
        const JsonView attrs = index ? index->root() : JsonView{};
        Call call{Operation::get_listings_item, listing_path(client_, *line.sku)};
        call.query = {{"marketplaceIds",
                       attrs["marketplace_id"].filled_text().value_or(client_.settings().marketplace_ids.front())},
                      {"includedData", "fulfillmentAvailability"}};
        const auto answer = client_.call(call);
        if (!answer && answer.error().kind == ErrorKind::not_found) continue;
        if (!answer) return answer.error();
        for (const JsonView one : answer->payload["fulfillmentAvailability"])
            if (one["fulfillmentChannelCode"].word() == "DEFAULT") shown.back() = one["quantity"].integer();
    }
    return shown;
}

std::vector<PushOutcome> Stock::check_stock(std::span<const StockLine> lines, const std::string& ticket) {
    const auto all = [&](PushOutcome what) { return std::vector<PushOutcome>(lines.size(), std::move(what)); };
    const auto feed = read_feed(client_, ticket);
    if (!feed) {
        if (feed.error().kind == ErrorKind::not_found)
            return all(outcome(State::unknown, "amazon_feed_unknown",
                               "Amazon does not know the feed " + ticket + " (any more)"));
        PushOutcome again = outcome(State::accepted, feed.error().code, feed.error().message);
        again.provider_id = ticket;
        again.retry_after = feed.error().retry_after.value_or(kFeedPause);
        return all(std::move(again));
    }
    switch (feed->stage) {
        case FeedState::Stage::working: {
            PushOutcome working = outcome(State::accepted, "amazon_feed", "Amazon works on the feed " + ticket);
            working.provider_id = ticket;
            working.retry_after = kFeedPause;
            return all(std::move(working));
        }
        case FeedState::Stage::cancelled:
            return all(
                outcome(State::unknown, "amazon_feed_cancelled", "the feed " + ticket + " was cancelled at Amazon"));
        case FeedState::Stage::fatal:
            return all(outcome(State::unknown, "amazon_feed_fatal",
                               "Amazon broke the feed " + ticket + " off: some, none or all figures took effect"));
        case FeedState::Stage::done: return read_report(lines, feed->report);
    }
    return {};
}

}  // namespace crossdock::connectors::amazon
