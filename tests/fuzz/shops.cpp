// SPDX-License-Identifier: Apache-2.0
#include "fuzz/shops.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "connectors/amazon/factory.h"
#include "connectors/ebay/factory.h"
#include "connectors/json_view.h"
#include "connectors/shipstation/factory.h"
#include "connectors/shopify/factory.h"
#include "connectors/walmart/factory.h"
#include "fuzz/target.h"

namespace crossdock::fuzz {
namespace {

using connectors::ChannelSetup;
using connectors::ConnectorFactory;

struct Kind {
    std::string_view name;
    domain::Provider provider;
    std::unique_ptr<ConnectorFactory> (*factory)();
    const char* settings;
    const char* profile;
    std::vector<std::pair<const char*, const char*>> credentials;
};

const std::vector<Kind>& kinds() {
    using domain::Provider;
    static const std::vector<Kind> all{
        {"shopify",
         Provider::shopify,
         connectors::shopify::make_shopify_factory,
         "{}",
         R"({"currency":"USD","taxes_included":false,"country":"US"})",
         {{"shop", "acme.myshopify.com"},
          {"access_token", "shpat_1"},
          {"client_secret", "webhook secret of the test"}}},
        {"shopify/literal",
         Provider::shopify,
         connectors::shopify::make_shopify_factory,
         R"({"selling_unit_price":"literal","gift_attribute_keys":["gift"],"inventory_quantity_name":"available"})",
         "{}",
         {{"shop", "acme.myshopify.com"},
          {"access_token", "shpat_1"},
          {"client_secret", "webhook secret of the test"}}},
        {"amazon",
         Provider::amazon,
         connectors::amazon::make_amazon_factory,
         R"({"seller_id":"A3TH9S8BH6GOGM","marketplace_ids":["ATVPDKIKX0DER"],"claims_as_refunds":true})",
         "{}",
         {{"client_id", "amzn1.1"}, {"client_secret", "secret+1"}, {"refresh_token", "Atzr|one"}}},
        {"amazon/v0",
         Provider::amazon,
         connectors::amazon::make_amazon_factory,
         R"({"seller_id":"A3TH9S8BH6GOGM","marketplace_ids":["A1VC38T7YXB528"],"region":"fe","orders_api":"v0","finances_api":"2024-06-19"})",
         "{}",
         {{"client_id", "amzn1.1"}, {"client_secret", "secret+1"}, {"refresh_token", "Atzr|one"}}},
        {"walmart",
         Provider::walmart,
         connectors::walmart::make_walmart_factory,
         "{}",
         R"({"currency":"USD"})",
         {{"client_id", "wm-1"}, {"client_secret", "secret+1"}, {"webhook_password", "webhook secret of the test"}}},
        {"ebay",
         Provider::ebay,
         connectors::ebay::make_ebay_factory,
         "{}",
         R"({"currency":"USD","ebay":{"user_id":"u1","username":"shop","registration_marketplace":"EBAY_US"}})",
         {{"client_id", "AppId-1"},
          {"client_secret", "Cert-1"},
          {"refresh_token", "v^1.1#r^1"},
          {"verification_token", "0123456789012345678901234567890123456789"}}},
        {"ebay/gb",
         Provider::ebay,
         connectors::ebay::make_ebay_factory,
         R"({"marketplace_id":"EBAY_GB","refund_amount_basis":"fee_basis"})",
         R"({"currency":"GBP","ebay":{"user_id":"u2","username":"shop","registration_marketplace":"EBAY_GB"}})",
         {{"client_id", "AppId-1"}, {"client_secret", "Cert-1"}, {"refresh_token", "v^1.1#r^1"}}},
        {"shipstation",
         Provider::shipstation,
         connectors::shipstation::make_shipstation_factory,
         "{}",
         R"({"currency":"USD","stores":[{"storeId":"12345","storeName":"Hand","marketplaceName":"ShipStation","active":true}]})",
         {{"api_key", "key1"},
          {"api_secret", "secret+1"},
          {"v2_api_key", "v2key"},
          {"webhook_secret", "webhook secret of the test"}}},
        {"shipstation/v2",
         Provider::shipstation,
         connectors::shipstation::make_shipstation_factory,
         R"({"api_version":"v2","currency":"EUR"})",
         "{}",
         {{"v2_api_key", "v2key"}, {"webhook_secret", "webhook secret of the test"}}}};
    return all;
}

void check_text(std::string_view text, const char* what) {
    if (!is_valid_utf8(text)) throw BrokenPromise{std::string{what} + " is UTF-8"};
    if (text.find('\0') != std::string_view::npos) throw BrokenPromise{std::string{what} + " holds no NUL"};
}
void check_words(const std::optional<std::string>& text, const char* what) {
    if (text) check_text(*text, what);
}
void check_money(const std::optional<domain::Money>& amount, const std::string& currency) {
    if (amount) check_same(amount->currency, currency, "an order has one currency");
}
void check_object(std::string_view text, const char* what) {
    // Not by nlohmann: a number that no double holds is one all the same.
    const auto index = connectors::JsonIndex::parse(text);
    if (!index || !index->root().is_object()) throw BrokenPromise{std::string{what} + " is a JSON object"};
    check_text(text, what);
}

void check_address(const domain::Address& address) {
    for (const auto& part : {address.name, address.address1, address.address2, address.city, address.region,
                             address.postal, address.country, address.phone})
        check_words(part, "an address");
}

}  // namespace

Result<net::HttpResponse> Network::send(const net::HttpRequest& request) {
    ++asked;
    for (const auto& [name, value] : request.headers)
        check(value.find_first_of("\r\n") == std::string::npos, "a header has no line ends");
    if (answers.empty()) return Error{ErrorKind::unavailable, "net_not_sent", "nobody is there"};
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
}

Result<net::HttpResponse> Network::download(const net::HttpRequest& request,
                                            const std::function<bool(std::string_view)>& sink) {
    auto answer = send(request);
    if (!answer || answer->status / 100 != 2) return answer;
    const std::string body = std::exchange(answer->body, {});
    for (std::size_t at = 0; at < body.size(); at += piece)
        if (!sink(std::string_view{body}.substr(at, piece))) break;
    return answer;
}

std::optional<Secret> Vault::load(const std::string& name) {
    for (const auto& [key, value] : kept)
        if (key == name) return Secret{value};
    return std::nullopt;
}
void Vault::keep(const std::string& name, const Secret& secret) { kept.emplace(kept.begin(), name, secret.reveal()); }

std::span<const std::string_view> shop_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> out;
        for (const Kind& kind : kinds()) out.push_back(kind.name);
        return out;
    }();
    return names;
}

