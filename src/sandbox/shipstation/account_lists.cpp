// SPDX-License-Identifier: Apache-2.0
// V1's lists of orders, shipments, fulfilments and products, and marking an order as shipped.
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/text.h"
#include "sandbox/shipstation/account_impl.h"
#include "sandbox/shipstation/pacific.h"

namespace crossdock::sandbox::shipstation {

using nlohmann::json;

namespace {

std::int64_t number(const std::string& text, std::int64_t otherwise) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? value : otherwise;
}

bool contains(const std::string& text, const std::string& part) {
    return to_lower(text).find(to_lower(part)) != std::string::npos;
}

constexpr const char* kBadRequest = "The request is invalid.";

}  // namespace

Page AccountImpl::page_of(const Call& call, std::size_t total, std::size_t standard, std::size_t most,
                          const char* size_name) {
    Page page;
    page.number = static_cast<std::size_t>(std::max<std::int64_t>(1, number(call.text("page"), 1)));
    const std::int64_t size = number(call.text(size_name), static_cast<std::int64_t>(standard));
    page.size = static_cast<std::size_t>(std::clamp<std::int64_t>(size, 1, static_cast<std::int64_t>(most)));
    page.pages = (total + page.size - 1) / page.size;
    const auto fault = faults_.take({"half_page", "repeat_cursor", "empty_page"}, call.operation);
    if (fault) ++world_.counters.faults;
    const std::size_t shown =
        fault && fault->kind == "repeat_cursor" && page.number > 1 ? page.number - 1 : page.number;
    page.begin = std::min((shown - 1) * page.size, total);
    page.end = std::min(page.begin + page.size, total);
    if (fault && fault->kind == "half_page") page.end = page.begin + (page.end - page.begin) / 2;
    if (fault && fault->kind == "empty_page") page.end = page.begin;
    return page;
}

http::Response AccountImpl::page_answer(const char* name, Json rows, std::size_t total, const Page& page,
                                        const Call& call) {
    std::size_t pages = page.pages;
    if (faults_.take({"pages_zero"}, call.operation)) {  // as in published samples
        ++world_.counters.faults;
        pages = 0;
    }
    return http::Response::json(
        200, Json{{name, std::move(rows)}, {"total", total}, {"page", page.number}, {"pages", pages}}.dump());
}

http::Response AccountImpl::list_orders(const Call& call) {
    WallWindow modified, created, ordered, paid;
    if (!modified.read(call, "modifyDate") || !created.read(call, "createDate") || !ordered.read(call, "orderDate") ||
        !paid.read(call, "paymentDate"))
        return refuse(400, kBadRequest);
    const std::string starts = call.text("orderNumber");
    const std::string status = call.text("orderStatus");
    const std::string customer = call.text("customerName");
    const std::string keyword = call.text("itemKeyword");
    const std::string batch = call.text("importBatch");
    std::int64_t store = number(call.text("storeId"), 0);
    if (store == 0) store = number(call.text("storeID"), 0);  // as resource_url spells it
    const auto known = [this](const Order& it) {
        return it.visible_at <= world_.now() ? it.modified : it.known_modified;
    };

    // Positions count in the list as it is now: orders move while somebody pages.
    std::vector<const Order*> found;
    for (const auto& [id, it] : world_.orders) {
        const Timestamp changed = known(it);
        if (it.deleted || changed == Timestamp{}) continue;
        if (!modified.holds(changed) || !created.holds(it.created) || !ordered.holds(it.ordered) ||
            !paid.holds(it.paid_at))
            continue;
        if (!it.number.starts_with(starts) || (!status.empty() && wire(it.status) != status)) continue;
        if ((store != 0 && it.store != store) || (!batch.empty() && it.import_batch != batch)) continue;
        if (!customer.empty() && !contains(person(it.buyer).name, customer)) continue;
        if (!keyword.empty() && std::none_of(it.items.begin(), it.items.end(), [&](const Item& item) {
                return !item.adjustment() && (contains(world_.goods.sku(item.good), keyword) ||
                                              contains(world_.goods.at(item.good).title, keyword));
            }))
            continue;
        found.push_back(&it);
    }
    const std::string by = call.text("sortBy");
    const bool down = call.text("sortDir") == "DESC";
    std::vector<std::pair<WallTime, const Order*>> sorted;
    sorted.reserve(found.size());
    for (const Order* it : found)
        sorted.emplace_back(wall_time(by == "ModifyDate"   ? known(*it)
                                      : by == "CreateDate" ? it->created
                                                           : it->ordered),
                            it);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const auto& a, const auto& b) { return down ? b.first < a.first : a.first < b.first; });
    const Page page = page_of(call, found.size(), 100, 500, "pageSize");
    Json rows = Json::array();
    for (std::size_t i = page.begin; i < page.end; ++i)
        rows.push_back(shipstation::order_json(*sorted[i].second, world_.goods));
    return page_answer("orders", std::move(rows), found.size(), page, call);
}

