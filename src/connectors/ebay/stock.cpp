// SPDX-License-Identifier: Apache-2.0
#include "connectors/ebay/stock.h"

#include <algorithm>
#include <map>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/ebay/offers.h"
#include "connectors/ebay/outcome.h"
#include "connectors/ebay/trading.h"
#include "connectors/push_outcome.h"

namespace crossdock::connectors::ebay {
namespace {

using State = PushOutcome::State;

constexpr std::size_t kSkusPerCall = 25;
constexpr std::int64_t kMostUnits = 1'000'000;
constexpr std::int64_t kOfferGone = 25713, kSystemError = 25001, kBelowAuction = 25759;

/// Published fixed-price offers: an auction's quantity is one, and one that is not published has the item's cap.
std::vector<std::string> offers_to_set(JsonView offers, std::string_view id_field) {
    std::vector<std::string> out;
    for (const JsonView one : offers)
        if (one["status"].word() == "PUBLISHED" && one["format"].word() != "AUCTION")
            if (auto id = one[id_field].filled_text()) out.push_back(std::move(*id));
    return out;
}

struct SkuRow {
    std::size_t line = 0;  // which of the caller's
    std::string sku, location_key;
    std::vector<std::string> offers;
    std::int64_t quantity = 0;
};
struct ListingRow {
    std::size_t line = 0;
    TradingRevision revision;
};

/// What the entries of an answer say about one sku.
struct SkuAnswer {
    bool seen = false, offer_gone = false;
    std::string refused, failing;  // for good; eBay's own trouble
};

class StockBatch {
public:
    StockBatch(Client& client, std::span<const StockLine> lines)
        : client_(client), lines_(lines), outcomes_(lines.size()) {}

    std::vector<PushOutcome> push() {
        resolve();
        for (std::size_t at = 0; at < skus_.size(); at += kSkusPerCall)
            push_skus(std::span{skus_}.subspan(at, std::min(kSkusPerCall, skus_.size() - at)));
        for (std::size_t at = 0; at < listings_.size(); at += kMaxRevisions)
            push_listings(std::span{listings_}.subspan(at, std::min(kMaxRevisions, listings_.size() - at)));
        return std::move(outcomes_);
    }

private:
    /// The rest of the batch would meet the same: throttled, no token, no network.
    void stop_with(const PushOutcome& what) { stop_ = what; }

    void resolve() {
        std::map<std::string, std::size_t> known;  // to the line that holds the newest figure
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            const StockLine& line = lines_[i];
            if (line.quantity < 0 || line.quantity > kMostUnits) {
                outcomes_[i] = unsent(
                    outcome(State::failed, "quantity_out_of_range", "a quantity must lie between 0 and 1,000,000"));
                continue;
            }
            const auto index = JsonIndex::parse(line.item_attrs_json);
            const JsonView attrs = index ? index->root() : JsonView{};
            if (attrs["ebay_api"].word() == "trading")
                resolve_listing(i, attrs, known);
            else
                resolve_sku(i, attrs, known);
        }
    }

    /// Whether the line is the first or newest with this key; an older one is settled.
    std::size_t* place_of(std::map<std::string, std::size_t>& known, const std::string& key, std::size_t place) {
        const auto [found, fresh] = known.try_emplace(key, place);
        return fresh ? nullptr : &found->second;
    }
    void supersede(std::size_t line) {
        outcomes_[line] =
            unsent(outcome(State::succeeded, "superseded", "a later line of the same call holds a newer figure"));
    }

    void resolve_listing(std::size_t i, JsonView attrs, std::map<std::string, std::size_t>& known) {
        const StockLine& line = lines_[i];
        if (attrs["variation_without_sku"].is_true()) {
            outcomes_[i] =
                unsent(outcome(State::failed, "variation_without_sku",
                               "eBay finds a variation by its sku only, and this one has none: give it a custom "
                               "label (SKU) in Seller Hub"));
            return;
        }
        if (attrs["listing_type"].word() == "Chinese") {
            outcomes_[i] = unsent(outcome(State::failed, "auction", "the quantity of an auction cannot be set"));
            return;
        }
        ListingRow row{i, {attrs["item_id"].text().value_or(""), {}, line.quantity}};
        if (attrs["is_variation"].is_true()) row.revision.sku = line.sku.value_or("");
        if (std::size_t* earlier =
                place_of(known, "t" + row.revision.item_id + " " + row.revision.sku, listings_.size())) {
            supersede(listings_[*earlier].line);
            listings_[*earlier] = std::move(row);
            return;
        }
        listings_.push_back(std::move(row));
    }