std::unique_ptr<Shop> open_shop(std::size_t which) {
    const Kind& kind = kinds().at(which);
    auto shop = std::make_unique<Shop>();
    ChannelSetup setup;
    setup.code = "shop-us";
    setup.provider = kind.provider;
    setup.settings_json = kind.settings;
    for (const auto& [name, value] : kind.credentials) setup.credentials.emplace_back(name, Secret{value});
    const connectors::Runtime runtime{shop->network, shop->clock, shop->random, &shop->vault};
    const auto factory = kind.factory();
    const auto faults = factory->check_setup(setup);
    if (!faults.empty()) throw BrokenPromise{std::string{kind.name} + ": " + faults.front()};
    shop->connector = factory->open(setup, kind.profile, factory->share(setup, runtime), runtime);
    return shop;
}

connectors::Connector& kept_shop(std::size_t which) {
    static std::vector<std::unique_ptr<Shop>> kept(kinds().size());
    if (!kept[which]) kept[which] = open_shop(which);
    return *kept[which]->connector;
}

void check_order(const domain::Order& order) {
    check(!order.external_order_id.empty(), "an order has an id");
    check_text(order.external_order_id, "an order's id");
    check_text(order.currency, "a currency");
    for (const auto& text : {order.payment_status, order.payment_method, order.order_number_hint, order.buyer_name,
                             order.buyer_email, order.notes, order.shipped_by})
        check_words(text, "an order's text");
    check_address(order.billing);
    check_address(order.shipping);
    for (const auto& amount :
         {order.subtotal_amount, order.shipping_amount, order.tax_amount, order.discount_amount, order.total_amount})
        check_money(amount, order.currency);
    for (const auto& line : order.lines) {
        check(!line.external_line_id.empty(), "a line has an id");
        check_text(line.external_line_id, "a line's id");
        for (const auto& text : {line.sku, line.title, line.variant_sku, line.variant_id, line.assigned_location_name,
                                 line.fulfillment_status, line.notes})
            check_words(text, "a line's text");
        for (const auto& amount :
             {line.unit_price, line.total_price, line.tax_amount, line.discount_amount, line.shipping_amount})
            check_money(amount, order.currency);
        check(line.quantity >= 0, "a line's quantity is none or more");
        check(!line.current_quantity || *line.current_quantity >= 0, "a line's quantity is none or more");
        check(line.shippable_quantity >= 0 && line.shippable_quantity <= line.quantity,
              "no more is shipped than was ordered");
    }
}

void check_refund(const domain::Refund& refund) {
    check(!refund.external_refund_id.empty() && !refund.external_order_id.empty(), "a refund has an id and an order");
    check_text(refund.external_order_id, "a refund's order");
    check_text(refund.external_refund_id, "a refund's id");
    for (const auto& text : {refund.payment_status, refund.payment_method, refund.reason_code, refund.notes})
        check_words(text, "a refund's text");
    for (const auto& amount : {refund.total_amount, refund.subtotal_amount, refund.shipping_amount, refund.tax_amount,
                               refund.discount_amount})
        check_money(amount, refund.currency);
    for (const auto& line : refund.lines) {
        for (const auto& text :
             {line.external_line_id, line.sku, line.title, line.variant_sku, line.reason_code, line.notes})
            check_words(text, "a refund's line");
        for (const auto& amount : {line.total_refund, line.tax_amount, line.discount_amount, line.shipping_amount})
            check_money(amount, refund.currency);
        check(line.quantity >= 0, "a refund's quantity is none or more");
    }
}

void check_item(const domain::Item& item) {
    check(!item.variant_id.empty(), "an item has a key");
    check_text(item.variant_id, "an item's key");
    check_text(item.channel_product_id, "an item's id");
    for (const auto& text : {item.location_id, item.location_name, item.sku, item.title, item.barcode,
                             item.channel_variant_id, item.currency})
        check_words(text, "an item's text");
    check_object(item.external_ids_json, "an item's ids");
    check_object(item.attrs_json, "an item's attributes");
    check_object(item.raw_json, "an item's own words");
}

void check_fault(const Error& error) {
    check(!error.code.empty() && !error.message.empty(), "a fault says what is wrong");
    check_text(error.message, "a fault");
    check(error.message.size() < 2'000, "a fault is no payload");
}

void check_problems(const std::vector<domain::Problem>& problems) {
    for (const auto& problem : problems) {
        check(!problem.code.empty() && !problem.message.empty(), "a problem says what is wrong");
        check_text(problem.message, "a problem");
        check(problem.message.size() < 2'000, "a problem is no payload");
    }
}

}  // namespace crossdock::fuzz
