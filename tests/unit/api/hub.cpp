// SPDX-License-Identifier: Apache-2.0
#include "unit/api/hub.h"

#include <atomic>
#include <stdexcept>

#include "api/register.h"
#include "base/text.h"
#include "services/record_items.h"
#include "services/record_order.h"
#include "services/record_refund.h"
#include "store/api_key_repo.h"
#include "store/content_hash.h"
#include "store/item_repo.h"
#include "support/api_recording.h"

namespace crossdock::api::testing {
namespace {

Timestamp at(const char* text) { return *parse_iso8601(text, ZoneRule::required); }

constexpr std::string_view kLentColumns =
    "ALTER TABLE api_keys ADD COLUMN kind TEXT NOT NULL DEFAULT 'live';"
    "ALTER TABLE api_keys ADD COLUMN plan TEXT;"
    "ALTER TABLE api_keys ADD COLUMN successor_id INTEGER;"
    "ALTER TABLE api_keys ADD COLUMN dialect TEXT;";

/// For contract/openapi: as the server would send it. Not what no route answered, nor a test's own routes.
void record(const http::Request& request, const http::Response& response) {
    auto* recording = crossdock::testing::ApiRecording::of_this_process();
    if (recording == nullptr || request.route.empty() || response.status == 405) return;
    if (request.method == "HEAD" || request.path.starts_with("/marks/")) return;
    auto headers = response.headers;
    headers.emplace_back("X-Request-Id", request.request_id);
    if (!response.body.empty()) headers.emplace_back("Content-Type", response.content_type);
    recording->add({request.method, request.path, request.route, request.query, request.headers, request.body,
                    response.status, headers, response.body});
}

std::string decode(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

}  // namespace

std::optional<std::string> Answer::header(const std::string& name) const {
    for (const auto& [key, value] : raw.headers)
        if (key == name) return value;
    return std::nullopt;
}

std::string Answer::error() const {
    const auto body = json();
    if (!body.is_object() || !body.contains("error")) return "(no error: " + raw.body.substr(0, 200) + ")";
    const auto& error = body.at("error");
    if (error.is_string()) return error.get<std::string>();
    std::string joined;
    for (const auto& message : error) joined += (joined.empty() ? "" : " | ") + message.get<std::string>();
    return joined;
}

Hub::Hub() : Hub(std::vector<db::Migration>{}) {}

Hub::Hub(const std::vector<db::Migration>& schema) : clock(at("2026-11-20T12:00:00Z")) {
    db::Options options;
    options.path = folder.file("hub.db");
    options.longest_read = std::chrono::minutes{1};  // a busy machine is not what these tests are about
    auto opened = db::Database::open(options);
    if (!opened) throw std::runtime_error(opened.error().message);
    db = std::move(*opened);
    const auto migrated = schema.empty() ? db::migrate(*db, clock) : db::migrate(*db, clock, schema);
    if (!migrated) throw std::runtime_error(migrated.error().message);

    // Keys are read by today's columns, whatever the schema.
    if (!schema.empty()) db->write([](db::Session& session) { session.run_script(kLentColumns); });
    db->write([&](db::Session& session) {
        acme = store::ensure_account(session, "acme", random, clock.now());
        other = store::ensure_account(session, "other", random, clock.now());
        store::ChannelRepo channels(session);
        const auto ensure = [&](AccountId account, const char* code, domain::Provider provider) {
            const auto id = channels.ensure(account, code, provider, true, clock.now());
            return *channels.get(*id);
        };
        shop_us = ensure(acme, "shop-us", domain::Provider::shopify);
        shop_eu = ensure(acme, "shop-eu", domain::Provider::shopify);
        wm_us = ensure(acme, "wm-us", domain::Provider::walmart);
        others_shop = ensure(other, "shop-us", domain::Provider::shopify);
        amz_na = ensure(acme, "amz-na", domain::Provider::amazon);
        amz_eu = ensure(acme, "amz-eu", domain::Provider::amazon);
        others_amazon = ensure(other, "amz-na", domain::Provider::amazon);
        store::CarrierRepo carriers(session);
        carriers.replace(acme, shop_us.id, {{"UPS", "UPS"}, {"FedEx", "FedEx"}});
        carriers.replace(acme, shop_eu.id, {{"UPS", "UPS"}, {"DHL Express", "DHL Express"}});
        carriers.replace(acme, wm_us.id, {{"USPS", "United States Postal Service"}});
        carriers.replace(other, others_shop.id, {{"OnTrac", "OnTrac"}});
    });
    keys = std::make_unique<KeyRing>(*db, clock);
    context = std::make_unique<Context>(
        Context{*db, clock, *keys, "a secret of the test", "1.2.3",
                [](const store::Channel&) {
                    services::StockSettings settings;
                    settings.mapped_skus = {"MAPPED"};
                    return settings;
                },
                [this] { ++woken; },
                [](const http::Request& request) {
                    return http::Response::text(200, std::string{request.path_parameter("channel_code")});
                },
                [] { return std::string{"crossdock_up 1\n"}; }, [this] { return health; },
                [this](const http::Request&, const std::string& what) { noted_failures.push_back(what); }});
    context->random = &random;
    context->make_uuid = [this] { return random.uuid(); };
    register_routes(router, *context);
    key_ = make_key(acme, "erp");
    other_key_ = make_key(other, "erp");
}

Answer Hub::send(http::Request request) {
    if (request.remote_address.empty()) request.remote_address = "192.168.1.20";
    request.request_id = "0123456789abcdef";
    const auto question = request.path.find('?');
    if (question != std::string::npos) {
        for (const auto& pair : split(request.path.substr(question + 1), '&')) {
            const auto equals = pair.find('=');
            request.query.emplace_back(decode(pair.substr(0, equals)),
                                       equals == std::string::npos ? "" : decode(pair.substr(equals + 1)));
        }
        request.path.resize(question);
    }
    request.target = request.path;
    Answer answer{router.dispatch(request, [](const http::Request&, const std::string& what) {
        throw std::runtime_error("internal error: " + what);
    })};
    record(request, answer.raw);
    return answer;
}

Answer Hub::get(const std::string& target, const std::string& key) {
    http::Request request;
    request.method = "GET";
    request.path = target;
    if (!key.empty()) request.headers.emplace_back("x-api-key", key);
    return send(std::move(request));
}

Answer Hub::post(const std::string& path, const std::string& body, const std::string& key,
                 const std::string& content_type) {
    http::Request request;
    request.method = "POST";
    request.path = path;
    request.body = body;
    if (!key.empty()) request.headers.emplace_back("x-api-key", key);
    if (!content_type.empty()) request.headers.emplace_back("content-type", content_type);
    return send(std::move(request));
}

std::string Hub::make_key(AccountId account, const std::string& scopes, std::optional<Timestamp> expires_at,
                          const std::string& plan, crypto::ApiKeyKind kind) {
    const crypto::ApiKey made = crypto::generate_api_key(kind, random);
    store::ApiKey stored;
    stored.account_id = account;
    stored.key_id = made.id;
    stored.secret_hash = crypto::secret_hash(made.secret);
    stored.name = "test";
    stored.scopes = scopes;
    stored.expires_at = expires_at;
    stored.plan = plan;
    stored.kind = kind;
    db->write([&](db::Session& session) { store::ApiKeyRepo(session).insert(stored, clock.now()); });
    return crypto::to_text(made).reveal();
}

void Hub::set_plans(const Plans& plans) {
    limits = std::make_unique<RateLimits>(*db, clock, plans);
    limits->load();
    context->limits = limits.get();
}

void Hub::revoke(AccountId account, const std::string& key_text) {
    const auto key = crypto::parse_api_key(key_text);
    db->write([&](db::Session& session) { store::ApiKeyRepo(session).revoke(account, key->id, clock.now()); });
}

OrderId Hub::add_order(const store::Channel& channel, const domain::Order& order, const std::string& payload) {
    return db->write([&](db::Session& session) {
        return services::record_order(session, channel,
                                      {order.external_order_id,
                                       order.last_remote_update_at.value_or(order.ordered_at),
                                       payload,
                                       store::content_hash(payload + format_rfc3339(*order.last_remote_update_at)),
                                       order,
                                       {}},
                                      clock.now())
            .id;
    });
}

std::int64_t Hub::add_refund(const store::Channel& channel, const domain::Refund& refund, const std::string& payload) {
    db->write([&](db::Session& session) {
        services::record_refund(
            session, channel,
            {refund.external_refund_id, refund.external_order_id, refund.occurred_at, payload, "{}", refund, {}},
            clock.now());
    });
    return db->read([&](db::Session& session) {
        db::Statement statement(session, "SELECT id FROM refunds WHERE channel_id = ? AND external_refund_id = ?");
        statement.bind(channel.id, refund.external_refund_id);
        statement.step();
        return statement.integer(0);
    });
}

ItemId Hub::add_item(const store::Channel& channel, const domain::Item& item) {
    db->write([&](db::Session& session) { services::record_variant(session, channel, {item}, 0, clock.now()); });
    return db->read([&](db::Session& session) {
        return store::ItemRepo(session).with_sku(channel.id, item.sku.value_or("")).back().id;
    });
}

domain::Order sample_order(const std::string& external_id, int minutes) {
    using domain::Money;
    domain::Order order;
    order.external_order_id = external_id;
    order.payment_status = "paid";
    order.payment_method = "shopify_payments";
    order.ordered_at = at("2026-11-20T09:30:00Z");
    order.last_remote_update_at = at("2026-11-20T10:00:00Z") + std::chrono::minutes{minutes};
    order.order_number_hint = "#" + external_id;
    order.taxes_included = false;
    order.buyer_name = "Jane Doe";
    order.buyer_email = "jane@example.com";
    order.currency = "USD";
    order.subtotal_amount = Money{4998, "USD"};
    order.shipping_amount = Money{500, "USD"};
    order.tax_amount = Money{375, "USD"};
    order.discount_amount = Money{0, "USD"};
    order.total_amount = Money{5873, "USD"};
    order.shipping = {"Jane Doe", "123 Main St", std::nullopt, "Springfield", "IL", "62701", "US", std::nullopt};
    for (int i = 1; i <= 2; ++i) {
        domain::OrderLine line;
        line.external_line_id = "l_" + std::to_string(i);
        line.sku = "SKU-" + std::to_string(i);
        line.title = "Tee Shirt";
        line.variant_sku = "Red / S";
        line.quantity = i;
        line.shippable_quantity = i;
        line.unit_price = Money{2499, "USD"};
        line.selling_unit_price = domain::Decimal{2499, 2};
        line.total_price = Money{2499 * i, "USD"};
        line.tax_amount = Money{187, "USD"};
        line.discount_amount = Money{0, "USD"};
        line.shipping_amount = Money{0, "USD"};
        order.lines.push_back(line);
    }
    return order;
}

domain::Refund sample_refund(const std::string& external_id, int minutes) {
    using domain::Money;
    domain::Refund refund;
    refund.external_order_id = "o-1";
    refund.external_refund_id = external_id;
    refund.occurred_at = at("2026-11-20T10:00:00Z") + std::chrono::minutes{minutes};
    refund.currency = "USD";
    refund.total_amount = Money{1050, "USD"};
    refund.subtotal_amount = Money{999, "USD"};
    refund.shipping_amount = Money{51, "USD"};
    domain::RefundLine line;
    line.external_line_id = "rl_1";
    line.sku = "SKU-1";
    line.quantity = 1;
    line.unit_refund = domain::Decimal{999, 2};
    line.total_refund = Money{999, "USD"};
    refund.lines.push_back(line);
    return refund;
}

domain::Item sample_item(const std::string& variant, const std::string& sku) {
    domain::Item item;
    item.variant_id = variant;
    item.location_id = "65432109";
    item.sku = sku;
    item.title = "Widget";
    item.barcode = "012345678905";
    item.channel_product_id = "gid://shopify/Product/1";
    item.channel_variant_id = "gid://shopify/ProductVariant/" + variant;
    item.currency = "USD";
    item.price = domain::Decimal{2499, 2};
    item.updated_at_remote = at("2026-11-20T08:00:00Z");
    item.external_ids_json = R"({"product_id":"1"})";
    item.attrs_json = R"({"inventory_item_id":999})";
    item.raw_json = R"({"sku":"raw"})";
    return item;
}

}  // namespace crossdock::api::testing
