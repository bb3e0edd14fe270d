// SPDX-License-Identifier: Apache-2.0
#include "connectors/shipstation/catalog.h"

#include "connectors/shipstation/inventory.h"
#include "connectors/shipstation/item_mapping.h"
#include "connectors/shipstation/pacific.h"
#include "connectors/shipstation/paging.h"

namespace crossdock::connectors::shipstation {

Result<ItemPage> Catalog::fetch_items(std::optional<Timestamp> changed_since, const std::string& cursor) {
    PageCursor place;
    if (!cursor.empty() && !place.read(cursor))
        return Error{ErrorKind::rejected, "cursor_refused", "the place in the catalogue is not readable (any more)"};
    if (client_.settings().api == Api::v2) return fetch_v2_items(changed_since, place);
    const std::int64_t page_size = client_.settings().page_size;
    const auto answer = client_.call({"List Products",
                                      "/products",
                                      {{"showInactive", "true"},
                                       {"sortBy", changed_since ? "ModifyDate" : "CreateDate"},
                                       {"sortDir", changed_since ? "DESC" : "ASC"},
                                       {"page", std::to_string(place.page)},
                                       {"pageSize", std::to_string(page_size)}}});
    if (!answer) return answer.error();
    const JsonView products = answer->root["products"];
    if (!products.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of products"};
    const ListedPage listed = list_state(answer->root, products.size(), place.page, page_size);
    if (listed.has_more && listed.is_short) return short_page("products");
    const std::string first = first_id(products, "productId");
    if (products.size() > 0 && place.is_repeated(first)) return repeated_page("products");

    ItemPage page;
    page.provider_now = answer->provider_now;
    page.total = answer->root["total"].integer().value_or(0);
    bool reached_known = false;
    for (const JsonView product : products) {
        const std::string id{product["productId"].word()};
        if (id.empty()) continue;  // nothing can be said about it
        const auto changed = parse_pacific(product["modifyDate"].word());
        if (changed_since && changed && changed->later < *changed_since) {
            reached_known = true;
            break;
        }
        page.items.push_back({id, std::string{product.raw()}});
    }
    if (listed.has_more && !reached_known) page.next_cursor = PageCursor{place.page + 1, first}.text();
    return page;
}

Result<ItemPage> Catalog::fetch_v2_items(std::optional<Timestamp> changed_since, const PageCursor& place) {
    constexpr std::int64_t kV2ProductPage = 100;         // the most that one call shows
    constexpr std::int64_t kReadWholeEveryTime = 5'000;  // of more, only the daily walk reads all
    Call call{"list_products",
              "/v2/products",
              {{"page", std::to_string(place.page)}, {"page_size", std::to_string(kV2ProductPage)}}};
    call.api = Api::v2;
    const auto answer = client_.call(call);
    if (!answer) return answer.error();
    const JsonView products = answer->root["products"];
    if (!products.is_array())
        return Error{ErrorKind::unavailable, "shipstation_bad_answer",
                     "ShipStation answered without the list of products"};
    const ListedPage listed = list_state(answer->root, products.size(), place.page, kV2ProductPage);
    if (listed.has_more && listed.is_short) return short_page("products");
    const std::string first = first_id(products, "product_id");
    if (products.size() > 0 && place.is_repeated(first)) return repeated_page("products");
    ItemPage page;
    page.provider_now = answer->provider_now;
    page.total = answer->root["total"].integer().value_or(0);
    for (const JsonView product : products) {
        const std::string id{product["product_id"].word()};
        if (id.empty()) continue;  // nothing can be said about it
        const auto changed = parse_iso8601(product["modify_date"].word(), ZoneRule::utc);
        if (changed_since && changed && *changed < *changed_since) continue;
        page.items.push_back({id, std::string{product.raw()}});
    }
    if (!listed.has_more || (changed_since && page.total > kReadWholeEveryTime)) return page;
    page.next_cursor = PageCursor{place.page + 1, first}.text();
    // A page without news is no sign of a list that leads nowhere.
    if (page.items.empty()) page.ask_again_after = std::chrono::milliseconds{0};
    return page;
}

Result<std::vector<domain::Item>> Catalog::map_item(std::string_view payload) const {
    return map_item_payload(payload, client_.settings());
}

Result<std::vector<domain::Location>> Catalog::fetch_locations() {
    if (client_.settings().v2_api_key.empty()) return std::vector<domain::Location>{};
    auto locations = read_inventory_locations(client_);
    // An account without the inventory feature has a catalogue all the same; check_access says what is missing.
    if (!locations && locations.error().kind != ErrorKind::rate_limited &&
        locations.error().kind != ErrorKind::unavailable)
        return std::vector<domain::Location>{};
    return locations;
}

}  // namespace crossdock::connectors::shipstation
