// SPDX-License-Identifier: Apache-2.0
// The shop's goods: made up from small tables, with the odd ones that trip up integrations.
#include <array>
#include <string>

#include "sandbox/shopify/world.h"

namespace crossdock::sandbox::shopify {

using namespace std::chrono_literals;

namespace {

constexpr std::array kMaterials = {"Cotton", "Oak",    "Linen",  "Steel",   "Wool",
                                   "Bamboo", "Copper", "Canvas", "Ceramic", "Cedar"};
constexpr std::array kThings = {"Tee Shirt", "Mug",     "Desk Lamp", "Scarf", "Notebook", "Backpack",
                                "Bottle",    "Cushion", "Clock",     "Apron", "Bowl",     "Blanket"};
constexpr std::array kColours = {"Red", "Blue", "Black", "Green", "Sand"};
constexpr std::array kSizes = {"S", "M", "L"};
constexpr std::array kVendors = {"Acme", "Northwind", "Blue Fern"};

std::string upper_initials(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c >= 'a' && c <= 'z')
            out += static_cast<char>(c - 32);
        else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out += c;
    }
    return out.substr(0, 3);
}

std::string handle_of(const std::string& title) {
    std::string out;
    for (const char c : title) out += c == ' ' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    return out;
}

}  // namespace

void World::build_catalogue() {
    locations = {{70001, "Main Warehouse", "12 Dock Road", "Springfield", "IL", "62701", "US"},
                 {70002, "East Annex", "9 Canal Street", "Newark", "NJ", "07102", "US"},
                 {70003, "North 3PL", "1 Depot Way", "Buffalo", "NY", "14201", "US"},
                 {70004, "Old Store", "5 High Street", "Springfield", "IL", "62702", "US"}};
    locations[2].fulfillment_service = true;
    locations[2].fulfills_online_orders = false;
    locations[3].active = false;

    const Timestamp made = born - std::chrono::days(200);
    for (int p = 0; p < options_.products; ++p) {
        const auto nth = static_cast<std::size_t>(p);
        Product product;
        product.id = next_id("Product");
        product.title =
            std::string(kMaterials[nth % kMaterials.size()]) + " " + kThings[(nth * 7 + nth / 10) % kThings.size()];
        if (nth >= kMaterials.size() * kThings.size() / 2) product.title += " No. " + std::to_string(p);
        product.vendor = kVendors[nth % kVendors.size()];
        product.status = p % 19 == 3 ? "DRAFT" : p % 19 == 7 ? "ARCHIVED" : p % 19 == 11 ? "UNLISTED" : "ACTIVE";
        if (p == 12) {
            product.title = "Gift Card";
            product.gift_card = true;
        }
        product.handle = handle_of(product.title) + (p > 0 ? "-" + std::to_string(p) : "");
        product.created_at = product.updated_at = made + std::chrono::hours(p);

        // One variant, colours, or colours and sizes.
        std::vector<std::vector<Option>> choices;
        const int shape = product.gift_card ? 0 : p % 5;
        if (shape == 0 || shape == 1) {
            choices.push_back({{"Title", "Default Title"}});
        } else if (shape == 2 || shape == 3) {
            for (std::size_t c = 0; c < 2 + nth % 2; ++c)
                choices.push_back({{"Color", kColours[(nth + c) % kColours.size()]}});
        } else {
            for (std::size_t c = 0; c < 2; ++c) {
                for (const char* size : kSizes)
                    choices.push_back({{"Color", kColours[(nth + c) % kColours.size()]}, {"Size", size}});
            }
        }
        const std::int64_t base_price = 499 + static_cast<std::int64_t>(random_.below(90)) * 50;
        int position = 0;
        for (const auto& options : choices) {
            Variant variant;
            variant.id = next_id("ProductVariant");
            variant.product_id = product.id;
            variant.item_id = next_id("InventoryItem");
            variant.position = ++position;
            variant.options = options;
            for (const Option& option : options) variant.title += (variant.title.empty() ? "" : " / ") + option.value;
            variant.sku = "SBX-" + std::to_string(100 + p);
            if (options[0].name != "Title") {
                for (const Option& option : options) variant.sku += "-" + upper_initials(option.value);
            }
            if (p == 14) variant.sku = "";                       // never given one
            if (p == 15 || p == 16) variant.sku = "SBX-SHARED";  // given twice
            if (p % 3 == 0)
                variant.barcode = "40" + std::to_string(10'000'000'000 + variant.id % 1'000'000'000).substr(0, 11);
            variant.price = product.gift_card ? 2500 : base_price + 200 * (position - 1);
            if (p % 6 == 1) variant.compare_at_price = variant.price + 500;
            variant.taxable = !product.gift_card;
            variant.requires_components = p == 17;
            if (p % 7 == 2) variant.policy = "CONTINUE";
            variant.created_at = variant.updated_at = product.created_at;

            InventoryItem item;
            item.id = variant.item_id;
            item.variant_id = variant.id;
            item.sku = variant.sku;
            item.tracked = !product.gift_card && p % 23 != 9;
            item.requires_shipping = !product.gift_card;
            item.weight_kg = 0.1 + static_cast<double>(p % 9) * 0.15;
            if (p % 4 == 0) item.unit_cost = variant.price / 2;
            item.updated_at = variant.updated_at;

            for (std::size_t where = 0; where < 2; ++where) {
                if (p == 14 || product.gift_card || (where == 1 && p % 6 == 5)) continue;  // not stocked everywhere
                Level level;
                level.item_id = item.id;
                level.location_id = locations[where].id;
                level.available = 20 + static_cast<std::int64_t>(random_.below(where == 0 ? 400 : 120));
                level.created_at = level.updated_at = level.available_updated_at = made;
                levels[{item.id, level.location_id}] = level;
            }
            product.variants.push_back(variant.id);
            items[item.id] = item;
            variants[variant.id] = std::move(variant);
        }
        products[product.id] = std::move(product);
    }
}

}  // namespace crossdock::sandbox::shopify
