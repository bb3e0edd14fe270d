// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "connectors/connector.h"
#include "connectors/ebay/client.h"

namespace crossdock::connectors::ebay {

/// Refunds from the Finances API, a month at a time. Calls are signed where the seller is of the EU or the UK.
class Refunds final : public RefundSource {
public:
    explicit Refunds(Client& client) : client_(client) {}

    Result<RefundPage> fetch_refunds(const PullWindow& window, const std::string& cursor) override;
    [[nodiscard]] Result<domain::Refund> map_refund(const RawRefund& raw,
                                                    std::vector<domain::Problem>& problems) const override;
    /// They surface late and change their status afterwards.
    [[nodiscard]] std::chrono::milliseconds reach_back() const override { return std::chrono::hours{3 * 24}; }
    [[nodiscard]] int most_empty_pages() const override { return 5; }

private:
    struct Walk {
        Timestamp from{};
        std::optional<Timestamp> to, end;  // no `to`: the last stretch, which is open
        std::int64_t offset = 0;
    };
    Result<Walk> walk_of(const PullWindow& window, const std::string& cursor) const;
    void stretch(Walk& walk) const;
    Result<Answer> ask(const Walk& walk);

    Client& client_;
};

/// Whether the seller may read Finances at all: one small call. Errors: as fetch_refunds has them.
Status check_finances(Client& client);

}  // namespace crossdock::connectors::ebay
