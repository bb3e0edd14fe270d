// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "connectors/json_view.h"

namespace crossdock::connectors::walmart {

/// Where the units of one order line stand. Since 2024 a line holds several, and each status names how many: Shipped 2,
/// Acknowledged 1, Cancelled 1, each with its own parcel.
struct LineStatuses {
    struct Parcel {
        std::string tracking_number;
        std::int64_t units = 0;
    };
    std::int64_t created = 0, acknowledged = 0, shipped = 0, cancelled = 0;  // shipped: Shipped and Delivered
    bool refund = false;                                                     // marks money only
    std::string unknown;          // the first status word that is not known; empty when all are
    std::vector<Parcel> parcels;  // of shipped units
    [[nodiscard]] std::int64_t open() const { return created + acknowledged; }
    [[nodiscard]] bool is_cancelled() const {
        return cancelled > 0 && created + acknowledged + shipped == 0 && unknown.empty();
    }
};
/// Of a line as Walmart sends it. A status without a quantity counts for the whole line.
LineStatuses read_line_statuses(JsonView line);

/// The units a line was ordered in; nullopt when it does not say.
std::optional<std::int64_t> ordered_units(JsonView line);

/// The lines of an order as Walmart sends it.
std::vector<JsonView> order_lines(JsonView order);

/// Whether the buyer has asked to cancel the line.
bool wants_to_cancel(JsonView line);

/// Whether one of Walmart's own warehouses ships the order.
bool is_shipped_by_walmart(JsonView order);

/// Its last change: Walmart names none, but each line says when its status changed.
std::optional<Timestamp> last_change(JsonView order);

/// The order in an answer: bare, in `order`, or as the one element of a list there.
JsonView order_in(JsonView root);

}  // namespace crossdock::connectors::walmart
