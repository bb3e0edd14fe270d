// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/ebay/client.h"
#include "connectors/ebay/order_mapping.h"

namespace crossdock::connectors::ebay {

/// Orders of the Fulfillment API. eBay promises no order within a list and lists shift while they are paged through, so
/// a walk goes by stretches of time, whose pages overlap by a tenth: what moves forward meanwhile is met all the same.
/// A stretch that lies in the past only shrinks while it is read (an order that changes leaves it), and by how much its
/// total tells: when more left than pages overlap, the walk steps back and lets them overlap by more.
class Orders final : public OrderSource {
public:
    explicit Orders(Client& client);

    Result<OrderPage> fetch_orders(const PullWindow& window, const std::string& cursor) override;
    Result<RawOrder> fetch_order(const std::string& external_order_id) override;
    Result<IdPage> list_order_ids(const PullWindow& created, const std::string& cursor) override;
    [[nodiscard]] Result<MappedOrder> map_order(std::string_view payload) const override;
    /// With the hub's own overlap a quarter of an hour is read twice: what a list shows late is not lost.
    [[nodiscard]] std::chrono::milliseconds list_lag() const override { return std::chrono::minutes{5}; }
    /// Quiet stretches are read on inside one call: an empty page that leads on is rare.
    [[nodiscard]] int most_empty_pages() const override { return 5; }
    [[nodiscard]] bool forgets() const override { return true; }
    void keep_known(domain::Order& newer, const domain::Order& older) const override { keep_known_facts(newer, older); }

private:
    /// Where a walk stands. A stretch without an end is open.
    struct Walk {
        Timestamp from{};
        std::optional<Timestamp> to, end;
        std::int64_t offset = 0, total = 0, days = 1;
        std::int64_t overlap = 20, applied = 0;  // orders of a full page; of the page before
    };
    Result<Walk> walk_of(const PullWindow& window, const std::string& cursor, OrderPage& page) const;
    [[nodiscard]] static std::string cursor_of(const Walk& walk);
    /// Sets the end of the stretch that begins at `from`.
    void stretch(Walk& walk) const;
    Result<Answer> ask(std::string_view filter, std::int64_t offset, Refusal& why);
    /// Takes in a page and moves on. False when the walk is over.
    Result<bool> take(JsonView root, Walk& walk, OrderPage& page) const;

    Client& client_;
    OrderRules rules_;
};

}  // namespace crossdock::connectors::ebay
