// SPDX-License-Identifier: Apache-2.0
#include "connectors/walmart/stock.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/push_outcome.h"
#include "connectors/walmart/amounts.h"
#include "connectors/walmart/feeds.h"
#include "connectors/walmart/wfs_stock.h"

namespace crossdock::connectors::walmart {
namespace {

using State = PushOutcome::State;

/// Up to so many figures go one by one.
constexpr std::size_t kMaxSingle = 100;
constexpr std::int64_t kMaxQuantity = 1'000'000'000;
constexpr std::chrono::minutes kFeedPause{2};

PushOutcome figure_ends(State state, std::string code, std::string message) {
    return {state, std::move(code), std::move(message), {}, {}};
}

std::string node_of(const StockLine& line, const Settings& settings) {
    const std::string node{trim(line.location_id.value_or(""))};
    return node.empty() ? settings.ship_node : node;
}

std::string inventories_path(std::string_view sku) { return "/v3/inventories/" + net::percent_encode(sku); }

/// The work on one batch.
class StockBatch {
public:
    StockBatch(Client& client, std::span<const StockLine> lines)
        : client_(client), lines_(lines), outcomes_(lines.size()) {}

    std::vector<PushOutcome> push() {
        if (const auto known = refresh_wfs_stock(client_); !known) {
            PushOutcome later = outcome_of(known.error());
            later.state = State::retry;  // reading has no effect
            std::fill(outcomes_.begin(), outcomes_.end(), unsent(later));
            return std::move(outcomes_);
        }
        resolve();
        if (rows_.size() <= kMaxSingle)
            one_by_one();
        else
            feed();
        return std::move(outcomes_);
    }

private:
    struct Row {
        std::size_t line = 0;  // which of the caller's
        StockFigure figure;
    };

    void settle(const Row& row, PushOutcome what) { outcomes_[row.line] = std::move(what); }

    void resolve() {
        std::map<std::pair<std::string, std::string>, std::size_t> places;  // sku and node, to the place in rows_
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const StockLine& line = lines_[i];
            if (!line.sku || trim(*line.sku).empty()) {
                outcomes_[i] = unsent(figure_ends(State::failed, "sku_missing",
                                                  "the update has no sku, and Walmart knows items by their sku only"));
                continue;
            }
            if (line.quantity < 0 || line.quantity > kMaxQuantity) {
                outcomes_[i] = unsent(figure_ends(State::failed, "quantity_out_of_range",
                                                  "a quantity must lie between 0 and 1,000,000,000"));
                continue;
            }
            if (is_in_wfs(client_, *line.sku)) {
                outcomes_[i] =
                    unsent(figure_ends(State::failed, "fulfilled_by_walmart",
                                       "goods of this sku lie in Walmart's warehouse (WFS) and are counted by "
                                       "Walmart; a quantity cannot be set"));
                continue;
            }
            Row row{i, {*line.sku, node_of(line, client_.settings()), line.quantity}};
            const auto [known, fresh] = places.try_emplace({row.figure.sku, row.figure.node}, rows_.size());
            if (fresh) {
                rows_.push_back(std::move(row));
                continue;
            }
            settle(rows_[known->second], unsent(figure_ends(State::succeeded, "superseded",
                                                            "a later line of the same call holds a newer figure")));
            rows_[known->second] = std::move(row);
        }
    }

    void one_by_one() {
        std::optional<PushOutcome> stop;
        for (const Row& row : rows_) {
            if (stop) {
                settle(row, unsent(*stop));
                continue;
            }
            PushOutcome what = row.figure.node.empty() ? put_default(row.figure) : put_at_node(row.figure);
            // Throttled or refused as a whole: the rest would meet the same.
            if (what.state == State::retry) stop = what;
            settle(row, std::move(what));
        }
    }

    Result<Answer> put(Call call) {
        call.method = "PUT";
        call.push = true;
        return client_.call(call);
    }

    PushOutcome of_error(const Error& error, const StockFigure& figure) {
        if (error.kind != ErrorKind::not_found) return outcome_of(error);
        return figure_ends(State::failed, "sku_unknown",
                           "Walmart has no item of this sku" +
                               (figure.node.empty() ? std::string{} : " or no ship node " + figure.node) + ": " +
                               error.message);
    }

    PushOutcome put_default(const StockFigure& figure) {
        Call call{Operation::put_inventory, "/v3/inventory", {{"sku", figure.sku}}};
        JsonWriter(call.body)
            .begin_object()
            .field("sku", figure.sku)
            .key("quantity")
            .begin_object()
            .field("unit", "EACH")
            .field("amount", figure.quantity)
            .end_object()
            .end_object();
        const auto answer = put(std::move(call));
        if (!answer) return of_error(answer.error(), figure);
        if (const Refusal refusal = read_refusal(answer->root["errors"]); !refusal.words.empty())
            return figure_ends(State::failed, "walmart_stock_refused", "Walmart: " + refusal.words);
        return {};
    }

