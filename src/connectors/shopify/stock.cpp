// SPDX-License-Identifier: Apache-2.0
#include "connectors/shopify/stock.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/json_writer.h"
#include "base/text.h"
#include "connectors/push_outcome.h"
#include "connectors/shopify/answers.h"
#include "connectors/shopify/gid.h"

namespace crossdock::connectors::shopify {
namespace {

using State = PushOutcome::State;
using std::chrono::seconds;

constexpr std::int64_t kMaxQuantity = 1'000'000'000;  // Shopify's own; beyond 32 bits the whole call would be refused
constexpr int kMaxCalls = 12;

/// FNV-1a: tells calls of one batch apart; nothing here is a secret.
std::string short_hash(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<unsigned char>(hash >> shift));
    return to_hex(bytes);
}

/// The digits of the inventory item of a line: the catalogue's, else the one the settings name. Empty: none.
std::string inventory_item_of(const StockLine& line, JsonView attrs, const Settings& settings) {
    std::string_view item = gid_digits(attrs["inventory_item_id"].word());
    if (item.empty() && line.sku)
        if (const auto found = settings.inventory_item_id_map.find(*line.sku); found != settings.inventory_item_id_map.end())
            item = found->second;
    return std::string{item};
}

struct Row {
    std::size_t line = 0;  // which of the caller's
    std::string item, location;
    std::int64_t quantity = 0;
    bool activated = false;
};

/// The work on one batch.
class Batch {
public:
    Batch(AdminClient& client, std::span<const StockLine> lines, const std::string& batch_key)
        : client_(client), lines_(lines), key_(batch_key), outcomes_(lines.size()) {}

    std::vector<PushOutcome> push() {
        resolve();
        for (int calls = 0; !rows_.empty(); ++calls) {
            if (calls == kMaxCalls) {
                settle_all({State::retry,
                            "shopify_stock_stuck",
                            "Shopify kept refusing rows of the batch; the rest waits",
                            {},
                            {}});
                break;
            }
            if (!send_once()) break;
        }
        return std::move(outcomes_);
    }

private:
    void settle(std::size_t line, PushOutcome outcome) { outcomes_[line] = std::move(outcome); }
    void settle_all(const PushOutcome& outcome) {
        for (const Row& row : rows_) settle(row.line, outcome);
        rows_.clear();
    }

    void resolve() {
        std::map<std::pair<std::string, std::string>, std::size_t> pairs;  // to the place in rows_
        for (std::size_t i = 0; i < lines_.size(); ++i) {
            auto row = resolve_one(i);
            if (!row) continue;
            const auto [known, fresh] = pairs.try_emplace({row->item, row->location}, rows_.size());
            if (fresh) {
                rows_.push_back(std::move(*row));
                continue;
            }
            // Shopify refuses both of a pair; the later figure is the newer one.
            Row& earlier = rows_[known->second];
            settle(earlier.line,
                   unsent({State::succeeded, "superseded", "a later line of the same call holds a newer figure", {}, {}}));
            earlier = std::move(*row);
        }
    }

    std::optional<Row> resolve_one(std::size_t i) {
        const StockLine& line = lines_[i];
        const auto fail = [&](std::string code, std::string message) {
            settle(i, unsent({State::failed, std::move(code), std::move(message), {}, {}}));
            return std::nullopt;
        };
        const auto attributes = JsonIndex::parse(line.item_attrs_json);
        const JsonView attrs = attributes ? attributes->root() : JsonView{};
        if (attrs["tracked"].is_false()) {
            settle(i, unsent({State::succeeded,
                              "not_tracked",
                              "Shopify does not count this item's stock, so there was nothing to set",
                              {},
                              {}}));
            return std::nullopt;
        }
        Row row;
        row.line = i;
        row.quantity = line.quantity;
        const std::string item = inventory_item_of(line, attrs, client_.settings());
        if (item.empty())
            return fail("no_inventory_item",
                        "no Shopify inventory item is known for this item; wait for the catalogue, or name it in "
                        "the channel's setting inventory_item_id_map");
        if (!line.location_id || line.location_id->empty())
            return fail("no_location", "no location: name one in the update, or in the channel's setting location_id");
        row.item = to_gid("InventoryItem", item);
        row.location = to_gid("Location", *line.location_id);
        if (row.location.empty())
            return fail("no_location", "\"" + in_quotes(line.location_id->substr(0, 60)) +
                                           "\" is not the number of a Shopify location");
        if (row.quantity > kMaxQuantity || row.quantity < -kMaxQuantity)
            return fail("quantity_out_of_range", "Shopify takes quantities up to 1,000,000,000");
        return row;
    }

