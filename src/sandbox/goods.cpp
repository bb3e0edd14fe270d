// SPDX-License-Identifier: Apache-2.0
#include "sandbox/goods.h"

#include <array>
#include <charconv>

namespace crossdock::sandbox {
namespace {

constexpr std::array<std::string_view, 12> kOddSkus{"SBX 000 BLUE",  "SBX/001",  "SBX+002",       "SBX&003=A",
                                                    "SBX-004-Größe", "SBX%005",  "sbx-006",       "00000000000007",
                                                    "SBX#008",       "SBX-009?", "SBX-010 \"L\"", "SBX,011"};
constexpr std::array kMaterials = {"Cotton", "Oak",    "Linen",  "Steel",   "Wool",
                                   "Bamboo", "Copper", "Canvas", "Ceramic", "Cedar"};
constexpr std::array kThings = {"Tee Shirt", "Mug",     "Desk Lamp", "Scarf", "Notebook", "Backpack",
                                "Bottle",    "Cushion", "Clock",     "Apron", "Bowl",     "Blanket"};
constexpr std::array kFirstNames = {"Ada",   "Ben",  "Chloé", "Diego", "Emma", "Farid",
                                    "Grace", "Hugo", "Ines",  "Jörg",  "Kim",  "Lena"};
constexpr std::array kLastNames = {"Miller", "Nguyen", "O'Brien", "Patel", "Quinn", "Rossi",
                                   "Smith",  "Torres", "Ueda",    "Vance", "Weiß",  "Young"};
constexpr std::array kStreets = {"Oak Street", "Mill Road", "Harbor Avenue", "Canal Street", "Hill Lane"};
struct Town {
    const char *city, *state, *zip;
};
constexpr std::array<Town, 6> kTowns{{{"Bentonville", "AR", "72712"},
                                      {"San Francisco", "CA", "94133"},
                                      {"Chicago", "IL", "60646"},
                                      {"Newark", "NJ", "07102"},
                                      {"Austin", "TX", "78703"},
                                      {"Warners", "NY", "13164"}}};

template <class Table>
auto pick(const Table& table, std::uint64_t number) {
    return table[static_cast<std::size_t>(number % table.size())];
}

std::string check_digit(const std::string& eleven) {
    int sum = 0;
    for (std::size_t i = 0; i < eleven.size(); ++i) sum += (eleven[i] - '0') * (i % 2 == 0 ? 3 : 1);
    return std::to_string((10 - sum % 10) % 10);
}

}  // namespace

// The finaliser of SplitMix64: one multiplication chain, no state.
std::uint64_t scattered(std::uint64_t seed, std::uint64_t index) {
    std::uint64_t z = seed * 0x9E3779B97F4A7C15ULL + index + 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

std::string Goods::sku(std::int64_t index) const {
    if (index < static_cast<std::int64_t>(kOddSkus.size()))
        return std::string(kOddSkus[static_cast<std::size_t>(index)]);
    return "SBX-" + std::to_string(1'000'000 + index).substr(1);
}

Good Goods::at(std::int64_t index) const {
    const std::uint64_t chance = scattered(seed_, static_cast<std::uint64_t>(index));
    Good good;
    good.index = index;
    good.sku = sku(index);
    good.title = std::string(pick(kMaterials, chance)) + " " + pick(kThings, chance >> 8U) + ", No. " +
                 std::to_string(index) + (index % 17 == 5 ? " – Größe L" : "");
    good.upc = std::to_string(80'000'000'000 + index);
    good.upc += check_digit(good.upc);
    good.price_cents = 499 + static_cast<std::int64_t>((chance >> 16U) % 180) * 50;
    good.weight_grams = 80 + static_cast<int>((chance >> 24U) % 2000);
    return good;
}

std::optional<std::int64_t> Goods::find(std::string_view sku) const {
    for (std::size_t i = 0; i < kOddSkus.size(); ++i) {
        if (kOddSkus[i] == sku) {
            if (static_cast<std::int64_t>(i) < count_) return static_cast<std::int64_t>(i);
            return std::nullopt;
        }
    }
    if (sku.size() != 10 || !sku.starts_with("SBX-")) return std::nullopt;
    std::int64_t index = 0;
    const auto [end, error] = std::from_chars(sku.data() + 4, sku.data() + sku.size(), index);
    const bool digits = error == std::errc{} && end == sku.data() + sku.size() && index >= 0;
    if (!digits || index < static_cast<std::int64_t>(kOddSkus.size()) || index >= count_) return std::nullopt;
    return index;
}

Person person(std::uint64_t number) {
    const std::uint64_t chance = scattered(77, number);
    const Town& town = kTowns[chance % kTowns.size()];
    Person who;
    who.name = std::string(pick(kFirstNames, chance >> 8U)) + " " + pick(kLastNames, chance >> 16U);
    who.email = "buyer" + std::to_string(number) + "@example.com";
    who.phone = "55555501" + std::to_string(100 + (chance >> 24U) % 100).substr(1);
    who.street = std::to_string(1 + (chance >> 32U) % 900) + " " + pick(kStreets, chance >> 40U);
    if (chance % 4 == 0) who.street2 = "Apt " + std::to_string(1 + (chance >> 48U) % 40);
    who.city = town.city;
    who.state = town.state;
    who.zip = town.zip;
    who.residential = chance % 7 != 0;
    return who;
}

}  // namespace crossdock::sandbox