http::Response AccountImpl::one_order(const Call& call) {
    const Order* it = world_.order(number(call.values[0], 0));
    if (it == nullptr || it->deleted) return refuse(404, "The requested order could not be found.");
    return http::Response::json(200, shipstation::order_json(*it, world_.goods).dump());
}

http::Response AccountImpl::delete_order(const Call& call) {
    Order* it = world_.order(number(call.values[0], 0));
    if (it == nullptr || !world_.remove(*it)) return refuse(404, "The requested order could not be found.");
    return http::Response::json(200, R"({"success":"true","message":"The requested order has been deleted"})");
}

http::Response AccountImpl::mark_as_shipped(const Call& call) {
    const json body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object()) return refuse(400, kBadRequest);
    const auto text = [&](const char* name) {
        const auto at = body.find(name);
        return at != body.end() && at->is_string() ? at->get<std::string>() : std::string();
    };
    const auto flag = [&](const char* name) { return body.contains(name) && body[name] == true; };
    Mark mark;
    if (body.contains("orderId") && body["orderId"].is_number_integer())
        mark.order = body["orderId"].get<std::int64_t>();
    mark.carrier = text("carrierCode");
    mark.number = text("trackingNumber");
    mark.ship_date = text("shipDate").substr(0, 10);
    mark.notify_customer = flag("notifyCustomer");
    mark.notify_sales_channel = flag("notifySalesChannel");  // nobody is told unless asked to
    std::string problem;
    if (mark.order == 0)
        problem = "orderId must be provided.";
    else if (mark.carrier.empty())
        problem = "carrierCode must be provided.";
    else if (!mark.ship_date.empty() && !parse_wall(mark.ship_date))
        problem = "shipDate is not a date.";
    const Order* order = world_.order(mark.order);
    if (problem.empty() && order != nullptr && order->status == OrderStatus::shipped && !mark.number.empty()) {
        const auto same = [&](const auto& each) {
            return each.second.order == mark.order && each.second.number == mark.number;
        };
        if (std::any_of(world_.shipments.begin(), world_.shipments.end(), same)) ++world_.counters.shipments_doubled;
    }
    if (problem.empty()) problem = world_.mark_as_shipped(mark);
    if (!problem.empty()) {
        ++world_.counters.marks_refused;
        return exception(problem);
    }
    return http::Response::json(200, Json{{"orderId", order->id}, {"orderNumber", order->number}}.dump());
}

http::Response AccountImpl::list_shipments(const Call& call) { return list_marks(call, true); }
http::Response AccountImpl::list_fulfillments(const Call& call) { return list_marks(call, false); }