    /// The rows as JSON, in the order they are held.
    [[nodiscard]] std::string quantities() const {
        std::string out;
        JsonWriter writer(out);
        writer.begin_array();
        for (const Row& row : rows_)
            writer.begin_object()
                .field("inventoryItemId", row.item)
                .field("locationId", row.location)
                .field("quantity", row.quantity)
                .key("changeFromQuantity")  // present and null: the newest figure wins, whatever was there
                .null()
                .end_object();
        writer.end_array();
        return out;
    }

    /// The batch's own key for its first call. Later calls send other rows, or the same after a refusal: their key
    /// follows from the rows, so that a repeat of the whole batch arrives at the same keys again.
    [[nodiscard]] std::string key_for(const std::string& rows) {
        std::string key = first_call_ ? key_ : key_ + "-" + short_hash(rows);
        while (used_up_.contains(key)) key += "x";
        first_call_ = false;
        return key;
    }

    /// Sends the rows at hand. False: nothing more to do.
    bool send_once() {
        const std::string rows = quantities();
        const std::string key = key_for(rows);
        std::string variables;
        JsonWriter writer(variables);
        writer.begin_object().key("input").begin_object();
        writer.field("name", client_.settings().inventory_quantity_name).field("reason", "correction");
        writer.field("referenceDocumentUri",
                     "gid://crossdock/InventoryUpdate/" + std::to_string(lines_[rows_.front().line].update_id));
        writer.key("quantities").raw(rows).end_object().field("idempotencyKey", key).end_object();

        const auto answer = client_.call({"inventory_set_quantities", std::move(variables), 13, true});
        if (!answer) {
            settle_all(outcome_of(answer.error()));
            return false;
        }
        const JsonView payload = answer->data["inventorySetQuantities"];
        if (payload["userErrors"].size() == 0) {
            PushOutcome done;
            done.provider_id = payload["inventoryAdjustmentGroup"]["id"].text().value_or("");
            settle_all(done);
            return false;
        }
        return take_out_refused(payload["userErrors"], key);
    }

    bool take_out_refused(JsonView errors, const std::string& key) {
        std::map<std::size_t, std::vector<JsonView>> by_row;
        for (const JsonView error : errors) {
            const std::string_view code = error["code"].word();
            if (code == "IDEMPOTENCY_CONCURRENT_REQUEST") {
                settle_all({State::unknown, std::string{code}, user_errors_text(errors), {}, seconds{5}});
                return false;
            }
            if (code == "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED" || code == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH") {
                used_up_.insert(key);  // a new key, the same rows
                return true;
            }
            if (code == "CHANGE_FROM_QUANTITY_STALE") {
                settle_all({State::retry, std::string{code}, user_errors_text(errors), {}, {}});
                return false;
            }
            // ["input", "quantities", "17", "locationId"]
            std::size_t step = 0;
            std::optional<std::int64_t> row;
            bool about_rows = false;
            for (const JsonView part : error["field"]) {
                if (step == 1) about_rows = part.word() == "quantities";
                if (step == 2 && about_rows) row = part.integer();
                ++step;
            }
            if (!row || *row < 0 || static_cast<std::size_t>(*row) >= rows_.size()) {
                // About the call as a whole: no row of it can be better.
                settle_all({State::failed,
                            code.empty() ? "shopify_refused" : std::string{code},
                            user_errors_text(errors),
                            {},
                            {}});
                return false;
            }
            by_row[static_cast<std::size_t>(*row)].push_back(error);
        }
        std::vector<Row> rest;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const auto refused = by_row.find(i);
            if (refused == by_row.end()) {
                rest.push_back(std::move(rows_[i]));
            } else if (!rows_[i].activated && not_stocked(refused->second)) {
                rows_[i].activated = true;
                if (activate(rows_[i], refused->second)) rest.push_back(std::move(rows_[i]));
            } else {
                settle(rows_[i].line, refusal(refused->second));
            }
        }
        rows_ = std::move(rest);
        return true;
    }