    void resolve_sku(std::size_t i, JsonView attrs, std::map<std::string, std::size_t>& known) {
        const StockLine& line = lines_[i];
        if (!line.sku || trim(*line.sku).empty()) {
            outcomes_[i] =
                unsent(outcome(State::failed, "sku_missing", "the update has no sku, and eBay knows items by it"));
            return;
        }
        SkuRow row{i, *line.sku, line.location_id.value_or(client_.settings().location_key),
                   offers_to_set(attrs["offers"], "offer_id"), line.quantity};
        if (attrs["ebay_api"].word() != "inventory" && !look_up(row)) return;
        if (std::size_t* earlier = place_of(known, "i" + row.sku, skus_.size())) {
            supersede(skus_[*earlier].line);
            skus_[*earlier] = std::move(row);
            return;
        }
        skus_.push_back(std::move(row));
    }

    /// A sku that the catalogue does not have (yet): stock for a listing that the Inventory API does not manage would
    /// be lost there without a word.
    bool look_up(SkuRow& row) {
        const auto offers = read_offers(client_, row.sku, true);
        if (!offers) {
            PushOutcome failed = outcome_of(offers.error());
            if (failed.state == State::unknown) failed.state = State::retry;  // reading has no effect
            outcomes_[row.line] = unsent(std::move(failed));
            return false;
        }
        const auto index = JsonIndex::parse(*offers);
        row.offers = index ? offers_to_set(index->root(), "offerId") : std::vector<std::string>{};
        if (!index || index->root().size() > 0) return true;
        outcomes_[row.line] =
            unsent(outcome(State::failed, "sku_unknown",
                           "eBay's Inventory API has no offer of this sku, and the catalogue no listing; it "
                           "is found when the catalogue has been read"));
        return false;
    }

    static std::string body_of(std::span<const SkuRow> rows) {
        std::string body;
        JsonWriter writer(body);
        writer.begin_object().key("requests").begin_array();
        for (const SkuRow& row : rows) {
            writer.begin_object().field("sku", row.sku).key("shipToLocationAvailability").begin_object();
            writer.field("quantity", row.quantity);
            if (!row.location_key.empty()) {
                writer.key("availabilityDistributions").begin_array().begin_object();
                writer.field("merchantLocationKey", row.location_key).field("quantity", row.quantity);
                writer.end_object().end_array();
            }
            writer.end_object();
            if (!row.offers.empty()) {
                writer.key("offers").begin_array();
                for (const auto& id : row.offers)
                    writer.begin_object().field("offerId", id).field("availableQuantity", row.quantity).end_object();
                writer.end_array();
            }
            writer.end_object();
        }
        writer.end_array().end_object();
        return body;
    }

    void push_skus(std::span<SkuRow> rows, bool last_try = false) {
        if (stop_) {
            for (const SkuRow& row : rows) outcomes_[row.line] = *stop_;
            return;
        }
        Call call{Api::inventory, "bulkUpdatePriceQuantity", "/bulk_update_price_quantity"};
        call.method = "POST";
        call.push = true;
        call.body = body_of(rows);
        Refusal why;
        const auto answer = client_.call(call, &why);
        if (!answer) {
            const PushOutcome failed = outcome_of(answer.error());
            if (failed.state == State::failed && rows.size() > 1) {
                // Some accounts take one sku a call only, and one bad sku must not stop its neighbours.
                for (std::size_t i = 0; i < rows.size(); ++i) push_skus(rows.subspan(i, 1), last_try);
                return;
            }
            // The answer to one sku alone may be a refusal as a whole, too.
            if (failed.state == State::failed && why.has(kOfferGone) && !last_try && read_again(rows.front())) {
                push_skus(rows, true);
                return;
            }
            if (failed.state == State::retry) stop_with(failed);
            for (const SkuRow& row : rows) outcomes_[row.line] = failed;
            return;
        }
        const auto said = read_answers(answer->root);
        for (SkuRow& row : rows) {
            const auto found = said.find(row.sku);
            const SkuAnswer of_row = found == said.end() ? SkuAnswer{} : found->second;
            if (of_row.offer_gone && !last_try && read_again(row))
                push_skus(std::span{&row, 1}, true);
            else
                outcomes_[row.line] = judge(of_row);
        }
    }

