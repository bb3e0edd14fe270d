// SPDX-License-Identifier: Apache-2.0
// Bodies and queries of the ERP, field by field: /api/v1 and /v2. The first line names the reader, the second the
// Content-Type, the third is a query string, the rest is the body.
//
// Promised: what is read is within the contract's limits; what is not is refused with 400, 415 or 422 and a sentence;
// the body's spelling (blanks, order of members, escapes) changes nothing.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "api/json/body.h"
#include "api/json/parameters.h"
#include "api/json/printable.h"
#include "api/json/requests.h"
#include "api/json/v2_body.h"
#include "api/json/v2_parameters.h"
#include "base/json_parse.h"
#include "base/text.h"
#include "fuzz/target.h"
#include "http/target.h"

namespace crossdock::fuzz::on_body {

void run(std::string_view input);

namespace {

using nlohmann::json;

constexpr std::int64_t kMostUnits = 2'147'483'647;

void check_refusal(const http::Response& response) {
    check(response.status == 400 || response.status == 415 || response.status == 422, "a refusal is the caller's turn");
    check(json::accept(response.body), "a refusal is JSON");
}
void check_text(const std::optional<std::string>& text) {
    if (text) check(is_valid_utf8(*text) && text->find('\0') == std::string::npos, "a text is one");
}

/// A reader's answer in words. What it takes is checked on the way.
template <class Value, class Tell>
std::string words_of(const std::variant<Value, http::Response>& answer, Tell&& tell) {
    if (const auto* refusal = std::get_if<http::Response>(&answer)) {
        check_refusal(*refusal);
        return std::to_string(refusal->status) + " " + refusal->body;
    }
    return "200 " + tell(std::get<Value>(answer));
}
std::string word(const std::optional<std::string>& text) {
    check_text(text);
    return text ? "\"" + *text + "\" " : "- ";
}
std::string word(std::int64_t number) { return std::to_string(number) + " "; }

std::string acks(const http::Request& request) {
    return words_of(api::read_ack(request), [](const std::vector<std::int64_t>& ids) {
        check(ids.size() <= api::kMostAckIds, "ids are counted");
        std::string out;
        for (const auto id : ids) {
            check(id >= 1, "ids begin at 1");
            out += word(id);
        }
        return out;
    });
}

std::string stock(const http::Request& request) {
    return words_of(api::read_stock(request), [](const api::StockBody& body) {
        check(body.figures.size() <= api::kMostStockItems, "figures are counted");
        std::string out = word(body.channel);
        for (const auto& figure : body.figures) {
            check(figure.quantity >= 0 && figure.quantity <= kMostUnits, "stock is not negative");
            check(figure.item_master_id || figure.sku, "a figure is for something");
            out += word(figure.item_master_id.value_or(0)) + word(figure.sku) + word(figure.location_id) +
                   word(figure.quantity);
        }
        return out;
    });
}

std::string shipments(const http::Request& request) {
    return words_of(api::read_shipments(request), [](const std::vector<services::ShipmentRequest>& all) {
        check(all.size() <= api::kMostShipments, "shipments are counted");
        std::string out;
        for (const auto& one : all) {
            check(!one.tracking_number.empty() && trim(one.tracking_number) == one.tracking_number,
                  "a shipment has a tracking number");
            out += word(one.remote_order_id.value_or(0)) + word(one.channel) + word(one.external_order_id) +
                   word(one.carrier) + word(one.service) + word(one.tracking_number);
            if (one.ship_date) out += format_rfc3339(*one.ship_date);
            for (const auto& line : one.lines) {
                check(line.quantity >= 1 && line.quantity <= kMostUnits, "a line ships something");
                out += word(line.external_line_id) + word(line.quantity);
            }
        }
        return out;
    });
}

std::string cartons(const http::Request& request) {
    return words_of(api::read_carton(request), [](const api::CartonBody& body) {
        std::string out =
            word(body.channel) + word(body.carton.fba_inbound_shipment_id) + word(body.carton.idempotency_key);
        check(!body.carton.items.empty(), "a carton holds something");
        for (const auto& item : body.carton.items) {
            check(item.quantity_shipped >= 0 && item.quantity_shipped <= kMostUnits && item.quantity_in_case >= 0 &&
                      item.quantity_in_case <= kMostUnits,
                  "units are not negative");
            out += word(item.sku) + word(item.quantity_shipped) + word(item.quantity_in_case);
        }
        return out;
    });
}

std::string fba_sync(const http::Request& request) {
    return words_of(api::read_fba_sync(request), [](const api::FbaSyncBody& body) {
        check(body.days >= 0 && body.days <= api::kMostFbaDays, "days are within the limit");
        return word(body.channel) + word(body.days);
    });
}

std::string v2_ids(const http::Request& request) {
    return words_of(api::read_v2_ids(request, "ord_"), [](const std::vector<std::int64_t>& ids) {
        std::string out;
        for (const auto id : ids) {
            check(id >= 1, "ids begin at 1");
            out += word(id);
        }
        return out;
    });
}

std::string v2_nothing(const http::Request& request) {
    const auto refusal = api::refuse_v2_body(request);
    if (!refusal) return "200";
    check_refusal(*refusal);
    return std::to_string(refusal->status) + refusal->body;
}

std::string v2_object(const http::Request& request) {
    return words_of(api::read_v2_object(request), [&](const json& object) {
        api::V2Faults faults;
        api::V2Object reader(object, "", faults);
        std::string out = word(reader.text("name")) + word(reader.number("count", 1).value_or(0)) +
                          word(reader.id("item", "itm_").value_or(0)) + word(reader.needed_text("code")) +
                          word(reader.needed_number("qty", 0));
        if (const auto flag = reader.flag("flag")) out += *flag ? "yes " : "no ";
        if (const auto at = reader.instant("at")) out += format_rfc3339(*at);
        for (const auto& text : reader.texts("tags")) out += word(text);
        if (const json* inside = reader.any("inside"); inside != nullptr && inside->is_object()) {
            api::V2Object more(*inside, reader.place("inside"), faults);
            out += word(more.text("name"));
            more.finish();
        }
        reader.finish();
        if (faults.empty()) return out;
        const auto refused = faults.refuse(request);
        check_refusal(refused);
        return refused.body;
    });
}

using Reader = std::string (*)(const http::Request&);
constexpr std::array<std::string_view, 8> kNames{"ack",      "stock",  "shipments",  "cartons",
                                                 "fba_sync", "v2_ids", "v2_nothing", "v2_object"};
constexpr std::array<Reader, 8> kReaders{acks, stock, shipments, cartons, fba_sync, v2_ids, v2_nothing, v2_object};

void check_v1_query(const http::Request& request) {
    api::Faults faults;
    api::Parameters query(request, faults);
    const auto limit = query.limit();
    const auto offset = query.offset();
    const auto since = query.instant("since");
    const auto statuses = query.order_statuses();
    static_cast<void>(query.flag("unacked"));
    const auto channel = query.text("channel");
    if (faults.empty()) {
        check(limit >= 1 && limit <= 500 && offset >= 0, "a page is within its limits");
        check(statuses.size() <= 50, "statuses are counted");
        check(!channel || trim(*channel) == *channel, "a text has no blanks around it");
        if (since) check(to_ms(*since) >= -86'400'000, "a time is after 1970");
    } else {
        for (const auto& message : faults.messages()) check(is_valid_utf8(message), "a fault is told in text");
    }
    const auto warning = api::warn_of_unknown(request, {"limit", "offset", "since", "channel"});
    if (warning)
        check(std::none_of(warning->begin(), warning->end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
              "a warning is fit for a header");
}

void check_v2_query(const http::Request& request) {
    api::V2Faults faults;
    api::V2Parameters query(request, faults);
    const auto limit = query.limit();
    static_cast<void>(query.instant("since"));
    static_cast<void>(query.flag("unacked"));
    static_cast<void>(query.text("channel"));
    static_cast<void>(query.id("order", "ord_"));
    for (const auto& word : query.words("status")) query.unknown_word("status", word, "pending, closed");
    api::refuse_unknown(request, {"limit", "since", "unacked", "channel", "order", "status"}, faults);
    if (faults.empty())
        check(limit >= 1 && limit <= 500, "a page is within its limits");
    else
        check_refusal(faults.refuse(request));
}

}  // namespace

void run(std::string_view input) {
    Input in(input);
    const Reader reader = kReaders[in.choice(kNames)];
    http::Request request;
    request.method = "POST";
    request.path = "/api/v1/orders/ack";
    const std::string type{in.line()};
    if (!type.empty()) request.headers.emplace_back("content-type", type);
    request.headers.emplace_back("idempotency-key", "a-key");
    if (const auto target = http::parse_target("/x?" + std::string{in.line()})) request.query = target->query;
    request.body = in.rest();
    check_v1_query(request);
    check_v2_query(request);
    const std::string read = reader(request);
    const auto parsed = parse_json(request.body);
    if (!parsed) return;
    request.body = parsed->dump(2, ' ', true);
    check_same(reader(request), read, "a body in another spelling is the same body");
    if (is_valid_utf8(read)) {
        check(api::count_characters(read) <= read.size(), "characters are no more than bytes");
        static_cast<void>(api::is_plain_text(read));
    }
}

}  // namespace crossdock::fuzz::on_body