    PushOutcome put_at_node(const StockFigure& figure) {
        Call call{Operation::put_node_inventory, inventories_path(figure.sku)};
        JsonWriter writer(call.body);
        writer.begin_object().key("inventories").begin_object().key("nodes").begin_array();
        writer.begin_object().field("shipNode", figure.node).key("inputQty").begin_object();
        writer.field("unit", "EACH").field("amount", figure.quantity).end_object().end_object();
        writer.end_array().end_object().end_object();
        const auto answer = put(std::move(call));
        if (!answer) return of_error(answer.error(), figure);
        // HTTP 200 says nothing yet: each node has a word of its own.
        for (const JsonView node : elements(answer->root["nodes"])) {
            if (node["shipNode"].word() != figure.node) continue;
            const Refusal refusal = read_refusal(node["errors"]);
            if (equals_ignoring_case(node["status"].word(), "Success") && refusal.words.empty()) return {};
            return figure_ends(State::failed, "walmart_stock_refused",
                               "Walmart, for ship node " + figure.node + ": " +
                                   (refusal.words.empty() ? "status " + shown(node["status"].word()) : refusal.words));
        }
        return figure_ends(State::unknown, "walmart_bad_answer",
                           "Walmart answered without a word on ship node " + figure.node);
    }

    /// Figures with and without a node are different feeds, and a batch has one ticket: the others come next.
    void feed() {
        const bool by_node = !rows_.front().figure.node.empty();
        std::vector<StockFigure> figures;
        for (const Row& row : rows_)
            if (row.figure.node.empty() != by_node) figures.push_back(row.figure);
        const auto feed_id = submit_stock_feed(client_, figures);
        PushOutcome what;
        if (feed_id) {
            what = figure_ends(State::accepted, "walmart_feed", "Walmart works on the feed " + *feed_id);
            what.provider_id = *feed_id;
            what.retry_after = kFeedPause;
        } else {
            what = outcome_of(feed_id.error());
        }
        PushOutcome later =
            unsent(figure_ends(State::retry, "walmart_feed_next", "goes out when the feed before it is done"));
        later.retry_after = kFeedPause;
        for (const Row& row : rows_) settle(row, row.figure.node.empty() != by_node ? what : later);
    }

    Client& client_;
    std::span<const StockLine> lines_;
    std::vector<PushOutcome> outcomes_;
    std::vector<Row> rows_;
};

PushOutcome of_item(const FeedReport& report, const StockLine& line, const PushOutcome& working) {
    const auto found = report.items.find(line.sku.value_or(""));
    if (found == report.items.end())
        return figure_ends(State::unknown, "walmart_feed_silent",
                           "Walmart's report of the feed does not name this sku; the figure goes out again");
    using ItemState = FeedReport::Item::State;
    const std::string& words = found->second.words;
    switch (found->second.state) {
        case ItemState::succeeded: return {};
        case ItemState::working: return working;
        case ItemState::refused:
            return figure_ends(State::failed, "walmart_stock_refused",
                               words.empty() ? "Walmart refused the figure without a word" : "Walmart: " + words);
        case ItemState::failed:
            return figure_ends(State::unknown, "walmart_feed_trouble",
                               "Walmart had trouble with the figure, which goes out again: " + words);
    }
    return {};
}

}  // namespace

std::vector<PushOutcome> Stock::push_stock(std::span<const StockLine> lines, const std::string& batch_key) {
    (void)batch_key;  // quantities are absolute: once more is harmless
    return StockBatch(client_, lines).push();
}

std::vector<PushOutcome> Stock::check_stock(std::span<const StockLine> lines, const std::string& ticket) {
    const auto all = [&](const PushOutcome& what) { return std::vector<PushOutcome>(lines.size(), what); };
    const auto report = read_feed_report(client_, ticket);
    PushOutcome working = figure_ends(State::accepted, "walmart_feed", "Walmart works on the feed " + ticket);
    working.provider_id = ticket;
    working.retry_after = kFeedPause;
    if (!report) {
        if (report.error().kind == ErrorKind::not_found || report.error().kind == ErrorKind::rejected)
            return all(figure_ends(State::unknown, "walmart_feed_unknown",
                                   "Walmart does not know the feed " + ticket + " (any more)"));
        working.code = report.error().code;
        working.message = report.error().message;
        working.retry_after = report.error().retry_after.value_or(kFeedPause);
        return all(working);
    }
    working.retry_after = report->look_again;
    switch (report->stage) {
        case FeedReport::Stage::working: return all(working);
        case FeedReport::Stage::broken:
            return all(figure_ends(
                report->broken_by_us ? State::failed : State::unknown, "walmart_feed_broken",
                "Walmart broke the feed off: " + (report->words.empty() ? "without a word" : report->words)));
        case FeedReport::Stage::done: break;
    }
    std::vector<PushOutcome> out;
    out.reserve(lines.size());
    for (const StockLine& line : lines) out.push_back(of_item(*report, line, working));
    return out;
}

Result<std::vector<std::optional<std::int64_t>>> Stock::read_stock(std::span<const StockLine> lines) {
    std::vector<std::optional<std::int64_t>> shown_now;
    for (const StockLine& line : lines) {
        shown_now.emplace_back();
        if (!line.sku) continue;
        const std::string node = node_of(line, client_.settings());
        Call call{node.empty() ? Operation::get_inventory : Operation::get_node_inventory,
                  node.empty() ? "/v3/inventory" : inventories_path(*line.sku)};
        call.query = node.empty() ? Query{{"sku", *line.sku}} : Query{{"shipNode", node}};
        const auto answer = client_.call(call);
        if (!answer && answer.error().kind == ErrorKind::not_found) continue;
        if (!answer) return answer.error();
        if (node.empty()) {
            shown_now.back() = read_units(answer->root["quantity"]["amount"]);
            continue;
        }
        for (const JsonView one : elements(answer->root["nodes"]))
            if (one["shipNode"].word() == node) shown_now.back() = read_units(one["inputQty"]["amount"]);
    }
    return shown_now;
}

}  // namespace crossdock::connectors::walmart