    static std::map<std::string, SkuAnswer> read_answers(JsonView root) {
        std::map<std::string, SkuAnswer> out;
        for (const JsonView entry : root["responses"]) {
            SkuAnswer& answer = out[entry["sku"].text().value_or("")];
            answer.seen = true;
            const auto status = entry["statusCode"].integer().value_or(0);
            if (status / 100 == 2) continue;
            bool system = status >= 500;
            std::string words;
            for (const JsonView error : entry["errors"]) {
                const auto id = error["errorId"].integer().value_or(0);
                answer.offer_gone = answer.offer_gone || id == kOfferGone;
                system = system || id == kSystemError || error["category"].word() == "APPLICATION";
                words += (words.empty() ? "" : "; ") + std::to_string(id) + ": " + error["message"].text().value_or("");
                if (id == kBelowAuction) words += " (an auction of this sku holds back more units)";
            }
            if (words.empty()) words = "status " + std::to_string(status);
            if (const auto offer = entry["offerId"].filled_text()) words = "offer " + *offer + ": " + words;
            std::string& place = system ? answer.failing : answer.refused;
            place += (place.empty() ? "" : "; ") + words;
        }
        return out;
    }

    static PushOutcome judge(const SkuAnswer& answer) {
        // Silence is no success.
        if (!answer.seen) return outcome(State::unknown, "ebay_bad_answer", "eBay's answer does not mention this sku");
        if (!answer.refused.empty())
            return outcome(State::failed, "ebay_refused", "eBay refused the quantity: " + in_quotes(answer.refused));
        if (!answer.failing.empty())
            return outcome(State::unknown, "ebay_server_error", "eBay failed: " + in_quotes(answer.failing));
        return outcome(State::succeeded, {}, {});
    }

    /// Offers come and go between walks of the catalogue. Whether a second try with those of now makes sense.
    bool read_again(SkuRow& row) {
        const auto offers = read_offers(client_, row.sku, true);
        const auto index = offers ? JsonIndex::parse(*offers) : Result<JsonIndex>{offers.error()};
        if (!index) return false;
        auto fresh = offers_to_set(index->root(), "offerId");
        if (fresh == row.offers) return false;
        row.offers = std::move(fresh);
        return true;
    }

    void push_listings(std::span<const ListingRow> rows) {
        if (stop_) {
            for (const ListingRow& row : rows) outcomes_[row.line] = *stop_;
            return;
        }
        std::vector<TradingRevision> revisions;
        for (const ListingRow& row : rows) revisions.push_back(row.revision);
        const auto taken = revise_quantities(client_, revisions);
        if (!taken && taken.error().kind == ErrorKind::rejected && rows.size() > 1) {
            for (std::size_t i = 0; i < rows.size(); ++i) push_listings(rows.subspan(i, 1));
            return;
        }
        if (!taken) {
            const PushOutcome failed = outcome_of(taken.error());
            if (failed.state == State::retry) stop_with(failed);
            for (const ListingRow& row : rows) outcomes_[row.line] = failed;
            return;
        }
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if ((*taken)[i])
                outcomes_[rows[i].line] = outcome(State::succeeded, {}, {});
            else
                push_listings(rows.subspan(i, 1));  // alone, for its own error
        }
    }

    Client& client_;
    std::span<const StockLine> lines_;
    std::vector<PushOutcome> outcomes_;
    std::vector<SkuRow> skus_;
    std::vector<ListingRow> listings_;
    std::optional<PushOutcome> stop_;
};

}  // namespace

std::vector<PushOutcome> Stock::push_stock(std::span<const StockLine> lines, const std::string& batch_key) {
    (void)batch_key;  // quantities are absolute: once more is harmless
    return StockBatch(client_, lines).push();
}

Result<std::vector<std::optional<std::int64_t>>> Stock::read_stock(std::span<const StockLine> lines) {
    std::vector<std::optional<std::int64_t>> shown;
    for (const StockLine& line : lines) {
        shown.emplace_back();
        const auto index = JsonIndex::parse(line.item_attrs_json);
        if (!line.sku || (index && index->root()["ebay_api"].word() == "trading")) continue;
        const auto answer =
            client_.call({Api::inventory, "getInventoryItem", "/inventory_item/" + path_part(*line.sku)});
        if (!answer && answer.error().kind == ErrorKind::not_found) continue;
        if (!answer) return answer.error();
        shown.back() = answer->root["availability"]["shipToLocationAvailability"]["quantity"].integer();
    }
    return shown;
}

}  // namespace crossdock::connectors::ebay