http::Response AccountImpl::list_marks(const Call& call, bool labels) {
    WallWindow created, shipped, voided;
    if (!created.read(call, "createDate") || !shipped.read(call, "shipDate") ||
        (labels && !voided.read(call, "voidDate")))
        return refuse(400, kBadRequest);
    const std::int64_t order = number(call.text("orderId"), 0);
    const std::int64_t store = number(call.text("storeID"), 0);
    const std::string order_number = call.text("orderNumber");
    const std::string tracking = call.text("trackingNumber");
    const std::string batch = call.text("batchId");
    std::vector<const Shipment*> found;
    for (const auto& [id, it] : world_.shipments) {
        if (it.label != labels) continue;
        const Order& owner = world_.orders.at(it.order);
        if ((order != 0 && it.order != order) || (store != 0 && owner.store != store)) continue;
        if ((!order_number.empty() && owner.number != order_number) || (!tracking.empty() && it.number != tracking))
            continue;
        if (!batch.empty() && it.batch != batch) continue;
        if (!created.holds(it.created) || !voided.holds(it.voided) || !shipped.holds(it.created)) continue;
        found.push_back(&it);
    }
    const bool down = call.text("sortDir") == "DESC";
    std::stable_sort(found.begin(), found.end(), [&](const Shipment* a, const Shipment* b) {
        return down ? b->created < a->created : a->created < b->created;
    });
    const Page page = page_of(call, found.size(), 100, 500, "pageSize");
    const bool with_items = to_lower(call.text("includeShipmentItems")) == "true";
    Json rows = Json::array();
    for (std::size_t i = page.begin; i < page.end; ++i) {
        const Order& owner = world_.orders.at(found[i]->order);
        rows.push_back(labels ? shipment_json(*found[i], owner, world_.goods, with_items)
                              : fulfillment_json(*found[i], owner));
    }
    return page_answer(labels ? "shipments" : "fulfillments", std::move(rows), found.size(), page, call);
}

// Sorting 200,000 products for each of 400 pages would take minutes: the last order is kept.
const std::vector<std::int64_t>& AccountImpl::sorted_products(const Call& call, const WallWindow& created) {
    std::string key = std::to_string(world_.product_version);
    for (const auto& [name, value] : call.request.query)
        if (name != "page" && name != "pageSize") key += "\n" + name + "=" + value;
    if (key == products_key_) return products_;
    products_key_ = key;
    std::vector<std::int64_t>& found = products_;
    found.clear();
    const bool inactive = to_lower(call.text("showInactive")) == "true";
    const std::string sku = call.text("sku");
    const std::string name = call.text("name");
    for (std::int64_t good = 0; good < world_.goods.count(); ++good) {
        if (!inactive && !World::product_active(good)) continue;
        if (!sku.empty() && world_.goods.sku(good) != sku) continue;
        if (!name.empty() && !contains(world_.goods.at(good).title, name)) continue;
        if (created.holds(world_.product_created(good))) found.push_back(good);
    }
    const std::string by = call.text("sortBy");
    const bool down = call.text("sortDir") == "DESC";
    std::stable_sort(found.begin(), found.end(), [&](std::int64_t a, std::int64_t b) {
        if (down) std::swap(a, b);
        if (by == "ModifyDate") return world_.product_modified(a) < world_.product_modified(b);
        if (by == "CreateDate") return world_.product_created(a) < world_.product_created(b);
        return world_.goods.sku(a) < world_.goods.sku(b);
    });
    return found;
}

http::Response AccountImpl::list_products(const Call& call) {
    // startDate and endDate are of creation; there is no filter by modification.
    WallWindow created;
    for (const auto& [name, side] : {std::pair{"startDate", &created.start}, {"endDate", &created.end}}) {
        if (const auto text = call.request.parameter(name)) {
            *side = parse_wall(*text);
            if (!*side) return refuse(400, kBadRequest);
        }
    }
    const std::vector<std::int64_t>& found = sorted_products(call, created);
    const Page page = page_of(call, found.size(), 100, 500, "pageSize");
    Json rows = Json::array();
    for (std::size_t i = page.begin; i < page.end; ++i) rows.push_back(product_json(world_.goods.at(found[i]), world_));
    return page_answer("products", std::move(rows), found.size(), page, call);
}

http::Response AccountImpl::one_product(const Call& call) {
    const std::int64_t good = number(call.values[0], 0) - 7'239'000;
    if (good < 0 || good >= world_.goods.count()) return refuse(404, "The requested product could not be found.");
    return http::Response::json(200, product_json(world_.goods.at(good), world_).dump());
}

}  // namespace crossdock::sandbox::shipstation
