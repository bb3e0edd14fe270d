// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/connector.h"
#include "connectors/walmart/client.h"

namespace crossdock::connectors::walmart {

/// The seller's whole catalogue by the on-request report ITEM, for catalogues too large for the list: its cursor dies
/// after two minutes, and a page whose answer is lost does not come again. Walmart takes 15 to 45 minutes to make the
/// report and keeps it for 30 days, so a walk goes on wherever it stood, by the report's id and the row.
class ItemReport {
public:
    explicit ItemReport(Client& client) : client_(client) {}

    /// Whether a cursor is this walk's.
    static bool owns(std::string_view cursor) { return cursor.starts_with("report "); }
    /// Where a walk begins. `expected`: items as the list counts them.
    static std::string start(std::int64_t expected);
    /// The next page. Errors besides the usual: rejected, `walmart_no_report`, when no report is to be had (permission,
    /// version, format) and the list must serve.
    Result<ItemPage> fetch(const std::string& cursor);

private:
    struct Position {
        enum class Stage { ask, wait, rows } stage = Stage::ask;
        std::int64_t row = 0, expected = 0;
        std::int64_t tries = 0;  // reports that came to nothing
        std::int64_t polls = 0;
        std::string id;  // of the request
    };
    static std::string cursor_of(const Position& position);
    static Result<Position> position_of(const std::string& cursor);
    static ItemPage waiting(Position position, std::chrono::milliseconds wait, std::optional<Timestamp> provider_now);
    Result<ItemPage> ask(Position position);
    Result<ItemPage> ask_for_new(Position position);
    Result<ItemPage> poll(Position position);
    Result<ItemPage> rows(Position position);
    /// This report came to nothing: another one, unless there were too many.
    Result<ItemPage> another(Position position, const std::string& why);

    Client& client_;
};

}  // namespace crossdock::connectors::walmart
