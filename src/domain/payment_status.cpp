// SPDX-License-Identifier: Apache-2.0
#include "domain/payment_status.h"

namespace crossdock::domain {

std::optional<std::string> payment_status_after(const Order& order, const Refunded& refunded) {
    // No refund, one of nothing, or one with its reversal.
    if (refunded.total_minor <= 0 && refunded.unstated == 0) return order.payment_status;
    if (order.payment_status == "refunded") return order.payment_status;  // the order itself knows of more
    if (order.status == OrderStatus::cancelled) return "refunded";
    const bool all =
        order.total_amount && order.total_amount->minor > 0 && refunded.total_minor >= order.total_amount->minor;
    return all ? "refunded" : "partially_refunded";
}

}  // namespace crossdock::domain
