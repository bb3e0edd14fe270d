// SPDX-License-Identifier: Apache-2.0
// Orders as the five providers send them: a line names the shop, another how many bytes of the rest are an older
// version of the order, the rest is the payload. A poisoned order must be told as an error and nothing else.
//
// Promised: what is mapped keeps the rules of shops.h; mapping is a function; older facts put back twice change
// nothing more; the refunds inside are read, too; what the hub stores and sends to the ERP can be made of it.
#include <algorithm>
#include <optional>

#include "base/text.h"
#include "fuzz/shops.h"
#include "fuzz/target.h"

namespace crossdock::fuzz::on_order {

void run(std::string_view input);

namespace {

std::optional<domain::Order> map(const connectors::OrderSource& source, std::string_view payload) {
    const auto mapped = source.map_order(payload);
    if (!mapped) {
        check(mapped.error().kind == ErrorKind::invalid, "a payload that cannot be read is invalid");
        check_fault(mapped.error());
        return std::nullopt;
    }
    check_order(mapped->order);
    check_problems(mapped->problems);
    for (const auto& stub : mapped->refunds) check(!stub.external_id.empty(), "a refund that is mentioned has an id");
    const auto again = source.map_order(payload);
    check(again && again->order == mapped->order, "mapping is a function");
    return mapped->order;
}

void read_refunds(connectors::Connector& connector, std::string_view payload) {
    connectors::RefundMapper* mapper = connector.refund_source();
    if (mapper == nullptr) mapper = connector.order_refund_source();
    const auto mapped = connector.order_source()->map_order(payload);
    if (!mapped || mapper == nullptr) return;
    for (const auto& raw : mapped->whole_refunds) {
        std::vector<domain::Problem> problems;
        const auto refund = mapper->map_refund(raw, problems);
        if (!refund) {
            check_fault(refund.error());
            continue;
        }
        check_refund(*refund);
        check_problems(problems);
        check_same(refund->external_order_id, mapped->order.external_order_id,
                   "a refund inside an order is of that order");
    }
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    auto& connector = kept_shop(in.choice(shop_names()));
    const std::size_t stated = in.number(99'999);
    const std::size_t older_bytes = std::min(stated, in.rest().size());
    const auto& source = *connector.order_source();
    // What a client receives is made UTF-8 before anybody reads it.
    const std::string payload = to_valid_utf8(in.rest().substr(older_bytes));
    const auto newer = map(source, payload);
    if (!newer) return;
    read_refunds(connector, payload);
    if (!source.forgets() || older_bytes == 0) return;
    const auto older = map(source, to_valid_utf8(in.rest().substr(0, older_bytes)));
    if (!older) return;
    domain::Order once = *newer;
    source.keep_known(once, *older);
    check_order(once);
    domain::Order twice = once;
    source.keep_known(twice, *older);
    check(twice == once, "older facts put back twice change nothing more");
    domain::Order same = *newer;
    source.keep_known(same, *newer);
    check(same == *newer, "a version adds nothing to itself");
}

}  // namespace crossdock::fuzz::on_order
