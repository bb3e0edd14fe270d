// SPDX-License-Identifier: Apache-2.0
// Refunds: a line names the shop, the second is the context (a JSON object), the rest is the payload.
//
// Promised: what is mapped keeps the rules of shops.h and its ids; mapping is a function; what is not is told as an
// error.
#include "base/text.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_refund {

void run(std::string_view input);

void run(std::string_view input) {
    Input in(input);
    auto& connector = kept_shop(in.choice(shop_names()));
    connectors::RefundMapper* mapper = connector.refund_source();
    if (mapper == nullptr) mapper = connector.order_refund_source();
    if (mapper == nullptr) return;
    connectors::RawRefund raw;
    raw.external_order_id = "O-1";
    raw.external_refund_id = "R-1";
    raw.context = to_valid_utf8(in.line());
    raw.payload = to_valid_utf8(in.rest());
    std::vector<domain::Problem> problems, more;
    const auto refund = mapper->map_refund(raw, problems);
    if (!refund) {
        check(refund.error().kind == ErrorKind::invalid, "a payload that cannot be read is invalid");
        return check_fault(refund.error());
    }
    check_refund(*refund);
    check_problems(problems);
    const auto again = mapper->map_refund(raw, more);
    check(again && *again == *refund, "mapping is a function");
}

}  // namespace crossdock::fuzz::on_refund
