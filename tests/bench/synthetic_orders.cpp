// SPDX-License-Identifier: Apache-2.0
#include "bench/synthetic_orders.h"

#include "services/record_order.h"
#include "store/content_hash.h"

namespace crossdock::bench {

domain::Order synthetic_order(std::int64_t number, Timestamp updated_at) {
    domain::Order order;
    order.external_order_id = std::to_string(5'500'000'000'000 + number);
    order.payment_status = "paid";
    order.payment_method = "shopify_payments";
    order.ordered_at = updated_at - std::chrono::minutes{5};
    order.last_remote_update_at = updated_at;
    order.order_number_hint = "#" + std::to_string(1000 + number);
    order.taxes_included = false;
    order.buyer_name = "Jane Doe";
    order.buyer_email = "jane@example.com";
    order.currency = "USD";
    const auto usd = [](std::int64_t cents) { return domain::Money{cents, "USD"}; };
    order.subtotal_amount = usd(4998);
    order.shipping_amount = usd(500);
    order.tax_amount = usd(375);
    order.discount_amount = usd(0);
    order.total_amount = usd(5873);
    order.shipping = {"Jane Doe", "123 Main St", std::nullopt, "Springfield", "IL", "62701", "US", "+12175550100"};
    order.billing = order.shipping;
    for (int i = 0; i < 2; ++i) {
        domain::OrderLine line;
        line.external_line_id = std::to_string(number * 10 + i);
        line.sku = "TSHIRT-RED-S";
        line.title = "Tee Shirt";
        line.variant_sku = "Red / S";
        line.quantity = 1;
        line.current_quantity = 1;
        line.shippable_quantity = 1;
        line.unit_price = usd(2499);
        line.selling_unit_price = domain::Decimal{2499, 2};
        line.total_price = usd(2499);
        line.tax_amount = usd(187);
        line.discount_amount = usd(0);
        line.shipping_amount = usd(0);
        order.lines.push_back(line);
    }
    return order;
}

std::string synthetic_payload(std::int64_t number, std::size_t payload_bytes) {
    std::string payload = "{\"id\":\"gid://shopify/Order/" + std::to_string(number) + "\",\"lines\":[";
    while (payload.size() + 80 < payload_bytes)
        payload += "{\"title\":\"Tee Shirt\",\"amount\":\"24.99\",\"currencyCode\":\"USD\",\"sku\":\"TSHIRT-RED-S\"},";
    payload.back() = ']';
    payload += '}';
    return payload;
}

void fill(db::Database& database, const store::Channel& channel, std::int64_t from, std::int64_t upto, std::size_t payload_bytes) {
    constexpr std::int64_t kBatch = 500;
    for (std::int64_t at = from; at < upto; at += kBatch)
        database.write([&](db::Session& session) {
            for (std::int64_t number = at; number < std::min(at + kBatch, upto); ++number) {
                const Timestamp updated = kFirstOrder + std::chrono::seconds{number};
                const std::string payload = synthetic_payload(number, payload_bytes);
                services::FetchedOrder fetched{std::to_string(5'500'000'000'000 + number), updated, payload, store::content_hash(payload),
                                               synthetic_order(number, updated), {}};
                services::record_order(session, channel, fetched, updated);
            }
        });
}

}  // namespace crossdock::bench
