// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

class ReportReader;

/// What the seller offers, one marketplace after the other. Everything: the report GET_MERCHANT_LISTINGS_ALL_DATA,
/// which Amazon takes minutes to make. What changed: searchListingsItems, which shows a thousand items at most and is
/// asked again from the last one's time; where that leads nowhere, or without a seller_id, the report serves.
class Catalog final : public CatalogSource {
public:
    Catalog(Client& client, const Profile& profile) : client_(client), profile_(profile) {}

    Result<ItemPage> fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) override;
    [[nodiscard]] Result<std::vector<domain::Item>> map_item(std::string_view payload) const override;
    /// Amazon names no locations; the marketplace is part of an item.
    Result<std::vector<domain::Location>> fetch_locations() override { return std::vector<domain::Location>{}; }

private:
    /// Where a walk stands: all that is needed to go on after a restart.
    struct Position {
        std::size_t marketplace = 0;
        enum class Stage { begin, report, rows, search } stage = Stage::begin;
        std::string id;          // of the report or the document; the page token while searching
        std::int64_t row = 0;    // rows read; items seen since `since` while searching
        std::int64_t tries = 0;  // reports that came to nothing
        std::int64_t polls = 0;
        std::int64_t since_ms = 0;
    };
    Result<Position> position_of(std::optional<Timestamp> changed_since, const std::string& cursor) const;
    [[nodiscard]] static std::string cursor_of(const Position& position);
    [[nodiscard]] const std::string& marketplace_of(const Position& position) const;
    void to_next_marketplace(Position position, ItemPage& page, std::optional<Timestamp> changed_since) const;
    void to_begin(ItemPage& page, Position position, std::chrono::milliseconds wait) const;

    Result<ItemPage> begin(Position position, std::optional<Timestamp> changed_since);
    Result<ItemPage> ask_for_report(Position position);
    Result<ItemPage> poll(Position position, std::optional<Timestamp> changed_since);
    Result<ItemPage> rows(Position position, std::optional<Timestamp> changed_since);
    Result<ItemPage> search(Position position, std::optional<Timestamp> changed_since);

    Client& client_;
    Profile profile_;
};

}  // namespace crossdock::connectors::amazon
