// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/amazon/client.h"
#include "connectors/connector.h"

namespace crossdock::connectors::amazon {

/// Refunds from the Finances API, v0 or 2024-06-19 (setting finances_api). Either lists all money that moved; a walk
/// goes through it a day at a time, because page tokens live for minutes only.
class Refunds final : public RefundSource {
public:
    explicit Refunds(Client& client) : client_(client) {}

    Result<RefundPage> fetch_refunds(const PullWindow& window, const std::string& cursor) override;
    [[nodiscard]] Result<domain::Refund> map_refund(const RawRefund& raw,
                                                    std::vector<domain::Problem>& problems) const override;
    /// Events surface up to two days late, deferred ones when they are released.
    [[nodiscard]] std::chrono::milliseconds reach_back() const override { return std::chrono::hours{14 * 24}; }

private:
    struct Position {
        Timestamp after{}, before{}, end{};
        std::string token;
        [[nodiscard]] bool is_last_stretch() const { return before >= end; }
    };
    [[nodiscard]] bool is_v0() const { return client_.settings().finances_api == FinancesApi::v0; }
    Result<Position> position_of(const PullWindow& window, const std::string& cursor) const;
    [[nodiscard]] std::string cursor_of(const Position& position) const;
    Result<Answer> ask(const Position& position);
    void collect(const Answer& answer, RefundPage& page) const;

    Client& client_;
};

}  // namespace crossdock::connectors::amazon