    static bool not_stocked(const std::vector<JsonView>& errors) {
        return std::all_of(errors.begin(), errors.end(),
                           [](JsonView error) { return error["code"].word() == "ITEM_NOT_STOCKED_AT_LOCATION"; });
    }

    static PushOutcome refusal(const std::vector<JsonView>& errors) {
        PushOutcome outcome;
        outcome.state = State::failed;
        for (const JsonView error : errors) {
            if (outcome.code.empty()) outcome.code = error["code"].word();
            if (!outcome.message.empty()) outcome.message += "; ";
            outcome.message += error["message"].text().value_or("refused without a message");
        }
        if (outcome.code.empty()) outcome.code = "shopify_refused";
        return outcome;
    }

    /// Puts the item on the location's shelf, so that it can have a figure there. False: the row is settled.
    bool activate(const Row& row, const std::vector<JsonView>& refused) {
        std::string variables;
        JsonWriter(variables)
            .begin_object()
            .field("inventoryItemId", row.item)
            .field("locationId", row.location)
            .field("idempotencyKey", key_ + "-activate-" + short_hash(row.item + row.location))
            .end_object();
        const auto answer = client_.call({"inventory_activate", std::move(variables), 10, true});
        if (!answer) {
            PushOutcome outcome = outcome_of(answer.error());
            // Activating twice does no harm, and the figure itself has not been sent.
            if (outcome.state == State::unknown) outcome.state = State::retry;
            settle(row.line, std::move(outcome));
            return false;
        }
        const JsonView errors = answer->data["inventoryActivate"]["userErrors"];
        if (errors.size() == 0) return true;
        PushOutcome outcome = refusal(refused);
        outcome.message += "; stocking it there was refused: " + user_errors_text(errors);
        settle(row.line, std::move(outcome));
        return false;
    }

    AdminClient& client_;
    std::span<const StockLine> lines_;
    const std::string& key_;
    std::vector<PushOutcome> outcomes_;
    std::vector<Row> rows_;
    std::set<std::string> used_up_;
    bool first_call_ = true;
};

}  // namespace

Result<std::vector<std::optional<std::int64_t>>> Stock::read_stock(std::span<const StockLine> lines) {
    std::vector<std::optional<std::int64_t>> shown;
    for (const StockLine& line : lines) {
        shown.emplace_back();
        const auto attributes = JsonIndex::parse(line.item_attrs_json);
        const JsonView attrs = attributes ? attributes->root() : JsonView{};
        const std::string item = inventory_item_of(line, attrs, client_.settings());
        const std::string location = to_gid("Location", line.location_id.value_or(""));
        if (attrs["tracked"].is_false() || item.empty() || location.empty()) continue;
        std::string variables;
        JsonWriter(variables).begin_object().field("id", to_gid("InventoryItem", item)).field("location", location).end_object();
        const auto answer = client_.call({"inventory_level", std::move(variables), 4});
        if (!answer) return answer.error();
        for (const JsonView one : answer->data["inventoryItem"]["inventoryLevel"]["quantities"])
            if (one["name"].word() == client_.settings().inventory_quantity_name) shown.back() = one["quantity"].integer();
    }
    return shown;
}

std::vector<PushOutcome> Stock::push_stock(std::span<const StockLine> lines, const std::string& batch_key) {
    return Batch(client_, lines, batch_key).push();
}

}  // namespace crossdock::connectors::shopify
